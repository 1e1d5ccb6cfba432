package law_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/mechanics/law"
)

// Force, slope and energy are those of scipy.interpolate.PchipInterpolator 1.10.1 and of its antiderivative, and go on
// straight beyond the ends.
func TestTable(t *testing.T) {
	c, err := law.NewTable([][2]float64{{-3, -7}, {-1, -1.5}, {0, 0}, {0.5, 0.25}, {2, 3}, {5, 3}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][4]float64{
		{-2.9, -6.6456579641350215, 3.5034150843881857, 7.9024864910661394},
		{-2, -3.8241033755274261, 2.759229957805907, 3.2413263842623437},
		{-0.3, -0.31002331778814129, 1.3194203864090608, 0.04193679213857493},
		{0.2, 0.10472311212814644, 0.40517162471395884, 0.011490160183065257},
		{0.49, 0.24295343707093825, 0.69209244851258589, 0.059892423043478971},
		{1, 1.1223832528180353, 2.4444444444444442, 0.36947251885753118},
		{1.9, 2.9694267310789044, 0.59835748792270582, 2.3353978811763696},
		{3, 3, 0, 5.6343678489702524}, {4.9, 3, 0, 11.334367848970253},
	} {
		p := c.At(2, 0, want[0], 1)
		for i, got := range []float64{p.T, p.Slope, p.Energy} {
			if math.Abs(got-2*want[i+1]) > 2e-14*(1+math.Abs(want[i+1])) {
				t.Errorf("at %g: number %d is %.17g, want %.17g", want[0], i, got, 2*want[i+1])
			}
		}
	}
	end, beyond := c.At(1, 0, -3, 1), c.At(1, 0, -4, 1)
	if want := end.T - end.Slope; math.Abs(beyond.T-want) > 1e-14 || beyond.Slope != end.Slope || math.Abs(beyond.Energy-(end.Energy-end.T+end.Slope/2)) > 1e-13 {
		t.Errorf("beyond the end %+v, at it %+v", beyond, end)
	}
}

// A table of the cubic law tends to the cubic law: the error of a monotone cubic falls at least with the square of the distance.
func TestTableTendsToCubic(t *testing.T) {
	cubic, _ := law.CurveNamed("hardening")
	worst := func(n int) (force, energy float64) {
		var points [][2]float64
		for i := range n + 1 {
			e := -2 + 4*float64(i)/float64(n)
			points = append(points, [2]float64{e, cubic.At(1.5, 0.8, e, 1).T})
		}
		c, err := law.NewTable(points)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1000 {
			e := -2 + 4*(float64(i)+0.37)/1000
			got, want := c.At(1, 0, e, 1), cubic.At(1.5, 0.8, e, 1)
			force, energy = max(force, math.Abs(got.T-want.T)), max(energy, math.Abs(got.Energy-want.Energy))
		}
		return force, energy
	}
	f1, w1 := worst(40)
	f2, w2 := worst(160)
	t.Logf("40 pieces: force %.2e, energy %.2e; 160 pieces: %.2e, %.2e", f1, w1, f2, w2)
	if f2 > f1/16 || w2 > w1/16 || f2 > 1e-3 {
		t.Errorf("a table of 40 pieces misses the cubic law by %.2e and %.2e of energy, one of 160 by %.2e and %.2e", f1, w1, f2, w2)
	}
}

// What is wrong with points is said, and at which point.
func TestTablePoints(t *testing.T) {
	for _, c := range []struct {
		points [][2]float64
		at     int
		word   string
	}{
		{nil, -1, "at least two"},
		{[][2]float64{{0, 0}}, -1, "at least two"},
		{[][2]float64{{0, 0}, {1, 1}, {1, 2}}, 2, "does not grow"},
		{[][2]float64{{0, 0}, {2, 1}, {1, 2}}, 2, "does not grow"},
		{[][2]float64{{0, 0}, {1, 1}, {2, 0.9}}, 2, "force falls"},
		{[][2]float64{{0, 1}, {1, 1}}, -1, "nothing resists"},
		{[][2]float64{{0, 1}, {math.NaN(), 2}}, 1, "not finite"},
		{[][2]float64{{0, 1}, {1, math.Inf(1)}}, 1, "not finite"},
	} {
		_, err := law.NewTable(c.points)
		var bad *law.PointError
		if !errors.As(err, &bad) || bad.Point != c.at || !strings.Contains(bad.Cause, c.word) || !strings.Contains(bad.Cause, "; ") {
			t.Errorf("%v: %v", c.points, err)
		}
	}
}
