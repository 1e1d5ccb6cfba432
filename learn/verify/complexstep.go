package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// complexLimit is the number of unknowns beyond which a full complex matrix
// would take too much memory.
const complexLimit = 1500

// tiny is the imaginary step as a share of the stiffness: its square vanishes
// beside one, so that the step has no error of its own.
const tiny = 1e-20

// springs is a rig of a lattice of linear springs, whose equilibrium is known.
type springs interface {
	learn.Rig
	Equilibrium() *mechanics.Equilibrium
}

// why no complex steps are taken: their solver is one for lattices whose inputs are loads, and whose outputs are scored as they are.
func why(c *Case) string {
	here := "this network has other elements than springs that move little, or electronics"
	for _, p := range c.In {
		if p.Part == network.Value {
			here = "this one, in which inputs set stiffnesses, has more unknowns, other elements, or electronics"
		}
	}
	return "complex steps are taken on lattices of linear springs of up to " + fmt.Sprint(complexLimit) + " unknowns without electronics, and " + here + "; differences of the loss and Taylor's remainder stand in for them"
}

// complexStep compares g with Im L(k + i h) / h, one mode at a time.
func (r *Report) complexStep(c *Case, g []float64) {
	r.ComplexStep = math.NaN()
	exact, ok := c.Rig.(springs)
	if w, sets := c.Rig.(written); sets {
		given := slices.ContainsFunc(c.In, func(p network.Port) bool { return p.Given })
		if compat, shares := w.Springs(); compat != nil && compat.N <= complexLimit && !given {
			r.complexWritten(c, compat, shares, g)
			return
		}
	}
	if !ok {
		r.Skipped = why(c)
		return
	}
	compat := exact.Equilibrium().C
	if compat.N > complexLimit {
		r.Skipped = fmt.Sprintf("complex steps are taken up to %d unknowns, and the network has %d", complexLimit, compat.N)
		return
	}
	s := newComplexSolver(compat, c.In, c.Out)
	modes := sample(compat.M, s.work()+float64(4*c.Batch.Len()*len(c.Out)*(len(c.In)+8)))
	want := make([]float64, len(modes))
	for j, i := range modes {
		h := tiny * c.K[i]
		s.respond(c.K, i, h)
		want[j] = imag(s.loss(c)) / h
	}
	r.ComplexBonds = len(modes)
	r.ComplexStep = r.relative(g, want, modes)
}

// complexSolver answers unit loads at the ports for complex stiffnesses. It
// knows C and nothing of the solvers that training uses: D = L diag(d) L^T is
// factored row by row within the envelope of D, without square roots.
type complexSolver struct {
	c       *mechanics.Compatibility
	first   []int          // first column of each row of D; len N
	l       [][]complex128 // row i of D, then L, from column first[i] to i
	in, out []load         // out ends with the inputs whose displacement is given
	given   []int          // those inputs
	u, rest []complex128   // answer to one unit load, and what it leaves over; len N
	s       []complex128   // outputs by inputs; len(out) x P
}

type load struct {
	unknown []int32
	value   []float64
}

func newComplexSolver(c *mechanics.Compatibility, in, out []network.Port) *complexSolver {
	s := &complexSolver{c: c, first: make([]int, c.N), l: make([][]complex128, c.N),
		u: make([]complex128, c.N), rest: make([]complex128, c.N)}
	for i := range s.first {
		s.first[i] = i
	}
	s.couplings(func(_, row, col int, _ float64) { s.first[row] = min(s.first[row], col) })
	for i, first := range s.first {
		s.l[i] = make([]complex128, i-first+1)
	}
	for _, p := range in {
		unknown, value := c.Load(p)
		s.in = append(s.in, load{unknown, value})
	}
	for _, p := range out {
		unknown, value := c.Load(p)
		s.out = append(s.out, load{unknown, value})
	}
	for i, p := range in {
		if p.Given {
			s.given = append(s.given, i)
			s.out = append(s.out, s.in[i])
		}
	}
	s.s = make([]complex128, len(s.in)*len(s.out))
	return s
}

// couplings visits every contribution of a mode to the lower triangle of D.
func (s *complexSolver) couplings(visit func(mode, row, col int, cosines float64)) {
	c := s.c
	for m := range c.M {
		for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
			for b := c.Ptr[m]; b < c.Ptr[m+1]; b++ {
				if row, col := int(c.Col[a]), int(c.Col[b]); col <= row {
					visit(m, row, col, c.Val[a]*c.Val[b])
				}
			}
		}
	}
}

