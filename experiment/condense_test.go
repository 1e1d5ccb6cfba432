package experiment

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/condense"
)

// A comb goes there and back condensed as the whole frame does, sample by sample.
func TestCombCondensed(t *testing.T) {
	for _, keys := range []string{"", ", pegs: 2, left: 10 %", ", tile: 2, stride: 2, pegs: 1"} {
		x := someComb(t, keys)
		rig, ok := x.Rig.(*condense.Rig)
		if !ok {
			t.Fatalf("%s: not condensed: %s", keys, x.Why)
		}
		r := rand.New(rand.NewPCG(1, 2))
		theta := slices.Clone(rig.Stiffness())
		for i := range theta {
			theta[i] *= math.Exp(0.1 * r.NormFloat64())
		}
		if err := rig.SetStiffness(theta); err != nil {
			t.Fatal(err)
		}
		batch := learn.Batch{Set: x.Train, Rows: []int32{0, 3, 1, 1, 9, 8, 2, 12, 11, 10, 5}}
		n := batch.Len() * len(x.Out)
		slope := make([]float64, n)
		for i := range slope {
			slope[i] = r.NormFloat64()
		}
		var out, g [2][]float64
		for i, way := range []learn.Differentiable{x.Solid.Rig, rig} {
			out[i], g[i] = make([]float64, n), make([]float64, rig.Modes())
			if err := way.Forward(batch, out[i]); err != nil {
				t.Fatal(err)
			}
			if err := way.Backward(slope, g[i]); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range out[0] {
			if got := out[1][i]; !(math.Abs(got-want) <= 1e-11*math.Abs(want)) {
				t.Errorf("%s: output %d is %g, want %g (%.1e)", keys, i, got, want, got/want-1)
			}
		}
		most := 0.0
		for i, want := range g[0] {
			most = max(most, math.Abs(want*theta[i]))
		}
		worst := 0.0
		for i, want := range g[0] {
			worst = max(worst, math.Abs(g[1][i]-want)*theta[i]/most)
		}
		t.Logf("%s: derivatives differ by %.1e of the largest; %s", keys, worst, rig.Describe())
		if !(worst < 1e-11) {
			t.Errorf("derivatives differ by %.1e of the largest", worst)
		}
	}
}

// Where digits are lost, samples are answered one at a time and refined.
func TestCombThatLosesDigits(t *testing.T) {
	x := someComb(t, ", hold: 4e-3..5e-3 mm, link: 4e-3..5e-3 mm, branch: 4e-3..5e-3 mm, floor: 4e-3..5e-3 mm, input: 4e-3 mm, load: 1e-7 N")
	lost, _, err := x.Solid.Rig.Judge(x.Train.Force(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("lost %.1e; %s", lost, x.Why)
	if lost < 1e-10 {
		t.Fatal("nothing is lost")
	}
	if x.Rig != learn.Rig(x.Solid.Rig) {
		t.Errorf("%T", x.Rig)
	}
}
