package lattice

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/network"
	"pgregory.net/rapid"
)

const mm = 1e-3

// sample is one network of each generator with what is known about it.
type sample struct {
	name    string
	lengths []float64 // bonds join all nodes at these distances, in spacings
	bulk    int       // bonds of a node inside
	rigid   bool
	make    func(spacing float64) (*network.Network, error)
}

var samples = []sample{
	{"chain 1-D", []float64{1}, 2, true, func(a float64) (*network.Network, error) { return Chain(7, a, 1) }},
	{"chain 3-D", []float64{1}, 2, false, func(a float64) (*network.Network, error) { return Chain(7, a, 3) }},
	{"triangular", []float64{1}, 6, true, func(a float64) (*network.Network, error) { return Triangular(5, 6, a) }},
	{"triangular rows", []float64{1}, 6, true, func(a float64) (*network.Network, error) { return TriangularRows([]int{3, 4, 5, 4, 4, 4, 3}, a) }},
	{"square", []float64{1, math.Sqrt2}, 8, true, func(a float64) (*network.Network, error) { return Square(4, 3, a) }},
	{"kagome", []float64{1}, 4, false, func(a float64) (*network.Network, error) { return Kagome(4, 4, a) }},
	{"honeycomb", []float64{1, math.Sqrt(3)}, 9, true, func(a float64) (*network.Network, error) { return Honeycomb(4, 5, a) }},
	{"honeycomb column", []float64{1, math.Sqrt(3)}, -1, true, func(a float64) (*network.Network, error) { return Honeycomb(1, 5, a) }},
	{"cubic", []float64{1, math.Sqrt2}, 18, true, func(a float64) (*network.Network, error) { return Cubic(2, 3, 2, a) }},
	{"fcc", []float64{1}, 12, true, func(a float64) (*network.Network, error) { return FCC(2, 1, 2, a) }},
	{"fcc cube", []float64{1}, -1, true, func(a float64) (*network.Network, error) { return FCC(1, 1, 1, a) }},
}

func must(t testing.TB, n *network.Network, err error) *network.Network {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// sound checks what holds for every generator.
func sound(t *testing.T, n *network.Network) {
	t.Helper()
	for _, p := range n.Validate() {
		t.Error(p)
	}
	if slices.Contains(n.Held, true) {
		t.Error("something is held")
	}
	last := [2]int{-1, -1}
	for i, e := range n.Elements {
		if e.Kind != network.Bar || e.Cut || e.Nodes[0] >= e.Nodes[1] {
			t.Fatalf("bond %d is %+v", i+1, e)
		}
		if slices.Compare(e.Nodes[:], last[:]) <= 0 {
			t.Fatalf("bond %d comes after its place", i+1)
		}
		last = e.Nodes
	}
	if _, pieces := n.Components(); pieces != 1 {
		t.Errorf("%d pieces", pieces)
	}
}

func TestEveryLattice(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			const a = 16 * mm
			n, err := s.make(a)
			sound(t, must(t, n, err))

			// The bonds are exactly the pairs at the lengths of the lattice.
			var want [][2]int
			for i := range n.Nodes() {
				for j := i + 1; j < n.Nodes(); j++ {
					d := distance(n, i, j)
					if d < a*(1-1e-9) {
						t.Fatalf("nodes %d and %d are %g apart", i+1, j+1, d)
					}
					if slices.ContainsFunc(s.lengths, func(l float64) bool { return math.Abs(d-l*a) < 1e-12 }) {
						want = append(want, [2]int{i, j})
					}
				}
			}
			if got := ends(n); !slices.Equal(got, want) {
				t.Errorf("bonds %v\nwant  %v", got, want)
			}

			most := 0
			adj := n.Neighbours()
			for node := range n.Nodes() {
				most = max(most, adj.Degree(node))
			}
			if s.bulk > 0 && most != s.bulk {
				t.Errorf("largest coordination is %d, want %d", most, s.bulk)
			}
			if got := mechanisms(n); (got == 0) != s.rigid {
				t.Errorf("%d mechanisms; rigid should be %v", got, s.rigid)
			}
			wider := must(t, first(s.make(2*a)), nil)
			for i := range n.Pos {
				if wider.Pos[i] != 2*n.Pos[i] {
					t.Fatalf("coordinate %d does not scale with the spacing", i)
				}
			}
		})
	}
}

