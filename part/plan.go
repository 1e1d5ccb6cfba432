package part

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/snapshot"
)

// Options are what a maker asks for; 0 is none of it. Lengths in m.
type Options struct {
	Thickness float64 // of a flat part; 0: that of the material
	Young     float64 // Pa, from which widths follow where stiffnesses are known; 0: that of the material
	Round     bool    // struts are round, of the same cross-section
	Fillet    float64 // radius in the corners at nodes
	Pins      float64 // diameter of the holes at supports
	Ears      float64 // diameter of the holes for weights, at the nodes that are pushed
	Dots      float64 // diameter of the dots that mark nodes, raised
	Frame     float64 // width of the frame around
	Feature   float64 // least width that the machine makes
	Kerf      float64 // width of the cut, of outlines alone
	Chord     float64 // how far a chord may lie from its arc; 0: 0.01 mm, and less where struts are thin
}

// Strut is a bond as it is made.
type Strut struct {
	Number           int    // what people call it
	Ends             [2]int // joints
	snapshot.Section        // in space the width of a rectangle lies level
}

// Joint is a node where struts meet.
type Joint struct {
	Number   int        // what people call the node; 0 of a crossing
	Cross    [2]int     // of a crossing, numbers of two bonds
	At       [3]float64 // m
	Held     bool       // a support holds it along every axis
	Pushed   bool
	Push     [3]float64 // direction in which it is pushed first
	Struts   []int
	Radius   float64 // of its disc, m; in space of the ball on which the ends of its struts lie
	HoleSize float64 // diameter, m
}

// Plan is what shall be made.
type Plan struct {
	Dim    int
	Bonds  []Strut // in their order
	Struts []Strut // between joints: bonds, or their pieces where they cross others
	Joints []Joint
	Ring   []Ear
	Beams  []Beam
	Notes  []string // what is no part of it
	Options
}

// Error says that something cannot be made, and the way out.
type Error struct{ Cause, Help string }

func (e *Error) Error() string { return e.Cause + "; " + e.Help }

// New plans the part of a network as it stands in a snapshot.
func New(s *snapshot.Snapshot, o Options) (*Plan, error) {
	if s.Comb != nil {
		return nil, &Error{"the leaves of a comb leave the edges of its bars, not its nodes", "draw its strips: elastrain export --as strips"}
	}
	if s.Built.Cell != nil {
		return nil, &Error{"a periodic cell goes on without end, so that there is no part to make of it", "build the lattice with its edges, by `network: {lattice: ..., rows: ...}`"}
	}
	of := *s
	of.Material.Young, of.Material.Thickness = cmp.Or(o.Young, s.Material.Young), cmp.Or(o.Thickness, s.Material.Thickness)
	s, o.Thickness, o.Young = &of, of.Material.Thickness, of.Material.Young
	p := &Plan{Dim: s.Built.Dim, Options: o}
	if err := p.struts(s); err != nil {
		return nil, err
	}
	if !p.spatial() && p.Thickness == 0 {
		return nil, &Error{"nothing says how thick the part is", "give --thickness, or write `material: {thickness: ...}` in the experiment"}
	}
	if p.Chord == 0 {
		p.Chord = min(0.01e-3, p.thinnest()/100)
	}
	p.joints(s)
	p.Bonds = slices.Clone(p.Struts)
	p.crossings()
	if p.spatial() {
		if p.Fillet+p.Pins+p.Ears+p.Dots+p.Frame > 0 {
			return nil, &Error{"fillets, pins, ears, dots and a frame are made of flat sheets alone, and these struts stand in space or are round", "leave them away; in space the joints are rounded by themselves"}
		}
		for i := range p.Joints {
			if err := p.ball(i); err != nil {
				return nil, err
			}
		}
		return p, p.check()
	}
	p.size()
	p.addEars()
	if err := p.addFrame(); err != nil {
		return nil, err
	}
	return p, p.check()
}

// leastMade and mostMade are sizes of a section, m, that nobody makes smaller or larger.
const leastMade, mostMade = 1e-9, 1e3

