package sparse

import "math"

// BackwardError says how well x solves A x = b: the largest, over nrhs right-hand
// sides, of
//
//	|b - A x| / (|A| |x| + |b|)      in the infinity norm,
//
// the relative change of A and b that would make x exact (Rigal and Gaches 1967).
// A stable solution has about 1e-16. values has len Entries(); x and b have len
// N*nrhs, laid out as for Factor.Solve. It is NaN when a value is, and 0 for x = b = 0.
func (p *Pattern) BackwardError(values, x, b []float64, nrhs int) float64 {
	p.mustMatch("BackwardError", values, nrhs, x, b)
	norm := p.NormInf(values)
	product := make([]float64, len(x))
	p.Multiply(values, x, product, nrhs)
	worst := 0.0
	for r := range nrhs {
		var residual, solution, load float64
		for at := r; at < len(x); at += nrhs {
			residual = max(residual, math.Abs(b[at]-product[at]))
			solution = max(solution, math.Abs(x[at]))
			load = max(load, math.Abs(b[at]))
		}
		if residual == 0 {
			continue
		}
		worst = max(worst, residual/(norm*solution+load))
	}
	return worst
}

// NormInf is the infinity norm of A, its largest absolute row sum, which for a
// symmetric matrix is also its 1-norm. values has len Entries().
func (p *Pattern) NormInf(values []float64) float64 {
	p.mustMatch("NormInf", values, 0)
	sums := make([]float64, p.N)
	p.addRowSums(values, sums)
	return largest(sums)
}

// addRowSums adds to sums, len N, the absolute values in each row of A.
func (p *Pattern) addRowSums(values, sums []float64) {
	for j := range p.N {
		diagonal := p.Ptr[j]
		sums[j] += math.Abs(values[diagonal])
		for q := diagonal + 1; q < p.Ptr[j+1]; q++ {
			a := math.Abs(values[q])
			sums[p.Row[q]] += a
			sums[j] += a
		}
	}
}

// NormInf is the infinity norm of the matrix that was factored last.
func (f *Factor) NormInf() float64 {
	f.mustBeReady("NormInf")
	return f.symbolic.source.norm(f.values)
}

// ConditionEstimate estimates the condition number |A| |A^-1| in the 1-norm, with
// about five solves. It is a lower bound, seldom below a third of the true number.
// It is +Inf when RefactorSemidefinite held an unknown and 0 for no unknowns.
func (f *Factor) ConditionEstimate() float64 {
	f.mustBeReady("ConditionEstimate")
	n := f.symbolic.N()
	if n == 0 {
		return 0
	}
	if len(f.null) > 0 {
		return math.Inf(1)
	}
	if f.estimate[0] == nil {
		f.estimate = [2][]float64{make([]float64, n), make([]float64, n)}
	}
	return f.NormInf() * inverseNorm1(f.estimate[0], f.estimate[1], func(x []float64) { f.Solve(x, 1) })
}

// InverseNorm1 estimates |A^-1| in the 1-norm for a symmetric A of n > 0 unknowns, from about
// five solves A x = b in place. It is a lower bound, seldom below a third of the true number.
func InverseNorm1(n int, solve func(x []float64)) float64 {
	return inverseNorm1(make([]float64, n), make([]float64, n), solve)
}

// inverseNorm1 is InverseNorm1 with room for two vectors.
//
// |A^-1| is the largest 1-norm of A^-1 x over |x| = 1. That is a convex function,
// so its maximum is at a corner, a unit vector; Hager's method climbs from corner
// to corner along the subgradient, and Higham's alternating vector guards against
// matrices built to fool it (N. J. Higham, ACM Trans. Math. Softw. 14 (1988) 381).
func inverseNorm1(x, sign []float64, solve func(x []float64)) float64 {
	n := len(x)
	for i := range x {
		x[i] = 1 / float64(n)
	}
	solve(x)
	inverse := norm1(x)
	takeSigns(x, sign)
	corner := -1
	for range 4 {
		copy(x, sign)
		solve(x) // the subgradient; A is its own transpose
		steepest := largestAt(x)
		if corner >= 0 && math.Abs(x[steepest]) <= math.Abs(x[corner]) {
			break
		}
		corner = steepest
		clear(x)
		x[corner] = 1
		solve(x)
		value := norm1(x)
		if value <= inverse {
			break
		}
		inverse = value
		if !takeSigns(x, sign) {
			break
		}
	}

	for i := range x {
		x[i] = 1 + float64(i)/float64(max(n-1, 1))
		if i%2 == 1 {
			x[i] = -x[i]
		}
	}
	solve(x)
	return max(inverse, 2*norm1(x)/(3*float64(n)))
}

// takeSigns sets sign to the signs of x and says whether any of them changed.
func takeSigns(x, sign []float64) (changed bool) {
	for i, v := range x {
		s := math.Copysign(1, v)
		changed = changed || s != sign[i]
		sign[i] = s
	}
	return changed
}

// norm1 is the sum of absolute values.
func norm1(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += math.Abs(v)
	}
	return sum
}

// largestAt is the first position of the largest absolute value of x.
func largestAt(x []float64) int {
	at := 0
	for i, v := range x {
		if math.Abs(v) > math.Abs(x[at]) {
			at = i
		}
	}
	return at
}

// largest is the largest number of x, none of which is negative; 0 for none.
func largest(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = max(most, v)
	}
	return most
}
