package camera

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ErrFlat says that the marks cannot fix a homography: nearly all lie on a line,
// or two of them at one place.
var ErrFlat = errors.New("the marks do not span a plane: at least four are needed, no three of them on a line")

// Pair is a disc of known place and radius, and where the centre of its ellipse
// was seen.
type Pair struct {
	Plane  [2]float64 // m
	Radius float64    // m; 0 for a point
	Pixel  [2]float64 // undistorted
	Sigma  float64    // standard deviation of each coordinate of Pixel, pixels; > 0
}

// Fit is a homography fitted to pairs, with what it leaves unexplained.
type Fit struct {
	Homography
	Inverse  Homography
	Residual [][2]float64 // pixels, seen minus fitted, of each pair
	RMS      float64      // of the residuals, pixels a coordinate, by degrees of freedom; 0 for four pairs
	// cov is the covariance of the first eight entries of the matrix between the
	// normalised planes, whose ninth is 1.
	cov        *mat.SymDense
	normal     Homography
	normalised similarity // of the plane
	pixels     similarity
}

// similarity shifts by −c and then divides by s, so that points lie about the
// origin at a distance of about √2: with it the equations are well conditioned.
type similarity struct {
	c [2]float64
	s float64
}

func (t similarity) to(x [2]float64) [2]float64 {
	return [2]float64{(x[0] - t.c[0]) / t.s, (x[1] - t.c[1]) / t.s}
}

func normalise(n int, at func(int) [2]float64) (t similarity) {
	for i := range n {
		t.c[0] += at(i)[0] / float64(n)
		t.c[1] += at(i)[1] / float64(n)
	}
	for i := range n {
		t.s += math.Hypot(at(i)[0]-t.c[0], at(i)[1]-t.c[1]) / float64(n) / math.Sqrt2
	}
	return t
}

// FitHomography is the normalised direct linear transform (Hartley & Zisserman,
// algorithm 4.2), then Gauss-Newton on the weighted distances in the picture,
// with the ellipse centres of the discs as model.
func FitHomography(pairs []Pair) (*Fit, error) {
	if len(pairs) < 4 {
		return nil, fmt.Errorf("%d marks of the frame: %w", len(pairs), ErrFlat)
	}
	f := &Fit{
		normalised: normalise(len(pairs), func(i int) [2]float64 { return pairs[i].Plane }),
		pixels:     normalise(len(pairs), func(i int) [2]float64 { return pairs[i].Pixel }),
	}
	if !(f.normalised.s > 0 && f.pixels.s > 0) || math.IsInf(f.normalised.s, 0) || math.IsInf(f.pixels.s, 0) {
		return nil, ErrFlat
	}
	normal := make([]Pair, len(pairs))
	for i, p := range pairs {
		if !(p.Sigma > 0) || !(p.Radius >= 0) {
			panic("camera: a pair needs a positive sigma and a radius that is not negative")
		}
		normal[i] = Pair{
			Plane: f.normalised.to(p.Plane), Radius: p.Radius / f.normalised.s,
			Pixel: f.pixels.to(p.Pixel), Sigma: p.Sigma / f.pixels.s,
		}
	}
	h, err := directLinear(normal)
	if err != nil {
		return nil, err
	}
	if h, f.cov, err = refine(h, normal); err != nil {
		return nil, err
	}
	f.normal = h
	a, b := f.normalised, f.pixels
	f.Homography = multiply(Homography{b.s, 0, b.c[0], 0, b.s, b.c[1], 0, 0, 1},
		multiply(h, Homography{1 / a.s, 0, -a.c[0] / a.s, 0, 1 / a.s, -a.c[1] / a.s, 0, 0, 1}))
	var ok bool
	if f.Inverse, ok = f.Homography.Inverse(); !ok {
		return nil, ErrFlat
	}
	return f, f.judge(pairs)
}

