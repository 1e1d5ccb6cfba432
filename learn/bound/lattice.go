package bound

import (
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Lattice is the Network of a lattice of linear springs.
type Lattice struct {
	*mechanics.Compliance
	eq    *mechanics.Equilibrium
	modes []int32
	k     []float64 // of every mode
}

// NewLattice lets some modes of a lattice be chosen; the others keep the stiffness that it has now. Inputs are forces.
func NewLattice(eq *mechanics.Equilibrium, in, out []network.Port, modes []int32) *Lattice {
	return &Lattice{Compliance: mechanics.NewCompliance(eq, in, out, modes), eq: eq, modes: modes, k: append([]float64(nil), eq.Stiffness()...)}
}

// Begin implements Network.
func (l *Lattice) Begin(k []float64) error {
	for j, mode := range l.modes {
		l.k[mode] = k[j]
	}
	if err := l.eq.SetStiffness(l.k); err != nil {
		return err
	}
	return l.Compliance.Begin(l.eq)
}

// Work implements Network: loads do the work that the bonds store.
func (l *Lattice) Work(f []float64) float64 {
	r, sum := l.Responses(), 0.0
	for i, k := range l.k {
		e := 0.0
		for a, v := range f {
			e += r.E[i*r.Stride+a] * v
		}
		sum += k * e * e
	}
	return sum
}
