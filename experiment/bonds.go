package experiment

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// randomStart names the stream of random numbers for `start: random`.
const randomStart = 0x7374617274 // "start"

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
	if err := b.Eq.Judge(b.together()); err != nil {
		b.mechanicalError(err)
		return
	}
	b.Exact = learn.NewExact(b.Eq, b.In, b.Out)
	b.Rig = b.Exact
	b.lossScale()
}

// design fills b.Design from the bonds section.
func (b *builder) design() {
	s, l := &b.Spec.Bonds, &b.Spec.Learn
	width := s.Width.IsSet() // else Stiffness is
	if width && !b.hasMaterial() {
		return
	}
	m := b.Eq.C.M
	d := &design.Design{Steepness: l.Steepness, SkipChain: l.Compat != "",
		Lo: make([]float64, m), Hi: make([]float64, m), Gain: make([]float64, m), Start: make([]float64, m), Unit: make([]float64, m)}
	switch l.Bounds {
	case "sigmoid":
		d.Bounds = design.Sigmoid
	case "softplus":
		d.Bounds = design.Softplus
	}
	all := s.Stiffness
	if width {
		all = s.Width
	}
	if !inside(s.Start, all) {
		b.fail("E0503", "bonds.start", "the start lies outside the range of the bonds").WithLabel("the range is %s", between(all, width))
	}
	draw := make([]float64, m) // one for every bond, so that rules and freezing leave the other bonds as they were
	random := rand.New(rand.NewPCG(b.Spec.Seed, randomStart))
	bars := 0
	for i := range b.Network.Elements {
		if b.Network.Elements[i].Kind == network.Ground {
			continue
		}
		bars++
		d.Gain[i] = 1
		if width {
			d.Gain[i] = b.gainOf(i)
		}
		draw[i] = random.Float64()
		d.Lo[i], d.Hi[i] = all.Min, all.Max
		d.Start[i], d.Unit[i] = start(s.Start, all, draw[i])
	}
	for i, g := range b.Spec.Supports.Springs {
		at := bars + i
		d.Lo[at], d.Hi[at], d.Start[at], d.Gain[at], d.Unit[at] = g.Stiffness, g.Stiffness, g.Stiffness, 1, 1
	}
	b.scale(d)
	b.eachBond(d, width, draw)
	b.tableStart(d, width)
	b.chooseFree(d)
	if len(b.errors) > 0 {
		return
	}
	if d.Bounds != design.Softplus && !slices.ContainsFunc(d.Hi, func(hi float64) bool { return math.IsInf(hi, 1) }) {
		d.Unit = nil // nobody will ask
	}
	b.partOf(d)
	if err := d.Validate(); err != nil {
		b.failBy("E0501", "learn.bounds", err)
		return
	}
	b.Design = d
}

// scale lets every parameter whose range lies above zero move on the scale of the spec.
func (b *builder) scale(d *design.Design) {
	if b.Spec.Learn.Scale != "log" {
		return
	}
	if d.Bounds != design.Projection {
		b.fail("E0501", "learn.scale", "a logarithmic scale keeps bonds in their range by projection, not by a %s", b.Spec.Learn.Bounds).
			WithHelp("leave `bounds` out, or use scale: linear")
		return
	}
	d.SetLog()
}

// CanLearn refuses, with spec.Errors, an experiment in which no bond can learn: it can be looked at, not trained.
func (x *Experiment) CanLearn() error {
	if x.Design.Dim() > 0 {
		return nil
	}
	if x.Solid != nil {
		return spec.Errors{x.File.Errorf("E0504", "elements", "no parameter can learn: none is a range with room, or `learn` leaves them out").
			WithHelp("give one a range such as `width: 1..3 mm`; `learn.epochs=0` analyses the network as it is, and so does `elastrain solve`")}
	}
	path := "bonds"
	if x.Spec.Bonds.Frozen != nil {
		path = "bonds.frozen"
	}
	return spec.Errors{x.File.Errorf("E0504", path, "no bond can learn: each is frozen, cut or has a range without room").
		WithHelp("leave some bonds out of `frozen`, or give them a range such as 1.5..2.5 mm; `learn.epochs=0` analyses the network as it is")}
}

// hasMaterial reports whether widths can become stiffnesses.
func (b *builder) hasMaterial() bool {
	m := &b.Spec.Material
	path, lacks := "material", ""
	switch {
	case m.Young == 0 && m.Thickness == 0:
		path, lacks = "bonds.width", "the material"
	case m.Young == 0:
		lacks = "Young's modulus Y"
	case m.Thickness == 0:
		lacks = "the thickness t"
	default:
		return true
	}
	b.fail("E0316", path, "a width gives a stiffness k = Y w t / L, and %s is missing", lacks).
		WithHelp("write `material: {young: 0.55 MPa, thickness: 2 mm}`, or let stiffnesses learn instead of widths")
	return false
}

