package law

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/interp"
)

// Table is a curve by points, as a testing machine measures them: t = a f(e), with f the monotone cubic through the points
// (Fritsch & Butland 1984) and a a factor that may learn. Its value and slope are continuous, and its energy is the
// integral of just that curve. Beyond the ends it goes on straight with their slopes.
type Table struct {
	e, t, d, w []float64 // elongation, force, slope and energy of every point
}

// NewTable is the curve through points of elongation and force. Every error is a *PointError.
func NewTable(points [][2]float64) (*Table, error) {
	if len(points) < 2 {
		return nil, &PointError{-1, "a curve has at least two points; give the elongation and the force of more"}
	}
	c := &Table{}
	for i, p := range points {
		switch {
		case math.IsNaN(p[0]-p[0]) || math.IsNaN(p[1]-p[1]):
			return nil, &PointError{i, "a point is not finite; measure it anew or leave it out"}
		case i > 0 && !(p[0] > c.e[i-1]):
			return nil, &PointError{i, "the elongation does not grow from the point before to this one; sort the points, and leave one of two with the same elongation"}
		case i > 0 && p[1] < c.t[i-1]:
			return nil, &PointError{i, fmt.Sprintf("the force falls from %.4g N to %.4g N at this point; smooth what was measured, or take law: bistable for a bond that snaps", c.t[i-1], p[1])}
		}
		c.e, c.t = append(c.e, p[0]), append(c.t, p[1])
	}
	if c.t[0] == c.t[len(c.t)-1] {
		return nil, &PointError{-1, "the force is the same at every point, so that nothing resists; give points whose force grows"}
	}
	var cubic interp.FritschButland
	if err := cubic.Fit(c.e, c.t); err != nil {
		return nil, &PointError{-1, "no curve goes through the points: " + err.Error()}
	}
	for _, e := range c.e {
		c.d = append(c.d, cubic.PredictDerivative(e))
	}
	c.w = make([]float64, len(c.e))
	for i := range c.e[1:] { // the integral of a cubic from its ends and their slopes
		h := c.e[i+1] - c.e[i]
		c.w[i+1] = c.w[i] + h*(c.t[i]+c.t[i+1])/2 + h*h*(c.d[i]-c.d[i+1])/12
	}
	_, _, zero := c.at(0)
	for i := range c.w {
		c.w[i] -= zero // nothing is stored at e = 0
	}
	return c, nil
}

// at is force, slope and energy, from the nearer point at the ends of the piece.
func (c *Table) at(e float64) (t, slope, w float64) {
	last := len(c.e) - 1
	i := sort.SearchFloat64s(c.e, e) // the point at or after e
	if i == 0 || i > last {
		i = min(i, last)
		x := e - c.e[i]
		return c.t[i] + c.d[i]*x, c.d[i], c.w[i] + x*(c.t[i]+c.d[i]*x/2)
	}
	h := c.e[i] - c.e[i-1]
	secant := (c.t[i] - c.t[i-1]) / h
	from, to := i-1, i
	if c.e[i]-e < h/2 {
		from, to, h = i, i-1, -h
	}
	// t + d x + p x^2 + q x^3 with the force and slope of both ends.
	p, q := (3*secant-2*c.d[from]-c.d[to])/h, (c.d[from]+c.d[to]-2*secant)/(h*h)
	x := e - c.e[from]
	t = c.t[from] + x*(c.d[from]+x*(p+x*q))
	slope = c.d[from] + x*(2*p+x*3*q)
	w = c.w[from] + x*(c.t[from]+x*(c.d[from]/2+x*(p/3+x*q/4)))
	return t, slope, w
}

// Name implements Curve.
func (*Table) Name() string { return "table" }

// Scale implements Curve.
func (*Table) Scale() bool { return false }

// First implements Measured.
func (*Table) First() Param { return Param{"factor", "", 0} }

// Between implements Known.
func (c *Table) Between() (lo, hi float64) { return c.e[0], c.e[len(c.e)-1] }

// At implements Curve.
func (c *Table) At(a, _, e, _ float64) Point {
	t, slope, w := c.at(e)
	return Point{T: a * t, Slope: a * slope, Energy: a * w, DK: t, WK: w}
}
