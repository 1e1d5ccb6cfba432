package inputs

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Woodbury is the rig of plans in which few springs follow inputs. D0 is the stiffness matrix of the springs that no input sets, and of
// what input springs keep at an input of 0. With c_i the row of input spring i and chi_i what a sample adds to its stiffness (Woodbury 1950)
//
//	G = C_I D0^-1 C_I^T, e0 = C_I D0^-1 f, T = P^T D0^-1 C_I^T     once for each setting of the stiffnesses
//	A = 1 + chi^1/2 G chi^1/2,  z = A^-1 chi^1/2 e0,  y = y0 - T chi^1/2 z     of each sample, over the springs with chi > 0
//	z' = A^-1 chi^1/2 T^T dL/dy
//
// so D0 is factorised once a step, and a sample costs a dense factorisation of as many unknowns as inputs are on. Derivatives are those of
// e_adj e: -z z' / k of an input spring, and of all others by the cheaper of two ways, see backward.
type Woodbury struct {
	plan    *Plan
	c       *mechanics.Compatibility // of the whole network
	base    *mechanics.Equilibrium   // of D0
	ports   *ports
	k, k0   []float64 // of every mode; in D0
	springs []int32   // modes of the input springs that move
	of      []int32   // plan.Written of each
	written []bool    // of each mode: it follows an input
	pushes  []int32   // columns that are forces
	threads int

	whole *Refactor // where D0 does not stand, or is too soft; nil until then
	why   error     // it is used now

	// Columns of B: springs, the probe, pushes, outputs.
	m, stride int
	v         []float64 // D0^-1 B; N x stride
	g         []float64 // C_I D0^-1 of springs, probe and pushes; r x (r+loads)
	t         []float64 // outputs of springs, probe and pushes; q x (r+loads)
	e         []float64 // C D0^-1 B of the modes; made when it is wanted
	eReady    bool
	way       string // of Backward, products or solves; tests set it

	crew  woodburyCrew
	batch learn.Batch
}

var (
	_ learn.Differentiable = (*Woodbury)(nil)
	_ learn.Superposing    = (*Woodbury)(nil)
)

// tooSoft is how much stiffer all inputs together may make a network: beyond it more than five digits of D0's answers cancel.
const tooSoft = 1e5

// NewWoodbury prepares a plan. SetStiffness must follow.
func NewWoodbury(p *Plan) (*Woodbury, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	c := mechanics.NewCompatibility(p.Net)
	w := &Woodbury{plan: p, c: c, ports: p.ports(c), k: make([]float64, c.M), k0: make([]float64, c.M), written: make([]bool, c.M), threads: runtime.GOMAXPROCS(0)}
	net := *p.Net
	net.Elements = append([]network.Element(nil), p.Net.Elements...)
	for i := range p.Written {
		m := c.Mode[p.Written[i].Element]
		w.written[m] = true
		if p.Least == 0 {
			net.Elements[p.Written[i].Element].Cut = true
		}
		if c.Ptr[m] < c.Ptr[m+1] {
			w.springs, w.of = append(w.springs, m), append(w.of, int32(i))
		}
	}
	for i, t := range w.ports.push {
		if t != nil {
			w.pushes = append(w.pushes, int32(i))
		}
	}
	w.base = mechanics.NewEquilibrium(&net, nil)
	w.m = len(w.springs) + w.loads() + len(p.Out)
	w.stride = (w.m + 7) / 8 * 8
	return w, nil
}

// loads is the number of columns of B that are loads: the probe, and the pushes.
func (w *Woodbury) loads() int { return 1 + len(w.pushes) }

// inner is the number of columns of B before the outputs.
func (w *Woodbury) inner() int { return len(w.springs) + w.loads() }

// SetThreads lets so many samples be found at once. Results have the same bits for any number.
func (w *Woodbury) SetThreads(n int) {
	w.threads = max(1, n)
	if s, ok := w.base.Solver.(interface{ SetThreads(int) }); ok {
		s.SetThreads(w.threads)
	}
	if w.whole != nil {
		w.whole.SetThreads(w.threads)
	}
}

// Ports implements learn.Rig: inputs are columns.
func (w *Woodbury) Ports() (inputs, outputs int) { return len(w.plan.Columns), len(w.plan.Out) }

// Modes implements learn.Rig.
func (w *Woodbury) Modes() int { return w.c.M }

// Stiffness implements learn.Rig.
func (w *Woodbury) Stiffness() []float64 { return w.k }

// Superposes implements learn.Superposing: at the stiffness of a sample the network is linear.
func (w *Woodbury) Superposes() {}

// Why says why every sample is factorised by itself after all, nil where it is not.
func (w *Woodbury) Why() error { return w.why }

