package experiment

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestWidthsAndStiffnesses(t *testing.T) {
	x := build(t, push)
	gain := 0.55e6 * 0.002 / 0.016
	for i := range 28 {
		if math.Abs(x.Design.Gain[i]-gain) > 1e-9*gain || x.Design.Lo[i] != 1.5e-3 || x.Design.Hi[i] != 2.5e-3 || x.Design.Start[i] != 2e-3 {
			t.Fatalf("bond %d: gain %g, %g..%g from %g", i+1, x.Design.Gain[i], x.Design.Lo[i], x.Design.Hi[i], x.Design.Start[i])
		}
	}
	x = build(t, chain)
	same(t, "gain", x.Design.Gain, []float64{1, 1, 1})
	same(t, "start", x.Design.Start, []float64{100, 200, 400})
}

// Where learning starts, by kind of start and of range.
func TestStarts(t *testing.T) {
	for _, tt := range []struct {
		bonds       string
		start, unit float64
	}{
		{"{stiffness: 100..300 N/m}", 200, 200},
		{"{stiffness: 100..300 N/m, start: 300 N/m}", 300, 200},
		{"{stiffness: 100.. N/m}", 200, 100},
		{"{stiffness: 100.. N/m, start: 500 N/m}", 500, 400},
		{"{stiffness: 100.. N/m, start: 120 N/m}", 120, 100},
	} {
		smooth := "softplus"
		if strings.Contains(tt.bonds, "..300") {
			smooth = "sigmoid"
		}
		for _, bounds := range []string{"projection", smooth} {
			x := build(t, chain, "bonds="+tt.bonds, "learn={bounds: "+bounds+", steepness: 2}")
			if u := x.Design.Unit; x.Design.Start[1] != tt.start || u != nil && u[1] != tt.unit || u == nil && math.IsInf(x.Design.Hi[1], 1) {
				t.Errorf("%s: start %g, unit %v; want %g, %g", tt.bonds, x.Design.Start[1], x.Design.Unit, tt.start, tt.unit)
			}
			// The start point of the optimiser is the start of the bonds.
			k := make([]float64, 3)
			p := x.StartPoint()
			x.Design.Stiffness(p, k, nil)
			if math.Abs(k[1]-tt.start) > 1e-6*tt.start {
				t.Errorf("%s, %s: the optimiser starts at %g, want %g", tt.bonds, bounds, k[1], tt.start)
			}
		}
	}
}

// A random start draws one number for each bond: freezing, cutting and rules of
// other bonds leave it as it was.
func TestRandomStart(t *testing.T) {
	base := build(t, push, "bonds.start=random")
	low, high := 0, 0
	for _, theta := range base.Design.Start {
		if theta < 1.5e-3 || theta > 2.5e-3 {
			t.Fatalf("start %g", theta)
		}
		if theta < 1.75e-3 {
			low++
		} else if theta > 2.25e-3 {
			high++
		}
	}
	if low < 2 || high < 2 {
		t.Errorf("28 random starts, %d in the lowest and %d in the highest quarter", low, high)
	}
	for _, override := range []string{"bonds.frozen=[2, 5]", "network.cut=[5]",
		"bonds.each=[{bond: 2, width: 1..3 mm}, {bond: 5, start: 2 mm}]"} {
		x := build(t, push, "bonds.start=random", override)
		for i, theta := range x.Design.Start {
			if i != 1 && i != 4 && theta != base.Design.Start[i] {
				t.Errorf("%s changes the start of bond %d", override, i+1)
			}
		}
	}
	x := build(t, push, "bonds.each=[{bond: 2, width: 1..3 mm, start: random}]")
	share := (base.Design.Start[1] - 1.5e-3) / 1e-3
	if got := (x.Design.Start[1] - 1e-3) / 2e-3; math.Abs(got-share) > 1e-12 {
		t.Errorf("bond 2 alone starts at %g of its range, among others at %g", got, share)
	}
}

// Bonds with ranges of their own, and those that cannot change.
func TestRangesOfBonds(t *testing.T) {
	x := build(t, push, "bonds.frozen=[1, 3]", "bonds.each=[{bond: 2, width: 1.8..4 mm}, {bond: 4, start: 1.6 mm}, {bond: 5, width: 2..2 mm}]")
	d := x.Design
	same(t, "lower ends", d.Lo[:6], []float64{1.5e-3, 1.8e-3, 1.5e-3, 1.5e-3, 2e-3, 1.5e-3})
	same(t, "upper ends", d.Hi[:6], []float64{2.5e-3, 4e-3, 2.5e-3, 2.5e-3, 2e-3, 2.5e-3})
	same(t, "start", d.Start[:6], []float64{2e-3, 2e-3, 2e-3, 1.6e-3, 2e-3, 2e-3})
	if slices.Contains(d.Free, 0) || slices.Contains(d.Free, 2) || slices.Contains(d.Free, 4) || len(d.Free) != 25 {
		t.Errorf("free bonds %v", d.Free)
	}
	// A rule with a range of its own starts in its middle where others do.
	x = build(t, push, "bonds.start=middle", "bonds.each=[{bond: 2, width: 3..4 mm}]")
	same(t, "middle", x.Design.Start[:2], []float64{2e-3, 3.5e-3}, nearly)
	x = build(t, chain, "bonds={stiffness: 1..2 N/m, each: [{bond: 1, stiffness: 3.. N/m}]}")
	if !math.IsInf(x.Design.Hi[0], 1) || x.Design.Start[0] != 6 {
		t.Errorf("open range %g.. from %g", x.Design.Lo[0], x.Design.Start[0])
	}
}
