package kernel

import "math"

// OutputRows sets u (samples x q) to what networks show at their outputs: s (q x stride) times the inputs f (samples x p), p <= stride.
func OutputRows(u, s []Row, stride int, f []Row, samples, q, p int) {
	want(q > 0 && p > 0 && p <= stride && len(u) >= samples*q && len(s) >= (q-1)*stride+p && len(f) >= samples*p)
	switch {
	case samples <= 0:
	case level == pureGo:
		outputRowsGo(u, s, stride, f, samples, q, p)
	case wide():
		outputRows512(half(u, 0), half(s, 0), stride*rowSize, half(f, 0), samples, q, p)
	default:
		for h := range 2 {
			outputRows256(half(u, h), half(s, h), stride*rowSize, half(f, h), samples, q, p)
		}
	}
}

func outputRowsGo(u, s []Row, stride int, f []Row, samples, q, p int) {
	for i := range samples {
		for o := range q {
			var sum Row
			for a := range p {
				v, x := &s[o*stride+a], &f[i*p+a]
				for lane := range sum {
					sum[lane] += float64(v[lane] * x[lane])
				}
			}
			u[i*q+o] = sum
		}
	}
}

// WeighRows sets w (q x p) to the sum over samples of slopes g (samples x q) times inputs f (samples x p).
func WeighRows(w, g, f []Row, samples, q, p int) {
	want(samples > 0 && q > 0 && p > 0 && len(w) >= q*p && len(g) >= samples*q && len(f) >= samples*p)
	switch {
	case level == pureGo:
		weighRowsGo(w, g, f, samples, q, p)
	case wide():
		weighRows512(half(w, 0), half(g, 0), half(f, 0), samples, q, p)
	default:
		for h := range 2 {
			weighRows256(half(w, h), half(g, h), half(f, h), samples, q, p)
		}
	}
}

func weighRowsGo(w, g, f []Row, samples, q, p int) {
	for o := range q {
		for a := range p {
			var sum Row
			for i := range samples {
				v, x := &g[i*q+o], &f[i*p+a]
				for lane := range sum {
					sum[lane] += float64(v[lane] * x[lane])
				}
			}
			w[o*p+a] = sum
		}
	}
}

// ContractRows sets g, a row for each mode, to -mean of the sum over outputs o of e[p+o] times the sum over inputs a of w[o,a] e[a]: the derivative of the
// loss by a stiffness, from its elongations e (modes x stride) under unit loads and the weights w (q x p). minus is -mean.
func ContractRows(g, e []Row, stride int, w []Row, minus *Row, q, p int) {
	want(q > 0 && p > 0 && p+q <= stride && len(e) >= len(g)*stride && len(w) >= q*p)
	switch {
	case len(g) == 0:
	case level == pureGo:
		contractRowsGo(g, e, stride, w, minus, q, p)
	case wide():
		contractRows512(half(g, 0), half(e, 0), stride*rowSize, half(w, 0), &minus[0], len(g), q, p)
	default:
		for h := range 2 {
			contractRows256(half(g, h), half(e, h), stride*rowSize, half(w, h), &minus[4*h], len(g), q, p)
		}
	}
}

func contractRowsGo(g, e []Row, stride int, w []Row, minus *Row, q, p int) {
	for i := range g {
		var sum Row
		for o := range q {
			var s Row
			for a := range p {
				v, x := &w[o*p+a], &e[i*stride+a]
				for lane := range s {
					s[lane] += float64(v[lane] * x[lane])
				}
			}
			out := &e[i*stride+p+o]
			for lane := range s {
				sum[lane] += float64(out[lane] * s[lane])
			}
		}
		for lane := range sum {
			g[i][lane] = minus[lane] * sum[lane]
		}
	}
}

// The cross-entropy of task.CrossEntropy, whose logarithm is taken of products of odds. RestShare of all that moves is the least that a right output counts for.
const RestShare = 1e-12

