package learn_test

import (
	"slices"
	"testing"

	"github.com/elastrain/elastrain/learn"
)

// States that are known are found once, and never taken for others: not after another load, other forces, other rows or other
// parameters.
func TestStatesAreFoundOnce(t *testing.T) {
	rig, batch, out, g := sevenBeams(t, true, 5)
	forward := func(b learn.Batch) []float64 {
		t.Helper()
		if err := rig.Forward(b, out); err != nil {
			t.Fatal(err)
		}
		if err := rig.Backward(out, g); err != nil {
			t.Fatal(err)
		}
		return append(append([]float64(nil), out[:b.Len()*2]...), g...)
	}
	first := forward(batch)
	same := func(what string, want bool) {
		t.Helper()
		if got := forward(batch); slices.Equal(got, first) != want {
			t.Errorf("%s: the same outputs and gradient: %v, want %v", what, !want, want)
		}
	}
	same("again", true)
	m := learn.Measurement{Out: make([]float64, 2)}
	if err := rig.Apply([]float64{0.02, 0.01}, nil, &m); err != nil {
		t.Fatal(err)
	}
	same("after another load", true)
	forward(learn.Batch{Set: batch.Set, Rows: []int32{3, 1}})
	same("after other rows", true)
	batch.Set.F[2] += 0.001
	same("under another force", false)
	batch.Set.F[2] -= 0.001
	theta := append([]float64(nil), rig.Stiffness()...)
	theta[0] *= 1.01
	if err := rig.SetStiffness(theta); err != nil {
		t.Fatal(err)
	}
	same("with other parameters", false)
}
