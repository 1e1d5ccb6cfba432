package mechanics

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/sparse"
)

// Change is another stiffness for one mode, or a bar more.
type Change struct {
	Mode      int     // from 0; -1 for a bar that is added
	Nodes     [2]int  // of an added bar, from 0
	Stiffness float64 // N/m afterwards; 0 cuts
}

// ChangeError says that a change makes no sense.
type ChangeError struct {
	Number int // of the change, from 0
	Cause  string
}

func (e *ChangeError) Error() string { return fmt.Sprintf("change %d: %s", e.Number+1, e.Cause) }

// Respond fills r, made for the same ports, with the answers of the network after a few changes at once. With B the
// rows of the n changed bonds, d the changes of their stiffness and U the displacements before, they are (Woodbury
// 1950)
//
//	U' = U - X (1 + d B X)^-1 d B U      X = D^-1 B^T
//
// so they cost the solves for X and a dense system of n unknowns. One step of correction by
// elements follows, and its size measures what the formula has lost; where that is more than five digits, D' is
// factorised instead. Respond fails with *ChangeError, *MechanismError (to the tolerance of Cut), or
// *SingularError where factorising refuses.
func (m *Modified) Respond(changes []Change, r *Responses) error {
	if r.P != m.base.P || r.Q != m.base.Q || len(r.U) != len(m.base.U) {
		panic("mechanics: Respond got answers for other ports")
	}
	w := &woodbury{m: m, k: slices.Clone(m.k), width: r.Stride}
	if err := w.collect(changes); err != nil {
		return err
	}
	if err := w.prepare(); err != nil {
		return err
	}
	if !w.answer(r) {
		if err := w.refactor(r); err != nil {
			return err
		}
	}
	m.c.Elongations(r.E, r.U, r.Stride)
	for _, change := range changes {
		if change.Mode >= 0 && change.Stiffness == 0 {
			clear(r.E[change.Mode*r.Stride:][:r.Stride]) // a bond that is not there has no elongation
		}
	}
	r.takeOutputs()
	return nil
}

// answer computes U' by the formula and says whether it kept enough digits.
func (w *woodbury) answer(r *Responses) bool {
	copy(r.U, w.m.base.U)
	if !w.apply(r.U) {
		return false
	}
	residual := make([]float64, len(r.U))
	r.placeLoads(residual)
	w.subtractForces(residual, r.U, w.width)
	w.m.factor.Solve(residual, w.width)
	if !w.apply(residual) || !(maxAbs(residual) <= 1e-5*maxAbs(r.U)) {
		return false
	}
	for i, v := range residual {
		r.U[i] += v
	}
	return true
}

// woodbury is one set of changes.
type woodbury struct {
	m     *Modified
	k     []float64 // stiffness of each mode afterwards
	width int       // of the blocks of displacements

	modes  []int     // changed, from 0
	rows   []bond    // B
	change []float64 // d
	added  []bond
	x      []float64 // N x n
	root   []float64 // roots of |d|
	system mat.LU    // 1 + sign root B X root
}

// bond is a row of C.
type bond struct {
	unknown   []int32
	value     []float64
	stiffness float64 // afterwards
}

// collect reads the changes. Those that change nothing are left out.
func (w *woodbury) collect(changes []Change) error {
	c := w.m.c
	nodes := len(c.Unknown) / c.Dim
	for number, change := range changes {
		fail := func(format string, args ...any) error {
			return &ChangeError{Number: number, Cause: fmt.Sprintf(format, args...)}
		}
		if !(change.Stiffness >= 0) || change.Stiffness > math.MaxFloat64 {
			return fail("%v N/m is no stiffness: it is 0 for a cut, or positive and finite", change.Stiffness)
		}
		if change.Mode >= 0 {
			if change.Mode >= c.M {
				return fail("there is no bond %d; the last is %d", change.Mode+1, c.M)
			}
			if slices.Contains(w.modes, change.Mode) {
				return fail("bond %d is changed twice", change.Mode+1)
			}
			from, to := c.Ptr[change.Mode], c.Ptr[change.Mode+1]
			if from == to && change.Stiffness > 0 {
				return fail("bond %d is cut in the network, or joins supports; add a bar between two nodes instead", change.Mode+1)
			}
			w.modes = append(w.modes, change.Mode)
			if d := change.Stiffness - w.m.k[change.Mode]; d != 0 && from < to {
				w.rows = append(w.rows, bond{c.Col[from:to], c.Val[from:to], change.Stiffness})
				w.change = append(w.change, d)
				w.k[change.Mode] = change.Stiffness
			}
			continue
		}
		a, b := change.Nodes[0], change.Nodes[1]
		if min(a, b) < 0 || max(a, b) >= nodes || a == b {
			return fail("no bar joins nodes %d and %d of %d", a+1, b+1, nodes)
		}
		row := c.between(a, b)
		if row.unknown == nil {
			return fail("nodes %d and %d are both held, or in the same place", a+1, b+1)
		}
		if change.Stiffness > 0 {
			row.stiffness = change.Stiffness
			w.rows, w.change, w.added = append(w.rows, row), append(w.change, change.Stiffness), append(w.added, row)
		}
	}
	return nil
}

// between is the row of a bar between two nodes; without entries where it would have no direction or both are held.
func (c *Compatibility) between(a, b int) (row bond) {
	length := 0.0
	for axis := range c.Dim {
		length = math.Hypot(length, c.Pos[b*c.Dim+axis]-c.Pos[a*c.Dim+axis])
	}
	if length == 0 {
		return row
	}
	for end, node := range [2]int{a, b} {
		for axis := range c.Dim {
			direction := (c.Pos[b*c.Dim+axis] - c.Pos[a*c.Dim+axis]) / length
			if unknown := c.Unknown[node*c.Dim+axis]; unknown >= 0 && math.Abs(direction) >= 1e-15 {
				row.unknown = append(row.unknown, unknown)
				row.value = append(row.value, float64(2*end-1)*direction)
			}
		}
	}
	return row
}

