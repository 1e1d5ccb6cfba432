package experiment

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// mostBounded is up to how many elements times inputs a body is bounded input by input.
const mostBounded = 1 << 22

// small reports whether the network is computed by a theory of small displacements that its geometry can judge: not at finite
// deformation, and not where nodes are sliders on rails that are only drawn at some place, as those of hubs are.
func (x *Experiment) small() bool {
	if x.Solid == nil {
		return true
	}
	return !x.Solid.Eq.Finite && !x.Rails()
}

// Rails reports whether the nodes are sliders on parallel rails, whose places are only drawn: they may pass each other, and how far
// they move says nothing about theory.
func (x *Experiment) Rails() bool { return x.hubs != nil || x.Network.Dim == 1 && x.writes() }

// writes reports whether any input sets stiffnesses.
func (x *Experiment) writes() bool {
	for i := range x.In {
		if x.In[i].Part == network.Value {
			return true
		}
	}
	return false
}

// unknowns is the size of the equations.
func (x *Experiment) unknowns() int {
	if x.Solid != nil {
		return x.Solid.Body.Space.N
	}
	return x.Eq.C.N
}

// shortest is the length of the shortest bar; where there is none, beams, which are cut into as short pieces as one likes, say
// nothing by their length, and it is infinite.
func (x *Experiment) shortest() float64 {
	least := math.Inf(1)
	if s := x.Solid; s != nil {
		for i := range s.Body.Elements {
			if k := s.Body.Elements[i].Kind; k == element.Kind(element.Bar{}) {
				least = min(least, k.Size(&s.Body.Built[i]))
			}
		}
		return least
	}
	for i := range x.Network.Elements {
		if el := &x.Network.Elements[i]; el.Kind == network.Bar && !el.Cut {
			least = min(least, x.Network.BondLength(i))
		}
	}
	return least
}

// bodyMotion is what a body does under a sample, its outputs as linear theory reads them among it.
func (x *Experiment) bodyMotion(f []float64) (*motion, error) {
	s := x.Solid
	state := s.Body.NewState()
	if _, err := s.Rig.Rest(f, state); err != nil {
		return nil, err
	}
	m := &motion{state: state}
	for node := range x.Network.Nodes() {
		far := 0.0
		for axis := range x.Network.Dim {
			v := s.Body.Value(state, node, element.Part(axis))
			m.u, far = append(m.u, v), math.Hypot(far, v)
		}
		if far > m.move {
			m.node, m.move = node, far
		}
	}
	most := 0.0
	for i := range s.Body.Elements {
		stretch, turn, length := s.deformed(i, state)
		if max(stretch, turn) > m.size() {
			m.bond = i
		}
		m.stretch, m.turn, m.most = max(m.stretch, stretch), max(m.turn, turn), max(m.most, math.Hypot(stretch, turn))
		m.astray, most = max(m.astray, turn*turn/2*length), max(most, stretch*length)
	}
	if most > 0 {
		m.astray /= most
	}
	return m, nil
}

// deformed is how much an element stretches, how much it or an end of it turns, and its length; zeros of what is no line in space.
func (s *Solid) deformed(i int, state *body.State) (stretch, turn, length float64) {
	d, by, ends, ok := element.Chord(s.Body.Elements[i].Kind, &s.Body.Built[i], s.Body.Local(i, state))
	if !ok {
		return 0, 0, 0
	}
	along := 0.0
	for axis := range d {
		length, turn, along = math.Hypot(length, d[axis]), math.Hypot(turn, by[axis]), along+d[axis]*by[axis]
	}
	stretch, turn = math.Abs(along)/length/length, turn/length
	if turn == 0 {
		return stretch, ends, length
	}
	return stretch, max(ends, turn*math.Sqrt(max(0, (1-stretch/turn)*(1+stretch/turn)))), length
}

// bodyBounds is the most that one of each input deforms an element; nil where answers do not add up, or there are too many.
func (x *Experiment) bodyBounds(set *task.Set) ([]float64, error) {
	if x.writes() || !x.Solid.Body.Linear() || set.N <= mostDeformed || len(x.In)*len(x.Solid.Body.Elements) > mostBounded {
		return nil, nil
	}
	unit, f := make([]float64, len(x.In)), make([]float64, len(x.In))
	for a := range unit {
		f[a] = 1
		m, err := x.bodyMotion(f)
		if err != nil {
			return nil, err
		}
		unit[a], f[a] = m.most, 0
	}
	return unit, nil
}

// elementNumber is what people call an element: its number among those of its kind.
func (x *Experiment) elementNumber(i int) int {
	if x.Solid != nil {
		return x.Solid.Body.Elements[i].Number
	}
	return i + 1
}

// elementName is the element in a message: bond 7, beam 12.
func (x *Experiment) elementName(i int) string {
	if s := x.Solid; s != nil && s.Body.Elements[i].Kind != element.Kind(element.Bar{}) {
		return s.Number(i)
	}
	return fmt.Sprintf("bond %d", x.elementNumber(i))
}

// compareBody adds the output that linear theory misses most, against a state of finite deformation.
func (x *Experiment) compareBody(w *Warning, m *motion, truly *body.State) {
	unit := ""
	space := &x.Solid.Body.Space
	for o, out := range x.Solid.Rig.Out {
		if unit != "" && x.OutputUnit(o) != unit {
			continue // differences of one unit are compared, that of the first output
		}
		unit = x.OutputUnit(o)
		linear, other := out.Read(space, m.state.U, m.state.G), out.Read(space, truly.U, truly.G)
		if p := x.Out[o]; p.Pair && p.Part == network.Move {
			var moved []float64
			for node := range x.Network.Nodes() {
				for axis := range x.Network.Dim {
					moved = append(moved, x.Solid.Body.Value(truly, node, element.Part(axis)))
				}
			}
			other = x.reading(p, moved, true)
		}
		if w.Linear == nil || math.Abs(linear-other) > math.Abs(*w.Linear-*w.Finite) {
			w.Output, w.Linear, w.Finite = x.Outputs[o], &linear, &other
		}
	}
	if w.Linear == nil {
		return
	}
	by := func(v float64) string {
		if unit == "m" {
			return fmt.Sprintf("%.4g mm", 1e3*v)
		}
		return strings.TrimSuffix(fmt.Sprintf("%.4g %s", v, unit), " 1")
	}
	w.Text += fmt.Sprintf("; output %s moves by %s in linear theory and by %s in a solve of finite deformation", w.Output, by(*w.Linear), by(*w.Finite))
}
