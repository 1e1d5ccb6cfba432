package statics

import (
	"errors"

	"github.com/elastrain/elastrain/mechanics/body"
)

// Moduli are the homogenised stiffness of a periodic cell in the plane: strains exx, eyy, gxy under stresses sxx, syy,
// sxy, in N/m (divide by the thickness for Pa).
type Moduli struct {
	S              [3][3]float64 // compliance: strain i under a unit stress j
	E1, E2, G12    float64       // 1/S11, 1/S22, 1/S33
	Nu12, Nu21     float64       // -S21/S11 for a pull along x, -S12/S22 for one along y
	DE1, DE2, DG12 []float64     // derivatives by every parameter; len P
	DNu12, DNu21   []float64
	DS             [3][3][]float64 // of S; len P each
	// Loose says that nothing resists a stress: it drives a motion that costs nothing. Its modulus is zero, what answers it
	// is unknown and zero here.
	Loose [3]bool
}

// Moduli pulls the cell along x, along y, and shears it, by forces on its strains: a stress does work area times
// strain. Its strains must all be free, and laws linear.
func (q *Equilibrium) Moduli() (*Moduli, error) {
	b := q.Body
	if len(b.Space.Strain) != 3 || !q.linear() {
		return nil, errors.New("moduli are those of a periodic cell in the plane with linear laws")
	}
	var states [3]*body.State
	m := &Moduli{}
	for j := range 3 {
		f := make([]float64, b.Space.N)
		if !b.Space.Strain[j].Free() {
			return nil, errors.New("a cell whose strains are held has no modulus for them")
		}
		f[b.Space.Strain[j]] = b.Area
		states[j] = b.NewState()
		var stuck *ConvergenceError
		switch _, err := q.Rest(&Load{F: f}, states[j]); {
		case q.Floppy && errors.As(err, &stuck):
			m.Loose[j] = true
			states[j] = b.NewState()
			continue
		case err != nil:
			return nil, err
		}
		for i := range 3 {
			m.S[i][j] = states[j].U[b.Space.Strain[i]]
		}
	}
	w := b.NewWork()
	for i := range 3 {
		for j := range 3 {
			// S_ij is read at strain i, whose unit load is state i less the area: dS_ij = -e_i o e_j / area.
			m.DS[i][j] = make([]float64, b.P)
			b.Gradient(w, q.shared.theta, states[j], states[i], false, -1/b.Area, m.DS[i][j])
		}
	}
	over := func(v, by float64) float64 {
		if by == 0 {
			return 0 // loose
		}
		return v / by
	}
	m.E1, m.E2, m.G12 = over(1, m.S[0][0]), over(1, m.S[1][1]), over(1, m.S[2][2])
	m.Nu12, m.Nu21 = over(-m.S[1][0], m.S[0][0]), over(-m.S[0][1], m.S[1][1])
	inverse := func(i int) []float64 {
		d := make([]float64, b.P)
		for p := range d {
			if m.Loose[i] {
				break
			}
			d[p] = -m.DS[i][i][p] / (m.S[i][i] * m.S[i][i])
		}
		return d
	}
	ratio := func(i, j int) []float64 { // of -S_ij/S_jj
		d := make([]float64, b.P)
		for p := range d {
			if m.Loose[i] || m.Loose[j] {
				break
			}
			d[p] = -(m.DS[i][j][p] - m.S[i][j]/m.S[j][j]*m.DS[j][j][p]) / m.S[j][j]
		}
		return d
	}
	m.DE1, m.DE2, m.DG12, m.DNu12, m.DNu21 = inverse(0), inverse(1), inverse(2), ratio(1, 0), ratio(0, 1)
	return m, nil
}
