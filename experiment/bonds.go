package experiment

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// randomStart names the stream of random numbers for `start: random`.
const randomStart = 0x7374617274 // "start"

// design fills b.Design from the bonds section.
func (b *builder) design() {
	s, l := &b.Spec.Bonds, &b.Spec.Learn
	width := s.Width.IsSet()
	switch {
	case width == s.Stiffness.IsSet():
		b.fail("E0504", "bonds", "bonds need either a width range or a stiffness range").
			WithHelp("write `bonds: {width: 1.5..2.5 mm}` (with material) or `bonds: {stiffness: 100..170 N/m}`")
		return
	case width && (b.Spec.Material.Young == 0 || b.Spec.Material.Thickness == 0):
		b.fail("E0316", "bonds.width", "a width gives a stiffness only with a material").
			WithHelp("add `material: {young: 0.55 MPa, thickness: 2 mm}`: k = Y w t / L")
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
	frozen := make([]bool, m)
	for i, number := range s.Frozen {
		if b.bondExists(fmt.Sprintf("bonds.frozen[%d]", i+1), number) {
			frozen[number-1] = true
		}
	}
	random := rand.New(rand.NewPCG(b.Spec.Seed, randomStart))
	bars := 0
	for i := range b.Network.Elements {
		el := &b.Network.Elements[i]
		if el.Kind == network.Ground {
			continue
		}
		bars++
		d.Gain[i] = 1
		if width {
			d.Gain[i] = b.gainOf(i)
		}
		draw := random.Float64() // one for every bond, so that freezing one leaves the others as they were
		d.Lo[i], d.Hi[i] = all.Min, all.Max
		d.Start[i], d.Unit[i] = b.start("bonds.start", s.Start, all, width, draw)
		if !frozen[i] && !el.Cut {
			d.Free = append(d.Free, int32(i))
		}
		if el.Cut {
			d.Start[i] = all.Min // a missing bond still needs a number that is positive
			if d.Start[i] == 0 {
				d.Start[i] = 1
			}
		}
	}
	for i, g := range b.Spec.Supports.Springs {
		at := bars + i
		d.Lo[at], d.Hi[at], d.Start[at], d.Gain[at], d.Unit[at] = g.Stiffness, g.Stiffness, g.Stiffness, 1, 1
	}
	b.eachBond(d, width, random)
	if len(b.errors) > 0 {
		return
	}
	if err := d.Validate(); err != nil {
		code, path := "E0503", "bonds"
		if len(d.Free) == 0 {
			code = "E0504"
		}
		if l.Bounds != "projection" && len(d.Free) > 0 {
			code, path = "E0501", "learn.bounds"
		}
		b.fail(code, path, "%v", err)
		return
	}
	b.Design = d
}

// eachBond applies the rules of single bonds.
func (b *builder) eachBond(d *design.Design, width bool, random *rand.Rand) {
	for i, r := range b.Spec.Bonds.Each {
		path := fmt.Sprintf("bonds.each[%d]", i+1)
		if !b.bondExists(path+".bond", r.Bond) {
			continue
		}
		own, key, other := r.Stiffness, "stiffness", r.Width
		if width {
			own, key, other = r.Width, "width", r.Stiffness
		}
		if other.IsSet() {
			b.fail("E0306", path, "bond %d is given by another quantity than the other bonds", r.Bond).WithHelp("use `%s`, as in bonds", key)
			continue
		}
		at := r.Bond - 1
		if own.IsSet() {
			d.Lo[at], d.Hi[at] = own.Min, own.Max
		}
		start := r.Start
		if start.Kind == "" {
			start = b.Spec.Bonds.Start
		}
		if own.IsSet() || r.Start.Kind != "" {
			d.Start[at], d.Unit[at] = b.start(path+".start", start, spec.Range{Min: d.Lo[at], Max: d.Hi[at]}, width, random.Float64())
		}
	}
}

// start is the parameter a bond begins with, and the size that counts as one
// where the range is open above.
func (b *builder) start(path string, s spec.Start, r spec.Range, width bool, draw float64) (theta, unit float64) {
	open := math.IsInf(r.Max, 1)
	unit = r.Max - r.Min
	if open {
		unit = max(r.Min, 1e-300)
	}
	switch s.Kind {
	case "value":
		theta = s.Value
		if (s.Unit == "m") != width {
			b.fail("E0503", path, "the start is not a %s", map[bool]string{true: "width", false: "stiffness"}[width])
		} else if theta < r.Min || theta > r.Max {
			b.fail("E0503", path, "the start lies outside the range of the bond").WithLabel("the range is %g..%g in SI units", r.Min, r.Max)
		}
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
	bars := 0
	for i := range b.Network.Elements {
		if b.Network.Elements[i].Kind == network.Bar {
			bars++
		}
	}
	if number >= 1 && number <= bars {
		return true
	}
	b.fail("E0308", path, "bond %d does not exist", number).WithLabel("this network has bonds 1..%d", bars)
	return false
}
