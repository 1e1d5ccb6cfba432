package measurement

import (
	"context"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
)

// tally counts the loads and looks of a desk.
type tally struct {
	*benchtest.Desk
	hung, taken int
}

func (b *tally) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	if len(load) > 0 {
		b.hung++
	}
	return b.Desk.Load(ctx, load)
}

func (b *tally) Measure(ctx context.Context, repeats int) ([]lab.Frame, error) {
	b.taken += repeats
	return b.Desk.Measure(ctx, repeats)
}

// What a check is said to take is what it takes.
func TestChecked(t *testing.T) {
	for _, drift := range []float64{0, 3} {
		s, k := trapezoid()
		b := &tally{Desk: benchtest.NewDesk(s.Net, k, 0, 4)}
		b.Says = 6e-6
		p := quick()
		p.Repeats, p.Drift = 2, drift
		g := lab.NewGuard(b, s.Net, nil)
		check(t, g.Arm(context.Background(), b.Limits))
		c := Checkup{A: testnet.Port(11, 0, -1), B: testnet.Port(13, 0, -1), Force: 0.1}
		m := &Measurer{Bench: g, Specimen: s, Protocol: &p}
		_, err := m.Check(context.Background(), c)
		check(t, err)
		if loads, looks := p.Checked(c); loads != b.hung || looks != b.taken {
			t.Errorf("drift %g: it hangs %d loads and takes %d looks, and says %d and %d", drift, b.hung, b.taken, loads, looks)
		}
	}
}
