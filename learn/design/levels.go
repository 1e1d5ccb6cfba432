package design

import "math"

// Matter often has a few stiffnesses only. A design with levels gives the network the nearest of them, while the variables of
// the optimiser go on between: a slope goes straight through the rounding, as that of ln theta. Otherwise no step smaller than a
// level would ever add up to one.

// Nearest is the level next to theta of so many from lo to hi, at equal ratios. The ends are levels; lo is above zero.
func Nearest(levels int, lo, hi, theta float64) float64 {
	whole := math.Log(hi / lo)
	last := float64(levels - 1)
	switch n := math.Round(last * math.Log(theta/lo) / whole); {
	case !(n > 0):
		return lo
	case n >= last:
		return hi
	default:
		return lo * math.Exp(n/last*whole)
	}
}
