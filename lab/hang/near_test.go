package hang

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/mechanics"
)

// The box hangs what is nearest to what is wanted, whatever the noise is and however much the
// limits allow; software makes up for the size.
func TestNear(t *testing.T) {
	net := testnet.Trapezoid()
	eq := mechanics.NewEquilibrium(net, nil)
	k := make([]float64, len(net.Elements))
	for i := range k {
		k[i] = 100
	}
	if err := eq.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	down := func(node int, grams float64) lab.Force {
		return lab.Force{Node: node, F: [3]float64{0, -1e-3 * grams * StandardGravity}}
	}
	both := []Strings{{EveryNode, []Pull{Down, {Dir: [3]float64{0, 1, 0}, Name: "up"}}}}
	only := []Strings{{EveryNode, []Pull{Down}}}
	up := []Strings{{EveryNode, []Pull{{Dir: [3]float64{0, 1, 0}, Name: "up"}}}}
	for _, c := range []struct {
		box     string
		strings []Strings
		want    []lab.Force
		asIs    bool
		hangs   []float64 // g, shot by shot and string by string
		factor  []float64
		refused string
	}{
		{box: "1 g, 2 x 2 g, 5 g, 10 g, 20 g", strings: only, want: []lab.Force{down(10, 5)}, hangs: []float64{5}, factor: []float64{1}},
		{box: "4 x 3 g", strings: only, want: []lab.Force{down(10, 5)}, hangs: []float64{6}, factor: []float64{5. / 6}},
		{box: "any x 0.5 g", strings: only, want: []lab.Force{down(10, 5.2)}, hangs: []float64{5}, factor: []float64{1.04}},
		{box: "any x 0.5 g", strings: only, want: []lab.Force{down(10, 2000.2)}, hangs: []float64{2000}, factor: []float64{1.0001}},
		{box: "4 g", strings: up, want: []lab.Force{down(10, 5)}, hangs: []float64{4}, factor: []float64{-1.25}},
		{box: "4 g", strings: up, want: []lab.Force{down(10, 5)}, asIs: true, refused: "no string pulls node 11"},
		{box: "12 g", strings: both, want: []lab.Force{down(10, 5)}, refused: "5 g on node 11"},
		{box: "1 g", strings: both, want: []lab.Force{down(10, 5)}, refused: "5 g on node 11"},
		// One shot would be off by more than a tenth, so each string hangs by itself, as heavy as the heavier.
		{box: "4 x 3 g", strings: only, want: []lab.Force{down(12, 1.6), down(13, 5)}, hangs: []float64{6, 6}, factor: []float64{1.6 / 6, 5. / 6}},
	} {
		stock, err := ParseStock(c.box)
		if err != nil {
			t.Fatal(err)
		}
		for _, sigma := range []float64{0, 100e-6} {
			plan, err := New(Problem{Network: net, Equilibrium: eq, Want: c.want, Strings: c.strings, Stock: stock, Sigma: sigma, Near: true, AsIs: c.asIs, Accept: 0.1})
			if c.refused != "" {
				var never *InfeasibleError
				if !errors.As(err, &never) || !strings.Contains(never.Cause, c.refused) || never.Fix == "" {
					t.Errorf("%s for %v: %v, want %q", c.box, c.want, err, c.refused)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s for %v: %v", c.box, c.want, err)
				continue
			}
			var hangs, factor []float64
			for _, s := range plan.Shots() {
				for _, h := range s.Hangs {
					hangs, factor = append(hangs, 1e3*h.Mass), append(factor, s.Factor)
				}
			}
			if !alike(hangs, c.hangs) || !alike(factor, c.factor) {
				t.Errorf("%s for %v with noise %g: %v g times %v, want %v times %v", c.box, c.want, sigma, hangs, factor, c.hangs, c.factor)
			}
		}
	}
}

func alike(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-9*math.Abs(b[i]) {
			return false
		}
	}
	return true
}
