package element

import (
	"errors"
	"math"
)

// Angle resists a change of the signed angle at its second node, from the arm to
// its first node round to the arm to its third, counter-clockwise, in the plane:
// e is the change of that angle, rad. It is smooth at straight angles too, where
// the arc cosine of a dot product is not.
type Angle struct{}

var _ = register(Angle{})

func (Angle) Name() string         { return "angle" }
func (Angle) Ends() int            { return 3 }
func (Angle) Parts(dim int) []Part { return Along(dim) }
func (Angle) Modes(int) []Mode     { return []Mode{{"angle", "rad", "N m"}} }
func (Angle) Check(b *Built) error {
	if b.Dim != 2 {
		return errors.New("a signed angle lies in a plane, and the network has another dimension; use kind: bend in space")
	}
	for _, end := range []int{0, 2} {
		if _, l := between(b, 1, end); !(l > 0) {
			return errors.New("an arm of it has no length; its three nodes must be at three places")
		}
	}
	return nil
}

// Size is the angle as built, rad in (0, 2 pi): what a law with a rest angle compares with.
func (Angle) Size(b *Built) float64 {
	first, _ := between(b, 1, 0)
	second, _ := between(b, 1, 2)
	angle := math.Atan2(first[0]*second[1]-first[1]*second[0], dot(first, second))
	if angle <= 0 {
		angle += 2 * math.Pi
	}
	return angle
}

func (k Angle) Rows(b *Built, c []float64) {
	first, l1 := between(b, 1, 0)
	second, l2 := between(b, 1, 2)
	angleRows(first, second, l1, l2, c)
}

// angleRows: an arm of length l along (x, y) turns by (x v - y u)/l when its far end moves by (u, v).
func angleRows(first, second [3]float64, l1, l2 float64, c []float64) {
	ax, ay := first[1]/(l1*l1), -first[0]/(l1*l1)   // less the turn of the first arm
	bx, by := -second[1]/(l2*l2), second[0]/(l2*l2) // and the turn of the second
	copy(c, []float64{ax, ay, -ax - bx, -ay - by, bx, by})
}

func (Angle) Stretch(b *Built, u, e, c []float64) {
	first, firstBuilt := moved(b, u, 2, 1, 0)
	second, secondBuilt := moved(b, u, 2, 1, 2)
	t1 := turn(firstBuilt, u[0]-u[2], u[1]-u[3], 0)
	// The two arms turn together; their difference is what must not jump.
	t2 := turn(secondBuilt, u[4]-u[2], u[5]-u[3], t1)
	e[0] = t2 - t1
	angleRows(first, second, math.Hypot(first[0], first[1]), math.Hypot(second[0], second[1]), c)
}

func (Angle) Curve(b *Built, u, t, h []float64) {
	for arm, end := range []int{0, 2} {
		d, _ := moved(b, u, 2, 1, end)
		l := math.Hypot(d[0], d[1])
		by := t[0]
		if arm == 0 {
			by = -by
		}
		var block [9]float64
		addTurn(&block, d[0]/l, d[1]/l, l, by)
		pairBlock(h, 6, 2, 2*end, 2, &block)
	}
}

func (k Angle) SizeSlope(b *Built, d []float64) { k.Rows(b, d) }