// struts are the bonds that are made.
func (p *Plan) struts(s *snapshot.Snapshot) error {
	sections := s.Sections(s.Theta)
	for i, section := range sections {
		el := &s.Elements[i]
		if el.Cut {
			continue
		}
		if p.Round && !section.Round {
			d := math.Sqrt(4 / math.Pi * section.Area())
			section = snapshot.Section{Width: d, Height: d, Round: true}
		}
		if !(section.Width > 0) || p.spatial() && !(section.Height > 0) {
			return &Error{fmt.Sprintf("bond %d (nodes %d and %d) is a %s of law %s, and nothing says how wide it is", i+1, s.Built.NodeNumber(el.Nodes[0]), s.Built.NodeNumber(el.Nodes[1]), el.Kind, el.Law),
				"the width of a bar of stiffness k follows as w = k L / (Y t): give --young and --thickness, or write `material: {young: ..., thickness: ...}` in the experiment. Other laws need a width of their own"}
		}
		for at, v := range []float64{section.Width, cmp.Or(section.Height, p.Thickness, section.Width)} {
			if !(v >= leastMade && v <= mostMade) {
				return &Error{fmt.Sprintf("bond %d would be %.4g mm %s", i+1, mm*v, []string{"wide", "high"}[at]), "look for a thickness, a Young's modulus or a stiffness whose unit or exponent is mistyped"}
			}
		}
		p.Round = p.Round || section.Round
		p.Struts = append(p.Struts, Strut{Number: i + 1, Ends: [2]int{el.Nodes[0], el.Nodes[1]}, Section: section})
	}
	if len(p.Struts) == 0 {
		return &Error{"the network has no bond that could be made", "give it bonds with widths"}
	}
	ground := 0
	for i := range s.Built.Elements {
		if s.Built.Elements[i].Kind == network.Ground {
			ground++
		}
	}
	if ground > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("springs to ground are no part of the body: %d are left out", ground))
	}
	if more := len(s.Elements) - len(s.Built.Elements); more > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("angles, folds and what stands between pairs for a task are no part of the body: %d are left out", more))
	}
	return nil
}

// joints are the nodes at which struts end, with what the task does to them.
func (p *Plan) joints(s *snapshot.Snapshot) {
	place := make([]int, s.Built.Nodes())
	for i := range place {
		place[i] = -1
	}
	for i := range p.Struts {
		for end, node := range p.Struts[i].Ends {
			if place[node] < 0 {
				place[node] = len(p.Joints)
				j := Joint{Number: s.Built.NodeNumber(node)}
				copy(j.At[:], s.Built.At(node))
				j.Held = slices.Contains(s.Clamped, node) || !slices.Contains(s.Built.Held[node*p.Dim:(node+1)*p.Dim], false)
				p.Joints = append(p.Joints, j)
			}
			p.Struts[i].Ends[end] = place[node]
			p.Joints[place[node]].Struts = append(p.Joints[place[node]].Struts, i)
		}
	}
	push := func(node int, dir [3]float64) {
		if place[node] >= 0 && !p.Joints[place[node]].Pushed {
			p.Joints[place[node]].Pushed, p.Joints[place[node]].Push = true, dir
		}
	}
	for i := range s.Inputs {
		in := &s.Inputs[i]
		if in.Part != network.Move {
			continue
		}
		port := network.Port{Node: in.Node, Dir: in.Dir, Pair: in.Pair, Other: in.Other}
		if in.Mean != nil {
			port.Mean = &network.Group{Nodes: in.Mean}
		}
		for node, dir := range port.Ends {
			push(node, dir)
		}
	}
}

// size gives every joint its radius: that of its widest strut, and room for its hole and its dot.
func (p *Plan) size() {
	for i := range p.Joints {
		j := &p.Joints[i]
		for _, s := range j.Struts {
			j.Radius = max(j.Radius, p.Struts[s].Width/2)
		}
		if j.Held {
			j.HoleSize = p.Pins
		}
		if j.HoleSize > 0 {
			j.Radius = max(j.Radius, j.HoleSize/2+p.wall(j))
		}
		if p.Dots > 0 && j.Number > 0 {
			j.Radius = max(j.Radius, p.Dots/2+dotMargin)
		}
	}
}

// dotMargin lies between a dot and the edge of its joint, m.
const dotMargin = 0.1e-3

// wall is the width of the ring around a hole at a joint: its two sides bear together what the widest strut bears.
func (p *Plan) wall(j *Joint) float64 {
	w := p.Feature
	for _, s := range j.Struts {
		w = max(w, p.Struts[s].Width/2)
	}
	return w
}

// bond names a strut as people know it.
func (p *Plan) bond(i int) string {
	s := &p.Struts[i]
	return fmt.Sprintf("bond %d (%s to %s)", s.Number, p.node(s.Ends[0]), p.node(s.Ends[1]))
}

// length of a strut between its nodes, m.
func (p *Plan) length(i int) float64 {
	a, b := p.Joints[p.Struts[i].Ends[0]].At, p.Joints[p.Struts[i].Ends[1]].At
	return math.Hypot(math.Hypot(b[0]-a[0], b[1]-a[1]), b[2]-a[2])
}
