package camera_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/vision/camera"
	"github.com/elastrain/elastrain/vision/render"
)

// view draws a camera before a specimen of 0.1 m.
func view(t *rapid.T) camera.Homography {
	draw := func(name string, lo, hi float64) float64 { return rapid.Float64Range(lo, hi).Draw(t, name) }
	return render.Pose{
		Target:   [2]float64{draw("x", -0.1, 0.1), draw("y", -0.1, 0.1)},
		Distance: draw("distance", 0.2, 0.5), Tilt: draw("tilt", 0, 0.6), Towards: draw("towards", 0, 6), Roll: draw("roll", 0, 6),
		Focal: 800, Centre: [2]float64{320, 240}, Mirrored: rapid.Bool().Draw(t, "mirrored"),
	}.View()
}

func TestInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := view(t)
		inverse, ok := h.Inverse()
		if !ok {
			t.Fatal("a view is singular")
		}
		x := [2]float64{rapid.Float64Range(-0.05, 0.05).Draw(t, "px"), rapid.Float64Range(-0.05, 0.05).Draw(t, "py")}
		p, ok := h.Map(x)
		if !ok {
			t.Fatal("the point is not before the camera")
		}
		back, ok := h.Plane(inverse, p)
		if !ok || math.Hypot(back[0]-x[0], back[1]-x[1]) > 1e-12 {
			t.Fatalf("%v came back as %v", x, back)
		}
	})
}

// The Jacobian agrees with central differences.
func TestJacobian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := view(t)
		x := [2]float64{0.01, -0.02}
		j := h.Jacobian(x)
		const step = 1e-6
		for k := range 2 {
			a, b := x, x
			a[k] += step
			b[k] -= step
			pa, _ := h.Map(a)
			pb, _ := h.Map(b)
			for r := range 2 {
				if want := (pa[r] - pb[r]) / (2 * step); math.Abs(j[2*r+k]-want) > 1e-5*(1+math.Abs(want)) {
					t.Fatalf("derivative %d of pixel %d is %g, want %g", k, r, j[2*r+k], want)
				}
			}
		}
	})
}

// The centre of the ellipse is the centre of any two opposite points of the
// outline whose tangents are parallel; here: the middle of the extremes in
// column and in row, found by walking round the circle.
func TestDiscCentre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := view(t)
		x := [2]float64{rapid.Float64Range(-0.04, 0.04).Draw(t, "px"), 0.01}
		radius := rapid.Float64Range(0, 0.02).Draw(t, "radius")
		lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
		const steps = 20000
		for i := range steps {
			s, c := math.Sincos(2 * math.Pi * float64(i) / steps)
			p, ok := h.Map([2]float64{x[0] + radius*c, x[1] + radius*s})
			if !ok {
				t.Skip("behind the camera")
			}
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
		c, ok := h.DiscCentre(x, radius)
		if !ok || math.Hypot(c[0]-(lo[0]+hi[0])/2, c[1]-(lo[1]+hi[1])/2) > 1e-4 {
			t.Fatalf("centre %v, want the middle of %v and %v", c, lo, hi)
		}
		inverse, _ := h.Inverse()
		back, ok := h.DiscAt(inverse, c, radius)
		if !ok || math.Hypot(back[0]-x[0], back[1]-x[1]) > 1e-9 {
			t.Fatalf("the disc at %v came back at %v", x, back)
		}
	})
}

func pairs(h camera.Homography, n int, noise float64, random *rand.Rand) []camera.Pair {
	var out []camera.Pair
	for range n {
		x := [2]float64{0.1 * (random.Float64() - 0.5), 0.08 * (random.Float64() - 0.5)}
		c, _ := h.DiscCentre(x, 2e-3)
		out = append(out, camera.Pair{
			Plane: x, Radius: 2e-3, Sigma: max(noise, 0.01),
			Pixel: [2]float64{c[0] + noise*random.NormFloat64(), c[1] + noise*random.NormFloat64()},
		})
	}
	return out
}

