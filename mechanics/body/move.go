package body

import (
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// Move is a place that is a parameter: how far, in metres, a node is built from where the plan has it, along one axis.
// Lengths and angles as built, and with them rest lengths that are as built, follow the node; what laws hold (a stiffness,
// a width) is held.
type Move struct {
	Node, Axis int
}

// PlaceError says that an element cannot be where its nodes were moved to.
type PlaceError struct {
	Element string
	Cause   error
}

func (e *PlaceError) Error() string {
	return fmt.Sprintf("where its nodes are moved to, %s cannot be: %v", e.Element, e.Cause)
}

func (e *PlaceError) Unwrap() error { return e.Cause }

// initMoves takes the moves of a plan, whose parameters follow those of all laws.
func (b *Body) initMoves(p *Plan) error {
	if len(p.Moves) == 0 {
		return nil
	}
	b.Moves, b.drawn, b.Pos = p.Moves, p.Pos, slices.Clone(p.Pos)
	moving := make([]bool, len(p.Pos)/p.Dim)
	seen := map[Move]bool{}
	for i, m := range p.Moves {
		if m.Node < 0 || m.Node >= len(moving) || m.Axis < 0 || m.Axis >= p.Dim || seen[m] {
			return fmt.Errorf("place %d, of node %d along axis %d, is none, or is there twice", i+1, m.Node+1, m.Axis+1)
		}
		moving[m.Node], seen[m] = true, true
	}
	for i := range b.Elements {
		el := &b.Elements[i]
		if !slices.ContainsFunc(el.Nodes, func(node int) bool { return moving[node] }) {
			continue
		}
		if _, ok := el.Kind.(element.Placeless); ok {
			continue
		}
		if _, ok := el.Kind.(element.Finite); !ok {
			return fmt.Errorf("element %d (%s): the places of its nodes do not learn; keep them where they are", i+1, el.Kind.Name())
		}
		b.movable = append(b.movable, int32(i))
		b.shifts = append(b.shifts, slices.Clone(b.Built[i].At))
		for end, node := range el.Nodes {
			for axis := range p.Dim {
				b.shifts[len(b.shifts)-1][end*p.Dim+axis] -= p.Pos[node*p.Dim+axis]
			}
		}
	}
	b.P += len(p.Moves)
	return nil
}

// FirstMove is the place of the first move among the parameters (len P): those of laws end there.
func (b *Body) FirstMove() int { return b.P - len(b.Moves) }

// Place puts the nodes where the parameters theta (len P) have them. It is the only thing that changes a body, and only one
// with Moves, which belongs to one equilibrium therefore. It fails with *PlaceError and the nodes are then where they were.
func (b *Body) Place(theta []float64) error {
	if len(b.Moves) == 0 {
		return nil
	}
	before := slices.Clone(b.Pos)
	for i, m := range b.Moves {
		at := m.Node*b.Space.Dim + m.Axis
		b.Pos[at] = b.drawn[at] + theta[b.FirstMove()+i]
	}
	err := b.rebuild()
	if err != nil {
		copy(b.Pos, before)
		if again := b.rebuild(); again != nil {
			return again
		}
	}
	return err
}

// rebuild makes what depends on places anew.
func (b *Body) rebuild() error {
	for k, i := range b.movable {
		el, at := &b.Elements[i], b.Built[i].At
		for end, node := range el.Nodes {
			for axis := range b.Space.Dim {
				at[end*b.Space.Dim+axis] = b.Pos[node*b.Space.Dim+axis] + b.shifts[k][end*b.Space.Dim+axis]
			}
		}
		if err := el.Kind.Check(&b.Built[i]); err != nil {
			return &PlaceError{Element: b.Name(int(i)), Cause: err}
		}
		b.Sizes[b.Runs[b.run[i]].Size+int(b.place[i])] = el.Kind.Size(&b.Built[i])
	}
	return nil
}

// Gradient adds scale times the derivative of a loss by every parameter to g (len P): Product for those of laws, and
// ShapeProduct for places of nodes. w is changed.
func (b *Body) Gradient(w *Work, theta []float64, s, a *State, finite bool, scale float64, g []float64) {
	b.Product(w, theta, s, a, scale, g)
	if len(b.Moves) > 0 {
		b.placeProduct(w, theta, s, a, finite, scale, g)
	}
}

func (b *Body) placeProduct(w *Work, theta []float64, s, a *State, finite bool, scale float64, g []float64) {
	clear(w.places)
	b.Stand(w, s, finite)
	b.Resist(w, theta, s)
	b.ShapeProduct(w, theta, s, a, finite, scale, w.places)
	for i, m := range b.Moves {
		g[b.FirstMove()+i] += w.places[m.Node*b.Space.Dim+m.Axis]
	}
}

// PlaceGradient is Gradient for places alone, of a linear body: its product is linear in each state, so that states may be
// superposed first.
func (b *Body) PlaceGradient(w *Work, theta []float64, s, a *State, scale float64, g []float64) {
	if len(b.Moves) > 0 {
		b.placeProduct(w, theta, s, a, false, scale, g)
	}
}

// EnergyGradient adds scale times dW/dtheta to g (len P), places included: W is the energy stored at the displacements of
// the state. w is changed.
func (b *Body) EnergyGradient(w *Work, theta []float64, s *State, finite bool, scale float64, g []float64) {
	b.EnergyProduct(w, theta, s, scale, g)
	if len(b.Moves) == 0 {
		return
	}
	clear(w.places)
	b.Stand(w, s, finite)
	b.Resist(w, theta, s)
	b.shapeEnergy(w, theta, s, finite, scale, w.places)
	for i, m := range b.Moves {
		g[b.FirstMove()+i] += w.places[m.Node*b.Space.Dim+m.Axis]
	}
}

// shapeEnergy adds scale times dW/dX: (c(x) - c(X))^T t where ends move far, H(t) u where they do not, and dW/dsize.
func (b *Body) shapeEnergy(w *Work, theta []float64, s *State, finite bool, scale float64, g []float64) {
	for at := range b.Runs {
		r := &b.Runs[at]
		kind, ok := r.Kind.(element.Finite)
		if !ok {
			continue
		}
		span := w.of(r, theta, s.E)
		rate := make([]float64, len(r.Elements))
		law.EnergySizeRate(r.Law, span, rate, w.rates(len(span.E)))
		n := r.Local
		for k, i := range r.Elements {
			built, h, f := &b.Built[i], w.h[:n*n], w.f[:n]
			t := s.T[r.Mode+k*r.Modes:][:r.Modes]
			clear(h)
			if finite {
				byPlaces(kind, built, b.read(int(i), s.U, s.G, w.u), w.rows(int(i)), h)
				for p := range f {
					f[p] = 0
					for m, v := range t {
						f[p] += h[m*n+p] * v
					}
				}
			} else {
				clear(f)
				curveByPlaces(kind, built, w.zero[:n], t, h)
				addProduct(h, b.read(int(i), s.U, s.G, w.u), f)
			}
			d := w.a[:n]
			kind.SizeSlope(built, d)
			for p, v := range d {
				f[p] += rate[k] * v
			}
			b.places(int(i), f, scale, g)
		}
	}
}
