package cases

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/network"
)

// independent is how far from the plane of the other bonds of a node a bond has
// to point to count as support: the sine of the angle.
const independent = 0.3

// brace makes a network rigid with as little as it needs. A node is firm when
// bonds to firm nodes, springs to ground and supports hold it along Dim
// independent directions; so a network of firm nodes is rigid, by induction.
// Firmness spreads from the supports along the bonds. Where it gets stuck, bonds
// that are cut are put back, and where that does not help a node gets springs
// to ground along axes.
func brace(net *network.Network) {
	whole := net.Clone()
	for i := range whole.Elements {
		whole.Elements[i].Cut = false
	}
	b := bracing{net: net, span: make([][][3]float64, net.Nodes()), around: whole.Neighbours()}
	for node := range b.span {
		for axis := range net.Dim {
			if net.Held[node*net.Dim+axis] {
				b.support(node, axisVector(axis))
			}
		}
	}
	for _, el := range net.Elements {
		if el.Kind == network.Ground && !el.Cut {
			b.support(el.Nodes[0], el.Dir)
		}
	}
	for {
		b.spread()
		if !b.mend() && !b.ground() {
			return
		}
	}
}

type bracing struct {
	net    *network.Network
	span   [][][3]float64     // orthonormal directions along which each node is held
	around *network.Adjacency // by all bonds, those that are cut too
	queue  []int              // firm nodes whose bonds were not followed yet
	first  int                // all nodes before it are firm
}

func (b *bracing) firm(node int) bool { return len(b.span[node]) == b.net.Dim }

// support holds a node along a direction as well, if that says something new.
func (b *bracing) support(node int, dir [3]float64) bool {
	if b.firm(node) {
		return false
	}
	for _, s := range b.span[node] {
		along := s[0]*dir[0] + s[1]*dir[1] + s[2]*dir[2]
		for axis := range dir {
			dir[axis] -= along * s[axis]
		}
	}
	size := math.Hypot(math.Hypot(dir[0], dir[1]), dir[2])
	if size < independent {
		return false
	}
	for axis := range dir {
		dir[axis] /= size
	}
	b.span[node] = append(b.span[node], dir)
	if b.firm(node) {
		b.queue = append(b.queue, node)
	}
	return true
}

// spread follows the bonds of firm nodes until nothing new gets firm.
func (b *bracing) spread() {
	for len(b.queue) > 0 {
		node := b.queue[0]
		b.queue = b.queue[1:]
		others, elements := b.around.Of(node)
		for i, other := range others {
			if el := &b.net.Elements[elements[i]]; !el.Cut {
				b.support(other, bondDirection(b.net, el))
			}
		}
	}
}

// mend puts cut bonds back where they, and firm nodes at their other ends, make a
// loose node firm. It says whether there was such a node.
func (b *bracing) mend() bool {
	changed := false
	for node := range b.span {
		if b.firm(node) {
			continue
		}
		before := slices.Clone(b.span[node])
		var back []int
		others, elements := b.around.Of(node)
		for i, other := range others {
			el := &b.net.Elements[elements[i]]
			if el.Cut && b.firm(other) && b.support(node, bondDirection(b.net, el)) {
				back = append(back, elements[i])
			}
		}
		if !b.firm(node) {
			b.span[node] = before
			continue
		}
		for _, i := range back {
			b.net.Elements[i].Cut = false
		}
		changed = true
		b.spread()
	}
	return changed
}

// ground holds the first loose node by springs along axes; false when all nodes
// are firm.
func (b *bracing) ground() bool {
	for b.first < len(b.span) && b.firm(b.first) {
		b.first++
	}
	if b.first == len(b.span) {
		return false
	}
	for axis := range b.net.Dim {
		if dir := axisVector(axis); b.support(b.first, dir) {
			b.net.Elements = append(b.net.Elements,
				network.Element{Kind: network.Ground, Nodes: [2]int{b.first, b.first}, Dir: dir})
		}
	}
	return true
}

func axisVector(axis int) (v [3]float64) {
	v[axis] = 1
	return v
}

func bondDirection(net *network.Network, el *network.Element) (dir [3]float64) {
	a, b := net.At(el.Nodes[0]), net.At(el.Nodes[1])
	length := 0.0
	for axis := range net.Dim {
		dir[axis] = b[axis] - a[axis]
		length = math.Hypot(length, dir[axis])
	}
	for axis := range dir {
		dir[axis] /= length
	}
	return dir
}
