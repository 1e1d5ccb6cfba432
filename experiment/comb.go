package experiment

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/internal/elementary"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// growComb makes a comb.
func (b *builder) growComb() {
	c := b.Spec.Comb
	if b.besides("comb") {
		return
	}
	if b.Spec.Hubs != nil {
		b.failKey("E0108", "hubs", "`comb` says what the network is, and `hubs` too").WithHelp("leave one of them out")
		return
	}
	if len(c.Picture) != 2 {
		b.fail("E0306", "comb.picture", "a picture has a width and a height").WithHelp("write `picture: 8 x 8`")
		return
	}
	if !(c.Left >= 0 && c.Left < 1) {
		b.fail("E0306", "comb.left", "what is left of a stiffness is 0 up to 1 of it, not %g", c.Left).WithHelp("write `left: 3 %%`")
		return
	}
	if m := &b.Spec.Material; m.Young == 0 || m.Thickness == 0 {
		b.fail("E0316", "comb", "how stiff a leaf is depends on its material").WithHelp("add `material: {young: 2 GPa, thickness: 4 mm}`")
		return
	}
	stride := c.Stride
	if stride == 0 {
		stride = c.Tile
	}
	leaves := 1.0
	for _, side := range c.Picture {
		leaves *= max(1, float64(side-c.Tile)/float64(stride)+1)
	}
	leaves *= float64(2*c.Outputs) * float64(c.Tile*c.Tile) * float64(3+2*c.Pegs)
	var least Memory
	least.add("network", int64(min(1500*leaves, 1<<60))) // beams with their deformations
	if !b.admit(least, "at least") {
		return
	}
	grown, err := (&lattice.Comb{Width: c.Picture[0], Height: c.Picture[1], Tile: c.Tile, Stride: stride, Outputs: c.Outputs, Pegs: c.Pegs, Place: lattice.PrintedComb}).Grow()
	if err != nil {
		b.failBy("E0306", "comb", err)
		return
	}
	b.comb, b.Network = grown, grown.Net
}

// besides refuses sections that say what the network is where the section key does.
func (b *builder) besides(key string) bool {
	net := &b.Spec.Network
	for _, other := range []struct {
		key   string
		given bool
	}{{"network", net.Lattice != "" || b.File.Given("network.nodes")}, {"bonds", b.Spec.Bonds.Width.IsSet() || b.Spec.Bonds.Stiffness.IsSet()},
		{"elements", len(b.Spec.Elements) > 0}, {"geometry", len(b.Spec.Geometry) > 0}, {"supports.springs", len(b.Spec.Supports.Springs) > 0}, {"supports.pinned", len(b.Spec.Supports.Pinned) > 0}} {
		if other.given {
			b.failKey("E0108", other.key, "`%s` says what the network is, and `%s` too", key, other.key).WithHelp("leave one of them out")
			return true
		}
	}
	return false
}

// combLeaf is the widths that leaves have where the file gives none, and how far the logarithms of their starts scatter.
var combLeaf = map[network.Limb]struct{ least, most, spread float64 }{
	network.BranchLeaf: {0.4e-3, 0.86e-3, 1. / 3}, network.LinkLeaf: {0.8e-3, 1.72e-3, 1. / 6}, network.HoldLeaf: {0.98e-3, 2.12e-3, 0}, network.FloorLeaf: {0.53e-3, 1.15e-3, 0},
}

// combElement plans one element of a comb.
func (p *planner) combElement(i int) {
	c, m := p.Spec.Comb, &p.Spec.Material
	limb, nodes := p.comb.Limbs[i], p.Network.Elements[i].Nodes
	el := body.Element{Kind: element.Armed{Arm: p.Network.Arms[i]}, Nodes: slices.Clone(nodes[:]), Number: i + 1}
	strip, errStrip := law.For(element.Armed{}.Name(), "rectangle", &law.Given{Young: m.Young, Thickness: m.Thickness, Shear: m.Shear})
	section, errSection := law.For(element.Armed{}.Name(), "section", &law.Given{})
	if errStrip != nil || errSection != nil {
		panic("experiment: beams have lost a law")
	}
	switch limb.Is {
	case network.InputLeaf:
		el.Law = section // a peg holds or frees all of it
		w := p.inputWidth(limb.Peg)
		ea := m.Young * m.Thickness * w
		p.add(el, []span{fixed(ea), fixed(ea * w * w / 12)})
		return
	case network.HubBar, network.OutBar:
		el.Law = strip
		w := p.comb.Place.HubBar
		if limb.Is == network.OutBar {
			w = p.comb.Place.OutBar
		}
		p.add(el, []span{fixed(w)})
		return
	}
	el.Law = strip
	width := combLeaf[limb.Is]
	given := c.Branch
	switch limb.Is {
	case network.LinkLeaf:
		given = c.Link
	case network.HoldLeaf:
		given = c.Hold
	case network.FloorLeaf:
		given = c.Floor
	}
	if given.Given {
		width.least, width.most = given.Min, given.Max
		if math.IsInf(width.most, 1) {
			width.most = 2 * width.least
		}
	}
	middle := math.Sqrt(width.least * width.most)
	if given.Start != nil {
		middle = *given.Start
	}
	if nodes != p.pair { // leaves between the same two things start alike
		p.pair, p.pairDraw = nodes, p.random.NormFloat64()
	}
	start := min(max(middle*elementary.Exp(width.spread*p.pairDraw), width.least), width.most)
	p.add(el, []span{{width.least, width.most, start, width.most > width.least}})
}

