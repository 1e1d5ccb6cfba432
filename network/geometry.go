package network

import "math"

// BondLength is the distance in metres between the two ends of element i. It
// is 0 for a spring to ground, which has no length of its own.
func (n *Network) BondLength(i int) float64 {
	sum := 0.0
	for _, d := range n.Along(i) {
		sum += d * d
	}
	return math.Sqrt(sum)
}

// Bounds is the smallest box with sides along the axes that holds every node:
// its lower and its upper corner in metres, each of len Dim. Both are nil when
// there are no nodes.
func (n *Network) Bounds() (lo, hi []float64) {
	if len(n.Pos) == 0 {
		return nil, nil
	}
	lo = append(lo, n.At(0)...)
	hi = append(hi, n.At(0)...)
	for node := 1; node < n.Nodes(); node++ {
		for axis, x := range n.At(node) {
			lo[axis] = min(lo[axis], x)
			hi[axis] = max(hi[axis], x)
		}
	}
	return lo, hi
}
