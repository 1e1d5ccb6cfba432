package session

import (
	"context"
	"testing"

	"github.com/elastrain/elastrain/lab/measurement"
)

// An exam takes as many phases as it says.
func TestInputs(t *testing.T) {
	for _, change := range []func(p *measurement.Protocol){func(*measurement.Protocol) {}, func(p *measurement.Protocol) { p.PerSample = true }, func(p *measurement.Protocol) { p.Ports = true }, func(p *measurement.Protocol) { p.Alternate = true }} {
		setup, _ := small(disk(t))
		change(&setup.Protocol)
		s, err := Open(context.Background(), disk(t), diary, setup)
		check(t, err)
		out, err := s.Exam(context.Background())
		check(t, err)
		if n := s.estimator().Inputs(); n != out.Phases {
			t.Errorf("%+v: %d phases, and it says %d", setup.Protocol, out.Phases, n)
		}
		check(t, s.Close(context.Background()))
	}
}
