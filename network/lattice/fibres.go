package lattice

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/network"
)

// Fibres is a network of straight fibres thrown at random: their middles lie
// evenly in a square, their directions are even. Nodes are the crossings, bonds
// the pieces of fibres between them; what sticks out beyond the last crossing of a
// fibre bears nothing and is dropped, and of the network the largest connected
// part is kept. Nodes are numbered from the lowest to the highest. The same seed
// gives the same network.
//
// A crossing joins two fibres, so that no node has more than four bonds: with
// hinges such a network is floppy. It bears as beams, welded at the crossings
// (kind: beam), or with angular springs.
func Fibres(count int, length, side float64, seed uint64) (*network.Network, error) {
	if err := checkSize("fibres", "fibres", float64(count), count); err != nil {
		return nil, err
	}
	for i, v := range []float64{length, side} {
		if !(v >= shortest && v <= longest) {
			return nil, &Error{"fibres", []string{"length", "side"}[i], fmt.Sprintf("%g m is not a usable length", v), "give a positive length such as 0.05"}
		}
	}
	random := rand.New(rand.NewPCG(seed, fibreStream))
	fibres := make([]fibre, count)
	for i := range fibres {
		x, y := random.Float64()*side, random.Float64()*side
		sin, cos := math.Sincos(math.Pi * random.Float64())
		fibres[i] = fibre{from: [2]float64{x - cos*length/2, y - sin*length/2}, along: [2]float64{cos * length, sin * length}}
	}
	n := crossed(fibres)
	if len(n.Elements) == 0 {
		return nil, &Error{"fibres", "fibres", fmt.Sprintf("%d fibres of this length hardly cross", count), "give more fibres, longer ones, or a smaller side"}
	}
	keep := largestPart(n)
	slices.SortStableFunc(keep, func(a, b int) int {
		p, q := n.At(a), n.At(b)
		return cmp.Or(cmp.Compare(p[1], q[1]), cmp.Compare(p[0], q[0]))
	})
	renumber(n, keep)
	return n, nil
}

// fibre is a straight line from one end along a vector to the other.
type fibre struct{ from, along [2]float64 }

// crossed joins the crossings of fibres along each of them.
func crossed(fibres []fibre) *network.Network {
	type stop struct {
		share float64 // of the fibre
		node  int
	}
	stops := make([][]stop, len(fibres))
	n := assemble(2, nil, nil)
	for i, f := range fibres {
		for j := i + 1; j < len(fibres); j++ {
			s, t, ok := f.crosses(fibres[j])
			if !ok {
				continue
			}
			node := len(n.Pos) / 2
			n.Pos = append(n.Pos, f.from[0]+s*f.along[0], f.from[1]+s*f.along[1])
			stops[i], stops[j] = append(stops[i], stop{s, node}), append(stops[j], stop{t, node})
		}
	}
	n.Held = make([]bool, len(n.Pos))
	for _, list := range stops {
		slices.SortFunc(list, func(a, b stop) int { return cmp.Compare(a.share, b.share) })
		for k := 1; k < len(list); k++ {
			n.Elements = append(n.Elements, upwards(bar(list[k-1].node, list[k].node)))
		}
	}
	sortBonds(n.Elements)
	return n
}

// crosses tells where on both fibres they cross, as shares of their lengths.
func (f fibre) crosses(g fibre) (s, t float64, ok bool) {
	det := f.along[1]*g.along[0] - f.along[0]*g.along[1]
	if det == 0 {
		return 0, 0, false
	}
	x, y := g.from[0]-f.from[0], g.from[1]-f.from[1]
	s = (y*g.along[0] - x*g.along[1]) / det
	t = (f.along[0]*y - f.along[1]*x) / det
	return s, t, s >= 0 && s <= 1 && t >= 0 && t <= 1
}
