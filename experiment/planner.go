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
)

// planner makes the plan of a body from a network and the sections bonds, elements and supports.
type planner struct {
	*builder
	random *rand.Rand
	ranges [][]span // of the parameters of every element of the plan
	out    body.Plan
	moves  []span          // of its moves
	laws   map[int]law.Law // of the entries of elements
	rested bool            // a rest length was refused
	starts [2]*starts      // by the table of bonds: of stiffnesses, and of widths

	pair     [2]int // of a comb: what the leaf planned last joins, and where such leaves start
	pairDraw float64
}

// plan lists the elements: bonds in the order of their numbers, springs to ground, angles.
func (p *planner) plan() *body.Plan {
	net := p.Network
	p.out = body.Plan{Dim: net.Dim, Pos: net.Pos}
	bars := len(net.Elements) - len(p.Spec.Supports.Springs)
	of := p.claim(bars)
	follows := p.writtenBy(bars)
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
		case p.comb != nil:
			p.combElement(i)
		case p.hubs != nil:
			p.add(body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: slices.Clone(el.Nodes[:]), Number: i + 1}, []span{p.hubSpan(i)})
		case follows[i+1] > 0:
			if of[i] >= 0 && p.Spec.Elements[of[i]].Bonds != nil {
				p.fail("E0416", fmt.Sprintf("elements[%d].bonds", of[i]+1), "bond %d follows input %d, and is in this entry", i+1, follows[i+1]).WithHelp("leave it in one of them")
			}
			p.noRest(i, "a bond that follows an input")
			p.add(body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: slices.Clone(el.Nodes[:]), Number: i + 1}, []span{p.writtenSpan(follows[i+1]-1, draw)})
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
		if isListed(p.Spec.Elements[e].Kind) {
			for n, corner := range p.listed(e) {
				before := len(p.out.Elements)
				p.entry(e, corner.nodes, n+1, p.random.Float64())
				if len(p.out.Elements) > before && net.Cell != nil {
					p.out.Elements[before].Shift = corner.shift
				}
			}
		}
	}
	p.hold()
	p.pairs()
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
		if isListed(el.Kind) {
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
	key := "stiffness"
	if s.Width.IsSet() {
		key = "width"
	}
	if own, ok := p.tableTheta(i, key, all); ok {
		theta = own
	}
	learns := !slices.Contains(s.Frozen, i+1) && all.Max > all.Min
	spans := []span{{all.Min, all.Max, theta * unit, learns}}
	if rest := p.restOf(i); rest > 0 {
		if s.Width.IsSet() {
			p.fail("E0304", p.bondPath(), "%s: the bond has a rest length, and learns by its width", p.lineOf(i)).WithHelp("let stiffnesses learn, as `bonds: {stiffness: 100..200 N/m}` does, or remove the column of rest lengths")
			return
		}
		l, err := law.For("bar", "linear", &law.Given{Has: func(param string) bool { return param == "stiffness" || param == "rest" }})
		if err != nil {
			p.failBy("E0320", p.bondPath(), err)
			return
		}
		el.Law, spans = l, append(spans, fixed(rest))
	}
	p.add(el, spans)
}

// listed are the nodes of each element of an entry of a kind that does not join two: of angles triples.
func (p *planner) listed(e int) []corner {
	el := &p.Spec.Elements[e]
	path := fmt.Sprintf("elements[%d]", e+1)
	kind, _ := element.Named(el.Kind)
	ends := kind.Ends()
	if el.Bonds != nil {
		p.failKey("E0320", path+".bonds", "%s is no bond of the network, and takes none", article(el.Kind)).WithHelp("give its nodes, such as `nodes: [[%s]]`", "1, 2, 3, 4, 5, 6, 7, 8"[:3*ends-2])
		return nil
	}
	if el.Nodes != nil {
		var out []corner
		for i, tuple := range el.Nodes {
			at := fmt.Sprintf("%s.nodes[%d]", path, i+1)
			if len(tuple) != ends {
				help := "write [first, corner, last]"
				if ends != 3 {
					help = "`elastrain explain elements.kind` says which"
				}
				p.fail("E0320", at, "%s has %d nodes, and here are %d", article(el.Kind), ends, len(tuple)).WithHelp("%s", help)
				continue
			}
			c := corner{shift: make([][3]int, ends)}
			for j, number := range tuple {
				node, ok := p.node("E0312", fmt.Sprintf("%s[%d]", at, j+1), number, "node of "+article(el.Kind))
				if !ok {
					return nil
				}
				c.nodes = append(c.nodes, node)
			}
			if p.Network.Cell != nil && ends > 1 && !p.arms(at, &c) {
				return nil
			}
			out = append(out, c)
		}
		return out
	}
	if ends != 3 {
		p.fail("E0320", path, "which nodes?").WithHelp("give %d for each %s, such as `nodes: [[%s]]`", ends, el.Kind, "1, 2, 3, 4, 5, 6, 7, 8"[:3*ends-2])
		return nil
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
	if p.comb != nil {
		p.combHold()
	}
	p.give()
}

// give lists the displacements, rotations and potentials that cases and inputs of data give: of one component as a support that moves, and
// stretches, means and displacements along a slanted direction as readings.
func (p *planner) give() {
	for i := range p.Spec.Task.Cases {
		for j := range p.Spec.Task.Cases[i].Push {
			push := &p.Spec.Task.Cases[i].Push[j]
			path := fmt.Sprintf("task.cases[%d].push[%d]", i+1, j+1)
			part := network.Move
			switch {
			case push.Potential != nil:
				part = network.Potential
			case push.Turn != nil:
				part = network.Turn
			case push.Move == nil && push.Stretch == nil && push.Strain == nil || push.Spring > 0:
				continue
			}
			port, ok := p.reading(path, place{push.Node, push.Nodes, push.Mean}, push.Along, part, push.About, "pushed")
			if !ok {
				return
			}
			p.told = tell(&p.out, p.Network, port, p.told)
		}
	}
	for i := range p.Spec.Task.Inputs {
		in := &p.Spec.Task.Inputs[i]
		part := network.Move
		switch {
		case in.Potential != nil:
			part = network.Potential
		case in.Turn != nil:
			part = network.Turn
		case in.Move == nil && in.Stretch == nil:
			continue
		}
		port, ok := p.reading(fmt.Sprintf("task.inputs[%d]", i+1), place{in.Node, in.Nodes, in.Mean}, in.Along, part, in.About, "input")
		if !ok {
			return
		}
		p.told = tell(&p.out, p.Network, port, p.told)
	}
}

// tell adds a port that is given its displacement to a plan, unless it is there: of one component as a support that moves,
// else as a reading, of which told is the list. A reading that supports hold is left out.
func tell(plan *body.Plan, net *network.Network, port network.Port, told []network.Port) []network.Port {
	terms := termsOf(port, net.Dim)
	if len(terms) == 1 {
		if support := (body.Support{Node: terms[0].Node, Part: terms[0].Part, Given: true}); !slices.Contains(plan.Supports, support) {
			plan.Supports = append(plan.Supports, support)
		}
		return told
	}
	free := func(t body.Term) bool { return t.Part > element.Z || !net.Held[t.Node*net.Dim+int(t.Part)] }
	if slices.ContainsFunc(terms, free) && !slices.Contains(told, port) {
		told, plan.Given = append(told, port), append(plan.Given, terms)
	}
	return told
}

func length(v [3]float64) float64 { return math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2]) }
