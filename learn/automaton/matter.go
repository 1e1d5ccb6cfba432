package automaton

import (
	"github.com/elastrain/elastrain/mechanics"
)

// Matter is a lattice that rests under its load while its bonds change one at a time. Each change is a change of rank one of D^-1.
type Matter struct {
	eq      *mechanics.Equilibrium
	k       []float64 // N/m; len M
	longer  []float64 // by which the rest length of each bond is longer than as drawn, m; len M
	inverse []float64 // D^-1; N x N
	load    []float64 // N; len N
	u       []float64 // m; len N
	motion  []float64 // D^-1 c of the bond that changes; len N
	stale   int       // changes since D was factorised
}

// mostStale is after how many changes D is factorised anew, so that rounding does not gather.
const mostStale = 512

// NewMatter is a lattice without load, with stiffnesses k.
func NewMatter(eq *mechanics.Equilibrium, k []float64) (*Matter, error) {
	n := eq.C.N
	m := &Matter{eq: eq, k: append([]float64(nil), k...), longer: make([]float64, len(k)), inverse: make([]float64, n*n),
		load: make([]float64, n), u: make([]float64, n), motion: make([]float64, n)}
	return m, m.refresh()
}

// refresh factorises D and rests anew.
func (m *Matter) refresh() error {
	if err := m.eq.SetStiffness(m.k); err != nil {
		return err
	}
	n := m.eq.C.N
	clear(m.inverse)
	for i := range n {
		m.inverse[i*n+i] = 1
	}
	if err := m.eq.Solver.Solve(m.inverse, n); err != nil {
		return err
	}
	m.stale = 0
	m.rest()
	return nil
}

// rest sets u under the load and what bonds pull by themselves.
func (m *Matter) rest() {
	c, n := m.eq.C, m.eq.C.N
	total := append(m.motion[:0], m.load...)
	for i, d := range m.longer {
		if d != 0 {
			for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
				total[c.Col[a]] += m.k[i] * d * c.Val[a]
			}
		}
	}
	for i := range n {
		sum := 0.0
		for j, f := range total {
			sum += m.inverse[i*n+j] * f
		}
		m.u[i] = sum
	}
}

// Stiffness is that of every bond; do not modify.
func (m *Matter) Stiffness() []float64 { return m.k }

// Displacements are those of every free unknown; do not modify.
func (m *Matter) Displacements() []float64 { return m.u }

// Hang replaces the load.
func (m *Matter) Hang(load []float64) {
	copy(m.load, load)
	m.rest()
}

// Elongation is that of a bond.
func (m *Matter) Elongation(bond int) float64 { return m.along(bond, m.u) }

func (m *Matter) along(bond int, u []float64) float64 {
	c, e := m.eq.C, 0.0
	for a := c.Ptr[bond]; a < c.Ptr[bond+1]; a++ {
		e += c.Val[a] * u[c.Col[a]]
	}
	return e
}

// sway sets motion to D^-1 c of a bond, and returns its self-compliance.
func (m *Matter) sway(bond int) float64 {
	c, n := m.eq.C, m.eq.C.N
	for i := range n {
		sum := 0.0
		for a := c.Ptr[bond]; a < c.Ptr[bond+1]; a++ {
			sum += m.inverse[i*n+int(c.Col[a])] * c.Val[a]
		}
		m.motion[i] = sum
	}
	return m.along(bond, m.motion)
}

// Stiffen gives a bond another stiffness.
func (m *Matter) Stiffen(bond int, k float64) error {
	change := k - m.k[bond]
	if change == 0 {
		return nil
	}
	s := m.sway(bond)
	m.k[bond] = k
	if left := 1 + change*s; m.stale < mostStale && left > 1e-6 {
		pull := change * (m.longer[bond] - m.Elongation(bond)) / left
		n := m.eq.C.N
		for i, x := range m.motion {
			m.u[i] += pull * x
			row, by := m.inverse[i*n:(i+1)*n], change/left*x
			for j, y := range m.motion {
				row[j] -= by * y
			}
		}
		m.stale++
		return nil
	}
	return m.refresh()
}

// Lengthen gives a bond another rest length, longer than as drawn.
func (m *Matter) Lengthen(bond int, longer float64) {
	m.sway(bond)
	pull := m.k[bond] * (longer - m.longer[bond])
	m.longer[bond] = longer
	for i, x := range m.motion {
		m.u[i] += pull * x
	}
}

// Longer is by how much the rest length of each bond is longer than as drawn, m; do not modify.
func (m *Matter) Longer() []float64 { return m.longer }
