package experiment

import (
	"bytes"
	"fmt"

	"github.com/elastrain/elastrain/network"
)

// explicitNetwork reads nodes and bonds from lists or tables.
func (b *builder) explicitNetwork() {
	s := &b.Spec.Network
	for _, key := range []struct {
		name  string
		given bool
	}{{"size", s.Size != nil}, {"spacing", s.Spacing != 0}} {
		if key.given {
			b.failKey("E0306", "network."+key.name, "`%s` belongs to a lattice, and this network lists its nodes", key.name).
				WithHelp("leave `%s` out", key.name)
		}
	}
	tables := s.Nodes.File != "" || s.Bonds.File != ""
	for _, key := range []struct {
		name  string
		given bool
	}{{"unit", s.Unit != ""}, {"stiffness_unit", s.Springs != ""}, {"columns", s.Columns != nil}} {
		if key.given && !tables && s.File == "" {
			b.failKey("E0306", "network."+key.name, "`%s` is of tables, and this file lists its nodes with their units", key.name).WithHelp("leave `%s` out", key.name)
		}
	}
	if s.File != "" {
		b.foreign()
		return
	}
	var nodes *network.NodeTable
	if s.Nodes.File != "" {
		text, ok := b.read("E0304", "network.nodes", s.Nodes.File)
		if !ok {
			return
		}
		var err error
		if nodes, err = network.ReadNodes(bytes.NewReader(text), b.tables()); err != nil {
			b.failBy("E0304", "network.nodes", fmt.Errorf("%s: %w", s.Nodes.File, err))
			return
		}
		b.note(s.Nodes.File, nodes.Notes)
	} else {
		var pos []float64
		for _, p := range s.Nodes.Pos {
			pos = append(pos, p...)
		}
		nodes = network.ListedNodes(pos, len(s.Nodes.Pos[0]))
	}
	net := &network.Network{Dim: nodes.Dim, Pos: nodes.Pos, NodeNumbers: nodes.Numbers}
	if s.Bonds.File != "" {
		text, ok := b.read("E0304", "network.bonds", s.Bonds.File)
		if !ok {
			return
		}
		bonds, err := network.ReadBonds(bytes.NewReader(text), nodes, b.tables())
		if err != nil {
			b.failBy("E0304", "network.bonds", fmt.Errorf("%s: %w", s.Bonds.File, err))
			return
		}
		b.note(s.Bonds.File, bonds.Notes)
		net.Elements, b.bonds = bonds.Elements, bonds
		if !b.isSolid() {
			b.unstressed()
		}
	} else {
		for i, pair := range s.Bonds.Pairs {
			ends := [2]int{pair[0] - 1, pair[1] - 1} // Validate says which are not there
			for end, number := range pair {
				if net.NodeNumbers == nil {
					break
				}
				var ok bool
				if ends[end], ok = net.FindNode(number); !ok {
					b.fail("E0301", fmt.Sprintf("network.bonds[%d]", i+1), "bond %d names node %d, which does not exist", i+1, number).
						WithLabel("this network has nodes %s", network.Numbers(net.NodeNumbers, 0)).WithHelp("correct the number or add the node")
				}
			}
			net.Elements = append(net.Elements, network.Element{Kind: network.Bar, Nodes: ends})
		}
	}
	b.explicitCell(net)
	b.Network = net
}

// tables is what the file says of the tables of its network.
func (b *builder) tables() network.Options {
	s := &b.Spec.Network
	o := network.Options{Length: s.Unit, Springs: s.Springs}
	if c := s.Columns; c != nil {
		o.Columns = map[string]string{"node": c.Node, "x": c.X, "y": c.Y, "z": c.Z, "bond": c.Bond, "a": c.A, "b": c.B, "stiffness": c.Stiffness, "width": c.Width, "length": c.Length}
	}
	return o
}

// note keeps what a table has to say.
func (b *builder) note(file string, notes []string) {
	for _, n := range notes {
		b.Notes = append(b.Notes, file+": "+n)
	}
}
