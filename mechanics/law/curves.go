package law

import (
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
)

// hooke: t = k e, for bonds whose rest length is a parameter.
type hooke struct{}

func (hooke) Name() string { return "linear" }
func (hooke) Scale() bool  { return false }
func (hooke) At(k, _, e, _ float64) Point {
	return Point{T: k * e, Slope: k, Energy: k * e * e / 2, DK: e, WK: e * e / 2}
}

// hardening: t = k e (1 + (e/s)^2), the cubic law.
type hardening struct{}

func (hardening) Name() string { return "hardening" }
func (hardening) Scale() bool  { return true }
func (hardening) At(k, s, e, _ float64) Point {
	x := e / s
	return Point{T: k * e * (1 + x*x), Slope: k * (1 + 3*x*x), Energy: k * e * e / 2 * (1 + x*x/2),
		DK: e * (1 + x*x), DS: -2 * k * x * x * x, WK: e * e / 2 * (1 + x*x/2), WS: -k * e * x * x * x / 2}
}

// softening: t = k s atan(e/s), which never pulls harder than k s pi/2.
type softening struct{}

func (softening) Name() string { return "softening" }
func (softening) Scale() bool  { return true }
func (softening) At(k, s, e, _ float64) Point {
	x := e / s
	a, l, f := math.Atan(x), math.Log1p(x*x), 1/(1+x*x)
	w := s * s * (x*a - l/2)
	return Point{T: k * s * a, Slope: k * f, Energy: k * w,
		DK: s * a, DS: k * (a - x*f), WK: w, WS: k * s * (x*a - l)}
}

// bistable: t = k e (1 - e/s)(1 - e/(2s)), at rest at 0 and at 2 s, with a barrier of k s^2/8 between.
type bistable struct{}

func (bistable) Name() string { return "bistable" }
func (bistable) Scale() bool  { return true }
func (bistable) At(k, s, e, _ float64) Point {
	x := e / s
	shape := (1 - x) * (1 - x/2) // 1 - 3x/2 + x^2/2
	return Point{T: k * e * shape, Slope: k * (1 - 3*x + 1.5*x*x), Energy: k * e * e * (0.5 - x/2 + x*x/8),
		DK: e * shape, DS: k * (1.5*x*x - x*x*x), WK: e * e * (0.5 - x/2 + x*x/8), WS: k * s * (x*x*x/2 - x*x*x*x/4)}
}

// logarithmic: t = k l0 ln(l/l0) l0/l, from the energy 1/2 k l0^2 ln(l/l0)^2 (Hencky). It loses its stiffness at a
// stretch of e = 2.718.
type logarithmic struct{}

func (logarithmic) Name() string { return "log" }
func (logarithmic) Scale() bool  { return false }
func (logarithmic) At(k, _, e, l0 float64) Point {
	x := math.Log1p(e / l0)
	l := l0 + e
	r := l0 / l
	// At fixed e: dx/dl0 = 1/l - 1/l0 = -e/(l l0), and dr/dl0 = e/l^2.
	dx, dr := -e/(l*l0), e/(l*l)
	return Point{T: k * l0 * x * r, Slope: k * r * r * (1 - x), Energy: k * l0 * l0 * x * x / 2,
		DK: l0 * x * r, DL0: k * (x*r + l0*dx*r + l0*x*dr), WK: l0 * l0 * x * x / 2, WL0: k * (l0*x*x + l0*l0*x*dx)}
}

// logForce: t = k l0 ln(l/l0), from another energy than log: k l0 (l ln(l/l0) - e).
type logForce struct{}

func (logForce) Name() string { return "log-force" }
func (logForce) Scale() bool  { return false }
func (logForce) At(k, _, e, l0 float64) Point {
	x := math.Log1p(e / l0)
	l := l0 + e
	w := l*x - e
	return Point{T: k * l0 * x, Slope: k * l0 / l, Energy: k * l0 * w,
		DK: l0 * x, DL0: k * (x - e/l), WK: l0 * w, WL0: k * (w + l0*(x-e/l0))}
}

// green: t = k l0 g l/l0 with the strain g = (l^2 - l0^2)/(2 l0^2) (St. Venant-Kirchhoff). In compression it loses its
// stiffness at a stretch of 1/sqrt 3.
type green struct{}

func (green) Name() string { return "green" }
func (green) Scale() bool  { return false }
func (green) At(k, _, e, l0 float64) Point {
	l := l0 + e
	g := e * (l + l0) / (2 * l0 * l0)
	// At fixed e: g = e/l0 + e^2/(2 l0^2), so dg/dl0 = -e/l0^2 - e^2/l0^3 = -e l/l0^3.
	dg := -e * l / (l0 * l0 * l0)
	return Point{T: k * g * l, Slope: k * (g + l*l/(l0*l0)), Energy: k * l0 * l0 * g * g / 2,
		DK: g * l, DL0: k * (g + l*dg), WK: l0 * l0 * g * g / 2, WL0: k * (l0*g*g + l0*l0*g*dg)}
}

// oneWay carries force in one direction only, with a corner that is rounded over s: t = k s ln(1 + exp(x/s)) taken so
// that t -> k e far on its side and 0 far on the other. sign is +1 for tension only (a string), -1 for compression only
// (a contact).
type oneWay struct{ sign float64 }

func (o oneWay) Name() string {
	if o.sign < 0 {
		return "compression-only"
	}
	return "tension-only"
}
func (oneWay) Scale() bool { return true }
func (o oneWay) At(k, s, e, _ float64) Point {
	x := o.sign * e / s
	soft := math.Max(x, 0) + math.Log1p(elementary.Exp(-math.Abs(x))) // ln(1 + exp x)
	on := 1 / (1 + elementary.Exp(-x))
	w := -dilog(x) // integral of ln(1 + exp x) from -inf
	return Point{T: o.sign * k * s * soft, Slope: k * on, Energy: k * s * s * w,
		DK: o.sign * s * soft, DS: o.sign * k * (soft - x*on), WK: s * s * w, WS: k * s * (2*w - x*soft)}
}

// dilog is Li2(-exp x), the integral that makes the energy of a rounded corner: by its series for x <= 0, and beyond by
// Li2(-1/y) + Li2(-y) = -pi^2/6 - ln(y)^2/2.
func dilog(x float64) float64 {
	if x > 0 {
		return -math.Pi*math.Pi/6 - x*x/2 - dilog(-x)
	}
	// Landen's: Li2(-y) = -Li2(y/(1+y)) - ln(1+y)^2/2, whose argument is at most 1/2.
	y := elementary.Exp(x)
	z, sum, power := y/(1+y), 0.0, 1.0
	for n := 1.0; n < 80; n++ {
		power *= z
		add := power / (n * n)
		sum += add
		if add < 1e-17*sum {
			break
		}
	}
	l := math.Log1p(y)
	return -sum - l*l/2
}
