//go:build petsc

package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/checkpoint"
)

const (
	shortest = time.Second // between checkpoints
	share    = 20          // of the time that saving may take, one part of so many

	sectionBonds = "bonds" // those that learn, of this part, from 0; all else is in their order
	sectionPoint = "point"
	prefixMethod = "optimiser/"
	prefixBest   = "best/"
	prefixWatch  = "watch/"
)

// learning are the bonds of this rank that learn.
func (j *job) learning() []int64 {
	modes := j.lattice.Modes()
	list := make([]int64, 0, len(j.trainer.Point))
	for _, i := range j.trainer.Problem.Design.Free {
		list = append(list, int64(modes[i]))
	}
	return list
}

// save writes the part of every rank, then a checkpoint for readers, and last the manifest by which all of it counts.
func (j *job) save() error {
	t, began := j.trainer, time.Now()
	own, err := t.Stiffness()
	if err != nil {
		return err
	}
	k, err := j.whole(own)
	if err != nil {
		return err
	}
	sections := []checkpoint.Section{checkpoint.Int64s(sectionBonds, j.learning()), checkpoint.Float64s(sectionPoint, t.Point)}
	for _, f := range t.Method.State() {
		sections = append(sections, checkpoint.Float64s(prefixMethod+f.Name, f.Data))
	}
	for _, f := range t.BestState() {
		sections = append(sections, checkpoint.Float64s(prefixBest+f.Name, f.Data))
	}
	for _, f := range t.WatchState() {
		sections = append(sections, checkpoint.Float64s(prefixWatch+f.Name, f.Data))
	}
	sum, err := j.parts.Write(t.Steps, j.w.Rank, j.w.Ranks, sections)
	if err := j.agree(err); err != nil {
		return err
	}
	text, err := json.Marshal(sum)
	if err != nil {
		return err
	}
	m := run.PartsManifest{FirstKKT: t.FirstKKT, Ranks: j.w.Ranks}
	var broken error
	if err := j.w.GatherText(text, func(_ int, text []byte) {
		var s run.PartSum
		if err := json.Unmarshal(text, &s); err != nil {
			broken = err
		}
		m.Files = append(m.Files, s)
	}); err != nil {
		return err
	}
	if j.run != nil && broken == nil {
		d := j.done()
		if m.Progress, broken = j.run.Save(&d, k); broken == nil {
			broken = j.parts.Commit(&m)
		}
		j.last = time.Now()
		j.pause = max(shortest, share*j.last.Sub(began))
	}
	return j.agree(broken)
}

// restore puts the training back to a state, which other ranks may have written, of another number.
func (j *job) restore() error {
	t, m := j.trainer, j.orders.State
	if m.Progress.Method != t.Method.Name() {
		return fmt.Errorf("the state was written by another method, %s", m.Progress.Method)
	}
	place := map[int64]int{}
	for i, bond := range j.learning() {
		place[bond] = i
	}
	method, err := j.kept(func(m optim.Method) []optim.Field { return m.State() })
	if err != nil {
		return err
	}
	live := []kept{{prefix: "", name: sectionPoint, rows: 1, data: t.Point}}
	for i, f := range t.Method.State() {
		live = append(live, kept{prefixMethod, f.Name, method[i], f.Data})
	}
	for _, f := range t.BestState() {
		rows := 0
		if f.Name == sectionPoint {
			rows = 1
		}
		live = append(live, kept{prefixBest, f.Name, rows, f.Data})
	}
	for _, f := range t.WatchState() {
		live = append(live, kept{prefixWatch, f.Name, 0, f.Data})
	}
	found := 0
	for _, file := range m.Files {
		sections, err := j.parts.Open(file)
		if err != nil {
			return err
		}
		head, err := checkpoint.Find(sections, sectionBonds)
		if err != nil {
			return err
		}
		bonds, err := head.Int64s()
		if err != nil {
			return err
		}
		for i := range live {
			if err := live[i].take(sections, bonds, place); err != nil {
				return fmt.Errorf("%s: %w", file.Name, err)
			}
		}
		for _, bond := range bonds {
			if _, ours := place[bond]; ours {
				found++
			}
		}
	}
	if found != len(place) {
		return fmt.Errorf("the state knows %d of the %d bonds of rank %d", found, len(place), j.w.Rank)
	}
	var state []optim.Field
	for _, k := range live {
		if k.prefix == prefixMethod {
			state = append(state, optim.Field{Name: k.name, Data: k.data})
		}
	}
	if err := t.Method.Restore(state); err != nil {
		return err
	}
	p := &m.Progress
	if p.WithinSteps > 0 && p.WithinSeen != nil {
		t.Within.Steps, t.Within.Seen = p.WithinSteps, *p.WithinSeen
	}
	t.FirstKKT, t.Epoch, t.Steps, t.Done, t.Why = m.FirstKKT, p.Epoch, p.Steps, p.Done, p.Why
	t.GoOn()
	return nil
}

// kept is a piece of the state: rows of one number for each bond that learns, or numbers that all ranks share, which has no rows.
type kept struct {
	prefix, name string
	rows         int
	data         []float64
}

// kept finds how many rows each field of the method has: those that it has more of for a bond more.
func (j *job) kept(fields func(optim.Method) []optim.Field) ([]int, error) {
	none, err := j.orders.method(new(design.Design))
	if err != nil {
		return nil, err
	}
	one, err := j.orders.method(&design.Design{Free: []int32{0}})
	if err != nil {
		return nil, err
	}
	var rows []int
	without, with := fields(none), fields(one)
	for i := range with {
		rows = append(rows, len(with[i].Data)-len(without[i].Data))
	}
	return rows, nil
}

// take copies what a part has of own bonds.
func (k *kept) take(sections []checkpoint.Section, bonds []int64, place map[int64]int) error {
	s, err := checkpoint.Find(sections, k.prefix+k.name)
	if err != nil {
		return err
	}
	if k.rows == 0 {
		v, err := s.Float64s()
		if err == nil && len(v) != len(k.data) {
			err = fmt.Errorf("%s holds %d numbers, and %d are due", k.name, len(v), len(k.data))
		}
		copy(k.data, v)
		return err
	}
	if len(s.Payload) != 8*k.rows*len(bonds) {
		return fmt.Errorf("%s holds %d bytes for %d bonds", k.name, len(s.Payload), len(bonds))
	}
	n := len(k.data) / k.rows
	for at, bond := range bonds {
		if i, ours := place[bond]; ours {
			for r := range k.rows {
				k.data[r*n+i] = s.Float64At(r*len(bonds) + at)
			}
		}
	}
	return nil
}
