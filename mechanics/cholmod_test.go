//go:build cholmod && cgo

package mechanics_test

import (
	"errors"
	"testing"

	"github.com/elastrain/elastrain/bench/oracle/cases"
	"github.com/elastrain/elastrain/bench/oracle/cholmod"
	"github.com/elastrain/elastrain/mechanics"
)

// TestCholmod holds the sparse solver against CHOLMOD on 200 random networks of
// up to 100 000 unknowns (in short mode to 3000). Solutions of two stable
// solvers differ by up to the condition number times rounding; after two
// corrections by elements, each with its own factor, they must agree everywhere.
// Ours may refuse a network where no digit of theirs would be right.
func TestCholmod(t *testing.T) {
	tried, apart := 0, 0
	worst := map[string]float64{}
	note := func(what string, x float64) float64 {
		worst[what] = max(worst[what], x)
		return x
	}
	for _, r := range cases.Networks() {
		if testing.Short() && r.Unknowns > 3000 {
			continue
		}
		tried++
		n := r.Make()
		ours := mechanics.NewEquilibrium(n.Net, func(c *mechanics.Compatibility) mechanics.Solver { return mechanics.NewSparse(c) })
		theirs := factored(t, n.Net, n.Stiffness, func(c *mechanics.Compatibility) mechanics.Solver { return cholmod.New(c) })
		if err := ours.SetStiffness(n.Stiffness); err != nil {
			condition := theirs.Condition()
			t.Logf("%s: refused at condition %.1e: %v", n.Name, condition, err)
			var singular *mechanics.SingularError
			if !errors.As(err, &singular) || !(condition*0x1p-52 > 0.01) {
				t.Errorf("%s: %v at condition %.1e", n.Name, err, condition)
			}
			continue
		}
		f := n.Loads(ours.C.N)
		u, v := append([]float64(nil), f...), append([]float64(nil), f...)
		ours.Solver.Solve(u, n.Columns)
		theirs.Solver.Solve(v, n.Columns)
		for side := range n.Columns {
			load := column(f, side, n.Columns)
			b := note("our backward error", ours.Residual(column(u, side, n.Columns), load))
			note("CHOLMOD's backward error", theirs.Residual(column(v, side, n.Columns), load))
			if !(b <= backwardError) {
				t.Errorf("%s, load %d: backward error %.1e", n.Name, side+1, b)
			}
		}
		d := note("difference", blockError(u, v, n.Columns))
		if d > agreement {
			apart++
			if condition := ours.Condition(); !(d <= condition*0x1p-52) {
				t.Errorf("%s: differs by %.1e at condition %.1e", n.Name, d, condition)
			}
		}
		for range 2 {
			correct(ours, u, f, n.Columns)
			correct(theirs, v, f, n.Columns)
		}
		if d := note("difference after corrections", blockError(u, v, n.Columns)); !(d <= agreement) {
			t.Errorf("%s: differs by %.1e after corrections", n.Name, d)
		}
	}
	if !testing.Short() && tried != 200 {
		t.Errorf("%d networks, not 200", tried)
	}
	t.Logf("%d networks, %d differ by more than %.0e before corrections", tried, apart, agreement)
	for what, x := range worst {
		t.Logf("largest %s %.1e", what, x)
	}
}

// The judge must do what a Solver does.
func TestCholmodConforms(t *testing.T) {
	solver := func(c *mechanics.Compatibility) mechanics.Solver { return cholmod.New(c) }
	solvesRandomNetworks(t, solver)
	solvesSeveralLoads(t, solver)
	carriesContrast(t, solver)
	needsAFactor(t, solver)
}
