package element

import "math"

// A beam in space far from where it was built, corotational: its axes turn with each of its nodes, and what it feels is how each
// lies to its chord and to the other, which no rigid motion changes. With c the chord now and x, y, z the axes as node i has turned
// them, the angles by which an end stands off the chord are
//
//	about z  atan2(-c.y, c.x),   about y  atan2(c.z, c.x),   twist  atan2(y2.z1 - z2.y1, y1.y2 + z1.z2)
//
// and e2 to e6 are their differences and sums, as those of linear theory are. In a plane this is the beam of the plane. The turn of a node is a
// rotation vector, whose components are its unknowns: less than a full turn, because there they stop telling turns apart. A moment
// works on these components, which in a plane, or on a node that has hardly turned, is what a moment does.

// far is a beam in space where it is now. Its angles are functions of nine variables: the chord, and the turn of either node.
type far struct {
	chord, moved [3]float64 // now, and how much longer than as built
	built        [3][3]float64
	rest         [3]float64 // the chord as built
	l            float64
	node         [2]triad
}

// angle is atan2(b, a) with its derivatives by the nine variables.
type angle struct {
	v, a, b float64
	da, db  [9]float64
}

// stand sets f to where a beam is.
func (f *far) stand(b *Built, u []float64, curved bool) {
	f.rest, _ = between(b, 0, 1)
	for i := range 3 {
		f.moved[i] = u[6+i] - u[i]
		f.chord[i] = f.rest[i] + f.moved[i]
	}
	f.l = math.Sqrt(dot(f.chord, f.chord))
	f.built[0], f.built[1], f.built[2] = b.axes()
	for end := range 2 {
		f.node[end].turnBy(&f.built, [3]float64(u[6*end+3:6*end+6]), curved)
	}
}

// along is chord . axis of a node, and its derivatives. Where across, the axis as built stands across the chord as built, so
// that their product is left out, which keeps the digits of small turns.
func (f *far) along(end, axis int, across bool, d *[9]float64) float64 {
	t := &f.node[end]
	v := dot(f.rest, t.by[axis]) + dot(f.moved, t.v[axis])
	if !across {
		v += dot(f.rest, f.built[axis])
	}
	for i := range 3 {
		d[i] = t.v[axis][i]
		d[3+3*end+i] = dot(f.chord, t.first[axis][i])
	}
	return v
}

// between1and2 is axis p of node 1 times axis q of node 2, less what it is as built, and its derivatives.
func (f *far) between1and2(p, q int, d *[9]float64, by float64) float64 {
	one, two := &f.node[0], &f.node[1]
	for i := range 3 {
		d[3+i] += by * dot(one.first[p][i], two.v[q])
		d[6+i] += by * dot(one.v[p], two.first[q][i])
	}
	return by * (dot(f.built[p], two.by[q]) + dot(one.by[p], two.v[q]))
}

// off are the angles of the ends about z and y, and the twist.
func (f *far) off() (about [2][2]angle, twist angle) {
	for end := range 2 {
		z, y := &about[end][0], &about[end][1]
		z.a = f.along(end, 0, false, &z.da)
		y.a, y.da = z.a, z.da
		z.b = -f.along(end, 1, true, &z.db)
		for i := range z.db {
			z.db[i] = -z.db[i]
		}
		y.b = f.along(end, 2, true, &y.db)
		z.v, y.v = math.Atan2(z.b, z.a), math.Atan2(y.b, y.a)
	}
	twist.a = 2 + f.between1and2(1, 1, &twist.da, 1) + f.between1and2(2, 2, &twist.da, 1)
	twist.b = f.between1and2(2, 1, &twist.db, 1) + f.between1and2(1, 2, &twist.db, -1)
	twist.v = math.Atan2(twist.b, twist.a)
	return about, twist
}

// slope is the derivative by variable i.
func (g *angle) slope(i int) float64 { return (g.a*g.db[i] - g.b*g.da[i]) / (g.a*g.a + g.b*g.b) }

