//go:build petsc

package petsc

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Shared is a lattice that is shared out, seen from one rank.
type Shared struct {
	system   *system
	division *Division // at rank 0
}

// Modes are the bonds of this rank, ascending.
func (s *Shared) Modes() []int32 { return s.system.part.Modes }

// ModesOf are the bonds of any rank, at rank 0.
func (s *Shared) ModesOf(rank int) []int32 { return s.division.modes[rank] }

// Work is what has been solved.
func (s *Shared) Work() Work { return s.system.work }

// Across joins numbers over the ranks. A fault of MPI there ends all ranks: no rank can go on without the others.
func (s *Shared) Across() optim.Across {
	w := s.system.world
	join := func(how func([]float64) error) func([]float64) {
		return func(v []float64) {
			if how(v) != nil {
				w.Abort(lost)
			}
		}
	}
	return optim.Across{Sum: join(w.Sum), Most: join(w.Most)}
}

// lost is the exit code of ranks that have lost another.
const lost = 70

// Rig is the bonds of one rank: a learn.Linear whose modes are these, and whose readings are those of the whole lattice.
type Rig struct {
	shared  *Shared
	in, out int
	loads   []Load // own rows of every port, inputs first, as places among the own rows
	k       []float64
	ready   bool // solved for k
	answers *mechanics.Responses
	fresh   bool      // answers belong to k
	rows    []float64 // loads and displacements of the own rows
}

// Loads are ports as entries of rows of D, at rank 0, for all ranks.
func (s *Shared) Loads(ports []network.Port) []Load {
	c, row := s.division.c, s.division.row()
	var list []Load
	for _, p := range ports {
		unknown, value := c.Load(p)
		var l Load
		for i, u := range unknown {
			l.Row, l.Value = append(l.Row, row[u]), append(l.Value, value[i])
		}
		list = append(list, l)
	}
	return list
}

// NewRig is the rig of this rank for input and output ports, which all ranks are told.
func NewRig(s *Shared, in, out []Load) *Rig {
	p := s.system.part
	r := &Rig{shared: s, in: len(in), out: len(out), k: make([]float64, len(p.Modes)), rows: make([]float64, p.Owned*p.Dim)}
	for _, ports := range [][]Load{in, out} {
		for _, all := range ports {
			var own Load
			for i, row := range all.Row {
				if at := int(row) - p.First*p.Dim; at >= 0 && at < len(r.rows) {
					own.Row, own.Value = append(own.Row, int32(at)), append(own.Value, all.Value[i])
				}
			}
			r.loads = append(r.loads, own)
		}
	}
	return r
}

// Ports implements learn.Rig.
func (r *Rig) Ports() (inputs, outputs int) { return r.in, r.out }

// Modes implements learn.Rig.
func (r *Rig) Modes() int { return len(r.k) }

// Stiffness implements learn.Rig.
func (r *Rig) Stiffness() []float64 { return r.k }

// SetStiffness implements learn.Rig: of the bonds of this rank, on every rank.
func (r *Rig) SetStiffness(k []float64) error {
	modes := r.shared.Modes()
	change, wrong := 0.0, -1
	for i, v := range k {
		if !(v > 0) || v > math.MaxFloat64 {
			wrong = i
			break
		}
		if v != r.k[i] {
			change = 1
		}
	}
	bad := math.Inf(-1) // the wrong bond of the smallest number, as all ranks know it
	if wrong >= 0 {
		bad = -float64(modes[wrong])
	}
	found := []float64{change, bad, 0}
	if !r.ready {
		found[2] = 1
	}
	w := r.shared.system.world
	if err := w.Most(found); err != nil {
		return err
	}
	if !math.IsInf(found[1], -1) {
		value := []float64{0, 0} // it, and whether it is finite, from the rank that has it
		if wrong >= 0 && float64(modes[wrong]) == -found[1] {
			if value[0] = k[wrong]; math.IsNaN(value[0]) || math.IsInf(value[0], 0) {
				value = []float64{0, 1}
			}
		}
		if err := w.Sum(value); err != nil {
			return err
		}
		if value[1] > 0 {
			value[0] = math.NaN()
		}
		return &mechanics.StiffnessError{Mode: int(-found[1]), Value: value[0]}
	}
	if found[0] == 0 && found[2] == 0 {
		return nil // scoring a point and stepping from it need one factor
	}
	copy(r.k, k)
	r.ready, r.fresh = false, false
	err := r.shared.system.set(r.k)
	r.ready = err == nil
	return err
}

// Respond implements learn.Linear. The answers have elongations of the bonds of this rank, and no displacements.
func (r *Rig) Respond() (*mechanics.Responses, error) {
	if r.answers == nil {
		stride := r.in + r.out
		r.answers = &mechanics.Responses{P: r.in, Q: r.out, Stride: stride, E: make([]float64, len(r.k)*stride), S: make([]float64, r.out*r.in)}
	}
	if r.fresh {
		return r.answers, nil
	}
	a := r.answers
	clear(a.S)
	for port := range r.loads {
		clear(r.rows)
		r.push(port, 1)
		if err := r.shared.system.solve(r.rows, r.rows); err != nil {
			return nil, err
		}
		if err := r.shared.system.elongate(a.E[min(port, len(a.E)):], a.Stride); err != nil {
			return nil, err
		}
		if port < r.in {
			for o := range r.out {
				a.S[o*r.in+port] = r.read(r.in + o)
			}
		}
	}
	if err := r.shared.system.world.Sum(a.S); err != nil {
		return nil, err
	}
	r.fresh = true
	return a, nil
}

// Apply implements learn.Rig.
func (r *Rig) Apply(in, out []float64, m *learn.Measurement) error {
	clear(r.rows)
	for i, amplitude := range in {
		r.push(i, amplitude)
	}
	for o, amplitude := range out {
		r.push(r.in+o, amplitude)
	}
	if err := r.shared.system.solve(r.rows, r.rows); err != nil {
		return err
	}
	if m.Elongation != nil {
		if err := r.shared.system.elongate(m.Elongation, 1); err != nil {
			return err
		}
	}
	for o := range m.Out {
		m.Out[o] = r.read(r.in + o)
	}
	return r.shared.system.world.Sum(m.Out)
}

// push adds a load at a port to the own rows.
func (r *Rig) push(port int, amplitude float64) {
	l := &r.loads[port]
	for i, at := range l.Row {
		r.rows[at] += amplitude * l.Value[i]
	}
}

// read is what the own rows add to the reading of a port.
func (r *Rig) read(port int) float64 {
	sum := 0.0
	l := &r.loads[port]
	for i, at := range l.Row {
		sum += l.Value[i] * r.rows[at]
	}
	return sum
}

// isInaccurate reports whether an error says something of the lattice, and not of the machine.
func isInaccurate(err error) bool { return errors.As(err, new(*mechanics.InaccurateError)) }
