package design

import (
	"cmp"
	"math"
	"slices"

	"github.com/elastrain/elastrain/internal/elementary"
)

// Matter often has a few stiffnesses only. A design with levels gives the network the nearest of them, while the variables of
// the optimiser go on between: a slope goes straight through the rounding, as that of ln theta. Otherwise no step smaller than a
// level would ever add up to one.

// Nearest is the level next to theta of so many from lo to hi, at equal ratios. The ends are levels; lo is above zero.
func Nearest(levels int, lo, hi, theta float64) float64 {
	whole := elementary.Log(hi / lo)
	last := float64(levels - 1)
	switch n := math.Round(last * elementary.Log(theta/lo) / whole); {
	case !(n > 0):
		return lo
	case n >= last:
		return hi
	default:
		return lo * elementary.Exp(n/last*whole)
	}
}

// NearestOf is the place of a rising list that is next to theta; of two equally near the lower.
func NearestOf(places []float64, theta float64) float64 {
	i, exact := slices.BinarySearch(places, theta)
	switch {
	case exact || i == 0:
	case i == len(places):
		i--
	case theta-places[i-1] <= places[i]-theta:
		i--
	}
	return places[i]
}

// Even are so many places from lo to hi at equal distances.
func Even(count int, lo, hi float64) []float64 {
	places := make([]float64, count)
	for n := range places {
		t := float64(n) / float64(count-1)
		places[n] = lo*(1-t) + hi*t
	}
	return places
}

// leveled reports whether parameter i has levels.
func (d *Design) leveled(i int32) bool {
	return d.Levels != nil && d.Levels[i] > 1 || d.Places != nil && d.Places[i] != nil
}

// Leveled reports whether every free parameter has levels.
func (d *Design) Leveled() bool {
	return !slices.ContainsFunc(d.Free, func(i int32) bool { return !d.leveled(i) })
}

// nearest is the level of parameter i that is next to theta; theta itself where it has none.
func (d *Design) nearest(i int32, theta float64) float64 {
	switch {
	case d.Places != nil && d.Places[i] != nil:
		return NearestOf(d.Places[i], theta)
	case d.Levels != nil && d.Levels[i] > 1:
		return Nearest(d.Levels[i], d.Lo[i], d.Hi[i], theta)
	}
	return theta
}

// PlacesOf are the parameters that free element j can have, rising; nil: any.
func (d *Design) PlacesOf(j int) []float64 {
	i := d.Free[j]
	if d.Places != nil && d.Places[i] != nil {
		return d.Places[i]
	}
	if d.Levels == nil || d.Levels[i] < 2 {
		return nil
	}
	var places []float64
	last, whole := float64(d.Levels[i]-1), elementary.Log(d.Hi[i]/d.Lo[i])
	for n := range d.Levels[i] {
		places = append(places, d.Lo[i]*elementary.Exp(float64(n)/last*whole))
	}
	places[0], places[d.Levels[i]-1] = d.Lo[i], d.Hi[i]
	return slices.CompactFunc(places, func(a, b float64) bool { return cmp.Compare(a, b) == 0 })
}

// StiffnessOf is the stiffness that free element j has at x, N/m.
func (d *Design) StiffnessOf(j int, x float64) float64 {
	i := d.Free[j]
	return d.Gain[i] * d.nearest(i, d.Theta(j, x))
}

// Continuous is the design without its levels.
func (d *Design) Continuous() *Design {
	c := *d
	c.Levels, c.Places = nil, nil
	return &c
}
