package lab

import (
	"context"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
)

// tally counts the loads and looks of a desk.
type tally struct {
	*desk
	hung, taken int
}

func (b *tally) Load(ctx context.Context, load []Force) (time.Duration, error) {
	if len(load) > 0 {
		b.hung++
	}
	return b.desk.Load(ctx, load)
}

func (b *tally) Measure(ctx context.Context, repeats int) ([]Frame, error) {
	b.taken += repeats
	return b.desk.Measure(ctx, repeats)
}

// What a check is said to take is what it takes.
func TestChecked(t *testing.T) {
	for _, drift := range []float64{0, 3} {
		s, k := trapezoid()
		b := &tally{desk: newDesk(s.Net, k, 0, 4)}
		b.says = 6e-6
		p := quick()
		p.Repeats, p.Drift = 2, drift
		g := NewGuard(b, s.Net, nil)
		check(t, g.Arm(context.Background(), b.limits))
		c := Checkup{A: testnet.Port(11, 0, -1), B: testnet.Port(13, 0, -1), Force: 0.1}
		m := &Measurer{Bench: g, Specimen: s, Protocol: &p}
		_, err := m.Check(context.Background(), c)
		check(t, err)
		if loads, looks := p.Checked(c); loads != b.hung || looks != b.taken {
			t.Errorf("drift %g: it hangs %d loads and takes %d looks, and says %d and %d", drift, b.hung, b.taken, loads, looks)
		}
	}
}

// An exam takes as many phases as it says.
func TestInputs(t *testing.T) {
	for _, change := range []func(p *Protocol){func(*Protocol) {}, func(p *Protocol) { p.PerSample = true }, func(p *Protocol) { p.Ports = true }, func(p *Protocol) { p.Alternate = true }} {
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
