package statics

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics/body"
)

// Buckling is the smallest share of a load at which a body may leave its straight way (Euler): where the stiffness as
// built and what the forces of the linear answer add to it, K + share H(t), becomes singular.
type Buckling struct {
	Share float64
	Mode  *body.State // how it buckles; its largest unknown is 1
}

// Buckle finds it by counting negative pivots: of K + share H(t) they are the buckling loads below share. Pushes are
// followed in their own direction only. It fails where nothing buckles below 1e12 loads.
func (q *Equilibrium) Buckle(l *Load) (*Buckling, error) {
	b := q.Body
	if len(l.F) != b.Space.N {
		panic(fmt.Sprintf("statics: a load of %d for %d unknowns", len(l.F), b.Space.N))
	}
	straight := New(b, false)
	if err := straight.Set(q.shared.theta); err != nil {
		return nil, err
	}
	s := b.NewState()
	if _, err := straight.Rest(l, s); err != nil {
		return nil, err
	}
	t := append([]float64(nil), s.T...)
	built := make([]float64, b.M) // what elements pull before the load
	if straight.shared.stress != nil {
		if _, err := straight.Rest(&Load{F: make([]float64, b.Space.N)}, s); err != nil {
			return nil, err
		}
		for i, v := range s.T {
			built[i] = v
			t[i] -= v
		}
	}
	far := q.general()
	signed := far.indefinite()
	rest, work := b.NewState(), b.NewWork()
	q.held = false
	below := func(share float64) (int, error) {
		b.Stand(work, rest, true)
		b.Resist(work, q.shared.theta, rest)
		for i, v := range t {
			rest.T[i] = built[i] + share*v
		}
		far.tangent.Assemble(work, rest, true)
		far.tangent.AddBow(work, rest.T)
		_, values := far.tangent.Matrix()
		if err := signed.Refactor(values); err != nil {
			return 0, err
		}
		return signed.Negative(), nil
	}
	if n, err := below(0); err != nil || n > 0 {
		return nil, fmt.Errorf("the body is not stable before any load: %d directions", n)
	}
	lo, hi := 0.0, 1.0
	for {
		n, err := below(hi)
		if err == nil && n > 0 {
			break
		}
		if lo, hi = hi, 2*hi; hi > 1e12 {
			return nil, fmt.Errorf("nothing buckles below %g times the load", lo)
		}
	}
	if lo == 0 {
		for n, err := below(hi / 2); (err != nil || n > 0) && hi > 1e-12; n, err = below(hi / 2) {
			hi /= 2
		}
		lo = hi / 2
	}
	for range 80 {
		middle := (lo + hi) / 2
		if middle == lo || middle == hi {
			break
		}
		if n, err := below(middle); err != nil || n > 0 {
			hi = middle
		} else {
			lo = middle
		}
	}
	// The mode, by inverse iteration beside the singular matrix.
	out := &Buckling{Share: (lo + hi) / 2, Mode: b.NewState()}
	if _, err := below(lo * (1 - 1e-9)); err != nil {
		return nil, err
	}
	for i := range out.Mode.U {
		out.Mode.U[i] = math.Sin(float64(i) + 1)
	}
	for range 3 {
		signed.Solve(out.Mode.U)
		most, at := largest(out.Mode.U)
		if out.Mode.U[at] < 0 {
			most = -most
		}
		for i := range out.Mode.U {
			out.Mode.U[i] /= most
		}
	}
	return out, nil
}
