package identify

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"gonum.org/v1/gonum/mat"
)

// MostBonds is how many bonds can be identified: matrices over pairs of them are
// dense.
const MostBonds = 3000

// model predicts displacements and their derivatives by theta = ln k.
type model struct {
	net     *network.Network
	eq      *mechanics.Equilibrium
	modes   []int     // that are identified: all that are not cut
	k       []float64 // now, N/m; len M
	columns []float64 // of D^-1 C^T for these modes; N x len(modes), row-major
}

func newModel(net *network.Network) (*model, error) {
	m := &model{net: net, eq: mechanics.NewEquilibrium(net, nil)}
	c := m.eq.C
	for i := range c.M {
		if c.Ptr[i] != c.Ptr[i+1] {
			m.modes = append(m.modes, i)
		}
	}
	if n := len(m.modes); n == 0 || n > MostBonds {
		return nil, fmt.Errorf("the lattice has %d bonds that could be identified: there may be 1 to %d", n, MostBonds)
	}
	m.k = make([]float64, c.M)
	m.columns = make([]float64, c.N*len(m.modes))
	return m, nil
}

// set moves the model to k = design exp(theta); theta is over m.modes.
func (m *model) set(design []float64, theta []float64) error {
	copy(m.k, design)
	for j, mode := range m.modes {
		m.k[mode] *= math.Exp(theta[j])
	}
	return m.eq.SetStiffness(m.k)
}

// at moves the model to the stiffness k, with all derivatives.
func (m *model) at(k []float64) error {
	if err := m.set(k, make([]float64, len(m.modes))); err != nil {
		return err
	}
	return m.spread()
}

// spread solves for the displacements that a unit tension in each bond causes,
// from which all derivatives follow.
func (m *model) spread() error {
	c, n := m.eq.C, len(m.modes)
	clear(m.columns)
	for j, mode := range m.modes {
		for a := c.Ptr[mode]; a < c.Ptr[mode+1]; a++ {
			m.columns[int(c.Col[a])*n+j] = c.Val[a]
		}
	}
	return m.eq.Solver.Solve(m.columns, n)
}

// displace is the displacements (len N) and elongations (len M) under a load.
func (m *model) displace(load []lab.Force) (u, e []float64, err error) {
	c := m.eq.C
	u, e = m.load(load), make([]float64, c.M)
	if err := m.eq.Displace(u); err != nil {
		return nil, nil, err
	}
	c.Elongations(e, u, 1)
	return u, e, nil
}

// load is the forces on the unknowns (len N).
func (m *model) load(load []lab.Force) []float64 {
	c := m.eq.C
	f := make([]float64, c.N)
	for _, l := range load {
		for axis := range c.Dim {
			if unknown := c.Unknown[l.Node*c.Dim+axis]; unknown >= 0 {
				f[unknown] += l.F[axis]
			}
		}
	}
	return f
}

// jacobian is du/dtheta of the seen unknowns, each divided by its sigma:
//
//	du/dtheta_e = -k_e D^-1 c_e (c_e . u)
func (m *model) jacobian(e []float64, seen []int, sigma []float64) *mat.Dense {
	n := len(m.modes)
	j := mat.NewDense(len(seen), n, nil)
	for row, unknown := range seen {
		line := j.RawRowView(row)
		column := m.columns[unknown*n : (unknown+1)*n]
		for at, mode := range m.modes {
			line[at] = -m.k[mode] * column[at] * e[mode] / sigma[row]
		}
	}
	return j
}

// add adds J^T J to h.
func add(h *mat.SymDense, j *mat.Dense) {
	if rows, _ := j.Dims(); rows > 0 {
		h.SymRankK(h, 1, j.T())
	}
}

// deviations is the standard deviation of each theta, from the inverse of the
// information h.
func deviations(h *mat.SymDense) (sd []float64, covariance *mat.SymDense, err error) {
	var chol mat.Cholesky
	if !chol.Factorize(h) {
		return nil, nil, fmt.Errorf("the information about the stiffnesses is not positive definite: the prior is too wide for the arithmetic; trust the design a little more")
	}
	covariance = mat.NewSymDense(h.SymmetricDim(), nil)
	// A high condition number only says that some bonds are known much better than
	// others, which the error bars say too.
	if err := chol.InverseTo(covariance); err != nil {
		if _, ill := err.(mat.Condition); !ill {
			return nil, nil, err
		}
	}
	sd = make([]float64, h.SymmetricDim())
	for i := range sd {
		sd[i] = math.Sqrt(covariance.At(i, i))
	}
	return sd, covariance, nil
}
