package bound

import "math"

// A behaviour that asks one output to move most has the loss -log p, with p = |u_t| / sum |u| its share. A share of p or more in a box needs, for
// one of the two signs s of u_t,
//
//	s (1 - p) u_t - p sum_o |u_o| >= 0        and so        s (1 - p) u_t - p sum_o z_o u_o >= 0
//
// for any signs z: a linear function of the outputs, which a box bounds from above as it does y u. The largest p for which that can
// be is found by halving.

// shareHalvings is how closely the largest share of a box is found.
const shareHalvings = 40

// share is the bound of the loss of a box where an output is to move most.
func (p *prover) shareBound() float64 {
	offs := p.part
	for i := range p.n {
		offs[i] = p.off(i, 0)
	}
	lo, hi := 0.0, 1.0
	if p.canShare(1, offs) {
		return 0
	}
	for range shareHalvings {
		if middle := (lo + hi) / 2; p.canShare(middle, offs) {
			lo = middle
		} else {
			hi = middle
		}
	}
	return max(0, -math.Log(hi)*(1-1e-12))
}

// canShare reports whether a share as large cannot be ruled out in the box.
func (p *prover) canShare(share float64, offs []float64) bool {
	winner := int(p.t.Set.Class[0])
	for _, sign := range [2]float64{1, -1} {
		most := 0.0
		for o := range p.q {
			if p.y[o] = -share * math.Copysign(1, p.miss[o]); o == winner {
				p.y[o] = sign * (1 - share)
			}
			most += p.y[o] * p.miss[o]
		}
		size := 0.0
		for o := range p.q {
			size += math.Abs(p.y[o] * p.miss[o])
		}
		for i := range p.n {
			if p.r[i] > 0 {
				a := p.along(i, 0)
				most += p.r[i] * min(math.Abs(a*p.e[i])+math.Abs(a)*offs[i], math.Abs(a)*p.h[i])
			}
		}
		if most >= -1e-12*size {
			return true
		}
	}
	return false
}

// shareLoss is the loss of the network at the centre.
func (p *prover) shareLoss() float64 {
	sum := 0.0
	for _, u := range p.miss {
		sum += math.Abs(u)
	}
	return -math.Log(max(math.Abs(p.miss[p.t.Set.Class[0]])/sum, 1e-12))
}