// prepare solves for X and factorises the small system, unless the changes leave a mechanism.
func (w *woodbury) prepare() error {
	n, m := len(w.rows), w.m
	if n == 0 {
		return nil
	}
	w.x = make([]float64, m.c.N*n)
	rows := func(x []float64) {
		clear(x)
		for j, row := range w.rows {
			for a, unknown := range row.unknown {
				x[int(unknown)*n+j] += row.value[a]
			}
		}
	}
	rows(w.x)
	m.factor.Solve(w.x, n)
	m.correct(m.factor, w.x, n, rows)
	w.root = make([]float64, n)
	for i, d := range w.change {
		w.root[i] = math.Sqrt(math.Abs(d))
	}
	system := mat.NewDense(n, n, nil)
	for i, row := range w.rows {
		for j := range n {
			v := math.Copysign(w.root[i]*w.root[j], w.change[i]) * row.times(w.x[j:], n)
			if i == j {
				v++
			}
			system.Set(i, j, v)
		}
	}
	if err := w.refuseMechanism(system); err != nil {
		return err
	}
	w.system.Factorize(system)
	return nil
}

// refuseMechanism looks whether a motion that the changed bonds alone resisted costs no energy any more. Such a motion is
// X root v with v a singular vector of the small system; its energy is a sum that cancels nothing.
func (w *woodbury) refuseMechanism(system *mat.Dense) error {
	n, c := len(w.rows), w.m.c
	var svd mat.SVD
	if !svd.Factorize(system, mat.SVDFull) {
		return nil // not finite; the correction will show it
	}
	var v mat.Dense
	svd.VTo(&v)
	for i, value := range svd.Values(nil) {
		if value > 1e-3 {
			continue
		}
		u := make([]float64, c.N)
		for j := range n {
			for at := range u {
				u[at] += w.x[at*n+j] * w.root[j] * v.At(j, i)
			}
		}
		var left weighing
		most := maxAbs(u)
		add := func(unknown []int32, value []float64, k float64) {
			e, squares, sum := 0.0, 0.0, 0.0
			for a, at := range unknown {
				part := value[a] * u[at]
				e += part
				squares += part * part
				sum += math.Abs(value[a])
			}
			left.add(k, e, squares, sum*most)
		}
		for mode, k := range w.k {
			add(c.Col[c.Ptr[mode]:c.Ptr[mode+1]], c.Val[c.Ptr[mode]:c.Ptr[mode+1]], k)
		}
		for _, row := range w.added {
			add(row.unknown, row.value, row.stiffness)
		}
		if left.soft() {
			return &MechanismError{Modes: w.modes, Motion: newMotion(c, u, 1e-6)}
		}
	}
	return nil
}

// times is the row times a column of a block of width vectors.
func (b *bond) times(u []float64, width int) float64 {
	sum := 0.0
	for a, unknown := range b.unknown {
		sum += b.value[a] * u[int(unknown)*width]
	}
	return sum
}

// apply turns D^-1 F, a block of w.width vectors, into D'^-1 F. It cannot where the small system is singular.
func (w *woodbury) apply(u []float64) bool {
	n := len(w.rows)
	if n == 0 {
		return true
	}
	force := mat.NewDense(n, w.width, nil)
	for i := range w.rows {
		for column := range w.width {
			force.Set(i, column, math.Copysign(w.root[i], w.change[i])*w.rows[i].times(u[column:], w.width))
		}
	}
	answer := mat.NewDense(n, w.width, nil)
	var condition mat.Condition
	if err := w.system.SolveTo(answer, false, force); errors.As(err, &condition) && math.IsInf(float64(condition), 1) {
		return false
	}
	for at := range w.m.c.N {
		to := u[at*w.width:][:w.width]
		for i, x := range w.x[at*n:][:n] {
			axpy(to, -x*w.root[i], answer.RawRowView(i))
		}
	}
	return true
}

// subtractForces computes f -= D' u.
func (w *woodbury) subtractForces(f, u []float64, width int) {
	w.m.c.subtractForces(f, u, w.k, width)
	for _, row := range w.added {
		for column := range width {
			force := row.stiffness * row.times(u[column:], width)
			for a, unknown := range row.unknown {
				f[int(unknown)*width+column] -= row.value[a] * force
			}
		}
	}
}

// refactor computes U' by factorising D'.
func (w *woodbury) refactor(r *Responses) error {
	w.m.Refactored++
	p, k := w.m.c.product(), w.k
	p.Ptr, p.Col, p.Val = slices.Clone(p.Ptr), slices.Clone(p.Col), slices.Clone(p.Val)
	for _, row := range w.added {
		p.Col, p.Val = append(p.Col, row.unknown...), append(p.Val, row.value...)
		p.Ptr, k = append(p.Ptr, int32(len(p.Col))), append(k, row.stiffness)
	}
	solver := &Sparse{c: w.m.c, factor: sparse.AnalyzeProduct(p).NewFactor()}
	if err := solver.Factor(k); err != nil {
		return err
	}
	r.placeLoads(r.U)
	solver.factor.Solve(r.U, w.width)
	residual := make([]float64, len(r.U))
	r.placeLoads(residual)
	w.subtractForces(residual, r.U, w.width)
	solver.factor.Solve(residual, w.width)
	for i, v := range residual {
		r.U[i] += v
	}
	return nil
}
