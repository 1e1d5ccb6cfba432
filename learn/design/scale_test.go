package design_test

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn/design"
)

// scaled is a stiffness by its logarithm, one on a linear scale, a gain without bounds, an offset of either sign.
func scaled() *design.Design {
	inf := math.Inf(1)
	return &design.Design{Steepness: 1, Lo: []float64{0.1, 100, 0, -inf}, Hi: []float64{10, 170, inf, inf}, Gain: []float64{1, 2, 1, 1},
		Start: []float64{1, 120, 30, -2}, Unit: []float64{1, 1, 30, 1}, Free: []int32{0, 1, 2, 3},
		Log: []bool{true, false, true, false}, Speed: []float64{1, 1, 0.5, 0.3}}
}

func TestScaleByHand(t *testing.T) {
	d := scaled()
	for _, c := range []struct {
		j               int
		x, theta, slope float64
	}{
		{0, 0, 0.1, 0.1}, {0, math.Log(100), 10, 10}, {0, math.Log(10), 1, 1}, {0, 50, 10, 10}, {0, -1, 0.1, 0.1},
		{1, 0.5, 135, 70},
		{2, 0, 30, 15}, {2, -2, 30 / math.E, 15 / math.E}, {2, 2, 30 * math.E, 15 * math.E},
		{3, 10, 3, 0.3}, {3, -10, -3, 0.3},
	} {
		theta, slope := d.At(c.j, c.x)
		if !(math.Abs(theta-c.theta) <= 1e-14*math.Abs(c.theta)) || !(math.Abs(slope-c.slope) <= 1e-14*math.Abs(c.slope)) {
			t.Errorf("parameter %d at %g: %.17g with slope %g, not %g with %g", c.j+1, c.x, theta, slope, c.theta, c.slope)
		}
	}
	x := d.StartPoint()
	k, slope := make([]float64, 4), make([]float64, 4)
	d.Stiffness(x, k, slope)
	for j, start := range d.Start {
		if want := d.Gain[j] * start; !(math.Abs(k[j]-want) <= 1e-14*math.Abs(want)) {
			t.Errorf("parameter %d starts at %g, not %g", j+1, k[j], want)
		}
		const h = 1e-6
		up, _ := d.At(j, x[j]+h)
		down, _ := d.At(j, x[j]-h)
		if got := d.Gain[j] * (up - down) / (2 * h); !(math.Abs(got-slope[j]) <= 1e-7*math.Abs(got)) {
			t.Errorf("parameter %d: slope %g, by differences %g", j+1, slope[j], got)
		}
	}
	lo, hi := d.Box()
	inf := math.Inf(1)
	for j, want := range [][2]float64{{0, math.Log(100)}, {0, 1}, {-inf, inf}, {-inf, inf}} {
		if lo[j] != want[0] || math.Abs(hi[j]-want[1]) > 1e-15 {
			t.Errorf("parameter %d: x from %g to %g, not %v", j+1, lo[j], hi[j], want)
		}
	}
}

// However wide the range, its ends are reached to the last bit, and a value in between comes back.
func TestEndsOfLogarithms(t *testing.T) {
	for _, ratio := range []float64{1, 1.7, 10, 33, 100, 1e4, 1e9} {
		for _, lo := range []float64{1e-3, 0.3, 7} {
			d := design.Uniform(1, lo, lo*ratio, lo)
			d.SetLog()
			_, hi := d.Box()
			if top := d.Theta(0, hi[0]); top != lo*ratio || d.Theta(0, 0) != lo {
				t.Errorf("%g..%g: ends are %.17g and %.17g", lo, lo*ratio, d.Theta(0, 0), top)
			}
			if lower, upper := d.OnBounds([]float64{hi[0]}); ratio > 1 && (lower != 0 || upper != 1) {
				t.Errorf("%g..%g: at the top, %d and %d on bounds", lo, lo*ratio, lower, upper)
			}
			mid := lo * math.Sqrt(ratio)
			if back := d.Theta(0, d.Latent(0, mid)); !(math.Abs(back-mid) <= 1e-14*mid) {
				t.Errorf("%g comes back as %g", mid, back)
			}
		}
	}
}

// What has no bounds is never on one, and its residual is by its unit.
func TestFreeParameters(t *testing.T) {
	d := scaled()
	for _, x := range []float64{-1e6, -1, 0, 1, 1e6} {
		for _, j := range []int{2, 3} {
			if s := d.Share(j, max(min(x, 20), -20)); !(s > 0 && s < 1) {
				t.Errorf("parameter %d at %g: share %g", j+1, x, s)
			}
		}
	}
	x := d.StartPoint()
	if got := d.KKT(x, []float64{0, 0, 0, -2}); got != 2 {
		t.Errorf("residual of an offset: %g", got)
	}
	if lower, upper := d.OnBounds(x); lower != 0 || upper != 0 {
		t.Errorf("%d and %d on bounds", lower, upper)
	}
}

func TestAppend(t *testing.T) {
	d := design.Uniform(3, 1, 9, 5)
	before := d.StartPoint()
	d.Append([]float64{40}, 0, math.Inf(1), 40, 0.5, true)
	d.Append([]float64{0, 0}, math.Inf(-1), math.Inf(1), 1, 0.3, false)
	if err := d.Validate(); err != nil || d.Dim() != 6 {
		t.Fatal(d.Dim(), err)
	}
	x := d.StartPoint()
	for j, v := range before {
		if x[j] != v {
			t.Errorf("parameter %d moved from %g to %g", j+1, v, x[j])
		}
	}
	if theta := d.Theta(3, x[3]); theta != 40 || d.Theta(5, x[5]) != 0 {
		t.Errorf("the gain starts at %g, an offset at %g", theta, d.Theta(5, x[5]))
	}
	// One step of Adam at a rate r moves ln of the gain by r/2 and an offset by 0.3 r.
	if up := d.Theta(3, x[3]+0.2); !(math.Abs(up-40*math.Exp(0.1)) < 1e-12) || !(math.Abs(d.Theta(4, 0.2)-0.06) < 1e-15) {
		t.Errorf("a step gives %g and %g", up, d.Theta(4, 0.2))
	}
}

func TestScalesThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(*design.Design){
		"use projection":           func(d *design.Design) { d.Bounds, d.Lo, d.Hi = design.Sigmoid, d.Lo[:1], d.Hi[:1] },
		"use a linear scale":       func(d *design.Design) { d.Log[3] = true },
		"from zero has no":         func(d *design.Design) { d.Start[2] = 0 },
		"at 0 times the rate":      func(d *design.Design) { d.Speed[1] = 0 },
		"at NaN times the rate":    func(d *design.Design) { d.Speed[1] = math.NaN() },
		"range -3..9 is empty or ": func(d *design.Design) { d.Lo[1], d.Hi[1] = -3, 9 },
	} {
		d := scaled()
		change(d)
		if err := d.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
