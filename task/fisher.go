package task

import "math"

// Fisher is a loss of distributions. A class is read from the largest |u|, so
// two classes a and b are told apart by the sign of d = |u_b| - |u_a|. With the
// means of d over both classes, h half their difference (positive when each
// class lies on its side), m their middle and v the mean of their variances,
//
//	J = h |h| / (h^2 + m^2 + v)
//
// is Fisher's criterion for a threshold at zero: 1 when the classes are two
// points on their sides of zero, -1 when they are on the wrong sides. The loss
// is the mean of 1/J - 1 over all pairs of classes. It has no scale to choose,
// and few outliers cannot lead it astray, which matters for small data sets.
//
// Below J = 0.01 the loss goes on along its tangent, so that it is finite for
// classes on the wrong sides too.
type Fisher struct{}

const leastJ = 0.01

// Name implements Loss.
func (Fisher) Name() string { return "fisher" }

// moments of d over one class.
type moments struct {
	n              int
	mean, variance float64
}

// EvalSet implements SetLoss. It returns NaN where nothing moves (ErrStill). A
// pair of which a class is absent does not count.
func (Fisher) EvalSet(set *Set, rows []int32, u, g []float64) float64 {
	clear(g)
	total, pairs := 0.0, 0
	for b := range set.Q {
		for a := range b {
			low, high := difference(set, rows, u, a, b)
			if low.n == 0 || high.n == 0 {
				continue
			}
			pairs++
			h, m := (high.mean-low.mean)/2, (high.mean+low.mean)/2
			spread := h*h + m*m + (low.variance+high.variance)/2
			absH := math.Abs(h)
			j := h * absH / spread
			value, slope := 1/j-1, -1/(j*j)
			if j < leastJ {
				value, slope = 1/leastJ-1+(leastJ-j)/(leastJ*leastJ), -1/(leastJ*leastJ)
			}
			total += value
			slope /= spread * spread
			for i := range len(u) / set.Q {
				var along float64 // dJ/dd * spread^2
				at := u[i*set.Q : (i+1)*set.Q]
				sizeA, signA := magnitude(at[a])
				sizeB, signB := magnitude(at[b])
				switch d := sizeB - sizeA; int(set.Class[row(rows, i)]) {
				case b:
					along = (absH*(spread-h*h) - h*absH*(m+d-high.mean)) / float64(high.n)
				case a:
					along = (-absH*(spread-h*h) - h*absH*(m+d-low.mean)) / float64(low.n)
				default:
					continue
				}
				g[i*set.Q+b] += slope * along * signB
				g[i*set.Q+a] -= slope * along * signA
			}
		}
	}
	if pairs == 0 {
		return 0
	}
	for i := range g {
		g[i] /= float64(pairs)
	}
	return total / float64(pairs)
}

// difference is the moments of d = |u_b| - |u_a| over the samples of classes a
// and b.
func difference(set *Set, rows []int32, u []float64, a, b int) (low, high moments) {
	of := func(i int) *moments {
		switch int(set.Class[row(rows, i)]) {
		case a:
			return &low
		case b:
			return &high
		}
		return nil
	}
	gap := func(i int) float64 {
		sizeA, _ := magnitude(u[i*set.Q+a])
		sizeB, _ := magnitude(u[i*set.Q+b])
		return sizeB - sizeA
	}
	n := len(u) / set.Q
	for i := range n {
		if c := of(i); c != nil {
			c.n++
			c.mean += gap(i)
		}
	}
	low.mean /= float64(max(low.n, 1))
	high.mean /= float64(max(high.n, 1))
	for i := range n {
		if c := of(i); c != nil {
			d := gap(i) - c.mean
			c.variance += d * d / float64(c.n)
		}
	}
	return low, high
}

// ComplexSet implements SetLoss.
func (Fisher) ComplexSet(set *Set, rows []int32, u []complex128) complex128 {
	var total complex128
	pairs := 0
	for b := range set.Q {
		for a := range b {
			var count [2]float64
			var mean, variance [2]complex128
			side := func(i int) int {
				switch int(set.Class[row(rows, i)]) {
				case a:
					return 0
				case b:
					return 1
				}
				return -1
			}
			gap := func(i int) complex128 {
				return magnitudeComplex(u[i*set.Q+b]) - magnitudeComplex(u[i*set.Q+a])
			}
			n := len(u) / set.Q
			for i := range n {
				if s := side(i); s >= 0 {
					count[s]++
					mean[s] += gap(i)
				}
			}
			if count[0] == 0 || count[1] == 0 {
				continue
			}
			for s := range mean {
				mean[s] /= complex(count[s], 0)
			}
			for i := range n {
				if s := side(i); s >= 0 {
					d := gap(i) - mean[s]
					variance[s] += d * d / complex(count[s], 0)
				}
			}
			h, m := (mean[1]-mean[0])/2, (mean[1]+mean[0])/2
			j := h * magnitudeComplex(h) / (h*h + m*m + (variance[0]+variance[1])/2)
			pairs++
			if real(j) < leastJ {
				total += 1/leastJ - 1 + (leastJ-j)/(leastJ*leastJ)
			} else {
				total += 1/j - 1
			}
		}
	}
	return total / complex(float64(max(pairs, 1)), 0)
}
