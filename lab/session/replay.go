package session

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
)

// Replayed is a step of a journal, computed again from its raw marks.
type Replayed struct {
	Step     int // from 0
	Gradient *measurement.Gradient
	// Apart is the largest difference of a derivative from the recorded one, as a
	// share of the largest derivative; LossApart that of the loss.
	Apart, LossApart float64
}

// Replay computes every gradient of a journal again from the raw marks, with the
// protocol that the journal names, and compares it with what was recorded. The
// estimator brings the lattice, the loss and the samples; its protocol is not
// looked at.
func Replay(log *Log, e *measurement.Estimator) ([]Replayed, error) {
	if log.Start == nil {
		return nil, fmt.Errorf("the journal is empty: it has no start")
	}
	if err := log.Start.fits(e.Specimen); err != nil {
		return nil, err
	}
	protocol := log.Start.Protocol
	if err := protocol.Validate(); err != nil {
		return nil, err
	}
	at := map[string]*PhaseEvent{}
	for i := range log.Phases {
		at[log.Phases[i].UID] = &log.Phases[i]
	}
	again := &measurement.Estimator{Specimen: e.Specimen, Protocol: &protocol, Loss: e.Loss, Batch: e.Batch, Rule: e.Rule, Ranges: e.Ranges}
	var all []Replayed
	for i := range log.Steps {
		step := &log.Steps[i]
		if step.Fell != "" {
			continue // nothing was measured whole
		}
		next := 0
		again.Theta = log.stiffnessAt(i, e.Theta)
		if drawn, ok := e.Rule.(learn.Stepping); ok {
			drawn.AtStep(i)
		}
		source := func(ask measurement.Ask, _ []lab.Frame) (*measurement.Record, *measurement.Response, error) {
			if next >= len(step.Phases) {
				return nil, nil, fmt.Errorf("it was made from %d phases, but takes more", len(step.Phases))
			}
			p := at[step.Phases[next]]
			next++
			if p == nil || p.Step != i || !p.Used {
				return nil, nil, fmt.Errorf("phase %d of it is not in the journal", next)
			}
			want := p.Record.Load
			if p.Shots > 0 {
				want = p.Want
			}
			if p.Part != ask.Part || p.Number != ask.Number || p.Turn != ask.Turn || !slices.Equal(p.At, ask.At) || p.Shot != 0 || !lab.Alike(want, ask.Load) || !lab.SameHolds(p.Record.Holds, ask.Holds) {
				return nil, nil, fmt.Errorf("phase %d of it has another load than it should; the journal is of another task", next)
			}
			from := next - 1
			next = max(next, from+p.Shots)
			return gather(e.Specimen, &protocol, p, func(shot int) (*PhaseEvent, error) {
				if from+shot >= len(step.Phases) {
					return nil, fmt.Errorf("it was made from %d phases, but takes more", len(step.Phases))
				}
				part := at[step.Phases[from+shot]]
				if part == nil || part.Part != p.Part || part.Number != p.Number || part.Turn != p.Turn || part.Shot != shot || part.Shots != p.Shots {
					return nil, fmt.Errorf("phase %d of it is not the shot that it should be", from+shot+1)
				}
				return part, nil
			})
		}
		if step.Looks != nil {
			g, apart, err := log.lookedAgain(step, again, at, source, &next)
			if err != nil {
				return all, fmt.Errorf("step %d of the journal: %w", i+1, err)
			}
			all = append(all, Replayed{Step: i, Gradient: g, LossApart: apart})
			continue
		}
		g, err := again.Gradient(source)
		if err != nil {
			return all, fmt.Errorf("step %d of the journal: %w", i+1, err)
		}
		r := Replayed{Step: i, Gradient: g}
		most, apart := 0.0, 0.0
		for b := range g.G {
			most = max(most, math.Abs(step.Gradient[b]))
			apart = max(apart, math.Abs(g.G[b]-step.Gradient[b]))
		}
		if apart > 0 {
			r.Apart = apart / most
		}
		if g.Loss != step.Loss {
			r.LossApart = math.Abs(g.Loss-step.Loss) / math.Abs(step.Loss)
		}
		all = append(all, r)
	}
	return all, nil
}

// stiffnessAt is what the lattice was set to during a step (from 0), or otherwise where nothing of it was measured.
func (l *Log) stiffnessAt(step int, otherwise []float64) []float64 {
	for i := range l.Phases {
		if p := &l.Phases[i]; p.Step == step && p.Used {
			return p.Stiffness
		}
	}
	return otherwise
}

// fits refuses a specimen that is not the one of the journal.
func (s *Start) fits(spec *measurement.Specimen) error {
	elements := make([][2]int, len(spec.Net.Elements))
	for i := range elements {
		elements[i] = spec.Net.Elements[i].Nodes
	}
	if s.Dim != spec.Net.Dim || !reflect.DeepEqual(s.Nodes, spec.Net.Pos) || !reflect.DeepEqual(s.Elements, elements) {
		return fmt.Errorf("the journal is of another lattice: %d nodes and %d bonds, the experiment has %d and %d, or at other places", len(s.Nodes)/s.Dim, len(s.Elements), spec.Net.Nodes(), len(elements))
	}
	return nil
}
