package body

import (
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// Stress is what elements pull as built, before anything moves: bonds whose rest length is not their length. Where moving is
// small it stiffens the body against turning its elements, or softens it: the linear problem is then the one Newton step of the
// finite problem from the body as built,
//
//	C^T t(C u) + H(t0) u = f,   H(t) = sum t d2e,   t0 = t(0)
//
// NewStress says whether a body can have any: laws in proportion have none.
type Stress struct {
	T    []float64 // of every mode, as built; len M
	rate []float64 // room for dt0/dtheta of a run; goroutines that share a stress take their own
	none []float64 // deformations of nothing
	runs []int     // of kinds that turn, under laws that may be stressed
}

// NewStress makes room; nil where every law is in proportion.
func (b *Body) NewStress() *Stress {
	if b.Linear() {
		return nil
	}
	s := &Stress{T: make([]float64, b.M), none: make([]float64, b.M)}
	rates := 0
	for at := range b.Runs {
		r := &b.Runs[at]
		_, curved := r.Law.(law.Curved)
		if _, turns := r.Kind.(element.Finite); curved && turns {
			s.runs = append(s.runs, at)
			rates = max(rates, len(r.Elements)*r.Modes*max(r.Params, 1))
		}
	}
	s.rate = make([]float64, rates)
	return s
}

// Set takes the stress at parameters; it reports whether there is any, or is at others near them.
func (s *Stress) Set(b *Body, theta []float64) (any bool) {
	clear(s.T)
	slope := make([]float64, b.M)
	for _, at := range s.runs {
		r := &b.Runs[at]
		span := s.span(b, r, theta)
		last := r.Mode + len(span.E)
		law.Force(r.Law, &span, s.T[r.Mode:last], slope[r.Mode:last])
		any = any || s.rates(b, at, theta, s.rate)
		for _, v := range s.T[r.Mode:last] {
			any = any || v != 0
		}
	}
	return any
}

// span is the slices of a run for its law, as built.
func (s *Stress) span(b *Body, r *Run, theta []float64) law.Span {
	n := len(r.Elements)
	return law.Span{N: n, Theta: theta[r.Theta : r.Theta+n*r.Params], Size: b.Sizes[r.Size : r.Size+n], E: s.none[r.Mode : r.Mode+n*r.Modes]}
}

// rates sets room to dt0/dtheta of a run; it reports whether any is not zero.
func (s *Stress) rates(b *Body, at int, theta, room []float64) (any bool) {
	r := &b.Runs[at]
	span := s.span(b, r, theta)
	rate := room[:len(span.E)*r.Params]
	law.Rate(r.Law, &span, rate)
	for _, v := range rate {
		any = any || v != 0
	}
	return any
}

// each hands on the elements that are stressed, with H(t0).
func (s *Stress) each(b *Body, w *Work, do func(i int, n int, h []float64)) {
	for _, at := range s.runs {
		r := &b.Runs[at]
		kind := r.Kind.(element.Finite)
		h := w.h[:r.Local*r.Local]
		for k, i := range r.Elements {
			clear(h)
			kind.Curve(&b.Built[i], w.zero[:r.Local], s.T[r.Mode+k*r.Modes:][:r.Modes], h)
			do(int(i), r.Local, h)
		}
	}
}

// Forces adds by times H(t0) u to f on the free unknowns, and to r, if not nil, at the given values. It returns the energy
// u H(t0) u / 2.
func (s *Stress) Forces(b *Body, w *Work, state *State, by float64, f, r []float64) (energy float64) {
	s.each(b, w, func(i, n int, h []float64) {
		u, local := b.read(i, state.U, state.G, w.u), w.f[:n]
		clear(local)
		addProduct(h, u, local)
		for p, v := range local {
			energy += v * u[p] / 2
		}
		b.scatter(i, local, by, f, r)
	})
	return energy
}

// Add adds H(t0) to a tangent.
func (s *Stress) Add(t *Tangent, w *Work) {
	s.each(t.b, w, func(i, n int, h []float64) { t.add(i, n, h) })
}

// Product adds scale times the sum over modes of (a d2e u) dt0/dtheta to g: what Product leaves out of a stressed body.
func (s *Stress) Product(b *Body, w *Work, theta []float64, state, a *State, scale float64, g []float64) {
	rate := make([]float64, len(s.rate))
	for _, at := range s.runs {
		if !s.rates(b, at, theta, rate) {
			continue
		}
		r := &b.Runs[at]
		kind := r.Kind.(element.Finite)
		n := r.Local
		unit := make([]float64, r.Modes)
		for k, i := range r.Elements {
			u, adj, h, f := b.read(int(i), state.U, state.G, w.u), b.read(int(i), a.U, a.G, w.a), w.h[:n*n], w.f[:n]
			for m := range unit {
				clear(h)
				clear(f)
				unit[m] = 1
				kind.Curve(&b.Built[i], w.zero[:n], unit, h)
				unit[m] = 0
				addProduct(h, u, f)
				by := 0.0
				for p, v := range f {
					by += adj[p] * v
				}
				to := g[r.Theta+k*r.Params:][:r.Params]
				for p := range to {
					to[p] += scale * by * rate[(k*r.Modes+m)*r.Params+p]
				}
			}
		}
	}
}
