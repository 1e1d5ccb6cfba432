package element

import "math"

// Placed is a Finite kind whose deformations depend on where it was built in more ways than by where its ends are now: those of a
// beam in space are told along axes of its own, which turn with its places.
type Placed interface {
	Finite
	// Shape sets slope (Modes x local, or nil) to the derivatives of the deformations by the places of the ends as built, when these
	// have moved by u, and adds to mix (local x local, or nil) sum t d2e/dplace du: places are its rows.
	Shape(b *Built, u, t, slope, mix []float64)
}

// shape is Placed.Shape of a beam in space; stand comes before it, curved.
func (f *far) shape(b *Built, u, t, slope, mix []float64) {
	about, twist := f.off()
	clear(slope)
	long := math.Sqrt(dot(f.rest, f.rest))
	by := b.axesSlope()
	for j := range 3 { // the second end as built, against the first, along each axis
		g := far{chord: f.chord, built: by[j]}
		for end := range 2 {
			g.node[end].turnBy(&g.built, [3]float64(u[6*end+3:6*end+6]), false)
		}
		var e [6]float64
		var ev [6][9]float64 // with the nine variables
		e[0] = f.chord[j]/f.l - f.rest[j]/long
		for i := range 3 {
			ev[0][i] = -f.chord[i] * f.chord[j] / (f.l * f.l * f.l)
		}
		ev[0][j] += 1 / f.l
		set := func(mode int, d float64, dv *[9]float64, sign float64) {
			e[mode] += sign * d
			for i, v := range dv {
				ev[mode][i] += sign * v
			}
		}
		d, dv := twist.shape(f.betweenBy(&g, [][3]int{{1, 1, 1}, {2, 2, 1}}), f.betweenBy(&g, [][3]int{{2, 1, 1}, {1, 2, -1}}))
		set(1, d, &dv, 1)
		for axis := range 2 {
			for end, sign := range []float64{-1, 1} {
				across := f.alongBy(&g, end, 1+axis, j)
				if axis == 0 {
					across = across.negative()
				}
				d, dv := about[end][axis].shape(f.alongBy(&g, end, 0, j), across)
				set(2+2*axis, d, &dv, sign)
				set(3+2*axis, d, &dv, 1)
			}
		}
		for m := range e {
			if slope != nil {
				slope[12*m+j], slope[12*m+6+j] = -e[m], e[m]
			}
			if mix == nil {
				continue
			}
			for i, v := range ev[m] {
				v *= t[m]
				switch {
				case i < 3:
					mix[12*j+i] += v
					mix[12*j+6+i] -= v
					mix[12*(6+j)+i] -= v
					mix[12*(6+j)+6+i] += v
				case i < 6:
					mix[12*j+i] -= v
					mix[12*(6+j)+i] += v
				default:
					mix[12*j+i+3] -= v
					mix[12*(6+j)+i+3] += v
				}
			}
		}
	}
}

// slopeBy is a derivative by a place, and those of it by the nine variables.
type slopeBy struct {
	d  float64
	dv [9]float64
}

func (s slopeBy) negative() slopeBy {
	s.d = -s.d
	for i := range s.dv {
		s.dv[i] = -s.dv[i]
	}
	return s
}

// alongBy is the derivative of chord . axis of a node by component j of the chord as built; g has the derivatives of the axes.
func (f *far) alongBy(g *far, end, axis, j int) (s slopeBy) {
	t, turned := &f.node[end], &g.node[end]
	s.d = t.v[axis][j] + dot(f.chord, turned.v[axis])
	for i := range 3 {
		s.dv[i] = turned.v[axis][i]
		s.dv[3+3*end+i] = t.first[axis][i][j] + dot(f.chord, turned.first[axis][i])
	}
	return s
}

// betweenBy is likewise that of a sum of products of an axis of node 1 with one of node 2.
func (f *far) betweenBy(g *far, products [][3]int) (s slopeBy) {
	one, two, oneBy, twoBy := &f.node[0], &f.node[1], &g.node[0], &g.node[1]
	for _, p := range products {
		sign, a, b := float64(p[2]), p[0], p[1]
		s.d += sign * (dot(oneBy.v[a], two.v[b]) + dot(one.v[a], twoBy.v[b]))
		for i := range 3 {
			s.dv[3+i] += sign * (dot(oneBy.first[a][i], two.v[b]) + dot(one.first[a][i], twoBy.v[b]))
			s.dv[6+i] += sign * (dot(oneBy.v[a], two.first[b][i]) + dot(one.v[a], twoBy.first[b][i]))
		}
	}
	return s
}

// shape is the derivative of an angle by a place, and those of it by the nine variables, from those of its a and b.
func (g *angle) shape(a, b slopeBy) (d float64, dv [9]float64) {
	r := g.a*g.a + g.b*g.b
	byA, byB := -g.b/r, g.a/r
	aa, ab := 2*g.a*g.b/(r*r), (g.b*g.b-g.a*g.a)/(r*r)
	for i := range dv {
		dv[i] = byA*a.dv[i] + byB*b.dv[i] + aa*(g.da[i]*a.d-g.db[i]*b.d) + ab*(g.da[i]*b.d+g.db[i]*a.d)
	}
	return byA*a.d + byB*b.d, dv
}

// axesSlope is the derivative of the axes of a beam by each component of its chord.
func (b *Built) axesSlope() (by [3][3][3]float64) {
	d, l := between(b, 0, 1)
	x, y, _ := b.axes()
	up := b.up(x)
	across := dot(up, x)
	var v [3]float64 // y, before it has unit length
	for i := range 3 {
		v[i] = up[i] - across*x[i]
	}
	n := math.Sqrt(dot(v, v))
	for j := range 3 {
		var dx, dy [3]float64
		for i := range 3 {
			dx[i] = -d[i] * d[j] / (l * l * l)
		}
		dx[j] += 1 / l
		turn := dot(up, dx)
		for i := range 3 {
			dy[i] = (-turn*x[i] - across*dx[i]) / n
		}
		along := dot(dy, y)
		for i := range 3 {
			dy[i] -= along * y[i]
		}
		first, second := cross(dx, y), cross(x, dy)
		by[j][0], by[j][1] = dx, dy
		for i := range 3 {
			by[j][2][i] = first[i] + second[i]
		}
	}
	return by
}
