package finite

import "fmt"

// Elongations sets e (len M, m) to the changes of length l - l0 at the
// displacements u (len N, m): what the distance of two end points shows. The
// projection on the bonds as designed, which linear theory uses, is C.Elongations.
func (q *Equilibrium) Elongations(e, u []float64) {
	q.at(u)
	copy(e, q.bars.e)
}

// Rates sets e (len M) to C(u) v: how fast each bar grows when the lattice
// stands at u and moves along v (both len N).
func (q *Equilibrium) Rates(e, u, v []float64) {
	q.at(u)
	dim := q.bars.dim
	for i := range e {
		d := q.bars.between(i, v)
		e[i] = dot(q.bars.n[i*dim:(i+1)*dim], d[:dim])
	}
}

// Energy is what the bars store at the displacements u (len N), J.
func (q *Equilibrium) Energy(u []float64) float64 {
	q.at(u)
	return q.stored()
}

// Forces sets f (len N, N) to the loads that hold the lattice at u (len N).
func (q *Equilibrium) Forces(f, u []float64) {
	q.at(u)
	clear(f)
	q.bars.pull(f, q.k, 1)
}

// Linearised solves K_T(u) x = b for nrhs loads stored row-major (N x nrhs):
// small changes of the displacements under small changes of the loads. b holds
// the loads on entry and the displacements on return. It fails with
// *BucklingError where u (len N) is not a stable state.
func (q *Equilibrium) Linearised(b, u []float64, nrhs int) error {
	moved := q.at(u)
	if moved || !q.factored {
		if err := q.factorise(); err != nil {
			return err
		}
	}
	q.factor.Solve(b, nrhs)
	return nil
}

// Gradient sets g (len M) to the derivatives of a loss by the stiffnesses at
// the equilibrium u, given a with K_T(u) a = -dL/du (both len N):
//
//	dL/dk_i = -dL/du K_T^-1 (C(u)^T)_i e_i = (C(u) a)_i e_i.
func (q *Equilibrium) Gradient(g, u, a []float64) {
	q.Rates(g, u, a)
	for i, e := range q.bars.e {
		g[i] *= e
	}
}

// at lets the bars stand at u. It reports whether the factor is that of another place.
func (q *Equilibrium) at(u []float64) (moved bool) {
	if len(u) != q.C.N {
		panic(fmt.Sprintf("finite: %d displacements for %d unknowns", len(u), q.C.N))
	}
	for i, v := range u {
		moved = moved || v != q.u[i]
	}
	copy(q.u, u)
	q.bars.stand(q.u)
	q.factored = q.factored && !moved
	return moved
}
