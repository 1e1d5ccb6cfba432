package measurement

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/lab"
)

// Shot is a load that hangs at one time so that a wanted one can be put together.
type Shot struct {
	Load   []lab.Force
	Factor float64 // times what is measured; the answer to the wanted load is the sum over its shots
}

// Sum puts the answer to a wanted load together from those to its shots.
type Sum struct {
	Want     []lab.Force // the wanted load
	record   *Record
	response *Response
}

// Add takes one shot. The first with factor 1 stays as it is, bit by bit.
func (t *Sum) Add(r *Record, a *Response, factor float64) {
	if t.record == nil {
		whole := *r
		whole.Load = t.Want
		t.record, t.response = &whole, a.times(factor)
		return
	}
	t.record.Zero = append(slices.Clip(t.record.Zero), r.Zero...)
	t.record.Loaded = append(slices.Clip(t.record.Loaded), r.Loaded...)
	t.record.After = append(slices.Clip(t.record.After), r.After...)
	t.record.Quiet = t.record.Quiet && r.Quiet
	t.record.Speed = max(t.record.Speed, r.Speed)
	t.response.add(a.times(factor))
}

// Answer is what was measured in all.
func (t *Sum) Answer() (*Record, *Response, error) {
	if t.record == nil {
		return nil, nil, fmt.Errorf("a load of %d forces is made of no shots", len(t.Want))
	}
	return t.record, t.response, nil
}

// times is the answer to a load that is so many times as large.
func (r *Response) times(factor float64) *Response {
	out := *r
	scale := func(v []float64, by float64) []float64 {
		w := make([]float64, len(v))
		for i, x := range v {
			w[i] = by * x
		}
		return w
	}
	out.U, out.USigma = scale(r.U, factor), scale(r.USigma, math.Abs(factor))
	out.E, out.ESigma = scale(r.E, factor), scale(r.ESigma, math.Abs(factor))
	out.Seen, out.Known = slices.Clone(r.Seen), slices.Clone(r.Known)
	return &out
}

// add superposes another answer.
func (r *Response) add(b *Response) {
	for i := range r.U {
		r.U[i], r.USigma[i] = r.U[i]+b.U[i], math.Hypot(r.USigma[i], b.USigma[i])
	}
	for i := range r.E {
		r.E[i], r.ESigma[i] = r.E[i]+b.E[i], math.Hypot(r.ESigma[i], b.ESigma[i])
		r.Known[i] = r.Known[i] && b.Known[i]
	}
	for i := range r.Seen {
		r.Seen[i] = r.Seen[i] && b.Seen[i]
	}
	if math.Abs(b.Scale-1) > math.Abs(r.Scale-1) {
		r.Scale = b.Scale
	}
	r.Sigma, r.Drift, r.Retaken = max(r.Sigma, b.Sigma), max(r.Drift, b.Drift), r.Retaken+b.Retaken
}
