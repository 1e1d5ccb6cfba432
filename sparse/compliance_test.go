package sparse

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// truss is the product of bars between nodes at given places; the nodes below held do not move.
func truss(dim, held int, x []float64, bars [][2]int) *Product {
	c := &Product{N: len(x) - dim*held, Dim: dim, X: x[dim*held:], Ptr: []int32{0}}
	for u := range c.N {
		c.Group = append(c.Group, int32(u/dim))
	}
	for _, b := range bars {
		length := 0.0
		for a := range dim {
			length = math.Hypot(length, x[b[1]*dim+a]-x[b[0]*dim+a])
		}
		for end, node := range b {
			for a := range dim {
				if node >= held {
					c.Col = append(c.Col, int32((node-held)*dim+a))
					c.Val = append(c.Val, float64(2*end-1)*(x[b[1]*dim+a]-x[b[0]*dim+a])/length)
				}
			}
		}
		c.Ptr = append(c.Ptr, int32(len(c.Col)))
	}
	return c
}

// grid is a lattice of nodes in a box of dim sides, each disturbed a little, joined to all neighbours less
// than reach away; the first layer is held.
func grid(dim, side int, disorder, reach float64, random *rand.Rand) *Product {
	nodes := 1
	for range dim {
		nodes *= side
	}
	x := make([]float64, 0, nodes*dim)
	for i := range nodes {
		at := i
		for range dim {
			x = append(x, float64(at%side)+disorder*random.NormFloat64())
			at /= side
		}
	}
	var bars [][2]int
	for i := range nodes {
		for j := i + 1; j < nodes; j++ {
			d := 0.0
			for a := range dim {
				d = math.Hypot(d, x[i*dim+a]-x[j*dim+a])
			}
			if d < reach {
				bars = append(bars, [2]int{i, j})
			}
		}
	}
	return truss(dim, nodes/side, x, bars)
}

// hung is a truss that is just rigid: every node hangs by dim bars on nodes of the layer below, so
// that no bar can be spared. Pieces of it stand beside each other without a bar between them.
func hung(dim, side, layers, pieces int) *Product {
	layer := 1
	for range dim - 1 {
		layer *= side
	}
	var x []float64
	for i := range layer * layers * pieces {
		y, piece, at := i/(layer*pieces), i/layer%pieces, i%layer
		place := []float64{float64(at%side + 2*side*piece), float64(y), 0}
		if dim == 3 {
			place[2] = float64(at / side)
		}
		x = append(x, place[:dim]...)
	}
	var bars [][2]int
	for i := layer * pieces; i < layer*layers*pieces; i++ {
		at := i % layer
		step := func(coordinate int) int {
			if coordinate == 0 {
				return 1
			}
			return -1
		}
		below := i - layer*pieces
		bars = append(bars, [2]int{below, i}, [2]int{below + step(at%side), i})
		if dim == 3 {
			bars = append(bars, [2]int{below + side*step(at/side), i})
		}
	}
	return truss(dim, layer*pieces, x, bars)
}

func weights(n int, lo, hi float64, random *rand.Rand) []float64 {
	k := make([]float64, n)
	for i := range k {
		k[i] = lo * math.Pow(hi/lo, random.Float64())
	}
	return k
}

// compliances are those of every row, from a factor of the product.
func compliances(t fataler, c *Product, k []float64, threads int) (s []float64, doubt float64) {
	t.Helper()
	f := AnalyzeProduct(c).NewFactor()
	f.SetThreads(threads)
	if err := f.Refactor(k); err != nil {
		t.Fatal(err)
	}
	s = make([]float64, len(k))
	return s, f.SelfCompliance(s)
}

// denseCompliances are the same from the inverse of the dense matrix.
func denseCompliances(t fataler, c *Product, k []float64) []float64 {
	t.Helper()
	a := mat.NewSymDense(c.N, nil)
	eachPair := func(row int, visit func(i, j int, v float64)) {
		for p := c.Ptr[row]; p < c.Ptr[row+1]; p++ {
			for q := c.Ptr[row]; q < c.Ptr[row+1]; q++ {
				visit(int(c.Col[p]), int(c.Col[q]), c.Val[p]*c.Val[q])
			}
		}
	}
	for row, w := range k {
		eachPair(row, func(i, j int, v float64) {
			if i >= j {
				a.SetSym(i, j, a.At(i, j)+w*v)
			}
		})
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) {
		t.Fatal("the dense oracle failed")
	}
	var z mat.SymDense
	if err := chol.InverseTo(&z); err != nil {
		t.Fatal(err)
	}
	s := make([]float64, len(k))
	for row := range s {
		eachPair(row, func(i, j int, v float64) { s[row] += v * z.At(i, j) })
	}
	return s
}

