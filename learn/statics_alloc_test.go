package learn_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/task"
)

// sevenBeams is a rig over a frame, with so many samples, and room for a step.
func sevenBeams(t *testing.T, finite bool, samples int) (rig *learn.Statics, batch learn.Batch, out, g []float64) {
	t.Helper()
	b, err := body.New(fan(element.Beam{}, law.Rectangle{Young: 10, Thickness: 1}, func(r *rand.Rand) []float64 { return []float64{0.1 + 0.1*r.Float64()} }))
	if err != nil {
		t.Fatal(err)
	}
	at := func(node int, part element.Part) statics.Port {
		return statics.Port{{Node: node, Part: part, Weight: 1}}
	}
	rig = learn.NewStatics(statics.New(b, finite), []learn.Input{{Port: at(2, element.Y), Given: -1}, {Port: at(3, element.TurnZ), Given: -1}},
		[]statics.Port{at(6, element.X), at(5, element.TurnZ)})
	if err := rig.SetStiffness(b.Theta()); err != nil {
		t.Fatal(err)
	}
	set := &task.Set{N: samples, P: 2, Q: 2, F: make([]float64, 2*samples), Want: make([]float64, 2*samples)}
	for i := range set.F {
		set.F[i] = 0.01 * math.Sin(float64(i)+1)
	}
	return rig, learn.Batch{Set: set}, make([]float64, 2*samples), make([]float64, rig.Modes())
}

// A step of training allocates nothing.
func TestStaticsStepDoesNotAllocate(t *testing.T) {
	for _, finite := range []bool{false, true} {
		rig, batch, out, g := sevenBeams(t, finite, 5)
		theta := append([]float64(nil), rig.Stiffness()...)
		step := func() {
			theta[0] *= 1.0001
			if err := rig.SetStiffness(theta); err != nil {
				t.Fatal(err)
			}
			if err := rig.Forward(batch, out); err != nil {
				t.Fatal(err)
			}
			if err := rig.Backward(out, g); err != nil {
				t.Fatal(err)
			}
		}
		rig.SetThreads(1)
		step()
		if n := testing.AllocsPerRun(10, step); n != 0 {
			t.Errorf("finite %v: %g allocations in a step", finite, n)
		}
	}
}

// Outputs and gradients have the same bits for any number of threads, and whatever was asked before.
func TestStaticsBitsOfThreads(t *testing.T) {
	for _, finite := range []bool{false, true} {
		var want []float64
		for _, threads := range []int{1, 2, 3, 8} {
			rig, batch, out, g := sevenBeams(t, finite, 37)
			rig.SetThreads(threads)
			for range 2 {
				if err := rig.Forward(batch, out); err != nil {
					t.Fatal(err)
				}
				if err := rig.Backward(out, g); err != nil {
					t.Fatal(err)
				}
			}
			got := append(append([]float64(nil), out...), g...)
			if want == nil {
				want = got
			}
			for i, v := range got {
				if math.Float64bits(v) != math.Float64bits(want[i]) {
					t.Fatalf("finite %v, %d threads: number %d is %g, and %g for one thread", finite, threads, i, v, want[i])
				}
			}
		}
	}
}
