package part

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/snapshot"
)

// lattice is a network of nodes and bonds in space, clamped at its first node.
func lattice(t *testing.T, nodes, bonds, more string) *snapshot.Snapshot {
	t.Helper()
	return built(t, "elastrain: 1\nnetwork: {nodes: "+nodes+", bonds: "+bonds+"}\n"+more+
		"supports: {clamped: [1]}\ntask:\n  kind: behaviour\n  cases: [{push: [{node: 2, along: x, force: 1 N}], want: [{node: 2, along: x, move: 1 mm}]}]\n")
}

func body(t *testing.T, s *snapshot.Snapshot, o Options) (*Plan, *Mesh) {
	t.Helper()
	p, err := New(s, o)
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Body()
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	return p, m
}

const round3d = "material: {young: 2 MPa, shear: 1 MPa}\nelements: [{kind: beam3d, law: circle, diameter: 3 mm}]\n"

// A cube frame of round struts: the volume is that of the free lengths as cylinders, and of joints that lie between a ball and
// the ball on which their ends lie.
func TestRoundStruts(t *testing.T) {
	s := lattice(t, "[[0 mm, 0 mm, 0 mm], [30 mm, 0 mm, 0 mm], [0 mm, 30 mm, 0 mm], [0 mm, 0 mm, 30 mm]]", "[[1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4]]", round3d)
	p, m := body(t, s, Options{})
	struts, least, most := 0.0, 0.0, 0.0
	for i := range p.Struts {
		e := p.Struts[i].Ends
		struts += mm * (p.length(i) - p.reach(i, e[0]) - p.reach(i, e[1])) * math.Pi / 4 * 9
	}
	for i := range p.Joints {
		r := mm * p.Joints[i].Radius
		most += 4 * math.Pi / 3 * r * r * r
		least += 0.5 * 4 * math.Pi / 3 * 1.5 * 1.5 * 1.5 // half of the ball in it, at the least
	}
	if v := m.Volume(); v < struts+least || v > struts+most {
		t.Errorf("%g mm3, not between %g and %g", v, struts+least, struts+most)
	}
}

// One bar alone: a prism with a rounded end at each node. Its free part is exact.
func TestOneBar(t *testing.T) {
	for _, c := range []struct {
		name, more string
		area       float64 // mm2
		o          Options
	}{
		{"round", "material: {young: 2 MPa, shear: 1 MPa}\nelements: [{kind: beam3d, law: circle, diameter: 3 mm}]\n", math.Pi * 9 / 4, Options{}},
		{"rectangle", "material: {young: 2 MPa, shear: 1 MPa}\nelements: [{kind: beam3d, law: rectangle, width: 3 mm, height: 2 mm}]\n", 6, Options{}},
		{"round of the same area", "material: {young: 2 MPa, shear: 1 MPa}\nelements: [{kind: beam3d, law: rectangle, width: 3 mm, height: 2 mm}]\n", 6, Options{Round: true}},
	} {
		short, long := lattice(t, "[[0 mm, 0 mm, 0 mm], [24 mm, 18 mm, 0 mm]]", "[[1, 2]]", c.more), lattice(t, "[[0 mm, 0 mm, 0 mm], [48 mm, 36 mm, 0 mm]]", "[[1, 2]]", c.more)
		_, a := body(t, short, c.o)
		_, b := body(t, long, c.o)
		near(t, c.name, b.Volume()-a.Volume(), 30*c.area, 1e-3)
	}
}

// The same network gives the same triangles, however often.
func TestBodyIsTheSame(t *testing.T) {
	s := example(t, "behaviour", "")
	for _, o := range []Options{{Fillet: 1e-3, Pins: 3e-3, Dots: 1.5e-3}, {Round: true}} {
		_, a := body(t, s, o)
		_, b := body(t, s, o)
		if len(a.Triangles) != len(b.Triangles) {
			t.Fatal("another number of triangles")
		}
		for i := range a.Triangles {
			if a.Triangles[i] != b.Triangles[i] {
				t.Fatalf("triangle %d differs", i)
			}
		}
		for i := range a.Points {
			if a.Points[i] != b.Points[i] {
				t.Fatalf("point %d differs", i)
			}
		}
	}
}

// The hull of a cube with points within and on its faces has the volume of the cube.
func TestHull(t *testing.T) {
	var points []cell
	for x := int64(0); x <= 4; x++ {
		for y := int64(0); y <= 4; y++ {
			for z := int64(0); z <= 4; z++ {
				points = append(points, cell{x, y, z})
			}
		}
	}
	faces, err := hull(points)
	if err != nil {
		t.Fatal(err)
	}
	six := int64(0)
	for _, f := range faces {
		six -= side(points[f[0]], points[f[1]], points[f[2]], cell{2, 2, 2})
	}
	if six != 6*64 {
		t.Errorf("six times the volume is %d", six)
	}
	if _, err := hull(points[:5]); err == nil {
		t.Error("a line has a hull")
	}
}
