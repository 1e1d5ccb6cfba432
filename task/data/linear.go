package data

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Linear makes the regression data of Li and Mao (2024), Fig. 3: input forces
// drawn evenly from [lo, hi] newtons, and for each the wanted displacements
// slopes[j]*force + noise*normal, in metres (slopes in m/N, noise its standard
// deviation in m, normal a draw of mean 0 and variance 1).
//
// x has len points; y has len points*len(slopes), point by point. Forces come
// from PCG(seed, "linear  ") and noise from PCG(seed, "noise   "), so the same
// seed pairs noisy and clean data at the same forces.
//
// The error says which argument makes no data: no points or slopes, an
// interval that is empty or not finite, a noise that is negative or not finite.
func Linear(points int, lo, hi float64, slopes []float64, noise float64, seed uint64) (x, y []float64, err error) {
	width := hi - lo
	switch {
	case points < 1:
		return nil, nil, fmt.Errorf("linear data: %d points; at least 1 is needed", points)
	case !(lo < hi) || math.IsInf(width, 0):
		return nil, nil, fmt.Errorf("linear data: %g to %g N is not a finite range of forces from small to large", lo, hi)
	case len(slopes) == 0:
		return nil, nil, fmt.Errorf("linear data: no slopes; give one for each output")
	case !(noise >= 0) || math.IsInf(noise, 0):
		return nil, nil, fmt.Errorf("linear data: a noise of %g m is not a standard deviation; it must be 0 or more", noise)
	}
	for j, s := range slopes {
		if math.IsNaN(s) || math.IsInf(s, 0) {
			return nil, nil, fmt.Errorf("linear data: slope %d is %g m/N; it must be finite", j+1, s)
		}
	}

	var g rand.PCG
	g.Seed(seed, streamLinear)
	x = make([]float64, points)
	for i := range x {
		// The conversion keeps compilers from fusing, which would change the
		// last bit from machine to machine; min, because lo+width may round past hi.
		x[i] = min(lo+float64(width*unit(&g)), hi)
	}

	normal := rand.New(rand.NewPCG(seed, streamNoise))
	y = make([]float64, 0, points*len(slopes))
	for _, force := range x {
		for _, s := range slopes {
			move := float64(s * force)
			if noise > 0 {
				move += float64(noise * normal.NormFloat64())
			}
			y = append(y, move)
		}
	}
	return x, y, nil
}
