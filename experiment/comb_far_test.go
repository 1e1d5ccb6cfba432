package experiment

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// Pulled as far as it is in use, half a millimetre and more, a strip reads what linear theory says to about a hundredth: a leaf that leans
// shortens, and the bars that are free to come nearer do.
func TestCombFar(t *testing.T) {
	x := someComb(t, "")
	body := x.Solid.Body
	near := learn.Measurement{Out: make([]float64, 2)}
	far := learn.NewStatics(statics.New(body, true), x.Solid.Rig.In, x.Solid.Rig.Out)
	if err := far.SetStiffness(x.Rig.Stiffness()); err != nil {
		t.Fatal(err)
	}
	moved := learn.Measurement{Out: make([]float64, 2)}
	for _, row := range []int{0, 3} {
		in := x.Train.Force(row)
		if err := x.Rig.Apply(in, make([]float64, 2), &near); err != nil {
			t.Fatal(err)
		}
		if err := far.Apply(in, make([]float64, 2), &moved); err != nil {
			t.Fatal(err)
		}
		for o, linear := range near.Out {
			share := moved.Out[o]/linear - 1
			t.Logf("%.4f mm by linear theory, %.4f mm far: %+.2e", 1e3*linear, 1e3*moved.Out[o], share)
			if !(linear > 0.5e-3) || !(math.Abs(share) < 0.02) {
				t.Errorf("sample %d, output %d: %g m, and %g m by linear theory", row+1, o+1, moved.Out[o], linear)
			}
		}
	}
}
