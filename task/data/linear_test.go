package data

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestLinear(t *testing.T) {
	slopes := []float64{0, 0.016, 0.004, 0.016} // Li and Mao, Fig. 3
	const points = 20000
	x, clean, err := Linear(points, -0.196, 0.196, slopes, 0, 7)
	if err != nil {
		t.Fatal(err)
	}
	if len(x) != points || len(clean) != points*len(slopes) {
		t.Fatalf("%d forces, %d targets", len(x), len(clean))
	}
	mean, square := 0.0, 0.0
	for i, f := range x {
		if f < -0.196 || f > 0.196 {
			t.Fatalf("force %v is out of range", f)
		}
		mean += f / points
		square += f * f / points
		for j, s := range slopes {
			if clean[i*len(slopes)+j] != s*f {
				t.Fatalf("point %d, target %d: %v, want %v", i, j, clean[i*len(slopes)+j], s*f)
			}
		}
	}
	// A uniform force has mean 0 and mean square 0.196^2/3 = 0.01281; their
	// standard errors are 0.113/sqrt(points) = 8.0e-4 and 0.01145/sqrt(points) = 8.1e-5.
	if math.Abs(mean) > 4*8.0e-4 || math.Abs(square-0.196*0.196/3) > 4*8.1e-5 {
		t.Errorf("mean force %g, mean square %g", mean, square)
	}

	x2, noisy, err := Linear(points, -0.196, 0.196, slopes, 1e-4, 7)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(x, x2) {
		t.Error("noise moved the forces")
	}
	mean, square = 0, 0
	for k := range noisy {
		e := noisy[k] - clean[k]
		mean += e / float64(len(noisy))
		square += e * e / float64(len(noisy))
	}
	// 80000 draws: standard errors sd/283 of the mean and sd/400 of the deviation.
	if math.Abs(mean) > 4*1e-4/283 || math.Abs(math.Sqrt(square)-1e-4) > 4*1e-4/400 {
		t.Errorf("noise of mean %g and deviation %g, want 0 and 1e-4", mean, math.Sqrt(square))
	}
	if other, _, _ := Linear(points, -0.196, 0.196, slopes, 0, 8); slices.Equal(x, other) {
		t.Error("two seeds gave the same forces")
	}
}

func TestLinearErrors(t *testing.T) {
	one := []float64{1}
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		points int
		lo, hi float64
		slopes []float64
		noise  float64
		want   string
	}{
		{0, 0, 1, one, 0, "0 points"},
		{5, 1, 1, one, 0, "not a finite range"},
		{5, 2, 1, one, 0, "not a finite range"},
		{5, nan, 1, one, 0, "not a finite range"},
		{5, 0, inf, one, 0, "not a finite range"},
		{5, -math.MaxFloat64, math.MaxFloat64, one, 0, "not a finite range"},
		{5, 0, 1, nil, 0, "no slopes"},
		{5, 0, 1, []float64{1, nan}, 0, "slope 2 is NaN m/N"},
		{5, 0, 1, []float64{inf}, 0, "slope 1 is +Inf m/N"},
		{5, 0, 1, one, -1, "noise of -1 m"},
		{5, 0, 1, one, inf, "noise of +Inf m"},
		{5, 0, 1, one, nan, "noise of NaN m"},
	} {
		x, y, err := Linear(c.points, c.lo, c.hi, c.slopes, c.noise, 1)
		if err == nil || !strings.Contains(err.Error(), c.want) || x != nil || y != nil {
			t.Errorf("Linear(%d, %g, %g, %v, %g): error %v, want %q", c.points, c.lo, c.hi, c.slopes, c.noise, err, c.want)
		}
	}
}

// Published runs rest on these numbers; a change here changes theirs.
func TestLinearIsFrozen(t *testing.T) {
	x, y, err := Linear(2, -1, 1, []float64{0, 2}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	wantX := []float64{0.6231407647308163, -0.13438758628577774}
	wantY := []float64{-0.4609305449603416, 0.6052366795617103, -0.5909385374953, 0.2951023241205809}
	if !slices.Equal(x, wantX) || !slices.Equal(y, wantY) {
		t.Errorf("x %v, y %v; want %v, %v", x, y, wantX, wantY)
	}
}
