package lab

import (
	"math"

	"github.com/elastrain/elastrain/internal/vec"
	"github.com/elastrain/elastrain/network"
)

// Motion is how the camera moved, or the frame under it, between two frames:
// a point x of the first is seen at Centre + Shift + Scale R (x - Centre).
type Motion struct {
	Shift  [3]float64 `json:"shift"`  // m
	Turn   [3]float64 `json:"turn"`   // rotation vector, rad; in the plane only the last counts
	Scale  float64    `json:"scale"`  // magnification, 1 when it did not change
	ScaleE float64    `json:"scaleE"` // its standard error; 0 when it was not estimated
	Marks  int        `json:"marks"`  // how many marks it was found from
	Scaled bool       `json:"scaled"` // Undo takes the magnification out as well

	centre [3]float64
}

// Undo takes the motion out of a point.
func (m *Motion) Undo(x [3]float64) [3]float64 {
	d := vec.Sub(vec.Sub(x, m.centre), m.Shift)
	d = rotate([3]float64{-m.Turn[0], -m.Turn[1], -m.Turn[2]}, d)
	scale := 1.0
	if m.Scaled {
		scale = 1 / m.Scale
	}
	for axis := range d {
		d[axis] = m.centre[axis] + scale*d[axis]
	}
	return d
}

// rotate turns x by a rotation vector (Rodrigues).
func rotate(turn, x [3]float64) [3]float64 {
	angle := vec.Norm(turn)
	if angle == 0 {
		return x
	}
	sin, cos := math.Sincos(angle)
	n := [3]float64{turn[0] / angle, turn[1] / angle, turn[2] / angle}
	c, along := vec.Cross(n, x), vec.Dot(n, x)
	var y [3]float64
	for axis := range y {
		y[axis] = cos*x[axis] + sin*c[axis] + (1-cos)*along*n[axis]
	}
	return y
}

// Align is the similarity that leads the marks from to the marks seen best, by
// least squares over the marks seen in both. sigma is the noise of one
// coordinate; the magnification is taken out when its error moves no point
// within reach of the centre by more than that. One mark gives a shift, two in
// the plane a rotation and a magnification too.
func Align(from, seen []Mark, dim int, sigma, reach float64) Motion {
	m := Motion{Scale: 1}
	var a, b [][3]float64
	for i := range from {
		if i < len(seen) && from[i].Seen && seen[i].Seen {
			a, b = append(a, from[i].X), append(b, seen[i].X)
		}
	}
	m.Marks = len(a)
	if m.Marks == 0 {
		return m
	}
	m.centre = vec.Mean(a)
	m.Shift = vec.Sub(vec.Mean(b), m.centre)
	spread := 0.0
	for i := range a {
		a[i], b[i] = vec.Sub(a[i], m.centre), vec.Sub(vec.Sub(b[i], m.centre), m.Shift)
		spread += vec.Dot(a[i], a[i])
	}
	if m.Marks < 2 || spread == 0 {
		return m
	}
	switch {
	case dim == 2:
		var s, c float64
		for i := range a {
			s += a[i][0]*b[i][1] - a[i][1]*b[i][0]
			c += vec.Dot(a[i], b[i])
		}
		m.Turn[2] = math.Atan2(s, c)
	case dim == 3 && m.Marks >= 3:
		m.Turn = turn3(a, b)
	}
	along := 0.0
	for i := range a {
		along += vec.Dot(rotate(m.Turn, a[i]), b[i])
	}
	if !(along > 0) {
		return m // no magnification leads one to the other; the caller's marks are garbage
	}
	m.Scale = along / spread
	m.ScaleE = sigma * math.Sqrt(2/spread)
	m.Scaled = (dim < 3 || m.Marks >= 3) && m.ScaleE*reach <= sigma
	return m
}

// turn3 is the rotation vector that leads centred points a to b best. Each pass
// solves the linear problem for what is left; motions between two frames are
// small, so a few passes reach rounding. Points on a line leave it at 0.
func turn3(a, b [][3]float64) (turn [3]float64) {
	for range 8 {
		var m [3][3]float64
		var r [3]float64
		for i := range a {
			p := rotate(turn, a[i])
			c := vec.Cross(p, vec.Sub(b[i], p))
			for j := range 3 {
				r[j] += c[j]
				m[j][j] += vec.Dot(p, p)
				for k := range 3 {
					m[j][k] -= p[j] * p[k]
				}
			}
		}
		det := vec.Dot(m[0], vec.Cross(m[1], m[2]))
		size := m[0][0] + m[1][1] + m[2][2]
		if !(det > 1e-9*size*size*size) {
			return turn
		}
		// m is symmetric, so its columns are its rows (Cramer).
		step := [3]float64{vec.Dot(r, vec.Cross(m[1], m[2])) / det, vec.Dot(m[0], vec.Cross(r, m[2])) / det, vec.Dot(m[0], vec.Cross(m[1], r)) / det}
		turn = compose(step, turn)
		if vec.Norm(step) < 1e-15 {
			break
		}
	}
	return turn
}

// compose is the rotation vector of first b, then a (as unit quaternions).
func compose(a, b [3]float64) [3]float64 {
	half := func(v [3]float64) (w float64, q [3]float64) {
		angle := vec.Norm(v)
		if angle == 0 {
			return 1, q
		}
		s := math.Sin(angle/2) / angle
		return math.Cos(angle / 2), [3]float64{s * v[0], s * v[1], s * v[2]}
	}
	aw, av := half(a)
	bw, bv := half(b)
	c := vec.Cross(av, bv)
	var v [3]float64
	for axis := range v {
		v[axis] = aw*bv[axis] + bw*av[axis] + c[axis]
	}
	w, size := aw*bw-vec.Dot(av, bv), vec.Norm(v)
	if size == 0 {
		return v
	}
	f := 2 * math.Atan2(size, w) / size
	return [3]float64{f * v[0], f * v[1], f * v[2]}
}

// Anchors are the marks of a frame that do not move: those of the frame, or
// where it has none the nodes of the network that are held along every axis.
func Anchors(net *network.Network, f *Frame) []Mark {
	if len(f.Fixed) > 0 {
		return f.Fixed
	}
	var held []Mark
	for node, m := range f.Nodes {
		free := false
		for axis := range net.Dim {
			free = free || !net.Held[node*net.Dim+axis]
		}
		if !free {
			held = append(held, m)
		}
	}
	return held
}
