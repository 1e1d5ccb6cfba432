package multigrid

import (
	"fmt"
	"math"
)

// SlowError says that displacements were not found to the tolerance.
type SlowError struct {
	Residual   float64 // |f - D u| / |f| that was reached
	Tolerance  float64 // and should have been
	Iterations int
	Unknown    int // that moves most in what is not settled; -1 where nobody knows
}

func (e *SlowError) Error() string {
	return fmt.Sprintf("%d iterations leave a share of %.1e of the loads unbalanced, and at most %.0e is accepted", e.Iterations, e.Residual, e.Tolerance)
}

const (
	// restarts from the true residual, where that of the recurrence has drifted from it.
	restarts = 4
	// floor is the residual, in units of |D| |u|, that rounding of displacements leaves.
	floor = 4 * 0x1p-52
	// poor is the share of the loads that not even rounding may leave: displacements are then as large as those of what floats.
	poor = 1e-4
)

// Solve overwrites nrhs loads, row-major (N x nrhs), with their displacements, eight at a time. Each has the bits that it would have
// by itself. It fails with *SlowError; b then means nothing.
func (s *Solver) Solve(b []float64, nrhs int) error {
	if !s.ready {
		panic("multigrid: Solve needs a Factor that succeeded")
	}
	s.team.Start(s.effort(100))
	defer s.team.Stop()
	s.Seen.Iterations, s.Seen.Residual = 0, 0
	for first := 0; first < nrhs; first += 8 {
		if err := s.block(b, nrhs, first, min(8, nrhs-first)); err != nil {
			return err
		}
	}
	return nil
}

// run is the iteration for a block of loads.
type run struct {
	b                   []float64
	stride, first, wide int
	alpha, beta         [8]float64
	load                [8]float64 // |f|
	left                [8]float64 // square of the residual, by the recurrence
	live                [8]bool    // not there yet
	before              [8]float64 // r M r of the iteration before; 0 where there is none
}

// block solves for up to eight loads.
func (s *Solver) block(b []float64, stride, first, wide int) error {
	l := s.levels[0]
	count := parts(l.nodes)
	s.run = run{b: b, stride: stride, first: first, wide: wide}
	r := &s.run
	s.pass = pass{s: s, l: l}
	s.each(count, begin)
	r.left, _ = s.sums(count)
	for lane, v := range r.left {
		r.load[lane] = math.Sqrt(v)
		r.live[lane] = v > 0
	}
	last, iterations := math.Inf(1), 0
	for range restarts {
		r.before = [8]float64{}
		for ; iterations < s.most && r.goesOn(s.tolerance/2); iterations++ {
			if !s.iterate(count) {
				return s.slow(math.NaN(), iterations)
			}
		}
		// What the recurrence says is not what there is.
		s.pass = pass{s: s, l: l, from: s.u}
		s.each(count, look)
		left, size := s.sums(count)
		reached, settled := 0.0, true
		for lane, load := range r.load {
			if load == 0 {
				continue
			}
			residual := math.Sqrt(left[lane])
			reached = max(reached, residual/load) // a NaN stays one
			r.left[lane] = left[lane]
			r.live[lane] = !(residual <= max(s.tolerance*load, min(floor*s.stiffest*math.Sqrt(size[lane]), poor*load)))
			settled = settled && !r.live[lane]
		}
		if settled {
			s.note(iterations, reached)
			s.each(count, finish)
			return nil
		}
		if !(reached < last/2) || iterations >= s.most {
			return s.slow(reached, iterations)
		}
		last = reached
	}
	return s.slow(last, iterations)
}

// goesOn settles the loads whose residual is small enough, and says whether any is left.
func (r *run) goesOn(tolerance float64) bool {
	any := false
	for lane, load := range r.load {
		r.live[lane] = r.live[lane] && !(r.left[lane] <= tolerance*tolerance*load*load)
		any = any || r.live[lane]
	}
	return any
}

// iterate takes a step along a direction for every load that is not settled. It cannot where a motion costs no energy.
func (s *Solver) iterate(count int) bool {
	l, r := s.levels[0], &s.run
	s.cycle(0)
	s.pass = pass{s: s, l: l, from: l.x}
	s.each(count, weigh)
	now, _ := s.sums(count)
	for lane, v := range now {
		r.beta[lane] = 0
		if r.live[lane] && r.before[lane] != 0 {
			r.beta[lane] = v / r.before[lane]
		}
	}
	r.before = now
	s.each(count, turn)
	s.pass.from = s.p
	s.each(count, stretch)
	energy, _ := s.sums(count)
	for lane, v := range energy {
		r.alpha[lane] = 0
		if r.live[lane] {
			if !(v > 0 && now[lane] > 0) {
				return false
			}
			r.alpha[lane] = now[lane] / v
		}
	}
	s.each(count, advance)
	r.left, _ = s.sums(count)
	return true
}

// note keeps what a block took.
func (s *Solver) note(iterations int, reached float64) {
	s.Seen.Iterations = max(s.Seen.Iterations, iterations)
	s.Seen.Residual = max(s.Seen.Residual, reached)
	s.Seen.Most, s.Seen.Worst = max(s.Seen.Most, iterations), max(s.Seen.Worst, reached)
	s.Seen.Solved++
}

