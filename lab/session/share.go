package session

import (
	"context"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
)

// Share is the part that a phase has in the answer to a wanted load. The zero value is
// that of a load that hung as it was wanted.
type Share struct {
	Shot   int         `json:"shot,omitempty"`  // from 0
	Shots  int         `json:"shots,omitempty"` // that make the wanted load
	Factor float64     `json:"factor,omitempty"`
	Want   []lab.Force `json:"want,omitempty"`
}

func (a *Share) same(b *Share) bool {
	return a.Shot == b.Shot && a.Shots == b.Shots && a.Factor == b.Factor && slices.Equal(a.Want, b.Want)
}

// source answers a wanted load by what is hung for it.
func (s *Session) source(ctx context.Context, ask measurement.Ask, zero []lab.Frame) (*measurement.Record, *measurement.Response, error) {
	if s.setup.Hang == nil || len(ask.Load) == 0 || len(ask.Holds) > 0 {
		return s.measure(ctx, ask, Share{}, zero)
	}
	shots, err := s.setup.Hang(s.at(ask), ask)
	if err != nil {
		return nil, nil, err
	}
	sum := &measurement.Sum{Want: ask.Load}
	for i, shot := range shots {
		part := ask
		part.Load = shot.Load
		r, response, err := s.measure(ctx, part, Share{Shot: i, Shots: len(shots), Factor: shot.Factor, Want: ask.Load}, zero)
		if err != nil {
			return nil, nil, err
		}
		sum.Add(r, response, shot.Factor)
	}
	return sum.Answer()
}

// hung is what hangs for an ask, load by load.
func (s *Session) hung(ask measurement.Ask) ([][]lab.Force, error) {
	if s.setup.Hang == nil || len(ask.Load) == 0 {
		return [][]lab.Force{ask.Load}, nil
	}
	shots, err := s.setup.Hang(s.at(ask), ask)
	var loads [][]lab.Force
	for _, shot := range shots {
		loads = append(loads, shot.Load)
	}
	return loads, err
}

// gather is the answer to a wanted load from the phases of its shots, the first of which
// is given; phase finds the others.
func gather(s *measurement.Specimen, p *measurement.Protocol, first *PhaseEvent, phase func(shot int) (*PhaseEvent, error)) (*measurement.Record, *measurement.Response, error) {
	if first.Shots == 0 {
		response, err := s.Reduce(p, &first.Record)
		return &first.Record, response, err
	}
	sum := &measurement.Sum{Want: first.Want}
	for i := range first.Shots {
		part, err := phase(i)
		if err != nil {
			return nil, nil, err
		}
		response, err := s.Reduce(p, &part.Record)
		if err != nil {
			return nil, nil, err
		}
		sum.Add(&part.Record, response, part.Factor)
	}
	return sum.Answer()
}
