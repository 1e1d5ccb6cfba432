package figure

import (
	"cmp"
	"image/color"
	"math"
	"slices"
)

// scale maps values to shades and to bar thickness.
type scale struct {
	min, max float64 // ends of the colours
	lo, hi   float64 // the true extremes; lo > hi: unknown
	signed   bool
	single   bool      // all values are alike: min and max are widened around them
	few      []float64 // the values, rising, where they are two to four: levels
	ok       bool      // false: no finite value, nothing to map
}

// fewValues is the number of values up to which all of them decide the ends
// of the colours. Of more, 1 % at an end may be left beyond it.
const fewValues = 100

// newScale covers the finite values, or [lo, hi] where lo < hi. A signed scale
// is symmetric about zero. Where a few of many values lie far from all others,
// as next to a load, the colours end where 99 % of the values do: otherwise
// everything else would look alike.
func newScale(values []float64, lo, hi float64, signed bool) scale {
	s := scale{min: lo, max: hi, signed: signed, ok: true}
	s.lo, s.hi = extremes(values)
	if given := apart(lo, hi); !given {
		if s.ok = s.lo <= s.hi; !s.ok {
			return s
		}
		s.min, s.max = bulk(values, s.lo, s.hi, signed)
		s.single = s.hi-s.lo <= 1e-6*math.Max(math.Abs(s.lo), math.Abs(s.hi))
	}
	if !signed && !s.single {
		s.few = fewOf(values)
	}
	if signed {
		s.max = math.Max(math.Abs(s.min), math.Abs(s.max))
		s.min = -s.max
	}
	if s.single && !signed || !apart(s.min, s.max) {
		s.min, s.max = widen(s.min, s.max)
	}
	return s
}

// mostLevels is the number of different values up to which a colour bar marks each.
const mostLevels = 4

// fewOf are the different values, rising, but for rounding; nil where they are more than mostLevels.
func fewOf(values []float64) (few []float64) {
	for _, v := range values {
		if !finite(v) || slices.ContainsFunc(few, func(w float64) bool { return math.Abs(v-w) <= 1e-6*math.Max(math.Abs(v), math.Abs(w)) }) {
			continue
		}
		if few = append(few, v); len(few) > mostLevels {
			return nil
		}
	}
	slices.Sort(few)
	return few
}

// extremes are the least and the greatest of the finite values; lo > hi if there
// are none.
func extremes(values []float64) (lo, hi float64) {
	s := newSpan()
	for _, v := range values {
		s.add(v)
	}
	return s.lo, s.hi
}

// bulk is the range of 99 % of the values if it is much narrower than [lo, hi],
// the range of all of them, and otherwise that. A signed range leaves out zeros:
// most of a large network may not feel a load at all.
func bulk(values []float64, lo, hi float64, signed bool) (float64, float64) {
	if len(values) <= fewValues {
		return lo, hi
	}
	sorted := make([]float64, 0, len(values))
	for _, v := range values {
		switch {
		case !finite(v) || signed && v == 0:
		case signed:
			sorted = append(sorted, math.Abs(v))
		default:
			sorted = append(sorted, v)
		}
	}
	if len(sorted) <= fewValues {
		return lo, hi
	}
	slices.Sort(sorted)
	last := len(sorted) - 1
	least, most := sorted[last/100], sorted[last-last/100]
	if signed {
		least, lo, hi = -most, -sorted[last], sorted[last]
	}
	if !apart(least, most) || hi-lo < 1.5*(most-least) {
		return lo, hi
	}
	return least, most
}

// beyond tells whether values lie below and above the ends of the colours.
func (s scale) beyond() (below, above bool) {
	slack := 1e-9 * (s.max - s.min)
	return s.lo < s.min-slack, s.hi > s.max+slack
}

// place is where a value lies between min (0) and max (1).
func (s scale) place(v float64) float64 {
	return math.Min(1, math.Max(0, (v-s.min)/(s.max-s.min)))
}

// shade is the index of the colour of a value.
func (s scale) shade(v float64) int {
	return int(s.place(v)*(shades-1) + 0.5)
}

// table is the colour map of the scale.
func (s scale) table() *[shades]color.RGBA {
	if s.signed {
		return &diverging
	}
	return &sequential
}

// colour is the colour of a value; grey where there is none.
func (s scale) colour(v float64) color.Color {
	if !s.ok || !finite(v) {
		return missing
	}
	return s.table()[s.shade(v)]
}

// weight is the thickness of the bar of a value, between 0 and 1. On a signed
// scale it follows the magnitude.
func (s scale) weight(v float64) float64 {
	if !s.ok || !finite(v) {
		return 0
	}
	t := s.place(v)
	if s.signed {
		return math.Abs(2*t - 1)
	}
	return t
}

// order sorts a number of tones, from min to max, so that those of thin bars
// come first: thick ones then lie over them.
func (s scale) order(tones int) []int {
	order := make([]int, tones)
	for i := range order {
		order[i] = i
	}
	if s.signed {
		middle := float64(tones-1) / 2
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(math.Abs(float64(a)-middle), math.Abs(float64(b)-middle))
		})
	}
	return order
}