func first(n *network.Network, _ error) *network.Network { return n }

func ends(n *network.Network) [][2]int {
	pairs := make([][2]int, len(n.Elements))
	for i, e := range n.Elements {
		pairs[i] = e.Nodes
	}
	return pairs
}

func distance(n *network.Network, i, j int) float64 {
	sum := 0.0
	for axis, x := range n.At(i) {
		sum += (x - n.At(j)[axis]) * (x - n.At(j)[axis])
	}
	return math.Sqrt(sum)
}

// mechanisms counts the motions of free nodes, rigid motions of the whole left
// out, that stretch no bar: free dof - rank C - rigid motions (only if nothing
// is held).
func mechanisms(n *network.Network) int {
	dof := make([]int, len(n.Pos))
	free := 0
	for i, held := range n.Held {
		dof[i] = -1
		if !held {
			dof[i] = free
			free++
		}
	}
	var c [][]float64
	for i, e := range n.Elements {
		row := make([]float64, free)
		for axis := range n.Dim {
			x := (n.At(e.Nodes[1])[axis] - n.At(e.Nodes[0])[axis]) / n.BondLength(i)
			for end, node := range e.Nodes {
				if d := dof[node*n.Dim+axis]; d >= 0 {
					row[d] = x * float64(2*end-1)
				}
			}
		}
		c = append(c, row)
	}
	rigid := 0
	if free == len(n.Pos) {
		rigid = n.Dim * (n.Dim + 1) / 2
		if n.Dim == 3 && n.Nodes() == 2 {
			rigid = 5 // turning about its own axis is no motion
		}
	}
	return free - rank(c) - rigid
}

// rank is by elimination with complete pivoting in each column.
func rank(m [][]float64) int {
	r := 0
	if len(m) == 0 {
		return 0
	}
	for col := range m[0] {
		best := r
		for i := r; i < len(m); i++ {
			if math.Abs(m[i][col]) > math.Abs(m[best][col]) {
				best = i
			}
		}
		if r == len(m) || math.Abs(m[best][col]) < 1e-9 {
			continue
		}
		m[r], m[best] = m[best], m[r]
		for i := r + 1; i < len(m); i++ {
			if f := m[i][col] / m[r][col]; f != 0 {
				for j := col; j < len(m[i]); j++ {
					m[i][j] -= f * m[r][j]
				}
			}
		}
		r++
	}
	return r
}

