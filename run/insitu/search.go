package insitu

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn/optim"
)

// searches reports whether the method asks for losses alone, each of the lattice set otherwise.
func (l *Lab) searches() bool { return l.Spec.Method == "pattern-search" || l.Spec.Method == "genetic" }

// searching refuses what hinders a method that asks for losses alone.
func (l *Lab) searching() error {
	s, name := l.Spec, l.Spec.Method
	for _, c := range []struct {
		path, what, way string
		wrong           bool
	}{
		{"lab.rule", name + " asks for losses and no gradient, so no rule measures one", "leave `rule` out, or use another method", l.Experiment.File.Given("lab.rule")},
		{"lab.rate", name + " finds the size of its steps itself", "leave `rate` out", s.Rate > 0},
		{"lab.protocol.loads", name + " hangs the inputs at one setting after another, and loads at the ports tell nothing of another", "leave `loads` out", s.Protocol.Loads == "ports"},
		{"lab.protocol.error", name + " hangs no error that could be raw", "leave `error` out", s.Protocol.Error == "raw"},
		{"lab.protocol.zero", name + " has no adjoint load that could share a zero", "leave `zero` out", s.Protocol.Zero == "shared"},
		{"lab.protocol.adjoint", name + " hangs no adjoint load", "leave `adjoint` out", s.Protocol.Adjoint > 0},
		{"lab.twin.fixed", name + " changes stiffnesses to see what that does, and this twin's cannot be changed", "leave `fixed` out, or use method: resilient", s.Bench == "twin" && s.Twin.Fixed},
		{"lab.bench", name + " changes stiffnesses to see what that does, and this bench's cannot be changed", "write `stiffens: true` where somebody, or something, sets them, or use method: resilient", (s.Bench == "manual" || s.Bench == "folder") && !s.Stiffens},
		{"lab.matter", name + " goes back from what did not help, and these bonds only become softer, or show by a calibration that the way there counts", "leave `softening` and `calibration` out, or use method: resilient", l.made().Softening || s.Matter.Calibration != ""},
	} {
		if c.wrong {
			return l.refuse(c.path, c.what, c.way)
		}
	}
	return nil
}

// searcher is a method that asks for losses alone.
func (l *Lab) searcher() (optim.Method, error) {
	m, err := optim.New(l.Spec.Method, l.Experiment.Design.Dim(), 0)
	if genetic, ok := m.(*optim.Genetic); ok {
		genetic.Seed = l.Experiment.Spec.Seed
	}
	return m, err
}

// LooksAtMost is how many looks a step of a method that searches takes at most, or the first, where that takes more; 1 of others.
func (l *Lab) LooksAtMost() (each, first int) {
	switch l.Spec.Method {
	case "pattern-search":
		each = 1 + 2*l.Experiment.Design.Dim()
		return each, each
	case "genetic":
		return optim.GenerationLooks, optim.FirstLooks
	}
	return 1, 1
}

// Doubt is what the noise of marks (sigma, m, of a coordinate in one look) will be of the loss that a search reads at the start, as theory has the
// outputs: the loss and its standard deviation. ok: the method searches.
func (l *Lab) Doubt(sigma float64) (loss, doubt float64, ok bool, err error) {
	if !l.searches() {
		return 0, 0, false, nil
	}
	looks, err := l.Estimator().Looks(func(ask measurement.Ask, _ []lab.Frame) (*measurement.Record, *measurement.Response, error) {
		answer := l.answer()
		u, err := l.Predict(l.setTo(ask), ask.Load)
		copy(answer.U, u)
		for i := range answer.USigma { // the difference of two states, each the mean of its looks
			answer.USigma[i] = sigma * math.Sqrt(2/float64(l.Protocol.Repeats))
		}
		return &measurement.Record{Load: ask.Load, Quiet: true}, answer, err
	})
	if err == nil {
		loss, doubt, err = looks.At(l.Start)
	}
	if err != nil {
		err = fmt.Errorf("the lattice at the start: %w", err)
	}
	return loss, doubt, true, err
}
