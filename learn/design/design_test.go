package design_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/learn/design"
)

// kind is a way of bounding, open above or not.
type kind struct {
	name   string
	bounds design.Bounds
	open   bool
}

var kinds = []kind{
	{"projection", design.Projection, false},
	{"projection, open", design.Projection, true},
	{"sigmoid", design.Sigmoid, false},
	{"softplus", design.Softplus, true},
}

// one is a design of three elements, the middle of which is frozen, each with a
// gain and a range of its own.
func one(k kind, steepness float64) *design.Design {
	d := &design.Design{Bounds: k.bounds, Steepness: steepness,
		Lo: []float64{0.0015, 1, 100}, Hi: []float64{0.0025, 1, 170}, Gain: []float64{68750, 3, 1},
		Start: []float64{0.002, 1, 120}, Unit: []float64{0.001, 1, 70}, Free: []int32{2, 0}}
	if k.open {
		d.Hi[0], d.Hi[2] = math.Inf(1), math.Inf(1)
	}
	return d
}

func TestThetaByHand(t *testing.T) {
	for _, test := range []struct {
		kind  int
		x     float64
		theta float64 // of element 3, with range 100..170 and unit 70
		slope float64
	}{
		{0, 0, 100, 70}, {0, 1, 170, 70}, {0, 0.5, 135, 70},
		{1, 0, 100, 70}, {1, 2, 240, 70},
		{2, 0, 135, 35}, {2, 1e3, 170, 0}, {2, -1e3, 100, 0}, // steepness 2
		{3, 0, 100 + 35*math.Ln2, 35}, {3, 1e3, 100 + 70e3, 70}, {3, -1e3, 100, 0},
	} {
		d := one(kinds[test.kind], 2)
		if got := d.Theta(0, test.x); !(math.Abs(got-test.theta) <= 1e-13*test.theta) {
			t.Errorf("%s at %g: theta %.17g, not %.17g", kinds[test.kind].name, test.x, got, test.theta)
		}
		if _, got := d.At(0, test.x); !(math.Abs(got-test.slope) <= 1e-13*70) {
			t.Errorf("%s at %g: slope %.17g, not %.17g", kinds[test.kind].name, test.x, got, test.slope)
		}
	}
}

// drawDesign is a design of some kind and a point that is not at a corner of it.
func drawDesign(t *rapid.T) (*design.Design, kind, []float64) {
	k := kinds[rapid.IntRange(0, len(kinds)-1).Draw(t, "kind")]
	d := one(k, rapid.Float64Range(0.5, 10).Draw(t, "steepness"))
	x := make([]float64, d.Dim())
	for j := range x {
		switch {
		case k.bounds == design.Projection && !k.open:
			x[j] = rapid.Float64Range(0.01, 0.99).Draw(t, "x")
		case k.bounds == design.Projection:
			x[j] = rapid.Float64Range(0.01, 20).Draw(t, "x")
		default:
			x[j] = rapid.Float64Range(-3, 3).Draw(t, "x") / d.Steepness
		}
	}
	return d, k, x
}

// Chain is the derivative of sum(gk k(x)), here by central differences.
func TestChainAgainstDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, k, x := drawDesign(t)
		gk := []float64{0.3, 5, -2}
		value := func() float64 {
			stiffness := make([]float64, 3)
			d.Init(stiffness)
			d.Stiffness(x, stiffness, nil)
			return gk[0]*stiffness[0] + gk[1]*stiffness[1] + gk[2]*stiffness[2]
		}
		gx, slope := make([]float64, 2), make([]float64, 2)
		d.Stiffness(x, make([]float64, 3), slope)
		d.Chain(slope, gk, gx)
		for j := range x {
			h, at := 1e-5, x[j]
			x[j] = at + h
			up := value()
			x[j] = at - h
			want := (up - value()) / (2 * h)
			x[j] = at
			if !(math.Abs(gx[j]-want) <= 1e-6*max(1, math.Abs(want))) {
				t.Fatalf("%s: dL/dx %d is %g, by differences %g", k.name, j, gx[j], want)
			}
		}
		d.SkipChain = true
		if d.Chain(slope, gk, gx); gx[0] != gk[2] || gx[1] != gk[0] {
			t.Fatalf("%s: without the chain %v", k.name, gx)
		}
	})
}

func TestLatentIsInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, k, x := drawDesign(t)
		for j := range x {
			if got := d.Latent(j, d.Theta(j, x[j])); !(math.Abs(got-x[j]) <= 1e-11*max(1, math.Abs(x[j]))) {
				t.Fatalf("%s: x = %g comes back as %g", k.name, x[j], got)
			}
		}
	})
}

func TestLatentAtTheEnds(t *testing.T) {
	for _, k := range kinds {
		d := one(k, 5)
		for j, i := range d.Free {
			for _, theta := range []float64{d.Lo[i], d.Lo[i] * 0.9, min(d.Hi[i], 1e3*d.Unit[i]), 2 * d.Hi[i]} {
				if math.IsInf(theta, 1) {
					continue
				}
				x := d.Latent(j, theta)
				back, want := d.Theta(j, x), min(max(theta, d.Lo[i]), d.Hi[i])
				if math.IsNaN(x) || math.IsInf(x, 0) || !(math.Abs(back-want) <= 2e-9*max(d.Unit[i], want-d.Lo[i])) {
					t.Errorf("%s: theta %g has x = %g, which is %g", k.name, theta, x, back)
				}
				if k.bounds == design.Projection && back != want {
					t.Errorf("%s: theta %.17g comes back as %.17g", k.name, want, back)
				}
			}
		}
	}
}

// A range of one point, as frozen bonds have.
func TestRangeOfOnePoint(t *testing.T) {
	d := one(kinds[0], 1)
	d.Hi[2] = d.Lo[2]
	if x := d.Latent(0, 100); x != 1 || d.Theta(0, x) != 100 || d.Share(0, x) != 0 {
		t.Errorf("x = %g, theta %g", x, d.Theta(0, x))
	}
}

func TestStiffnessLeavesFrozenElements(t *testing.T) {
	d := one(kinds[0], 1)
	k := make([]float64, 3)
	d.Init(k)
	if k[0] != 137.5 || k[1] != 3 || k[2] != 120 {
		t.Errorf("at the start k = %v", k)
	}
	d.Stiffness([]float64{1, 0}, k, nil)
	if k[0] != 68750*0.0015 || k[1] != 3 || k[2] != 170 {
		t.Errorf("k = %v", k)
	}
}

func TestBox(t *testing.T) {
	for _, k := range kinds {
		lo, hi := one(k, 1).Box()
		switch {
		case k.bounds != design.Projection:
			if lo != nil || hi != nil {
				t.Errorf("%s: box %v..%v", k.name, lo, hi)
			}
		case k.open:
			if lo[0] != 0 || !math.IsInf(hi[0], 1) {
				t.Errorf("%s: box %v..%v", k.name, lo, hi)
			}
		default:
			if len(lo) != 2 || lo[1] != 0 || hi[1] != 1 {
				t.Errorf("%s: box %v..%v", k.name, lo, hi)
			}
		}
	}
}

func TestShareAndOnBounds(t *testing.T) {
	for _, test := range []struct {
		kind         int
		x            []float64
		share        []float64
		lower, upper int
	}{
		{0, []float64{0, 1}, []float64{0, 1}, 1, 1},
		{0, []float64{0.25, 1 - 1e-7}, []float64{0.25, 1 - 1e-7}, 0, 1},
		{1, []float64{0, 1}, []float64{0, 0.5}, 1, 0},
		{1, []float64{3, 1e3}, []float64{0.75, 1000. / 1001}, 0, 0},
		{2, []float64{-20, 20}, []float64{0, 1}, 1, 1},
		{2, []float64{0, 0}, []float64{0.5, 0.5}, 0, 0},
		{3, []float64{-40, 0}, []float64{0, math.Ln2 / (1 + math.Ln2)}, 1, 0},
	} {
		d := one(kinds[test.kind], 1)
		for j, want := range test.share {
			if got := d.Share(j, test.x[j]); !(math.Abs(got-want) <= 1e-8) {
				t.Errorf("%s: share %g at %g, not %g", kinds[test.kind].name, got, test.x[j], want)
			}
		}
		if lower, upper := d.OnBounds(test.x); lower != test.lower || upper != test.upper {
			t.Errorf("%s at %v: %d and %d on bounds", kinds[test.kind].name, test.x, lower, upper)
		}
	}
}

