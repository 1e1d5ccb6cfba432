package lab

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Shot is a load that hangs at one time so that a wanted one can be put together.
type Shot struct {
	Load   []Force
	Factor float64 // times what is measured; the answer to the wanted load is the sum over its shots
}

// Share is the part that a phase has in the answer to a wanted load. The zero value is
// that of a load that hung as it was wanted.
type Share struct {
	Shot   int     `json:"shot,omitempty"`  // from 0
	Shots  int     `json:"shots,omitempty"` // that make the wanted load
	Factor float64 `json:"factor,omitempty"`
	Want   []Force `json:"want,omitempty"`
}

func (a *Share) same(b *Share) bool {
	return a.Shot == b.Shot && a.Shots == b.Shots && a.Factor == b.Factor && slices.Equal(a.Want, b.Want)
}

// source answers a wanted load by what is hung for it.
func (s *Session) source(ctx context.Context, ask Ask, zero []Frame) (*Record, *Response, error) {
	if s.setup.Hang == nil || len(ask.Load) == 0 {
		return s.measure(ctx, ask, Share{}, zero)
	}
	shots, err := s.setup.Hang(s.k, ask)
	if err != nil {
		return nil, nil, err
	}
	sum := &sum{want: ask.Load}
	for i, shot := range shots {
		part := ask
		part.Load = shot.Load
		r, response, err := s.measure(ctx, part, Share{Shot: i, Shots: len(shots), Factor: shot.Factor, Want: ask.Load}, zero)
		if err != nil {
			return nil, nil, err
		}
		sum.add(r, response, shot.Factor)
	}
	return sum.answer()
}

// hung is what hangs for an ask, load by load.
func (s *Session) hung(ask Ask) ([][]Force, error) {
	if s.setup.Hang == nil || len(ask.Load) == 0 {
		return [][]Force{ask.Load}, nil
	}
	shots, err := s.setup.Hang(s.k, ask)
	var loads [][]Force
	for _, shot := range shots {
		loads = append(loads, shot.Load)
	}
	return loads, err
}

// sum puts the answer to a wanted load together from those to its shots.
type sum struct {
	want     []Force
	record   *Record
	response *Response
}

// add takes one shot. The first with factor 1 stays as it is, bit by bit.
func (t *sum) add(r *Record, a *Response, factor float64) {
	if t.record == nil {
		whole := *r
		whole.Load = t.want
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

func (t *sum) answer() (*Record, *Response, error) {
	if t.record == nil {
		return nil, nil, fmt.Errorf("a load of %d forces is made of no shots", len(t.want))
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

// gather is the answer to a wanted load from the phases of its shots, the first of which
// is given; phase finds the others.
func gather(s *Specimen, p *Protocol, first *PhaseEvent, phase func(shot int) (*PhaseEvent, error)) (*Record, *Response, error) {
	if first.Shots == 0 {
		response, err := s.Reduce(p, &first.Record)
		return &first.Record, response, err
	}
	sum := &sum{want: first.Want}
	for i := range first.Shots {
		part, err := phase(i)
		if err != nil {
			return nil, nil, err
		}
		response, err := s.Reduce(p, &part.Record)
		if err != nil {
			return nil, nil, err
		}
		sum.add(&part.Record, response, part.Factor)
	}
	return sum.answer()
}
