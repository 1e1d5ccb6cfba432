package experiment

import (
	"bytes"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
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
	if s.Unit != "" && s.Nodes.File == "" && s.Bonds.File == "" {
		b.failKey("E0306", "network.unit", "`unit` is of tables, and this file lists its nodes with their units").WithHelp("leave `unit` out")
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
	o := network.Options{Length: s.Unit}
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

// tableStart makes the bonds start where the table of bonds says; a start in `each`
// says it better.
func (b *builder) tableStart(d *design.Design, width bool) {
	t := b.bonds
	if t == nil || t.Stiffness == nil && t.Width == nil {
		return
	}
	column, given := "stiffness", t.Stiffness
	if t.Width != nil && (width || t.Stiffness == nil) {
		column, given = "width", t.Width
	}
	if t.Stiffness != nil && t.Width != nil && !b.sameStart(t) {
		return
	}
	if s := b.Spec.Bonds.Start.Kind; s != "" && s != "middle" {
		b.fail("E0319", "bonds.start", "%s says where its bonds start, in the column of %ss", b.Spec.Network.Bonds.File, column).
			WithHelp("leave `start` out, or remove the column")
		return
	}
	own := column == "width" == width // the column is of what learns
	if m := &b.Spec.Material; !own && (m.Young == 0 || m.Thickness == 0) {
		b.fail("E0316", "network.bonds", "%s gives a %s for its bonds, which k = Y w t / L turns into what learns, and the material is missing", b.Spec.Network.Bonds.File, column).
			WithHelp("write `material: {young: 0.55 MPa, thickness: 2 mm}`, or remove the column")
		return
	}
	better := make([]bool, len(given))
	for _, r := range b.Spec.Bonds.Each {
		if r.Start.Kind != "" && r.Bond >= 1 && r.Bond <= len(better) {
			better[r.Bond-1] = true
		}
	}
	reported := 0
	for i, v := range given {
		if v == 0 || better[i] || b.Network.Elements[i].Cut {
			continue
		}
		theta := v
		switch {
		case own:
		case width:
			theta = v / b.gainOf(i)
		default:
			theta = v * b.gainOf(i)
		}
		limits := spec.Range{Min: d.Lo[i], Max: d.Hi[i]}
		if theta = nudged(theta, limits); theta < limits.Min || theta > limits.Max {
			if reported++; reported > 5 {
				continue // the first ones tell
			}
			unit, what := "N/m", "stiffness"
			if width {
				unit, what = "m", "width"
			}
			b.fail("E0503", "network.bonds", "%s, line %d: the bond starts at a %s of %s, outside its range", b.Spec.Network.Bonds.File, t.Lines[i], what, spec.FormatQuantity(theta, unit)).
				WithLabel("the range is %s", between(limits, width)).WithHelp("widen `bonds.%s`, or mend the column", what)
			continue
		}
		d.Start[i] = theta
		if math.IsInf(limits.Max, 1) {
			d.Unit[i] = max(theta-limits.Min, limits.Min)
		}
	}
}

// sameStart sees that a table which gives the stiffness and the width of its bonds says
// the same with both, as far as the material tells.
func (b *builder) sameStart(t *network.BondTable) bool {
	file := b.Spec.Network.Bonds.File
	if b.Spec.Material.Young == 0 || b.Spec.Material.Thickness == 0 {
		b.note(file, []string{"without a material the column of widths is not used"})
		return true
	}
	const rounding = 1e-3
	for i, k := range t.Stiffness {
		w := t.Width[i] * b.gainOf(i)
		if k > 0 && w > 0 && math.Abs(k-w) > rounding*k {
			b.fail("E0319", "network.bonds", "%s, line %d: the stiffness is %.6g N/m, and a bar of this width has %.6g N/m", file, t.Lines[i], k, w).
				WithHelp("mend `material` or the table, or remove one of the columns")
			return false
		}
	}
	return true
}

// nudged moves a value that misses its range by rounding only to the end of it.
func nudged(v float64, r spec.Range) float64 {
	const rounding = 1e-9
	switch {
	case v < r.Min && v > r.Min*(1-rounding):
		return r.Min
	case v > r.Max && v < r.Max*(1+rounding):
		return r.Max
	}
	return v
}
