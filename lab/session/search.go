package session

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn/optim"
)

// A method that searches asks for the loss at one place after the other. Each place is a look: the bench gets its stiffness, and the
// input of every sample hangs once. A step begins with a look at the lattice as it is, which is what its loss says.

// Look is one of a step, in the journal.
type Look struct {
	Loss   float64 `json:"loss"`
	Sigma  float64 `json:"loss_sigma"`       // its standard deviation, from the noise of the outputs
	Phases int     `json:"phases"`           // of the step, in their order, that it was made of; 0: nothing hung, as no bond is changed, or see Skip
	Fell   bool    `json:"fell,omitempty"`   // the lattice did not bear the last of them; there is no loss
	Skip   string  `json:"beyond,omitempty"` // why nothing hung: the lattice would not stand there
}

// errReached ends a search at a loss that is small enough.
var errReached = errors.New("the loss that was asked for is reached")

// searches reports whether a method asks for losses alone, as pattern-search and genetic do.
func searches(m optim.Method) bool {
	switch m.(type) {
	case *optim.PatternSearch, *optim.Genetic:
		return true
	}
	return false
}

// places is what a method that searches sees of a bench.
type places struct {
	s    *Session
	ctx  context.Context
	from *measurement.Looks

	k      []float64 // asked for last
	looks  []Look
	margin float64
}

var _ optim.Measured = (*places)(nil)

// Dim implements optim.Problem.
func (p *places) Dim() int { return p.s.setup.Design.Dim() }

// Box implements optim.Problem.
func (p *places) Box() (lo, hi []float64) { return p.s.setup.Design.Box() }

// Eval implements optim.Problem: a look has no slope.
func (p *places) Eval(x, g []float64) (float64, error) {
	clear(g)
	return p.Value(x)
}

// Margin implements optim.Measured.
func (p *places) Margin() float64 { return p.margin }

// Value implements optim.Valued. The first place of a step is where the lattice is.
func (p *places) Value(x []float64) (float64, error) {
	s, first := p.s, len(p.looks) == 0
	k := s.k
	if !first {
		var err error
		if k, err = s.wanted(x, p.k); err != nil {
			return 0, err
		}
		if slices.Equal(k, s.k) { // no bond is changed, by levels or at the ends of a range
			same := p.looks[0]
			same.Phases = 0
			return p.told(same)
		}
		if s.setup.Stands != nil && !s.setup.Stands(k) {
			return p.told(Look{Skip: "the lattice would not stand"})
		}
	}
	p.k = k
	before := len(s.phases)
	loss, sigma, err := p.from.At(k)
	switch {
	case lab.Fell(err) && !first:
		if err := s.rearm(p.ctx); err != nil {
			return 0, err
		}
		return p.told(Look{Phases: len(s.phases) - before, Fell: true})
	case err != nil:
		return 0, err
	}
	value, err := p.told(Look{Loss: loss, Sigma: sigma, Phases: len(s.phases) - before})
	if first && loss <= s.setup.Enough {
		err = errReached
	}
	return value, err
}

// told is what the method gets to know of a look.
func (p *places) told(l Look) (float64, error) {
	p.looks = append(p.looks, l)
	if l.Fell || l.Skip != "" {
		return 0, optim.ErrNoValue
	}
	p.margin = p.s.setup.Protocol.Known * math.Hypot(l.Sigma, p.looks[0].Sigma)
	return l.Loss, nil
}

// search is a step of a method that searches: its looks, and the best of them for the lattice.
func (s *Session) search(ctx context.Context) (Result, error) {
	s.phases = s.phases[:0]
	from, err := s.estimator().Looks(func(ask measurement.Ask, zero []lab.Frame) (*measurement.Record, *measurement.Response, error) {
		return s.source(ctx, ask, zero)
	})
	if err != nil {
		return s.result(), err
	}
	x, p := slices.Clone(s.x), &places{s: s, ctx: ctx, from: from}
	report, err := s.method.Step(p, x)
	r := s.result()
	switch {
	case errors.Is(err, errReached):
		r.Done, r.Why = true, err.Error()
		return r, nil
	case lab.Fell(err):
		return s.stepBack(ctx, err, false)
	case err != nil:
		return r, err
	case report.Done:
		r.Done, r.Why = true, report.Why
		return r, nil
	}
	g, moved := from.Known(), 0
	g.Loss = p.looks[0].Loss
	for j := range x {
		if x[j] != s.x[j] {
			moved++
		}
	}
	data, before := measuredStep(&g, moved), s.x
	data.Looks = p.looks
	k := s.k
	if moved > 0 {
		if k, err = s.wanted(x, s.k); err != nil {
			return r, err
		}
	}
	s.x = x
	return s.commit(ctx, data, k, before)
}

// lookedAgain computes the losses of the looks of a step again from its phases, and returns how far they are from what was recorded.
func (l *Log) lookedAgain(step *StepEvent, e *measurement.Estimator, at map[string]*PhaseEvent, source measurement.Source, next *int) (*measurement.Gradient, float64, error) {
	from, err := e.Looks(source)
	if err != nil {
		return nil, 0, err
	}
	first, apart := 0.0, 0.0
	for i, look := range step.Looks {
		if *next+look.Phases > len(step.Phases) {
			return nil, 0, fmt.Errorf("its looks have more phases than it was made from")
		}
		if look.Fell || look.Phases == 0 { // the lattice fell, or nothing hung
			*next += look.Phases
			if p := at[step.Phases[max(*next-1, 0)]]; look.Fell && p != nil {
				from.Skip(p.Number)
			}
			continue
		}
		k, due := e.Theta, *next+look.Phases
		if p := at[step.Phases[*next]]; p != nil && p.At != nil {
			k = p.At
		}
		loss, _, err := from.At(k)
		if err != nil {
			return nil, 0, err
		}
		if *next != due {
			return nil, 0, fmt.Errorf("look %d of it has other phases than it should", i+1)
		}
		if i == 0 {
			first = loss
		}
		if loss != look.Loss {
			apart = max(apart, math.Abs(loss-look.Loss)/math.Abs(look.Loss))
		}
	}
	g := from.Known()
	g.Loss = first
	return &g, apart, nil
}