// stretch sets the deformations and their derivatives; stand comes before it.
func (f *far) stretch(e, c []float64) {
	about, twist := f.off()
	clear(c)
	before := math.Sqrt(dot(f.rest, f.rest))
	for i := range 3 {
		n := f.chord[i] / f.l
		c[i], c[6+i] = -n, n
	}
	e[0] = (2*dot(f.rest, f.moved) + dot(f.moved, f.moved)) / (f.l + before)
	set := func(mode int, g *angle, by float64) {
		e[mode] += by * g.v
		row := c[12*mode : 12*mode+12]
		for i := range 3 {
			s := by * g.slope(i)
			row[i] -= s
			row[6+i] += s
			row[3+i] += by * g.slope(3+i)
			row[9+i] += by * g.slope(6+i)
		}
	}
	clear(e[1:6])
	set(1, &twist, 1)
	for axis := range 2 { // about z, about y
		one, two := &about[0][axis], &about[1][axis]
		set(2+2*axis, two, 1)
		set(2+2*axis, one, -1)
		set(3+2*axis, one, 1)
		set(3+2*axis, two, 1)
	}
}

// curve adds the second derivatives of the deformations, each times its t; stand comes before it, curved.
func (f *far) curve(t, h []float64) {
	about, twist := f.off()
	var s [9][9]float64 // of the nine variables
	for i := range 3 {
		for j := range 3 {
			s[i][j] = -t[0] * f.chord[i] * f.chord[j] / (f.l * f.l * f.l)
		}
		s[i][i] += t[0] / f.l
	}
	for axis := range 2 {
		for end, by := range []float64{t[3+2*axis] - t[2+2*axis], t[3+2*axis] + t[2+2*axis]} {
			g := &about[end][axis]
			a, b := g.bend(&s, by)
			f.addAlong(&s, end, 0, a)
			if axis == 0 {
				f.addAlong(&s, end, 1, -b)
			} else {
				f.addAlong(&s, end, 2, b)
			}
		}
	}
	da, db := twist.bend(&s, t[1])
	f.addBetween(&s, 1, 1, da)
	f.addBetween(&s, 2, 2, da)
	f.addBetween(&s, 2, 1, db)
	f.addBetween(&s, 1, 2, -db)
	// The chord is the second end less the first.
	place := func(i int) (at [2]int, by [2]float64, n int) {
		switch {
		case i < 3:
			return [2]int{i, 6 + i}, [2]float64{-1, 1}, 2
		case i < 6:
			return [2]int{i}, [2]float64{1}, 1
		}
		return [2]int{i + 3}, [2]float64{1}, 1
	}
	for i := range 9 {
		rows, rowBy, m := place(i)
		for j := range 9 {
			cols, colBy, n := place(j)
			for p := range m {
				for q := range n {
					h[12*rows[p]+cols[q]] += rowBy[p] * colBy[q] * s[i][j]
				}
			}
		}
	}
}

// bend adds by times the part of the second derivative of an angle that is made of first derivatives of a and b, and returns by
// what the second ones of a and b count.
func (g *angle) bend(s *[9][9]float64, by float64) (a, b float64) {
	r := g.a*g.a + g.b*g.b
	aa, ab := by*2*g.a*g.b/(r*r), by*(g.b*g.b-g.a*g.a)/(r*r)
	for i := range 9 {
		for j := range 9 {
			s[i][j] += aa*(g.da[i]*g.da[j]-g.db[i]*g.db[j]) + ab*(g.da[i]*g.db[j]+g.db[i]*g.da[j])
		}
	}
	return -by * g.b / r, by * g.a / r
}

// addAlong adds by times the second derivative of chord . axis of a node.
func (f *far) addAlong(s *[9][9]float64, end, axis int, by float64) {
	t, at := &f.node[end], 3+3*end
	for j := range 3 {
		for i, v := range t.first[axis][j] {
			s[i][at+j] += by * v
			s[at+j][i] += by * v
		}
	}
	for n, p := range pairs {
		v := by * dot(f.chord, t.second[axis][n])
		s[at+p[0]][at+p[1]] += v
		if p[0] != p[1] {
			s[at+p[1]][at+p[0]] += v
		}
	}
}

// addBetween adds by times the second derivative of axis p of node 1 times axis q of node 2.
func (f *far) addBetween(s *[9][9]float64, p, q int, by float64) {
	one, two := &f.node[0], &f.node[1]
	for j := range 3 {
		for k := range 3 {
			v := by * dot(one.first[p][j], two.first[q][k])
			s[3+j][6+k] += v
			s[6+k][3+j] += v
		}
	}
	for n, pair := range pairs {
		v, w := by*dot(one.second[p][n], two.v[q]), by*dot(one.v[p], two.second[q][n])
		i, j := pair[0], pair[1]
		s[3+i][3+j] += v
		s[6+i][6+j] += w
		if i != j {
			s[3+j][3+i] += v
			s[6+j][6+i] += w
		}
	}
}
