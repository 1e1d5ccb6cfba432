package petsc

import "slices"

// Bisect shares nodes out by recursive bisection of their coordinates: across the longest side of the box around them, so
// that parts are compact and few bonds go from one to another. pos is node-major, dim numbers a node; parts have sizes as
// shares, which are positive. The result is the part of every node. It depends on nothing but its arguments.
func Bisect(pos []float64, dim int, shares []float64) []int32 {
	part := make([]int32, len(pos)/dim)
	nodes := make([]int32, len(part))
	for i := range nodes {
		nodes[i] = int32(i)
	}
	bisect(pos, dim, nodes, shares, 0, part)
	return part
}

// bisect gives nodes to the parts first, first+1, ..., one for each share.
func bisect(pos []float64, dim int, nodes []int32, shares []float64, first int32, part []int32) {
	if len(shares) == 1 {
		for _, n := range nodes {
			part[n] = first
		}
		return
	}
	half := len(shares) / 2
	left, all := 0.0, 0.0
	for i, s := range shares {
		if i < half {
			left += s
		}
		all += s
	}
	axis := longest(pos, dim, nodes)
	slices.SortFunc(nodes, func(a, b int32) int { // the number decides between equal coordinates
		x, y := pos[int(a)*dim+axis], pos[int(b)*dim+axis]
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return int(a - b)
	})
	at := int(float64(len(nodes))*left/all + 0.5)
	bisect(pos, dim, nodes[:at], shares[:half], first, part)
	bisect(pos, dim, nodes[at:], shares[half:], first+int32(half), part)
}

// longest is the axis along which nodes extend most.
func longest(pos []float64, dim int, nodes []int32) (axis int) {
	most := -1.0
	for a := range dim {
		if len(nodes) == 0 {
			break
		}
		lo := pos[int(nodes[0])*dim+a]
		hi := lo
		for _, n := range nodes {
			x := pos[int(n)*dim+a]
			lo, hi = min(lo, x), max(hi, x)
		}
		if hi-lo > most {
			axis, most = a, hi-lo
		}
	}
	return axis
}
