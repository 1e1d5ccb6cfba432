package experiment

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// strains of a periodic cell in the plane, in the order of package body; its stresses are those that do work on them.
var (
	strains  = []string{"exx", "eyy", "gxy"}
	stresses = []string{"sxx", "syy", "sxy"}
)

// isCell reports whether the network is one cell of a lattice without end.
func (b *builder) isCell() bool { return b.Spec.Network.Periodic || b.Spec.Network.Vectors != nil }

// explicitCell gives a listed network its lattice vectors, and its bonds their shifts.
func (b *builder) explicitCell(net *network.Network) {
	s := &b.Spec.Network
	for i, shift := range s.Bonds.Shifts {
		net.Elements[i].Shift = [3]int{shift[0], shift[1]}
	}
	shifted := slices.IndexFunc(net.Elements, func(e network.Element) bool { return e.Shift != [3]int{} })
	switch {
	case s.Vectors == nil && shifted >= 0:
		path := "network.bonds"
		if s.Bonds.File == "" {
			path = fmt.Sprintf("network.bonds[%d]", shifted+1)
		}
		b.fail("E0322", path, "bond %d goes to an image, and the network is no periodic cell", shifted+1).
			WithHelp("add `vectors: [[20 mm, 0 mm], [0 mm, 30 mm]]`, or write the two nodes alone")
	case s.Vectors == nil:
	case net.Dim != 2:
		b.failKey("E0322", "network.vectors", "a periodic cell lies in the plane, and the network has %d dimensions", net.Dim).WithHelp("give every node two coordinates")
	default:
		net.Cell = [][3]float64{{s.Vectors[0][0], s.Vectors[0][1]}, {s.Vectors[1][0], s.Vectors[1][1]}}
		length := math.Hypot(s.Vectors[0][0], s.Vectors[0][1]) * math.Hypot(s.Vectors[1][0], s.Vectors[1][1])
		if area := math.Abs(net.Area()); !(area > 1e-6*length) || math.IsInf(area, 0) {
			b.fail("E0322", "network.vectors", "the two lattice vectors enclose no area").WithHelp("give two vectors that point in different directions")
		}
	}
}

// arms finds to which images the arms of a listed angle go: those of the bonds along them.
func (p *planner) arms(path string, c *corner) bool {
	if len(c.nodes) != 3 {
		p.fail("E0322", path, "an element of %d nodes does not say to which images it goes, and the network is a periodic cell", len(c.nodes)).
			WithHelp("leave it out, or make a network that ends")
		return false
	}
	for _, end := range []int{0, 2} {
		var found [][3]int
		for i := range p.Network.Elements {
			el := &p.Network.Elements[i]
			if el.Kind != network.Bar || el.Cut {
				continue
			}
			if el.Nodes[0] == c.nodes[1] && el.Nodes[1] == c.nodes[end] {
				found = append(found, el.Shift)
			}
			if el.Nodes[1] == c.nodes[1] && el.Nodes[0] == c.nodes[end] {
				found = append(found, [3]int{-el.Shift[0], -el.Shift[1], -el.Shift[2]})
			}
		}
		if len(found) > 1 {
			p.fail("E0322", path, "several bonds join nodes %d and %d, so the arm of this angle is not known", p.Network.NodeNumber(c.nodes[1]), p.Network.NodeNumber(c.nodes[end])).
				WithHelp("take all angles, by `at: corners` or `at: straight`, or a larger cell")
			return false
		}
		if len(found) == 1 {
			c.shift[end] = found[0]
		}
	}
	return true
}

