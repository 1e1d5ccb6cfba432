package matter

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/interp"
)

// Curve is a bond whose stiffness follows a setting along a measured, monotone
// curve. With hysteresis there are two: one for going stiffer, one for going
// softer. In between, while the direction changes, the stiffness stays until the
// other curve is met: the generalised play operator (backlash),
//
//	k <- min(max(k, stiffer(s)), softer(s))
//
// so the stiffness a bond has is all that needs to be known of its past. The
// ends of the two curves need not meet; what is reachable from everywhere is
// from the end of the softer curve to the end of the stiffer one.
type Curve struct {
	stiffer, softer *branch
	sign            float64 // -1 where a larger setting is softer
	lo, hi          float64 // reachable from everywhere, N/m
}

// Point is one row of a calibration.
type Point struct {
	Setting   float64
	Stiffness float64 // N/m
	Direction Direction
}

// Direction is how the setting came to where a point was measured.
type Direction uint8

const (
	Either Direction = iota // no hysteresis
	Up                      // the setting rose
	Down                    // the setting fell
)

func (d Direction) String() string { return [...]string{"", "up", "down"}[d] }

// NewCurve makes the curve through points in any order: by monotone cubics
// (Fritsch and Butland's PCHIP) where smooth is true, by straight lines otherwise.
// Either all points have a direction or none has.
func NewCurve(points []Point, smooth bool) (*Curve, error) {
	var up, down []Point
	directed := 0
	for _, p := range points {
		if !(p.Stiffness > 0) || math.IsInf(p.Stiffness, 1) {
			return nil, fmt.Errorf("at setting %v the stiffness is %v N/m: a stiffness is positive and finite", p.Setting, p.Stiffness)
		}
		if math.IsNaN(p.Setting) || math.Abs(p.Setting) > 1e100 {
			return nil, fmt.Errorf("the setting for %v N/m is %v: give a finite number", p.Stiffness, p.Setting)
		}
		if p.Direction != Either {
			directed++
		}
		if p.Direction != Down {
			up = append(up, p)
		}
		if p.Direction != Up {
			down = append(down, p)
		}
	}
	if directed > 0 && directed < len(points) {
		return nil, fmt.Errorf("%d of %d points say from which direction the setting came: say it for all or for none", directed, len(points))
	}
	sign, err := trend(up)
	if err != nil {
		return nil, err
	}
	c := &Curve{sign: sign}
	// Along t = sign * setting both curves rise; going up in t is going stiffer.
	if sign < 0 {
		up, down = down, up
	}
	if c.stiffer, err = newBranch(up, sign, smooth); err != nil {
		return nil, err
	}
	c.softer = c.stiffer
	if directed > 0 {
		if c.softer, err = newBranch(down, sign, smooth); err != nil {
			return nil, err
		}
		if err := c.lags(); err != nil {
			return nil, err
		}
	}
	c.lo, c.hi = c.softer.k[0], c.stiffer.k[len(c.stiffer.k)-1]
	if !(c.lo < c.hi) {
		return nil, fmt.Errorf("the hysteresis is wider than the curve: from %v N/m nothing stiffer can be reached and come back from; measure a wider range of settings", c.lo)
	}
	return c, nil
}

// trend is whether stiffness rises or falls with the setting.
func trend(points []Point) (float64, error) {
	if len(points) < 2 {
		return 0, fmt.Errorf("a curve needs two points or more for each direction")
	}
	lo, hi := points[0], points[0]
	for _, p := range points {
		if p.Setting < lo.Setting {
			lo = p
		}
		if p.Setting > hi.Setting {
			hi = p
		}
	}
	if hi.Stiffness < lo.Stiffness {
		return -1, nil
	}
	return 1, nil
}

