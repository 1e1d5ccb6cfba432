package figure

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// Shapes shows one network in several states side by side, such as under the
// loads of several classes, with the same colours and the same magnification, so
// that they can be compared.
type Shapes struct {
	Title   string // heading; "" for none
	Network *network.Network
	States  []State

	Clamped, Earthed []int // as those of Lattice

	ValueTitle   string  // title of the colour bar with its unit
	Signed       bool    // the sign matters: blue-white-red about 0
	Min, Max     float64 // ends of the colour bar; both 0: from the data of all states
	Exaggeration float64 // factor on all displacements; 0: one that makes them visible

	Inputs  []Port // drawn in every state
	Outputs []Port

	Note string // a short remark below

	cell *unfolded // of a periodic cell
}

// State is the network under one load.
type State struct {
	Title        string
	Values       []float64  // one an element
	Displacement []float64  // metres, node-major; nil: at rest
	Strain       [3]float64 // of a periodic cell, exx, eyy, gxy
	Turns        []float64  // as those of a Lattice
	Bent         []bool
}

// lattice is one state as a picture.
func (p Shapes) lattice(s State) Lattice {
	return Lattice{Title: s.Title, Network: p.Network, Values: s.Values, ValueTitle: p.ValueTitle, Signed: p.Signed, Min: p.Min, Max: p.Max,
		Clamped: p.Clamped, Earthed: p.Earthed, Inputs: p.Inputs, Outputs: p.Outputs, Displacement: s.Displacement, Turns: s.Turns, Bent: s.Bent, Exaggeration: p.Exaggeration, Note: p.Note, Strain: s.Strain, cell: p.cell}
}

func (p Shapes) check() error {
	for i, s := range p.States {
		if err := p.lattice(s).check(); err != nil {
			return fmt.Errorf("%w (state %d)", err, i+1)
		}
	}
	return nil
}

// Draw draws the states into c.
func (p Shapes) Draw(c draw.Canvas) {
	must(p.check())
	p = p.unfolded()
	c = headline(c, p.Title)
	if len(p.States) == 0 {
		noData(c)
		return
	}
	if p.Exaggeration == 0 {
		var states [][]float64
		for _, s := range p.States {
			states = append(states, s.Displacement)
		}
		p.Exaggeration = Magnification(p.Network, states...)
	}
	places := cuts(nil, len(p.States), c.Rectangle.Size().X)
	rest := project(p.Network, nil, 0)
	if rest.extent().empty {
		noData(c)
		return
	}
	var all, raw []float64
	fine := false
	lattices := make([]Lattice, len(p.States))
	for i, s := range p.States {
		l := p.lattice(s)
		raw = append(raw, shown(p.Network, l.Values)...)
		_, fine = l.colours(vg.Point{X: places[i][1] - places[i][0], Y: c.Rectangle.Size().Y}, rest)
		all = append(all, shown(p.Network, l.Values)...)
		lattices[i] = l
	}
	common := &shared{newScale(all, p.Min, p.Max, p.Signed), fine}
	common.scale.lo, common.scale.hi = extremes(raw)
	bar := colourBar{values: common.scale, title: p.ValueTitle}
	if fine && bar.title != "" {
		bar.title = "mean " + bar.title
	}
	r := c.Rectangle
	if bar.values.ok = bar.values.ok && len(all) > 0; bar.values.ok {
		r = bar.lieBelow(r)
	}
	foot := lattices[0].newFooter(r, lattices[0].exaggeration(), nil)
	r = foot.above(r)
	var drawn *layout
	for i, l := range lattices {
		l.shared = common
		area := box(r.Min.X+places[i][0], r.Min.Y, r.Min.X+places[i][1], r.Max.Y)
		l.Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: area})
		drawn = &layout{p: l}
	}
	foot.draw(c, drawn)
	bar.draw(c)
}
