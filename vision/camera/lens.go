package camera

import (
	"fmt"
	"math"
)

// Lens is the five-parameter model of Brown as OpenCV and MATLAB write it:
// with x, y the undistorted pixel in focal lengths from the principal point and
// r² = x² + y²,
//
//	x' = x (1 + K1 r² + K2 r⁴ + K3 r⁶) + 2 P1 x y + P2 (r² + 2 x²)
//	y' = y (1 + K1 r² + K2 r⁴ + K3 r⁶) + P1 (r² + 2 y²) + 2 P2 x y
//
// Or it is the fisheye of OpenCV and Kalibr (equidistant, Kannala and Brandt): with r = tan t,
//
//	x' = x/r (t + K1 t³ + K2 t⁵ + K3 t⁷ + K4 t⁹), likewise y'
//
// A nil lens does nothing.
type Lens struct {
	Fx, Fy, Cx, Cy     float64 // pixels
	K1, K2, P1, P2, K3 float64
	Fisheye            bool
	K4                 float64 // of a fisheye
	Width, Height      int     // of the pictures it was calibrated with; 0 unknown
	RMS                float64 // of the calibration, pixels; 0 unknown
}

// Check tells whether the numbers can be a lens.
func (l *Lens) Check() error {
	if l == nil {
		return nil
	}
	for _, v := range []float64{l.Fx, l.Fy, l.Cx, l.Cy, l.K1, l.K2, l.P1, l.P2, l.K3, l.K4, l.RMS} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("the lens has a number that is not finite")
		}
	}
	if !(l.Fx > 0 && l.Fy > 0) {
		return fmt.Errorf("the lens has focal lengths %g and %g pixels; both must be positive", l.Fx, l.Fy)
	}
	if l.Width < 0 || l.Height < 0 || l.RMS < 0 {
		return fmt.Errorf("the lens has a negative picture size or calibration error")
	}
	return nil
}

// distort works in focal lengths and gives the Jacobian too, row by row.
func (l *Lens) distort(x, y float64) (dx, dy float64, j [4]float64) {
	if l.Fisheye {
		return l.bend(x, y)
	}
	rr := x*x + y*y
	radial := 1 + rr*(l.K1+rr*(l.K2+rr*l.K3))
	slope := l.K1 + rr*(2*l.K2+rr*3*l.K3) // of radial by r²
	dx = x*radial + 2*l.P1*x*y + l.P2*(rr+2*x*x)
	dy = y*radial + l.P1*(rr+2*y*y) + 2*l.P2*x*y
	cross := 2*x*y*slope + 2*l.P1*x + 2*l.P2*y
	return dx, dy, [4]float64{
		radial + 2*x*x*slope + 2*l.P1*y + 6*l.P2*x, cross,
		cross, radial + 2*y*y*slope + 6*l.P1*y + 2*l.P2*x,
	}
}

// bend is distort of a fisheye.
func (l *Lens) bend(x, y float64) (dx, dy float64, j [4]float64) {
	r := math.Hypot(x, y)
	if r < 1e-12 {
		return x, y, [4]float64{1, 0, 0, 1}
	}
	t, slope := l.angle(math.Atan(r))
	s := t / r
	ds := (slope/(1+r*r) - s) / r // of s by r
	return s * x, s * y, [4]float64{s + x*x/r*ds, x * y / r * ds, x * y / r * ds, s + y*y/r*ds}
}

// angle is the distance from the principal point, in focal lengths, at which a fisheye shows what is at an angle, and its slope.
func (l *Lens) angle(t float64) (d, slope float64) {
	tt := t * t
	return t * (1 + tt*(l.K1+tt*(l.K2+tt*(l.K3+tt*l.K4)))), 1 + tt*(3*l.K1+tt*(5*l.K2+tt*(7*l.K3+tt*9*l.K4)))
}

// straighten is the inverse of bend, by Newton's iteration for the angle.
func (l *Lens) straighten(u, v float64) (x, y float64, ok bool) {
	d := math.Hypot(u, v)
	if d < 1e-12 {
		return u, v, true
	}
	t := min(d, 1)
	for range 50 {
		at, slope := l.angle(t)
		if !(slope > 0.05) {
			return 0, 0, false
		}
		step := (d - at) / slope
		t += step
		if math.Abs(step) < 1e-15 {
			break
		}
	}
	if at, slope := l.angle(t); !(t >= 0 && t < 0.49*math.Pi && slope > 0.05 && math.Abs(at-d) < 1e-10) {
		return 0, 0, false
	}
	s := math.Tan(t) / d
	return s * u, s * v, true
}

// Distort is the pixel of the real picture at which the lens shows what an ideal
// one would show at p.
func (l *Lens) Distort(p [2]float64) [2]float64 {
	if l == nil {
		return p
	}
	x, y, _ := l.distort((p[0]-l.Cx)/l.Fx, (p[1]-l.Cy)/l.Fy)
	return [2]float64{l.Cx + l.Fx*x, l.Cy + l.Fy*y}
}

// Undistort is the inverse of Distort, by Newton's iteration. It says false
// where the model folds over and has no inverse, which only happens outside the
// part of the picture that the calibration has seen.
func (l *Lens) Undistort(p [2]float64) ([2]float64, bool) {
	if l == nil {
		return p, true
	}
	u, v := (p[0]-l.Cx)/l.Fx, (p[1]-l.Cy)/l.Fy
	if l.Fisheye {
		x, y, ok := l.straighten(u, v)
		return [2]float64{l.Cx + l.Fx*x, l.Cy + l.Fy*y}, ok
	}
	x, y := u, v
	for range 50 {
		dx, dy, j := l.distort(x, y)
		ex, ey := u-dx, v-dy
		det := j[0]*j[3] - j[1]*j[2]
		if !(det > 0.05 && j[0]+j[3] > 0) {
			return [2]float64{}, false
		}
		x += (j[3]*ex - j[1]*ey) / det
		y += (j[0]*ey - j[2]*ex) / det
		if math.Abs(ex)+math.Abs(ey) < 1e-14*(1+math.Abs(u)+math.Abs(v)) {
			return [2]float64{l.Cx + l.Fx*x, l.Cy + l.Fy*y}, true
		}
	}
	dx, dy, _ := l.distort(x, y)
	return [2]float64{l.Cx + l.Fx*x, l.Cy + l.Fy*y}, math.Abs(u-dx)+math.Abs(v-dy) < 1e-10
}

// Fits tells whether the lens was calibrated for pictures of this size.
func (l *Lens) Fits(width, height int) error {
	if l == nil || l.Width == 0 || l.Height == 0 || l.Width == width && l.Height == height {
		return nil
	}
	return fmt.Errorf("the photograph has %d × %d pixels, but the lens was calibrated with %d × %d: "+
		"photograph at the resolution of the calibration, and neither crop nor turn the file", width, height, l.Width, l.Height)
}