// lags checks that the stiffness lags behind the setting and never leads it.
func (c *Curve) lags() error {
	places := slices.Concat(c.stiffer.t, c.softer.t)
	slices.Sort(places)
	for i, t := range places {
		const between = 8 // cubics may cross between the points
		for j := range between {
			s := t
			if j > 0 {
				if i+1 == len(places) {
					break
				}
				s += (places[i+1] - t) * float64(j) / between
			}
			if a, b := c.stiffer.at(s), c.softer.at(s); a > b*(1+1e-9) && c.stiffer.covers(s) && c.softer.covers(s) {
				return fmt.Errorf("at setting %.6g the bond is stiffer on the way to stiffer (%.6g N/m) than on the way to softer (%.6g N/m): hysteresis lags behind; see whether up and down are exchanged", c.sign*s, a, b)
			}
		}
	}
	return nil
}

// Reach implements Law. Where nothing changes, the setting is the middle of those
// that hold the stiffness.
func (c *Curve) Reach(from, wanted float64) (setting, reached float64) {
	k := min(max(wanted, c.lo), c.hi)
	switch {
	case k > from:
		return c.sign * c.stiffer.inverse(k), k
	case k < from:
		return c.sign * c.softer.inverse(k), k
	}
	return c.sign * (c.stiffer.inverse(k) + c.softer.inverse(k)) / 2, k
}

// Steps implements Law.
func (c *Curve) Steps(from float64) (below, above float64) {
	return min(c.lo, from), max(c.hi, from)
}

// After is the stiffness of a bond that had stiffness from once its setting has
// gone straight to the given one.
func (c *Curve) After(from, setting float64) float64 {
	t := c.sign * setting
	return min(max(from, c.stiffer.at(t)), c.softer.at(t))
}

// branch is one rising curve k(t).
type branch struct {
	t, k []float64
	fit  interp.FittablePredictor
}

func newBranch(points []Point, sign float64, smooth bool) (*branch, error) {
	if len(points) < 2 {
		return nil, fmt.Errorf("a curve needs two points or more for each direction")
	}
	points = slices.Clone(points)
	slices.SortStableFunc(points, func(a, b Point) int { return cmp.Compare(sign*a.Setting, sign*b.Setting) })
	b := &branch{}
	for i, p := range points {
		if i > 0 {
			before := points[i-1]
			if p.Setting == before.Setting {
				return nil, fmt.Errorf("setting %v comes twice, with %v and %v N/m: average repeated measurements first", p.Setting, before.Stiffness, p.Stiffness)
			}
			if !(p.Stiffness > before.Stiffness) {
				return nil, fmt.Errorf("from setting %v to %v the stiffness goes from %v to %v N/m, against the trend of the curve: leave out what is noise, or measure again", before.Setting, p.Setting, before.Stiffness, p.Stiffness)
			}
		}
		b.t, b.k = append(b.t, sign*p.Setting), append(b.k, p.Stiffness)
	}
	b.fit = &interp.PiecewiseLinear{}
	if smooth {
		b.fit = &interp.FritschButland{}
	}
	if err := b.fit.Fit(b.t, b.k); err != nil {
		return nil, fmt.Errorf("no curve goes through the points: %v", err)
	}
	return b, nil
}

// at is the stiffness at t; beyond the ends it is that of the end.
func (b *branch) at(t float64) float64 {
	return b.fit.Predict(min(max(t, b.t[0]), b.t[len(b.t)-1]))
}

func (b *branch) covers(t float64) bool { return t >= b.t[0] && t <= b.t[len(b.t)-1] }

// inverse is the least t at which the stiffness is k or more, by bisection between the
// points on both sides of it: monotone cubics have no simple inverse.
func (b *branch) inverse(k float64) float64 {
	i, exact := slices.BinarySearch(b.k, k)
	switch {
	case exact || i == 0:
		return b.t[i]
	case i == len(b.k):
		return b.t[i-1]
	}
	lo, hi := b.t[i-1], b.t[i]
	for {
		middle := lo + (hi-lo)/2
		if middle <= lo || middle >= hi {
			return hi
		}
		if b.at(middle) < k {
			lo = middle
		} else {
			hi = middle
		}
	}
}
