package design

import (
	"math"
	"testing"
)

func TestNearestLevels(t *testing.T) {
	const lo, hi, n = 0.1, 10, 5 // 0.1, 0.316, 1, 3.16, 10
	for _, c := range []struct{ theta, want float64 }{{0.1, 0.1}, {0.05, 0.1}, {0.17, 0.1}, {0.18, math.Sqrt(0.1)}, {1, 1}, {1.7, 1}, {1.8, math.Sqrt(10)}, {9, 10}, {10, 10}, {20, 10}} {
		got := Nearest(n, lo, hi, c.theta)
		if math.Abs(got/c.want-1) > 1e-14 {
			t.Errorf("nearest to %g is %g, not %g", c.theta, got, c.want)
		}
		if again := Nearest(n, lo, hi, got); again != got {
			t.Errorf("a level %v is rounded to %v", got, again)
		}
	}
}

// The network gets levels, the optimiser goes on between them, and its slope is that of the level.
func TestDesignWithLevels(t *testing.T) {
	d := Uniform(3, 1, 16, 2)
	d.SetLog()
	d.Levels = []int{5, 0, 2}
	k, slope := make([]float64, 3), make([]float64, 3)
	x := []float64{math.Log(2.5), math.Log(2.5), math.Log(2.5)}
	d.Stiffness(x, k, slope)
	for i, want := range []float64{2, 2.5, 1} {
		if math.Abs(k[i]/want-1) > 1e-14 {
			t.Errorf("parameter %d is %g, not %g", i+1, k[i], want)
		}
	}
	if got := d.Theta(0, x[0]); math.Abs(got/2.5-1) > 1e-14 {
		t.Errorf("the variable itself is rounded: %g", got)
	}
	if math.Abs(slope[0]/2-1) > 1e-14 { // that of ln theta at the level
		t.Errorf("slope %g, and the level is 2", slope[0])
	}
	d.Append([]float64{0}, math.Inf(-1), math.Inf(1), 1, 1, false)
	d.Stiffness(append(x, 3), append(k, 0), append(slope, 0)) // an offset of a reading has no levels
}
