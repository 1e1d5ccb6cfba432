package vision

import "math"

// disc is what is fitted to a mark: an ellipse of known shape with a soft edge on
// a sloping ground,
//
//	I(p) = (b₀ + b₁ x + b₂ y) (1 − q Φ((k − ρ) / (|∇ρ| s))),
//
// with ρ the distance from the centre in radii of the disc as the homography
// shows it. The light multiplies both mark and ground, so unevenness moves
// nothing. Weights fall to zero where the picture contradicts the model (glare, a
// bar that comes too near), and the curvature of the fit at its end is the
// Cramér-Rao bound for the noise that was left over.
type disc struct {
	c         [2]float64 // pixel
	sigma     float64    // standard deviation of each coordinate, pixels
	size      float64    // k: apparent over expected diameter
	blur      float64    // s, pixels
	contrast  float64    // |q|
	disturbed float64    // share of the mark's area at which the picture is not that of a disc
}

const (
	discUnknowns = 8 // centre, ground (3), contrast, size, ln blur
	// roughEdge is what real edges may differ from the model without losing weight,
	// in contrasts: defocus is no Gaussian, screens' encoding is not linear.
	roughEdge = 0.03
	// leastSigma stands for what the noise does not tell: print and pixel structure.
	leastSigma = 0.004 // pixels
)

// shape maps an offset in pixels to one in radii, row by row.
type shape [4]float64

// shapeOf inverts the Jacobian (pixels a metre) of a disc of this radius.
func shapeOf(j [4]float64, radius float64) (shape, bool) {
	det := (j[0]*j[3] - j[1]*j[2]) * radius
	if det == 0 || math.IsNaN(det) {
		return shape{}, false
	}
	return shape{j[3] / det, -j[1] / det, -j[2] / det, j[0] / det}, true
}

// reach is the half width of the ellipse ρ = 1 across and down, pixels.
func (m shape) reach() (x, y float64) {
	det := math.Abs(m[0]*m[3] - m[1]*m[2])
	return math.Hypot(m[3], m[1]) / det, math.Hypot(m[2], m[0]) / det
}

// sample is a pixel of the window.
type sample struct {
	dx, dy float64 // from the first guess of the centre
	v      float64
}

// fitDisc starts at the guess, which must lie within a third of the radius. It
// says false if the mark touches the picture's rim or the fit does not settle.
func (g *Grey) fitDisc(guess [2]float64, m shape, light bool) (disc, bool) {
	const outer = 1.5 // radii of the window: into the free ground around the mark
	rx, ry := m.reach()
	const rim = 1.5 // pixels between the mark's edge and the picture's
	if guess[0]-rx < rim || guess[1]-ry < rim || guess[0]+rx > float64(g.W-1)-rim || guess[1]+ry > float64(g.H-1)-rim {
		return disc{}, false
	}
	x0, x1 := max(0, int(guess[0]-outer*rx-1)), min(g.W-1, int(guess[0]+outer*rx+2))
	y0, y1 := max(0, int(guess[1]-outer*ry-1)), min(g.H-1, int(guess[1]+outer*ry+2))
	radius := math.Sqrt(rx * ry)
	var window []sample
	var inside, outside []float64
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			s := sample{float64(x) - guess[0], float64(y) - guess[1], g.at(x, y)}
			rho := math.Hypot(m[0]*s.dx+m[1]*s.dy, m[2]*s.dx+m[3]*s.dy)
			if rho > outer+1/radius {
				continue
			}
			window = append(window, s)
			switch {
			case rho < 0.6:
				inside = append(inside, s.v)
			case rho > 1+1.5/radius:
				outside = append(outside, s.v)
			}
		}
	}
	if len(inside) == 0 || len(outside) < 8 {
		return disc{}, false
	}
	ground := max(median(outside), 1e-3)
	f := discFit{m: m, radius: radius, window: window, p: [discUnknowns]float64{2: ground, 5: 1 - median(inside)/ground, 6: 1}}
	if f.p[5] == 0 || f.p[5] < 0 != light {
		return disc{}, false
	}
	if !f.run() {
		return disc{}, false
	}
	d := disc{
		c:    [2]float64{guess[0] + f.p[0], guess[1] + f.p[1]},
		size: f.p[6], blur: math.Exp(f.p[7]), contrast: math.Abs(f.p[5]),
	}
	d.sigma = math.Hypot(f.sigma, leastSigma)
	d.disturbed = f.disturbed()
	return d, true
}

// discFit is the iteration. Unknowns: centre x y, ground b₀ b₁ b₂, q, k, ln s.
type discFit struct {
	m      shape
	radius float64 // pixels, geometric mean
	window []sample
	p      [discUnknowns]float64
	noise  float64 // of a pixel, from the residuals
	sigma  float64
}

// model is the value at a sample and its derivative by the unknowns, and how far
// the sample lies inside the edge, pixels.
func (f *discFit) model(s sample) (v, inside float64, d [discUnknowns]float64) {
	x, y := s.dx-f.p[0], s.dy-f.p[1]
	a, b := f.m[0]*x+f.m[1]*y, f.m[2]*x+f.m[3]*y
	rho := math.Hypot(a, b)
	var nx, ny, slope float64
	if rho > 1e-9 {
		nx, ny = (f.m[0]*a+f.m[2]*b)/rho, (f.m[1]*a+f.m[3]*b)/rho
		slope = math.Hypot(nx, ny)
		nx, ny = nx/slope, ny/slope
	} else {
		slope = 1 / f.radius
	}
	inside = (f.p[6] - rho) / slope
	width := math.Exp(f.p[7])
	z := inside / width
	cover := 0.5 * math.Erfc(-z/math.Sqrt2)
	density := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	ground := f.p[2] + f.p[3]*s.dx + f.p[4]*s.dy
	through := 1 - f.p[5]*cover
	edge := -ground * f.p[5] * density / width
	return ground * through, inside, [discUnknowns]float64{
		edge * nx, edge * ny, through, through * s.dx, through * s.dy,
		-ground * cover, edge / slope, -ground * f.p[5] * density * -z,
	}
}

