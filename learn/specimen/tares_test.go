package specimen

import (
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/task"
)

// A specimen that a training meets is tared when it is built: as far from its mean readings as the tares of the drawn network
// are from its own. Then it drifts.
func TestTaresOfSpecimens(t *testing.T) {
	springs, set := written(t)
	reading, err := learn.NewReading(springs, []learn.Pair{{Plus: 0, Minus: -1}, {Plus: 1, Minus: -1}})
	if err != nil {
		t.Fatal(err)
	}
	batch, loss := learn.Batch{Set: set}, task.SignedSoftmax{Sharpness: 1}
	if _, err := reading.Prepare(batch); err != nil {
		t.Fatal(err)
	}
	k := slices.Clone(reading.Stiffness())
	k[7] += 0.3 // the tare of the first class
	if err := reading.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	faults := Faults{Scatter: 0.2, Drift: 0.1, Suffers: slices.Repeat([]bool{true}, 4), Seed: 3}
	r := NewRule(&rule.Backprop{}, faults)
	r.Tares = true
	r.AtStep(5)
	g := make([]float64, len(k))
	got, err := r.Gradient(reading, loss, batch, g)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(reading.Stiffness(), k) {
		t.Error("the rig is left with other parameters")
	}
	means := func(k []float64) []float64 {
		if err := reading.SetStiffness(k); err != nil {
			t.Fatal(err)
		}
		m, err := reading.Means(batch, nil)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	built := slices.Clone(k)
	faults.Scattered(5, built)
	drawn, now := means(k), means(built)
	for c := range now {
		built[7+c] += now[c] - drawn[c]
	}
	faults.Drifted(5, built)
	if err := reading.SetStiffness(built); err != nil {
		t.Fatal(err)
	}
	want, err := learn.MeanLoss(reading, loss, batch)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got-want) > 1e-12*want {
		t.Errorf("the loss of a step is %g, that of the specimen with tares of its own %g", got, want)
	}
	if !learn.AllFinite(g) || g[7] == 0 {
		t.Errorf("derivatives %v", g)
	}
}
