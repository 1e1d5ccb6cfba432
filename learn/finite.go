package learn

import (
	"fmt"

	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
)

// Finite is a rig whose displacements are not small: bars that turn as they are loaded. Its
// elongations are changes of length. It is no Linear rig, and answers small loads about a state.
type Finite struct {
	eq        *finite.Equilibrium
	in, out   []port
	k         []float64 // len M
	u, f, add []float64 // displacements, loads and what small loads add; len N
}

// NewFinite loads an equilibrium at the given ports. It fails where a port is of several nodes, or is told its
// displacement: these are known for small displacements only.
func NewFinite(eq *finite.Equilibrium, in, out []network.Port) (*Finite, error) {
	n := eq.C.N
	x := &Finite{eq: eq, k: make([]float64, eq.C.M), u: make([]float64, n), f: make([]float64, n), add: make([]float64, n)}
	for i, p := range append(append([]network.Port(nil), in...), out...) {
		if p.Pair || p.Mean != nil || p.Given {
			return nil, fmt.Errorf("port %d is of several nodes or told its displacement, which a rig of finite deformation does not have: push and read single nodes by forces", i+1)
		}
		unknown, value := eq.C.Load(p)
		if i < len(in) {
			x.in = append(x.in, port{unknown, value})
		} else {
			x.out = append(x.out, port{unknown, value})
		}
	}
	return x, nil
}

// Ports implements Rig.
func (x *Finite) Ports() (inputs, outputs int) { return len(x.in), len(x.out) }

// Modes implements Rig.
func (x *Finite) Modes() int { return x.eq.C.M }

// Stiffness implements Rig.
func (x *Finite) Stiffness() []float64 { return x.k }

// SetStiffness implements Rig.
func (x *Finite) SetStiffness(k []float64) error {
	if err := x.eq.SetStiffness(k); err != nil {
		return err
	}
	copy(x.k, k)
	return nil
}

// Apply implements Rig. It fails with *finite.BucklingError or *finite.ConvergenceError.
func (x *Finite) Apply(in, out []float64, m *Measurement) error {
	if err := x.rest(in, out); err != nil {
		return err
	}
	if m.Elongation != nil {
		x.eq.Elongations(m.Elongation, x.u)
	}
	read(x.out, m.Out, x.u)
	return nil
}

// About implements Tangential.
func (x *Finite) About(in, out []float64, m *Measurement) error {
	if err := x.rest(in, nil); err != nil {
		return err
	}
	clear(x.add)
	hang(x.add, x.out, out)
	if err := x.eq.Linearised(x.add, x.u, 1); err != nil {
		return err
	}
	if m.Elongation != nil {
		x.eq.Rates(m.Elongation, x.u, x.add)
	}
	read(x.out, m.Out, x.add)
	return nil
}

// rest sets u to the equilibrium under loads, from the lattice without load: the same loads give
// the same state, whatever hung before.
func (x *Finite) rest(in, out []float64) error {
	clear(x.u)
	clear(x.f)
	hang(x.f, x.in, in)
	hang(x.f, x.out, out)
	_, err := x.eq.Displace(x.u, x.f)
	return err
}

// hang adds amplitudes at ports to loads (len N).
func hang(f []float64, ports []port, amplitude []float64) {
	for i, v := range amplitude {
		for a, unknown := range ports[i].unknown {
			f[unknown] += v * ports[i].value[a]
		}
	}
}

// read sets out to what ports read of displacements u (len N).
func read(ports []port, out, u []float64) {
	for o := range out {
		out[o] = 0
		for a, unknown := range ports[o].unknown {
			out[o] += ports[o].value[a] * u[unknown]
		}
	}
}
