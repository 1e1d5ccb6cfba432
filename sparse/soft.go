package sparse

import "math"

// refuseSoft is called where a pivot kept little of its diagonal. That is ordinary where a stiff
// part hangs on a soft one, but it is also what rounding makes of a mechanism. The smallest eigenvalue of A, with
// its diagonal scaled to one, tells them apart; refuseSoft estimates it by inverse iteration on a few
// vectors at once and fails when it does not exceed PivotTolerance.
//
// Why the estimate is safe: an iteration can only find a Rayleigh quotient too large, that is, take a
// soft matrix for a stiff one if all vectors were orthogonal to its softest motion. Vectors
// of random numbers have a part along it of about one over the square root of N; in a matrix that
// rounding alone makes regular, that part is blown up by 1e15.
func (f *Factor) refuseSoft() error {
	s := f.symbolic
	for i := range s.n * slabWidth {
		f.x[i] = noise(uint64(i))
	}
	f.normaliseLanes()
	lane, inverse := 0, 0.0
	for range 3 {
		f.scaleRows()
		f.team.Start(s.solveEffort())
		f.sweep()
		f.team.Stop()
		f.scaleRows()
		lane, inverse = f.normaliseLanes()
		if inverse*math.Sqrt(float64(s.n)) < 1e-2/PivotTolerance {
			break // even a motion that the vectors hardly have is stiff enough
		}
	}
	f.least = 1 / inverse
	if f.least > PivotTolerance {
		return nil
	}
	f.ready = false
	softest, most := 0, 0.0
	for k := range s.n {
		if v := math.Abs(f.x[k*slabWidth+lane]) / math.Sqrt(f.diagonal[k]); !(v <= most) {
			softest, most = k, v
		}
	}
	return &NotPositiveError{Column: int(s.perm[softest]), Pivot: f.least * f.diagonal[softest], Diagonal: f.diagonal[softest]}
}

// noise is a number between -1 and 1 that depends on i alone.
func noise(i uint64) float64 {
	i += 0x9e3779b97f4a7c15
	i = (i ^ i>>30) * 0xbf58476d1ce4e5b9
	i = (i ^ i>>27) * 0x94d049bb133111eb
	return float64(int64(i^i>>31)) / (1 << 63)
}

// scaleRows multiplies each row of the right-hand sides by the root of its diagonal.
func (f *Factor) scaleRows() {
	for k, d := range f.diagonal {
		root := math.Sqrt(d)
		x := (*[slabWidth]float64)(f.x[k*slabWidth:])
		for r := range x {
			x[r] *= root
		}
	}
}

// normaliseLanes gives each right-hand side the length one, and returns the longest and its length before.
func (f *Factor) normaliseLanes() (lane int, length float64) {
	var sums [slabWidth]float64
	for k := range f.symbolic.n {
		x := (*[slabWidth]float64)(f.x[k*slabWidth:])
		for r, v := range x {
			sums[r] += v * v
		}
	}
	for r, sum := range sums {
		sums[r] = math.Sqrt(sum)
		if !(sums[r] <= length) {
			lane, length = r, sums[r]
		}
	}
	for k := range f.symbolic.n {
		x := (*[slabWidth]float64)(f.x[k*slabWidth:])
		for r := range x {
			x[r] /= sums[r]
		}
	}
	return lane, length
}
