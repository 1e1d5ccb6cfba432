package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// edges is the number of nodes along an edge of the lattices of the tables:
// t for triangular, f for face-centred cubic, b for triangular and of beams, then the unknowns, roughly.
var edges = map[string]int{"b1e3": 18, "b1e4": 58, "b1e5": 183, "t1e3": 22, "t1e4": 71, "t1e5": 224, "t1e6": 707, "f1e4": 19, "f1e5": 40, "f3e5": 58}

const (
	inputs, outputs = 4, 3
	seed            = 1
)

// generate makes the lattice of that name: one of edges, or a letter and the
// number of nodes along an edge, such as t100. Its lowest row or layer is held,
// stiffnesses are random between 1 and 2, the inputs press along the last axis
// on its top and the outputs are read along the first axis inside.
func generate(name string) (*lattice, error) {
	edge, known := edges[name]
	if !known && len(name) > 1 {
		edge, _ = strconv.Atoi(name[1:])
	}
	var l *lattice
	var last float64 // position of the top along the last axis
	switch {
	case edge < 4 || edge > 2300 || name[0] != 't' && name[0] != 'f' && name[0] != 'b' || name[0] == 'f' && edge > 100:
		return nil, fmt.Errorf("there is no lattice %q: use t4 to t2300, b4 to b2000, f4 to f100, or one of t1e3 t1e4 t1e5 t1e6 f1e4 f1e5 f3e5 b1e3 b1e4 b1e5", name)
	case name[0] != 'f':
		l, last = triangular(edge, edge+1), float64(edge)*math.Sqrt(3)/2
	default:
		l, last = faceCentred(edge, edge, edge+1), float64(edge)
	}
	free := int32(0)
	for node := range l.free {
		l.free[node] = -1
		if l.pos[(node+1)*l.dim-1] > 0 {
			l.free[node] = free
			free++
		}
	}
	random := rand.New(rand.NewPCG(seed, 0))
	l.each = l.dim
	if name[0] == 'b' {
		l.weld(random)
	} else {
		l.k = make([]float64, l.bonds())
		for m := range l.k {
			l.k[m] = 1 + random.Float64()
		}
	}
	l.choosePorts(last)
	return l, nil
}

// weld makes beams of the bonds of a lattice in the plane: rods of unit length and of a fifth as much in height, by the formulae of
// Euler and Bernoulli.
func (l *lattice) weld(random *rand.Rand) {
	l.each = 3
	n := make([]float64, 2)
	for m := range l.bonds() {
		l.direction(m, n)
		x, y := n[0], n[1]
		l.rows = append(l.rows,
			-x, -y, 0, x, y, 0, // longer
			0, 0, -1, 0, 0, 1, // bent alike at both ends
			-2*y, 2*x, 1, 2*y, -2*x, 1) // bent to and fro, counted from the chord
		ea := 1 + random.Float64()
		ei := ea * 0.2 * 0.2 / 12
		l.k = append(l.k, ea, ei, 3*ei)
	}
}

// triangular has rows of nodes at a distance of one, every second row shifted by
// half of that to the right. The bonds of one direction come after the other.
func triangular(width, height int) *lattice {
	l := &lattice{dim: 2, free: make([]int32, width*height)}
	for y := range height {
		for x := range width {
			l.pos = append(l.pos, float64(x)+0.5*float64(y%2), float64(y)*math.Sqrt(3)/2)
		}
	}
	for _, direction := range []struct{ x, y, rows int }{{1, 0, 0}, {0, 1, 0}, {-1, 1, 2}, {1, 1, 1}} {
		for y := range height - direction.y {
			if direction.rows == 2 && y%2 == 1 || direction.rows == 1 && y%2 == 0 {
				continue // even rows lean on the left above, odd ones on the right
			}
			for x := range width {
				if to := x + direction.x; to >= 0 && to < width {
					l.end = append(l.end, int32(y*width+x), int32((y+direction.y)*width+to))
				}
			}
		}
	}
	return l
}

// faceCentred has the points of a cubic grid whose coordinates have an even sum,
// joined to their nearest neighbours. Nodes are numbered along x, then y, then
// z; bonds are sorted by their ends.
func faceCentred(a, b, c int) *lattice {
	l := &lattice{dim: 3}
	number := make(map[[3]int]int32)
	for z := range c {
		for y := range b {
			for x := (y + z) % 2; x < a; x += 2 {
				number[[3]int{x, y, z}] = int32(len(number))
				l.pos = append(l.pos, float64(x), float64(y), float64(z))
			}
		}
	}
	l.free = make([]int32, len(number))
	var bonds [][2]int32
	for node := range len(number) {
		x, y, z := int(l.pos[3*node]), int(l.pos[3*node+1]), int(l.pos[3*node+2])
		for _, step := range [][3]int{{1, 1, 0}, {1, -1, 0}, {1, 0, 1}, {1, 0, -1}, {0, 1, 1}, {0, 1, -1}} {
			if other, inside := number[[3]int{x + step[0], y + step[1], z + step[2]}]; inside {
				bonds = append(bonds, [2]int32{int32(node), other})
			}
		}
	}
	slices.SortFunc(bonds, func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for _, b := range bonds {
		l.end = append(l.end, b[0], b[1])
	}
	return l
}

// choosePorts spreads the inputs over the top, along the last axis, and the outputs
// over the middle half of the first axis, at half of the others.
func (l *lattice) choosePorts(last float64) {
	d := l.dim
	var top []int
	low, high := slices.Clone(l.pos[:d]), slices.Clone(l.pos[:d])
	for node := range l.nodes() {
		at := l.pos[node*d : (node+1)*d]
		for axis, x := range at {
			low[axis], high[axis] = min(low[axis], x), max(high[axis], x)
		}
		if at[d-1] == last {
			top = append(top, node)
		}
	}
	for i := range inputs {
		node := top[1+i*(len(top)-3)/(inputs-1)]
		l.in = append(l.in, l.free[node]*int32(l.each)+int32(d-1))
	}
	for i := range outputs {
		part := 0.25 + 0.5*float64(i)/(outputs-1)
		nearest, least := 0, math.Inf(1)
		for node, free := range l.free {
			square := 0.0
			for axis, x := range l.pos[node*d : (node+1)*d] {
				share := 0.5
				if axis == 0 {
					share = part
				}
				off := x - (low[axis] + (high[axis]-low[axis])*share)
				square += off * off
			}
			if free >= 0 && square < least {
				nearest, least = node, square
			}
		}
		l.out = append(l.out, l.free[nearest]*int32(l.each))
	}
}
