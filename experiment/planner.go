package experiment

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// planner makes the plan of a body from a network and the sections bonds, elements and supports.
type planner struct {
	*builder
	random *rand.Rand
	ranges [][]span // of the parameters of every element of the plan
	out    body.Plan
	moves  []span // of its moves
}

// plan lists the elements: bonds in the order of their numbers, springs to ground, angles.
func (p *planner) plan() *body.Plan {
	net := p.Network
	p.out = body.Plan{Dim: net.Dim, Pos: net.Pos}
	bars := len(net.Elements) - len(p.Spec.Supports.Springs)
	of := p.claim(bars)
	if len(p.errors) > 0 {
		return nil
	}
	for i := range net.Elements {
		el := &net.Elements[i]
		draw := p.random.Float64()
		switch {
		case el.Cut:
		case el.Kind == network.Ground:
			p.add(body.Element{Kind: element.Ground{}, Law: law.Spring{}, Nodes: []int{el.Nodes[0]}, Dir: el.Dir, Number: i - bars + 1},
				[]span{fixed(p.Spec.Supports.Springs[i-bars].Stiffness)})
		case of[i] >= 0:
			p.entry(of[i], el.Nodes[:], i+1, draw)
		default:
			p.bar(i, draw)
		}
		if len(p.errors) > 20 {
			return nil
		}
	}
	for e := range p.Spec.Elements {
		if isAngular(p.Spec.Elements[e].Kind) {
			for n, corner := range p.angles(e) {
				before := len(p.out.Elements)
				p.entry(e, corner.nodes[:], n+1, p.random.Float64())
				if len(p.out.Elements) > before && net.Cell != nil {
					p.out.Elements[before].Shift = corner.shift[:]
				}
			}
		}
	}
	p.hold()
	if net.Cell != nil {
		p.cell()
	}
	if len(p.errors) == 0 {
		p.geometry()
	}
	return &p.out
}

// claim says which entry of elements takes each bond; -1 for none.
func (p *planner) claim(bars int) []int {
	of := make([]int, bars)
	for i := range of {
		of[i] = -1
	}
	all := -1
	for e := range p.Spec.Elements {
		el := &p.Spec.Elements[e]
		path := fmt.Sprintf("elements[%d]", e+1)
		if isAngular(el.Kind) {
			continue
		}
		if el.Nodes != nil {
			p.failKey("E0320", path+".nodes", "a %s is a bond of the network, and has its nodes from there", el.Kind).WithHelp("say which: `bonds: [1..5]`, or leave it out for all")
			continue
		}
		if el.Bonds == nil {
			if all >= 0 {
				p.fail("E0320", path, "entries %d and %d both take all bonds that no other names", all+1, e+1).WithHelp("give one of them `bonds`")
			}
			all = e
			continue
		}
		for i, number := range el.Bonds {
			at := fmt.Sprintf("%s.bonds[%d]", path, i+1)
			if !p.bondExists(at, number) {
				continue
			}
			if other := of[number-1]; other >= 0 {
				p.fail("E0320", at, "bond %d is in entries %d and %d", number, other+1, e+1).WithHelp("leave it in one of them")
			}
			of[number-1] = e
		}
	}
	if all >= 0 {
		for i := range of {
			if of[i] < 0 {
				of[i] = all
			}
		}
	}
	return of
}

func (p *planner) add(el body.Element, ranges []span) {
	for _, r := range ranges {
		el.Theta = append(el.Theta, r.start)
	}
	p.out.Elements = append(p.out.Elements, el)
	p.ranges = append(p.ranges, ranges)
}

func fixed(v float64) span { return span{lo: v, hi: v, start: v} }

// bar is a bond that no entry takes: a spring by the section bonds.
func (p *planner) bar(i int, draw float64) {
	s := &p.Spec.Bonds
	if !s.Width.IsSet() && !s.Stiffness.IsSet() {
		if len(p.errors) == 0 {
			p.fail("E0320", "elements", "bond %d is in no entry of `elements`, and there is no section `bonds`", i+1).
				WithHelp("give one entry no `bonds`, so that it takes all others, or add `bonds: {stiffness: 100 .. 200 N/m}` for them")
		}
		return
	}
	all, unit := s.Stiffness, 1.0
	el := body.Element{Kind: element.Bar{}, Law: law.Law(law.Spring{}), Nodes: slices.Clone(p.Network.Elements[i].Nodes[:]), Number: i + 1}
	if s.Width.IsSet() {
		if !p.hasMaterial() {
			return
		}
		all, el.Law = s.Width, law.Strip{Young: p.Spec.Material.Young, Thickness: p.Spec.Material.Thickness}
	}
	begin := s.Start
	for _, r := range s.Each {
		if r.Bond == i+1 {
			if own := cmp.Or(r.Width, r.Stiffness); own.IsSet() {
				all = own
			}
			if r.Start.Kind != "" {
				begin = r.Start
			}
		}
	}
	theta, _ := start(begin, all, draw)
	learns := !slices.Contains(s.Frozen, i+1) && all.Max > all.Min
	p.add(el, []span{{all.Min, all.Max, theta * unit, learns}})
}

