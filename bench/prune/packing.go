package main

import (
	"math"
	"math/rand/v2"
)

// packing is discs or spheres of two sizes pressed together between walls: as `lattice: jammed` has discs, in any dimension.
type packing struct {
	dim    int
	side   float64
	radius []float64
	at     [][3]float64
}

// link is a contact of two grains, or of one with a wall: other is then -1 - wall, two walls an axis.
type link struct{ one, other int }

// jam throws n grains that cover a share of the box into it and lets them come to rest; ok is false where they did not.
func jam(dim, n int, share float64, seed uint64) (p *packing, ok bool) {
	random := rand.New(rand.NewPCG(seed, 2611))
	p = &packing{dim: dim, side: math.Pow(float64(n), 1/float64(dim))}
	ball := math.Pi // of unit radius
	if dim == 3 {
		ball = 4 * math.Pi / 3
	}
	const ratio = 1.4
	small := math.Pow(share*float64(n)/(ball*float64(n)/2*(1+math.Pow(ratio, float64(dim)))), 1/float64(dim))
	for i := range n {
		r := small
		if i%2 == 1 {
			r *= ratio
		}
		p.radius = append(p.radius, r)
		var at [3]float64
		for axis := range dim {
			at[axis] = r + (p.side-2*r)*random.Float64()
		}
		p.at = append(p.at, at)
	}
	return p, p.settle()
}

// between is the vector from a grain to another or to the foot on a wall, and their overlap as a share of touching.
func (p *packing) between(c link) (v [3]float64, overlap float64) {
	if c.other < 0 {
		wall := -1 - c.other
		axis := wall / 2
		v[axis] = float64(wall%2)*p.side - p.at[c.one][axis]
		return v, 1 - v[axis]*float64(2*(wall%2)-1)/p.radius[c.one]
	}
	l := 0.0
	for axis := range p.dim {
		v[axis] = p.at[c.other][axis] - p.at[c.one][axis]
		l += v[axis] * v[axis]
	}
	return v, 1 - math.Sqrt(l)/(p.radius[c.one]+p.radius[c.other])
}

// touching are all contacts.
func (p *packing) touching() (list []link) {
	for i := range p.at {
		for wall := range 2 * p.dim {
			if _, overlap := p.between(link{i, -1 - wall}); overlap > 0 {
				list = append(list, link{i, -1 - wall})
			}
		}
		for j := i + 1; j < len(p.at); j++ {
			if _, overlap := p.between(link{i, j}); overlap > 0 {
				list = append(list, link{i, j})
			}
		}
	}
	return list
}

// settle is FIRE (Bitzek et al. 2006) on the energy 1/2 overlap^2 of each contact.
func (p *packing) settle() bool {
	n := len(p.at)
	f, v := make([][3]float64, n), make([][3]float64, n)
	dt, mix, downhill := 0.05, 0.1, 0
	for range 40000 {
		clear(f)
		most, left := 0.0, 0.0
		for _, c := range p.touching() {
			d, overlap := p.between(c)
			l := math.Sqrt(d[0]*d[0] + d[1]*d[1] + d[2]*d[2])
			most = max(most, overlap)
			for axis := range p.dim {
				push := overlap * d[axis] / l
				f[c.one][axis] -= push
				if c.other >= 0 {
					f[c.other][axis] += push
				}
			}
		}
		power, speed, force := 0.0, 0.0, 0.0
		for i := range f {
			for axis := range p.dim {
				left = max(left, math.Abs(f[i][axis]))
				power += f[i][axis] * v[i][axis]
				speed += v[i][axis] * v[i][axis]
				force += f[i][axis] * f[i][axis]
			}
		}
		if left <= 1e-10*most || most < 1e-13 {
			return most >= 1e-13
		}
		if power > 0 {
			along := mix * math.Sqrt(speed/force)
			for i := range v {
				for axis := range p.dim {
					v[i][axis] = (1-mix)*v[i][axis] + along*f[i][axis]
				}
			}
			if downhill++; downhill > 5 {
				dt, mix = min(dt*1.1, 0.25), mix*0.99
			}
		} else {
			clear(v)
			dt, mix, downhill = dt*0.5, 0.1, 0
		}
		for i := range v {
			for axis := range p.dim {
				v[i][axis] += dt * f[i][axis]
				p.at[i][axis] += dt * v[i][axis]
			}
		}
	}
	return false
}

// net is the network of contacts: nodes, bonds from 0, and which nodes are held.
type net struct {
	dim   int
	at    [][3]float64
	bonds [][2]int
	held  []bool
}

// network leaves rattlers out and makes a held node of each foot on a wall.
func (p *packing) network() *net {
	list := p.touching()
	for {
		count := make([]int, len(p.at))
		for _, c := range list {
			count[c.one]++
			if c.other >= 0 {
				count[c.other]++
			}
		}
		var kept []link
		for _, c := range list {
			if count[c.one] > p.dim && (c.other < 0 || count[c.other] > p.dim) {
				kept = append(kept, c)
			}
		}
		if len(kept) == len(list) {
			break
		}
		list = kept
	}
	n := &net{dim: p.dim}
	number := map[int]int{}
	node := func(grain int) int {
		at, ok := number[grain]
		if !ok {
			at = len(n.at)
			number[grain] = at
			n.at, n.held = append(n.at, p.at[grain]), append(n.held, false)
		}
		return at
	}
	for _, c := range list {
		a := node(c.one)
		if c.other >= 0 {
			n.bonds = append(n.bonds, [2]int{a, node(c.other)})
			continue
		}
		v, _ := p.between(c)
		foot := p.at[c.one]
		for axis := range v {
			foot[axis] += v[axis]
		}
		n.at, n.held = append(n.at, foot), append(n.held, true)
		n.bonds = append(n.bonds, [2]int{a, len(n.at) - 1})
	}
	return n
}
