package session

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
)

// checkPlan goes through what the next step will do for certain, before the
// bench is armed: every input, and the adjoint loads at their full size at each
// output port. An adjoint load pulls at several outputs together in a proportion
// that is not known yet; it is checked when it comes.
func (s *Session) checkPlan(ctx context.Context) error {
	e, spec := s.estimator(), s.setup.Specimen
	var plans []lab.Plan
	plan := lab.Plan{}
	card, err := s.guard.Hello(ctx)
	if err != nil {
		return err
	}
	if card.Stiffens {
		plan.Stiffness = s.k
	}
	if e.Valued { // a search that was cut short can have left the lattice far from here
		way := s.guard.Towards(s.setup.Limits, s.atFirst(s.k))
		for _, k := range way[:len(way)-1] {
			plans = append(plans, lab.Plan{Stiffness: k})
		}
	}
	both := func(part string, number int, load []lab.Force, set []float64) error {
		if s.setup.Hang != nil { // a limit refuses, it never makes a load smaller
			err := s.guard.CheckPlan(ctx, s.setup.Limits, []lab.Plan{{Stiffness: plan.Stiffness, Loads: [][]lab.Force{load}}})
			var beyond *lab.PlanError
			if errors.As(err, &beyond) && beyond.Load >= 0 {
				beyond.Load = len(plan.Loads)
			}
			if err != nil {
				return err
			}
		}
		loads, err := s.hung(measurement.Ask{Part: part, Number: number, Load: load, Set: set})
		if err != nil {
			return err
		}
		plan.Loads = append(plan.Loads, loads...)
		if s.setup.Protocol.Alternate {
			if loads, err = s.hung(measurement.Ask{Part: part, Number: number, Turn: 1, Load: lab.Scaled(load, -1), Set: set}); err != nil {
				return err
			}
			plan.Loads = append(plan.Loads, loads...)
		}
		return nil
	}
	size := e.Size()
	outputs := func(set []float64) error { // the adjoint loads
		_, changes := e.Rule.(learn.Changing)
		if _, nudges := e.Rule.(learn.Nudging); nudges || changes || e.Valued || s.setup.Protocol.RawAdjoint > 0 && !e.Superposes() {
			return nil // no error hangs, or beside the inputs, or as large as it is; it is checked when it comes
		}
		for o := range spec.Out {
			if err := both(measurement.OutputPort, o, spec.Forces(spec.Out[o:o+1], []float64{size}), set); err != nil {
				return err
			}
		}
		return nil
	}
	if e.Superposes() {
		for a := range spec.In {
			if err := both(measurement.InputPort, a, spec.Forces(spec.In[a:a+1], []float64{size}), nil); err != nil {
				return err
			}
		}
	} else {
		for i := range s.setup.Batch.Len() {
			row := s.setup.Batch.Row(i)
			in := s.setup.Batch.Set.Force(row)
			set := spec.Set(in)
			if plan.Stiffness != nil {
				plan.Stiffness = spec.Theta(s.k, set)
			}
			if err := both(measurement.Input, row, spec.Forces(spec.In, in), set); err != nil {
				return err
			}
			if set != nil { // each sample is a lattice of its own
				if err := outputs(set); err != nil {
					return err
				}
				plans, plan = append(plans, plan), lab.Plan{Stiffness: plan.Stiffness}
			}
		}
	}
	if spec.Writes == nil {
		if err := outputs(nil); err != nil {
			return err
		}
		plans = append(plans, plan)
	}
	return s.guard.CheckPlan(ctx, s.setup.Limits, plans)
}