func (f *discFit) run() bool {
	residual := make([]float64, len(f.window))
	slopes := make([][discUnknowns]float64, len(f.window))
	sorted := make([]float64, len(f.window))
	for round := range 40 {
		for i, s := range f.window {
			v, _, d := f.model(s)
			residual[i], slopes[i] = s.v-v, d
			sorted[i] = math.Abs(residual[i])
		}
		scale := max(median(sorted)/0.6745, roughEdge*math.Abs(f.p[5]*f.p[2]))
		var normal [discUnknowns][discUnknowns]float64 // lower half
		var right [discUnknowns]float64
		total, square := 0.0, 0.0
		for i, r := range residual {
			w := tukey(r / (5 * scale))
			if w == 0 {
				continue
			}
			total += w
			square += w * r * r
			for a, d := range slopes[i] {
				right[a] += w * r * d
				for b := range a + 1 {
					normal[a][b] += w * d * slopes[i][b]
				}
			}
		}
		if total < 3*discUnknowns || !factor(&normal) {
			return false
		}
		step := right
		solve(&normal, &step)
		last := f.advance(step)
		if !(math.Hypot(f.p[0], f.p[1]) < 0.5*f.radius+1 && f.p[6] > 0.5 && f.p[6] < 1.7) {
			return false
		}
		if last < 1e-4 || round == 39 {
			x, y := [discUnknowns]float64{0: 1}, [discUnknowns]float64{1: 1}
			solve(&normal, &x)
			solve(&normal, &y)
			variance := square / (total - discUnknowns)
			f.noise = math.Sqrt(variance)
			f.sigma = math.Sqrt(variance * (x[0] + y[1]) / 2)
			return last < 1e-2
		}
	}
	return false
}

// factor replaces the lower half of a symmetric matrix by its Cholesky factor.
// It says false if the matrix is not positive definite.
func factor(a *[discUnknowns][discUnknowns]float64) bool {
	for i := range a {
		for j := range i + 1 {
			v := a[i][j]
			for k := range j {
				v -= a[i][k] * a[j][k]
			}
			if i != j {
				a[i][j] = v / a[j][j]
				continue
			}
			if !(v > 1e-12*a[i][i]) {
				return false
			}
			a[i][i] = math.Sqrt(v)
		}
	}
	return true
}

// solve replaces x by the solution for the factored matrix.
func solve(l *[discUnknowns][discUnknowns]float64, x *[discUnknowns]float64) {
	for i := range l {
		for k := range i {
			x[i] -= l[i][k] * x[k]
		}
		x[i] /= l[i][i]
	}
	for i := discUnknowns - 1; i >= 0; i-- {
		for k := i + 1; k < discUnknowns; k++ {
			x[i] -= l[k][i] * x[k]
		}
		x[i] /= l[i][i]
	}
}

// advance takes the step, shortened where the model is far from linear, and
// tells how far the centre moved.
func (f *discFit) advance(step [discUnknowns]float64) float64 {
	length := 1.0
	for i, most := range [discUnknowns]float64{0: 0.7, 1: 0.7, 6: 0.15, 7: 0.5} {
		if most > 0 {
			length = min(length, most/math.Abs(step[i]))
		}
	}
	for i := range f.p {
		f.p[i] += length * step[i]
	}
	// An edge sharper than a pixel cannot be told from one of a third of a pixel.
	f.p[7] = min(max(f.p[7], math.Log(0.3)), math.Log(max(1, f.radius)))
	return math.Hypot(step[0], step[1])
}

func tukey(r float64) float64 {
	if r <= -1 || r >= 1 {
		return 0
	}
	return (1 - r*r) * (1 - r*r)
}

// disturbed is the share of the disc and its edge at which the picture differs
// from the model by more than noise can; 1 if the light changes across the mark
// in another way than on the ground, as glare does.
func (f *discFit) disturbed() float64 {
	contrast := math.Abs(f.p[5] * f.p[2])
	limit := max(6*f.noise, 0.12*contrast)
	bad, all := 0.0, 0.0
	var slope [2]float64 // of the residual within the mark
	square := 0.0
	for _, s := range f.window {
		v, inside, _ := f.model(s)
		if inside < -1.5 {
			continue
		}
		all++
		r := s.v - v
		if math.Abs(r) > limit {
			bad++
		}
		if inside > 0.5+1.5*math.Exp(f.p[7]) {
			x, y := s.dx-f.p[0], s.dy-f.p[1]
			slope[0] += r * x
			slope[1] += r * y
			square += (x*x + y*y) / 2
		}
	}
	if square > 0 {
		change := math.Hypot(slope[0], slope[1]) / square
		if change*f.radius > 0.05*contrast && change > 5*f.noise/math.Sqrt(square) {
			return 1
		}
	}
	return bad / max(1, all)
}
