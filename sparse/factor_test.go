package sparse

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// The chain between two walls has the inverse min(i,j) (n+1 - max(i,j)) / (n+1),
// counted from 1, and in natural order the pivots (j+1)/j.
func TestChainInClosedForm(t *testing.T) {
	const n = 50
	m := chain(n)
	for name, perm := range map[string][]int32{"natural": nil, "minimum degree": Order(m.p), "random": randomPermutation(n, 1)} {
		f := mustFactor(t, m, perm)
		if name == "natural" {
			for j, l := range pivots(f) {
				if want := math.Sqrt(float64(j+2) / float64(j+1)); math.Abs(l-want) > 1e-14 {
					t.Errorf("pivot %d is %g, want %g", j, l, want)
				}
			}
		}
		b := make([]float64, n*n)
		for i := range n {
			b[i*n+i] = 1
		}
		f.Solve(b, n)
		for i := range n {
			for j := range n {
				want := float64(min(i, j)+1) * float64(n-max(i, j)) / (n + 1)
				if math.Abs(b[i*n+j]-want) > 1e-12 {
					t.Fatalf("%s: inverse (%d, %d) is %g, want %g", name, i, j, b[i*n+j], want)
				}
			}
		}
	}
}

func TestSolveAgreesWithDenseCholesky(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawGram(t, 0.1)
		f := mustFactor(t, m, drawPermutation(t, m.p))
		nrhs := rapid.IntRange(0, 9).Draw(t, "nrhs")
		n := m.p.N
		b := randomBlock(n*nrhs, 4)
		x := slices.Clone(b)
		f.Solve(x, nrhs)
		if e := m.p.BackwardError(m.values, x, b, nrhs); e > 1e-14 {
			t.Fatalf("backward error %g", e)
		}
		if nrhs == 0 {
			return
		}
		var dense mat.Cholesky
		if !dense.Factorize(m.dense()) {
			t.Fatal("the dense oracle failed")
		}
		var want mat.Dense
		if err := dense.SolveTo(&want, mat.NewDense(n, nrhs, b)); err != nil {
			t.Fatal(err)
		}
		scale := mat.Max(&want) - mat.Min(&want) + 1
		for at, v := range x {
			if d := math.Abs(v - want.At(at/nrhs, at%nrhs)); d > 1e-11*scale {
				t.Fatalf("component %d is off by %g", at, d)
			}
		}
	})
}

