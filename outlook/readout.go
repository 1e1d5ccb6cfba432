package outlook

import (
	"math"
	"math/rand/v2"
	"sync"

	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/task/linear"
)

// A linear network that its inputs push answers u = S f, whatever it is made of, and the output that moves most names the
// class. readout asks what that can do at best: S is free, as if every network could be built.

// readout is samples at the inputs of a network, in shares of their sizes, and how its outputs are read.
type readout struct {
	set    *linear.Set
	signed bool // the largest u names the class, and not the largest |u|
	seed   uint64
	starts int

	repeats int // of cross-validation, with other folds
}

// strengths of the penalty, as the C of a logistic regression.
var strengths = []float64{10, 1000}

// bend rounds the corner of |u|.
const bend = 1e-6

// streamMaps is the ASCII of "outlook ": starts are drawn from PCG(seed, streamMaps).
const streamMaps uint64 = 0x6f75746c6f6f6b20

// fitting is the search for S on some samples.
type fitting struct {
	set    *linear.Set
	signed bool
	decay  float64
	z      []float64
}

func (f *fitting) Dim() int { return f.set.P * f.set.Classes }

func (f *fitting) Box() (lo, hi []float64) { return nil, nil }

// Eval is the mean of -ln p, p the softmax of |S f|, and the penalty.
func (f *fitting) Eval(x, g []float64) (float64, error) {
	clear(g)
	p, q, n := f.set.P, f.set.Classes, float64(f.set.N)
	loss := 0.0
	for i := range f.set.N {
		in := f.set.Row(i)
		most := math.Inf(-1)
		for o := range q {
			u := 0.0
			for a, w := range x[o*p : (o+1)*p] {
				u += w * in[a]
			}
			f.z[o], f.z[q+o] = u, 1
			if !f.signed {
				f.z[o] = math.Hypot(u, bend)
				f.z[q+o] = u / f.z[o]
			}
			most = math.Max(most, f.z[o])
		}
		goal := int(f.set.Class[i])
		sum, at := 0.0, f.z[goal]
		for o := range q {
			f.z[o] = math.Exp(f.z[o] - most)
			sum += f.z[o]
		}
		loss += (math.Log(sum) + most - at) / n
		for o := range q {
			r := f.z[o] / sum
			if o == goal {
				r--
			}
			r *= f.z[q+o] / n
			for a, v := range in {
				g[o*p+a] += r * v
			}
		}
	}
	for j, w := range x {
		loss += f.decay / 2 * w * w
		g[j] += f.decay * w
	}
	return loss, nil
}

// fit is the best S of a few starts. The first start is planes through the origin, lifted so far that no output is
// negative; the others are random.
func (r *readout) fit(set *linear.Set, c float64, starts int) ([]float64, error) {
	f := &fitting{set: set, signed: r.signed, decay: 1 / (c * float64(set.N)), z: make([]float64, 2*set.Classes)}
	random := rand.New(rand.NewPCG(r.seed, streamMaps))
	var best []float64
	least := math.Inf(1)
	if r.signed {
		starts = 1 // there is one optimum
	}
	for start := range starts {
		x := make([]float64, f.Dim())
		if start == 0 && !r.signed {
			r.lift(set, x)
		} else if start > 0 {
			for j := range x {
				x[j] = 3 * random.NormFloat64()
			}
		}
		method := optim.NewLBFGS(len(x))
		before := math.Inf(1)
		for range 150 {
			report, err := method.Step(f, x)
			if err != nil {
				return nil, err
			}
			if report.Done || before-report.Value < 1e-5 {
				break
			}
			before = report.Value
		}
		value, err := f.Eval(x, make([]float64, len(x)))
		if err != nil {
			return nil, err
		}
		if value < least {
			least, best = value, x
		}
	}
	return best, nil
}

// lift sets every row of S to the mean sample, scaled so that it answers 5 to it.
func (r *readout) lift(set *linear.Set, x []float64) {
	mean, square := make([]float64, set.P), 0.0
	for i := range set.N {
		for a, v := range set.Row(i) {
			mean[a] += v / float64(set.N)
		}
	}
	for _, v := range mean {
		square += v * v
	}
	if square == 0 {
		return
	}
	for j := range x {
		x[j] = 5 * mean[j%set.P] / square
	}
}

// right is how many samples of a set S answers right; a tie is no answer.
func (r *readout) right(set *linear.Set, s []float64) (right int) {
	for i := range set.N {
		in := set.Row(i)
		goal, own, other := int(set.Class[i]), 0.0, math.Inf(-1)
		for o := range set.Classes {
			u := 0.0
			for a, v := range in {
				u += s[o*set.P+a] * v
			}
			if !r.signed {
				u = math.Abs(u)
			}
			if o == goal {
				own = u
			} else {
				other = math.Max(other, u)
			}
		}
		if own > other+1e-9*math.Abs(other) {
			right++
		}
	}
	return right
}

// Reach is what a kind of classifier does with samples.
type Reach struct {
	Training float64  `json:"training"`                  // share of the samples it was fitted to that it answers right
	Held     *float64 `json:"cross_validated,omitempty"` // of samples it was not fitted to; nil where there are too few
}

// reach fits S to all samples, and to folds for cross-validation.
func (r *readout) reach(folds int) (Reach, error) {
	s, err := r.fit(r.set, strengths[len(strengths)-1], r.starts)
	if err != nil {
		return Reach{}, err
	}
	all := Reach{Training: float64(r.right(r.set, s)) / float64(r.set.N)}
	if folds < 2 {
		return all, nil
	}
	right, failed := make([][]int, folds*r.repeats), make([]error, folds*r.repeats)
	var wait sync.WaitGroup
	for n := range r.repeats {
		parts, err := r.set.Folds(folds, r.seed+uint64(n))
		if err != nil {
			return Reach{}, err
		}
		for f := range parts {
			wait.Go(func() {
				right[n*folds+f], failed[n*folds+f] = r.fold(parts, f)
			})
		}
	}
	wait.Wait()
	most := 0
	for c := range strengths {
		sum := 0
		for f := range right {
			if failed[f] != nil {
				return Reach{}, failed[f]
			}
			sum += right[f][c]
		}
		most = max(most, sum)
	}
	held := float64(most) / float64(r.set.N*r.repeats)
	all.Held = &held
	return all, nil
}

// fold fits to all folds but one, and counts what is right in that one, for every strength.
func (r *readout) fold(parts [][]int, held int) ([]int, error) {
	var rest []int
	for f, part := range parts {
		if f != held {
			rest = append(rest, part...)
		}
	}
	train, test := r.set.Pick(rest), r.set.Pick(parts[held])
	right := make([]int, len(strengths))
	for i, c := range strengths {
		s, err := r.fit(train, c, min(r.starts, 2))
		if err != nil {
			return nil, err
		}
		right[i] = r.right(test, s)
	}
	return right, nil
}
