package element

import "math"

// triad is three axes of a beam that are turned with a node, by a rotation vector (its direction is the axis of the turn, its
// length the angle). Rodrigues: v = a + S (turn x a) + Q turn x (turn x a), S = sin(angle)/angle, Q = (1 - cos(angle))/angle^2.
type triad struct {
	by     [3][3]float64    // v - a of each axis, to all digits where the turn is small
	v      [3][3]float64    // the axes
	first  [3][3][3]float64 // dv/dturn_j of each axis
	second [3][6][3]float64 // d2v/dturn_j dturn_k, for (j, k) = xx, xy, xz, yy, yz, zz
}

// pairs of components, in the order of the second derivatives.
var pairs = [6][2]int{{0, 0}, {0, 1}, {0, 2}, {1, 1}, {1, 2}, {2, 2}}

// mostTerms of the series below leave nothing out where the square of the angle is less than one.
const mostTerms = 11

// coefficients are those of cos, sin(a)/a and (1 - cos(a))/a^2 in the square of the angle: (-1)^k/(2k)!, /(2k+1)!, /(2k+2)!.
var coefficients = func() (c [3][mostTerms]float64) {
	term := 1.0
	for k := range mostTerms {
		f := float64(2 * k)
		c[0][k], c[1][k], c[2][k] = term, term/(f+1), term/((f+1)*(f+2))
		term /= -(f + 1) * (f + 2)
	}
	return c
}()

// waves are C = cos, S and Q of the angle whose square is n, with two derivatives of each by n: by series where the angle is small.
func waves(n float64) (c, s, q [3]float64) {
	if n < 1 {
		for i, to := range []*[3]float64{&c, &s, &q} {
			for k := mostTerms - 1; k >= 0; k-- { // Horner, with derivatives
				to[2] = n*to[2] + 2*to[1]
				to[1] = n*to[1] + to[0]
				to[0] = n*to[0] + coefficients[i][k]
			}
		}
		return c, s, q
	}
	angle := math.Sqrt(n)
	c[0], s[0] = math.Cos(angle), math.Sin(angle)/angle
	q[0] = (1 - c[0]) / n
	c[1] = -s[0] / 2
	s[1] = (c[0] - s[0]) / (2 * n)
	q[1] = (s[0]/2 - q[0]) / n
	c[2] = -s[1] / 2
	s[2] = (c[1] - 3*s[1]) / (2 * n)
	q[2] = (s[1]/2 - 2*q[1]) / n
	return c, s, q
}

// turnBy sets the axes to those built, turned. With C = 1 - n Q, v = C a + S (turn x a) + Q turn (turn . a).
func (t *triad) turnBy(built *[3][3]float64, turn [3]float64, curved bool) {
	n := dot(turn, turn)
	C, S, Q := waves(n)
	for axis, a := range built {
		across, along := cross(turn, a), dot(turn, a)
		again := cross(turn, across)
		for i := range 3 {
			t.by[axis][i] = S[0]*across[i] + Q[0]*again[i]
			t.v[axis][i] = a[i] + t.by[axis][i]
		}
		var unit [3][3]float64 // e_j x a
		for j := range 3 {
			var e [3]float64
			e[j] = 1
			unit[j] = cross(e, a)
		}
		for j, tj := range turn {
			d := &t.first[axis][j]
			for i := range 3 {
				d[i] = 2*tj*(C[1]*a[i]+S[1]*across[i]+Q[1]*turn[i]*along) + S[0]*unit[j][i] + Q[0]*turn[i]*a[j]
			}
			d[j] += Q[0] * along
		}
		if !curved {
			continue
		}
		for at, p := range pairs {
			j, k := p[0], p[1]
			tj, tk, same := turn[j], turn[k], 0.0
			if j == k {
				same = 1
			}
			d := &t.second[axis][at]
			for i := range 3 {
				d[i] = (2*C[1]*same+4*C[2]*tj*tk)*a[i] + (2*S[1]*same+4*S[2]*tj*tk)*across[i] + (2*Q[1]*same+4*Q[2]*tj*tk)*turn[i]*along +
					2*S[1]*(tj*unit[k][i]+tk*unit[j][i]) + 2*Q[1]*(tj*turn[i]*a[k]+tk*turn[i]*a[j])
			}
			d[k] += 2*Q[1]*tj*along + Q[0]*a[j]
			d[j] += 2*Q[1]*tk*along + Q[0]*a[k]
		}
	}
}
