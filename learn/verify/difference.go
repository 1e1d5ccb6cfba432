package verify

import (
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
)

// finiteDifference compares g with central differences of the loss.
func (r *Report) finiteDifference(c *Case, g []float64) error {
	exact, ok := c.Rig.(springs)
	if !ok {
		part := &partRig{rig: c.Rig, all: append([]float64(nil), c.K...), modes: sample(c.Rig.Modes(), float64(c.Batch.Len())*statesWork)}
		return r.compareDifferences(c, part, g)
	}
	p, q := c.Rig.Ports()
	eq := exact.Equilibrium()
	// Factorising takes about (entries of L)^2 / N multiplications, and each of
	// the loads at the ports one pass back and forth.
	entries := float64(eq.Solver.Bytes()) / 8
	work := 2 * (entries*entries/float64(max(eq.C.N, 1)) + 2*entries*float64(p+q) + float64(c.Batch.Len()*p*q))
	return r.compareDifferences(c, &partRig{rig: c.Rig, all: append([]float64(nil), c.K...), modes: sample(eq.C.M, work)}, g)
}

// statesWork is about what it takes to find one state of a rig that does not superpose.
const statesWork = 1e6

func (r *Report) compareDifferences(c *Case, part *partRig, g []float64) error {
	want := make([]float64, len(part.modes))
	if _, err := (&rule.Difference{}).Gradient(part, c.Loss, c.Batch, want); err != nil {
		return err
	}
	r.FiniteBonds = len(want)
	r.FiniteDifference = r.relative(g, want, part.modes)
	return nil
}

// partRig is a rig of which only some stiffnesses can be changed and only the
// outputs are seen: all that finite differences of the loss need.
type partRig struct {
	rig   learn.Rig
	all   []float64 // stiffness of every mode; len M
	modes []int32   // those that can be changed
	k     []float64 // stiffness of modes
}

// Ports implements learn.Rig.
func (p *partRig) Ports() (inputs, outputs int) { return p.rig.Ports() }

// Modes implements learn.Rig.
func (p *partRig) Modes() int { return len(p.modes) }

// Stiffness implements learn.Rig.
func (p *partRig) Stiffness() []float64 {
	p.k = p.k[:0]
	for _, i := range p.modes {
		p.k = append(p.k, p.all[i])
	}
	return p.k
}

// Units implements learn.Measured.
func (p *partRig) Units() []float64 {
	all := learn.Units(p.rig)
	units := make([]float64, len(p.modes))
	for j, i := range p.modes {
		units[j] = all[i]
	}
	return units
}

// SetStiffness implements learn.Rig.
func (p *partRig) SetStiffness(k []float64) error {
	for j, i := range p.modes {
		p.all[i] = k[j]
	}
	return p.rig.SetStiffness(p.all)
}

// Apply implements learn.Rig by superposition, so that a large batch costs no
// more solutions than a small one.
func (p *partRig) Apply(in, _ []float64, m *learn.Measurement) error {
	linear, ok := p.rig.(learn.Linear)
	if !ok {
		return p.rig.Apply(in, nil, m)
	}
	answers, err := linear.Respond()
	if err == nil {
		answers.Outputs(m.Out, in)
	}
	return err
}
