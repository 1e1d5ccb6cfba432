package insitu

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Inputs that set stiffnesses, on a bench: for each sample the springs that follow its inputs are set, and its load and its error hang at
// these stiffnesses. Samples come in an order in which few springs change from one to the next.

// writes is what each input sets; nil where none does.
func writes(x *experiment.Experiment) [][]learn.Change {
	if !slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Part == network.Value }) {
		return nil
	}
	var all [][]learn.Change
	for _, in := range x.Solid.Rig.In {
		all = append(all, in.Write)
	}
	return all
}

// written says of each parameter of a body whether an input sets it; nil where none does.
func written(x *experiment.Experiment) []bool {
	list := writes(x)
	if list == nil {
		return nil
	}
	is := make([]bool, x.Solid.Body.P)
	for _, changes := range list {
		for _, c := range changes {
			is[c.Parameter] = true
		}
	}
	return is
}

// settable refuses what hinders a bench to set stiffnesses for every sample.
func (l *Lab) settable() error {
	x, s := l.Experiment, l.Spec
	if writes(x) == nil {
		return nil
	}
	const way = "leave it out, or train by computer: elastrain train"
	switch {
	case s.Bench == "twin" && s.Twin.Fixed:
		return l.refuse("lab.twin.fixed", "inputs set stiffnesses, and the springs of this twin cannot be changed", way)
	case (s.Bench == "manual" || s.Bench == "folder") && !s.Stiffens:
		return l.refuse("lab.bench", "inputs set stiffnesses, and the springs of this bench cannot be changed", "write `stiffens: true` where somebody, or something, sets them")
	case s.Protocol.Loads == "ports":
		return l.refuse("lab.protocol.loads", "inputs set stiffnesses, so that each sample is a lattice of its own, and loads at the ports tell nothing of another", "write `loads: samples`, or leave it out")
	case s.Limits.Step > 0 || s.Limits.Wider > 0:
		return l.refuse("lab.limits", "inputs take springs through their whole range from sample to sample, and a greatest step holds for all", "leave `step` out")
	}
	return nil
}

// least is the smallest share that an input leaves of a stiffness.
func (l *Lab) least() float64 {
	least := 1.0
	for _, changes := range writes(l.Experiment) {
		for _, c := range changes {
			least = min(least, c.Least)
		}
	}
	return least
}

// removable refuses a bench that may not know what a stiffness of 0 is.
func (l *Lab) removable(card lab.Card) error {
	if l.Specimen.Writes == nil || card.Removes || l.least() > 0 {
		return nil
	}
	return fmt.Errorf("inputs of the experiment take springs out (0 N/m), and bench %s does not say that it can; let its card say so (removes), or give these inputs what is left of their springs, such as `left: 3 %%`", card.Name)
}

// mostOrdered is up to how many samples are put in an order.
const mostOrdered = 2000

// batch is the training samples, where inputs set stiffnesses in an order in which few springs change: each is followed by the next
// of those that are left, the first of which changes least.
func (l *Lab) batch() learn.Batch {
	b := learn.Batch{Set: l.Experiment.Train}
	if l.Specimen.Writes == nil || b.Set.N > mostOrdered {
		return b
	}
	if l.order == nil {
		l.order = ordered(b.Set, func(in []float64) []float64 { return l.Specimen.Theta(l.unit(), l.Specimen.Set(in)) })
	}
	b.Rows = l.order
	return b
}

// unit is one for every parameter.
func (l *Lab) unit() []float64 { return slices.Repeat([]float64{1}, l.Specimen.Values()) }

// ordered is the rows of a set, each followed by the nearest of those that are left, from the first on.
func ordered(set *task.Set, at func(in []float64) []float64) []int32 {
	left := make([][]float64, set.N)
	for i := range left {
		left[i] = at(set.Force(i))
	}
	var rows []int32
	for now := 0; len(rows) < set.N; {
		rows = append(rows, int32(now))
		here, next, fewest := left[now], -1, math.Inf(1)
		left[now] = nil
		for i, other := range left {
			if other == nil {
				continue
			}
			if n := changed(here, other); n < fewest {
				next, fewest = i, n
			}
		}
		now = next
	}
	return rows
}

// changed is how many springs are set otherwise, and a little by how much.
func changed(a, b []float64) float64 {
	n, far := 0.0, 0.0
	for i, v := range a {
		if v != b[i] {
			n, far = n+1, far+math.Abs(v-b[i])
		}
	}
	return n + far/float64(2*len(a))
}

// inOrder puts outputs of the batch (len N*q) in the order of the training samples.
func (l *Lab) inOrder(u []float64) []float64 {
	b := l.batch()
	if b.Rows == nil || u == nil {
		return u
	}
	q := b.Set.Q
	all := make([]float64, len(u))
	for i := range b.Len() {
		copy(all[b.Row(i)*q:][:q], u[i*q:][:q])
	}
	return all
}

// settingsOf counts how often a lattice was set otherwise in a journal, and how many springs in all; zeros where neither inputs nor a rule set any.
func (l *Lab) settingsOf(log *session.Log) (often, springs int) {
	if l.Specimen.Writes == nil && !l.changes() && !l.searches() {
		return 0, 0
	}
	now := l.Start
	for i := range log.Phases {
		p := &log.Phases[i]
		k := l.Specimen.Theta(p.Had(), p.Set)
		n := 0
		for j, v := range k {
			if v != now[j] {
				n++
			}
		}
		if n > 0 {
			often, springs, now = often+1, springs+n, k
		}
	}
	return often, springs
}