// eachBond applies the rules of single bonds.
func (b *builder) eachBond(d *design.Design, width bool, draw []float64) {
	seen := make([]bool, len(draw))
	for i, r := range b.Spec.Bonds.Each {
		path := fmt.Sprintf("bonds.each[%d]", i+1)
		if !b.bondExists(path+".bond", r.Bond) {
			continue
		}
		at := r.Bond - 1
		if seen[at] {
			b.fail("E0106", path+".bond", "bond %d has two entries in `each`", r.Bond).WithHelp("join them in one")
			continue
		}
		seen[at] = true
		own, key, otherKey, other := r.Stiffness, "stiffness", "width", r.Width
		if width {
			own, key, otherKey, other = r.Width, "width", "stiffness", r.Stiffness
		}
		if other.IsSet() {
			b.failKey("E0317", path+"."+otherKey, "bond %d gives its %s, and the bonds learn their %s", r.Bond, otherKey, key).
				WithHelp("use `%s` here too", key)
			continue
		}
		begin := r.Start
		if begin.Kind == "" {
			begin = b.Spec.Bonds.Start
		}
		if own.IsSet() {
			d.Lo[at], d.Hi[at] = own.Min, own.Max
		}
		limits := spec.Range{Min: d.Lo[at], Max: d.Hi[at]}
		if !inside(begin, limits) && (own.IsSet() || r.Start.Kind != "") {
			b.fail("E0503", path+".start", "the start of bond %d lies outside its range", r.Bond).
				WithLabel("the range is %s", between(limits, width)).
				WithHelp("give it a `start` of its own in this range")
			continue
		}
		d.Start[at], d.Unit[at] = start(begin, limits, draw[at])
	}
}

// chooseFree lists the bonds that learn.
func (b *builder) chooseFree(d *design.Design) {
	frozen := make([]bool, len(d.Lo))
	for i, number := range b.Spec.Bonds.Frozen {
		if b.bondExists(fmt.Sprintf("bonds.frozen[%d]", i+1), number) {
			frozen[number-1] = true
		}
	}
	for i := range b.Network.Elements {
		if !frozen[i] && !b.Network.Elements[i].Cut && d.Hi[i] > d.Lo[i] {
			d.Free = append(d.Free, int32(i))
		}
	}
}

// inside reports whether a start lies in a range.
func inside(s spec.Start, r spec.Range) bool {
	return s.Kind != "value" || s.Value >= r.Min && s.Value <= r.Max
}

// between is a range in the units of the file.
func between(r spec.Range, width bool) string {
	unit := "N/m"
	if width {
		unit = "m"
	}
	if math.IsInf(r.Max, 1) {
		return "from " + spec.FormatQuantity(r.Min, unit) + " up"
	}
	return spec.FormatQuantity(r.Min, unit) + " to " + spec.FormatQuantity(r.Max, unit)
}

// start is the parameter a bond begins with, and the size that counts as one
// where the range is open above. draw is in [0, 1).
func start(s spec.Start, r spec.Range, draw float64) (theta, unit float64) {
	open := math.IsInf(r.Max, 1)
	unit = r.Max - r.Min
	if open {
		unit = r.Min
	}
	switch s.Kind {
	case "value":
		theta = s.Value
		if open {
			unit = max(theta-r.Min, unit)
		}
	case "random":
		theta = r.Min + draw*unit
	default:
		theta = r.Min + unit/2
		if open {
			theta = r.Min + unit
		}
	}
	return theta, unit
}

func (b *builder) bondExists(path string, number int) bool {
	bars := len(b.Network.Elements) - len(b.Spec.Supports.Springs)
	if number >= 1 && number <= bars {
		return true
	}
	b.fail("E0308", path, "bond %d does not exist", number).WithLabel("this network has bonds 1..%d", bars)
	return false
}

// Widths are the widths of bonds (m) with these stiffnesses (N/m); nil where
// bonds have none.
func (x *Experiment) Widths(k []float64) []float64 {
	if !x.Spec.Bonds.Width.IsSet() {
		return nil
	}
	w := make([]float64, len(k))
	for i := range w {
		w[i] = k[i] / x.Design.Gain[i]
	}
	return w
}

// gainOf is dk/dw of a bar of the given width: Y t / L.
func (b *builder) gainOf(bond int) float64 {
	m := &b.Spec.Material
	return m.Young * m.Thickness / b.Network.BondLength(bond)
}
