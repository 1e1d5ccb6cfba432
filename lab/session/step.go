package session

import (
	"math"

	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
)

// measured is what an optimiser sees of a measurement: one value, one slope.
type measured struct {
	value  float64
	slope  []float64 // dL/dx; 0 where the sign is not known
	lo, hi []float64
}

// Dim implements optim.Problem.
func (p *measured) Dim() int { return len(p.slope) }

// Eval implements optim.Problem. A measurement belongs to the x it was made at.
func (p *measured) Eval(_, g []float64) (float64, error) {
	copy(g, p.slope)
	return p.value, nil
}

// Box implements optim.Problem.
func (p *measured) Box() (lo, hi []float64) { return p.lo, p.hi }

// measuredRows is what a method of least squares sees of it.
type measuredRows struct {
	measured
	r, jac []float64
}

// Count implements optim.LeastSquares.
func (p *measuredRows) Count() int { return len(p.r) }

// Residuals implements optim.LeastSquares.
func (p *measuredRows) Residuals(_, r, jac []float64) error {
	copy(r, p.r)
	copy(jac, p.jac)
	return nil
}

// settled reports whether no residual stands out of its noise by z standard deviations.
func settled(rows *measurement.Rows, z float64) bool {
	for i, r := range rows.R {
		if math.Abs(r) > z*rows.Sigma[i] {
			return false
		}
	}
	return true
}

// seen are the variables whose elements were seen.
func seen(d *design.Design, g *measurement.Gradient) []bool {
	known := make([]bool, d.Dim())
	for j, i := range d.Free {
		known[j] = g.Known[i]
	}
	return known
}

// rowsOf are the derivatives of the residuals by the variables of a design.
func rowsOf(d *design.Design, slope []float64, rows *measurement.Rows, known []bool) []float64 {
	n, all := d.Dim(), len(d.Gain)
	jac := make([]float64, len(rows.R)*n)
	for i := range rows.R {
		line := jac[i*n : (i+1)*n]
		d.Chain(slope, rows.J[i*all:(i+1)*all], line)
		for j := range line {
			if !known[j] {
				line[j] = 0
			}
		}
	}
	return jac
}

// significant reports for every variable of a design whether the sign of its
// derivative is known: its bond was seen and |g| > z sigma.
func significant(d *design.Design, g *measurement.Gradient, z float64) []bool {
	known := make([]bool, d.Dim())
	for j, i := range d.Free {
		known[j] = g.Known[i] && g.G[i] != 0 && math.Abs(g.G[i]) > z*g.Sigma[i]
	}
	return known
}

// mostHalved is how often a step is halved: what is left is a millionth.
const mostHalved = 20

// advance takes one step of a method from x (changed in place), for the
// variables that are known, no bond changing by more than limit (N/m; 0
// for none). It is halved until the lattice stands after it. It returns how many variables moved.
func advance(d *design.Design, m optim.Method, g *measurement.Gradient, known []bool, x []float64, limit float64, stands func(k []float64) bool) (moved int, err error) {
	k, slope := make([]float64, len(d.Gain)), make([]float64, d.Dim())
	d.Init(k)
	d.Stiffness(x, k, slope)
	p := &measured{value: g.Loss, slope: make([]float64, d.Dim())}
	p.lo, p.hi = d.Box()
	d.Chain(slope, g.G, p.slope)
	for j := range p.slope {
		if !known[j] {
			p.slope[j] = 0
		}
	}
	before := append([]float64(nil), x...)
	var problem optim.Problem = p
	if g.Rows != nil {
		problem = &measuredRows{measured: *p, r: g.Rows.R, jac: rowsOf(d, slope, g.Rows, known)}
	}
	if _, err := m.Step(problem, x); err != nil {
		return 0, err
	}
	for j, i := range d.Free {
		if !known[j] {
			x[j] = before[j] // a momentum must not move what nobody measured
			continue
		}
		if theta := d.Theta(j, x[j]); limit > 0 && math.Abs(d.Gain[i]*theta-k[i]) > limit {
			// The step of the optimiser, not of a command, is shortened.
			share := (1 - 1e-9) * limit / math.Abs(d.Gain[i])
			x[j] = d.Latent(j, k[i]/d.Gain[i]+math.Copysign(share, theta-k[i]/d.Gain[i]))
		}
	}
	for halved := 0; stands != nil && halved < mostHalved; halved++ {
		if d.Stiffness(x, k, nil); stands(k) {
			break
		}
		for j := range x {
			x[j] = (x[j] + before[j]) / 2
		}
	}
	for j := range x {
		if x[j] != before[j] {
			moved++
		}
	}
	return moved, nil
}
