package experiment

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/ingest"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/table"
)

// place puts the numbers of nodes where the file names sets or says places, now that the network is there.
func (b *builder) place() {
	if !b.File.Pending() {
		return
	}
	if problems := b.Network.Validate(); len(problems) > 0 { // they say better what is wrong
		b.networkProblems(problems)
		return
	}
	err := b.File.Place(b.choose)
	var bad spec.Errors
	if errors.As(err, &bad) {
		b.errors = append(b.errors, bad...)
	} else if err != nil {
		b.fail("E0325", "", "%v", err)
	}
}

// nearness is how near a coordinate is to a value that counts as it, as a share of the size of the network.
const nearness = 1e-6

// choose finds the numbers of the nodes of a selection.
func (b *builder) choose(s spec.Selection) ([]int, error) {
	nodes, err := b.selected(s, 0)
	if err != nil {
		return nil, err
	}
	for i, node := range nodes {
		nodes[i] = b.Network.NodeNumber(node)
	}
	return nodes, nil
}

func (b *builder) selected(s spec.Selection, depth int) ([]int, error) {
	if s.Set == nil {
		at := slices.IndexFunc(b.named, func(n ingest.Set) bool { return n.Name == s.Name })
		if at >= 0 {
			return slices.Clone(b.named[at].Nodes), nil
		}
		var names []string
		for i := range b.Spec.Sets {
			names = append(names, b.Spec.Sets[i].Name)
		}
		for _, n := range b.named {
			names = append(names, n.Name)
		}
		if names == nil {
			return nil, fmt.Errorf("there is no set %s; define it: `sets: [{name: %s, x: min}]`", table.Show(s.Name), table.Clip(s.Name))
		}
		return nil, fmt.Errorf("there is no set %s; there are %s", table.Show(s.Name), table.List(names))
	}
	if depth > 10 {
		return nil, fmt.Errorf("the sets name one another in a circle; let one of them say where its nodes are")
	}
	set, net := s.Set, b.Network
	if set.Empty() {
		return nil, fmt.Errorf("nothing says where these nodes are; write such as `x: min`, `near: [0 mm, 16 mm]` or their numbers")
	}
	var err error
	nodes := make([]int, net.Nodes())
	for i := range nodes {
		nodes[i] = i
	}
	if set.Set != "" {
		inner := spec.Selection{Name: set.Set}
		if at := slices.IndexFunc(b.Spec.Sets, func(n spec.NodeSet) bool { return n.Name == set.Set }); at >= 0 {
			inner.Set = &b.Spec.Sets[at]
		}
		if nodes, err = b.selected(inner, depth+1); err != nil {
			return nil, err
		}
	}
	if set.Nodes != nil {
		listed := map[int]bool{}
		for _, number := range set.Nodes {
			node, ok := net.FindNode(number)
			if !ok {
				return nil, fmt.Errorf("node %d does not exist; this network has nodes %s", number, b.nodes())
			}
			listed[node] = true
		}
		nodes = slices.DeleteFunc(nodes, func(node int) bool { return !listed[node] })
	}
	lo, hi := net.Bounds()
	size := 0.0
	for axis := range net.Dim {
		size = max(size, hi[axis]-lo[axis])
	}
	extents := []spec.Extent{set.X, set.Y, set.Z}
	for axis, e := range extents {
		switch {
		case !e.IsSet():
		case axis >= net.Dim:
			return nil, fmt.Errorf("the network has no %s axis; %s", mechanics.AxisName(axis), space(net.Dim))
		case e.End == "":
			nodes = along(net, nodes, axis, e.Min-nearness*size, e.Max+nearness*size)
		}
	}
	ends := slices.Clone(nodes) // of which the least and largest coordinates are
	for axis, e := range extents {
		if e.End == "" || len(ends) == 0 {
			continue
		}
		at := func(node int) float64 { return net.At(node)[axis] }
		x := at(slices.MinFunc(ends, func(a, b int) int { return cmp.Compare(at(a), at(b)) }))
		if e.End == "max" {
			x = at(slices.MaxFunc(ends, func(a, b int) int { return cmp.Compare(at(a), at(b)) }))
		}
		nodes = along(net, nodes, axis, x-nearness*size, x+nearness*size)
	}
	if set.Near != nil {
		if nodes, err = b.near(set, nodes, size); err != nil {
			return nil, err
		}
	}
	if len(nodes) == 0 {
		spans := ""
		for axis := range net.Dim {
			spans += fmt.Sprintf(", %s from %.6g to %.6g mm", mechanics.AxisName(axis), 1e3*lo[axis], 1e3*hi[axis])
		}
		way := "the network has " + spans[2:]
		if len(ends) > 0 && (set.X.End != "" && set.Y.End != "" || set.Z.End != "" && set.X.End+set.Y.End != "") {
			way = "no node is at both ends: name the nodes at one as a set, such as `{name: top, y: max}`, and take the end of these, `{set: top, x: max}`; " + way
		}
		return nil, fmt.Errorf("no node lies there; %s", way)
	}
	return nodes, nil
}

// along are those of some nodes whose coordinate lies between two values.
func along(net *network.Network, nodes []int, axis int, from, to float64) []int {
	return slices.DeleteFunc(nodes, func(node int) bool { x := net.At(node)[axis]; return x < from || x > to })
}

// near are those of some nodes that lie near a place: the nearest, or all within a distance.
func (b *builder) near(set *spec.NodeSet, nodes []int, size float64) ([]int, error) {
	net := b.Network
	if len(set.Near) != net.Dim {
		return nil, fmt.Errorf("the place has %d coordinates, and the network is in %d dimensions; give %d", len(set.Near), net.Dim, net.Dim)
	}
	away := func(node int) float64 {
		d := 0.0
		for axis, x := range net.At(node) {
			d = math.Hypot(d, x-set.Near[axis])
		}
		return d
	}
	if set.Within > 0 {
		return slices.DeleteFunc(nodes, func(node int) bool { return away(node) > set.Within+nearness*size }), nil
	}
	least := math.Inf(1)
	for _, node := range nodes {
		least = min(least, away(node))
	}
	if len(nodes) > 0 && least > size { // a place in another unit, or of another network
		return nil, fmt.Errorf("the nearest node is %.6g mm away from that place, and the network is %.6g mm large; mend the place, or take an end by such as `x: max`", 1e3*least, 1e3*size)
	}
	nearest := slices.DeleteFunc(nodes, func(node int) bool { return away(node) > least+nearness*size })
	if len(nearest) > 1 {
		return nil, fmt.Errorf("nodes %d and %d are as near to that place; move it towards one of them, or take both by `within`", net.NodeNumber(nearest[0]), net.NodeNumber(nearest[1]))
	}
	return nearest, nil
}
