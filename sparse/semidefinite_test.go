package sparse

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// laplacian is that of a graph of n nodes; its null vectors are the components.
func laplacian(n int, edges [][2]int, weight func() float64) matrix {
	p := NewPattern(n, pairsOf(edges...))
	m := matrix{p, make([]float64, p.Entries())}
	for _, e := range edges {
		if e[0] != e[1] {
			w := weight()
			m.add(e[0], e[0], w)
			m.add(e[1], e[1], w)
			m.add(e[0], e[1], -w)
		}
	}
	return m
}

// checkNull checks every promise of NullVector for every reported unknown.
func checkNull(t fataler, m matrix, f *Factor, null []int32) (vectors [][]float64) {
	t.Helper()
	if !slices.IsSorted(null) {
		t.Fatalf("reported unknowns %v do not ascend", null)
	}
	norm := m.p.NormInf(m.values)
	for _, column := range null {
		x, y := randomBlock(m.p.N, 9), make([]float64, m.p.N)
		f.NullVector(column, x)
		for _, other := range null {
			want := 0.0
			if other == column {
				want = 1
			}
			if x[other] != want {
				t.Fatalf("null vector of %d is %g at %d", column, x[other], other)
			}
		}
		m.p.Multiply(m.values, x, y, 1)
		if r := math.Abs(y[largestAt(y)]); r > 1e-10*norm*math.Abs(x[largestAt(x)]) {
			t.Fatalf("null vector of %d leaves a residual of %g", column, r)
		}
		vectors = append(vectors, x)
	}
	return vectors
}

func TestNullSpaceOfLaplacian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		edges := make([][2]int, rapid.IntRange(0, 2*n).Draw(t, "edges"))
		component := make([]int, n)
		for i := range component {
			component[i] = i
		}
		for e := range edges {
			a, b := random.IntN(n), random.IntN(n)
			edges[e] = [2]int{a, b}
			from, to := component[a], component[b]
			for i := range component {
				if component[i] == from {
					component[i] = to
				}
			}
		}
		m := laplacian(n, edges, func() float64 { return math.Exp(random.NormFloat64()) })
		f := Analyze(m.p, drawPermutation(t, m.p)).NewFactor()
		null, err := f.RefactorSemidefinite(m.values, PivotTolerance)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(component)
		if components := len(slices.Compact(slices.Clone(component))); len(null) != components {
			t.Fatalf("%d null vectors for %d components", len(null), components)
		}
		for _, x := range checkNull(t, m, f, null) {
			for i, v := range x {
				if math.Abs(v-math.Round(v)) > 1e-6 {
					t.Fatalf("node %d moves by %g; a component moves as a whole", i, v)
				}
			}
		}
	})
}

// scaled is the dense matrix in units in which its diagonal is one, or zero.
func scaled(m matrix) *mat.SymDense {
	d := m.dense()
	unit := make([]float64, m.p.N)
	for i := range unit {
		if a := d.At(i, i); a > 0 {
			unit[i] = 1 / math.Sqrt(a)
		}
	}
	for i := range unit {
		for j := range i + 1 {
			d.SetSym(i, j, d.At(i, j)*unit[i]*unit[j])
		}
	}
	return d
}

func TestNullSpaceOfGramMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawGram(t, 0)
		var svd mat.SVD
		if !svd.Factorize(scaled(m), mat.SVDNone) {
			t.Skip("the dense oracle failed")
		}
		rank := 0
		for _, v := range svd.Values(nil) {
			if v > 1e-13 {
				rank++
				if v < 1e-6 {
					t.Skip("rank is a matter of taste")
				}
			}
		}
		f := Analyze(m.p, drawPermutation(t, m.p)).NewFactor()
		null, err := f.RefactorSemidefinite(m.values, PivotTolerance)
		if err != nil {
			t.Fatal(err)
		}
		if len(null) != m.p.N-rank {
			t.Fatalf("%d null vectors, want %d - %d", len(null), m.p.N, rank)
		}
		checkNull(t, m, f, null)

		// A consistent load is carried although the matrix is singular.
		b := make([]float64, m.p.N)
		m.p.Multiply(m.values, randomBlock(m.p.N, 1), b, 1)
		x := slices.Clone(b)
		f.Solve(x, 1)
		if e := m.p.BackwardError(m.values, x, b, 1); e > 1e-8 {
			t.Fatalf("backward error %g for a consistent load", e)
		}
		several := repeat(b, 5)
		f.Solve(several, 5)
		for i, v := range several {
			if v != x[i/5] {
				t.Fatalf("component %d is %g among five sides, %g alone", i/5, v, x[i/5])
			}
		}
		if len(null) > 0 && (x[null[0]] != 0 || !math.IsInf(f.ConditionEstimate(), 1)) {
			t.Fatalf("held unknown moves by %g, condition %g", x[null[0]], f.ConditionEstimate())
		}
	})
}

