package experiment

import (
	"errors"
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/spec"
)

// defaultDim is the dimensions of space of the lattices that can be in several.
var defaultDim = map[string]int{"chain": 1, "disordered": 2, "regular": 2, "layered": 2}

// disorder is the generators without a size, and the keys that say how large a network of theirs is.
var disorder = map[string]string{"disordered": "`points` and `spacing`", "jammed": "`points` and `spacing`", "regular": "`points` and `spacing`", "fibres": "`fibres`, `length` and `side`", "layered": "`layers` and `spacing`"}

// BuildNetwork makes only the network of a spec with its supports: what can be
// drawn of an experiment that cannot be built for another reason. Errors are
// spec.Errors.
func BuildNetwork(file *spec.File, files Files) (*network.Network, error) {
	b := &builder{Experiment: Experiment{File: file, Spec: &file.Spec}, files: files}
	b.buildNetwork()
	if b.Network == nil || len(b.Network.Validate()) > 0 { // wrong supports and cuts leave it as it can be drawn
		b.errors.Sort()
		return nil, b.errors
	}
	return b.Network, nil
}

// buildNetwork makes nodes, bonds and supports.
func (b *builder) buildNetwork() {
	s := &b.Spec.Network
	if b.Spec.Comb != nil {
		b.growComb()
	} else if b.Spec.Hubs != nil {
		b.growHubs()
	} else if s.Lattice == "" {
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
	if b.place(); len(b.errors) > 0 {
		return
	}
	if b.caseTables(); len(b.errors) > 0 {
		return
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
	b.networkProblems(net.Validate())
}

// generate runs a lattice generator.
func (b *builder) generate() {
	s := &b.Spec.Network
	need := func(ok bool, keys, example string) bool {
		if !ok {
			b.fail("E0305", "network.lattice", "a %s lattice needs %s", s.Lattice, keys).WithHelp("add %s", example)
		}
		return ok
	}
	switch {
	case s.Size != nil && disorder[s.Lattice] != "":
		b.failKey("E0306", "network.size", "a %s network has no `size`", s.Lattice).WithHelp("leave `size` out: %s say how large it is", disorder[s.Lattice])
		return
	case s.Spacing != 0 && s.Lattice == "fibres":
		b.failKey("E0306", "network.spacing", "a network of fibres has no `spacing`").WithHelp("leave `spacing` out: %s say how dense it is", disorder[s.Lattice])
		return
	case s.Periodic && s.Rows != nil:
		b.failKey("E0306", "network.rows", "a periodic cell has rows of one length").WithHelp("give `size: 4 x 4` in place of `rows`")
		return
	case s.Size != nil && s.Rows != nil:
		b.failKey("E0306", "network.size", "`size` and `rows` both say how large the lattice is").WithHelp("leave one of them out")
		return
	}
	if s.Lattice != "fibres" && !need(s.Spacing > 0, "`spacing`", "`spacing: 16 mm`, the length of its bonds") {
		return
	}
	axes := map[string]int{"chain": 1, "triangular": 2, "square": 2, "kagome": 2, "honeycomb": 2, "cubic": 3, "fcc": 3}[s.Lattice]
	examples := map[int]string{1: "`size: 10`", 2: "`size: 8 x 6`", 3: "`size: 4 x 4 x 4`"}
	if axes > 0 && s.Rows == nil {
		keys, example := "`size`", examples[axes]
		if s.Lattice == "triangular" {
			keys, example = "`rows` or `size`", "`rows: 5-4-3-2` or `size: 8 x 6`"
		}
		if !need(s.Size != nil, keys, example) {
			return
		}
		if len(s.Size) != axes {
			b.fail("E0306", "network.size", "a %s lattice has %d %s, and its size %d", s.Lattice, axes, plural(axes, "axis", "axes"), len(s.Size)).
				WithLabel("the cells along each axis are due").WithHelp("write %s", examples[axes])
			return
		}
	}
	if !b.admit(leastOfLattice(s), "at least") {
		return
	}
	var err error
	dim := s.Dim
	if dim == 0 {
		dim = defaultDim[s.Lattice]
	}
	name := s.Lattice
	if s.Periodic && name != "jammed" {
		name = "periodic"
	}
	switch name {
	case "periodic":
		b.Network, err = lattice.Periodic(s.Lattice, s.Size[0], s.Size[1], s.Spacing)
	case "jammed":
		b.Network, err = lattice.Jammed(lattice.Packing{Points: s.Points, Spacing: s.Spacing, Share: s.Packing, Ratio: s.Ratio, Periodic: s.Periodic, Seed: b.Spec.Seed})
	case "fibres":
		b.Network, err = lattice.Fibres(s.Fibres, s.Length, s.Side, b.Spec.Seed)
	case "regular":
		b.Network, err = lattice.Regular(s.Points, s.Degree, dim, s.Spacing, b.Spec.Seed)
	case "layered":
		b.Network, err = lattice.Layered(s.Layers, dim, s.Ground, s.Spacing)
	case "chain":
		b.Network, err = lattice.Chain(s.Size[0], s.Spacing, dim)
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
		b.Network, err = lattice.Disordered(s.Points, dim, s.Spacing, b.Spec.Seed)
	}
	if err == nil && s.Bare {
		net := b.Network
		bars := net.Elements[:0]
		for i := range net.Elements {
			if net.BondLength(i) < 1.01*s.Spacing {
				bars = append(bars, net.Elements[i])
			}
		}
		net.Elements = bars
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

func (b *builder) read(code, path, name string) ([]byte, bool) {
	if b.files == nil {
		b.fail(code, path, "%s cannot be read here: this program has no files", name)
		return nil, false
	}
	text, err := b.files(name)
	if err != nil {
		what, way, _ := strings.Cut(err.Error(), "; ")
		if way == "" {
			way = "file names are relative to the folder of the spec"
		}
		b.fail(code, path, "cannot read %s: %s", name, what).WithHelp("%s", way)
		return nil, false
	}
	return text, true
}

func (b *builder) addSupports() {
	net, s := b.Network, &b.Spec.Supports
	hold := func(path, heldPath string, number int, axes string) {
		node, ok := b.node("E0309", path, number, "supported node")
		if !ok {
			return
		}
		for axis := range 3 {
			if axes != "" && !strings.Contains(axes, mechanics.AxisName(axis)) {
				continue
			}
			if axis >= net.Dim {
				if axes != "" {
					b.fail("E0314", heldPath, "the network has no %s axis", mechanics.AxisName(axis)).WithLabel("%s", space(net.Dim))
				}
				continue
			}
			net.Held[node*net.Dim+axis] = true
		}
	}
	for i, number := range s.Pinned {
		hold(fmt.Sprintf("supports.pinned[%d]", i+1), "", number, "")
	}
	for i, number := range s.Clamped {
		hold(fmt.Sprintf("supports.clamped[%d]", i+1), "", number, "")
	}
	for i, r := range s.Rollers {
		path := fmt.Sprintf("supports.rollers[%d]", i+1)
		if r.Nodes != nil && r.Node != 0 {
			b.failKey("E0325", path+".nodes", "here are a node and several").WithHelp("leave `node` out, or `nodes`")
			continue
		}
		if r.Nodes == nil {
			hold(path+".node", path+".held", r.Node, r.Held)
		}
		for j, number := range r.Nodes {
			hold(fmt.Sprintf("%s.nodes[%d]", path, j+1), path+".held", number, r.Held)
		}
	}
}

func (b *builder) addGroundSprings() {
	for i, g := range b.Spec.Supports.Springs {
		path := fmt.Sprintf("supports.springs[%d]", i+1)
		dir, ok := b.direction(path+".along", g.Along)
		if node, found := b.node("E0309", path+".node", g.Node, "node"); found && ok {
			b.Network.Elements = append(b.Network.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{node, node}, Dir: dir})
		}
	}
}

// node finds the node that the file calls by a number.
func (b *builder) node(code, path string, number int, what string) (node int, ok bool) {
	if node, ok = b.Network.FindNode(number); ok {
		return node, true
	}
	b.fail(code, path, "%s %d does not exist", what, number).
		WithLabel("this network has nodes %s", b.nodes()).
		WithHelp("%s the numbered lattice", b.draws())
	return 0, false
}

// nodes says which numbers nodes have.
func (b *builder) nodes() string { return network.Numbers(b.Network.NodeNumbers, b.Network.Nodes()) }

// draws begins a sentence about the command that shows the numbers. The name of
// a file that a run has made of another one is a phrase, not a path.
func (b *builder) draws() string {
	name := b.File.Name
	if strings.ContainsRune(name, ' ') {
		name = "FILE"
	}
	return fmt.Sprintf("`elastrain show %s --labels` draws", name)
}

// space says which axes there are.
func space(dim int) string {
	return [...]string{"", "the network lies on a line and has only x", "the network lies in the plane and has x and y", "the network has x, y and z"}[dim]
}

// direction makes a unit vector of the file fit the dimension of the network.
func (b *builder) direction(path string, along spec.Direction) (dir [3]float64, ok bool) {
	dim := b.Network.Dim
	for axis, v := range along {
		if axis >= dim && v != 0 {
			b.fail("E0314", path, "this direction leads out of the network along %s", mechanics.AxisName(axis)).WithLabel("%s", space(dim))
			return dir, false
		}
		dir[axis] = v
	}
	return dir, true
}

// networkProblems reports structural faults at the places in the file they came from.
func (b *builder) networkProblems(problems []network.Problem) {
	for _, p := range problems {
		if p.Kind == network.ZeroLength && problems[0].Kind == network.SamePlace {
			continue // the same slip: its ends are at one place
		}
		b.networkProblem(p)
	}
}

func (b *builder) networkProblem(p network.Problem) {
	bond := b.bondPath()
	if b.Spec.Network.Bonds.Pairs != nil && p.Element >= 0 {
		bond = fmt.Sprintf("network.bonds[%d]", p.Element+1)
	}
	node := "network.nodes"
	if b.Spec.Network.File != "" {
		node = bond
	}
	if b.Spec.Network.Nodes.Pos != nil && p.Node >= 0 {
		node = fmt.Sprintf("network.nodes[%d]", p.Node+1)
	}
	said := b.Network.Describe(p)
	switch p.Kind {
	case network.MissingNode:
		b.failBy("E0301", bond, said).WithLabel("this network has nodes %s", b.nodes())
	case network.Duplicate:
		b.failBy("E0302", bond, said)
	case network.SelfBond, network.ZeroLength:
		b.failBy("E0303", bond, said)
	case network.SamePlace, network.NotFinite:
		b.failBy("E0303", node, said)
	case network.Isolated:
		if b.cutOff(p.Node) {
			b.fail("E0311", "network.cut", "every bond of node %d is cut", b.Network.NodeNumber(p.Node)).WithHelp("leave one of them, or hold the node")
			return
		}
		b.failBy("E0311", node, said)
	default:
		b.failBy("E0304", "network", said)
	}
}

// cutOff reports whether a node without bonds had some before they were cut.
func (b *builder) cutOff(node int) bool {
	for i := range b.Network.Elements {
		el := &b.Network.Elements[i]
		if el.Cut && (el.Nodes[0] == node || el.Nodes[1] == node) {
			return true
		}
	}
	return false
}
