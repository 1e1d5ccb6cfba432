package twin

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
)

// Body is a specimen that is more than a lattice of linear springs: beams, angles, bonds under other
// laws. What the bench sets are its parameters, in the order of the plan that body.New gives them.
type Body struct {
	Plan  *body.Plan
	Steps int // in which a load is put on at least, where displacements are not small
	// Scatters says which parameters come out of the printer otherwise than they were asked for; nil: all.
	Scatters []bool
	// Learns says which parameters the bench changes, so that a change can go wrong; nil: all.
	Learns []bool
	// Written says which parameters inputs set, from sample to sample: they may be 0, and whoever sets them leaves all others as they
	// are. nil: none.
	Written []bool
}

// writes reports whether inputs set a parameter.
func (b *Body) writes(i int) bool { return b != nil && b.Written != nil && b.Written[i] }

// solid is the mechanics of a body.
type solid struct {
	form    *Body
	net     *network.Network // bonds that failed are cut
	whole   *body.Body
	failed  []bool // of the elements of the plan
	print   float64
	finite  bool
	eq      *statics.Equilibrium // of what is left
	state   *body.State
	theta   []float64 // of what is left
	load    []float64 // of all its unknowns
	columns []int32   // unknown of what is left for each of ours; -1 where nothing moves it
	seen    []int32   // ours, of each node and axis; -1 where held
	moves   int       // ours
}

// newSolid makes the mechanics. All forces of a print are print times as large as those of its plan.
func newSolid(net *network.Network, form *Body, print float64, finite bool) (*solid, error) {
	whole, err := body.New(form.Plan)
	if err != nil {
		return nil, err
	}
	if len(whole.Moves) > 0 {
		return nil, fmt.Errorf("twin: the nodes of a specimen are where they were built, and places learn only by computer")
	}
	if whole.Space.G > 0 || len(whole.Space.Strain) > 0 {
		return nil, fmt.Errorf("twin: a bench hangs forces, and this body is given values or is a cell")
	}
	if !(print > 0) {
		return nil, fmt.Errorf("twin: the modulus of the print is %g of what it should be; less scatter leaves it positive", print)
	}
	for i := range form.Plan.Elements {
		if _, far := form.Plan.Elements[i].Kind.(element.Finite); finite && !far {
			return nil, fmt.Errorf("twin: a %s moves little, and the deformation is finite; use deformation: linear", form.Plan.Elements[i].Kind.Name())
		}
	}
	s := &solid{form: form, net: net, whole: whole, failed: make([]bool, len(form.Plan.Elements)), print: print, finite: finite}
	for _, held := range net.Held {
		if held {
			s.seen = append(s.seen, -1)
			continue
		}
		s.seen = append(s.seen, int32(s.moves))
		s.moves++
	}
	return s, s.build()
}

func (s *solid) settings() int { return s.whole.P }

func (s *solid) unknowns() int { return s.moves }

func (s *solid) unknown() []int32 { return s.seen }

// fail breaks an element; whole mends it.
func (s *solid) fail(i int, broken bool) {
	s.failed[i] = broken
	if el := &s.form.Plan.Elements[i]; len(el.Nodes) == 2 {
		for b := range s.net.Elements {
			if bond := &s.net.Elements[b]; el.Number == b+1 && bond.Kind == network.Bar && slices.Equal(bond.Nodes[:], el.Nodes) {
				bond.Cut = broken
			}
		}
	}
}

func (s *solid) broken(i int) bool { return s.failed[i] }

