package network

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ProblemKind says in which way a network is unsound.
type ProblemKind uint8

// The comments name the fields of a Problem that each kind fills in.
const (
	BadDim       ProblemKind = iota // Dim is not 1, 2 or 3
	BadShape                        // Pos is no whole number of nodes, or Held has another length than Pos
	NotFinite                       // Node, Axis: the coordinate is NaN, infinite or beyond 1e100 m
	SamePlace                       // Node, Other: lies exactly where the lower node Other lies
	MissingNode                     // Element, Node: the element names a node that does not exist
	SelfBond                        // Element, Node: the bar joins the node to itself
	ZeroLength                      // Element: the bar joins two nodes at one place
	Duplicate                       // Element, Other: the bar joins the same nodes as the lower bar Other, either way round; not of bars on arms
	BadOrder                        // Element: a bar that comes after a spring to ground
	BadKind                         // Element: neither Bar nor Ground
	BadDirection                    // Element: Dir of a spring to ground is no unit vector in Dim dimensions, or its two nodes differ
	Isolated                        // Node: free to move, but no element that is not cut reaches it
)

// Problem is one thing that is wrong with a network. Numbers count from 0 and
// are -1 where the kind has no use for them; the text of Error counts from 1.
type Problem struct {
	Kind    ProblemKind
	Node    int
	Element int
	Other   int // a second node (SamePlace) or element (Duplicate)
	Axis    int // 0 x, 1 y, 2 z
}

// Error says the problem in one line, naming nodes and bonds from 1.
func (p Problem) Error() string { return p.describe(nil) }

// Describe is the error of a problem of this network, with what people call its nodes.
func (n *Network) Describe(p Problem) error { return errors.New(p.describe(n.NodeNumbers)) }

func (p Problem) describe(numbers []int) string {
	node, element, other := Number(numbers, p.Node), p.Element+1, p.Other+1
	switch p.Kind {
	case BadDim:
		return "the network has no dimension: it must have 1, 2 or 3"
	case BadShape:
		return "positions and supports do not match: each needs one entry for every node and axis"
	case NotFinite:
		return fmt.Sprintf("node %d: its %c coordinate is not a finite length; give every coordinate in metres", node, "xyz"[p.Axis])
	case SamePlace:
		return fmt.Sprintf("nodes %d and %d are at the same place; move or remove one of them", Number(numbers, p.Other), node)
	case MissingNode:
		return fmt.Sprintf("bond %d names node %d, which does not exist; correct the number or add the node", element, node)
	case SelfBond:
		return fmt.Sprintf("bond %d joins node %d to itself; give it two different ends", element, node)
	case ZeroLength:
		return fmt.Sprintf("bond %d has zero length; move one of its ends", element)
	case Duplicate:
		return fmt.Sprintf("bond %d joins the same two nodes as bond %d; remove one of them", element, other)
	case BadOrder:
		return fmt.Sprintf("element %d is a bar after a spring to ground; list all bars first", element)
	case BadKind:
		return fmt.Sprintf("element %d is of no known kind; make it a bar or a spring to ground", element)
	case BadDirection:
		return fmt.Sprintf("element %d: a spring to ground needs one node and a direction of length 1 within the network's dimensions", element)
	case Isolated:
		return fmt.Sprintf("node %d has no bond; join it to the network, hold it or remove it", node)
	}
	return "unknown problem"
}

// Validate lists what makes the network unsound, nil if nothing does. Problems
// come by kind in the order of the constants, then by number. Where the shapes
// of the slices are wrong, nothing else can be looked at and only that is said.
// A sound network may still have mechanisms; those are a matter of mechanics.
func (n *Network) Validate() []Problem {
	if n.Dim < 1 || n.Dim > 3 {
		return []Problem{problem(BadDim)}
	}
	if len(n.Pos)%n.Dim != 0 || len(n.Held) != len(n.Pos) {
		return []Problem{problem(BadShape)}
	}
	found := n.badPlaces(nil)
	found = n.badElements(found)
	found = n.isolated(found)
	slices.SortStableFunc(found, func(a, b Problem) int { return int(a.Kind) - int(b.Kind) })
	return found
}

func problem(kind ProblemKind) Problem {
	return Problem{Kind: kind, Node: -1, Element: -1, Other: -1, Axis: -1}
}

