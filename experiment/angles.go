package experiment

import (
	"cmp"
	"math"
	"slices"

	"github.com/elastrain/elastrain/network"
)

// corner is the nodes of an element that does not join two, of an angle three with the second in its middle, and by how
// many lattice vectors of a periodic cell each lies away.
type corner struct {
	nodes []int
	shift [][3]int
}

// anglesOf lists the angles at every node: between neighbouring bonds round it, or only between bonds that go through
// it nearly straight (within 30 degrees), each with its best partner.
func anglesOf(net *network.Network, straight bool) (out []corner) {
	type arm struct {
		node  int
		shift [3]int
		angle float64 // in the plane of x and y
		to    [3]float64
	}
	arms := make([][]arm, net.Nodes())
	for i := range net.Elements {
		el := &net.Elements[i]
		if el.Cut || el.Kind != network.Bar {
			continue
		}
		d, back := net.Along(i), [3]int{-el.Shift[0], -el.Shift[1], -el.Shift[2]}
		var away [3]float64 // zero less d: -0 would turn an arm along -x
		for axis := range d {
			away[axis] -= d[axis]
		}
		arms[el.Nodes[0]] = append(arms[el.Nodes[0]], arm{el.Nodes[1], el.Shift, math.Atan2(d[1], d[0]), d})
		arms[el.Nodes[1]] = append(arms[el.Nodes[1]], arm{el.Nodes[0], back, math.Atan2(away[1], away[0]), away})
	}
	for node, list := range arms {
		slices.SortFunc(list, func(a, b arm) int { return cmp.Compare(a.angle, b.angle) })
		if !straight {
			for i := range list {
				if next := (i + 1) % len(list); len(list) > 2 || len(list) == 2 && i == 0 {
					out = append(out, corner{[]int{list[i].node, node, list[next].node}, [][3]int{list[i].shift, {}, list[next].shift}})
				}
			}
			continue
		}
		var pairs []pair
		for i, a := range list {
			for j, b := range list[i+1:] {
				along := (a.to[0]*b.to[0] + a.to[1]*b.to[1] + a.to[2]*b.to[2]) / (length(a.to) * length(b.to))
				if along < -math.Cos(math.Pi/6) {
					pairs = append(pairs, pair{i, i + 1 + j, along})
				}
			}
		}
		for _, p := range straightest(pairs) {
			a, b := list[p.i], list[p.j]
			out = append(out, corner{[]int{a.node, node, b.node}, [][3]int{a.shift, {}, b.shift}})
		}
	}
	return out
}

// pair is two arms of a node and the cosine of the angle between them.
type pair struct {
	i, j  int
	along float64
}

// straightest keeps of the pairs of arms those that are straightest, so that each arm is in one pair at most; in their order.
// Cosines that differ by rounding count as equal.
func straightest(pairs []pair) (kept []pair) {
	byStraightness := slices.Clone(pairs)
	slices.SortStableFunc(byStraightness, func(a, b pair) int { return cmp.Compare(math.Round(1e9*a.along), math.Round(1e9*b.along)) })
	taken := map[int]bool{}
	chosen := map[[2]int]bool{}
	for _, p := range byStraightness {
		if !taken[p.i] && !taken[p.j] {
			taken[p.i], taken[p.j], chosen[[2]int{p.i, p.j}] = true, true, true
		}
	}
	for _, p := range pairs {
		if chosen[[2]int{p.i, p.j}] {
			kept = append(kept, p)
		}
	}
	return kept
}