// The residual is what one bond could still gain, by hand: slope times room.
func TestKKTByHand(t *testing.T) {
	d := one(kinds[0], 1) // x[0] is element 3 (100..170, gain 1), x[1] element 1 (0.0015..0.0025, gain 68750)
	for _, test := range []struct {
		x    []float64
		gk   []float64
		want float64
	}{
		{[]float64{0.5, 0.5}, []float64{0, 9, 0}, 0},    // stationary; the frozen element does not count
		{[]float64{0, 1}, []float64{-1, 9, 1}, 0},       // both at the bound that their slopes point to
		{[]float64{1, 0}, []float64{0, 0, 2}, 140},      // could go down by 70
		{[]float64{0, 0}, []float64{0, 0, -2}, 140},     // could go up by 70
		{[]float64{0.5, 0}, []float64{-1, 0, 1}, 68.75}, // 35 against 0.001 * 68750
	} {
		if got := d.KKT(test.x, test.gk); !(math.Abs(got-test.want) <= 1e-12*max(test.want, 1)) {
			t.Errorf("x = %v, dL/dk = %v: %g, not %g", test.x, test.gk, got, test.want)
		}
	}
	d = one(kinds[1], 1)
	if got := d.KKT([]float64{5, 0}, []float64{0, 0, -2}); got != 140 { // upwards without end: by one unit
		t.Errorf("open range, up: %g", got)
	}
	if got := d.KKT([]float64{5, 0}, []float64{0, 0, 2}); got != 140 {
		t.Errorf("open range, down: %g", got)
	}
	if got := d.KKT([]float64{0.5, 0}, []float64{0, 0, 2}); got != 70 {
		t.Errorf("open range, near its end: %g", got)
	}
}

// No point of the box is better by more than KKT for a bond, to first order.
func TestKKTBoundsTheGain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := one(kinds[rapid.SampledFrom([]int{0, 2}).Draw(t, "kind")], 1)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		x, gk := []float64{random.Float64(), random.Float64()}, []float64{random.NormFloat64(), 0, random.NormFloat64()}
		limit := d.KKT(x, gk)
		for j, i := range d.Free {
			to := d.Lo[i] + random.Float64()*(d.Hi[i]-d.Lo[i])
			if gain := gk[i] * d.Gain[i] * (d.Theta(j, x[j]) - to); gain > limit*(1+1e-12) {
				t.Fatalf("bond %d gains %g, more than %g", i+1, gain, limit)
			}
		}
	})
}

func TestValidate(t *testing.T) {
	inf := math.Inf(1)
	for _, k := range kinds {
		if err := one(k, 1).Validate(); err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
	}
	for _, test := range []struct {
		kind   int
		change func(*design.Design)
		says   string
	}{
		{0, func(d *design.Design) { d.Lo[2], d.Hi[2] = 2, 1 }, "bond 3: range 2..1"},
		{0, func(d *design.Design) { d.Lo[0] = -1 }, "bond 1: range -1"},
		{0, func(d *design.Design) { d.Lo[0] = math.NaN() }, "bond 1: range NaN"},
		{0, func(d *design.Design) { d.Hi[0] = math.NaN() }, "bond 1: range"},
		{0, func(d *design.Design) { d.Lo[0], d.Hi[0] = inf, inf }, "bond 1: range"},
		{0, func(d *design.Design) { d.Start[2] = 99 }, "bond 3: start 99 is outside"},
		{0, func(d *design.Design) { d.Start[2] = 171 }, "bond 3: start 171 is outside"},
		{2, func(d *design.Design) { d.Hi[2] = inf }, "a sigmoid needs an upper bound"},
		{3, func(d *design.Design) { d.Hi[2] = 200 }, "softplus is for ranges without an upper bound"},
	} {
		d := one(kinds[test.kind], 1)
		test.change(d)
		if err := d.Validate(); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v does not say %q", err, test.says)
		}
	}
	frozen := one(kinds[0], 1)
	frozen.Lo[1] = -5 // a frozen element has no range
	if err := frozen.Validate(); err != nil {
		t.Error(err)
	}
}