// judge fills in the residuals, and widens the covariance where they are larger
// than the sigmas promise.
func (f *Fit) judge(pairs []Pair) error {
	sum, chi := 0.0, 0.0
	for _, p := range pairs {
		c, ok := f.DiscCentre(p.Plane, p.Radius)
		if !ok {
			return ErrFlat
		}
		r := [2]float64{p.Pixel[0] - c[0], p.Pixel[1] - c[1]}
		f.Residual = append(f.Residual, r)
		sum += r[0]*r[0] + r[1]*r[1]
		chi += (r[0]*r[0] + r[1]*r[1]) / (p.Sigma * p.Sigma)
	}
	if free := float64(2*len(pairs) - 8); free > 0 {
		f.RMS = math.Sqrt(sum / free)
		if chi/free > 1 {
			f.cov.ScaleSym(chi/free, f.cov)
		}
	}
	return nil
}

func directLinear(pairs []Pair) (Homography, error) {
	ata := mat.NewSymDense(9, nil)
	for _, p := range pairs {
		x, y, u, v := p.Plane[0], p.Plane[1], p.Pixel[0], p.Pixel[1]
		ata.SymRankOne(ata, 1, mat.NewVecDense(9, []float64{x, y, 1, 0, 0, 0, -u * x, -u * y, -u}))
		ata.SymRankOne(ata, 1, mat.NewVecDense(9, []float64{0, 0, 0, x, y, 1, -v * x, -v * y, -v}))
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(ata, true) {
		return Homography{}, ErrFlat
	}
	values := eigen.Values(nil)
	const flat = 1e-9 // square of the least width of the marks over their extent
	if !(values[1] > flat*values[8]) {
		return Homography{}, ErrFlat
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	var h Homography
	last := vectors.At(8, 0)
	if math.Abs(last) < 1e-6 {
		return h, ErrFlat // the middle of the marks lies on the horizon
	}
	for i := range h {
		h[i] = vectors.At(i, 0) / last
	}
	return h, nil
}

// gradient is the derivative of both coordinates of the image of x by the first
// eight entries.
func (h Homography) gradient(x [2]float64) (u, v [8]float64) {
	w := h[6]*x[0] + h[7]*x[1] + h[8]
	p := [2]float64{(h[0]*x[0] + h[1]*x[1] + h[2]) / w, (h[3]*x[0] + h[4]*x[1] + h[5]) / w}
	u = [8]float64{x[0] / w, x[1] / w, 1 / w, 0, 0, 0, -p[0] * x[0] / w, -p[0] * x[1] / w}
	v = [8]float64{0, 0, 0, x[0] / w, x[1] / w, 1 / w, -p[1] * x[0] / w, -p[1] * x[1] / w}
	return u, v
}

func refine(h Homography, pairs []Pair) (Homography, *mat.SymDense, error) {
	var cov mat.SymDense
	for range 30 {
		normal := mat.NewSymDense(8, nil)
		right := mat.NewVecDense(8, nil)
		for _, p := range pairs {
			c, ok := h.DiscCentre(p.Plane, p.Radius)
			if !ok {
				return h, nil, ErrFlat
			}
			u, v := h.gradient(p.Plane)
			weight := 1 / (p.Sigma * p.Sigma)
			for i, row := range [2][8]float64{u, v} {
				r := mat.NewVecDense(8, row[:])
				normal.SymRankOne(normal, weight, r)
				right.AddScaledVec(right, weight*(p.Pixel[i]-c[i]), r)
			}
		}
		var chol mat.Cholesky
		if !chol.Factorize(normal) {
			return h, nil, ErrFlat
		}
		var step mat.VecDense
		if err := chol.SolveVecTo(&step, right); err != nil {
			return h, nil, ErrFlat
		}
		for i := range 8 {
			h[i] += step.AtVec(i)
		}
		if err := chol.InverseTo(&cov); err != nil {
			return h, nil, ErrFlat
		}
		if mat.Norm(&step, 2) < 1e-13 {
			break
		}
	}
	return h, &cov, nil
}

// Variance is the mean variance of the two pixel coordinates of the image of x
// that comes from the uncertainty of the fit, pixels².
func (f *Fit) Variance(x [2]float64) float64 {
	u, v := f.normal.gradient(f.normalised.to(x))
	a, b := mat.NewVecDense(8, u[:]), mat.NewVecDense(8, v[:])
	return f.pixels.s * f.pixels.s * (mat.Inner(a, f.cov, a) + mat.Inner(b, f.cov, b)) / 2
}