// OddsRows multiplies product by the odds of samples, from outputs u (samples x q) and the classes of samples, and sets g (samples x q) to the slopes of their
// logarithms. Half h of the networks begins with sample at[h], and stops after one where the product of a network is greater than full; at[h] is then the
// next one, and len(class) when all is done.
func OddsRows(g, u, class []Row, product *Row, full float64, q int, at *[2]int) {
	samples := len(class)
	want(q > 0 && len(g) >= samples*q && len(u) >= samples*q && at[0] >= 0 && at[1] >= 0)
	if level != pureGo && wide() && at[0] == at[1] && at[0] < samples {
		i := at[0]
		i += oddsRows512(half(g[i*q:], 0), half(u[i*q:], 0), half(class[i:], 0), &product[0], full, samples-i, q)
		*at = [2]int{i, i}
		return
	}
	for h, i := range at {
		switch {
		case i >= samples:
		case level == pureGo:
			at[h] += oddsRowsGo(g[i*q:], u[i*q:], class[i:], product, full, q, 4*h)
		default:
			at[h] += oddsRows256(half(g[i*q:], h), half(u[i*q:], h), half(class[i:], h), &product[4*h], full, samples-i, q)
		}
	}
}

// oddsGo is the sum of the sizes of outputs, the size of the right one, its inverse, and the odds.
func oddsGo(u []Row, class float64, lane int) (sum, right, inverse, odds float64) {
	for o := range u {
		size := math.Abs(u[o][lane])
		sum += size
		if float64(o) == class {
			right = size
		}
	}
	inverse = 1 / max(right, RestShare*sum)
	return sum, right, inverse, sum * inverse
}

func oddsRowsGo(g, u, class []Row, product *Row, full float64, q, begin int) (done int) {
	for i := range class {
		over := false
		for lane := begin; lane < begin+4; lane++ {
			out, class := u[i*q:(i+1)*q], class[i][lane]
			sum, _, inverse, odds := oddsGo(out, class, lane)
			product[lane] *= odds
			share := 1 / sum
			for o := range out {
				v := out[o][lane] + 0
				slope := math.Copysign(share, v)
				if float64(o) == class {
					slope -= math.Copysign(inverse, v)
				}
				g[i*q+o][lane] = slope
			}
			over = over || product[lane] > full
		}
		if over {
			return i + 1
		}
	}
	return len(class)
}

// ScoreRows is OddsRows without slopes. It adds to right how many samples are named right: those of which the right output moves more than any other. What
// all outputs moved is added to size, which is no number, or infinite, where one of them is.
func ScoreRows(u, class []Row, product *Row, full float64, right, size *Row, q int, at *[2]int) {
	samples := len(class)
	want(q > 1 && len(u) >= samples*q && at[0] >= 0 && at[1] >= 0)
	if level != pureGo && wide() && at[0] == at[1] && at[0] < samples {
		i := at[0]
		i += scoreRows512(half(u[i*q:], 0), half(class[i:], 0), &product[0], full, &right[0], &size[0], samples-i, q)
		*at = [2]int{i, i}
		return
	}
	for h, i := range at {
		switch {
		case i >= samples:
		case level == pureGo:
			at[h] += scoreRowsGo(u[i*q:], class[i:], product, full, right, size, q, 4*h)
		default:
			at[h] += scoreRows256(half(u[i*q:], h), half(class[i:], h), &product[4*h], full, &right[4*h], &size[4*h], samples-i, q)
		}
	}
}

func scoreRowsGo(u, class []Row, product *Row, full float64, right, size *Row, q, begin int) (done int) {
	for i := range class {
		over := false
		for lane := begin; lane < begin+4; lane++ {
			out, class := u[i*q:(i+1)*q], class[i][lane]
			sum, own, _, odds := oddsGo(out, class, lane)
			product[lane] *= odds
			size[lane] += sum
			most := 0.0
			for o := range out {
				if float64(o) != class {
					most = max(most, math.Abs(out[o][lane]))
				}
			}
			if own > most {
				right[lane]++
			}
			over = over || product[lane] > full
		}
		if over {
			return i + 1
		}
	}
	return len(class)
}
