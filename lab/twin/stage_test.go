package twin

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
)

// at is how far a node numbered from 1 is from its design along y, without a camera, m.
func at(t *testing.T, b *Bench, node int) float64 {
	t.Helper()
	return sag(look(t, b, 1)[0], node)
}

// A stage brings nodes where they are told beside a load, holds them there while bonds change, and what comes next lets them go.
func TestStageHolds(t *testing.T) {
	for _, finite := range []bool{false, true} {
		b := paper(t, Config{Finite: finite, Stage: &Stage{}})
		up := [3]float64{0, 1}
		holds := []lab.Hold{{Node: 12, Dir: up, Move: -0.4e-3}, {Node: 13, Dir: up, Move: 0.1e-3}}
		stands := func(what string) {
			for i, h := range holds {
				if y := at(t, b, h.Node+1); !(math.Abs(y-h.Move) < 1e-9) {
					t.Errorf("%s, finite %v: hold %d stands at %g m", what, finite, i, y)
				}
			}
		}
		if _, err := b.Hold(t.Context(), down(11, 5), holds); err != nil {
			t.Fatal(err)
		}
		stands("held")
		if err := b.SetStiffness(t.Context(), testnet.Stiffness(28, 110, 170, 1)); err != nil {
			t.Fatal(err)
		}
		stands("with other bonds")
		state, err := b.State()
		if err != nil {
			t.Fatal(err)
		}
		hang(t, b, down(11, 5))
		if y := at(t, b, 13); math.Abs(y+0.4e-3) < 1e-6 {
			t.Error("a load did not let go")
		}
		if err := b.Restore(state); err != nil {
			t.Fatal(err)
		}
		stands("put back")
		if err := b.SetStiffness(t.Context(), testnet.Stiffness(28, 110, 170, 2)); err != nil {
			t.Fatal(err)
		}
		stands("put back, with other bonds")
		if err := b.Safe(t.Context()); err != nil || b.holds != nil {
			t.Errorf("safe: %v, and %v is held", err, b.holds)
		}
	}
}

// What the stage pushes with counts for the limits of force, here and in the guard, and it has an error of its own.
func TestStageIsWithinLimits(t *testing.T) {
	limits := lab.Limits{Force: 0.1, Displacement: 2e-3}
	hold := func(move float64) []lab.Hold { return []lab.Hold{{Node: 12, Dir: [3]float64{0, 1}, Move: move}} }
	b := paper(t, Config{Limits: limits, Stage: &Stage{}})
	far := 0.0 // that 0.1 N brings it to
	for move := 1e-4; ; move *= 1.1 {
		if _, err := b.Hold(t.Context(), nil, hold(move)); err != nil {
			if !strings.Contains(err.Error(), "pushes with") {
				t.Errorf("%g m: %v", move, err)
			}
			break
		}
		far = move
	}
	u, err := b.Truth([]lab.Force{{Node: 12, F: [3]float64{0, 0.1}}})
	if err != nil {
		t.Fatal(err)
	}
	if most := u[12*2+1]; far > most || far < most/1.1 {
		t.Errorf("0.1 N lift it by %g m, and it was held up to %g", most, far)
	}
	guard := lab.NewGuard(b, testnet.Trapezoid(), b.Stiffness())
	guard.Predict = func(_ []float64, load []lab.Force) ([]float64, error) { return b.Truth(load) }
	if err := guard.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	if _, err := guard.Hold(t.Context(), nil, hold(far)); err != nil {
		t.Error(err)
	}
	if _, err := guard.Hold(t.Context(), nil, hold(far*1.1)); err == nil || !strings.Contains(err.Error(), "with what holds nodes") || b.holds != nil {
		t.Errorf("beyond the limit, the guard: %v; and %v is held", err, b.holds)
	}
	off := paper(t, Config{Seed: 7, Stage: &Stage{Error: 5e-6}})
	square := 0.0
	const n = 200
	for range n {
		if _, err := off.Hold(t.Context(), nil, hold(1e-3)); err != nil {
			t.Fatal(err)
		}
		y := at(t, off, 13) - 1e-3
		square += y * y / n
	}
	if sd := math.Sqrt(square); sd < 4e-6 || sd > 6e-6 {
		t.Errorf("the stage is off by %g m, and should be by 5e-6", sd)
	}
}
