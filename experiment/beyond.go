package experiment

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/law"
)

// beyond lists the elements, from 0, whose deformation in a state lies beyond those for which their law is known.
func (s *Solid) beyond(state *body.State) (list []int) {
	theta := s.Eq.Theta()
	for at := range s.Body.Runs {
		r := &s.Body.Runs[at]
		l, ok := r.Law.(law.Bounded)
		if !ok {
			continue
		}
		n := len(r.Elements)
		span := &law.Span{N: n, Theta: theta[r.Theta : r.Theta+n*r.Params], Size: s.Body.Sizes[r.Size : r.Size+n]}
		for k, i := range r.Elements {
			if lo, hi := l.Reach(span, k); state.E[r.Mode+k*r.Modes] < lo || state.E[r.Mode+k*r.Modes] > hi {
				list = append(list, int(i))
			}
		}
	}
	return list
}

// bounded reports whether any law is known for some deformations only.
func (s *Solid) bounded() bool {
	for at := range s.Body.Runs {
		r := &s.Body.Runs[at]
		if l, ok := r.Law.(law.Bounded); ok {
			lo, hi := l.Reach(&law.Span{N: 1, Theta: make([]float64, r.Params), Size: make([]float64, 1)}, 0)
			if !math.IsInf(lo, -1) || !math.IsInf(hi, 1) {
				return true
			}
		}
	}
	return false
}

// beyondLaws warns where a law is asked for more than is known of it.
func (x *Experiment) beyondLaws() ([]Warning, error) {
	s := x.Solid
	if !s.bounded() {
		return nil, nil
	}
	state := s.Body.NewState()
	for i := range min(x.Train.N, mostDeformed) {
		if _, err := s.Rig.Rest(x.Train.Force(i), state); err != nil {
			return nil, err
		}
		if list := s.beyond(state); len(list) > 0 {
			el := &s.Body.Elements[list[0]]
			e := state.E[s.Body.ModeOf(list[0])]
			w := Warning{Code: "E0711", Part: "training", Sample: x.Rows(x.Train)[i], Bond: el.Number,
				Help: "measure further, take smaller loads, or give the end of the curve the slope that you expect"}
			w.Text = fmt.Sprintf("a law is asked for more than its points say: under %s, %d of %d elements lie beyond the ends of their law %s, such as %s with an elongation of %.4g mm; there the force goes on straight",
				x.sampleName("training", w.Sample), len(list), len(s.Body.Elements), el.Law.Name(), s.Number(list[0]), 1e3*e)
			return []Warning{w}, nil
		}
	}
	return nil, nil
}
