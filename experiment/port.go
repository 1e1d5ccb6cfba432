package experiment

import (
	"cmp"
	"fmt"
	"math"
	"slices"
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
		if node := b.portName(p); !p.Pair && p.Part != network.Strain && p.Part != network.Value && names[i] == node && count[node] > 1 {
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
	if p.Part == network.Strain {
		return strains[p.Other]
	}
	if p.Mean != nil {
		return b.meanName(p.Mean.Nodes)
	}
	if p.Pair {
		return fmt.Sprintf("nodes %d-%d", b.Network.NodeNumber(p.Node), b.Network.NodeNumber(p.Other))
	}
	return fmt.Sprintf("node %d", b.Network.NodeNumber(p.Node))
}

// meanName names the mean of nodes: mean of nodes 3, 4, 7.
func (b *builder) meanName(nodes []int) string {
	const most = 6
	var numbers []string
	for _, node := range nodes[:min(len(nodes), most)] {
		numbers = append(numbers, fmt.Sprint(b.Network.NodeNumber(node)))
	}
	name := "mean of nodes " + strings.Join(numbers, ", ")
	if more := len(nodes) - most; more > 0 {
		name += fmt.Sprintf(" and %d more", more)
	}
	return name
}

// sameReading reports whether two ports read one displacement, up to its sign.
func sameReading(a, b network.Port) bool {
	opposite := [3]float64{-b.Dir[0], -b.Dir[1], -b.Dir[2]}
	return a.Node == b.Node && a.Part == b.Part && a.Pair == b.Pair && a.Other == b.Other && a.Mean == b.Mean && (a.Dir == b.Dir || a.Dir == opposite)
}

// place is where a port is: one node, a pair, or the mean of several; as the file numbers them.
type place struct {
	node       int
	pair, mean []int
}

// portOf is the port at a place, and checks that it can move, turn or have a potential; about is the axis of a rotation.
func (b *builder) portOf(path string, at place, along spec.Direction, part network.PortPart, about, what string) (p network.Port, ok bool) {
	if part == network.Strain {
		return b.strainAt(path, at, along, about)
	}
	if p, ok = b.reading(path, at, along, part, about, what); !ok {
		return p, false
	}
	nodes, key, is := fmt.Sprintf("%s node %d", what, at.node), ".node", "is"
	if p.Mean != nil {
		nodes, key, is = b.meanName(p.Mean.Nodes), ".mean", "are"
	}
	switch {
	case b.CanMove(p):
		return p, true
	case part != network.Move:
		does := "turn"
		if part == network.Potential {
			does = "have a potential"
		}
		b.fail("E0321", path+key, "%s does not %s", nodes, does).
			WithHelp("nodes of beams turn and nodes of pipes have potentials, unless a support holds them: see `elements` and `supports`")
	case p.Pair:
		b.fail("E0313", path+".nodes", "both nodes of this pair are held by supports along the line between them").WithHelp("choose a pair of which one node can move")
	default:
		b.fail("E0313", path+key, "%s %s held by a support along this direction", strings.Replace(nodes, "mean of nodes", "nodes", 1), is).
			WithHelp("choose a node that can move, or another direction")
	}
	return p, false
}

// reading is the port at a place, whether anything can move there or not.
func (b *builder) reading(path string, at place, along spec.Direction, part network.PortPart, about, what string) (p network.Port, ok bool) {
	switch {
	case at.pair != nil:
		return b.pairAt(path+".nodes", at.pair, what)
	case at.mean != nil && at.node != 0:
		b.failKey("E0318", path+".mean", "here are a node and several to take the mean of").WithHelp("leave `node` out, or `mean`")
		return p, false
	case at.mean != nil:
		if p.Mean, ok = b.group(path+".mean", at.mean, what); !ok {
			return p, false
		}
		p.Node = p.Mean.Nodes[0]
	default:
		if p.Node, ok = b.node("E0312", path+".node", at.node, what+" node"); !ok {
			return p, false
		}
	}
	if p.Part = part; part == network.Move {
		p.Dir, ok = b.direction(path+".along", along)
		return p, ok
	}
	if part == network.Turn {
		axis := strings.Index("xyz", cmp.Or(about, "z"))
		if b.Network.Dim < 3 && axis != 2 {
			b.fail("E0314", path+".about", "in the plane a node turns about z").WithHelp("leave `about` out")
			return p, false
		}
		p.Dir[axis] = 1
	}
	return p, true
}

// group is several nodes to take the mean of, ascending; the same for the same nodes.
func (b *builder) group(path string, numbers []int, what string) (*network.Group, bool) {
	g := &network.Group{}
	for i, number := range numbers {
		node, ok := b.node("E0312", fmt.Sprintf("%s[%d]", path, i+1), number, what+" node")
		if !ok {
			return nil, false
		}
		if slices.Contains(g.Nodes, node) {
			b.fail("E0318", fmt.Sprintf("%s[%d]", path, i+1), "node %d is here twice", number).WithHelp("name every node once")
			return nil, false
		}
		g.Nodes = append(g.Nodes, node)
	}
	if len(g.Nodes) < 2 {
		b.fail("E0318", path, "a mean is over several nodes").WithHelp("give two or more, such as [4..9], or one as `node`")
		return nil, false
	}
	slices.Sort(g.Nodes)
	for _, other := range b.groups {
		if slices.Equal(other.Nodes, g.Nodes) {
			return other, true
		}
	}
	b.groups = append(b.groups, g)
	return g, true
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
	return p, true
}

// pushSize is a key by which a push can have a size.
type pushSize struct {
	value *float64
	key   string
	part  network.PortPart
	given bool
}

func sizes(push *spec.Push) []pushSize {
	return []pushSize{{push.Force, "force", network.Move, false}, {push.Move, "move", network.Move, true}, {push.Stretch, "stretch", network.Move, true}, {push.Strain, "strain", network.Move, true},
		{push.Moment, "moment", network.Turn, false}, {push.Turn, "turn", network.Turn, true},
		{push.Current, "current", network.Potential, false}, {push.Potential, "potential", network.Potential, true},
		{push.Exx, "exx", network.Strain, true}, {push.Eyy, "eyy", network.Strain, true}, {push.Gxy, "gxy", network.Strain, true},
		{push.Sxx, "sxx", network.Strain, false}, {push.Syy, "syy", network.Strain, false}, {push.Sxy, "sxy", network.Strain, false}}
}

// amount is how large a push is, and whether that is given: its displacement, rotation or potential, rather than its
// force, moment or current. part is what of its node it is about.
func (b *builder) amount(path string, push *spec.Push) (amount float64, part network.PortPart, given, ok bool) {
	found := ""
	for _, k := range sizes(push) {
		if k.value == nil {
			continue
		}
		if found != "" {
			b.failKey("E0413", path+"."+k.key, "this push has both a %s and a %s", found, k.key).
				WithHelp("keep one: a load, and the network decides how far it goes; or how far it goes, and the network decides what load that takes")
			return 0, 0, false, false
		}
		found, amount, part, given = k.key, *k.value, k.part, k.given
	}
	if found == "" {
		key := "move"
		if len(push.Nodes) > 0 {
			key = "stretch"
		}
		b.fail("E0413", path, "this push has no size").WithHelp("add `force: 49 mN`, or `%s: 1 mm` to move it that far", key)
	}
	return amount, part, given, found != ""
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

// moved is what is wanted, nil for nothing.
func moved(w *spec.Want) *float64 {
	return cmp.Or(w.Move, w.Stretch, w.Strain, w.Turn, w.Potential, w.Exx, w.Eyy, w.Gxy)
}

// wanted is the key that says it.
func wanted(w *spec.Want) string {
	switch {
	case w.Stretch != nil:
		return "stretch"
	case w.Strain != nil:
		return "strain"
	case w.Turn != nil:
		return "turn"
	case w.Potential != nil:
		return "potential"
	case w.Exx != nil:
		return "exx"
	case w.Eyy != nil:
		return "eyy"
	case w.Gxy != nil:
		return "gxy"
	}
	return "move"
}

// part of its node that a want is about.
func part(w *spec.Want) network.PortPart {
	switch {
	case w.Turn != nil:
		return network.Turn
	case w.Potential != nil:
		return network.Potential
	case w.Exx != nil || w.Eyy != nil || w.Gxy != nil:
		return network.Strain
	}
	return network.Move
}

// OutputUnit is what an output is read in: m, rad or V; 1 of a strain.
func (x *Experiment) OutputUnit(o int) string { return portUnits(x.Out[o])[1] }

// OutputsUnit is the unit of all outputs, "" where they differ.
func (x *Experiment) OutputsUnit() string {
	unit := ""
	for o := range x.Out {
		if u := x.OutputUnit(o); unit == "" || unit == u {
			unit = u
		} else {
			return ""
		}
	}
	return unit
}
