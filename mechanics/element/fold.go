package element

import (
	"errors"
	"math"
)

// Fold resists a change of the dihedral angle between two triangles that share a crease, in space. Its nodes are wing, crease,
// crease, wing: the triangles are those of the first three and of the last three. The angle is pi where both lie in one
// plane and runs from 0 to 2 pi, where the wings meet on either side; e is its change, rad. Sheets of paper are triangles
// of bars with such springs (bar and hinge; Liu & Paulino 2017), and the torsion of a molecule is the same for four atoms
// in a chain.
type Fold struct{}

var _ = register(Fold{})

func (Fold) Name() string         { return "fold" }
func (Fold) Ends() int            { return 4 }
func (Fold) Parts(dim int) []Part { return Along(dim) }
func (Fold) Modes(int) []Mode     { return []Mode{{"fold", "rad", "N m"}} }

func (Fold) Check(b *Built) error {
	if b.Dim != 3 {
		return errors.New("it folds in space, and the network has another dimension; give every node three coordinates")
	}
	f := foldAt(b, nil)
	for _, normal := range [][3]float64{f.m, f.n} {
		if edge := dot(f.e, f.e); !(dot(normal, normal) > 1e-20*edge*edge) {
			return errors.New("one of its triangles has no area; give wing, crease, crease, wing, whose three first and three last nodes are corners")
		}
	}
	return nil
}

// Size is the angle as built, rad in (0, 2 pi): what a law with a rest angle compares with.
func (Fold) Size(b *Built) float64 {
	f := foldAt(b, nil)
	angle := math.Atan2(f.y(), f.x())
	if angle <= 0 {
		angle += 2 * math.Pi
	}
	return angle
}

// folded is four places: the crease e = k - j, the arms a = i - j and c = k - l, and the normals m = a x e and n = e x c. Then
// m x n is e times m.c, so the angle is that of the point x = m.n, y = |e| m.c.
type folded struct{ e, a, c, m, n [3]float64 }

func foldAt(b *Built, u []float64) (f folded) {
	at := func(end, axis int) float64 {
		v := b.At[3*end+axis]
		if u != nil {
			v += u[3*end+axis]
		}
		return v
	}
	for axis := range b.Dim {
		f.e[axis] = at(2, axis) - at(1, axis)
		f.a[axis] = at(0, axis) - at(1, axis)
		f.c[axis] = at(2, axis) - at(3, axis)
	}
	f.m, f.n = cross(f.a, f.e), cross(f.e, f.c)
	return f
}

func (f *folded) x() float64 { return dot(f.m, f.n) }
func (f *folded) y() float64 { return math.Sqrt(dot(f.e, f.e)) * dot(f.m, f.c) }

func (k Fold) Rows(b *Built, c []float64) {
	f := foldAt(b, nil)
	f.rows(c)
}

// rows is the derivative of the angle by the four places: each wing moves along its normal, and the crease as the wings
// balance.
func (f *folded) rows(c []float64) {
	edge := dot(f.e, f.e)
	l := math.Sqrt(edge)
	along1, along2 := dot(f.a, f.e)/edge, dot(f.c, f.e)/edge
	for axis := range 3 {
		i, w := l/dot(f.m, f.m)*f.m[axis], -l/dot(f.n, f.n)*f.n[axis]
		c[axis], c[9+axis] = i, w
		c[3+axis] = (along1-1)*i - along2*w
		c[6+axis] = (along2-1)*w - along1*i
	}
}

// Stretch keeps its digits by the changes of x and y, from the displacements alone.
func (k Fold) Stretch(b *Built, u, e, c []float64) {
	f0, f := foldAt(b, nil), foldAt(b, u)
	f.rows(c)
	var de, da, dc [3]float64
	for axis := range 3 {
		de[axis] = u[6+axis] - u[3+axis]
		da[axis] = u[axis] - u[3+axis]
		dc[axis] = u[6+axis] - u[9+axis]
	}
	dm, dn := sum(cross(da, f.e), cross(f0.a, de)), sum(cross(de, f.c), cross(f0.e, dc))
	l0, l := math.Sqrt(dot(f0.e, f0.e)), math.Sqrt(dot(f.e, f.e))
	x0, y0 := f0.x(), f0.y()
	dx := dot(dm, f.n) + dot(f0.m, dn)
	dy := dot(de, sum(f.e, f0.e))/(l+l0)*dot(f.m, f.c) + l0*(dot(dm, f.c)+dot(f0.m, dc))
	e[0] = math.Atan2(dy*x0-dx*y0, (x0+dx)*x0+(y0+dy)*y0)
	switch angle := k.Size(b) + e[0]; { // the wings do not pass through each other
	case angle <= 0:
		e[0] += 2 * math.Pi
	case angle > 2*math.Pi:
		e[0] -= 2 * math.Pi
	}
}

func sum(a, b [3]float64) [3]float64 { return [3]float64{a[0] + b[0], a[1] + b[1], a[2] + b[2]} }

// Curve is the derivative of rows along each local coordinate.
func (Fold) Curve(b *Built, u, t, h []float64) {
	f := foldAt(b, u)
	edge, mm, nn := dot(f.e, f.e), dot(f.m, f.m), dot(f.n, f.n)
	l := math.Sqrt(edge)
	along1, along2 := dot(f.a, f.e)/edge, dot(f.c, f.e)/edge
	for q := range 12 {
		var de, da, dc [3]float64
		axis := q % 3
		switch q / 3 {
		case 0:
			da[axis] = 1
		case 1:
			de[axis], da[axis] = -1, -1
		case 2:
			de[axis], dc[axis] = 1, 1
		case 3:
			dc[axis] = -1
		}
		dm, dn := sum(cross(da, f.e), cross(f.a, de)), sum(cross(de, f.c), cross(f.e, dc))
		dEdge, dl := 2*dot(de, f.e), dot(de, f.e)/l
		d1 := (dot(da, f.e) + dot(f.a, de) - along1*dEdge) / edge
		d2 := (dot(dc, f.e) + dot(f.c, de) - along2*dEdge) / edge
		byM, byN := dl/mm-2*l*dot(dm, f.m)/(mm*mm), dl/nn-2*l*dot(dn, f.n)/(nn*nn)
		for axis := range 3 {
			i, w := l/mm*f.m[axis], -l/nn*f.n[axis]
			di, dw := byM*f.m[axis]+l/mm*dm[axis], -byN*f.n[axis]-l/nn*dn[axis]
			h[axis*12+q] += t[0] * di
			h[(9+axis)*12+q] += t[0] * dw
			h[(3+axis)*12+q] += t[0] * (d1*i + (along1-1)*di - d2*w - along2*dw)
			h[(6+axis)*12+q] += t[0] * (d2*w + (along2-1)*dw - d1*i - along1*di)
		}
	}
}

func (k Fold) SizeSlope(b *Built, d []float64) { k.Rows(b, d) }
