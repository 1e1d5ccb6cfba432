package statics

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics/body"
)

// Point is one equilibrium of a path.
type Point struct {
	Share    float64     // of the load; beyond a limit point it falls again
	State    *body.State // belongs to the path; copy what is to be kept
	Unstable int         // directions in which it is not stable
	Limit    bool        // a limit point: the load has a maximum or minimum here
	Steps    int         // of the path up to here
}

// Along says how a path is followed.
type Along struct {
	// Arc is the length of a step, in lengths of bonds (rotations count as they are). 0: chosen from the first answer, and
	// changed as Newton's method finds the steps easy or hard.
	Arc float64
	// Most is the number of points after which it ends; 0: 1000.
	Most int
	// Limits asks for limit points, found to rounding, as points of their own.
	Limits bool
}

// Follow walks along the path of equilibria that begins at rest, under shares of the load l and of its given values, past limit points where the
// load falls again: by arc length (Riks 1979), with the plane through the foot of the step as its constraint. yield
// is told of every point and ends the walk by returning false. A branch that crosses the path is not taken.
func (q *Equilibrium) Follow(l *Load, a Along, yield func(Point) bool) error {
	w := &walk{q: q, f: l.F, g: l.G, weight: q.weight, tangent: make([]float64, q.Body.Space.N), last: make([]float64, q.Body.Space.N),
		foot: make([]float64, q.Body.Space.N), from: q.Body.NewState(), arc: a.Arc}
	clear(q.now.G)
	clear(q.now.U)
	if err := w.begin(); err != nil {
		return err
	}
	most := a.Most
	if most == 0 {
		most = 1000
	}
	for steps := 1; steps <= most; steps++ {
		rising := w.rising
		w.save()
		if err := w.step(); err != nil {
			return err
		}
		if a.Limits && w.rising != rising {
			point, arc := w.keep(), w.arc
			if err := w.limit(); err == nil && !yield(w.point(steps, true)) {
				return nil
			}
			w.restore(point)
			w.arc = arc
		}
		if !yield(w.point(steps, false)) {
			return nil
		}
	}
	return nil
}

// walk is where a path stands.
type walk struct {
	q                          *Equilibrium
	f, g                       []float64 // load, and given values or nil
	weight                     []float64 // of each unknown in the length of a step
	share                      float64
	tangent                    []float64 // du/dshare here
	length                     float64   // of the tangent
	last                       []float64 // direction of the last step, of unit length
	rising                     bool      // the load grows along the path
	arc                        float64
	iterations                 int // that the last step took
	foot                       []float64
	from                       *body.State // where the step began
	fromShare, fromLength      float64
	fromTangent, fromDirection []float64
	fromRising                 bool
	unstable                   int
}

func (w *walk) dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += w.weight[i] * v * b[i]
	}
	return sum
}

// turn takes the tangent of the path where it stands and goes on in the direction of the last step.
func (w *walk) turn() {
	w.ahead()
	w.length = math.Sqrt(w.dot(w.tangent, w.tangent))
	w.rising = w.dot(w.tangent, w.last) >= 0
	w.unstable = w.q.negative()
}

// ahead sets the tangent of the path where judge and factorise left q: K du/dshare = f - K_g g.
func (w *walk) ahead() {
	q := w.q
	copy(w.tangent, w.f)
	if w.g != nil {
		q.Body.Pull(q.work, q.now, q.Finite, w.g, -1, w.tangent)
	}
	q.solve(w.tangent)
}

// bear puts a share of load and given values on q.
func (w *walk) bear(share float64) {
	for i, v := range w.f {
		w.q.load[i] = share * v
	}
	for i, v := range w.g {
		w.q.now.G[i] = share * v
	}
}

func (w *walk) begin() error {
	q := w.q
	clear(q.load)
	q.judge(q.now)
	if err := q.factorise(true, nil); err != nil {
		return err
	}
	w.turn()
	w.rising = true
	if !(w.length > 0) {
		return fmt.Errorf("the load moves nothing, so there is no path; take a case with a load")
	}
	if w.arc == 0 {
		w.arc = min(w.length/20, 0.05)
	}
	return nil
}

func (w *walk) save() {
	w.from.Copy(w.q.now)
	w.fromShare, w.fromLength, w.fromRising = w.share, w.length, w.rising
	w.fromTangent = append(w.fromTangent[:0], w.tangent...)
	w.fromDirection = append(w.fromDirection[:0], w.last...)
}

// back returns to where the step began.
func (w *walk) back() {
	w.q.now.Copy(w.from)
	w.share, w.length, w.rising = w.fromShare, w.fromLength, w.fromRising
	copy(w.tangent, w.fromTangent)
	copy(w.last, w.fromDirection)
}

type kept struct {
	state  *body.State
	share  float64
	walk   walk
	vector [2][]float64
}

func (w *walk) keep() kept {
	k := kept{state: w.q.Body.NewState(), share: w.share, walk: *w, vector: [2][]float64{append([]float64(nil), w.tangent...), append([]float64(nil), w.last...)}}
	k.state.Copy(w.q.now)
	return k
}