// cell tells the plan its lattice vectors and strains, and keeps the cell as a whole where it is.
func (p *planner) cell() {
	net := p.Network
	p.out.Cell = net.Cell
	p.out.Strain = make([]body.Strain, len(strains))
	for i := range p.out.Elements {
		el := &p.out.Elements[i]
		if _, placeless := el.Kind.(element.Placeless); placeless {
			p.fail("E0322", "network", "%ss do not strain, and the network is a periodic cell", el.Kind.Name()).WithHelp("make a network of %ss that ends", el.Kind.Name())
			return
		}
		if el.Kind.Ends() == 2 { // what is listed by its nodes has its own, and the ground has none
			el.Shift = [][3]int{{}, net.Elements[el.Number-1].Shift}
		}
	}
	for i, name := range p.Spec.Supports.Strains {
		at := slices.Index(strains, name)
		if at < 0 {
			p.fail("E0322", fmt.Sprintf("supports.strains[%d]", i+1), "a cell has no strain %s", name).WithHelp("its strains are exx, eyy and gxy")
			continue
		}
		p.out.Strain[at] = body.StrainHeld
	}
	for i := range p.Spec.Task.Cases {
		for j := range p.Spec.Task.Cases[i].Push {
			push := &p.Spec.Task.Cases[i].Push[j]
			for at, v := range []*float64{push.Exx, push.Eyy, push.Gxy} {
				switch {
				case v == nil:
				case p.out.Strain[at] == body.StrainHeld:
					p.failKey("E0322", fmt.Sprintf("task.cases[%d].push[%d].%s", i+1, j+1, strains[at]), "%s is given here and kept at zero by `supports`", strains[at]).
						WithHelp("take it out of `supports.strains`")
				default:
					p.out.Strain[at] = body.StrainGiven
				}
			}
		}
	}
	keep(&p.out)
}

// keep holds a node of a cell along the directions along which nothing else tells the cell as a whole where it is: no support, no
// spring to ground, and no given reading that a motion of all nodes changes.
func keep(plan *body.Plan) {
	var told [][2]float64 // unit vectors across each other
	tell := func(x, y float64) bool {
		for _, d := range told {
			along := d[0]*x + d[1]*y
			x, y = x-along*d[0], y-along*d[1]
		}
		n := math.Hypot(x, y)
		if n > 1e-9 {
			told = append(told, [2]float64{x / n, y / n})
		}
		return n > 1e-9
	}
	for _, s := range plan.Supports {
		if s.Part == element.X || s.Part == element.Y {
			tell(float64(element.Y-s.Part), float64(s.Part-element.X))
		}
	}
	node := -1
	for i := range plan.Elements {
		el := &plan.Elements[i]
		if len(el.Nodes) == 1 {
			tell(el.Dir[0], el.Dir[1])
		} else if node < 0 {
			node = el.Nodes[0]
		}
	}
	for _, reading := range plan.Given {
		var net [2]float64
		for _, t := range reading {
			if t.Node >= 0 && (t.Part == element.X || t.Part == element.Y) {
				net[t.Part-element.X] += t.Weight
			}
		}
		tell(net[0], net[1])
	}
	for axis := range 2 {
		if node >= 0 && tell(float64(1-axis), float64(axis)) {
			plan.Supports = append(plan.Supports, body.Support{Node: node, Part: element.Part(axis)})
		}
	}
}

// strainAt is the port of a strain, or of its stress, by its name.
func (b *builder) strainAt(path string, at place, along spec.Direction, name string) (p network.Port, ok bool) {
	number, given := slices.Index(strains, name), true
	if number < 0 {
		number, given = slices.Index(stresses, name), false
	}
	switch {
	case !b.isCell():
		b.failKey("E0322", path+"."+name, "`%s` is of a periodic cell, and this network ends", name).
			WithHelp("add `periodic: true` to the lattice, or `vectors` to a listed network")
		return p, false
	case at.node != 0 || at.mean != nil || along != nil:
		b.failKey("E0322", path+"."+name, "`%s` is of the cell, and here is a node as well", name).WithHelp("leave `node` and `along` out")
		return p, false
	}
	p = network.Port{Part: network.Strain, Other: number}
	if !b.Solid.moves(p) {
		b.failKey("E0313", path+"."+name, "%s is kept at zero by `supports`", strains[number]).WithHelp("take it out of `supports.strains`")
		return p, false
	}
	if _, is := statics.Column(&b.Solid.Body.Space, b.Solid.port(p)[0]).IsGiven(); is && !given {
		b.failKey("E0414", path+"."+name, "%s is given, so a stress on it does nothing", strains[number]).WithHelp("give the strain or the stress, in all cases the same")
		return p, false
	}
	return p, true
}

// stressed is the name of the strain or stress that a push is about, strained of a want; "" for none.
func stressed(p *spec.Push) string {
	return named(append(slices.Clone(strains), stresses...), p.Exx, p.Eyy, p.Gxy, p.Sxx, p.Syy, p.Sxy)
}

