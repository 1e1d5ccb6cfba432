package main

import (
	"errors"
	"fmt"

	"github.com/elastrain/elastrain/bench/oracle/cases"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/sparse"
)

// The arrays of a file. Blocks of right-hand sides and solutions are unknowns x
// columns.
//
//	ptr, col, val, k   network: C by compressed rows, stiffness of each row
//	ptr, row, val      matrix: lower triangle by compressed columns
//	f                  loads
//	u                  our solution; missing where the solver refused
//	u1, u2             after one and two steps of refinement, residual in double precision
//	v1, v2             likewise, residual with 106 bits

// solveNetwork solves one network through the equilibrium, as a training does. The
// error says why the solver refused; the arrays then hold the system alone.
func solveNetwork(n *cases.Network) ([]npz.Array, error) {
	q := mechanics.NewEquilibrium(n.Net, func(c *mechanics.Compatibility) mechanics.Solver { return mechanics.NewSparse(c) })
	c := q.C
	f := n.Loads(c.N)
	arrays := []npz.Array{
		npz.Int32s("ptr", c.Ptr, len(c.Ptr)), npz.Int32s("col", c.Col, len(c.Col)),
		npz.Float64s("val", c.Val, len(c.Val)), npz.Float64s("k", n.Stiffness, c.M),
		npz.Float64s("f", f, c.N, n.Columns),
	}
	if err := q.SetStiffness(n.Stiffness); err != nil {
		return arrays, err
	}
	t, column, forces := make([]float64, c.M), make([]float64, c.N), make([]float64, c.N)
	var failed error
	solve := func(b []float64, nrhs int) { failed = errors.Join(failed, q.Solver.Solve(b, nrhs)) }
	arrays = append(arrays, refined(c.N, n.Columns, f, solve,
		func(r, u []float64) {
			for side := range n.Columns {
				for i := range column {
					column[i] = u[i*n.Columns+side]
				}
				c.Elongations(t, column, 1)
				for m := range t {
					t[m] *= n.Stiffness[m]
				}
				c.InternalForces(forces, t)
				for i := range forces {
					r[i*n.Columns+side] = f[i*n.Columns+side] - forces[i]
				}
			}
		},
		func(r, u []float64) { cases.NetworkResidual(r, c, n.Stiffness, u, f, n.Columns) })...)
	return arrays, failed
}

// solveMatrix solves one matrix through package sparse, likewise.
func solveMatrix(m *cases.Matrix) ([]npz.Array, error) {
	p, f := m.Pattern, m.Loads()
	arrays := []npz.Array{
		npz.Int32s("ptr", p.Ptr, len(p.Ptr)), npz.Int32s("row", p.Row, len(p.Row)),
		npz.Float64s("val", m.Values, len(m.Values)), npz.Float64s("f", f, p.N, m.Columns),
	}
	factor := sparse.Analyze(p, sparse.Order(p)).NewFactor()
	if err := factor.Refactor(m.Values); err != nil {
		return arrays, err
	}
	return append(arrays, refined(p.N, m.Columns, f, factor.Solve,
		func(r, u []float64) {
			p.Multiply(m.Values, u, r, m.Columns)
			for i := range r {
				r[i] = f[i] - r[i]
			}
		},
		func(r, u []float64) { cases.MatrixResidual(r, p, m.Values, u, f, m.Columns) })...), nil
}

// refined solves and refines: u <- u + D^-1 (F - D u), with one residual and
// with the other. Both start from the same u.
func refined(n, columns int, f []float64, solve func(b []float64, nrhs int), plain, exact func(r, u []float64)) []npz.Array {
	u := append([]float64(nil), f...)
	solve(u, columns)
	arrays := []npz.Array{npz.Float64s("u", u, n, columns)}
	r := make([]float64, len(u))
	for _, way := range []struct {
		name     string
		residual func(r, u []float64)
	}{{"u", plain}, {"v", exact}} {
		better := append([]float64(nil), u...)
		for step := 1; step <= 2; step++ {
			way.residual(r, better)
			solve(r, columns)
			for i := range better {
				better[i] += r[i]
			}
			arrays = append(arrays, npz.Float64s(fmt.Sprintf("%s%d", way.name, step), append([]float64(nil), better...), n, columns))
		}
	}
	return arrays
}
