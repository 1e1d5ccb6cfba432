package inputs

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
)

// Refactor is the rig of any plan: one factorisation for every sample. Parameters are the stiffnesses of all elements, those
// of input springs at an input of one.
type Refactor struct {
	plan    *Plan
	c       *mechanics.Compatibility
	written []int32 // of each mode its place in plan.Written, -1 for a spring of its own
	ports   *ports
	k       []float64
	lanes   []*lane
	threads int

	batch learn.Batch
	u     []float64 // of every sample that went forward; B x N
	g     []float64 // of every chunk; chunks x M
}

// lane is one goroutine's.
type lane struct {
	solver mechanics.Solver
	k      []float64 // of one sample
	f      []float64
	e, a   []float64
}

// chunks is in how many parts a batch is divided at most, whatever the threads: sums are taken part by part in their order, so
// that results have the same bits for any number of threads.
const chunks = 16

var (
	_ learn.Differentiable = (*Refactor)(nil)
	_ learn.Superposing    = (*Refactor)(nil)
)

// NewRefactor prepares a plan. SetStiffness must follow.
func NewRefactor(p *Plan) (*Refactor, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	c := mechanics.NewCompatibility(p.Net)
	r := &Refactor{plan: p, c: c, written: make([]int32, c.M), ports: p.ports(c), k: make([]float64, c.M), threads: runtime.GOMAXPROCS(0)}
	for m := range r.written {
		r.written[m] = -1
	}
	for i := range p.Written {
		r.written[c.Mode[p.Written[i].Element]] = int32(i)
	}
	return r, nil
}

// SetThreads lets so many samples be found at once.
func (r *Refactor) SetThreads(n int) { r.threads = max(1, n) }

// Ports implements learn.Rig: inputs are columns.
func (r *Refactor) Ports() (inputs, outputs int) { return len(r.plan.Columns), len(r.plan.Out) }

// Modes implements learn.Rig.
func (r *Refactor) Modes() int { return r.c.M }

// Stiffness implements learn.Rig.
func (r *Refactor) Stiffness() []float64 { return r.k }

// SetStiffness implements learn.Rig.
func (r *Refactor) SetStiffness(k []float64) error {
	if err := stiffness(k); err != nil {
		return err
	}
	copy(r.k, k)
	return nil
}

// Superposes implements learn.Superposing: at the stiffness of a sample the network is linear.
func (r *Refactor) Superposes() {}

func (r *Refactor) lane(i int) *lane {
	for len(r.lanes) <= i {
		l := &lane{solver: mechanics.NewSolver(r.c), k: make([]float64, r.c.M), f: make([]float64, r.c.N), e: make([]float64, r.c.M), a: make([]float64, r.c.M)}
		if s, ok := l.solver.(interface{ SetThreads(int) }); ok {
			s.SetThreads(1)
		}
		r.lanes = append(r.lanes, l)
	}
	return r.lanes[i]
}

// write sets the stiffness of a sample and factorises.
func (r *Refactor) write(l *lane, amplitudes []float64) error {
	for m, i := range r.written {
		if l.k[m] = r.k[m]; i >= 0 {
			w := &r.plan.Written[i]
			l.k[m] *= r.plan.share(w, amplitudes[w.Column])
		}
	}
	return l.solver.Factor(l.k)
}

// Apply implements learn.Rig.
func (r *Refactor) Apply(in, out []float64, m *learn.Measurement) error {
	l := r.lane(0)
	if in == nil {
		return errors.New("without an input there is no stiffness: a sample sets both")
	}
	if err := r.plan.check(0, in); err != nil {
		return err
	}
	if err := r.write(l, in); err != nil {
		return err
	}
	r.batch = learn.Batch{}
	r.ports.load(in, l.f)
	for o, amplitude := range out {
		r.ports.out[o].add(l.f, amplitude)
	}
	if err := l.solver.Solve(l.f, 1); err != nil {
		return err
	}
	for o := range m.Out {
		m.Out[o] = r.ports.out[o].read(l.f)
	}
	if m.Elongation != nil {
		r.c.Elongations(m.Elongation, l.f, 1)
	}
	return nil
}

// Forward implements learn.Differentiable.
func (r *Refactor) Forward(batch learn.Batch, out []float64) error {
	n, q := r.c.N, len(r.plan.Out)
	r.batch = batch
	if len(r.u) < batch.Len()*n {
		r.u = make([]float64, batch.Len()*n)
	}
	return r.each(func(l *lane, i, _ int) error {
		in := batch.Set.Force(batch.Row(i))
		if err := r.plan.check(batch.Row(i), in); err != nil {
			return err
		}
		if err := r.write(l, in); err != nil {
			return fmt.Errorf("sample %d: %w", batch.Row(i)+1, err)
		}
		u := r.u[i*n : (i+1)*n]
		r.ports.load(in, u)
		if err := l.solver.Solve(u, 1); err != nil {
			return err
		}
		for o := range q {
			out[i*q+o] = r.ports.out[o].read(u)
		}
		return nil
	})
}

// Backward implements learn.Differentiable: the error hangs at the stiffness of its sample.
func (r *Refactor) Backward(slope, g []float64) error {
	n, q, m := r.c.N, len(r.plan.Out), r.c.M
	if len(r.g) == 0 {
		r.g = make([]float64, chunks*m)
	}
	clear(r.g)
	err := r.each(func(l *lane, i, chunk int) error {
		in := r.batch.Set.Force(r.batch.Row(i))
		if err := r.write(l, in); err != nil {
			return err
		}
		clear(l.f)
		for o, v := range slope[i*q : (i+1)*q] {
			r.ports.out[o].add(l.f, -v)
		}
		if err := l.solver.Solve(l.f, 1); err != nil {
			return err
		}
		r.c.Elongations(l.e, r.u[i*n:(i+1)*n], 1)
		r.c.Elongations(l.a, l.f, 1)
		sum := r.g[chunk*m : (chunk+1)*m]
		for at, e := range l.e {
			v := e * l.a[at]
			if w := r.written[at]; w >= 0 {
				written := &r.plan.Written[w]
				v *= r.plan.share(written, in[written.Column])
			}
			sum[at] += v
		}
		return nil
	})
	clear(g)
	for chunk := range chunks {
		for at, v := range r.g[chunk*m : (chunk+1)*m] {
			g[at] += v
		}
	}
	return err
}

// each does something with every sample, chunk by chunk, on as many goroutines as are allowed.
func (r *Refactor) each(do func(l *lane, i, chunk int) error) error {
	n := r.batch.Len()
	size := max(1, (n+chunks-1)/chunks)
	parts := (n + size - 1) / size
	many := max(1, min(r.threads, parts))
	r.lane(many - 1)
	return share(many, parts, func(worker, chunk int) error {
		for i := chunk * size; i < min(n, (chunk+1)*size); i++ {
			if err := do(r.lanes[worker], i, chunk); err != nil {
				return err
			}
		}
		return nil
	})
}