// work is the number of complex multiplications of respond.
func (s *complexSolver) work() float64 {
	sum := 0.0
	for _, row := range s.l {
		w := float64(len(row))
		sum += w*w/2 + 2*w*float64(len(s.in))
	}
	return sum
}

// respond fills s.s for stiffnesses k, that of one mode being k + i h.
func (s *complexSolver) respond(k []float64, mode int32, h float64) {
	for _, row := range s.l {
		clear(row)
	}
	s.couplings(func(m, row, col int, cosines float64) {
		stiffness := complex(k[m], 0)
		if m == int(mode) {
			stiffness = complex(k[m], h)
		}
		s.l[row][col-s.first[row]] += stiffness * complex(cosines, 0)
	})
	s.factor()
	for i := range s.in {
		clear(s.u)
		s.in[i].addTo(s.u)
		s.solve(s.u)
		for range refinements {
			s.leftOver(&s.in[i], k, mode, h)
			s.solve(s.rest)
			for at, v := range s.rest {
				s.u[at] += v
			}
		}
		for o := range s.out {
			sum := complex128(0)
			for a, unknown := range s.out[o].unknown {
				sum += complex(s.out[o].value[a], 0) * s.u[unknown]
			}
			s.s[o*len(s.in)+i] = sum
		}
	}
	s.hold()
}

// refinements of a solution by the elements themselves keep the digits that D loses where stiffnesses differ by
// powers of ten, or a motion is soft.
const refinements = 2

func (l *load) addTo(f []complex128) {
	for a, unknown := range l.unknown {
		f[unknown] += complex(l.value[a], 0)
	}
}

// leftOver sets s.rest to the load less C^T K C u.
func (s *complexSolver) leftOver(l *load, k []float64, mode int32, h float64) {
	clear(s.rest)
	l.addTo(s.rest)
	c := s.c
	for m := range c.M {
		e := complex128(0)
		for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
			e += complex(c.Val[a], 0) * s.u[c.Col[a]]
		}
		stiffness := complex(k[m], 0)
		if m == int(mode) {
			stiffness = complex(k[m], h)
		}
		for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
			s.rest[c.Col[a]] -= complex(c.Val[a], 0) * stiffness * e
		}
	}
}

// hold exchanges the force at each given input for the displacement there.
func (s *complexSolver) hold() {
	p := len(s.in)
	first := len(s.out) - len(s.given)
	for i, g := range s.given {
		row := slices.Clone(s.s[(first+i)*p : (first+i+1)*p])
		for at := 0; at < len(s.s); at += p {
			unit := s.s[at+g] / row[g]
			for col := range row {
				s.s[at+col] -= unit * row[col]
			}
			s.s[at+g] = unit
		}
	}
}

// factor overwrites D with L below and d on the diagonal.
func (s *complexSolver) factor() {
	for i, row := range s.l {
		fi := s.first[i]
		// First w_ij = D_ij - sum w_ic L_jc, which is L_ij d_j.
		for j := fi; j < i; j++ {
			fj, other := s.first[j], s.l[j]
			for c := max(fi, fj); c < j; c++ {
				row[j-fi] -= row[c-fi] * other[c-fj]
			}
		}
		for j := fi; j < i; j++ {
			w := row[j-fi]
			row[j-fi] = w / s.l[j][j-s.first[j]]
			row[i-fi] -= w * row[j-fi]
		}
	}
}

// solve overwrites a load u with the displacements.
func (s *complexSolver) solve(u []complex128) {
	for i, row := range s.l {
		for j := s.first[i]; j < i; j++ {
			u[i] -= row[j-s.first[i]] * u[j]
		}
	}
	for i, row := range s.l {
		u[i] /= row[i-s.first[i]]
	}
	for i := len(s.l) - 1; i >= 0; i-- {
		for j := s.first[i]; j < i; j++ {
			u[j] -= s.l[i][j-s.first[i]] * u[i]
		}
	}
}

// loss is the mean loss of the batch for the answers of respond.
func (s *complexSolver) loss(c *Case) complex128 {
	q := len(s.out) - len(s.given)
	u := make([]complex128, c.Batch.Len()*q)
	for i := range c.Batch.Len() {
		f := c.Batch.Set.Force(c.Batch.Row(i))
		for o := range q {
			for a, amplitude := range f {
				u[i*q+o] += s.s[o*len(f)+a] * complex(amplitude, 0)
			}
		}
	}
	return task.TotalComplex(c.Loss, c.Batch.Set, c.Batch.Rows, u) * complex(c.Batch.Mean(), 0)
}
