package verify

import (
	"math"

	"github.com/elastrain/elastrain/learn"
)

const (
	firstStep  = 1e-3 // share of a stiffness: small beside one, so that the next power does not show
	halvings   = 3    // steps after the first
	refinement = 3    // times that the first step is divided by ten when the rate is not 2
	aboveNoise = 100  // remainders below this many rounding errors say nothing
)

// taylor fits the rate at which L(k + h dk) - L(k) - h g.dk falls with h. Where
// the rate is not 2 it goes on with smaller steps, a kink of the loss or a strong
// third derivative being left behind as h falls; a wrong gradient shows a rate of
// 1 at every step.
func (r *Report) taylor(c *Case, g, dk []float64) error {
	slope, size := 0.0, 0.0
	units := r.units
	if units == nil {
		units = c.K
	}
	for i, k := range units {
		slope += g[i] * dk[i]
		size += math.Abs(g[i]) * k
	}
	noise := 0x1p-52 * (math.Abs(r.Loss) + size)
	r.TaylorRate = math.NaN()
	for level := range refinement + 1 {
		steps, remainders := make([]float64, halvings+1), make([]float64, halvings+1)
		for i := range steps {
			steps[i] = firstStep / math.Pow(10, float64(level)) / math.Pow(2, float64(i))
			found, err := lossAt(c, dk, steps[i])
			if err != nil {
				return err
			}
			remainders[i] = math.Abs(found - r.Loss - steps[i]*slope)
		}
		if level > 0 && remainders[halvings] <= aboveNoise*noise {
			return nil // the steps before say more
		}
		r.Steps, r.Remainders = steps, remainders
		if remainders[halvings] <= aboveNoise*noise {
			r.TaylorNote = "the loss is linear in the stiffness along the direction tried: what Taylor's theorem leaves is rounding error"
			return nil
		}
		r.TaylorRate = rate(steps, remainders)
		if math.Abs(r.TaylorRate-2) <= rateTolerance {
			return nil
		}
	}
	return nil
}

// lossAt is the mean loss at stiffness K + h dk.
func lossAt(c *Case, dk []float64, h float64) (float64, error) {
	if err := setAlong(c, dk, h); err != nil {
		return 0, err
	}
	return learn.MeanLoss(c.Rig, c.Loss, c.Batch)
}

// rate is the slope of log y by log x, fitted by least squares.
func rate(x, y []float64) float64 {
	n := float64(len(x))
	var sx, sy, sxx, sxy float64
	for i := range x {
		lx, ly := math.Log(x[i]), math.Log(y[i])
		sx, sy, sxx, sxy = sx+lx, sy+ly, sxx+lx*lx, sxy+lx*ly
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
