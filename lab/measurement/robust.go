package measurement

import (
	"math"
	"slices"
)

// perSigma turns the median of absolute deviations of a normal distribution into
// its standard deviation.
const perSigma = 1.482602218505602

// median of values; it sorts them. NaN of none.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}

// huber is the mean of values that have the standard deviation sigma, in which
// those farther out than 1.5 sigma pull with a constant force (Huber 1964): 4 % more
// spread than the mean on normal noise, and bounded harm by what is not.
func huber(v []float64, sigma float64) float64 {
	const bend = 1.5
	centre := median(slices.Clone(v))
	if !(sigma > 0) {
		return centre
	}
	for range 50 {
		sum, weight := 0.0, 0.0
		for _, x := range v {
			w := 1.0
			if far := math.Abs(x-centre) / (bend * sigma); far > 1 {
				w = 1 / far
			}
			sum += w * x
			weight += w
		}
		next := sum / weight
		if math.Abs(next-centre) <= 1e-9*sigma {
			return next
		}
		centre = next
	}
	return centre
}
