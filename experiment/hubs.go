package experiment

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// growHubs makes a network of hubs.
func (b *builder) growHubs() {
	h := b.Spec.Hubs
	if b.besides("hubs") {
		return
	}
	wide, high := h.Features, 1
	if wide > 0 {
		if b.plainHubs(); len(b.errors) > 0 {
			return
		}
	} else if len(h.Picture) != 2 {
		b.fail("E0306", "hubs.picture", "a picture has a width and a height").WithHelp("write `picture: 28 x 28`")
		return
	} else {
		wide, high = h.Picture[0], h.Picture[1]
	}
	windows := h.Windows
	if windows == nil {
		windows = []int{max(wide, high)}
	}
	if !(h.Left >= 0 && h.Left < 1) {
		b.fail("E0306", "hubs.left", "what is left of a stiffness is 0 up to 1 of it, not %g", h.Left).WithHelp("write `left: 3 %%`")
		return
	}
	wiring := lattice.Wiring(h.Wiring)
	if wiring == "turn" {
		wiring = lattice.InTurn
	}
	plan := &lattice.Hubs{Hubs: h.Number, Branches: h.Branches, Outputs: h.Outputs, Width: wide, Height: high,
		Windows: windows, Stride: h.Stride, Links: h.Links, Wiring: wiring, Posts: h.Posts, Seed: b.Spec.Seed}
	springs := plan.Springs()
	var least Memory
	least.add("network", int64(min(600*springs, 1<<60))) // elements with their deformations, as they are counted once they are there
	if !b.admit(least, "at least") {
		return
	}
	grown, err := plan.Grow()
	if err != nil {
		b.failBy("E0306", "hubs", err)
		return
	}
	for _, side := range h.Windows {
		if side > min(wide, high) {
			b.Notes = append(b.Notes, fmt.Sprintf("hubs.windows: a window of %d x %[1]d is larger than the picture of %d x %d, and is cut to %d x %d", side, wide, high, min(side, wide), min(side, high)))
		}
	}
	b.hubs, b.Network = grown, grown.Net
}

// plainHubs refuses what means nothing where hubs follow features that are no pixels.
func (b *builder) plainHubs() {
	h := b.Spec.Hubs
	switch {
	case h.Picture != nil:
		b.failKey("E0108", "hubs.features", "`picture` says what the hubs follow, and `features` too").WithHelp("leave one of them out")
	case h.Windows != nil:
		b.refuse("hubs.windows", "features", "they are no picture, and a hub draws from all of them")
	case h.Stride == 0 && h.Branches > h.Features:
		b.fail("E0306", "hubs.branches", "each branch of a hub follows a feature of its own, and %d branches are more than %d features", h.Branches, h.Features).
			WithHelp("write `branches: %d` or fewer", min(h.Features, 4))
	}
}

// pixels is the number of features that the hubs follow.
func (b *builder) pixels() int {
	if h := b.Spec.Hubs; h.Features > 0 {
		return h.Features
	} else {
		return h.Picture[0] * h.Picture[1]
	}
}

// hubFamilies are the ranges of the springs of a network of hubs, where the file gives none, and how far the logarithms of
// their starts scatter about the middle.
var hubFamilies = map[lattice.Family]struct{ least, most, spread float64 }{
	lattice.Branch: {0.1, 10, 1}, lattice.Pixel: {1, 100, 0}, lattice.Earth: {0.03, 3, 0}, lattice.Link: {0.002, 0.2, 0.5}, lattice.Floor: {0.03, 3, 0},
	lattice.Segment: {}, // always given
}

// hubSpan is the range and start of a spring of a network of hubs.
func (p *planner) hubSpan(element int) span {
	h := p.Spec.Hubs
	of := p.hubs.Of[element]
	given := map[lattice.Family]*spec.Parameter{lattice.Branch: &h.Branch, lattice.Pixel: &h.Pixel, lattice.Earth: &h.Earth, lattice.Link: &h.Link, lattice.Floor: &h.Floor, lattice.Segment: &h.Bar}[of]
	family := hubFamilies[of]
	if given.Given {
		family.least, family.most = given.Min, given.Max
	}
	if math.IsInf(family.most, 1) {
		family.most = 100 * family.least
	}
	middle := math.Sqrt(family.least * family.most)
	if given.Start != nil {
		middle = *given.Start
	}
	start := min(max(middle*elementary.Exp(family.spread*p.random.NormFloat64()), family.least), family.most)
	return span{family.least, family.most, start, family.most > family.least}
}

