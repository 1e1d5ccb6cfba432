package main

import (
	"fmt"
	"math"
	"slices"
)

// lattice is a network with its ports, as its file holds it: bars of unit length
// or more, or beams, and nodes that are free or held altogether.
type lattice struct {
	dim  int
	each int       // unknowns of a free node: dim, and rotations in a frame
	pos  []float64 // nodes x dim
	free []int32   // number of each node among the free ones, -1 where held
	end  []int32   // bonds x 2, nodes
	k    []float64 // stiffness of each bond, of each of its modes in a frame
	in   []int32   // unknowns that are loaded: free node * each + axis
	out  []int32   // unknowns that are read
	rows []float64 // of a frame, how its modes deform: bonds x modes x (unknowns of the first end, then of the second); else nil
}

// modes is the number of deformations of a bond.
func (l *lattice) modes() int { return len(l.k) / l.bonds() }

// matrix is the lower triangle of a symmetric matrix, column by column, rows ascending.
type matrix struct {
	ptr []int64 // len n+1
	row []int32
	val []float64
}

func (l *lattice) nodes() int { return len(l.free) }

func (l *lattice) bonds() int { return len(l.end) / 2 }

// unknowns is their number.
func (l *lattice) unknowns() int {
	n := 0
	for _, f := range l.free {
		if f >= 0 {
			n += l.each
		}
	}
	return n
}

// check says what would make the numbers of a file unusable; nil for nothing.
func (l *lattice) check() error {
	next := int32(0)
	for i, f := range l.free {
		if f >= 0 && f != next {
			return fmt.Errorf("node %d is free node %d, expected %d: free nodes are numbered as they come", i, f, next)
		}
		if f >= 0 {
			next++
		}
	}
	for i, node := range l.end {
		if node < 0 || int(node) >= l.nodes() {
			return fmt.Errorf("bond %d ends at node %d of %d", i/2, node, l.nodes())
		}
	}
	for _, u := range slices.Concat(l.in, l.out) {
		if u < 0 || u >= next*int32(l.each) {
			return fmt.Errorf("there is no unknown %d for a port", u)
		}
	}
	return nil
}

// direction sets n to the unit vector from the first end of a bond to the second.
func (l *lattice) direction(bond int, n []float64) {
	a, b := int(l.end[2*bond])*l.dim, int(l.end[2*bond+1])*l.dim
	square := 0.0
	for axis := range n {
		n[axis] = l.pos[b+axis] - l.pos[a+axis]
		square += n[axis] * n[axis]
	}
	for axis := range n {
		n[axis] /= math.Sqrt(square)
	}
}

// block sets h to the stiffness of a bond over the unknowns of its two ends (2 each x 2 each), from positions, or rows, alone.
func (l *lattice) block(bond int, h []float64) {
	n, modes := 2*l.each, l.modes()
	clear(h)
	row := make([]float64, n)
	for m := range modes {
		if l.rows != nil {
			copy(row, l.rows[(bond*modes+m)*n:])
		} else {
			l.direction(bond, row[l.dim:])
			for axis, v := range row[l.dim:] {
				row[axis] = -v
			}
		}
		for p, x := range row {
			for q, y := range row {
				h[p*n+q] += l.k[bond*modes+m] * x * y
			}
		}
	}
}

// assemble is the stiffness matrix D of the free unknowns, with full
// blocks where nodes are joined. It asks nothing of package mechanics, so that it can
// bear witness to what that makes.
func (l *lattice) assemble() *matrix {
	d, free := l.each, l.unknowns()/l.each
	above := make([][]int32, free) // neighbours with higher numbers
	for m := range l.bonds() {
		i, j := l.free[l.end[2*m]], l.free[l.end[2*m+1]]
		if i >= 0 && j >= 0 {
			above[min(i, j)] = append(above[min(i, j)], max(i, j))
		}
	}
	a := &matrix{ptr: make([]int64, 1, free*d+1)}
	for node := range int32(free) {
		slices.Sort(above[node])
		above[node] = slices.Compact(above[node])
		for axis := range int32(d) {
			for row := axis; row < int32(d); row++ {
				a.row = append(a.row, node*int32(d)+row)
			}
			for _, other := range above[node] {
				for row := range int32(d) {
					a.row = append(a.row, other*int32(d)+row)
				}
			}
			a.ptr = append(a.ptr, int64(len(a.row)))
		}
	}
	a.val = make([]float64, len(a.row))
	h := make([]float64, 4*d*d)
	for m := range l.bonds() {
		l.block(m, h)
		for e, end := range l.end[2*m : 2*m+2] {
			for f, other := range l.end[2*m : 2*m+2] {
				row, col := int(l.free[end])*d, int(l.free[other])*d
				if row < col || col < 0 {
					continue
				}
				for p := range d {
					for q := range d {
						if e != f || p >= q {
							a.add(row+p, col+q, h[(e*d+p)*2*d+f*d+q])
						}
					}
				}
			}
		}
	}
	return a
}

// add adds to the entry (row, col) of the lower triangle, which exists.
func (a *matrix) add(row, col int, v float64) {
	at, _ := slices.BinarySearch(a.row[a.ptr[col]:a.ptr[col+1]], int32(row))
	a.val[a.ptr[col]+int64(at)] += v
}

// residual is the largest entry of A x - b.
func (a *matrix) residual(x, b []float64) float64 {
	r := make([]float64, len(b))
	for j := range r {
		for e := a.ptr[j]; e < a.ptr[j+1]; e++ {
			i := int(a.row[e])
			r[i] += a.val[e] * x[j]
			if i != j {
				r[j] += a.val[e] * x[i]
			}
		}
	}
	worst := 0.0
	for i, v := range r {
		worst = max(worst, math.Abs(v-b[i]))
	}
	return worst
}
