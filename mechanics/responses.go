package mechanics

import (
	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// Responses are the answers of a network to a unit load at each of its ports: a
// unit force, or a unit displacement at an input that is given one.
// They are everything a linear task can ask: the outputs under any input
// amplitudes f are S f, the elongations E_in f, and those under adjoint
// amplitudes g at the outputs E_out g.
//
// Columns 0..P-1 belong to the input ports, P..P+Q-1 to the output ports; rows
// are Stride wide, the rest being padding.
type Responses struct {
	P, Q, Stride int
	U            []float64 // displacements, N x Stride
	E            []float64 // elongations, M x Stride
	S            []float64 // outputs by inputs, P_out^T D^-1 P_in, Q x P

	load []portLoad    // of every column
	all  []sparse.Load // the same, of all columns

	// Of the inputs whose displacement is given (see hold):
	given    []int     // their columns
	own, row []float64 // scratch
}

type portLoad struct {
	unknown []int32
	value   []float64
}

// NewResponses makes room for the answers at the given ports.
func NewResponses(c *Compatibility, in, out []network.Port) *Responses {
	r := &Responses{P: len(in), Q: len(out), Stride: len(in) + len(out)}
	if r.Stride > 4 && r.Stride < 8 {
		r.Stride = 8 // the width that the kernels keep in registers
	}
	r.U = make([]float64, c.N*r.Stride)
	r.E = make([]float64, c.M*r.Stride)
	r.S = make([]float64, r.Q*r.P)
	for _, ports := range [][]network.Port{in, out} {
		for _, p := range ports {
			unknown, value := c.Load(p)
			for a, u := range unknown {
				r.all = append(r.all, sparse.Load{Unknown: u, Side: int32(len(r.load)), Value: value[a]})
			}
			r.load = append(r.load, portLoad{unknown, value})
		}
	}
	for i, p := range in {
		if p.Given {
			r.given = append(r.given, i)
		}
	}
	if len(r.given) > 0 {
		r.own, r.row = make([]float64, len(r.given)), make([]float64, len(r.load))
	}
	return r
}

// Respond fills r for the stiffness set last: one factorisation serves all. It
// fails with *InaccurateError, and panics unless the last SetStiffness succeeded.
func (q *Equilibrium) Respond(r *Responses) error {
	q.mustBeReady("Respond")
	if s, ok := q.Solver.(*Sparse); ok {
		s.solveLoads(r.U, r.Stride, r.all)
	} else {
		r.placeLoads(r.U)
		if err := q.Solver.Solve(r.U, r.Stride); err != nil {
			return err
		}
	}
	if q.careful() {
		if err := q.polish(r.U, r.Stride, len(r.load), r.placeLoads); err != nil {
			return err
		}
	}
	if err := q.confirm(r); err != nil {
		return err
	}
	if err := r.hold(); err != nil {
		return err
	}
	q.C.Elongations(r.E, r.U, r.Stride)
	r.takeOutputs()
	return nil
}

// placeLoads sets f, a block like U, to the unit loads of all ports.
func (r *Responses) placeLoads(f []float64) {
	clear(f)
	for col := range r.load {
		l := &r.load[col]
		for a, unknown := range l.unknown {
			f[int(unknown)*r.Stride+col] = l.value[a]
		}
	}
}

// takeOutputs reads S off U.
func (r *Responses) takeOutputs() {
	for o := range r.Q {
		out := &r.load[r.P+o]
		row := r.S[o*r.P : (o+1)*r.P]
		clear(row)
		for a, unknown := range out.unknown {
			u := r.U[int(unknown)*r.Stride:]
			for i := range row {
				row[i] += out.value[a] * u[i]
			}
		}
	}
}

// Outputs computes u = S f.
func (r *Responses) Outputs(u, f []float64) {
	for o := range u {
		s := 0.0
		for i, v := range r.S[o*r.P : (o+1)*r.P] {
			s += v * f[i]
		}
		u[o] = s
	}
}

// Weigh multiplies elongations mode by mode: g[m] (len M) is scale times the sum, over outputs o and inputs i, of e_out[m][o] w[o][i] e_in[m][i]. With w
// (Q x P) the sum over samples of their slopes and loads it is a gradient of them all.
func (r *Responses) Weigh(g, w []float64, scale float64) {
	kernel.Weigh(g, r.E, r.Stride, r.P, r.Q, w, scale)
}
