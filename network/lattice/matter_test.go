package lattice

import (
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/internal/reference"
	"github.com/elastrain/elastrain/network"
)

// A packing at rest: every disc bears, has three contacts or more, there are more contacts than freedoms, and the forces
// of the contacts balance.
func TestJammed(t *testing.T) {
	for _, periodic := range []bool{true, false} {
		p := Packing{Points: 64, Spacing: 0.01, Share: 0.9, Ratio: 1.4, Periodic: periodic, Seed: 3}
		n, err := Jammed(p)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := Jammed(p)
		if !n.Equal(again) {
			t.Error("the same seed gives another network")
		}
		if problems := n.Validate(); problems != nil {
			t.Error(n.Describe(problems[0]))
		}
		adj := n.Neighbours()
		free := 0
		for node := range n.Nodes() {
			if n.Held[2*node] {
				if adj.Degree(node) != 1 {
					t.Errorf("foot %d has %d contacts", node+1, adj.Degree(node))
				}
				continue
			}
			free += 2
			if adj.Degree(node) < 3 {
				t.Errorf("node %d has %d contacts", node+1, adj.Degree(node))
			}
		}
		if len(n.Elements) < free-2 {
			t.Errorf("%d contacts for %d freedoms", len(n.Elements), free)
		}
		if _, parts := n.Components(); periodic && parts != 1 {
			t.Errorf("%d parts", parts)
		}
		for i := range n.Elements {
			if l := n.BondLength(i); l > 0.03 {
				t.Errorf("bond %d is %g m long", i+1, l)
			}
		}
	}
	if _, err := Jammed(Packing{Points: 64, Spacing: 1, Share: 0.5, Ratio: 1.4, Periodic: true}); err == nil {
		t.Error("discs that do not touch are jammed")
	}
}

// The contacts, rattlers and rest of a packing that another program has pressed.
func TestJammedReference(t *testing.T) {
	c := reference.Load(t, "disorder_jammed_packing")
	var at [][2]float64
	var radii []float64
	var want [][4]int
	c.Get(t, "positions", &at)
	c.Get(t, "radii", &radii)
	c.Get(t, "contacts_node_node_shift", &want)
	// Lengths in units of the side there, and of the spacing here.
	side := math.Sqrt(float64(len(at)))
	d := &discs{side: side, periodic: true}
	for i, p := range at {
		d.at = append(d.at, [2]float64{p[0] * side, p[1] * side})
		d.radius = append(d.radius, radii[i]*side)
	}
	made := newDiscs(Packing{Points: len(at), Share: 0.9, Ratio: 1.4, Periodic: true})
	for i, r := range made.radius {
		if math.Abs(r-d.radius[i]) > 1e-12 {
			t.Fatalf("radius %d is %.15g, and %.15g there", i+1, r, d.radius[i])
		}
	}
	check := func(list []contact) {
		t.Helper()
		var got [][4]int
		for _, c := range list {
			got = append(got, [4]int{c.one, c.other, c.shift[0], c.shift[1]})
		}
		slices.SortFunc(want, func(a, b [4]int) int { return slices.Compare(a[:], b[:]) })
		if !slices.Equal(got, want) {
			t.Errorf("contacts are\n%v, and there\n%v", got, want)
		}
	}
	check(d.dropRattlers(d.contacts(true)))
	d.watch()
	f := make([][2]float64, len(d.at))
	if left, most := d.forces(f); left > 1e-12*most {
		t.Errorf("a force of %g of the largest is left over", left/most)
	}
	// From places off by a little it comes back to rest with the same contacts.
	for i := range d.at {
		d.at[i][i%2] += 1e-4 * math.Sin(float64(7*i))
	}
	d.seen = nil
	if !d.settle() {
		t.Error("it does not come to rest")
	}
	check(d.dropRattlers(d.contacts(true)))
}