// slow is the error of a block that did not settle, with the unknown that moves most in the last direction.
func (s *Solver) slow(reached float64, iterations int) error {
	e := &SlowError{Residual: reached, Tolerance: s.tolerance, Iterations: iterations, Unknown: -1}
	if math.IsNaN(reached) { // the last that is known
		e.Residual = 0
		for lane, load := range s.run.load {
			if load > 0 {
				e.Residual = max(e.Residual, math.Sqrt(s.run.left[lane])/load)
			}
		}
	}
	most := 0.0
	for row, unknown := range s.levels[0].springs.row {
		for lane, live := range s.run.live {
			if v := math.Abs(s.p[8*row+lane]); unknown >= 0 && live && v > most {
				most, e.Unknown = v, int(unknown)
			}
		}
	}
	return e
}

// begin takes the loads, and the sums of their squares.
func begin(p *pass, _, part int) {
	l, r := p.l, &p.s.run
	row, size := l.springs.row, l.size
	sum := &p.s.partial[part]
	*sum = [2][8]float64{}
	for i := part * perPart * size; i < min((part+1)*perPart, l.nodes)*size; i++ {
		to := (*[8]float64)(l.b[8*i:])
		*to = [8]float64{}
		clear(p.s.u[8*i : 8*i+8])
		clear(p.s.p[8*i : 8*i+8])
		if row[i] < 0 {
			continue
		}
		for lane, v := range r.b[int(row[i])*r.stride+r.first:][:r.wide] {
			to[lane] = v
			sum[0][lane] += v * v
		}
	}
}

// finish puts displacements where loads were.
func finish(p *pass, _, part int) {
	l, r := p.l, &p.s.run
	row, size := l.springs.row, l.size
	for i := part * perPart * size; i < min((part+1)*perPart, l.nodes)*size; i++ {
		if row[i] >= 0 {
			copy(r.b[int(row[i])*r.stride+r.first:][:r.wide], p.s.u[8*i:8*i+8])
		}
	}
}

// look sets r = f - D u, and sums its squares and those of u.
func look(p *pass, _, part int) {
	l, r := p.l, &p.s.run
	n := l.size * 8
	sum := &p.s.partial[part]
	*sum = [2][8]float64{}
	for i := part * perPart; i < min((part+1)*perPart, l.nodes); i++ {
		rest := l.b[i*n:][:n]
		l.times(i, rest, p.from)
		for k, v := range rest {
			f := 0.0
			if unknown := l.springs.row[i*l.size+k/8]; unknown >= 0 && k%8 < r.wide {
				f = r.b[int(unknown)*r.stride+r.first+k%8]
			}
			v = f - v
			rest[k] = v
			u := p.from[i*n+k]
			sum[0][k%8] += v * v
			sum[1][k%8] += u * u
		}
	}
}

// weigh sums r z.
func weigh(p *pass, _, part int) {
	l := p.l
	from, to := part*perPart*l.size*8, min((part+1)*perPart, l.nodes)*l.size*8
	sum := &p.s.partial[part]
	*sum = [2][8]float64{}
	for i := from; i < to; i += 8 {
		r, z := (*[8]float64)(l.b[i:]), (*[8]float64)(p.from[i:])
		for lane, v := range r {
			sum[0][lane] += v * z[lane]
		}
	}
}

// turn sets p = z + beta p.
func turn(p *pass, _, part int) {
	l, beta := p.l, &p.s.run.beta
	from, to := part*perPart*l.size*8, min((part+1)*perPart, l.nodes)*l.size*8
	for i := from; i < to; i += 8 {
		d, z := (*[8]float64)(p.s.p[i:]), (*[8]float64)(p.from[i:])
		for lane, v := range z {
			d[lane] = v + beta[lane]*d[lane]
		}
	}
}

// stretch sets d = D p, and sums p D p.
func stretch(p *pass, _, part int) {
	l := p.l
	n := l.size * 8
	sum := &p.s.partial[part]
	*sum = [2][8]float64{}
	for i := part * perPart; i < min((part+1)*perPart, l.nodes); i++ {
		d, own := l.d[i*n:][:n], p.from[i*n:][:n]
		l.times(i, d, p.from)
		for k := 0; k < n; k += 8 {
			d, own := (*[8]float64)(d[k:]), (*[8]float64)(own[k:])
			for lane, v := range d {
				sum[0][lane] += v * own[lane]
			}
		}
	}
}

// advance sets u += alpha p and r -= alpha D p, and sums the squares of r.
func advance(p *pass, _, part int) {
	l, alpha := p.l, &p.s.run.alpha
	from, to := part*perPart*l.size*8, min((part+1)*perPart, l.nodes)*l.size*8
	sum := &p.s.partial[part]
	*sum = [2][8]float64{}
	for i := from; i < to; i += 8 {
		r, d := (*[8]float64)(l.b[i:]), (*[8]float64)(l.d[i:])
		u, direction := (*[8]float64)(p.s.u[i:]), (*[8]float64)(p.s.p[i:])
		for lane, a := range alpha {
			u[lane] += a * direction[lane]
			v := r[lane] - a*d[lane]
			r[lane] = v
			sum[0][lane] += v * v
		}
	}
}