// The lattice of Li & Mao (2024): see the formula in TriangularRows.
func TestLiMao(t *testing.T) {
	const a = 16 * mm
	n := must(t, first(TriangularRows([]int{5, 4, 3, 2}, a)), nil)
	if n.Nodes() != 14 || len(n.Elements) != 28 {
		t.Fatalf("%d nodes, %d bonds; want 14 and 28", n.Nodes(), len(n.Elements))
	}
	sin, cos := math.Sincos(math.Pi / 3)
	node := 0
	for i, row := range []int{5, 4, 3, 2} {
		for j := range row {
			want := []float64{-float64(j)*a - float64(i)*a*cos, -float64(i) * a * sin}
			for axis, x := range n.At(node) {
				if math.Abs(x-want[axis]) > 1e-16 {
					t.Errorf("node %d is at %v, want %v", node+1, n.At(node), want)
				}
			}
			node++
		}
	}
	if n.Pos[0] != 0 || n.Pos[1] != 0 || math.Signbit(n.Pos[0]) || math.Signbit(n.Pos[1]) {
		t.Errorf("node 1 is at %v, want the origin", n.At(0))
	}
	// Some by name: 13 bottom right, 14 bottom left, 6 to 9 the second row from the right.
	if x13, x14 := n.At(12)[0], n.At(13)[0]; !(x13 > x14) {
		t.Errorf("node 13 at x = %g is not to the right of node 14 at %g", x13, x14)
	}
	for i := 6; i < 9; i++ {
		if !(n.At(i - 1)[0] > n.At(i)[0]) || n.At(i - 1)[1] != n.At(i)[1] {
			t.Errorf("nodes %d and %d are not in one row from right to left", i, i+1)
		}
	}
	want := [][2]int{
		{1, 2}, {1, 6}, {2, 3}, {2, 6}, {2, 7}, {3, 4}, {3, 7}, {3, 8}, {4, 5}, {4, 8}, {4, 9}, {5, 9},
		{6, 7}, {6, 10}, {7, 8}, {7, 10}, {7, 11}, {8, 9}, {8, 11}, {8, 12}, {9, 12},
		{10, 11}, {10, 13}, {11, 12}, {11, 13}, {11, 14}, {12, 14}, {13, 14},
	}
	for i, e := range n.Elements {
		if got := [2]int{e.Nodes[0] + 1, e.Nodes[1] + 1}; got != want[i] {
			t.Errorf("bond %d joins %v, want %v", i+1, got, want[i])
		}
	}
	for i := range 2 {
		n.Held[i], n.Held[8+i] = true, true // nodes 1 and 5 are pinned
	}
	if c := n.Maxwell(); c != (network.Count{Free: 24, Bars: 28, Balance: 4}) {
		t.Errorf("count %+v", c)
	}
}

func TestTriangularRowsOfAnyShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := []int{rapid.IntRange(2, 6).Draw(t, "first")}
		for range rapid.IntRange(1, 5).Draw(t, "more") {
			rows = append(rows, max(2, rows[len(rows)-1]+rapid.IntRange(-1, 1).Draw(t, "step")))
		}
		n, err := TriangularRows(rows, 1)
		if err != nil {
			t.Fatal(err)
		}
		var want [][2]int
		for i := range n.Nodes() {
			for j := i + 1; j < n.Nodes(); j++ {
				if d := distance(n, i, j); d < 1-1e-12 {
					t.Fatalf("nodes %d and %d are %g apart", i, j, d)
				} else if d < 1+1e-12 {
					want = append(want, [2]int{i, j})
				}
			}
		}
		if got := ends(n); !slices.Equal(got, want) {
			t.Fatalf("rows %v: bonds %v, want %v", rows, got, want)
		}
		if got := mechanisms(n); got != 0 {
			t.Fatalf("rows %v: %d mechanisms", rows, got)
		}
	})
}

// A row is centred under the one above unless both are of one length.
func TestRowsAreCentred(t *testing.T) {
	n := must(t, first(TriangularRows([]int{4, 5, 4, 4, 4}, 1)), nil)
	middle := func(from, to int) float64 { return (n.At(from)[0] + n.At(to)[0]) / 2 }
	got := []float64{middle(0, 3), middle(4, 8), middle(9, 12), middle(13, 16), middle(17, 20)}
	if want := []float64{-1.5, -1.5, -1.5, -2, -1.5}; !slices.Equal(got, want) {
		t.Errorf("middles of rows at %v, want %v", got, want)
	}
	same := must(t, first(TriangularRows([]int{3, 3, 3}, 1)), nil)
	if !same.Equal(must(t, first(Triangular(3, 3, 1)), nil)) {
		t.Error("Triangular(3, 3) is not rows 3-3-3")
	}
}