// build makes the equilibrium of the elements that are left.
func (s *solid) build() error {
	plan := *s.form.Plan
	plan.Elements = nil
	for i, el := range s.form.Plan.Elements {
		if !s.failed[i] {
			plan.Elements = append(plan.Elements, el)
		}
	}
	left, err := body.New(&plan)
	if err != nil {
		return err
	}
	s.eq = statics.New(left, s.finite)
	s.eq.Steps, s.eq.Loose = s.form.Steps, s.form.Written != nil
	s.state, s.theta, s.load = left.NewState(), left.Theta(), make([]float64, left.Space.N)
	s.columns = slices.Repeat([]int32{-1}, s.moves)
	for at, ours := range s.seen {
		node, axis := at/s.net.Dim, element.Part(at%s.net.Dim)
		if ours < 0 {
			continue
		}
		c := left.Space.Column(node, axis)
		if c.Free() {
			s.columns[ours] = int32(c)
		} else if s.whole.Space.Column(node, axis).Free() {
			return fmt.Errorf("nothing holds node %d any more: its last element broke", node+1)
		}
	}
	return nil
}

// set gives the elements that are left their parameters.
func (s *solid) set(theta []float64) error {
	at := 0
	for i := range s.form.Plan.Elements {
		if s.failed[i] {
			continue
		}
		copy(s.theta[s.eq.Body.ThetaOf(at):][:len(s.form.Plan.Elements[i].Theta)], theta[s.whole.ThetaOf(i):])
		at++
	}
	return s.eq.Set(s.theta)
}

// rest sets u to where the nodes come to rest under the loads f; the same loads give the same state, whatever hung before.
func (s *solid) rest(u, f []float64) error {
	clear(s.load)
	for i, c := range s.columns {
		switch {
		case c >= 0:
			s.load[c] = f[i] / s.print
		case f[i] != 0:
			return fmt.Errorf("a force is hung where nothing can carry it")
		}
	}
	if _, err := s.eq.Rest(&statics.Load{F: s.load}, s.state); err != nil {
		return err
	}
	for i, c := range s.columns {
		if u[i] = 0; c >= 0 {
			u[i] = s.state.U[c]
		}
	}
	return nil
}

// elongations are the changes of the distance of the ends of every bond: of a beam, of its chord.
func (s *solid) elongations(u []float64) []float64 {
	e, dim := make([]float64, len(s.net.Elements)), s.net.Dim
	for i := range s.net.Elements {
		el := &s.net.Elements[i]
		if el.Kind != network.Bar || el.Cut {
			continue
		}
		before, after := 0.0, 0.0
		for axis := range dim {
			d := s.net.At(el.Nodes[1])[axis] - s.net.At(el.Nodes[0])[axis]
			before = math.Hypot(before, d)
			for end, sign := range []float64{-1, 1} {
				if c := s.seen[el.Nodes[end]*dim+axis]; c >= 0 {
					d += sign * u[c]
				}
			}
			after = math.Hypot(after, d)
		}
		e[i] = after - before
	}
	return e
}

// element is the one of the plan that a parameter belongs to.
func (s *solid) element(parameter int) int {
	for i := range s.whole.Elements {
		if at := parameter - s.whole.ThetaOf(i); at >= 0 && at < len(s.whole.Elements[i].Theta) {
			return i
		}
	}
	panic(fmt.Sprintf("twin: parameter %d of %d", parameter, s.whole.P))
}

func (s *solid) elements() int { return len(s.whole.Elements) }

// allows refuses parameters that no element can have.
func (s *solid) allows(theta []float64) error {
	for i := range s.whole.Elements {
		for j, p := range s.whole.Elements[i].Law.Params() {
			at := s.whole.ThetaOf(i) + j
			if v := theta[at]; !(v > p.Least) && !(s.form.writes(at) && v == p.Least) {
				return &statics.ParameterError{Element: s.whole.Name(i), Param: p.Name, Unit: p.Unit, Value: v, Least: p.Least}
			}
		}
	}
	return nil
}

// unit is that of all parameters that the bench changes, "" where they differ.
func (s *solid) unit() string {
	unit := ""
	for i := range s.whole.Elements {
		for j, p := range s.whole.Elements[i].Law.Params() {
			if learns := s.form.Learns; learns != nil && !learns[s.whole.ThetaOf(i)+j] {
				continue
			}
			if unit != "" && unit != p.Unit {
				return ""
			}
			unit = p.Unit
		}
	}
	return unit
}
