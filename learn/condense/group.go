package condense

import (
	"math"

	"github.com/elastrain/elastrain/learn"
)

// group is parts that the same inputs set: they have the same states.
type group struct {
	inputs []int
	parts  []*part
	state  []int32 // of every sample of a block
	of     []int32 // of every state a sample that is in it
}

// sort finds the states of the samples of a block: samples whose inputs are equal, bit by bit, are in the same one.
func (g *group) sort(batch *learn.Batch, from, to int, table []int32) {
	clear(table)
	g.of = g.of[:0]
	for i := from; i < to; i++ {
		in := batch.Set.Force(batch.Row(i))
		h := uint64(14695981039346656037)
		for _, at := range g.inputs {
			h = (h ^ math.Float64bits(in[at])) * 0x9e3779b97f4a7c15
			h ^= h >> 29
		}
		at := h & uint64(len(table)-1)
		for ; table[at] > 0; at = (at + 1) & uint64(len(table)-1) {
			if g.same(in, batch.Set.Force(batch.Row(from+int(g.of[table[at]-1])))) {
				break
			}
		}
		if table[at] == 0 {
			g.of = append(g.of, int32(i-from))
			table[at] = int32(len(g.of))
		}
		g.state[i-from] = table[at] - 1
	}
}

func (g *group) same(a, b []float64) bool {
	for _, at := range g.inputs {
		if math.Float64bits(a[at]) != math.Float64bits(b[at]) {
			return false
		}
	}
	return true
}