// SetStiffness implements learn.Rig. Where the network does not stand without its inputs it is not refused: Refactor takes over.
func (w *Woodbury) SetStiffness(k []float64) error {
	if err := stiffness(k); err != nil {
		return err
	}
	copy(w.k, k)
	for m, v := range k {
		if w.k0[m] = v; w.written[m] && w.plan.Least > 0 {
			w.k0[m] *= w.plan.Least
		}
	}
	w.eReady = false
	w.why = nil
	if err := w.base.SetStiffness(w.k0); err != nil {
		if w.why = floppy(err); w.why == nil {
			return err
		}
	} else {
		if err := w.respond(); err != nil {
			return err
		}
		most := w.gain()
		if most <= tooSoft {
			return nil
		}
		w.why = fmt.Errorf("inputs make the network up to %.0e times as stiff as it is without them", most)
	}
	whole, err := w.refactor()
	if err != nil {
		return err
	}
	return whole.SetStiffness(k)
}

// floppy is the reason why the network does not stand without its input springs, nil where err says something else.
func floppy(err error) error {
	var singular *mechanics.SingularError
	if errors.As(err, &singular) {
		return fmt.Errorf("without its input springs the network does not stand: %w", err)
	}
	return nil
}

// refactor is the rig for what this one cannot do.
func (w *Woodbury) refactor() (*Refactor, error) {
	if w.whole == nil {
		whole, err := NewRefactor(w.plan)
		if err != nil {
			return nil, err
		}
		whole.SetThreads(w.threads)
		w.whole = whole
	}
	return w.whole, nil
}

// row yields the terms of the elongation of a mode.
func (w *Woodbury) row(m int32) (col []int32, val []float64) {
	from, to := w.c.Ptr[m], w.c.Ptr[m+1]
	return w.c.Col[from:to], w.c.Val[from:to]
}

// respond answers the columns of B.
func (w *Woodbury) respond() error {
	if w.v == nil {
		w.v = make([]float64, w.c.N*w.stride)
		w.g = make([]float64, len(w.springs)*w.inner())
		w.t = make([]float64, len(w.plan.Out)*w.inner())
	}
	clear(w.v)
	for i, m := range w.springs {
		col, val := w.row(m)
		for a, u := range col {
			w.v[int(u)*w.stride+i] = val[a]
		}
	}
	at := len(w.springs)
	for u, f := range w.ports.probe {
		w.v[u*w.stride+at] = f
	}
	for _, column := range w.pushes {
		at++
		for _, t := range w.ports.push[column] {
			w.v[int(t.unknown)*w.stride+at] += t.by
		}
	}
	for _, out := range w.ports.out {
		at++
		for _, t := range out {
			w.v[int(t.unknown)*w.stride+at] += t.by
		}
	}
	if err := w.base.Solver.Solve(w.v, w.stride); err != nil {
		return err
	}
	inner := w.inner()
	for i, m := range w.springs {
		col, val := w.row(m)
		line := w.g[i*inner:][:inner]
		clear(line)
		for a, u := range col {
			for j, x := range w.v[int(u)*w.stride:][:inner] {
				line[j] += val[a] * x
			}
		}
	}
	for o, out := range w.ports.out {
		line := w.t[o*inner:][:inner]
		clear(line)
		for _, t := range out {
			for j, x := range w.v[int(t.unknown)*w.stride:][:inner] {
				line[j] += t.by * x
			}
		}
	}
	return nil
}

// gain bounds how much stiffer inputs of one make the network: the sum of k G over the input springs.
func (w *Woodbury) gain() float64 {
	sum := 0.0
	for i, m := range w.springs {
		sum += w.k[m] * w.g[i*w.inner()+i]
	}
	return sum
}

// Apply implements learn.Rig, on the network as the sample sets it.
func (w *Woodbury) Apply(in, out []float64, m *learn.Measurement) error {
	whole, err := w.refactor()
	if err != nil {
		return err
	}
	if err := whole.SetStiffness(w.k); err != nil {
		return err
	}
	return whole.Apply(in, out, m)
}

// Bytes is about what a batch of so many samples takes.
func (w *Woodbury) Bytes(batch int) int64 {
	r, q := len(w.springs), len(w.plan.Out)
	numbers := int64(w.c.N+w.c.M)*int64(w.stride) + int64(r+q)*int64(w.inner()) + int64(w.stride)*int64(w.stride)
	numbers += int64(w.threads) * int64(newDense(r, q+1).size())
	numbers += int64(min(batch, mostSamples))*int64(r*(q+2)) + 2*int64(batch)*int64(w.stride) + 16*int64(w.c.N+w.c.M)
	return 8*numbers + w.base.Solver.Bytes()
}
