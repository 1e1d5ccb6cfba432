package lattice

import (
	"math"
	"math/big"
)

// The two questions a Delaunay triangulation asks are answered by the sign of a
// determinant, and a wrong sign ruins it. So the determinant is computed in
// floating point with a bound on its error, and in rational numbers where the
// bound does not settle the sign. The bounds are those of Shewchuk, Adaptive
// Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates,
// Discrete Comput. Geom. 18 (1997) 305; they hold with and without fused
// multiply-add. Coordinates are in units of the spacing, far from underflow.

const (
	ulp         = 0x1p-53
	orientBound = (3 + 16*ulp) * ulp
	circleBound = (10 + 96*ulp) * ulp
)

// orient is +1 if a, b, c turn to the left, -1 if to the right, 0 if they lie
// on one line. Only x and y count.
func orient(a, b, c point) int {
	left := (a[0] - c[0]) * (b[1] - c[1])
	right := (a[1] - c[1]) * (b[0] - c[0])
	det := left - right
	if math.Abs(det) > orientBound*(math.Abs(left)+math.Abs(right)) {
		return sign(det)
	}
	ax, ay := rationalFrom(c, a)
	bx, by := rationalFrom(c, b)
	return new(big.Rat).Sub(mul(ax, by), mul(ay, bx)).Sign()
}

// inCircle is +1 if d lies inside the circle through a, b, c, which turn to the
// left; -1 if outside, 0 if on it.
func inCircle(a, b, c, d point) int {
	ax, ay := a[0]-d[0], a[1]-d[1]
	bx, by := b[0]-d[0], b[1]-d[1]
	cx, cy := c[0]-d[0], c[1]-d[1]
	a2, b2, c2 := ax*ax+ay*ay, bx*bx+by*by, cx*cx+cy*cy
	det := a2*(bx*cy-by*cx) + b2*(cx*ay-cy*ax) + c2*(ax*by-ay*bx)
	size := a2*(math.Abs(bx*cy)+math.Abs(by*cx)) +
		b2*(math.Abs(cx*ay)+math.Abs(cy*ax)) +
		c2*(math.Abs(ax*by)+math.Abs(ay*bx))
	if math.Abs(det) > circleBound*size {
		return sign(det)
	}
	return exactInCircle(a, b, c, d)
}

func exactInCircle(a, b, c, d point) int {
	ax, ay := rationalFrom(d, a)
	bx, by := rationalFrom(d, b)
	cx, cy := rationalFrom(d, c)
	square := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Add(mul(x, x), mul(y, y)) }
	cross := func(px, py, qx, qy *big.Rat) *big.Rat { return new(big.Rat).Sub(mul(px, qy), mul(py, qx)) }
	det := mul(square(ax, ay), cross(bx, by, cx, cy))
	det.Add(det, mul(square(bx, by), cross(cx, cy, ax, ay)))
	det.Add(det, mul(square(cx, cy), cross(ax, ay, bx, by)))
	return det.Sign()
}

// rationalFrom is p - origin without rounding.
func rationalFrom(origin, p point) (x, y *big.Rat) {
	difference := func(axis int) *big.Rat {
		r := new(big.Rat).SetFloat64(p[axis])
		return r.Sub(r, new(big.Rat).SetFloat64(origin[axis]))
	}
	return difference(0), difference(1)
}

func mul(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }

func sign(x float64) int {
	if x > 0 {
		return 1
	}
	return -1
}
