package experiment

import (
	"slices"

	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// Parts of memory that data take.
const (
	tableOfData   = "table of the data"
	samplesOfData = "samples of the data, as the inputs take them"
)

// data is what data take.
func (m *Memory) data() int64 {
	sum := int64(0)
	for _, p := range m.Parts {
		if p.Name == tableOfData || p.Name == samplesOfData {
			sum += p.Bytes
		}
	}
	return sum
}

// insert puts a part before the last, which is the program and what the garbage collector keeps of all others.
func (m *Memory) insert(name string, bytes int64) {
	last := max(0, len(m.Parts)-1)
	m.Parts = slices.Insert(m.Parts, last, MemoryPart{name, bytes})
	m.Parts[len(m.Parts)-1].Bytes += int64(reserve * float64(bytes))
}

// foresee refuses data that will not find room, by what the header of their file says, before they are read.
func (b *builder) foresee(rows, features int) bool {
	if b.foreseen != nil {
		*b.foreseen = append(*b.foreseen, [2]int{rows, features})
	}
	if rows <= 0 || features > data.MaxPictureBytes/rows {
		return true // whoever reads them says what is wrong
	}
	m := Memory{Parts: slices.Clone(b.Memory.Parts)}
	table := int64(rows) * int64(features)
	if b.Spec.Task.Pool > 1 {
		table += 2 * table / int64(b.Spec.Task.Pool*b.Spec.Task.Pool)
	}
	m.insert(tableOfData, table)
	m.insert(samplesOfData, float*int64(rows)*int64(len(b.In)))
	return b.admit(m, "at least")
}

// countData adds what the data take that are there: their table, and the samples made of it.
func (b *builder) countData() {
	if b.Table == nil {
		return
	}
	b.Memory.insert(tableOfData, b.tableBytes)
	sum := int64(0)
	for _, s := range []*task.Set{b.Train, b.Valid, b.Test} {
		if s != nil {
			sum += float*int64(cap(s.F)+cap(s.Want)) + 4*int64(cap(s.Class))
		}
	}
	b.Memory.insert(samplesOfData, sum)
	b.admit(b.Memory, "about")
}