// The order of elimination, the other right-hand sides and an earlier use of the
// factor must not matter: the first to rounding, the others not by a bit.
func TestSolveInvariance(t *testing.T) {
	m := lattice(12, 9, true)
	n := m.p.N
	const nrhs = 7
	b := randomBlock(n*nrhs, 5)
	f := mustFactor(t, m, Order(m.p))
	x := slices.Clone(b)
	f.Solve(x, nrhs)
	for seed := range uint64(3) {
		y := slices.Clone(b)
		mustFactor(t, m, randomPermutation(n, seed)).Solve(y, nrhs)
		for i := range y {
			if math.Abs(x[i]-y[i]) > 1e-10*(1+math.Abs(x[i])) {
				t.Fatalf("order %d changes component %d from %g to %g", seed, i, x[i], y[i])
			}
		}
	}
	stiffer := slices.Clone(m.values)
	for i := range stiffer {
		stiffer[i] *= 3
	}
	broken := slices.Clone(m.values)
	broken[m.p.Ptr[n/2]] = -1
	for _, values := range [][]float64{stiffer, broken, m.values} {
		err := f.Refactor(values)
		if (err != nil) != (values[m.p.Ptr[n/2]] < 0) {
			t.Fatal(err)
		}
	}
	one := make([]float64, n)
	for r := range nrhs {
		for i := range one {
			one[i] = b[i*nrhs+r]
		}
		f.Solve(one, 1)
		for i := range one {
			if one[i] != x[i*nrhs+r] {
				t.Fatalf("side %d alone gives %g at %d, with others %g", r, one[i], i, x[i*nrhs+r])
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	// The middle mass of three: 2 - 1/2 - 1/2 is what its neighbours leave it.
	indefinite := chain(3)
	indefinite.values[indefinite.p.Index(1, 1)] = 0.5
	// A free chain: the last pivot is zero.
	free := chain(40)
	free.add(0, 0, -1)
	free.add(39, 39, -1)
	for _, c := range []struct {
		name   string
		m      matrix
		perm   []int32
		column int
	}{
		{"indefinite", indefinite, []int32{0, 2, 1}, 1},
		{"indefinite, natural order", indefinite, nil, 1},
		{"singular", free, nil, 39},
		{"floppy lattice", lattice(30, 30, false), nil, 1797},
		{"empty", matrix{chain(1).p, []float64{0}}, nil, 0},
		{"negative", matrix{chain(1).p, []float64{-2}}, nil, 0},
	} {
		f := Analyze(c.m.p, c.perm).NewFactor()
		err := f.Refactor(c.m.values)
		var not *NotPositiveError
		if !errors.As(err, &not) {
			t.Errorf("%s: got %v, want a NotPositiveError", c.name, err)
			continue
		}
		if not.Column != c.column || not.Diagonal != c.m.values[c.m.p.Ptr[c.column]] {
			t.Errorf("%s: got %+v, want column %d", c.name, not, c.column)
		}
		if !strings.Contains(err.Error(), "not positive definite") {
			t.Errorf("%s: error says %q", c.name, err)
		}
		mustPanic(t, c.name+": Solve after a failure", func() { f.Solve(make([]float64, c.m.p.N), 1) })
	}
}

func TestNotFinite(t *testing.T) {
	m := chain(5)
	f := Analyze(m.p, Order(m.p)).NewFactor()
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for q := range m.values {
			values := slices.Clone(m.values)
			values[q] = bad
			var not *NotFiniteError
			if err := f.Refactor(values); !errors.As(err, &not) {
				t.Fatalf("entry %d = %g: got %v, want a NotFiniteError", q, bad, err)
			}
			if m.p.Index(not.Row, not.Column) != q || !strings.Contains(not.Error(), "finite") {
				t.Fatalf("entry %d is reported as %v", q, not)
			}
			if _, err := f.RefactorSemidefinite(values, PivotTolerance); !errors.As(err, &not) {
				t.Fatalf("semidefinite, entry %d = %g: got %v", q, bad, err)
			}
		}
	}
	// Finite values whose elimination overflows.
	huge := matrix{m.p, slices.Clone(m.values)}
	huge.values[m.p.Index(1, 0)] = 1e200
	var not *NotPositiveError
	if err := f.Refactor(huge.values); !errors.As(err, &not) {
		t.Errorf("overflow: got %v, want a NotPositiveError", err)
	}
}

// Springs of very different stiffness make a matrix badly scaled, not singular.
func TestStiffnessContrast(t *testing.T) {
	p := NewPattern(2, pairsOf([2]int{0, 1}))
	for _, soft := range []float64{1e-3, 1e-8, 1e-12} {
		values := []float64{1 + soft, -1, 1} // a soft spring to the ground, then a stiff one
		f := Analyze(p, nil).NewFactor()
		if err := f.Refactor(values); err != nil {
			t.Fatalf("soft spring %g: %v", soft, err)
		}
	}
	f := Analyze(p, nil).NewFactor()
	if err := f.Refactor([]float64{1 + 1e-16, -1, 1}); err == nil {
		t.Error("a spring below rounding was taken for real")
	}
	// Unlike units are no contrast at all.
	if err := f.Refactor([]float64{1e-30, 0.5, 1e30}); err != nil {
		t.Errorf("unlike units: %v", err)
	}
}

func TestNoAllocation(t *testing.T) {
	m := lattice(8, 8, true)
	f := mustFactor(t, m, Order(m.p))
	b := randomBlock(m.p.N*6, 1)
	for name, do := range map[string]func(){
		"Refactor": func() {
			if err := f.Refactor(m.values); err != nil {
				t.Fatal(err)
			}
		},
		"Solve, one side":  func() { f.Solve(b[:m.p.N], 1) },
		"Solve, six sides": func() { f.Solve(b, 6) },
		"Multiply":         func() { m.p.Multiply(m.values, b[:m.p.N], b[m.p.N:2*m.p.N], 1) },
	} {
		if n := testing.AllocsPerRun(10, do); n != 0 {
			t.Errorf("%s allocates %g times", name, n)
		}
	}
}

func TestNoUnknowns(t *testing.T) {
	m := matrix{p: NewPattern(0, pairsOf())}
	f := mustFactor(t, m, Order(m.p))
	f.Solve(nil, 9)
	if c := f.ConditionEstimate(); c != 0 {
		t.Errorf("condition %g", c)
	}
}

// pivots is the diagonal of L, by place; 0 where an unknown is held.
func pivots(f *Factor) []float64 {
	var diagonal []float64
	for i := range f.symbolic.fronts {
		fr := &f.symbolic.fronts[i]
		for c := range int(fr.width) {
			inv := f.panel(fr)[fr.panelShape().column(c)+c]
			if inv != 0 {
				inv = 1 / inv
			}
			diagonal = append(diagonal, inv)
		}
	}
	return diagonal
}