// hubPorts are the pixels, the load on all hubs, and the outputs or pairs of them.
func (b *builder) hubPorts() {
	t := &b.Spec.Task
	b.refuse("task.inputs", "a network of hubs", "its pixels are its inputs, or the features that stand in their place")
	b.refuse("task.outputs", "a network of hubs", "its outputs are read in the order of the classes")
	if t.Kind != "classification" {
		b.fail("E0412", "task.kind", "a network of hubs tells classes of pictures apart").WithHelp("use kind: classification")
	}
	for range b.pixels() {
		b.In = append(b.In, valuePort)
	}
	group := &network.Group{}
	for j := range b.hubs.Hubs {
		group.Nodes = append(group.Nodes, b.hubs.First+j)
	}
	b.In = append(b.In, network.Port{Node: b.hubs.First, Dir: [3]float64{1}, Mean: group})
}

// hubData reads pictures and their classes.
func (b *builder) hubData(table *data.Table) {
	h := b.Spec.Hubs
	pixels := b.pixels()
	if h.Features > 0 && len(table.Features) != pixels {
		b.fail("E0406", "hubs.features", "%s has %d features", table.Name, len(table.Features)).WithHelp("write `features: %d`", len(table.Features))
		return
	}
	if len(table.Features) != pixels {
		b.fail("E0406", "hubs.picture", "%s has %d features, and a picture of %d x %d has %d pixels", table.Name, len(table.Features), h.Picture[0], h.Picture[1], pixels).
			WithHelp("write the width and height of its pictures")
		return
	}
	classes := len(table.Classes)
	if h.Outputs != classes && h.Outputs != 2*classes {
		b.fail("E0404", "hubs.outputs", "%s has %d classes", table.Name, classes).WithHelp("write `outputs: %d`, or %d, which are read in pairs", classes, 2*classes)
		return
	}
	for c := range classes {
		p := network.Port{Node: b.hubs.Read[c], Dir: [3]float64{1}}
		if h.Outputs == 2*classes {
			p.Pair, p.Other = true, b.hubs.Read[c+classes]
		}
		b.Out, b.Outputs = append(b.Out, p), append(b.Outputs, table.Classes[c])
		b.OutputOf = append(b.OutputOf, int32(c))
	}
	columns := make([]int, pixels+1)
	b.Inputs = append(b.Inputs, table.Features...)
	b.Inputs = append(b.Inputs, "load")
	for i := range pixels {
		columns[i] = i
		b.amounts = append(b.amounts, amount{value: true})
	}
	b.amounts = append(b.amounts, amount{constant: true, times: h.Load * float64(len(b.hubs.Hubs))})
	b.Table = table
	if !b.split() {
		return
	}
	by, fit := data.Largest, b.TrainRow
	if h.Features > 0 { // each has a range of its own
		by = b.Spec.Task.Encode.By
		if b.Spec.Task.Encode.Fit == "all" {
			fit = nil
		}
	}
	if by == data.Signed {
		b.failKey("E0416", "task.encode.by", "signed values go below zero, which no stiffness does").WithHelp("use by: min-max or max")
		return
	}
	var err error
	if b.Encoding, err = data.Fit(by, table, fit, columns); err != nil {
		b.failBy("E0408", "task.data", err)
		return
	}
	goal := func(s *task.Set, row int) { s.Class = append(s.Class, b.OutputOf[table.Label[row]]) }
	b.Train, b.Valid, b.Test = b.encode(columns, b.TrainRow, goal), b.encode(columns, b.ValidRow, goal), b.encode(columns, b.TestRow, goal)
	columns[pixels] = probe
	b.augment(columns)
}

// hubWrites are the changes that a pixel makes.
func (b *builder) hubWrites() [][]learn.Change {
	h := b.Spec.Hubs
	list := make([][]learn.Change, b.pixels())
	for _, p := range b.hubs.Pixels {
		list[p.Pixel] = append(list[p.Pixel], learn.Change{Parameter: b.Solid.Body.ThetaOf(p.Element), Times: true, Least: b.left(h.Left), Complement: p.Complement})
	}
	return list
}

// amount is what the encoded value of a feature becomes at an input.
type amount struct {
	times      float64 // N, or m, for a value of one
	complement bool
	value      bool // it sets stiffnesses
	constant   bool // times hangs with every sample, whatever the value
	peg, pegs  int  // of a value that is set by pegs that count 1, 2, 4 and so on: which one of how many; pegs 0 for none
}

// of is the amplitude for an encoded value.
func (a *amount) of(v float64) float64 {
	if a.complement {
		v = 1 - v
	}
	switch {
	case a.constant:
		return a.times
	case a.pegs > 0: // the peg is there or not
		return data.PegAt(v, a.peg, a.pegs)
	case a.value: // a spring goes no further than its ends
		return min(max(v, 0), 1)
	}
	return v * a.times
}

// amounts of the inputs that the file lists.
func (b *builder) listAmounts() {
	for i := range b.Spec.Task.Inputs {
		in := &b.Spec.Task.Inputs[i]
		b.amounts = append(b.amounts, amount{times: in.Force, complement: in.Complement, value: in.Elements != nil, constant: in.Feature == "" && b.Spec.Task.Data != "linear"})
	}
}
