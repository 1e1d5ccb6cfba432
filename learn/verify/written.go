package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// written is a rig of a lattice of linear springs, a parameter each, whose inputs set some of their stiffnesses.
type written interface {
	learn.Rig
	// Springs are its rows, and a function that sets to share what a sample leaves of each stiffness; nil where it has others.
	Springs() (c *mechanics.Compatibility, shares func(in, share []float64))
}

// complexWritten compares g with complex steps through every sample, each a network of its own.
func (r *Report) complexWritten(c *Case, compat *mechanics.Compatibility, shares func(in, share []float64), g []float64) {
	var in []network.Port
	var column []int // of each load
	for i, p := range c.In {
		if p.Part != network.Value {
			in, column = append(in, p), append(column, i)
		}
	}
	s := newComplexSolver(compat, in, c.Out)
	n, q := c.Batch.Len(), len(c.Out)
	work := float64(n) * s.work()
	if work > budget {
		r.Skipped = fmt.Sprintf("complex steps factorise every sample for every stiffness, and for %d unknowns and %d samples that takes too long; differences of the loss and Taylor's remainder stand in for them", compat.N, n)
		return
	}
	modes := sample(compat.M, work)
	want := make([]float64, len(modes))
	share, k, u := make([]float64, compat.M), make([]float64, compat.M), make([]complex128, n*q)
	for j, m := range modes {
		h := tiny * c.K[m]
		clear(u)
		for i := range n {
			f := c.Batch.Set.Force(c.Batch.Row(i))
			shares(f, share)
			for at := range k {
				k[at] = c.K[at] * share[at]
			}
			s.respond(k, m, h*share[m])
			for o := range q {
				for a := range in {
					u[i*q+o] += s.s[o*len(in)+a] * complex(f[column[a]], 0)
				}
			}
		}
		want[j] = imag(task.TotalComplex(c.Loss, c.Batch.Set, c.Batch.Rows, u)*complex(c.Batch.Mean(), 0)) / h
	}
	if slices.ContainsFunc(want, math.IsNaN) {
		r.Skipped = "complex steps find no place for a node that an input leaves without springs; differences of the loss and Taylor's remainder stand in for them"
		return
	}
	r.ComplexBonds = len(modes)
	r.ComplexStep = r.relative(g, want, modes)
}