// entry is one element of an entry of elements.
func (p *planner) entry(e int, nodes []int, number int, draw float64) {
	el := &p.Spec.Elements[e]
	path := fmt.Sprintf("elements[%d]", e+1)
	given := map[string]spec.Parameter{"stiffness": el.Stiffness, "scale": el.Scale, "rest": el.Rest, "width": el.Width, "height": el.Height,
		"diameter": el.Diameter, "EA": el.EA, "EI": el.EI, "EIy": el.EIy, "EIz": el.EIz, "GJ": el.GJ, "GAs": el.GAs, "conductance": el.Conductance}
	if isAngular(el.Kind) {
		given["stiffness"], given["rest"] = el.Angular, el.Straight
	}
	kind, ok := element.Named(el.Kind)
	if !ok {
		panic("experiment: the file format knows a kind that package element does not: " + el.Kind)
	}
	m := law.Material{Young: p.Spec.Material.Young, Thickness: p.Spec.Material.Thickness, Shear: p.Spec.Material.Shear}
	l, err := law.For(el.Kind, el.Law, m, func(param string) bool { return given[param].IsSet() })
	if _, far := kind.(element.Finite); err == nil && p.finite() && !far && el.Kind != "pipe" {
		err = fmt.Errorf("a %s moves little, and the deformation is finite; use another kind, or deformation: linear", el.Kind)
	}
	if err != nil {
		if !slices.ContainsFunc(p.errors, func(e *spec.Error) bool { return e.Code == "E0320" }) {
			p.failBy("E0320", path, err)
		}
		return
	}
	for name, v := range given {
		if v.IsSet() && !slices.ContainsFunc(l.Params(), func(param law.Param) bool { return param.Name == name }) {
			if !slices.ContainsFunc(p.errors, func(e *spec.Error) bool { return e.Code == "E0320" }) {
				key := keyOf(el.Kind, name)
				p.failKey("E0320", path+"."+key, "the law %s of a %s has no `%s`", l.Name(), el.Kind, key).WithHelp("leave it out; `elastrain explain E0320` lists kinds, laws and their parameters")
			}
			return
		}
	}
	for i, name := range el.Learn {
		if !slices.ContainsFunc(l.Params(), func(param law.Param) bool { return name == param.Name || name == keyOf(el.Kind, param.Name) }) {
			if !slices.ContainsFunc(p.errors, func(e *spec.Error) bool { return e.Code == "E0320" }) {
				p.fail("E0320", fmt.Sprintf("%s.learn[%d]", path, i+1), "the law %s of a %s has no `%s`", l.Name(), el.Kind, name).WithHelp("`elastrain explain E0320` lists kinds, laws and their parameters")
			}
			return
		}
	}
	var ranges []span
	for _, param := range l.Params() {
		v := given[param.Name]
		if !v.IsSet() {
			key := keyOf(el.Kind, param.Name)
			if !slices.ContainsFunc(p.errors, func(e *spec.Error) bool { return e.Code == "E0320" }) {
				p.fail("E0320", path, "the law %s of a %s needs `%s`", l.Name(), el.Kind, key).WithHelp("give it a value, or a range to learn in")
			}
			return
		}
		r := span{lo: v.Min, hi: v.Max, start: v.Min, learns: v.Learns()}
		if v.Learns() {
			width := v.Max - v.Min
			if math.IsInf(width, 1) {
				width = v.Min
			}
			r.start = v.Min + width/2
			switch {
			case v.Start != nil:
				r.start = *v.Start
			case el.Start == "random":
				r.start = v.Min + draw*width
			}
			if el.Learn != nil && !slices.Contains(el.Learn, param.Name) && !slices.Contains(el.Learn, keyOf(el.Kind, param.Name)) {
				r.learns = false
			}
		}
		ranges = append(ranges, r)
	}
	one := body.Element{Kind: kind, Law: l, Nodes: slices.Clone(nodes), Number: number}
	for axis, v := range el.Axis {
		if axis < 3 {
			one.Up[axis] = v
		}
	}
	p.add(one, ranges)
}

