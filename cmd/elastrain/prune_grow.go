package main

import (
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// growing is the file of an experiment whose network lists its nodes and bonds, with the second neighbours added: pairs of nodes that have a neighbour in common
// and no bond. They are cut, as bonds that could be put in.
func growing(x *experiment.Experiment) (*spec.File, error) {
	net := x.Network
	switch {
	case x.Solid != nil:
		return nil, &cli.UsageError{Text: "bonds are put into lattices of springs, and this network is another", Help: "leave --grow out"}
	case net.NodeNumbers != nil || x.Spec.Network.File != "" || x.Spec.Network.Nodes.File != "" || x.Spec.Network.Bonds.File != "":
		return nil, &cli.UsageError{Text: "bonds are put into networks that the file makes or lists, and this one is of tables", Help: "list its nodes and bonds in the file, or leave --grow out"}
	}
	of := x.File.Spec
	of.Network = spec.Network{Cut: slices.Clone(of.Network.Cut)}
	for node := range net.Nodes() {
		of.Network.Nodes.Pos = append(of.Network.Nodes.Pos, slices.Clone(net.At(node)))
	}
	near := make([][]int, net.Nodes())
	joined := map[[2]int]bool{}
	for i := range net.Elements {
		el := &net.Elements[i]
		if el.Kind != network.Bar {
			continue
		}
		a, b := el.Nodes[0], el.Nodes[1]
		of.Network.Bonds.Pairs = append(of.Network.Bonds.Pairs, [2]int{a + 1, b + 1})
		joined[[2]int{min(a, b), max(a, b)}] = true
		if !el.Cut {
			near[a], near[b] = append(near[a], b), append(near[b], a)
		}
	}
	for a := range near {
		var second []int
		for _, b := range near[a] {
			second = append(second, near[b]...)
		}
		slices.Sort(second)
		for _, c := range slices.Compact(second) {
			if c > a && !joined[[2]int{a, c}] && !(held(net, a) && held(net, c)) {
				of.Network.Bonds.Pairs = append(of.Network.Bonds.Pairs, [2]int{a + 1, c + 1})
				of.Network.Cut = append(of.Network.Cut, len(of.Network.Bonds.Pairs))
			}
		}
	}
	if len(of.Network.Cut) == 0 {
		return nil, &cli.UsageError{Text: "there is no bond that could be put in: no pair of nodes without a bond has a neighbour in common", Help: "leave --grow out, or list more bonds and cut them: `network.cut`"}
	}
	slices.Sort(of.Network.Cut)
	return spec.Parse(fmt.Sprintf("%s, with the bonds that could be put in", x.File.Name), (&spec.File{Name: x.File.Name, Spec: of}).Resolved())
}

// held reports whether a node cannot move at all.
func held(net *network.Network, node int) bool {
	return !slices.Contains(net.Held[node*net.Dim:(node+1)*net.Dim], false)
}