// products under test, by name.
func trusses() map[string]*Product {
	random := rand.New(rand.NewPCG(7, 1))
	list := map[string]*Product{
		"square lattice with diagonals": grid(2, 12, 0, 1.5, random),
		"disordered, plane":             grid(2, 11, 0.12, 1.7, random),
		"cubic lattice with diagonals":  grid(3, 5, 0, 1.5, random),
		"disordered, space":             grid(3, 5, 0.1, 1.7, random),
		"dense front":                   grid(3, 4, 0.1, 9, random),
		"just rigid, plane":             hung(2, 9, 7, 1),
		"just rigid, space":             hung(3, 4, 4, 1),
		"pieces":                        hung(3, 3, 4, 3),
	}
	anywhere := grid(2, 9, 0.1, 1.7, random)
	anywhere.Group, anywhere.X = nil, nil
	list["without groups and places"] = anywhere
	gap := grid(2, 6, 0.05, 1.6, random)
	gap.Ptr = slices.Insert(gap.Ptr, 4, gap.Ptr[4]) // a row without entries
	list["with a cut bond"] = gap
	return list
}

func TestSelfComplianceAgreesWithDenseInverse(t *testing.T) {
	for name, c := range trusses() {
		for _, contrast := range []float64{1, 100} {
			k := weights(len(c.Ptr)-1, 1, contrast, rand.New(rand.NewPCG(8, 1)))
			s, doubt := compliances(t, c, k, 1)
			if !(doubt < 1e-11) {
				t.Errorf("%s: doubt of %g", name, doubt)
			}
			for i, want := range denseCompliances(t, c, k) {
				if d := math.Abs(s[i] - want); !(d <= 1e-11*want) {
					t.Errorf("%s: row %d has %g, want %g", name, i, s[i], want)
				}
			}
		}
	}
}

// The doubt covers the error where stiffnesses differ so much that digits are lost.
func TestDoubtOfSelfCompliance(t *testing.T) {
	for name, c := range trusses() {
		if !strings.HasPrefix(name, "just rigid") {
			continue
		}
		for seed := range uint64(4) {
			k := weights(len(c.Ptr)-1, 1, 1e8, rand.New(rand.NewPCG(8, seed)))
			s, doubt := compliances(t, c, k, 1)
			worst := 0.0
			for i := range s {
				worst = max(worst, math.Abs(k[i]*s[i]-1)) // known in closed form
			}
			if !(worst > 1e-12) || !(worst < doubt) || !(doubt < 1e3*worst) {
				t.Errorf("%s: the worst error is %g and the doubt %g", name, worst, doubt)
			}
		}
	}
}

// Rows of any kind, entries that share an unknown, and unknowns that nothing couples.
func TestSelfComplianceOfRandomProducts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		rows := rapid.IntRange(0, 2*n).Draw(t, "rows")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		c := &Product{N: n, Ptr: []int32{0}}
		end := func() { c.Ptr = append(c.Ptr, int32(len(c.Col))) }
		for range rows {
			for range random.IntN(5) {
				c.Col = append(c.Col, int32(random.IntN(n)))
				c.Val = append(c.Val, random.NormFloat64())
			}
			end()
		}
		for i := range n {
			c.Col, c.Val = append(c.Col, int32(i)), append(c.Val, 1)
			end()
		}
		k := weights(rows+n, 0.1, 10, random)
		s, doubt := compliances(t, c, k, rapid.IntRange(1, 3).Draw(t, "threads"))
		for i, want := range denseCompliances(t, c, k) {
			if d := math.Abs(s[i] - want); !(d <= 1e-13+10*doubt*want) || !(doubt < 1e-9) {
				t.Fatalf("row %d has %g, want %g", i, s[i], want)
			}
		}
	})
}

// In a statically determinate truss every bar carries a unit pair of forces at its ends alone: k s = 1.
// In any other the sum of k s over all bars is the trace of the identity.
func TestSelfComplianceInClosedForm(t *testing.T) {
	for name, c := range trusses() {
		k := weights(len(c.Ptr)-1, 1, 100, rand.New(rand.NewPCG(9, 1)))
		s, _ := compliances(t, c, k, 2)
		sum := 0.0
		for i := range s {
			sum += k[i] * s[i]
			if strings.HasPrefix(name, "just rigid") && !(math.Abs(k[i]*s[i]-1) < 1e-11) {
				t.Errorf("%s: bar %d has k s = 1 %+g", name, i, k[i]*s[i]-1)
			}
			if !(k[i]*s[i] < 1+1e-11) || s[i] < 0 {
				t.Errorf("%s: bar %d has k s = %g", name, i, k[i]*s[i])
			}
		}
		if !(math.Abs(sum-float64(c.N)) < 1e-11*float64(c.N)) {
			t.Errorf("%s: the sum of k s is %g, and there are %d unknowns", name, sum, c.N)
		}
	}
}