// keyOf is the key of a parameter in the file.
func keyOf(kind, param string) string {
	if isAngular(kind) {
		switch param {
		case "stiffness":
			return "angular"
		case "rest":
			return "angle"
		}
	}
	return param
}

// isAngular reports whether elements of a kind are triples of nodes, and their stiffness is for a radian.
func isAngular(kind string) bool {
	k, ok := element.Named(kind)
	return ok && k.Ends() == 3
}

// angles are the triples of nodes of an entry of angles.
func (p *planner) angles(e int) []corner {
	el := &p.Spec.Elements[e]
	path := fmt.Sprintf("elements[%d]", e+1)
	if el.Nodes != nil {
		var out []corner
		for i, triple := range el.Nodes {
			at := fmt.Sprintf("%s.nodes[%d]", path, i+1)
			if len(triple) != 3 {
				p.fail("E0320", at, "an angle has three nodes, and here are %d", len(triple)).WithHelp("write [first, corner, last]")
				continue
			}
			var c corner
			for j, number := range triple {
				node, ok := p.node("E0312", fmt.Sprintf("%s[%d]", at, j+1), number, "node of an angle")
				if !ok {
					return nil
				}
				c.nodes[j] = node
			}
			if p.Network.Cell != nil && !p.arms(at, &c) {
				return nil
			}
			out = append(out, c)
		}
		return out
	}
	if el.At == "" {
		p.fail("E0320", path, "which angles?").WithHelp("give `nodes: [[1, 2, 3]]`, or `at: straight` or `at: corners`")
		return nil
	}
	if p.Network.Dim == 3 && el.At == "corners" {
		p.fail("E0320", path+".at", "in space neighbouring bonds are not told apart").WithHelp("give `nodes: [[1, 2, 3]]`, or `at: straight`")
		return nil
	}
	return anglesOf(p.Network, el.At == "straight")
}

// hold lists the supports.
func (p *planner) hold() {
	net := p.Network
	for i, held := range net.Held {
		if held {
			p.out.Supports = append(p.out.Supports, body.Support{Node: i / net.Dim, Part: element.Part(i % net.Dim)})
		}
	}
	turns := []element.Part{element.TurnX, element.TurnY, element.TurnZ}
	for _, list := range []struct {
		key     string
		numbers []int
		parts   []element.Part
	}{{"clamped", p.Spec.Supports.Clamped, turns}, {"guided", p.Spec.Supports.Guided, turns}, {"earthed", p.Spec.Supports.Earthed, []element.Part{element.Potential}}} {
		for i, number := range list.numbers {
			node, ok := p.node("E0309", fmt.Sprintf("supports.%s[%d]", list.key, i+1), number, "supported node")
			for _, part := range list.parts {
				if ok {
					p.out.Supports = append(p.out.Supports, body.Support{Node: node, Part: part})
				}
			}
		}
	}
	// Displacements that cases give.
	seen := map[body.Support]bool{}
	for i := range p.Spec.Task.Cases {
		for j := range p.Spec.Task.Cases[i].Push {
			push := &p.Spec.Task.Cases[i].Push[j]
			path := fmt.Sprintf("task.cases[%d].push[%d]", i+1, j+1)
			support, ok := p.givenAt(path, push)
			if ok && !seen[support] {
				seen[support] = true
				p.out.Supports = append(p.out.Supports, support)
			}
		}
	}
}

// givenAt is the support that a push moves, if it does.
func (p *planner) givenAt(path string, push *spec.Push) (s body.Support, ok bool) {
	if push.Move == nil && push.Turn == nil && push.Potential == nil && push.Stretch == nil {
		return s, false
	}
	if push.Stretch != nil {
		p.failKey("E0320", path+".stretch", "a stretch is given to lattices of linear springs only").WithHelp("give a force, or move one node along an axis")
		return s, false
	}
	node, ok := p.node("E0312", path+".node", push.Node, "pushed node")
	if !ok {
		return s, false
	}
	s = body.Support{Node: node, Given: true}
	switch {
	case push.Potential != nil:
		s.Part = element.Potential
	case push.Turn != nil:
		s.Part = element.TurnZ
		if p.Network.Dim == 3 {
			s.Part = element.TurnX + element.Part(slices.Index([]string{"x", "y", "z"}, cmp.Or(push.About, "z")))
		}
	default:
		axes := 0
		for axis, v := range push.Along {
			if v != 0 {
				s.Part = element.Part(axis)
				axes++
			}
		}
		if axes != 1 {
			p.fail("E0320", path+".along", "a displacement is given along an axis in such a network").WithHelp("use x, y or z, or a force")
			return s, false
		}
	}
	return s, true
}

func length(v [3]float64) float64 { return math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2]) }
