package network

import (
	"bytes"
	"strings"
	"testing"
)

// A cell written as tables is read back with its shifts; an image of a node is no node, and bonds are told apart by it.
func TestCellTables(t *testing.T) {
	n := &Network{Dim: 2, Pos: []float64{0, 0, 1, 0}, Held: make([]bool, 4), Cell: [][3]float64{{2}, {0, 1}}, Elements: []Element{
		{Nodes: [2]int{0, 1}}, {Nodes: [2]int{0, 1}, Shift: [3]int{-1}}, {Nodes: [2]int{0, 0}, Shift: [3]int{0, 1}}, {Nodes: [2]int{1, 1}, Shift: [3]int{0, -1}}}}
	if problems := n.Validate(); problems != nil {
		t.Fatal(n.Describe(problems[0]))
	}
	var nodes, bonds bytes.Buffer
	if err := n.WriteCSV(&nodes, &bonds); err != nil {
		t.Fatal(err)
	}
	table, err := ReadNodes(&nodes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadBonds(&bonds, table, Options{})
	if err != nil {
		t.Fatal(err)
	}
	again := &Network{Dim: 2, Pos: table.Pos, Held: n.Held, Cell: n.Cell, Elements: read.Elements}
	if !again.Equal(n) || again.Hash() != n.Hash() || len(read.Notes) > 0 {
		t.Errorf("read back: %+v, %v", read.Elements, read.Notes)
	}
	if n.BondLength(1) != 1 || n.BondLength(2) != 1 {
		t.Errorf("bonds to images are %g and %g m long", n.BondLength(1), n.BondLength(2))
	}
	again.Elements[1].Shift = [3]int{0, 1}
	if again.Equal(n) || again.Hash() == n.Hash() {
		t.Error("another shift is the same network")
	}
	twice := n.Clone()
	twice.Elements = append(twice.Elements, Element{Nodes: [2]int{1, 0}, Shift: [3]int{1}}, Element{Nodes: [2]int{0, 0}, Shift: [3]int{0, -1}})
	if p := twice.Validate(); len(p) != 2 || p[0].Kind != Duplicate || p[0].Other != 1 || p[1].Other != 2 {
		t.Errorf("bonds twice: %v", p)
	}
	for _, text := range []string{"a,b,shift1\n1,2,0\n", "a,b,shift1,shift2\n1,2,0.5,0\n", "a,b,shift1,shift2\n1,1,0,0\n", "a,b,shift1,shift2\n1,2,1000,0\n"} {
		if _, err := ReadBonds(strings.NewReader(text), table, Options{}); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}