// A chain of springs between walls is one row of each in series with the others.
func TestSelfComplianceOfChain(t *testing.T) {
	const n = 40
	c := &Product{N: n, Ptr: []int32{0}}
	k := make([]float64, n+1)
	soft := 0.0
	for i := range n + 1 {
		if i > 0 {
			c.Col, c.Val = append(c.Col, int32(i-1)), append(c.Val, -1)
		}
		if i < n {
			c.Col, c.Val = append(c.Col, int32(i)), append(c.Val, 1)
		}
		c.Ptr = append(c.Ptr, int32(len(c.Col)))
		k[i] = float64(i + 1)
		soft += 1 / k[i]
	}
	s, _ := compliances(t, c, k, 1)
	for i := range s {
		others := 1 / (soft - 1/k[i])
		if want := 1 / (k[i] + others); math.Abs(s[i]-want) > 1e-14 {
			t.Errorf("spring %d has %g, want %g", i, s[i], want)
		}
	}
}

func TestSelfComplianceHasTheSameBitsOnAnyThreads(t *testing.T) {
	random := rand.New(rand.NewPCG(10, 1))
	for name, c := range map[string]*Product{"plane": grid(2, 40, 0.1, 1.6, random), "space": grid(3, 10, 0.05, 1.5, random)} {
		k := weights(len(c.Ptr)-1, 1, 10, random)
		want, _ := compliances(t, c, k, 1)
		if top := len(AnalyzeProduct(c).top); top == 0 {
			t.Fatalf("%s: no front is done by all threads", name)
		}
		for _, threads := range []int{2, 3, 8} {
			if s, _ := compliances(t, c, k, threads); !slices.Equal(s, want) {
				t.Errorf("%s: other bits on %d threads", name, threads)
			}
		}
	}
}

// It leaves the factor as it was, can be asked again, and then allocates nothing.
func TestSelfComplianceAgain(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 1))
	c := grid(2, 30, 0.1, 1.6, random)
	k := weights(len(c.Ptr)-1, 1, 10, random)
	f := AnalyzeProduct(c).NewFactor()
	f.SetThreads(2)
	s := make([]float64, len(k))
	mustPanic(t, "before Refactor", func() { f.SelfCompliance(s) })
	refactor := func() {
		if err := f.Refactor(k); err != nil {
			t.Fatal(err)
		}
	}
	refactor()
	before := randomBlock(c.N, 1)
	after := slices.Clone(before)
	f.Solve(before, 1)
	f.SelfCompliance(s)
	f.Solve(after, 1)
	if !slices.Equal(before, after) {
		t.Error("it changes the factor")
	}
	again := make([]float64, len(k))
	if n := testing.AllocsPerRun(3, func() { refactor(); f.SelfCompliance(again) }); n != 0 {
		t.Errorf("it allocates %g times", n)
	}
	if !slices.Equal(s, again) {
		t.Error("it gives other bits the second time")
	}
	mustPanic(t, "a wrong length", func() { f.SelfCompliance(s[1:]) })
	m := chain(4)
	mustPanic(t, "a factor of entries", func() { mustFactor(t, m, nil).SelfCompliance(nil) })
}

// Refactor and SelfCompliance beside each other: about 10^4 unknowns in the plane and in space.
func BenchmarkSelfCompliance(b *testing.B) {
	random := rand.New(rand.NewPCG(12, 1))
	for _, d := range []struct{ dim, side int }{{2, 71}, {3, 15}} {
		c := grid(d.dim, d.side, 0.05, 1.5, random)
		k := weights(len(c.Ptr)-1, 1, 10, random)
		f := AnalyzeProduct(c).NewFactor()
		s := make([]float64, len(k))
		b.Run(fmt.Sprintf("%dD/%d/Refactor", d.dim, c.N), func(b *testing.B) {
			for b.Loop() {
				if err := f.Refactor(k); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("%dD/%d/SelfCompliance", d.dim, c.N), func(b *testing.B) {
			for b.Loop() {
				f.SelfCompliance(s)
			}
		})
	}
}
