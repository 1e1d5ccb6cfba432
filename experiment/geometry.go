package experiment

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/network"
)

// geometry lists the places of nodes that learn.
func (p *planner) geometry() {
	net := p.Network
	owner := map[body.Move]int{}
	for g := range p.Spec.Geometry {
		entry := &p.Spec.Geometry[g]
		path := fmt.Sprintf("geometry[%d]", g+1)
		for axis := net.Dim; axis < 3; axis++ {
			if strings.Contains(entry.Along, mechanics.AxisName(axis)) {
				p.fail("E0314", path+".along", "the network has no %s axis", mechanics.AxisName(axis)).WithLabel("%s", space(net.Dim))
				return
			}
		}
		for _, node := range p.movable(path, entry.Nodes) {
			for axis := range net.Dim {
				if entry.Along != "" && !strings.Contains(entry.Along, mechanics.AxisName(axis)) {
					continue
				}
				move := body.Move{Node: node, Axis: axis}
				if other, taken := owner[move]; taken {
					p.fail("E0330", path, "node %d moves along %s in entries %d and %d", net.NodeNumber(node), mechanics.AxisName(axis), other+1, g+1).
						WithHelp("leave it in one of them")
					return
				}
				owner[move] = g
				s := span{lo: -entry.Move, hi: entry.Move, learns: true}
				if entry.Start == "random" {
					s.start = entry.Move * (2*p.random.Float64() - 1)
				}
				p.out.Moves, p.moves = append(p.out.Moves, move), append(p.moves, s)
			}
		}
	}
	p.apart()
}

// movable are the nodes of an entry of geometry, from 0.
func (p *planner) movable(path string, numbers []int) (nodes []int) {
	net := p.Network
	rigid := p.rigid()
	add := func(at string, node int, asked bool) {
		switch kind := rigid[node]; {
		case kind == "" && !asked:
		case kind == "":
			p.fail("E0330", at, "no element of node %d asks where it is", net.NodeNumber(node)).WithHelp("leave it out: only nodes of bars, beams and angles move")
		case kind != "free" && len(p.errors) == 0:
			p.fail("E0330", at, "node %d carries a %s, and the places of such nodes do not learn", net.NodeNumber(node), kind).
				WithHelp("name the other nodes: `nodes: [1, 2]`")
		case kind == "free":
			nodes = append(nodes, node)
		}
	}
	if numbers == nil {
		held := p.heldNodes()
		for node := range net.Nodes() {
			if !held[node] {
				add(path, node, false)
			}
		}
		if len(nodes) == 0 && len(p.errors) == 0 {
			p.fail("E0330", path, "no node can move: supports hold all that carry bars, beams or angles").WithHelp("name them: `nodes: [1, 2]`; held nodes may be built elsewhere too")
		}
		return nodes
	}
	for i, number := range numbers {
		at := fmt.Sprintf("%s.nodes[%d]", path, i+1)
		if node, ok := p.node("E0330", at, number, "node"); ok {
			add(at, node, true)
		}
	}
	return nodes
}

// heldNodes are those that a support holds along some axis.
func (p *planner) heldNodes() []bool {
	held := make([]bool, p.Network.Nodes())
	for i, is := range p.Network.Held {
		held[i/p.Network.Dim] = held[i/p.Network.Dim] || is
	}
	return held
}

// rigid says of every node whether its place may learn: "free"; the kind of an element that stands against it; "" where no
// element asks for it.
func (p *planner) rigid() []string {
	of := make([]string, p.Network.Nodes())
	for i := range p.out.Elements {
		el := &p.out.Elements[i]
		_, placeless := el.Kind.(element.Placeless)
		if _, ok := el.Kind.(element.Ground); ok || placeless {
			continue
		}
		_, shaped := el.Kind.(element.Finite)
		for _, node := range el.Nodes {
			switch {
			case !shaped:
				of[node] = el.Kind.Name()
			case of[node] == "":
				of[node] = "free"
			}
		}
	}
	return of
}

// apart refuses moves by which the ends of an element could come to one place.
func (p *planner) apart() {
	dim := p.Network.Dim
	reach := make([]float64, len(p.Network.Pos))
	for i, m := range p.out.Moves {
		reach[m.Node*dim+m.Axis] = p.moves[i].hi
	}
	for i := range p.out.Elements {
		el := &p.out.Elements[i]
		if _, placeless := el.Kind.(element.Placeless); placeless {
			continue
		}
		for end := 1; end < len(el.Nodes); end++ {
			a, b := el.Nodes[end-1], el.Nodes[end]
			meet, far := el.Shift == nil, 0.0
			for axis := range dim {
				d := math.Abs(p.Network.Pos[a*dim+axis] - p.Network.Pos[b*dim+axis])
				far = math.Hypot(far, d)
				meet = meet && d <= reach[a*dim+axis]+reach[b*dim+axis]
			}
			if meet {
				p.fail("E0330", "geometry", "nodes %d and %d, %.3g mm apart, could both move to one place, and a %s between them would have no length",
					p.Network.NodeNumber(a), p.Network.NodeNumber(b), 1e3*far, el.Kind.Name()).
					WithHelp("make `move` less than half of that, or let one of them stay")
				return
			}
		}
	}
}

// Built is the network with its nodes where the parameters theta have them: Network itself where no place learns.
func (x *Experiment) Built(theta []float64) *network.Network {
	if x.Solid == nil || len(x.Solid.Body.Moves) == 0 {
		return x.Network
	}
	b := x.Solid.Body
	net := *x.Network
	net.Pos = slices.Clone(net.Pos)
	for i, m := range b.Moves {
		net.Pos[m.Node*net.Dim+m.Axis] += theta[b.FirstMove()+i]
	}
	return &net
}