func (w *walk) restore(k kept) {
	w.q.now.Copy(k.state)
	w.share, w.length, w.rising, w.unstable = k.share, k.walk.length, k.walk.rising, k.walk.unstable
	copy(w.tangent, k.vector[0])
	copy(w.last, k.vector[1])
}

// step goes one arc length on, shorter where Newton's method does not follow.
func (w *walk) step() error {
	for {
		err := w.tryStep(w.arc)
		if err == nil {
			switch {
			case w.iterations <= 4:
				w.arc *= 1.3
			case w.iterations >= 8:
				w.arc /= 1.6
			}
			return nil
		}
		w.back()
		w.arc /= 2
		if w.arc < 1e-9 {
			return err
		}
	}
}

// tryStep goes one step of a length. Newton's corrections stay in the plane through the foot of the step, across it.
func (w *walk) tryStep(arc float64) error {
	q := w.q
	d := arc / w.length
	if !w.rising {
		d = -d
	}
	share := w.share + d
	for i, v := range w.tangent {
		w.foot[i] = d * v
		q.now.U[i] += d * v
	}
	correction := make([]float64, len(w.f))
	for w.iterations = 1; ; w.iterations++ {
		w.bear(share)
		_, left, rounding := q.judge(q.now)
		if math.IsNaN(left) || w.iterations > 30 {
			return q.stuck()
		}
		if err := q.factorise(true, nil); err != nil {
			return err
		}
		copy(correction, q.residual)
		q.solve(correction)
		w.ahead()
		if left <= rounding || w.iterations > 6 && left <= 100*rounding {
			break
		}
		d := -w.dot(w.foot, correction) / w.dot(w.foot, w.tangent)
		share += d
		moved := 0.0
		for i, v := range correction {
			step := v + d*w.tangent[i]
			q.now.U[i] += step
			moved += w.weight[i] * step * step
		}
		if math.Sqrt(moved) > 4*arc {
			return q.stuck() // it runs away, perhaps to another branch
		}
	}
	// The direction of the step decides which way the path goes on.
	for i, v := range q.now.U {
		w.last[i] = v - w.from.U[i]
	}
	w.share = share
	w.turn()
	if math.Abs(w.dot(w.last, w.foot)) < 0.5*math.Sqrt(w.dot(w.last, w.last)*w.dot(w.foot, w.foot)) {
		return q.stuck() // it turned too sharply for one step
	}
	if !w.bends() {
		return q.stuck() // this is another branch, or too long a step
	}
	return nil
}

// bends reports whether the step is one along a smooth curve: its chord is where the mean of the directions at its ends goes,
// which may differ by a right angle. A step that jumps to another branch lands in a direction that does not fit.
func (w *walk) bends() bool {
	begin, end := 1/w.fromLength, 1/w.length
	if !w.fromRising {
		begin = -begin
	}
	if !w.rising {
		end = -end
	}
	mean, chord, along := 0.0, 0.0, 0.0
	for i, v := range w.last {
		m := begin*w.fromTangent[i] + end*w.tangent[i]
		mean, chord, along = mean+w.weight[i]*m*m, chord+w.weight[i]*v*v, along+w.weight[i]*m*v
	}
	const right, fits = 1.4, 0.97 // length of the sum of two unit vectors; cosine of 14 degrees
	return mean >= right*right && along >= fits*math.Sqrt(mean*chord)
}

// limit finds the limit point between where the last step began and where it ended: where the load along the path,
// share(s), has no slope. The slope is 1/|tangent|, with the sign of rising.
func (w *walk) limit() error {
	slope := func() float64 {
		if w.rising {
			return 1 / w.length
		}
		return -1 / w.length
	}
	end := slope()
	chord := make([]float64, len(w.f))
	for i, v := range w.q.now.U {
		chord[i] = v - w.from.U[i]
	}
	whole := math.Sqrt(w.dot(chord, chord))
	w.back()
	begin := slope()
	scale := math.Abs(begin) + math.Abs(end)
	lo, hi, slopeLo, slopeHi := 0.0, whole, begin, end
	for range 60 {
		// Illinois' variant of false position, kept inside.
		s := (lo*slopeHi - hi*slopeLo) / (slopeHi - slopeLo)
		if !(s > lo && s < hi) {
			s = (lo + hi) / 2
		}
		w.back()
		if err := w.tryStep(s); err != nil {
			return err
		}
		at := slope()
		if math.Abs(at) < 1e-8*scale || hi-lo < 1e-9*whole {
			return nil
		}
		if (at > 0) == (begin > 0) {
			if lo > 0 {
				slopeHi /= 2
			}
			lo, slopeLo = s, at
		} else {
			if hi < whole {
				slopeLo /= 2
			}
			hi, slopeHi = s, at
		}
	}
	return nil
}

func (w *walk) point(steps int, limit bool) Point {
	return Point{Share: w.share, State: w.q.now, Unstable: w.unstable, Limit: limit, Steps: steps}
}
