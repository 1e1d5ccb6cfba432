package experiment

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/spec"
)

// buildNetwork makes nodes, bonds and supports.
func (b *builder) buildNetwork() {
	s := &b.Spec.Network
	if s.Lattice == "" {
		b.explicitNetwork()
	} else {
		b.generate()
	}
	if len(b.errors) > 0 {
		return
	}
	net := b.Network
	if net.Held == nil {
		net.Held = make([]bool, len(net.Pos))
	}
	b.addSupports()
	for i, number := range s.Cut {
		if number < 1 || number > len(net.Elements) {
			b.fail("E0308", fmt.Sprintf("network.cut[%d]", i+1), "bond %d does not exist", number).
				WithLabel("this network has bonds 1..%d", len(net.Elements))
			continue
		}
		net.Elements[number-1].Cut = true
	}
	b.addGroundSprings()
	if len(b.errors) > 0 {
		return
	}
	for _, p := range net.Validate() {
		b.networkProblem(p)
	}
}

// generate runs a lattice generator.
func (b *builder) generate() {
	s := &b.Spec.Network
	need := func(ok bool, key, example string) bool {
		if !ok {
			b.fail("E0305", "network.lattice", "a %s lattice needs `%s`", s.Lattice, key).WithHelp("add %s", example)
		}
		return ok
	}
	refuse := func(given bool, key string) {
		if given {
			b.fail("E0306", "network."+key, "`%s` does not belong to a %s lattice", key, s.Lattice)
		}
	}
	refuse(s.Nodes.File != "" || s.Nodes.Pos != nil, "nodes")
	refuse(s.Bonds.File != "" || s.Bonds.Pairs != nil, "bonds")
	refuse(s.Rows != nil && s.Lattice != "triangular", "rows")
	refuse(s.Size != nil && s.Lattice == "disordered", "size")
	refuse(s.Size != nil && s.Rows != nil, "size")
	refuse(s.Points != 0 && s.Lattice != "disordered", "points")
	refuse(s.Dim != 0 && s.Lattice != "disordered" && s.Lattice != "chain", "dim")
	if !need(s.Spacing > 0, "spacing", "`spacing: 16 mm`") {
		return
	}
	axes := map[string]int{"chain": 1, "triangular": 2, "square": 2, "kagome": 2, "honeycomb": 2, "cubic": 3, "fcc": 3}[s.Lattice]
	examples := map[int]string{1: "`size: 10`", 2: "`size: 8 x 6`", 3: "`size: 4 x 4 x 4`"}
	if axes > 0 && s.Rows == nil {
		if !need(s.Size != nil, "size", examples[axes]) {
			return
		}
		if len(s.Size) != axes {
			b.fail("E0306", "network.size", "a %s lattice has %d %s, not %d", s.Lattice, axes, plural(axes, "size", "sizes"), len(s.Size)).
				WithHelp("write %s", examples[axes])
			return
		}
	}
	if s.Lattice == "disordered" && !need(s.Points > 0, "points", "`points: 60`") {
		return
	}
	var err error
	switch s.Lattice {
	case "chain":
		b.Network, err = lattice.Chain(s.Size[0], s.Spacing, max(s.Dim, 1))
	case "triangular":
		if s.Rows != nil {
			b.Network, err = lattice.TriangularRows(s.Rows, s.Spacing)
		} else {
			b.Network, err = lattice.Triangular(s.Size[0], s.Size[1], s.Spacing)
		}
	case "square":
		b.Network, err = lattice.Square(s.Size[0], s.Size[1], s.Spacing)
	case "kagome":
		b.Network, err = lattice.Kagome(s.Size[0], s.Size[1], s.Spacing)
	case "honeycomb":
		b.Network, err = lattice.Honeycomb(s.Size[0], s.Size[1], s.Spacing)
	case "cubic":
		b.Network, err = lattice.Cubic(s.Size[0], s.Size[1], s.Size[2], s.Spacing)
	case "fcc":
		b.Network, err = lattice.FCC(s.Size[0], s.Size[1], s.Size[2], s.Spacing)
	case "disordered":
		dim := s.Dim
		if dim == 0 {
			dim = 2
		}
		b.Network, err = lattice.Disordered(s.Points, dim, s.Spacing, b.Spec.Seed)
	}
	var bad *lattice.Error
	if errors.As(err, &bad) {
		b.fail("E0306", "network."+bad.Setting, "%s", bad.Cause).WithHelp("%s", bad.Fix)
	} else if err != nil {
		b.fail("E0306", "network", "%v", err)
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// explicitNetwork reads nodes and bonds from lists or CSV files.
func (b *builder) explicitNetwork() {
	s := &b.Spec.Network
	if s.Nodes.File == "" && s.Nodes.Pos == nil {
		b.fail("E0305", "network", "the network has neither a lattice nor nodes").
			WithHelp("write `lattice: triangular`, `rows: 5-4-3-2` and `spacing: 16 mm`, or list `nodes` and `bonds`")
		return
	}
	if s.Bonds.File == "" && s.Bonds.Pairs == nil {
		b.fail("E0305", "network", "the network has nodes but no bonds").WithHelp("add `bonds: [[1, 2], [2, 3]]` or a CSV file")
		return
	}
	for _, key := range []struct {
		name  string
		given bool
	}{{"rows", s.Rows != nil}, {"size", s.Size != nil}, {"spacing", s.Spacing != 0}, {"points", s.Points != 0}} {
		if key.given {
			b.fail("E0306", "network."+key.name, "`%s` belongs to a lattice generator, and this network lists its nodes", key.name)
		}
	}
	net := &network.Network{}
	if s.Nodes.File != "" {
		text, ok := b.read("E0304", "network.nodes", s.Nodes.File)
		if !ok {
			return
		}
		pos, dim, err := network.ReadNodesCSV(bytes.NewReader(text))
		if err != nil {
			b.fail("E0304", "network.nodes", "%s: %v", s.Nodes.File, err)
			return
		}
		net.Pos, net.Dim = pos, dim
	} else {
		net.Dim = len(s.Nodes.Pos[0])
		for i, p := range s.Nodes.Pos {
			if len(p) != net.Dim || net.Dim < 1 || net.Dim > 3 {
				b.fail("E0304", fmt.Sprintf("network.nodes[%d]", i+1), "node %d has %d coordinates, node 1 has %d", i+1, len(p), net.Dim).
					WithHelp("give every node 1, 2 or 3 coordinates, all the same number")
				return
			}
			net.Pos = append(net.Pos, p...)
		}
	}
	if s.Bonds.File != "" {
		text, ok := b.read("E0304", "network.bonds", s.Bonds.File)
		if !ok {
			return
		}
		bonds, err := network.ReadBondsCSV(bytes.NewReader(text), net.Nodes())
		if err != nil {
			b.fail("E0304", "network.bonds", "%s: %v", s.Bonds.File, err)
			return
		}
		net.Elements = bonds
	} else {
		for _, pair := range s.Bonds.Pairs {
			a, c := pair[0]-1, pair[1]-1
			net.Elements = append(net.Elements, network.Element{Kind: network.Bar, Nodes: [2]int{a, c}})
		}
	}
	b.Network = net
}

func (b *builder) read(code, path, name string) ([]byte, bool) {
	if b.files == nil {
		b.fail(code, path, "%s cannot be read here: this program has no files", name)
		return nil, false
	}
	text, err := b.files(name)
	if err != nil {
		b.fail(code, path, "cannot read %s: %v", name, err).WithHelp("file names are relative to the folder of the spec")
		return nil, false
	}
	return text, true
}

func (b *builder) addSupports() {
	net, s := b.Network, &b.Spec.Supports
	hold := func(path string, number int, axes string) {
		if !b.nodeExists("E0309", path, number, "supported node") {
			return
		}
		for axis := range 3 {
			if axes != "" && !bytes.ContainsRune([]byte(axes), rune("xyz"[axis])) {
				continue
			}
			if axis >= net.Dim {
				if axes != "" {
					b.fail("E0314", path, "the network has no %s axis: it is %d-dimensional", mechanics.AxisName(axis), net.Dim)
				}
				continue
			}
			net.Held[(number-1)*net.Dim+axis] = true
		}
	}
	for i, number := range s.Pinned {
		hold(fmt.Sprintf("supports.pinned[%d]", i+1), number, "")
	}
	for i, r := range s.Rollers {
		hold(fmt.Sprintf("supports.rollers[%d].node", i+1), r.Node, r.Held)
	}
}

func (b *builder) addGroundSprings() {
	for i, g := range b.Spec.Supports.Springs {
		path := fmt.Sprintf("supports.springs[%d]", i+1)
		dir, ok := b.direction(path+".along", g.Along)
		if b.nodeExists("E0309", path+".node", g.Node, "node") && ok {
			b.Network.Elements = append(b.Network.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{g.Node - 1, g.Node - 1}, Dir: dir})
		}
	}
}

// nodeExists checks a node number of the file.
func (b *builder) nodeExists(code, path string, number int, what string) bool {
	if number >= 1 && number <= b.Network.Nodes() {
		return true
	}
	b.fail(code, path, "%s %d does not exist", what, number).
		WithLabel("this network has nodes 1..%d", b.Network.Nodes()).
		WithHelp("`elastrain show %s --labels` draws the numbered lattice", b.File.Name)
	return false
}

// direction makes a unit vector of the file fit the dimension of the network.
func (b *builder) direction(path string, along spec.Direction) (dir [3]float64, ok bool) {
	dim := b.Network.Dim
	for axis, v := range along {
		if axis >= dim && v != 0 {
			b.fail("E0314", path, "this direction has a %s component, and the network is %d-dimensional", mechanics.AxisName(axis), dim)
			return dir, false
		}
		dir[axis] = v
	}
	return dir, true
}

// networkProblem reports a structural fault at the place in the file it came from.
func (b *builder) networkProblem(p network.Problem) {
	bond := "network.bonds"
	if b.Spec.Network.Bonds.Pairs != nil && p.Element >= 0 {
		bond = fmt.Sprintf("network.bonds[%d]", p.Element+1)
	}
	node := "network.nodes"
	if b.Spec.Network.Nodes.Pos != nil && p.Node >= 0 {
		node = fmt.Sprintf("network.nodes[%d]", p.Node+1)
	}
	switch p.Kind {
	case network.MissingNode:
		b.fail("E0301", bond, "%v", p).WithLabel("this network has nodes 1..%d", b.Network.Nodes())
	case network.Duplicate:
		b.fail("E0302", bond, "%v", p)
	case network.SelfBond, network.ZeroLength:
		b.fail("E0303", bond, "%v", p)
	case network.SamePlace, network.NotFinite:
		b.fail("E0303", node, "%v", p)
	case network.Isolated:
		b.fail("E0311", node, "%v", p)
	default:
		b.fail("E0304", "network", "%v", p)
	}
}

// mechanismLimit is the number of unknowns up to which mechanisms are looked for
// before anything is solved; in larger networks the solver finds them.
const mechanismLimit = 20000

// buildMechanics prepares the equilibrium and refuses networks that do not hold.
func (b *builder) buildMechanics() {
	net := b.Network
	held, sprung := false, len(b.Spec.Supports.Springs) > 0
	for _, h := range net.Held {
		held = held || h
	}
	if !held && !sprung {
		b.fail("E0307", "supports", "nothing holds the network: it floats away under any load").
			WithHelp("add `supports: {pinned: [1, %d]}`; `elastrain show %s --labels` draws the node numbers", net.Nodes(), b.File.Name)
		return
	}
	c := mechanics.NewCompatibility(net)
	if c.N == 0 {
		b.fail("E0307", "supports", "every node is held: nothing can move")
		return
	}
	if c.N <= mechanismLimit {
		b.refuseMechanisms(c)
		if len(b.errors) > 0 {
			return
		}
	}
	solver, err := mechanics.NewSolverNamed(c, b.options.Solver)
	if err != nil {
		b.fail("E0801", "", "%v", err)
		return
	}
	b.Eq = mechanics.NewEquilibrium(net, func(*mechanics.Compatibility) mechanics.Solver { return solver })
}

func (b *builder) refuseMechanisms(c *mechanics.Compatibility) {
	r := mechanics.FindMechanisms(b.Network, c)
	if r.Mechanisms == 0 {
		return
	}
	err := b.fail("E0701", "network", "the network is a mechanism: %d zero-energy %s", r.Mechanisms, plural(r.Mechanisms, "motion", "motions"))
	note := ""
	for i, m := range r.Motions[:min(len(r.Motions), 5)] {
		if i > 0 {
			note += "\n"
		}
		note += m.String()
	}
	if more := r.Mechanisms - 5; more > 0 {
		note += fmt.Sprintf("\n... and %d more", more)
	}
	err.WithNote("%s", note)
	err.WithHelp("add a bond or a support where nodes move; `elastrain check %s` lists the motions", b.File.Name)
}

// buildDesign makes the parameters that learn.
func (b *builder) buildDesign() {
	b.design()
	if len(b.errors) > 0 {
		return
	}
	k := make([]float64, b.Eq.C.M)
	b.Design.Init(k)
	if err := b.Eq.SetStiffness(k); err != nil {
		b.mechanicalError(err)
		return
	}
	b.Rig = learn.NewExact(b.Eq, b.In, b.Out)
	b.lossScale()
}

// gainOf is dk/dw of a bar of the given width: Y t / L.
func (b *builder) gainOf(bond int) float64 {
	m := &b.Spec.Material
	return m.Young * m.Thickness / b.Network.BondLength(bond)
}