func TestNumberingOfCells(t *testing.T) {
	at := func(n *network.Network, number int) string { return fmt.Sprintf("%.3g", n.At(number-1)) }
	square := must(t, first(Square(2, 1, 1)), nil)
	cubic := must(t, first(Cubic(1, 2, 1, 1)), nil)
	fcc := must(t, first(FCC(1, 1, 1, math.Sqrt2)), nil)
	kagome := must(t, first(Kagome(2, 3, 1)), nil)
	honeycomb := must(t, first(Honeycomb(2, 3, 1)), nil)
	for _, c := range []struct{ name, got, want string }{
		{"square 3", at(square, 3), "[2 0]"},
		{"square 4", at(square, 4), "[0 1]"},
		{"cubic 2", at(cubic, 2), "[1 0 0]"},
		{"cubic 3", at(cubic, 3), "[0 1 0]"},
		{"cubic 7", at(cubic, 7), "[0 0 1]"},
		{"fcc 2", at(fcc, 2), "[2 0 0]"},
		{"fcc 3", at(fcc, 3), "[1 1 0]"},
		{"fcc 6", at(fcc, 6), "[1 0 1]"},
		{"kagome 2", at(kagome, 2), "[1 0]"},
		{"kagome 3", at(kagome, 3), "[0.5 0.866]"},
		{"kagome 4", at(kagome, 4), "[2 0]"},
		{"kagome 7, second row", at(kagome, 7), "[1 1.73]"},
		{"kagome 13, third row stands upright", at(kagome, 13), "[0 3.46]"},
		{"honeycomb 2", at(honeycomb, 2), "[0 1]"},
		{"honeycomb 5", at(honeycomb, 5), "[0.866 1.5]"},
		{"honeycomb 9", at(honeycomb, 9), "[0 3]"},
	} {
		if c.got != c.want {
			t.Errorf("%s is at %s, want %s", c.name, c.got, c.want)
		}
	}
	for _, c := range []struct {
		n            *network.Network
		nodes, bonds int
	}{{square, 6, 11}, {cubic, 12, 20 + 22}, {fcc, 14, 36}, {kagome, 18, 27}} {
		if c.n.Nodes() != c.nodes || len(c.n.Elements) != c.bonds {
			t.Errorf("%d nodes, %d bonds; want %d, %d", c.n.Nodes(), len(c.n.Elements), c.nodes, c.bonds)
		}
	}
}