// Crossings and segments of fibres as another program finds them, in exact fractions.
func TestFibresReference(t *testing.T) {
	c := reference.Load(t, "disorder_fibre_network")
	var lines [][4]float64
	var crossings [][4]float64
	var segments [][2]int
	c.Get(t, "fibres_x1_y1_x2_y2", &lines)
	c.Get(t, "crossings_x_y_fibre_fibre", &crossings)
	c.Get(t, "segments", &segments)
	var fibres []fibre
	for _, l := range lines {
		fibres = append(fibres, fibre{[2]float64{l[0], l[1]}, [2]float64{l[2] - l[0], l[3] - l[1]}})
	}
	n := crossed(fibres)
	if n.Nodes() != len(crossings) {
		t.Fatalf("%d crossings, and %d there", n.Nodes(), len(crossings))
	}
	for i, c := range crossings {
		if math.Hypot(n.At(i)[0]-c[0], n.At(i)[1]-c[1]) > 1e-14 {
			t.Errorf("crossing %d is at %v, and there at %v", i+1, n.At(i), c[:2])
		}
	}
	var want []network.Element
	for _, s := range segments {
		want = append(want, upwards(bar(s[0], s[1])))
	}
	sortBonds(want)
	if !slices.Equal(n.Elements, want) {
		t.Errorf("segments are %v, and there %v", n.Elements, want)
	}
}

func TestFibres(t *testing.T) {
	n, err := Fibres(60, 0.04, 0.1, 5)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Fibres(60, 0.04, 0.1, 5)
	if !n.Equal(again) || n.Validate() != nil {
		t.Error("not sound, or not the same twice")
	}
	if _, parts := n.Components(); parts != 1 {
		t.Errorf("%d parts", parts)
	}
	adj := n.Neighbours()
	for node := range n.Nodes() {
		if d := adj.Degree(node); d < 1 || d > 4 {
			t.Errorf("node %d has %d bonds", node+1, d)
		}
		if node > 0 && n.At(node)[1] < n.At(node - 1)[1] {
			t.Errorf("node %d lies below the one before", node+1)
		}
	}
	if _, err := Fibres(2, 1e-6, 1, 1); err == nil {
		t.Error("fibres that do not cross make a network")
	}
}

func TestRegular(t *testing.T) {
	for _, c := range []struct{ points, degree, dim int }{{30, 3, 2}, {40, 4, 2}, {41, 6, 3}, {9, 8, 2}, {200, 5, 2}} {
		n, err := Regular(c.points, c.degree, c.dim, 0.01, 2)
		if err != nil {
			t.Fatal(err)
		}
		adj := n.Neighbours()
		for node := range n.Nodes() {
			if adj.Degree(node) != c.degree {
				t.Fatalf("%v: node %d has %d bonds", c, node+1, adj.Degree(node))
			}
		}
		if _, parts := n.Components(); parts != 1 || n.Validate() != nil || n.Nodes() != c.points {
			t.Errorf("%v: %d parts, %d nodes, %v", c, parts, n.Nodes(), n.Validate())
		}
	}
	for _, c := range [][2]int{{5, 3}, {4, 4}, {10, 1}} {
		if _, err := Regular(c[0], c[1], 2, 1, 1); err == nil {
			t.Errorf("%v is a regular network", c)
		}
	}
}

// Every node of a lattice without end has all its neighbours, all bonds but braces are as long as the spacing.
func TestPeriodic(t *testing.T) {
	for _, c := range []struct {
		name    string
		sites   int
		degree  int
		longest float64
	}{{"triangular", 1, 6, 1}, {"square", 1, 8, math.Sqrt2}, {"kagome", 3, 4, 1}, {"honeycomb", 2, 9, math.Sqrt(3)}} {
		for _, size := range [][2]int{{1, 1}, {1, 2}, {2, 1}, {2, 3}, {4, 4}, {5, 3}} {
			n, err := Periodic(c.name, size[0], size[1], 0.5)
			if err != nil {
				t.Fatal(err)
			}
			if problems := n.Validate(); problems != nil {
				t.Errorf("%s %v: %v", c.name, size, n.Describe(problems[0]))
			}
			cells := size[0] * size[1]
			if n.Nodes() != c.sites*cells || len(n.Elements) != c.sites*c.degree*cells/2 {
				t.Errorf("%s %v: %d nodes, %d bonds", c.name, size, n.Nodes(), len(n.Elements))
			}
			adj := n.Neighbours()
			for node := range n.Nodes() {
				if adj.Degree(node) != c.degree {
					t.Errorf("%s %v: node %d has %d bonds", c.name, size, node+1, adj.Degree(node))
				}
			}
			for i := range n.Elements {
				l := n.BondLength(i) / 0.5
				if math.Abs(l-1) > 1e-12 && math.Abs(l-c.longest) > 1e-12 {
					t.Errorf("%s %v: bond %d is %g spacings long", c.name, size, i+1, l)
				}
			}
		}
	}
}
