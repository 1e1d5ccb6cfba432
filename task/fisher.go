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

// lead is how far the samples of one class lead another output: the
// distribution of |u_class| - |u_other|, and the derivative of the loss by a
// sample's lead, which is constant + linear * lead.
type lead struct {
	n                int
	mean, variance   float64
	constant, linear float64
}

// EvalSet implements SetLoss. It returns NaN where nothing moves (ErrStill). A
// pair of which a class is absent does not count, and a sample only counts
// against the outputs that its goal asks.
func (Fisher) EvalSet(set *Set, rows []int32, u, g []float64) float64 {
	q := set.Q
	var few [64]lead // so that a handful of classes need no allocation
	leads := few[:]
	if q*q > len(few) {
		leads = make([]lead, q*q)
	}
	measureLeads(set, rows, u, leads)
	total, pairs := 0.0, 0
	for b := range q {
		for a := range b {
			ofA, ofB := &leads[a*q+b], &leads[b*q+a]
			if ofA.n == 0 || ofB.n == 0 {
				continue
			}
			pairs++
			// d = |u_b| - |u_a| is the lead of a sample of b, minus that of one of a.
			h, m := (ofB.mean+ofA.mean)/2, (ofB.mean-ofA.mean)/2
			spread := h*h + m*m + (ofA.variance+ofB.variance)/2
			j := h * math.Abs(h) / spread
			value, slope := 1/j-1, -1/(j*j)
			if j < leastJ {
				value, slope = 1/leastJ-1+(leastJ-j)/(leastJ*leastJ), -1/(leastJ*leastJ)
			}
			total += value
			// dJ/dd of a sample, from dh, dm and dv; d = lead for b and -lead for a.
			slope /= spread * spread
			common := math.Abs(h) * (spread - h*h)
			square := h * math.Abs(h)
			ofB.linear = -slope * square / float64(ofB.n)
			ofB.constant = slope * (common - square*(m-ofB.mean)) / float64(ofB.n)
			ofA.linear = -slope * square / float64(ofA.n)
			ofA.constant = slope * (common + square*(m+ofA.mean)) / float64(ofA.n)
		}
	}
	clear(g)
	if pairs == 0 {
		return 0
	}
	scale := 1 / float64(pairs)
	for i := range len(u) / q {
		at, slopes := u[i*q:(i+1)*q], g[i*q:(i+1)*q]
		goal := set.Goal(row(rows, i))
		c := int(goal.Class)
		right, signRight := magnitude(at[c])
		for o := range at {
			if o == c || !goal.asks(o) {
				continue
			}
			l := &leads[c*q+o]
			other, signOther := magnitude(at[o])
			slope := scale * (l.constant + l.linear*(right-other))
			slopes[c] += slope * signRight
			slopes[o] -= slope * signOther
		}
	}
	return total * scale
}

// measureLeads fills leads[class*Q + other] with counts, means and variances.
func measureLeads(set *Set, rows []int32, u []float64, leads []lead) {
	q := set.Q
	for pass := range 2 {
		for i := range len(u) / q {
			at := u[i*q : (i+1)*q]
			goal := set.Goal(row(rows, i))
			c := int(goal.Class)
			right, _ := magnitude(at[c])
			for o := range at {
				if o == c || !goal.asks(o) {
					continue
				}
				l := &leads[c*q+o]
				other, _ := magnitude(at[o])
				if pass == 0 {
					l.n++
					l.mean += right - other
				} else {
					d := right - other - l.mean
					l.variance += d * d
				}
			}
		}
		for i := range leads[:q*q] {
			l := &leads[i]
			if l.n == 0 {
				continue
			}
			if pass == 0 {
				l.mean /= float64(l.n)
			} else {
				l.variance /= float64(l.n)
			}
		}
	}
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
				switch goal := set.Goal(row(rows, i)); {
				case int(goal.Class) == a && goal.asks(b):
					return 0
				case int(goal.Class) == b && goal.asks(a):
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
