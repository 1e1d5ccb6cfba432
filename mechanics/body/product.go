package body

import (
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// Product adds scale times the sum over modes of a dt/dtheta to g (len P), with a the deformations of the adjoint state.
// It is the derivative of a loss L by every parameter when the adjoint state answers the load -dL/du at the tangent of
// the state s: C^T t(e, theta) = f gives K du = -C^T dt, so that dL = (dL/du) du = a C^T dt. For t = k e it is e_adj o e,
// the rule of Li & Mao (2024), Eq. 6.
func (b *Body) Product(w *Work, theta []float64, s, a *State, scale float64, g []float64) {
	most := 0
	for at := range b.Runs {
		r := &b.Runs[at]
		most = max(most, min(chunkSize, len(r.Elements))*r.Modes*r.Params)
	}
	for _, l := range w.lanes {
		if len(l.rate) < most {
			l.rate = make([]float64, most)
		}
	}
	w.hand(pass{s: s, a: a, theta: theta, scale: scale, sum: g})
	w.do(len(b.chunks), productChunk)
}

func productChunk(p *pass, worker, part int) {
	l, b := p.w.lanes[worker], p.w.b
	c := &b.chunks[part]
	r := &b.Runs[c.run]
	if r.Params == 0 {
		return
	}
	n := c.to - c.from
	rate := l.rate[:n*r.Modes*r.Params]
	law.Rate(r.Law, p.span(l, c), rate)
	to, a := p.sum[r.Theta+c.from*r.Params:][:n*r.Params], p.a.E[r.Mode+c.from*r.Modes:][:n*r.Modes]
	if r.Params == 1 && r.Modes == 1 {
		for k, v := range a {
			to[k] += p.scale * v * rate[k]
		}
		return
	}
	for m, v := range a {
		by := p.scale * v
		own := to[m/r.Modes*r.Params:][:r.Params]
		for i := range own {
			own[i] += by * rate[m*r.Params+i]
		}
	}
}

// EnergyProduct adds scale times dW/dtheta to g (len P), with W the energy stored in the state: what nudged and clamped
// rules take differences of.
func (b *Body) EnergyProduct(w *Work, theta []float64, s *State, scale float64, g []float64) {
	for at := range b.Runs {
		r := &b.Runs[at]
		span := w.of(r, theta, s.E)
		law.EnergyRate(r.Law, span, scale, g[r.Theta:r.Theta+len(span.Theta)], w.rates(len(span.E)*max(r.Params, 1)))
	}
}

// ShapeProduct adds scale times the derivative of a loss by the places of the nodes to g (nodes x Dim), for the states of
// Product: displacements are counted from the moved places, lengths and angles as built follow them, and parameters are
// held. w must be where Stand and Resist left it for s.
//
//	linear:  H(t) a + H(w o a_e) u               + (a dt/dsize) dsize/dX     H at the places as built
//	finite:  H(t) a + (c(x) - c(X))^T (w o a_e)  + (a dt/dsize) dsize/dX     H at the places now
//
// with H(t) = sum t d2e; in place of H and of c(x) - c(X) what a kind that is Placed says. Kinds that are not Finite do not depend on
// places.
func (b *Body) ShapeProduct(w *Work, theta []float64, s, a *State, finite bool, scale float64, g []float64) {
	for at := range b.Runs {
		r := &b.Runs[at]
		kind, ok := r.Kind.(element.Finite)
		if !ok {
			continue
		}
		span := w.of(r, theta, s.E)
		rate := w.rates(len(span.E))
		law.SizeRate(r.Law, span, rate)
		n := r.Local
		for k, i := range r.Elements {
			first := r.Mode + k*r.Modes
			built, h, f := &b.Built[i], w.h[:n*n], w.du[:n]
			t, slope, ae := s.T[first:first+r.Modes], w.slope[first:first+r.Modes], a.E[first:first+r.Modes]
			u := b.read(int(i), s.U, s.G, w.u)
			adj := b.read(int(i), a.U, nil, w.a)
			force := w.f[:r.Modes]
			for m := range force {
				force[m] = slope[m] * ae[m]
			}
			clear(h)
			clear(f)
			if finite {
				curveByPlaces(kind, built, u, t, h)
				addProduct(h, adj, f)
				byPlaces(kind, built, u, w.rows(int(i)), h)
				for m, v := range force {
					for p := range f {
						f[p] += h[m*n+p] * v
					}
				}
			} else {
				curveByPlaces(kind, built, w.zero[:n], t, h)
				addProduct(h, adj, f)
				clear(h)
				curveByPlaces(kind, built, w.zero[:n], force, h)
				addProduct(h, u, f)
			}
			by := 0.0
			for m, v := range ae {
				by += v * rate[k*r.Modes+m]
			}
			d := w.a[:n]
			kind.SizeSlope(built, d)
			for p, v := range d {
				f[p] += by * v
			}
			b.places(int(i), f, scale, g)
		}
	}
}

// curveByPlaces adds to h (local x local, places in its rows) sum t d2e/dplace du, where the ends of an element have moved by u. Most kinds ask
// where their ends are now, so that a place does what a move does.
func curveByPlaces(kind element.Finite, built *element.Built, u, t, h []float64) {
	if placed, ok := kind.(element.Placed); ok {
		placed.Shape(built, u, t, nil, h)
		return
	}
	kind.Curve(built, u, t, h)
}

// byPlaces sets h (Modes x local) to the derivatives of the deformations by places: c(x) - c(X) of most kinds.
func byPlaces(kind element.Finite, built *element.Built, u, c, h []float64) {
	if placed, ok := kind.(element.Placed); ok {
		placed.Shape(built, u, nil, h[:len(c)], nil)
		return
	}
	kind.Rows(built, h[:len(c)])
	for i, v := range c {
		h[i] = v - h[i]
	}
}

// addProduct adds h x to f.
func addProduct(h, x, f []float64) {
	for p := range f {
		for q, v := range x {
			f[p] += h[p*len(x)+q] * v
		}
	}
}

// places adds a local vector to the places of the nodes: an image moves with its node.
func (b *Body) places(i int, local []float64, scale float64, g []float64) {
	el := &b.Elements[i]
	parts := el.Kind.Parts(b.Space.Dim)
	for p, v := range local {
		if part := parts[p%len(parts)]; int(part) < b.Space.Dim {
			g[el.Nodes[p/len(parts)]*b.Space.Dim+int(part)] += scale * v
		}
	}
}