// step measures a gradient, moves the variables whose sign is known, gives the
// bench its stiffness and commits.
func (s *Session) step(ctx context.Context) (Result, error) {
	s.phases = s.phases[:0]
	drawn, draws := s.setup.Rule.(learn.Stepping)
	if draws {
		drawn.AtStep(len(s.journal.log.Steps))
	}
	g, err := s.estimator().Gradient(func(ask measurement.Ask, zero []lab.Frame) (*measurement.Record, *measurement.Response, error) {
		return s.source(ctx, ask, zero)
	})
	if lab.Fell(err) {
		return s.stepBack(ctx, err, false)
	}
	if err != nil {
		return s.result(), err
	}
	if g.Loss <= s.setup.Enough {
		r := s.result()
		r.Done, r.Why = true, "the loss that was asked for is reached"
		return r, nil
	}
	known := significant(s.setup.Design, g, s.setup.Protocol.Known)
	if g.Rows != nil { // sizes of derivatives are used and not their signs, and all of them together
		if settled(g.Rows, s.setup.Protocol.Known) {
			r := s.result()
			r.Done, r.Why = true, "no error of an output stands out of the noise; take more repeats to learn more"
			return r, nil
		}
		known = seen(s.setup.Design, g)
	}
	if !slices.Contains(known, true) {
		if draws { // the next draw may show more
			return s.commit(ctx, measuredStep(g, 0), s.k, nil)
		}
		r := s.result()
		r.Done, r.Why = true, "no derivative stands out of the noise; take more repeats to learn more"
		return r, nil
	}
	x := slices.Clone(s.x)
	moved, err := advance(s.setup.Design, s.method, g, known, x, s.setup.Limits.StiffnessStep, s.setup.Stands)
	if err != nil {
		return s.result(), err
	}
	if moved == 0 && !draws {
		r := s.result()
		r.Done, r.Why = true, "every bond that could lower the loss is at its bound"
		return r, nil
	}
	from := s.x
	s.x = x
	k, err := s.wanted(x, s.k)
	if err != nil {
		return s.result(), err
	}
	return s.commit(ctx, measuredStep(g, moved), k, from)
}

// measuredStep is what a commit says of a step that was measured.
func measuredStep(g *measurement.Gradient, moved int) StepData {
	return StepData{Loss: g.Loss, Gradient: g.G, Sigma: g.Sigma, Bias: g.Bias, Known: g.Known, Moved: moved, Noise: g.Noise, Drift: g.Drift,
		Scale: g.Scale, Moving: g.Moving}
}

// wanted is the stiffness to ask the bench for at x, when it has that of now
// (nil when that is not known).
func (s *Session) wanted(x, now []float64) ([]float64, error) {
	k := make([]float64, len(s.k))
	s.setup.Design.Init(k)
	s.setup.Design.Stiffness(x, k, nil)
	if s.setup.Apply == nil {
		return k, nil
	}
	k, err := s.setup.Apply(now, k)
	if err == nil && len(k) != len(s.k) {
		err = fmt.Errorf("%d stiffnesses for %d bonds", len(k), len(s.k))
	}
	return k, err
}

// commit gives the bench its stiffness and writes the step down. A bench that does not bear it is given less, between the stiffness
// at from and k. Where the program dies between the two, resuming computes the same step from the same phases.
func (s *Session) commit(ctx context.Context, data StepData, k, from []float64) (Result, error) {
	if err := s.standBack(); err != nil { // all phases were there: the program died before this
		return s.result(), err
	}
	stiffens := s.guard.Card().Stiffens
	if stiffens {
		var err error
		if k, err = s.give(ctx, k, from, &data); err != nil {
			return s.result(), err
		}
	}
	s.k = k
	state, err := s.guard.State()
	if err != nil {
		return s.result(), err
	}
	data.Step, data.Phases, data.X, data.Optimiser, data.Stiffness, data.Bench = len(s.journal.log.Steps), slices.Clone(s.phases), s.x, s.method.State(), k, state
	if _, err := s.journal.event(StepStream, data); err != nil {
		return s.result(), err
	}
	s.drop()
	if s.setup.Committed != nil {
		steps := s.journal.log.Steps
		s.setup.Committed(steps[len(steps)-1])
	}
	if !stiffens {
		return s.result(), &SpecimenError{Step: len(s.journal.log.Steps), Stiffness: k}
	}
	return s.result(), nil
}

// at is the stiffness for a phase: what was learned, or what the rule looks at, as the inputs of its sample set it.
func (s *Session) at(ask measurement.Ask) []float64 {
	if ask.At != nil {
		return s.setup.Specimen.Theta(ask.At, ask.Set)
	}
	return s.setup.Specimen.Theta(s.k, ask.Set)
}

