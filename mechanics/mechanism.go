package mechanics

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// Rigidity is what Maxwell's count cannot tell alone: whether the network holds
// together.
type Rigidity struct {
	Count      network.Count
	Mechanisms int      // independent motions that cost no energy, or next to none: see Motions
	SelfStress int      // independent states of tension without load
	Motions    []Motion // of the first few mechanisms; a soft one stretches bonds by a little
}

// Free reports whether a motion costs no energy at all. Where none does, what was counted is
// soft, and whether the network stands is for the solver to say.
func (r *Rigidity) Free() bool {
	for _, m := range r.Motions {
		if !m.Soft {
			return true
		}
	}
	return false
}

// Motion is one zero-energy motion, or a very soft one: displacements of every node,
// the largest being 1.
type Motion struct {
	Dim   int
	Soft  bool      // it costs some energy, or was found among rounding errors
	U     []float64 // nodes x Dim
	Nodes []int     // that move, from 0, the fastest first

	Numbers []int // what people call the nodes; nil: they count from 1
}

// shown is how many motions are worked out in full.
const shown = 12

// FindMechanisms counts and names the motions that stretch no element. It
// factorises C^T C, the stiffness matrix with unit stiffnesses, as a positive
// semidefinite sparse matrix: every pivot that vanishes is one mechanism, and a
// back substitution gives its motion. No dense matrix is formed.
func FindMechanisms(net *network.Network, c *Compatibility) Rigidity {
	r := Rigidity{Count: net.Maxwell()}
	factor := sparse.AnalyzeProduct(c.product()).NewFactor()
	unit := make([]float64, c.M)
	for i := range unit {
		unit[i] = 1
	}
	null, err := factor.RefactorSemidefinite(unit, sparse.PivotTolerance)
	if err != nil {
		return r // rounding hides what C^T C is: whoever factorises D is to judge
	}
	r.Mechanisms = len(null)
	r.SelfStress = r.Count.Balance + r.Mechanisms
	x := make([]float64, c.N)
	for _, column := range null[:min(len(null), shown)] {
		factor.NullVector(column, x)
		stretches := c.stretches(factor, int(column), x)
		share := 1e-6
		if stretches {
			share = almost
		}
		m := newMotion(c, x, share)
		m.Soft = stretches
		r.Motions = append(r.Motions, m)
	}
	return r
}

// motionless is the elongation, as a share of how far the ends go, that rounding leaves of none.
const motionless = 1e-11

// stretches says whether a null vector x, in which the given unknown is 1, stretches bonds after all. A motion of many
// nodes can be so soft that its pivot passes for zero and yet stretch bonds by a share of the root of PivotTolerance.
// So x is refined by the elongations themselves, after which a true mechanism stretches bonds by rounding only.
func (c *Compatibility) stretches(factor *sparse.Factor, column int, null []float64) bool {
	x, e, f := slices.Clone(null), make([]float64, c.M), make([]float64, c.N)
	for range 3 {
		c.Elongations(e, x, 1)
		c.InternalForces(f, e)
		f[column] = 0
		factor.Solve(f, 1)
		before := maxAbs(e)
		for i, v := range f {
			x[i] -= v
		}
		c.Elongations(e, x, 1)
		if !(maxAbs(e) < before/2) {
			break
		}
	}
	return maxAbs(e) > motionless*maxAbs(x)
}

// newMotion is the motion of the unknowns x. Nodes that are slower than a share of the fastest
// do not count as moving.
func newMotion(c *Compatibility, x []float64, share float64) Motion {
	m := Motion{Dim: c.Dim, Numbers: c.Numbers, U: make([]float64, len(c.Unknown))}
	for i, unknown := range c.Unknown {
		if unknown >= 0 {
			m.U[i] = x[unknown]
		}
	}
	m.scale(share)
	return m
}

// Scale makes the largest displacement one, and lists the nodes that move.
func (m *Motion) Scale() { m.scale(1e-6) }

func (m *Motion) scale(share float64) {
	largest := 0.0 // with its sign: a motion and its opposite are the same
	for _, v := range m.U {
		if math.Abs(v) > math.Abs(largest) {
			largest = v
		}
	}
	m.Nodes = m.Nodes[:0]
	if largest == 0 {
		return
	}
	for i := range m.U {
		m.U[i] /= largest
	}
	speed := make([]float64, len(m.U)/m.Dim)
	for node := range speed {
		speed[node] = norm2(m.U[node*m.Dim : (node+1)*m.Dim])
		if speed[node] > share {
			m.Nodes = append(m.Nodes, node)
		}
	}
	sort.SliceStable(m.Nodes, func(a, b int) bool { return speed[m.Nodes[a]] > speed[m.Nodes[b]]*(1+1e-9) })
}

// String names the motion by the nodes that move, numbered from 1.
func (m Motion) String() string {
	if len(m.Nodes) == 0 {
		return "nothing moves"
	}
	dim, total := m.Dim, len(m.U)/m.Dim
	free, without := "free", "without"
	if m.Soft {
		free, without = "almost free", "almost without"
	}
	first := m.U[m.Nodes[0]*dim : (m.Nodes[0]+1)*dim]
	if len(m.Nodes) == 1 {
		return fmt.Sprintf("node %d is %s to move along %s", network.Number(m.Numbers, m.Nodes[0]), free, direction(first))
	}
	if len(m.Nodes) == total {
		same := true
		for _, node := range m.Nodes {
			for axis := range dim {
				same = same && math.Abs(m.U[node*dim+axis]-first[axis]) < 1e-6
			}
		}
		if same {
			return "the whole network is " + free + " to move along " + direction(first)
		}
	}
	const most = 8
	numbers := make([]int, 0, most)
	for _, node := range m.Nodes[:min(len(m.Nodes), most)] {
		numbers = append(numbers, network.Number(m.Numbers, node))
	}
	sort.Ints(numbers)
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = fmt.Sprint(n)
	}
	s := "nodes " + strings.Join(words, ", ")
	if more := len(m.Nodes) - most; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s + " move together " + without + " stretching a bond"
}

// direction names a vector: an axis where it is one, else its components.
func direction(v []float64) string {
	size := norm2(v)
	words := make([]string, len(v))
	for axis := range v {
		if math.Abs(v[axis])/size > 1-1e-6 {
			return AxisName(axis)
		}
		words[axis] = fmt.Sprintf("%.2f", v[axis]/size)
	}
	return "(" + strings.Join(words, ", ") + ")"
}
