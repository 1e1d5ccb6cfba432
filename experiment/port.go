package experiment

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// tellApart adds the direction to the names of ports that only say a node,
// where one node has several of them: node 13 along x, node 13 along y.
func (b *builder) tellApart(ports []network.Port, names []string) {
	dim := b.Network.Dim
	count := make(map[string]int, len(names))
	for _, name := range names {
		count[name]++
	}
	for i, p := range ports {
		if node := b.portName(p); !p.Pair && names[i] == node && count[node] > 1 {
			names[i] = node + " along " + directionWord(p.Dir, dim)
		}
	}
}

// directionWord writes a direction as a file would: x, -y or [0.6, 0.8].
func directionWord(dir [3]float64, dim int) string {
	parts := make([]string, dim)
	for axis := range dim {
		switch dir[axis] {
		case 1:
			return "xyz"[axis : axis+1]
		case -1:
			return "-" + "xyz"[axis:axis+1]
		}
		parts[axis] = fmt.Sprintf("%.4g", dir[axis])
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// port finds or adds a port; directions are compared exactly.
func (b *builder) port(list *[]network.Port, names *[]string, p network.Port) int {
	for i := range *list {
		if (*list)[i] == p {
			return i
		}
	}
	*list = append(*list, p)
	*names = append(*names, b.portName(p))
	return len(*list) - 1
}

// portName names a port by its node, or by its pair: nodes 2-3.
func (b *builder) portName(p network.Port) string {
	if p.Pair {
		return fmt.Sprintf("nodes %d-%d", b.Network.NodeNumber(p.Node), b.Network.NodeNumber(p.Other))
	}
	return fmt.Sprintf("node %d", b.Network.NodeNumber(p.Node))
}

// sameReading reports whether two ports read one displacement, up to its sign.
func sameReading(a, b network.Port) bool {
	opposite := [3]float64{-b.Dir[0], -b.Dir[1], -b.Dir[2]}
	return a.Node == b.Node && a.Pair == b.Pair && a.Other == b.Other && (a.Dir == b.Dir || a.Dir == opposite)
}

// portAt reads node and direction of a port, or its pair of nodes, and checks that it can move.
func (b *builder) portAt(path string, number int, pair []int, along spec.Direction, what string) (p network.Port, ok bool) {
	if pair != nil {
		return b.pairAt(path+".nodes", pair, what)
	}
	node, ok := b.node("E0312", path+".node", number, what+" node")
	if !ok {
		return p, false
	}
	dir, ok := b.direction(path+".along", along)
	if !ok {
		return p, false
	}
	p = network.Port{Node: node, Dir: dir}
	if unknown, _ := b.Eq.C.Load(p); len(unknown) == 0 {
		b.fail("E0313", path+".node", "%s node %d is held by a support along this direction", what, number).
			WithHelp("choose a node that can move, or another direction")
		return p, false
	}
	return p, true
}

// pairAt is the port of a pair of nodes: the unit vector from one to the other at the one with the smaller number
// outwards, so that a pair is one port however it is written.
func (b *builder) pairAt(path string, pair []int, what string) (p network.Port, ok bool) {
	if len(pair) != 2 || pair[0] == pair[1] {
		b.fail("E0318", path, "a stretch is read between two nodes, and here are %s", strings.Trim(fmt.Sprint(pair), "[]")).WithHelp("give the numbers of two nodes, such as [2, 3]")
		return p, false
	}
	var nodes [2]int
	for i, number := range pair {
		if nodes[i], ok = b.node("E0312", fmt.Sprintf("%s[%d]", path, i+1), number, what+" node"); !ok {
			return p, false
		}
	}
	p = network.Port{Node: min(nodes[0], nodes[1]), Pair: true, Other: max(nodes[0], nodes[1])}
	square := 0.0
	for axis := range b.Network.Dim {
		p.Dir[axis] = b.Network.At(p.Other)[axis] - b.Network.At(p.Node)[axis]
		square += p.Dir[axis] * p.Dir[axis]
	}
	if square == 0 {
		b.fail("E0318", path, "nodes %d and %d are at the same place, so their distance has no direction", pair[0], pair[1]).WithHelp("choose another pair, or read one node along an axis")
		return p, false
	}
	for axis := range p.Dir {
		p.Dir[axis] /= math.Sqrt(square)
	}
	if unknown, _ := b.Eq.C.Load(p); len(unknown) == 0 {
		b.fail("E0313", path, "both nodes of this pair are held by supports along the line between them").WithHelp("choose a pair of which one node can move")
		return p, false
	}
	return p, true
}

// amount is how large a push is, and whether that is its displacement, m, or its
// force, N.
func (b *builder) amount(path string, push *spec.Push) (amount float64, given, ok bool) {
	move, key := push.Move, "move"
	if push.Stretch != nil {
		move, key = push.Stretch, "stretch"
	}
	switch {
	case push.Force != nil && move != nil:
		b.failKey("E0413", path+"."+key, "this push has both a force and a %s", key).
			WithHelp("keep one: with `force` the network decides how far it goes, with `%s` how much force it takes", key)
	case push.Force != nil:
		return *push.Force, false, true
	case move != nil:
		return *move, true, true
	default:
		if len(push.Nodes) > 0 {
			key = "stretch"
		}
		b.fail("E0413", path, "this push has no size").WithHelp("add `force: 49 mN`, or `%s: 1 mm` to move it that far", key)
	}
	return 0, false, false
}

// given reports a case that tells a given displacement twice, or not at all: a port is held, in this case as in the
// others, or loaded.
func (b *builder) given(number int, port string, twice bool) {
	path := fmt.Sprintf("task.cases[%d].push", number)
	if twice {
		b.fail("E0414", path, "case %d gives the displacement at %s twice", number, port).WithHelp("keep one of them")
		return
	}
	b.fail("E0414", path, "case %d does not give the displacement at %s, and another case does", number, port).
		WithHelp("add it here, with 0 mm to hold it still; cases that leave it free belong in an experiment of their own")
}

// moved is the displacement that is wanted, nil for none.
func moved(w *spec.Want) *float64 {
	if w.Stretch != nil {
		return w.Stretch
	}
	return w.Move
}
