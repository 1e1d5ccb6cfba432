package law

import (
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
)

// exponential: t = k s (exp(e/s) - 1), the law of tissue and tendons (Fung 1967): the slope dt/de = k + t/s grows with the
// force. In compression it never pushes harder than k s.
type exponential struct{}

func (exponential) Name() string { return "exponential" }
func (exponential) Scale() bool  { return true }
func (exponential) At(k, s, e, _ float64) Point {
	x := e / s
	m, grown := math.Expm1(x), elementary.Exp(x)
	rest := m - x // of the energy, k s^2 (exp x - 1 - x), which for small x is a series
	if math.Abs(x) < 1e-3 {
		rest = x * x * (1.0/2 + x*(1.0/6+x*(1.0/24+x/120)))
	}
	return Point{T: k * s * m, Slope: k * grown, Energy: k * s * s * rest,
		DK: s * m, DS: k * (m - x*grown), WK: s * s * rest, WS: k * s * (2*rest - x*m)}
}
