package mechanics_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/bench/oracle/cases"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/sparse"
)

// agreement is how far two good solutions of a network may differ.
const agreement = 1e-10

// TestAgainstRefinedReference holds the solvers against solutions to the last
// bit of random networks of many kinds. bench/oracle does the same on large ones,
// with SciPy and CHOLMOD for judges.
func TestAgainstRefinedReference(t *testing.T) {
	const most = 250 // unknowns: the reference is dense
	tried, beyond := 0, 0
	for _, r := range cases.Networks() {
		if r.Unknowns > most {
			continue
		}
		n := r.Make()
		c := mechanics.NewCompatibility(n.Net)
		f := n.Loads(c.N)
		exact, condition := reference(t, c, n.Stiffness, f, n.Columns)
		for _, solver := range solvers {
			tried++
			q := factored(t, n.Net, n.Stiffness, solver.make)
			u := append([]float64(nil), f...)
			q.Solver.Solve(u, n.Columns)
			for side := range n.Columns {
				if b := q.Residual(column(u, side, n.Columns), column(f, side, n.Columns)); !(b <= backwardError) {
					t.Errorf("%s, %s, load %d: backward error %.1e", n.Name, solver.name, side+1, b)
				}
			}
			// Even a backward stable solution may be off by the condition number
			// times rounding, and so are those of everybody else.
			e := blockError(u, exact, n.Columns)
			if !(e <= max(1e-14, condition*0x1p-52)) {
				t.Errorf("%s, %s: error %.1e at condition %.1e", n.Name, solver.name, e, condition)
			}
			if e > agreement {
				beyond++
			}
			// Residuals by elements do not see the condition number.
			correct(q, u, f, n.Columns)
			correct(q, u, f, n.Columns)
			if e := blockError(u, exact, n.Columns); !(e <= 1e-12) {
				t.Errorf("%s, %s: error %.1e after two corrections at condition %.1e", n.Name, solver.name, e, condition)
			}
		}
	}
	if tried < 100 {
		t.Errorf("only %d solutions were tried", tried)
	}
	t.Logf("%d solutions, %d with an error above %.0e before they were corrected", tried, beyond, agreement)
}

// reference is the solution of D u = f for columns loads, correct to the last
// bit or two: dense Cholesky and corrections by residuals of 106 bits. It also
// says the condition number of D.
func reference(t *testing.T, c *mechanics.Compatibility, k, f []float64, columns int) (u []float64, condition float64) {
	t.Helper()
	n := c.N
	d := mat.NewSymDense(n, nil)
	pattern, values := cases.StiffnessMatrix(c, k)
	for j := range n {
		for at := pattern.Ptr[j]; at < pattern.Ptr[j+1]; at++ {
			d.SetSym(int(pattern.Row[at]), j, values[at])
		}
	}
	var cholesky mat.Cholesky
	if !cholesky.Factorize(d) {
		t.Fatal("the reference is singular")
	}
	u, left := make([]float64, n*columns), append([]float64(nil), f...)
	last := math.Inf(1)
	for range 30 {
		var step mat.Dense
		if err := cholesky.SolveTo(&step, mat.NewDense(n, columns, left)); err != nil {
			if _, poor := err.(mat.Condition); !poor {
				t.Fatal(err)
			}
		}
		better := sum(u, step.RawMatrix().Data)
		last, u = blockError(u, better, columns), better
		if last <= 1e-15 {
			return u, cholesky.Cond()
		}
		cases.NetworkResidual(left, c, k, u, f, columns)
	}
	t.Fatalf("the reference does not converge: last correction %.1e at condition %.1e", last, cholesky.Cond())
	return nil, 0
}

// correct adds to u the answer to the loads that it leaves: one step of
// iterative refinement, in double precision, with the residual element by
// element. The rounding errors of the extensions reach u through
// (C^T K C)^-1 C^T K, which is bounded however much the stiffnesses differ
// (G. W. Stewart, Linear Algebra Appl. 112 (1989) 189). A residual by the
// assembled D would not help: D has been rounded.
func correct(q *mechanics.Equilibrium, u, f []float64, columns int) {
	c := q.C
	e, forces := make([]float64, c.M*columns), make([]float64, c.N)
	c.Elongations(e, u, columns)
	left := append([]float64(nil), f...)
	for side := range columns {
		tension := column(e, side, columns)
		for m, k := range q.Stiffness() {
			tension[m] *= k
		}
		c.InternalForces(forces, tension)
		for i, v := range forces {
			left[i*columns+side] -= v
		}
	}
	q.Solver.Solve(left, columns)
	copy(u, sum(u, left))
}

// blockError is the largest error of a column, relative to its largest entry.
func blockError(u, exact []float64, columns int) float64 {
	worst := 0.0
	for side := range columns {
		worst = math.Max(worst, farthest(column(u, side, columns), column(exact, side, columns)))
	}
	return worst
}

func column(block []float64, side, columns int) []float64 {
	x := make([]float64, len(block)/columns)
	for i := range x {
		x[i] = block[i*columns+side]
	}
	return x
}

func sum(a, b []float64) []float64 {
	to := make([]float64, len(a))
	for i := range a {
		to[i] = a[i] + b[i]
	}
	return to
}

// Any number of threads gives the same bits. (Package sparse tests the same with threads
// even where they would not be worth calling.)
func TestThreadsGiveTheSameBits(t *testing.T) {
	tried := 0
	compare := func(name string, p *sparse.Pattern, values, f []float64, columns int) {
		var first []float64
		for _, threads := range []int{1, 2, 3, 8} {
			factor := sparse.Analyze(p, sparse.Order(p)).NewFactor()
			factor.SetThreads(threads)
			if err := factor.Refactor(values); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			u := append([]float64(nil), f...)
			factor.Solve(u, columns)
			if first == nil {
				first = u
			}
			for i := range u {
				if math.Float64bits(u[i]) != math.Float64bits(first[i]) {
					t.Errorf("%s: %d threads give %g and one gives %g", name, threads, u[i], first[i])
					break
				}
			}
		}
		tried++
	}
	most := 6000
	if testing.Short() {
		most = 1000
	}
	for _, r := range cases.Matrices() {
		if r.Unknowns <= most {
			m := r.Make()
			compare(m.Name, m.Pattern, m.Values, m.Loads(), m.Columns)
		}
	}
	for i, r := range cases.Networks() {
		if i%3 == 0 && r.Unknowns <= most {
			n := r.Make()
			c := mechanics.NewCompatibility(n.Net)
			p, values := cases.StiffnessMatrix(c, n.Stiffness)
			compare(n.Name, p, values, n.Loads(c.N), n.Columns)
		}
	}
	if tried < 50 {
		t.Errorf("only %d systems were tried", tried)
	}
}
