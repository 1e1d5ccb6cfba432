package part

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/snapshot"
)

// Options are what a maker asks for; 0 is none of it. Lengths in m.
type Options struct {
	Thickness float64 // of a flat part; 0: that of the material
	Round     bool    // struts are round, of the same cross-section
	Fillet    float64 // radius in the corners at nodes
	Pins      float64 // diameter of the holes at supports
	Ears      float64 // diameter of the holes for weights, at the nodes that are pushed
	Dots      float64 // diameter of the dots that mark nodes, raised
	Frame     float64 // width of the frame around
	Feature   float64 // least width that the machine makes
	Kerf      float64 // width of the cut, of outlines alone
	Chord     float64 // how far a chord may lie from its arc; 0: 0.01 mm
}

// Strut is a bond as it is made.
type Strut struct {
	Number int    // what people call it
	Ends   [2]int // joints
	snapshot.Section
	Axis [3]float64 // in space: the direction along which the width lies
}

// Joint is a node where struts meet.
type Joint struct {
	Number   int        // what people call the node
	At       [3]float64 // m
	Held     bool       // a support holds it along every axis
	Pushed   bool
	Push     [3]float64 // direction in which it is pushed first
	Struts   []int
	Radius   float64 // of its disc or ball, m
	HoleSize float64 // diameter, m
}

// Plan is what shall be made.
type Plan struct {
	Dim    int
	Struts []Strut
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
	if o.Chord == 0 {
		o.Chord = 0.01e-3
	}
	if s.Built.Cell != nil {
		return nil, &Error{"a periodic cell goes on without end, so that there is no part to make of it", "build the lattice with its edges, by `network: {lattice: ..., rows: ...}`"}
	}
	if s.Built.Dim == 2 && o.Thickness == 0 {
		o.Thickness = s.Material.Thickness
	}
	p := &Plan{Dim: s.Built.Dim, Options: o}
	if p.Dim == 2 && !(o.Thickness > 0) && !o.Round {
		return nil, &Error{"nothing says how thick the part is", "write `material: {young: ..., thickness: ...}` in the experiment, or ask for --thickness"}
	}
	if err := p.struts(s); err != nil {
		return nil, err
	}
	p.joints(s)
	p.size()
	if p.Dim == 3 && p.Ears+p.Dots+p.Frame > 0 {
		return nil, &Error{"ears, dots and a frame are made of flat parts alone, and this network stands in space", "leave them away"}
	}
	p.addEars()
	if err := p.addFrame(); err != nil {
		return nil, err
	}
	return p, p.check()
}

// struts are the bonds that are made.
func (p *Plan) struts(s *snapshot.Snapshot) error {
	sections := s.Sections(s.Theta)
	for i, section := range sections {
		el := &s.Elements[i]
		if el.Cut {
			continue
		}
		if p.Dim == 2 && section.Height == 0 {
			section.Height = p.Thickness
		}
		if p.Round && !section.Round {
			d := math.Sqrt(4 / math.Pi * section.Area())
			section = snapshot.Section{Width: d, Height: d, Round: true}
		}
		if !(section.Width > 0) || !(section.Height > 0) {
			return &Error{fmt.Sprintf("bond %d (nodes %d and %d) has a %s of law %s, which says no width", i+1, s.Built.NodeNumber(el.Nodes[0]), s.Built.NodeNumber(el.Nodes[1]), el.Kind, el.Law),
				"widths need `material: {young: ..., thickness: ...}`, of which w = k L / (Y t) follows, or a law with a width"}
		}
		strut := Strut{Number: i + 1, Ends: [2]int{el.Nodes[0], el.Nodes[1]}, Section: section}
		p.Struts = append(p.Struts, strut)
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
		p.Notes = append(p.Notes, fmt.Sprintf("angles and folds are no part of the body: %d are left out", more))
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
			j.Radius = max(j.Radius, max(p.Struts[s].Width, p.third(p.Struts[s].Height))/2)
		}
		if j.Held {
			j.HoleSize = p.Pins
		}
		if j.HoleSize > 0 {
			j.Radius = max(j.Radius, j.HoleSize/2+p.wall(j))
		}
		if p.Dots > 0 {
			j.Radius = max(j.Radius, p.Dots/2+dotMargin)
		}
	}
}

// dotMargin lies between a dot and the edge of its joint, m.
const dotMargin = 0.1e-3

// third is a length that counts in space alone.
func (p *Plan) third(v float64) float64 {
	if p.Dim == 3 {
		return v
	}
	return 0
}

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
	return fmt.Sprintf("bond %d (nodes %d and %d)", s.Number, p.Joints[s.Ends[0]].Number, p.Joints[s.Ends[1]].Number)
}

// length of a strut between its nodes, m.
func (p *Plan) length(i int) float64 {
	a, b := p.Joints[p.Struts[i].Ends[0]].At, p.Joints[p.Struts[i].Ends[1]].At
	return math.Hypot(math.Hypot(b[0]-a[0], b[1]-a[1]), b[2]-a[2])
}