// Kagome is floppy with free edges and rigid when they are held.
func TestKagomeNeedsItsEdges(t *testing.T) {
	n := must(t, first(Kagome(4, 4, 1)), nil)
	if b := n.Maxwell().Balance; b >= -3 {
		t.Errorf("balance %d of a free sheet, want below -3", b)
	}
	adj := n.Neighbours()
	for node := range n.Nodes() {
		if adj.Degree(node) < 4 {
			n.Held[2*node], n.Held[2*node+1] = true, true
		}
	}
	if m := mechanisms(n); m != 0 {
		t.Errorf("%d mechanisms with held edges", m)
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		lattice, setting string
		try              func() (*network.Network, error)
	}{
		{"chain", "size", func() (*network.Network, error) { return Chain(0, 1, 1) }},
		{"chain", "size", func() (*network.Network, error) { return Chain(math.MaxInt, 1, 1) }},
		{"chain", "dim", func() (*network.Network, error) { return Chain(3, 1, 4) }},
		{"chain", "spacing", func() (*network.Network, error) { return Chain(3, 0, 1) }},
		{"triangular", "size", func() (*network.Network, error) { return Triangular(0, 3, 1) }},
		{"triangular", "size", func() (*network.Network, error) { return Triangular(math.MaxInt, math.MaxInt, 1) }},
		{"triangular", "spacing", func() (*network.Network, error) { return Triangular(2, 3, nan) }},
		{"triangular", "rows", func() (*network.Network, error) { return TriangularRows(nil, 1) }},
		{"triangular", "rows", func() (*network.Network, error) { return TriangularRows([]int{1}, 1) }},
		{"triangular", "rows", func() (*network.Network, error) { return TriangularRows([]int{1, 0}, 1) }},
		{"triangular", "rows", func() (*network.Network, error) { return TriangularRows([]int{5, 3}, 1) }},
		{"triangular", "rows", func() (*network.Network, error) { return TriangularRows([]int{3, 4, 6}, 1) }},
		{"triangular", "rows", func() (*network.Network, error) { return TriangularRows([]int{4000000, 4000000}, 1) }},
		{"square", "size", func() (*network.Network, error) { return Square(-1, 3, 1) }},
		{"square", "size", func() (*network.Network, error) { return Square(2000, 2000, 1) }},
		{"kagome", "size", func() (*network.Network, error) { return Kagome(3, 0, 1) }},
		{"honeycomb", "spacing", func() (*network.Network, error) { return Honeycomb(3, 3, inf) }},
		{"cubic", "size", func() (*network.Network, error) { return Cubic(1, 1, math.MaxInt, 1) }},
		{"cubic", "spacing", func() (*network.Network, error) { return Cubic(1, 1, 1, -1) }},
		{"fcc", "size", func() (*network.Network, error) { return FCC(100, 101, 102, 1) }},
		{"fcc", "spacing", func() (*network.Network, error) { return FCC(1, 1, 1, 1e-200) }},
		{"disordered", "dim", func() (*network.Network, error) { return Disordered(9, 0, 1, 1) }},
		{"disordered", "points", func() (*network.Network, error) { return Disordered(1, 2, 1, 1) }},
		{"disordered", "points", func() (*network.Network, error) { return Disordered(math.MaxInt, 2, 1, 1) }},
		{"disordered", "spacing", func() (*network.Network, error) { return Disordered(9, 2, -inf, 1) }},
	} {
		n, err := c.try()
		var e *Error
		if n != nil || !errors.As(err, &e) || e.Lattice != c.lattice || e.Setting != c.setting || e.Error() == "" || e.Fix == "" {
			t.Errorf("%s, %s: got %v", c.lattice, c.setting, err)
		}
	}
	_, err := TriangularRows([]int{5, 4, 2}, 1)
	want := "triangular lattice: rows: row 2 has 4 nodes and row 3 has 2, which do not fit together at half a spacing; " +
		"let neighbouring rows differ by at most one node"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestNames(t *testing.T) {
	want := []string{"chain", "triangular", "square", "kagome", "honeycomb", "cubic", "fcc", "disordered", "jammed", "fibres", "regular", "layered"}
	if got := Names(); !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
	for _, name := range Names() {
		if Help(name) == "" {
			t.Errorf("no help for %s", name)
		}
	}
	if Help("quasicrystal") != "" {
		t.Error("help for a lattice that is not there")
	}
}

// Large lattices take time in proportion to their nodes: a search over pairs
// would not end within the limit of any test.
func TestHundredThousandNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("large networks")
	}
	for _, c := range []struct {
		name    string
		bonds   float64 // a node inside
		network *network.Network
	}{
		{"chain", 1, first(Chain(100000, mm, 2))},
		{"triangular", 3, first(Triangular(300, 340, mm))},
		{"square", 4, first(Square(300, 340, mm))},
		{"kagome", 2, first(Kagome(180, 190, mm))},
		{"honeycomb", 4.5, first(Honeycomb(220, 230, mm))},
		{"cubic", 9, first(Cubic(46, 46, 46, mm))},
		{"fcc", 6, first(FCC(28, 29, 30, mm))},
		{"disordered", 3, first(Disordered(100000, 2, mm, 1))},
	} {
		if n := c.network.Nodes(); n < 100000 || n > 106000 {
			t.Errorf("%s: %d nodes", c.name, n)
		}
		each := float64(len(c.network.Elements)) / float64(c.network.Nodes())
		if each > c.bonds || each < 0.93*c.bonds {
			t.Errorf("%s: %.3f bonds a node, want nearly %g", c.name, each, c.bonds)
		}
	}
}
