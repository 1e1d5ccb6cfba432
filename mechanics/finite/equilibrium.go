package finite

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/sparse"
)

// Equilibrium finds where a lattice rests under dead loads. Unknowns and
// elements are numbered as in C, which is the compatibility at rest.
type Equilibrium struct {
	C *mechanics.Compatibility
	// Steps is in how many equal parts the load is put on. 0 tries the whole at once and
	// falls back on parts: the lattice found is stable, but may have snapped on the way.
	Steps int

	bars    *bars
	tangent *tangent
	factor  *sparse.Factor
	k       []float64 // N/m; len M

	u, trial []float64 // where it stands, and may stand; len N
	load     []float64 // share of the loads now; len N
	residual []float64 // load less the forces of the bars; len N
	step     []float64 // len N
	reached  []float64 // last equilibrium of the steps; len N
	factored bool      // factor belongs to u and k
}

// New prepares the equilibrium of a valid network (network.Validate).
func New(net *network.Network) *Equilibrium {
	c := mechanics.NewCompatibility(net)
	v := func() []float64 { return make([]float64, c.N) }
	q := &Equilibrium{C: c, bars: newBars(net, c), k: make([]float64, c.M),
		u: v(), trial: v(), load: v(), residual: v(), step: v(), reached: v()}
	q.tangent = newTangent(q.bars, c.N)
	q.factor = sparse.Analyze(q.tangent.pattern, sparse.Order(q.tangent.pattern)).NewFactor()
	return q
}

// SetStiffness gives every element its stiffness (len M, N/m, copied). It fails
// with *mechanics.StiffnessError.
func (q *Equilibrium) SetStiffness(k []float64) error {
	if len(k) != q.C.M {
		panic(fmt.Sprintf("finite: %d stiffnesses for %d elements", len(k), q.C.M))
	}
	for i, v := range k {
		if !(v > 0) || math.IsInf(v, 0) {
			return &mechanics.StiffnessError{Mode: i, Value: v}
		}
	}
	copy(q.k, k)
	q.factored = false
	return nil
}

// Effort is what it took to find an equilibrium.
type Effort struct {
	Iterations int     // of Newton's method, those of failed attempts included
	Steps      int     // parts in which the load was put on
	Residual   float64 // largest force that is left over, N
	Share      float64 // of the load that Follow put on
}

// BucklingError says that a lattice cannot carry its load: on the way its
// tangent stiffness stops being positive definite.
type BucklingError struct {
	Node, Axis int     // where the stiffness vanishes; from 0
	Share      float64 // of the load that it carried
}

func (e *BucklingError) Error() string {
	if e.Share == 0 {
		return fmt.Sprintf("node %d is free to move along %s before the lattice carries any load: "+
			"hold it, or begin at a state in which the bonds are stretched", e.Node+1, mechanics.AxisName(e.Axis))
	}
	return fmt.Sprintf("the lattice buckles at %.3g of its load: its tangent stiffness is not positive definite at node %d along %s; "+
		"take a smaller load, or stiffer bonds", e.Share, e.Node+1, mechanics.AxisName(e.Axis))
}

// ConvergenceError says that Newton's method found no equilibrium.
type ConvergenceError struct {
	Residual   float64 // force that is left over, N
	Node, Axis int     // where it is; from 0
	Share      float64 // of the load that was carried
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("no equilibrium was found beyond %.3g of the load: %.3g N are left over at node %d along %s; "+
		"take a smaller load, or more load steps", e.Share, e.Residual, e.Node+1, mechanics.AxisName(e.Axis))
}

// smallestStep is the share of the load below which stepping gives up.
const smallestStep = 1.0 / 1024

// Displace finds the equilibrium under the loads f (len N, N). u (len N, m) holds
// where to begin, zero for the lattice at rest, and the displacements on return;
// after an error it is the last equilibrium on the way. It fails with
// *BucklingError or *ConvergenceError. It allocates nothing unless it fails.
func (q *Equilibrium) Displace(u, f []float64) (Effort, error) {
	if len(u) != q.C.N || len(f) != q.C.N {
		panic(fmt.Sprintf("finite: %d displacements and %d loads for %d unknowns", len(u), len(f), q.C.N))
	}
	var effort Effort
	if q.Steps <= 1 {
		copy(q.u, u)
		if q.newton(f, 1, &effort) == nil {
			copy(u, q.u)
			effort.Steps = 1
			return effort, nil
		}
	}
	err := q.walk(f, &effort)
	copy(u, q.u)
	return effort, err
}

// walk puts the load on in parts, beginning at the lattice at rest.
func (q *Equilibrium) walk(f []float64, effort *Effort) error {
	longest := 1 / float64(max(q.Steps, 4))
	share, step := 0.0, longest
	clear(q.u)
	copy(q.reached, q.u)
	for share < 1 {
		next := share + step
		if next > 1-1e-9 {
			next = 1
		}
		err := q.newton(f, next, effort)
		if err == nil {
			share, step = next, min(2*step, longest)
			copy(q.reached, q.u)
			effort.Steps++
			continue
		}
		copy(q.u, q.reached)
		q.factored = false
		if step /= 2; step < smallestStep {
			return carried(err, share)
		}
	}
	return nil
}

// carried notes the share of the load that was carried before an error.
func carried(err error, share float64) error {
	var buckling *BucklingError
	var convergence *ConvergenceError
	switch {
	case errors.As(err, &buckling):
		buckling.Share = share
	case errors.As(err, &convergence):
		convergence.Share = share
	}
	return err
}