// repeat makes a block of nrhs equal right-hand sides.
func repeat(b []float64, nrhs int) []float64 {
	block := make([]float64, 0, len(b)*nrhs)
	for _, v := range b {
		for range nrhs {
			block = append(block, v)
		}
	}
	return block
}

// A lattice without supports has two translations and a rotation, whatever its
// size and shape. Rounding leaves pivots of up to 1e-7 of the diagonal in their
// place (the long one), more than a genuine pivot of the cantilever below.
func TestNullSpaceOfFreeLattice(t *testing.T) {
	for _, size := range [][2]int{{2, 2}, {5, 5}, {30, 30}, {400, 4}, {2500, 2}} {
		m := lattice(size[0], size[1], false)
		for name, perm := range map[string][]int32{"minimum degree": Order(m.p), "by columns": byColumns(size[0], size[1])} {
			f := Analyze(m.p, perm).NewFactor()
			null, err := f.RefactorSemidefinite(m.values, PivotTolerance)
			if err != nil || len(null) != 3 {
				t.Errorf("%d x %d, %s: null %v, %v; want three", size[0], size[1], name, null, err)
				continue
			}
			checkNull(t, m, f, null)
			var not *NotPositiveError
			if err := f.Refactor(m.values); !errors.As(err, &not) {
				t.Errorf("%d x %d, %s: Refactor takes a free lattice: %v", size[0], size[1], name, err)
			}
		}
	}
}

func byColumns(columns, rows int) []int32 {
	var perm []int32
	for c := range columns {
		for r := range rows {
			node := int32(r*columns + c)
			perm = append(perm, 2*node, 2*node+1)
		}
	}
	return perm
}

// A slender cantilever is very soft at its tip, pivot 6e-11 of the diagonal, and
// yet holds.
func TestSlenderCantileverIsNoMechanism(t *testing.T) {
	const length = 3000
	m := lattice(length, 2, false)
	for _, i := range []int{0, 1, 2 * length, 2*length + 1} {
		m.add(i, i, 1)
	}
	f := mustFactor(t, m, Order(m.p))
	least := math.Inf(1)
	for j, l := range pivots(f) {
		least = min(least, l*l/f.diagonal[j])
	}
	if least > 1e-10 {
		t.Errorf("smallest pivot is %g of its diagonal: the test has lost its point", least)
	}
	if null, err := f.RefactorSemidefinite(m.values, PivotTolerance); err != nil || len(null) != 0 {
		t.Errorf("null %v, %v", null, err)
	}
}

func TestSemidefiniteRefusesIndefinite(t *testing.T) {
	p := NewPattern(3, pairsOf([2]int{0, 1}, [2]int{1, 2}))
	for _, c := range []struct {
		name   string
		values []float64 // (0,0) (1,0) (1,1) (2,1) (2,2)
		column int
	}{
		{"negative pivot", []float64{1, 2, 1, 0, 1}, 1},
		{"negative diagonal", []float64{-1, 0, 1, 0, 1}, 0},
		{"zero diagonal, column not zero", []float64{0, 1, 1, 0, 1}, 0},
		{"zero pivot, column not zero", []float64{1, 1, 1, 0.5, 1}, 1},
		{"overflow", []float64{1, 1e200, 1, 0, 1}, 1},
	} {
		f := Analyze(p, nil).NewFactor()
		_, err := f.RefactorSemidefinite(c.values, PivotTolerance)
		var not *NotPositiveError
		if !errors.As(err, &not) || not.Column != c.column {
			t.Errorf("%s: got %v, want column %d", c.name, err, c.column)
		}
	}
	f := Analyze(p, nil).NewFactor()
	if null, err := f.RefactorSemidefinite(make([]float64, 5), 0); err != nil || len(null) != 3 {
		t.Errorf("zero matrix: null %v, %v", null, err)
	}
}
