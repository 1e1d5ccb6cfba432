package element

import (
	"errors"
	"math"
)

// Ground resists the motion of one node along Dir, however far it goes: e = Dir . u.
type Ground struct{}

var _ = register(Ground{})

func (Ground) Name() string          { return "ground" }
func (Ground) Ends() int             { return 1 }
func (Ground) Parts(dim int) []Part  { return Along(dim) }
func (Ground) Modes(int) []Mode      { return []Mode{{"motion", "m", "N"}} }
func (Ground) Size(b *Built) float64 { return 1 }
func (Ground) Check(b *Built) error {
	if math.Abs(dot(b.Dir, b.Dir)-1) > 1e-9 {
		return errors.New("it has no direction; say along which axis it resists")
	}
	return nil
}
func (Ground) Rows(b *Built, c []float64) { copy(c[:b.Dim], b.Dir[:]) }
func (k Ground) Stretch(b *Built, u, e, c []float64) {
	k.Rows(b, c)
	e[0] = 0
	for axis, v := range u {
		e[0] += c[axis] * v
	}
}
func (Ground) Curve(*Built, []float64, []float64, []float64) {}
func (Ground) SizeSlope(b *Built, d []float64)               { clear(d) }
