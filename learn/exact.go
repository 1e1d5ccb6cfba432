package learn

import (
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Exact is the rig without a bench: equilibrium computed to machine precision.
type Exact struct {
	eq        *mechanics.Equilibrium
	in, out   []network.Port
	responses *mechanics.Responses // nil until somebody asks for them
	answered  bool                 // responses belong to the stiffness of revision
	revision  uint64               // of the equilibrium, which others may set as well
	given     bool                 // an input is told its displacement
	ports     []port
	u         []float64 // len N
}

type port struct {
	unknown []int32
	value   []float64
}

// NewExact loads an equilibrium at the given ports.
func NewExact(eq *mechanics.Equilibrium, in, out []network.Port) *Exact {
	x := &Exact{eq: eq, in: in, out: out, u: make([]float64, eq.C.N)}
	for _, list := range [][]network.Port{in, out} {
		for _, p := range list {
			unknown, value := eq.C.Load(p)
			x.ports = append(x.ports, port{unknown, value})
			x.given = x.given || p.Given
		}
	}
	return x
}

// Equilibrium is the mechanics behind the rig.
func (x *Exact) Equilibrium() *mechanics.Equilibrium { return x.eq }

// Ports implements Rig.
func (x *Exact) Ports() (inputs, outputs int) { return len(x.in), len(x.out) }

// Modes implements Rig.
func (x *Exact) Modes() int { return x.eq.C.M }

// Stiffness implements Rig.
func (x *Exact) Stiffness() []float64 { return x.eq.Stiffness() }

// SetStiffness implements Rig.
func (x *Exact) SetStiffness(k []float64) error {
	x.answered = false
	return x.eq.SetStiffness(k)
}

// Respond implements Linear.
func (x *Exact) Respond() (*mechanics.Responses, error) {
	if x.responses == nil {
		x.responses = mechanics.NewResponses(x.eq.C, x.in, x.out)
	}
	if !x.answered || x.revision != x.eq.Revision() {
		x.answered = false
		if err := x.eq.Respond(x.responses); err != nil {
			return nil, err
		}
		x.answered, x.revision = true, x.eq.Revision()
	}
	return x.responses, nil
}

// Apply implements Rig. Without room for elongations it leaves them out.
func (x *Exact) Apply(in, out []float64, m *Measurement) error {
	clear(x.u)
	if x.given {
		if err := x.superpose(in, out); err != nil {
			return err
		}
	} else {
		for i, amplitude := range in {
			x.load(i, amplitude)
		}
		for o, amplitude := range out {
			x.load(len(x.in)+o, amplitude)
		}
		if err := x.eq.Displace(x.u); err != nil {
			return err
		}
	}
	x.Read(x.u, m)
	return nil
}

// Read sets m to what displacements u of every free unknown are at the outputs and along the bonds.
func (x *Exact) Read(u []float64, m *Measurement) {
	if m.Elongation != nil {
		x.eq.C.Elongations(m.Elongation, u, 1)
	}
	for o := range m.Out {
		p := &x.ports[len(x.in)+o]
		m.Out[o] = 0
		for a, unknown := range p.unknown {
			m.Out[o] += p.value[a] * u[unknown]
		}
	}
}

// superpose sums the answers to unit loads. What it takes to bring about given
// displacements is known only from there.
func (x *Exact) superpose(in, out []float64) error {
	r, err := x.Respond()
	if err != nil {
		return err
	}
	for n := range x.u {
		row := r.U[n*r.Stride : n*r.Stride+r.P+r.Q]
		for i, amplitude := range in {
			x.u[n] += amplitude * row[i]
		}
		for o, amplitude := range out {
			x.u[n] += amplitude * row[r.P+o]
		}
	}
	return nil
}

// Displacements are those of the load applied last, of every free unknown.
func (x *Exact) Displacements() []float64 { return x.u }

func (x *Exact) load(number int, amplitude float64) {
	p := &x.ports[number]
	for a, unknown := range p.unknown {
		x.u[unknown] += amplitude * p.value[a]
	}
}