// atFirst is the stiffness for the first sample of a step, where k is learned: what the bench is left with when one is committed.
func (s *Session) atFirst(k []float64) []float64 {
	spec, batch := s.setup.Specimen, s.setup.Batch
	if spec.Writes == nil || batch.Len() == 0 {
		return k
	}
	return spec.Theta(k, spec.Set(batch.Set.Force(batch.Row(0))))
}

// stiffen gives the bench a stiffness, if it does not have it.
func (s *Session) stiffen(ctx context.Context, k []float64) error {
	if s.has != nil && slices.Equal(s.has, k) || !s.guard.Card().Stiffens {
		return nil
	}
	for _, k := range s.guard.Towards(s.setup.Limits, k) { // a look can be farther away than a bond may be changed at a time
		if err := s.guard.SetStiffness(ctx, k); err != nil {
			return err
		}
		s.has = slices.Clone(k)
	}
	return nil
}

// measure answers a phase: from what a killed session measured before, where it
// still holds, or from the bench. Between two phases is a checkpoint.
func (s *Session) measure(ctx context.Context, ask measurement.Ask, share Share, zero []lab.Frame) (*measurement.Record, *measurement.Response, error) {
	if p := s.reuse(ask, &share); p != nil {
		if p.Fell {
			s.phases = append(s.phases, p.UID)
			return nil, nil, &fallen{why: p.Why}
		}
		response, err := s.setup.Specimen.Reduce(&s.setup.Protocol, &p.Record)
		if err != nil || s.unseen(ask, response) == nil {
			s.phases = append(s.phases, p.UID)
			return &p.Record, response, err
		}
	}
	for {
		if s.interrupted() > 0 {
			return nil, nil, &PausedError{}
		}
		if err := s.standBack(); err != nil {
			return nil, nil, err
		}
		s.asked, s.share = ask, share
		if err := s.stiffen(ctx, s.at(ask)); lab.Fell(err) && ask.At != nil {
			return nil, nil, s.fall(ask, err)
		} else if err != nil {
			return nil, nil, err
		}
		r, response, err := s.measurer.Held(ctx, ask.Load, ask.Holds, zero)
		if lab.Fell(err) {
			return nil, nil, s.fall(ask, err)
		}
		if err != nil {
			return nil, nil, err
		}
		if err := s.unseen(ask, response); err != nil {
			// It is of no use to anybody, and a session that goes on measures it again.
			return nil, nil, errors.Join(err, s.keep(r, false, err.Error()))
		}
		if s.setup.Accept != nil {
			if ok, why := s.setup.Accept(r, response); !ok {
				if err := s.keep(r, false, "the operator: "+why); err != nil {
					return nil, nil, err
				}
				continue
			}
		}
		if err := s.keep(r, true, ""); err != nil {
			return nil, nil, err
		}
		return r, response, nil
	}
}

// unseen is an error where the answer to an input does not show an output.
func (s *Session) unseen(ask measurement.Ask, r *measurement.Response) error {
	if ask.Part != measurement.Input && ask.Part != measurement.InputPort {
		return nil
	}
	for _, p := range s.setup.Specimen.Out {
		if _, _, ok := r.Along(p, s.setup.Specimen.Net.Dim); !ok {
			return &measurement.MissingError{Node: p.Node}
		}
	}
	return nil
}

// keep writes a phase down.
func (s *Session) keep(r *measurement.Record, used bool, why string) error {
	return s.write(PhaseData{Record: *r, Used: used, Why: why})
}

// write writes down what came of the phase that was asked for.
func (s *Session) write(p PhaseData) error {
	state, err := s.guard.State()
	if err != nil {
		return err
	}
	p.Step, p.Ask, p.Share, p.Stiffness, p.Bench = len(s.journal.log.Steps), s.asked, s.share, s.k, state
	uid, err := s.journal.event(PhaseStream, p)
	if err == nil && (p.Used || p.Fell) {
		s.phases = append(s.phases, uid)
	}
	return err
}

func (s *Session) reject(r *measurement.Record, why error) error {
	return s.keep(r, false, why.Error())
}
