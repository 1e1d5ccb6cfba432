package experiment

import (
	"cmp"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// sameStart sees that a table which gives the stiffness and the width of its bonds says
// the same with both, as far as the material tells.
func (b *builder) sameStart(t *network.BondTable) bool {
	file := b.bondFile()
	if b.Spec.Material.Young == 0 || b.Spec.Material.Thickness == 0 {
		b.note(file, []string{"without a material the column of widths is not used"})
		return true
	}
	const rounding = 1e-3
	for i, k := range t.Stiffness {
		w := t.Width[i] * b.gainOf(i)
		if k > 0 && w > 0 && math.Abs(k-w) > rounding*k {
			b.fail("E0319", b.bondPath(), "%s: the stiffness is %.6g N/m, and a bar of this width has %.6g N/m", b.lineOf(i), k, w).
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

// starts are where the table of bonds makes its bonds start, as widths (m) or stiffnesses (N/m), by what learns: 0 where it
// does not say. A start in `each` says it better.
type starts struct {
	theta  []float64
	width  bool
	better []bool
	told   int // errors so far

	read, unsaid string // the unit that the numbers are read in, and where another would be said that nobody says
}

// startsOf reads them; ok is false where the table does not say, or says something that cannot be.
func (b *builder) startsOf(width bool) (s starts, ok bool) {
	t := b.bonds
	if t == nil || t.Stiffness == nil && t.Width == nil {
		return s, false
	}
	column, given := "stiffness", t.Stiffness
	if t.Width != nil && (width || t.Stiffness == nil) {
		column, given = "width", t.Width
	}
	if t.Stiffness != nil && t.Width != nil && !b.sameStart(t) {
		return s, false
	}
	if s := b.Spec.Bonds.Start.Kind; s != "" && s != "middle" {
		b.fail("E0319", "bonds.start", "%s says where its bonds start, in its column `%s`", b.bondFile(), column).
			WithHelp("leave `start` out, or remove the column")
		return starts{}, false
	}
	own := column == "width" == width // the column is of what learns
	if m := &b.Spec.Material; !own && (m.Young == 0 || m.Thickness == 0) {
		b.fail("E0316", b.bondPath(), "%s gives a %s for its bonds, which k = Y w t / L turns into what learns, and the material is missing", b.bondFile(), column).
			WithHelp("write `material: {young: 0.55 MPa, thickness: 2 mm}`, or remove the column")
		return starts{}, false
	}
	s = starts{theta: make([]float64, len(given)), width: width, better: make([]bool, len(given))}
	if s.unsaid, s.read = t.Unsaid.Stiffness, "N/m"; column == "width" {
		s.unsaid, s.read = t.Unsaid.Width, "m"
	}
	for _, r := range b.Spec.Bonds.Each {
		if r.Start.Kind != "" && r.Bond >= 1 && r.Bond <= len(s.better) {
			s.better[r.Bond-1] = true
		}
	}
	for i, v := range given {
		switch {
		case v == 0 || own:
			s.theta[i] = v
		case width:
			s.theta[i] = v / b.gainOf(i)
		default:
			s.theta[i] = v * b.gainOf(i)
		}
	}
	return s, true
}

// of is the start of a bond in its range; ok is false where the table does not say it.
func (b *builder) startOf(s *starts, bond int, limits spec.Range) (theta float64, ok bool) {
	if bond >= len(s.theta) || s.theta[bond] == 0 || s.better[bond] || b.Network.Elements[bond].Cut {
		return 0, false
	}
	theta = nudged(s.theta[bond], limits)
	if theta >= limits.Min && theta <= limits.Max {
		return theta, true
	}
	if s.told++; s.told <= 5 { // the first ones tell
		unit, what := "N/m", "stiffness"
		if s.width {
			unit, what = "m", "width"
		}
		way := fmt.Sprintf("widen the range of the %s, or mend the column", what)
		if s.unsaid != "" {
			way = fmt.Sprintf("nobody says a unit of the column, so it is read in %s: %s if it is in another, or widen the range of the %s", s.read, s.unsaid, what)
		}
		b.fail("E0503", b.bondPath(), "%s: the bond starts at a %s of %s, outside its range", b.lineOf(bond), what, spec.FormatQuantity(theta, unit)).
			WithLabel("the range is %s", between(limits, s.width)).WithHelp("%s", way)
	}
	return 0, false
}

// tableStart makes the bonds of a lattice start where its table says.
func (b *builder) tableStart(d *design.Design, width bool) {
	s, ok := b.startsOf(width)
	if !ok {
		return
	}
	for i := range s.theta {
		limits := spec.Range{Min: d.Lo[i], Max: d.Hi[i]}
		theta, ok := b.startOf(&s, i, limits)
		if !ok {
			continue
		}
		d.Start[i] = theta
		if math.IsInf(limits.Max, 1) {
			d.Unit[i] = max(theta-limits.Min, limits.Min)
		}
	}
}

// bondFile names the file that the bonds come from, and bondPath the key that names it.
func (b *builder) bondFile() string { return cmp.Or(b.Spec.Network.File, b.Spec.Network.Bonds.File) }

func (b *builder) bondPath() string {
	if b.Spec.Network.File != "" {
		return "network.file"
	}
	return "network.bonds"
}

// lineOf says where a bond stands in its file.
func (b *builder) lineOf(bond int) string {
	if b.bonds.Lines != nil {
		return fmt.Sprintf("%s, line %d", b.bondFile(), b.bonds.Lines[bond])
	}
	return fmt.Sprintf("%s, bond %d", b.bondFile(), bond+1)
}

// unstressed refuses rest lengths where bonds are unstressed as built.
func (b *builder) unstressed() {
	if t := b.bonds; t != nil && t.Stressed != nil {
		b.failBy("E0304", b.bondPath(), fmt.Errorf("%s: %w", b.bondFile(), t.Stressed))
	}
}

// restOf is the rest length of a bond by its table, 0 where it is the distance of its nodes.
func (b *builder) restOf(bond int) float64 {
	if b.bonds == nil || b.bonds.Rest == nil {
		return 0
	}
	return b.bonds.Rest[bond]
}

// tableTheta is where the table of bonds makes a stiffness or a width of an element start.
func (p *planner) tableTheta(bond int, key string, limits spec.Range) (float64, bool) {
	if p.bonds == nil || key != "stiffness" && key != "width" {
		return 0, false
	}
	at := 0
	if key == "width" {
		at = 1
	}
	if p.starts[at] == nil {
		s, _ := p.startsOf(key == "width")
		p.starts[at] = &s
	}
	return p.startOf(p.starts[at], bond, limits)
}

// restOfEntry is the rest length that the table gives a bar of an entry which says none: the distance of its nodes where
// the cell is empty. 0 where the table has none.
func (p *planner) restOfEntry(bond int, el *spec.Element) float64 {
	if el.Kind != "bar" || bond < 0 || el.Rest.IsSet() || p.bonds == nil || p.bonds.Rest == nil {
		return 0
	}
	if rest := p.bonds.Rest[bond]; rest > 0 {
		return rest
	}
	return p.Network.BondLength(bond)
}

// noRest refuses a rest length that would not be used.
func (p *planner) noRest(bond int, what string) {
	if p.bonds == nil || p.bonds.Stressed == nil || p.restOf(bond) == 0 || p.rested {
		return
	}
	p.rested = true // one tells
	p.fail("E0304", p.bondPath(), "%s: the bond has a rest length, and %s has none", p.lineOf(bond), what).WithHelp("make it a bar of another law, or remove the column of rest lengths")
}
