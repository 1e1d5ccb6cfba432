package element

import (
	"errors"
	"math"
)

// Beam3D is welded to its two nodes in space. With x along it, y in the plane of x and Up, and z = x cross y:
//
//	e1 = l - L                      elongation             EA/L
//	e2 = rx2 - rx1                  twist                  GJ/L
//	e3 = rz2 - rz1                  bending in x-y         EIz/L
//	e4 = rz1 + rz2 - 2 (v2 - v1)/L  double bending in x-y  3 EIz/(L (1 + phi_z))
//	e5 = ry2 - ry1                  bending in x-z         EIy/L
//	e6 = ry1 + ry2 + 2 (w2 - w1)/L  double bending in x-z  3 EIy/(L (1 + phi_y))
//
// How it moves far is in corotation.go.
type Beam3D struct{}

var _ = register(Beam3D{})

func (Beam3D) Name() string          { return "beam3d" }
func (Beam3D) Ends() int             { return 2 }
func (Beam3D) Parts(dim int) []Part  { return Turning(dim) }
func (Beam3D) Size(b *Built) float64 { return Bar{}.Size(b) }
func (Beam3D) Modes(int) []Mode {
	return []Mode{{"elongation", "m", "N"}, {"twist", "rad", "N m"},
		{"symmetric bending about z", "rad", "N m"}, {"double bending about z", "rad", "N m"},
		{"symmetric bending about y", "rad", "N m"}, {"double bending about y", "rad", "N m"}}
}

func (Beam3D) Check(b *Built) error {
	if b.Dim != 3 {
		return errors.New("it bends in space, and the network has another dimension; use kind: beam in the plane")
	}
	if err := noLength(b); err != nil {
		return err
	}
	if _, y, _ := b.axes(); math.IsNaN(y[0]) {
		return errors.New("its y axis lies along the beam itself; give `axis` another direction")
	}
	return nil
}

// axes are unit vectors along the beam, and across it. Without Up, y is as near to the z axis of space as it goes, or to
// its y axis for a beam that stands upright.
func (b *Built) axes() (x, y, z [3]float64) {
	d, l := between(b, 0, 1)
	x = scale(d, 1/l)
	up := b.up(x)
	across := dot(up, x)
	for axis := range up {
		y[axis] = up[axis] - across*x[axis]
	}
	if n := math.Sqrt(dot(y, y)); n > 1e-9*math.Sqrt(dot(up, up)) {
		y = scale(y, 1/n)
	} else {
		y = [3]float64{math.NaN(), math.NaN(), math.NaN()}
	}
	return x, y, cross(x, y)
}

// Moment implements Bending, about both axes.
func (Beam3D) Moment(t []float64) float64 {
	return max(math.Hypot(t[2]+t[3], t[4]+t[5]), math.Hypot(t[2]-t[3], t[4]-t[5]))
}

// up is the direction near which y lies, of a beam along x.
func (b *Built) up(x [3]float64) [3]float64 {
	switch {
	case b.Up != [3]float64{}:
		return b.Up
	case math.Abs(x[2]) > 0.999:
		return [3]float64{0, 1, 0}
	}
	return [3]float64{0, 0, 1}
}

func (Beam3D) Rows(b *Built, c []float64) {
	_, l := between(b, 0, 1)
	x, y, z := b.axes()
	clear(c)
	set := func(mode, end, part int, axis [3]float64, by float64) {
		for i, v := range axis {
			c[mode*12+end*6+part*3+i] += by * v
		}
	}
	const move, turns = 0, 1
	for end, sign := range []float64{-1, 1} {
		set(0, end, move, x, sign)
		set(1, end, turns, x, sign)
		set(2, end, turns, z, sign)
		set(3, end, turns, z, 1)
		set(3, end, move, y, -sign*2/l)
		set(4, end, turns, y, sign)
		set(5, end, turns, y, 1)
		set(5, end, move, z, sign*2/l)
	}
}

// Stretch implements Finite.
func (Beam3D) Stretch(b *Built, u, e, c []float64) {
	var f far
	f.stand(b, u, false)
	f.stretch(e, c)
}

// Curve implements Finite.
func (Beam3D) Curve(b *Built, u, t, h []float64) {
	var f far
	f.stand(b, u, true)
	f.curve(t, h)
}

// SizeSlope implements Finite.
func (Beam3D) SizeSlope(b *Built, d []float64) {
	chord, l := between(b, 0, 1)
	clear(d)
	for i, v := range chord {
		d[i], d[6+i] = -v/l, v/l
	}
}

// Shape implements Placed.
func (Beam3D) Shape(b *Built, u, t, slope, mix []float64) {
	var f far
	f.stand(b, u, true)
	f.shape(b, u, t, slope, mix)
}