// inputWidth is the width of the leaves of a peg: each is twice as stiff as the one before.
func (b *builder) inputWidth(peg int) float64 {
	return b.Spec.Comb.Input * math.Cbrt(float64(int(1)<<peg))
}

// combHold lets what is held not turn either.
func (p *planner) combHold() {
	for node := range p.Network.Nodes() {
		if p.Network.Held[2*node] {
			p.out.Supports = append(p.out.Supports, body.Support{Node: node, Part: element.TurnZ})
		}
	}
}

// combPorts are the pegs of every pixel and the pull at all hub bars, and the ends of the output bars.
func (b *builder) combPorts() {
	t, c := &b.Spec.Task, b.Spec.Comb
	b.refuse("task.inputs", "a comb", "its pixels are its inputs")
	b.refuse("task.outputs", "a comb", "its output bars are read in the order of the classes")
	if t.Kind != "classification" {
		b.fail("E0412", "task.kind", "a comb tells classes apart").WithHelp("use kind: classification")
	}
	for range c.Picture[0] * c.Picture[1] * c.Pegs {
		b.In = append(b.In, valuePort)
	}
	b.In = append(b.In, network.Port{Node: b.comb.Loaded[0], Dir: [3]float64{1}, Mean: &network.Group{Nodes: b.comb.Loaded}})
}

// combData reads features and classes.
func (b *builder) combData(table *data.Table) {
	c := b.Spec.Comb
	pixels := c.Picture[0] * c.Picture[1]
	if len(table.Features) != pixels {
		b.fail("E0406", "comb.picture", "%s has %d features, and a picture of %d x %d has %d pixels", table.Name, len(table.Features), c.Picture[0], c.Picture[1], pixels).
			WithHelp("write a width and height with as many pixels")
		return
	}
	if c.Outputs != len(table.Classes) {
		b.fail("E0404", "comb.outputs", "%s has %d classes", table.Name, len(table.Classes)).WithHelp("write `outputs: %d`", len(table.Classes))
		return
	}
	by := b.Spec.Task.Encode.By
	if table.Wide > 0 && by != data.Pixel { // whether the file says it or not, so that a resolved one says the same
		by = data.Largest
	}
	if by == "signed" {
		b.failKey("E0416", "task.encode.by", "signed values go below zero, and no fewer pegs than none hold").WithHelp("use by: min-max, or largest for pictures")
		return
	}
	for class, node := range b.comb.Read {
		b.Out, b.Outputs = append(b.Out, network.Port{Node: node, Dir: [3]float64{1}}), append(b.Outputs, table.Classes[class])
		b.OutputOf = append(b.OutputOf, int32(class))
	}
	var columns []int
	for i := range pixels {
		for peg := range c.Pegs {
			columns = append(columns, i)
			b.Inputs = append(b.Inputs, table.Features[i])
			b.amounts = append(b.amounts, amount{value: true, peg: peg, pegs: c.Pegs})
		}
	}
	columns = append(columns, 0) // of the pull, which is the same for any feature
	b.Inputs = append(b.Inputs, "load")
	b.amounts = append(b.amounts, amount{constant: true, times: c.Load * float64(len(b.comb.Loaded))})
	b.Table = table
	if !b.split() {
		return
	}
	fit := b.TrainRow
	if b.Spec.Task.Encode.Fit == "all" {
		fit = nil
	}
	var err error
	if b.Encoding, err = data.Fit(by, table, fit, columns); err != nil {
		b.failBy("E0408", "task.data", err)
		return
	}
	goal := func(s *task.Set, row int) { s.Class = append(s.Class, b.OutputOf[table.Label[row]]) }
	b.Train, b.Valid, b.Test = b.encode(columns, b.TrainRow, goal), b.encode(columns, b.ValidRow, goal), b.encode(columns, b.TestRow, goal)
	columns[len(columns)-1] = probe
	b.augment(columns)
}

// combWrites are the leaves that each peg holds or frees.
func (b *builder) combWrites() [][]learn.Change {
	c := b.Spec.Comb
	list := make([][]learn.Change, c.Picture[0]*c.Picture[1]*c.Pegs)
	for _, hole := range b.comb.Holes {
		to := &list[hole.Pixel*c.Pegs+hole.Peg]
		for _, i := range hole.Elements {
			for part := range 2 { // EA and EI
				*to = append(*to, learn.Change{Parameter: b.Solid.Body.ThetaOf(i) + part, Times: true, Least: b.left(c.Left), Complement: hole.Complement})
			}
		}
	}
	return list
}
