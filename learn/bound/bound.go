// Package bound proves how little the loss of a lattice can be: a lower bound for every network whose bonds have stiffnesses of a
// list, or anywhere between two ends, by branch and bound.
//
// A box is a range of stiffness for each bond, k = m + d with |d_i| <= r_i. With everything at its centre m (u, e, the answers
// E_out at the outputs, the compliance G of pairs of bonds), a network within has exactly
//
//	e(k) = e - G d e(k)        u(k) = u - sum_i E_out,i d_i e_i(k)
//
// so that |e_i(k)| is at most any h with h >= |e| + |G| r h, coming down from one that is known (at first by Cauchy and Schwarz
// in the softest network). By duality, for any numbers y
//
//	|u(k) - want|^2 / 2 >= y (u - want) - |y|^2 / 2 - sum_i r_i ( |sum_b a_i e_i| + sum_b |a_i| |e_i(k) - e_i| ),  a = E_out y
//
// over the samples b. The error of that is of second order in the size of the box. A box whose bound is above the best network known is
// done; others are halved, until all are done (the best is proven to be so) or there have been enough (the least bound of those that
// are left holds for all).
package bound

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/task"
)

// Network is a linear network of which some stiffnesses are chosen.
type Network interface {
	// Begin gives the chosen bonds their stiffness, N/m.
	Begin(k []float64) error
	// Responses are its answers; rows of E are those of all modes.
	Responses() *mechanics.Responses
	// Pair is c_i^T D^-1 c_j of two chosen bonds, by their places in the list.
	Pair(i, j int) float64
	// Work is f D^-1 f under loads f at the inputs, N m.
	Work(f []float64) float64
}

// Task is what is to be bounded.
type Task struct {
	Network Network
	Modes   []int32     // of the chosen bonds, in the order of Begin
	Levels  [][]float64 // of every chosen bond, rising, above zero; N/m. Where Whole is set, the two ends of its range.
	Whole   bool        // stiffnesses anywhere between the ends
	Set     *task.Set   // with wanted displacements, or of one sample of which an output is to move most
	Loss    task.Loss   // task.MeanSquare, or task.CrossEntropy of the one sample

	Best  []float64 // a network that is known, N/m; nil: none
	Value float64   // its loss
	Boxes int       // at most so many are looked at
	Done  func(boxes int, lower float64)
}

// Result is what was proven.
type Result struct {
	Lower  float64   `json:"lower_bound"` // no network has less, but for rounding
	Best   float64   `json:"best_loss"`
	Proven bool      `json:"proven"` // the best is the least of all, to one part in 1e6
	Boxes  int       `json:"boxes"`
	Open   int       `json:"open_boxes"` // that are left
	K      []float64 `json:"-"`          // the best network, if it is a better one than the task knew; else nil
}

// nearly is how near a bound has to come to the best loss.
const nearly = 1e-6

// ErrMechanism says that bonds at their softest leave a mechanism, so that nothing is bounded.
var ErrMechanism = errors.New("with every bond at its softest level the network does not hold, and displacements have no bound")

// box is one of them: ranges of levels, or of stiffness.
type box struct {
	from, to []int32   // levels of every bond; of Task.Levels
	lo, hi   []float64 // in place of them where stiffnesses are anywhere
	reach    []float64 // bounds of |e| of every bond and sample
	lower    float64
	depth    int
}

// queue has the box of the least bound first, of equal ones the smallest.
type queue []*box

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].lower != q[j].lower {
		return q[i].lower < q[j].lower
	}
	return q[i].depth > q[j].depth
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*box)) }
func (q *queue) Pop() any {
	old := *q
	b := old[len(old)-1]
	*q = old[:len(old)-1]
	return b
}

// Prove looks at boxes until the best network is proven to be so, as many as the task allows, or ctx ends it: what it has by then holds.
func Prove(ctx context.Context, t *Task) (*Result, error) {
	p, err := newProver(t)
	if err != nil {
		return nil, err
	}
	r := &Result{Best: math.Inf(1)}
	if t.Best != nil {
		r.Best = t.Value
	}
	first, err := p.first()
	if err != nil {
		return nil, err
	}
	open := queue{first}
	for len(open) > 0 && r.Boxes < t.Boxes && ctx.Err() == nil {
		b := heap.Pop(&open).(*box)
		if b.lower >= r.Best*(1-nearly) {
			continue
		}
		for _, half := range p.halves(b) {
			r.Boxes++
			if err := p.look(half); err != nil {
				return nil, err
			}
			if p.value < r.Best*(1-1e-9) {
				r.Best, r.K = p.value, slices.Clone(p.at)
			}
			if half.lower < r.Best*(1-nearly) && !p.single(half) {
				heap.Push(&open, half)
			}
		}
		if t.Done != nil && r.Boxes%4096 < 2 {
			t.Done(r.Boxes, min(b.lower, r.Best))
		}
	}
	r.Lower = r.Best
	for _, b := range open {
		if b.lower < r.Best*(1-nearly) {
			r.Open++
			r.Lower = min(r.Lower, b.lower)
		}
	}
	if r.Proven = r.Open == 0; r.Proven {
		r.Lower = r.Best * (1 - nearly)
	}
	return r, nil
}

// validate says what is wrong with a task.
func (t *Task) validate() error {
	_, square := t.Loss.(task.MeanSquare)
	_, most := t.Loss.(task.CrossEntropy)
	if !(square && t.Set.Want != nil) && !(most && t.Set.Class != nil && t.Set.N == 1) {
		return fmt.Errorf("only wanted displacements, or one sample of which an output is to move most, have a bound")
	}
	for j, list := range t.Levels {
		if len(list) == 0 || !(list[0] > 0) {
			return fmt.Errorf("bond %d has no levels above zero", j+1)
		}
	}
	return task.Check(t.Loss)
}