// Without noise a fit gives the view back, also from four marks.
func TestFitIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := view(t)
		p := pairs(h, 5+int(rapid.Uint8Max(10).Draw(t, "more")), 0, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		f, err := camera.FitHomography(p)
		if errors.Is(err, camera.ErrFlat) {
			t.Skip("by chance nearly on a line")
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range p {
			a, _ := h.Map(q.Plane)
			b, _ := f.Map(q.Plane)
			if math.Hypot(a[0]-b[0], a[1]-b[1]) > 1e-7 {
				t.Fatalf("%v is seen at %v, want %v", q.Plane, b, a)
			}
		}
	})
}

// The errors of a fit are as large as it says: over 400 draws of the noise the
// mean square error at a point agrees with the variance within a sixth.
func TestVarianceOfFit(t *testing.T) {
	h := render.Pose{Distance: 0.3, Tilt: 0.4, Focal: 800, Centre: [2]float64{320, 240}}.View()
	x := [2]float64{0.03, -0.02}
	want, _ := h.Map(x)
	random := rand.New(rand.NewPCG(4, 2))
	design := pairs(h, 8, 0, random)
	square, promised, rms := 0.0, 0.0, 0.0
	const draws = 400
	for range draws {
		p := append([]camera.Pair(nil), design...)
		for i := range p {
			p[i].Sigma = 0.05
			p[i].Pixel[0] += 0.05 * random.NormFloat64()
			p[i].Pixel[1] += 0.05 * random.NormFloat64()
		}
		f, err := camera.FitHomography(p)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := f.Map(x)
		square += ((got[0]-want[0])*(got[0]-want[0]) + (got[1]-want[1])*(got[1]-want[1])) / 2 / draws
		promised += f.Variance(x) / draws
		rms += f.RMS * f.RMS / draws
	}
	// The covariance grows with a bad fit and never shrinks with a good one, so it
	// promises a little too much error.
	if r := square / promised; r < 0.65 || r > 1.1 {
		t.Errorf("mean square error %g px², promised %g", square, promised)
	}
	if r := math.Sqrt(rms) / 0.05; r < 0.93 || r > 1.07 {
		t.Errorf("residuals of %g px, the noise was 0.05", math.Sqrt(rms))
	}
}

func TestFlatFits(t *testing.T) {
	line := make([]camera.Pair, 6)
	for i := range line {
		line[i] = camera.Pair{Plane: [2]float64{float64(i) * 0.01, 0}, Pixel: [2]float64{float64(i) * 30, 10}, Sigma: 0.1}
	}
	for name, p := range map[string][]camera.Pair{"line": line, "three": line[:3], "same": {line[0], line[0], line[0], line[0]}} {
		if _, err := camera.FitHomography(p); !errors.Is(err, camera.ErrFlat) {
			t.Errorf("%s: %v, want ErrFlat", name, err)
		}
	}
}

func TestFromFour(t *testing.T) {
	h := render.Pose{Distance: 0.3, Tilt: 0.5, Towards: 1, Roll: 2, Focal: 800, Centre: [2]float64{320, 240}}.View()
	plane := [4][2]float64{{0, 0}, {0.05, 0}, {0.04, 0.06}, {-0.01, 0.03}}
	var pixel [4][2]float64
	for i, x := range plane {
		pixel[i], _ = h.Map(x)
	}
	g, ok := camera.FromFour(plane, pixel)
	if !ok {
		t.Fatal("no homography")
	}
	a, _ := h.Map([2]float64{0.02, 0.02})
	b, ok := g.Map([2]float64{0.02, 0.02})
	if !ok || math.Hypot(a[0]-b[0], a[1]-b[1]) > 1e-9 {
		t.Errorf("a fifth point is seen at %v, want %v", b, a)
	}
	pixel[3] = [2]float64{(pixel[0][0] + pixel[1][0]) / 2, (pixel[0][1] + pixel[1][1]) / 2}
	if _, ok := camera.FromFour(plane, pixel); ok {
		t.Error("three pixels on a line were accepted")
	}
}
