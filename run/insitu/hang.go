package insitu

import (
	"errors"
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver/manual"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/spec"
)

// One planner says what hangs: for the plan and its cards, for the check, for training, and so for
// the twin, which feels what hangs. Without lab.weights loads hang as they are wanted.

// goodEnough is the rounding of a load, as a share of what it does, within which no second
// look is taken only to be nearer.
const goodEnough = 0.1

// boxed reports whether the file says what loads are made of.
func (l *Lab) boxed() bool { return l.Experiment.File.Given("lab.weights") }

// hanging is how a wanted load hangs at the stiffness k (N/m). sigma is the noise of a marker
// coordinate in one look (m), which the prediction counts and the choice does not.
func (l *Lab) hanging(k []float64, ask measurement.Ask, sigma float64, single bool) (*hang.Plan, error) {
	x := l.Experiment
	p := hang.Problem{Network: x.Network, Equilibrium: x.Eq, Want: ask.Load, Limits: l.Limits, Sigma: sigma, Repeats: l.Protocol.Repeats,
		Near: true, Single: single || l.nudged(), AsIs: l.Protocol.Alternate || l.nudged(), Accept: goodEnough}
	elongations := l.elongations
	if x.Solid != nil {
		r, err := l.respond(k)
		if err != nil {
			return nil, err
		}
		p.Model = r
		elongations = func(load []lab.Force) ([]float64, error) {
			a, err := r.Answer(load)
			return a.E, err
		}
	} else if err := x.Eq.SetStiffness(k); err != nil {
		return nil, err
	}
	if ask.Part == measurement.Adjoint {
		var err error
		if p.Forward, err = elongations(l.Specimen.Forces(x.In, x.Train.Force(ask.Number))); err != nil {
			return nil, err
		}
		if both, err := elongations(ask.Load); err != nil {
			return nil, err
		} else if !meet(p.Forward, both) {
			p.Forward = nil // no bond answers to both, and the load is to hang all the same
		}
	}
	if !l.boxed() {
		return hang.AsWanted(p)
	}
	p.Strings = l.Strings()
	var err error
	if p.Stock, err = l.Stock(); err != nil {
		return nil, err
	}
	plan, err := hang.New(p)
	var never *hang.InfeasibleError
	if errors.As(err, &never) {
		return nil, l.unhung(l.called(ask), never)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.called(ask), err)
	}
	return plan, nil
}

// within refuses a load beyond the limits of the file: they never make one smaller. number is its
// place in the plan, from 0.
func (l *Lab) within(ask measurement.Ask, number int) error {
	if err := l.card().CheckLoad(l.Limits, ask.Load); err != nil {
		return &lab.PlanError{Step: 0, Load: number, Err: err}
	}
	return nil
}

// meet reports whether a bond is stretched by both.
func meet(a, b []float64) bool {
	for i := range a {
		if a[i]*b[i] != 0 {
			return true
		}
	}
	return false
}

// elongations of all elements under a load, at the stiffness that is set.
func (l *Lab) elongations(load []lab.Force) ([]float64, error) {
	x := l.Experiment
	f := make([]float64, x.Eq.C.N)
	for _, force := range load {
		for axis := range x.Network.Dim {
			if i := x.Eq.C.Unknown[force.Node*x.Network.Dim+axis]; i >= 0 {
				f[i] += force.F[axis]
			}
		}
	}
	if err := x.Eq.Displace(f); err != nil {
		return nil, err
	}
	e := make([]float64, x.Eq.C.M)
	x.Eq.C.Elongations(e, f, 1)
	return e, nil
}

// called is a load as people call it.
func (l *Lab) called(ask measurement.Ask) string {
	x, name := l.Experiment, "a load of the check"
	switch ask.Part {
	case measurement.InputPort:
		name = "input " + x.Inputs[ask.Number]
	case measurement.OutputPort:
		name = "output " + x.Outputs[ask.Number]
	case measurement.Input:
		name = fmt.Sprintf("input of sample %d", ask.Number+1)
	case measurement.Adjoint:
		name = fmt.Sprintf("error of sample %d", ask.Number+1)
	case measurement.Together:
		if ask.At != nil {
			name = "an input, at changed stiffnesses"
			break
		}
		if side := sides[l.Spec.Rule]; side != 0 { // one nudge a sample
			name = fmt.Sprintf("input of sample %d, nudged %s", min(ask.Number, l.Experiment.Train.N-1)+1, map[int]string{1: "towards less loss", -1: "away from it"}[side])
			break
		}
		name = fmt.Sprintf("input of sample %d, nudged %s", min(ask.Number/2, l.Experiment.Train.N-1)+1, [...]string{"towards less loss", "away from it"}[ask.Number%2])
	}
	if ask.Turn == 1 {
		name += ", reversed"
	}
	return name
}

// unhungError is a load that cannot be hung, with its place in the file.
type unhungError struct {
	spec.Errors
	cause error
}

func (e *unhungError) Unwrap() []error { return []error{e.Errors, e.cause} }

func (l *Lab) unhung(name string, e *hang.InfeasibleError) error {
	return &unhungError{spec.Errors{l.Experiment.File.Errorf("E0905", "lab.weights.masses", "%s cannot be hung: %s", name, e.Cause).WithHelp("%s", e.Fix)}, e}
}

// shots is what hangs for a load of a session.
func (l *Lab) shots(k []float64, ask measurement.Ask) ([]measurement.Shot, error) {
	plan, err := l.hanging(k, ask, 0, false)
	if err != nil {
		return nil, err
	}
	return l.take(plan), nil
}

// mostRemembered is how many loads are known by their strings.
const mostRemembered = 1000

// strung is a load with the strings by which it hangs.
type strung struct {
	load    []lab.Force
	strings []manual.String
}

// take is the shots of a plan as loads, and remembers by which strings they hang.
func (l *Lab) take(plan *hang.Plan) []measurement.Shot {
	var shots []measurement.Shot
	for _, s := range plan.Shots() {
		load := s.Load(plan.Gravity)
		shots = append(shots, measurement.Shot{Load: load, Factor: s.Factor})
		l.strung = slices.DeleteFunc(l.strung, func(old strung) bool { return slices.Equal(old.load, load) })
		l.strung = l.strung[max(0, len(l.strung)+1-mostRemembered):]
		now := strung{load: load}
		for _, string := range hang.Describe(s.Hangs, plan.Stock) {
			now.strings = append(now.strings, manual.String(string))
		}
		l.strung = append(l.strung, now)
	}
	return shots
}

// strings is how a load hangs, for the card of a person: a line for each string.
func (l *Lab) strings(load []lab.Force) []manual.String {
	for _, s := range l.strung {
		if slices.Equal(s.load, load) {
			return s.strings
		}
	}
	return nil
}
