package learn

import (
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/task"
)

// Direct turns the reading of every class into the direction that tells the classes best: with the gain and the offsets that then
// have the least loss. It begins where each reading goes further for samples of its class than for others, and turns one after
// the other while that lowers the loss. The batch is the one that Prepare took last.
func (r *Reading) Direct(batch Batch) { r.direct(batch, true) }

// DirectAll turns all readings as they are, or all to the other side: where they go further for samples of their classes.
func (r *Reading) DirectAll(batch Batch) { r.direct(batch, false) }

func (r *Reading) direct(batch Batch, each bool) {
	n := len(r.pairs)
	f := &fit{n: n, way: r.way, loss: task.SignedSoftmax{Sharpness: 1}, z: make([]float64, n), g: make([]float64, n)}
	every := max(1, batch.Len()/mostFitted)
	if !each {
		every = 1
	}
	size := 0.0
	for i := 0; i < batch.Len(); i += every {
		f.class = append(f.class, batch.Set.Class[batch.Row(i)])
		for c := range n {
			v := r.d[i*n+c] - r.tare[c]
			f.v = append(f.v, v)
			size += v * v
		}
	}
	size = math.Sqrt(size / float64(max(1, len(f.v))))
	for i := range f.v {
		f.v[i] /= size
	}
	all := 0.0
	for c := range r.way {
		sum := 0.0
		for i, class := range f.class {
			if int(class) == c {
				sum += f.v[i*n+c]
			}
		}
		all += sum
		r.way[c] = 1
		if sum < 0 {
			r.way[c] = -1
		}
	}
	if !each {
		for c := range r.way {
			r.way[c] = math.Copysign(1, all)
		}
		return
	}
	best, gain := f.least()
	for turned, pass := true, 0; turned && pass < n; pass++ {
		turned = false
		for c := range r.way {
			r.way[c] = -r.way[c]
			if loss, g := f.least(); loss < (1-clearly)*best {
				best, gain, turned = loss, g, true
			} else {
				r.way[c] = -r.way[c]
			}
		}
	}
	if gain < 0 { // the same with all turned
		for c := range r.way {
			r.way[c] = -r.way[c]
		}
	}
}

const (
	mostFitted = 128  // samples that directions are chosen by
	fitSteps   = 25   // of the optimiser
	clearly    = 0.01 // share of the loss that a turn has to be worth
	ridge      = 1e-3 // on gain and offsets, so that there is a least loss
)

// fit is the loss of readings by a gain, of either sign, and offsets.
type fit struct {
	n     int
	v     []float64 // readings less tares, of size one; samples x n
	class []int32
	way   []float64
	loss  task.SignedSoftmax
	z, g  []float64 // of one sample
}

func (f *fit) Dim() int { return 1 + f.n }

func (f *fit) Box() (lo, hi []float64) { return nil, nil }

// Eval implements optim.Problem.
func (f *fit) Eval(x, g []float64) (float64, error) {
	clear(g)
	sum, n := 0.0, f.n
	for i, class := range f.class {
		for c, b := range x[1:] {
			f.z[c] = x[0]*f.way[c]*f.v[i*n+c] + b
		}
		sum += f.loss.Eval(f.z, task.Goal{Class: class, Signed: true}, f.g)
		for c, s := range f.g {
			g[0] += s * f.way[c] * f.v[i*n+c]
			g[1+c] += s
		}
	}
	mean := 1 / float64(len(f.class))
	sum *= mean
	for j, v := range x {
		sum += ridge / 2 * v * v
		g[j] = mean*g[j] + ridge*v
	}
	return sum, nil
}

// least is the least loss, and the gain there.
func (f *fit) least() (loss, gain float64) {
	x, method := make([]float64, f.Dim()), optim.NewLBFGS(f.Dim())
	for range fitSteps {
		if report, err := method.Step(f, x); err != nil || report.Done {
			break // what was reached counts
		}
	}
	loss, _ = f.Eval(x, slices.Clone(x)) // it has no error
	return loss, x[0]
}
