package experiment

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/spec"
)

// mostPlaces is how many places of levels at equal distances are kept; mostSearched is how many levels of a bond a search looks at.
const mostPlaces, mostSearched = 10_000_000, 10_000

// levels gives every stiffness that learns the levels that matter has.
func (b *builder) levels(m *spec.Matter) {
	if !m.Levels.IsSet() {
		return
	}
	if m.Levels.List != nil {
		b.listed(m.Levels)
		return
	}
	d := b.Design
	d.Levels = make([]int, len(d.Lo))
	even := m.Spacing == "distance"
	same := map[[2]float64][]float64{} // places of bonds that have one range
	if even {
		d.Levels, d.Places = nil, make([][]float64, len(d.Lo))
	}
	for _, i := range d.Free {
		switch {
		case !b.hasLevels(int(i)):
		case math.IsInf(d.Hi[i], 1) || even && !(d.Lo[i] >= 0):
			b.fail("E0324", "matter.levels", "levels need a range from above zero to an end, and one that learns goes from %g to %g", d.Lo[i], d.Hi[i]).
				WithHelp("give every range both ends above zero")
			return
		case !(d.Lo[i] > 0):
			b.fail("E0324", "matter.levels", "levels at equal ratios need a range from above zero to an end, and one that learns goes from %g to %g", d.Lo[i], d.Hi[i]).
				WithHelp("give every range both ends above zero")
			return
		case even:
			ends := [2]float64{d.Lo[i], d.Hi[i]}
			if same[ends] == nil {
				if (len(same)+1)*m.Levels.Count > mostPlaces {
					b.fail("E0324", "matter.levels", "%d levels over more than %d ranges that differ are too many to keep", m.Levels.Count, len(same)).
						WithHelp("take fewer levels, or `spacing: ratio`")
					return
				}
				same[ends] = design.Even(m.Levels.Count, d.Lo[i], d.Hi[i])
			}
			d.Places[i] = same[ends]
		default:
			d.Levels[i] = m.Levels.Count
		}
	}
}

// hasLevels reports whether a parameter is one that matter gives levels: one that it makes, or where rest lengths alone learn, as those of turnbuckles
// do, a rest length.
func (b *builder) hasLevels(i int) bool {
	if b.Suffers(i) || b.Solid == nil || slices.ContainsFunc(b.Design.Free, func(j int32) bool { return b.Suffers(int(j)) }) {
		return b.Suffers(i)
	}
	return i < len(b.Solid.Params) && b.Solid.Params[i].Element >= 0 && b.Solid.Params[i].Name == "rest" && b.Solid.Params[i].Unit == "m"
}

// Round gives every stiffness that learns the nearest of the levels of matter, which CheckMatter has passed; k is of every
// parameter, N/m.
func (x *Experiment) Round(m *spec.Matter, k []float64) {
	if !m.Levels.IsSet() {
		return
	}
	b := &builder{Experiment: *x}
	d := *x.Design
	b.Design = &d
	b.levels(m)
	for _, i := range d.Free {
		switch {
		case d.Levels != nil && d.Levels[i] > 1:
			k[i] = design.Nearest(d.Levels[i], d.Gain[i]*d.Lo[i], d.Gain[i]*d.Hi[i], k[i])
		case d.Places != nil && d.Places[i] != nil:
			k[i] = d.Gain[i] * design.NearestOf(d.Places[i], k[i]/d.Gain[i])
		}
	}
}

// listed gives every stiffness that learns the levels of a list. Each of them is within its range.
func (b *builder) listed(l spec.Levels) {
	d := b.Design
	places := make([][]float64, len(d.Lo))
	for _, i := range d.Free {
		if !b.hasLevels(int(i)) {
			continue
		}
		gain, unit := 1.0, b.learnsIn(int(i))
		switch {
		case unit == l.Unit:
		case unit == "m" && l.Unit == "N/m" && b.Solid == nil: // a width by the stiffness that it gives
			gain = 1 / d.Gain[i]
		case unit == "N/m" && l.Unit == "m" && b.Solid == nil:
			b.fail("E0324", "matter.levels", "levels are widths, and bonds learn by their stiffness").WithHelp("give stiffnesses, such as `[%.6g N/m, %.6g N/m]`", d.Lo[i], d.Hi[i])
			return
		default:
			b.fail("E0324", "matter.levels", "levels are given in %s, and parameter %d that learns has the unit %s", l.Unit, i+1, unit).
				WithHelp("give their number: `levels: %d`", len(l.List))
			return
		}
		for _, v := range l.List {
			v *= gain
			if within := 1e-9 * d.Hi[i]; v < d.Lo[i]-within || v > d.Hi[i]+within {
				b.fail("E0324", "matter.levels", "the level %.6g %s is outside the range of bond %d, %.6g %s to %.6g %s", v/gain, l.Unit, i+1,
					d.Lo[i]/gain, l.Unit, d.Hi[i]/gain, l.Unit).
					WithHelp("widen the range, or leave the level out")
				return
			}
			places[i] = append(places[i], min(max(v, d.Lo[i]), d.Hi[i]))
		}
	}
	d.Places = places
}

// learnsIn is the unit of a parameter of the design: m of bonds that learn by their width.
func (b *builder) learnsIn(i int) string {
	if b.Solid != nil {
		return b.Solid.Params[i].Unit
	}
	if b.Spec.Bonds.Width.IsSet() {
		return "m"
	}
	return "N/m"
}

// searchesLevels refuses what the search of levels cannot do.
func (b *builder) searchesLevels(random bool) {
	switch {
	case !b.matter().Levels.IsSet():
		b.fail("E0324", "learn.method", "levels-search finds the best levels, and `matter` has none").WithHelp("write `matter: {levels: 2}`, or take another method")
	case b.matter().Levels.Count > mostSearched:
		b.fail("E0324", "matter.levels", "levels-search looks at every level of every bond, and %d are too many", b.matter().Levels.Count).
			WithHelp("take at most %d, or method adam: between so many levels little is lost by rounding", mostSearched)
	case random:
		b.fail("E0324", "matter", "levels-search knows the network exactly, and this matter has errors drawn by chance").
			WithHelp("leave the errors out, and see afterwards what stays: `elastrain matter RUN`")
	case b.Design.Bounds != design.Projection:
		b.fail("E0501", "learn.bounds", "levels-search goes to the ends of the bond ranges, which a %s never reaches", b.Spec.Learn.Bounds).
			WithHelp("use bounds: projection")
	case b.Spec.Learn.Rule != "backprop":
		b.fail("E0501", "learn.rule", "levels-search knows the network exactly, and asks no rule").WithHelp("leave `rule` out")
	}
}