// badPlaces finds coordinates that are no lengths, and nodes that coincide.
func (n *Network) badPlaces(found []Problem) []Problem {
	first := make(map[[3]float64]int, n.Nodes()) // looked up only, never ranged over
	for node := range n.Nodes() {
		var at [3]float64
		sound := true
		for axis, x := range n.At(node) {
			if !isLength(x) {
				sound = false
				p := problem(NotFinite)
				p.Node, p.Axis = node, axis
				found = append(found, p)
			}
			at[axis] = x
		}
		if !sound {
			continue
		}
		if other, taken := first[at]; taken {
			p := problem(SamePlace)
			p.Node, p.Other = node, other
			found = append(found, p)
		} else {
			first[at] = node
		}
	}
	return found
}

// isLength also refuses NaN, which compares false.
func isLength(x float64) bool { return math.Abs(x) <= farthest }

func (n *Network) badElements(found []Problem) []Problem {
	springs := false
	for i := range n.Elements {
		add := func(kind ProblemKind, node int) {
			p := problem(kind)
			p.Element, p.Node = i, node
			found = append(found, p)
		}
		e := &n.Elements[i]
		missing := false
		for end, node := range e.Nodes {
			if n.exists(node) || end == 1 && node == e.Nodes[0] {
				continue
			}
			add(MissingNode, node)
			missing = true
		}
		switch e.Kind {
		case Bar:
			if springs {
				add(BadOrder, -1)
			}
			switch a, b := e.Nodes[0], e.Nodes[1]; {
			case missing:
			case a == b && (n.Cell == nil || e.Shift == [3]int{}):
				add(SelfBond, a)
			case n.BondLength(i) == 0:
				add(ZeroLength, -1)
			}
		case Ground:
			springs = true
			if e.Nodes[0] != e.Nodes[1] || !isUnit(e.Dir, n.Dim) {
				add(BadDirection, -1)
			}
		default:
			add(BadKind, -1)
		}
	}
	if n.Cell != nil {
		return n.repeated(found)
	}
	if n.Arms != nil {
		return found
	}
	return n.duplicates(found)
}

func (n *Network) exists(node int) bool { return node >= 0 && node < n.Nodes() }

// isUnit allows for directions normalised in floating point.
func isUnit(dir [3]float64, dim int) bool {
	sum := 0.0
	for axis, x := range dir {
		if axis >= dim && x != 0 {
			return false
		}
		sum += x * x
	}
	return math.Abs(sum-1) <= 1e-9
}

// duplicates lists each bar that repeats an earlier one. Bars are gathered by
// their lower end and looked at there one after another, which takes time in
// proportion to their number.
func (n *Network) duplicates(found []Problem) []Problem {
	ends := func(i int) (lower, upper int, ok bool) {
		e := &n.Elements[i]
		a, b := e.Nodes[0], e.Nodes[1]
		return min(a, b), max(a, b), e.Kind == Bar && a != b && n.exists(a) && n.exists(b)
	}
	ptr := make([]int, n.Nodes()+2) // shifted by one more, so that filling leaves the starts
	for i := range n.Elements {
		if lower, _, ok := ends(i); ok {
			ptr[lower+2]++
		}
	}
	for node := range n.Nodes() {
		ptr[node+2] += ptr[node+1]
	}
	bars := make([]int, ptr[len(ptr)-1])
	for i := range n.Elements {
		if lower, _, ok := ends(i); ok {
			bars[ptr[lower+1]] = i
			ptr[lower+1]++
		}
	}
	first := make([]int, n.Nodes()) // of each upper end: 1 + the bar that reached it first
	start := len(found)
	for node := range n.Nodes() {
		here := bars[ptr[node]:ptr[node+1]]
		for _, i := range here {
			_, upper, _ := ends(i)
			if first[upper] == 0 {
				first[upper] = i + 1
				continue
			}
			p := problem(Duplicate)
			p.Element, p.Other = i, first[upper]-1
			found = append(found, p)
		}
		for _, i := range here {
			_, upper, _ := ends(i)
			first[upper] = 0
		}
	}
	slices.SortFunc(found[start:], func(a, b Problem) int { return a.Element - b.Element })
	return found
}

// isolated finds nodes that nothing holds in place at all. A node that supports
// hold along every axis needs no bond.
func (n *Network) isolated(found []Problem) []Problem {
	reached := make([]bool, n.Nodes())
	for i := range n.Elements {
		e := &n.Elements[i]
		for _, node := range e.Nodes {
			if !e.Cut && n.exists(node) {
				reached[node] = true
			}
		}
	}
	for node, ok := range reached {
		if ok || !slices.Contains(n.Held[node*n.Dim:(node+1)*n.Dim], false) {
			continue
		}
		p := problem(Isolated)
		p.Node = node
		found = append(found, p)
	}
	return found
}
