package mechanics

import "github.com/elastrain/elastrain/network"

// Compliance answers what a network would do if the stiffness of one or two of its bonds changed, whatever the changes, from one
// factorisation. With G = C D^-1 C^T over the bonds that may change and Delta the changes of their stiffness (Woodbury 1950)
//
//	S' = S - E_out^T (1 + Delta G)^-1 Delta E_in
//
// where only rows of bonds that change count: one number for one bond, a matrix of two rows for two.
//
// A Compliance is for the ports and modes that it was made with, and belongs to one goroutine.
type Compliance struct {
	c     *Compatibility
	modes []int32
	base  *Responses
	g     []float64 // len(modes) squared
	block []float64 // N x 8: pairs of forces and what they do
}

// kept is the share that 1 - k s, or its determinant for two bonds, has to keep, so that no digits are lost. What keeps less is
// near a mechanism, and is answered by a factorisation.
const kept = 1e-4

// NewCompliance prepares for changes of some modes; Begin must follow. Inputs are forces, not given displacements.
func NewCompliance(q *Equilibrium, in, out []network.Port, modes []int32) *Compliance {
	return &Compliance{c: q.C, modes: modes, base: NewResponses(q.C, in, out), g: make([]float64, len(modes)*len(modes)), block: make([]float64, q.C.N*8)}
}

// Begin takes over the stiffness that the equilibrium has now. It fails with *InaccurateError.
func (m *Compliance) Begin(q *Equilibrium) error {
	if err := q.Respond(m.base); err != nil {
		return err
	}
	n, c := len(m.modes), m.c
	for from := 0; from < n; from += 8 {
		lanes := m.modes[from:min(from+8, n)]
		clear(m.block)
		for lane, mode := range lanes {
			for a := c.Ptr[mode]; a < c.Ptr[mode+1]; a++ {
				m.block[int(c.Col[a])*8+lane] += c.Val[a]
			}
		}
		if err := q.Solver.Solve(m.block, 8); err != nil {
			return err
		}
		for j, mode := range m.modes {
			row := m.g[j*n+from:][:len(lanes)]
			clear(row)
			for a := c.Ptr[mode]; a < c.Ptr[mode+1]; a++ {
				x := m.block[int(c.Col[a])*8:]
				for lane := range row {
					row[lane] += c.Val[a] * x[lane]
				}
			}
		}
	}
	return nil
}

// Responses are the answers at the ports of the network as it is.
func (m *Compliance) Responses() *Responses { return m.base }

// Pair is c_i^T D^-1 c_j of two of the modes, by their places in the list, m/N.
func (m *Compliance) Pair(i, j int) float64 { return m.g[i*len(m.modes)+j] }

// row is the elongations of a mode under unit loads at all ports.
func (m *Compliance) row(j int) []float64 {
	return m.base.E[int(m.modes[j])*m.base.Stride:][:m.base.P+m.base.Q]
}

// One writes the outputs by inputs (Q x P, into s) after a change of the stiffness of one mode, by its place in the list, N/m. It
// is false where too few digits are left to say them: the network is at, or near, a mechanism.
func (m *Compliance) One(j int, by float64, s []float64) bool {
	copy(s, m.base.S)
	left := 1 + by*m.Pair(j, j)
	if !(left > kept) {
		return false
	}
	m.add(-by/left, m.row(j), m.row(j), s)
	return true
}

// Two is One after changes of two modes, which differ.
func (m *Compliance) Two(i, j int, byI, byJ float64, s []float64) bool {
	copy(s, m.base.S)
	gi, gj, both := m.Pair(i, i), m.Pair(j, j), m.Pair(i, j)
	left := (1+byI*gi)*(1+byJ*gj) - byI*byJ*both*both
	if !(left > kept) || !(1+byI*gi > kept) || !(1+byJ*gj > kept) {
		return false
	}
	a, b := m.row(i), m.row(j)
	m.add(-byI*(1+byJ*gj)/left, a, a, s)
	m.add(-byJ*(1+byI*gi)/left, b, b, s)
	cross := byI * byJ * both / left
	m.add(cross, a, b, s)
	m.add(cross, b, a, s)
	return true
}

// add adds gain E_out E_in^T to s, with the output elongations of one row and the input elongations of another.
func (m *Compliance) add(gain float64, out, in, s []float64) {
	p := m.base.P
	for o := range m.base.Q {
		v := gain * out[p+o]
		row := s[o*p : (o+1)*p]
		for i := range row {
			row[i] += v * in[i]
		}
	}
}