func strained(w *spec.Want) string { return named(strains, w.Exx, w.Eyy, w.Gxy) }

func named(names []string, values ...*float64) string {
	for i, v := range values {
		if v != nil {
			return names[i]
		}
	}
	return ""
}

// Moduli are the homogenised moduli of a periodic cell, N/m: by the thickness Pa. A stress that nothing resists has the
// modulus zero and no Poisson's ratio.
type Moduli struct {
	E1    float64      `json:"E1"`
	E2    float64      `json:"E2"`
	G12   float64      `json:"G12"`
	Nu12  *float64     `json:"nu12,omitempty"`
	Nu21  *float64     `json:"nu21,omitempty"`
	S     [3][]float64 `json:"compliance"` // strains exx, eyy, gxy under unit stresses, m/N
	Area  float64      `json:"area"`       // of the cell, m2
	Loose []string     `json:"loose,omitempty"`
}

// Moduli of the cell at the parameters of its rig, for small strains; nil where the network is no cell, or has laws that
// are not in proportion.
func (s *Solid) Moduli() (*Moduli, error) {
	if s.plan == nil || s.plan.Cell == nil || !s.Body.Linear() {
		return nil, nil
	}
	plan := *s.plan
	plan.Strain = make([]body.Strain, len(strains)) // all free
	// What the task gives is no part of the cell.
	plan.Given = nil
	plan.Supports = slices.DeleteFunc(slices.Clone(plan.Supports), func(s body.Support) bool { return s.Given })
	keep(&plan)
	b, err := body.New(&plan)
	if err != nil {
		return nil, err
	}
	q := statics.New(b, false)
	q.Floppy = true
	if err := q.Set(s.Eq.Theta()); err != nil {
		return nil, err
	}
	m, err := q.Moduli()
	if err != nil {
		return nil, err
	}
	out := &Moduli{E1: m.E1, E2: m.E2, G12: m.G12, Area: b.Area}
	for i := range strains {
		for j := range strains {
			out.S[i] = append(out.S[i], m.S[i][j])
		}
		if m.Loose[i] {
			out.Loose = append(out.Loose, stresses[i])
		}
	}
	if !m.Loose[0] {
		out.Nu12 = &m.Nu12
	}
	if !m.Loose[1] {
		out.Nu21 = &m.Nu21
	}
	return out, nil
}

// drivesLoose reports an equilibrium that fails because the load drives a motion of a cell that costs nothing.
func (s *Solid) drivesLoose(err error) bool {
	var stuck *statics.ConvergenceError
	var inaccurate *statics.InaccurateError
	if s == nil || s.Eq.Mechanisms() == 0 || s.Eq.Finite || !s.Body.Linear() {
		return false
	}
	return errors.As(err, &stuck) || errors.As(err, &inaccurate)
}

// strained adds strains and stresses of a cell to an answer.
func (s *Solid) strained(state *body.State, a *Answer) {
	b := s.Body
	if len(b.Space.Strain) == 0 {
		return
	}
	a.Strain, a.Stress = map[string]float64{}, map[string]float64{}
	w := b.NewWork()
	b.Stand(w, state, s.Eq.Finite)
	stress := b.Stress(w, state)
	for i, name := range strains {
		a.Strain[name] = statics.Port{{Node: -1, Part: element.Part(i), Weight: 1}}.Read(&b.Space, state.U, state.G)
		a.Stress[stresses[i]] = stress[i]
	}
}

// Mechanisms is the number of motions of a cell that cost nothing and that no load of its task drives.
func (s *Solid) Mechanisms() (int, error) {
	if !s.Eq.Floppy {
		return 0, nil
	}
	_, err := s.Eq.Rest(&statics.Load{F: make([]float64, s.Body.Space.N)}, s.Body.NewState())
	return s.Eq.Mechanisms(), err
}

// strain is that of a periodic cell: exx, eyy, gxy; zero of a network that ends.
func (s *Solid) strain(state *body.State) (strain [3]float64) {
	for i := range s.Body.Space.Strain {
		strain[i] = statics.Port{{Node: -1, Part: element.Part(i), Weight: 1}}.Read(&s.Body.Space, state.U, state.G)
	}
	return strain
}
