package inputs

import (
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/internal/team"
	"github.com/elastrain/elastrain/learn"
)

// mostSamples are kept for the way back; of a larger batch each is found again.
const mostSamples = 1024

// woodburyCrew is the threads and what they are at.
type woodburyCrew struct {
	team   *team.Team[*Woodbury]
	many   int
	lanes  []*woodburyLane
	kept   []*solved // of each sample
	failed []error
	out    []float64
	slope  []float64
	part   int

	// Of each sample the coefficients of its displacements and of its adjoint ones on the columns of B: u = D0^-1 B a, u' = D0^-1 B b.
	a, b  []float64         // B x stride; b in blocks of kernel.Strip columns, one after the other
	zz    [chunks][]float64 // sum of -z z' / k of the springs, part by part
	w     []float64         // sum of a b^T; in blocks as b is
	g     []float64
	index []int32 // 0, 1, 2, ...

	u, v   []float64 // loads and displacements of eight samples, and of their adjoint loads; N x 8
	e, adj []float64 // elongations; M x 8
}

type woodburyLane struct {
	dense *dense
	own   *solved
	tile  []float64 // of E W
}

// solved is what the way back needs of a sample.
type solved struct {
	on   []int32   // input springs with a stiffness
	root []float64 // chi^1/2 of each
	z    []float64 // z of each, then A^-1 chi^1/2 T^T of each output; (1+q) x on
}

func (w *Woodbury) begin(n int) {
	c := &w.crew
	r, q := len(w.springs), len(w.plan.Out)
	if c.team == nil || c.many != w.threads {
		c.team, c.many = team.New[*Woodbury](w.threads), w.threads
	}
	solved1 := func() *solved {
		return &solved{on: make([]int32, 0, r), root: make([]float64, 0, r), z: make([]float64, r*(q+1))}
	}
	for len(c.lanes) < w.threads {
		c.lanes = append(c.lanes, &woodburyLane{dense: newDense(r, q+1), own: solved1(), tile: make([]float64, kernel.StripRows*kernel.Strip)})
	}
	for n <= mostSamples && len(c.kept) < n {
		c.kept = append(c.kept, solved1())
	}
	for len(c.failed) < n {
		c.failed = append(c.failed, nil)
	}
	c.part = max(1, (n+chunks-1)/chunks)
}

// Forward implements learn.Differentiable.
func (w *Woodbury) Forward(batch learn.Batch, out []float64) error {
	w.batch = batch
	if w.why != nil {
		return w.whole.Forward(batch, out)
	}
	n := batch.Len()
	w.begin(n)
	c := &w.crew
	c.out = out
	c.team.Start(w.effort(n))
	c.team.Each((n+c.part-1)/c.part, w, func(w *Woodbury, worker, part int) {
		c := &w.crew
		for i := part * c.part; i < min((part+1)*c.part, w.batch.Len()); i++ {
			l := c.lanes[worker]
			keep := l.own
			if w.batch.Len() <= mostSamples {
				keep = c.kept[i]
			}
			q := len(w.plan.Out)
			if c.failed[i] = w.plan.check(w.batch.Row(i), w.input(i)); c.failed[i] == nil {
				c.failed[i] = w.sample(l, keep, i, c.out[i*q:(i+1)*q], w.batch.Len() <= mostSamples)
			}
		}
	})
	c.team.Stop()
	for _, err := range c.failed[:n] {
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *Woodbury) input(i int) []float64 { return w.batch.Set.Force(w.batch.Row(i)) }

// effort is about what a batch costs, in cycles.
func (w *Woodbury) effort(n int) float64 {
	r := float64(len(w.springs))
	return float64(n) * (r*r*r/30 + 10*r*r)
}

// sample finds the springs that are on and the readings, and where back is wanted what the way back needs.
func (w *Woodbury) sample(l *woodburyLane, s *solved, i int, out []float64, back bool) error {
	in := w.input(i)
	s.on, s.root = s.on[:0], s.root[:0]
	for at, m := range w.springs {
		written := &w.plan.Written[w.of[at]]
		if more := w.plan.share(written, in[written.Column]) - w.plan.Least; more > 0 {
			s.on, s.root = append(s.on, int32(at)), append(s.root, math.Sqrt(w.k[m]*more))
		}
	}
	n, d, inner := len(s.on), l.dense, w.inner()
	d.begin(n)
	sides := padded(n)
	for j := range n {
		line, root := w.g[int(s.on[j])*inner:], s.root[j]
		column, top := d.column(j), j/slab*slab
		for i := j; i < n; i++ {
			column[i-top] = root * s.root[i] * line[s.on[i]]
		}
		column[j-top]++
		clear(column[n-top:])
		column[sides-top] = root * w.load(in, line)
		for o := range w.plan.Out {
			column[sides-top+1+o] = root * w.t[o*inner+int(s.on[j])]
		}
	}
	if err := d.factor(); err != nil {
		return err
	}
	for o := range out {
		out[o] = w.load(in, w.t[o*inner:])
	}
	for j := range n {
		side := d.column(j)[sides-j/slab*slab:]
		for o := range out {
			out[o] -= side[1+o] * side[0]
		}
	}
	if !back {
		return nil
	}
	for first := 0; first <= len(out); first += slab {
		d.backward(first)
		for side := first; side < min(first+slab, len(out)+1); side++ {
			z := s.z[side*n:][:n]
			for j := range z {
				z[j] = d.x[slab*j+side-first]
			}
		}
	}
	return nil
}

// load is what the probe and the pushes do, by a line of answers to all columns of B but outputs.
func (w *Woodbury) load(in, line []float64) float64 {
	r := len(w.springs)
	sum := line[r]
	for i, column := range w.pushes {
		sum += in[column] * line[r+1+i]
	}
	return sum
}
