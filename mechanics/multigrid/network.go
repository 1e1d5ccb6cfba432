package multigrid

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Network is springs between nodes: rows of C, e = C u, as package mechanics has them.
type Network struct {
	Dim     int
	X       []float64 // coordinates of each node; len nodes*Dim
	Unknown []int32   // of each node and axis, -1 where held; len nodes*Dim
	N       int       // unknowns
	Ptr     []int32   // row i is entries Ptr[i]..Ptr[i+1]
	Col     []int32   // unknown of each entry
	Val     []float64
}

// UnfitError says why a network is not one that this solver is for.
type UnfitError struct{ Row int } // from 0

func (e *UnfitError) Error() string {
	return fmt.Sprintf("element %d is neither a bar nor a spring to ground, and multigrid is for lattices of those", e.Row+1)
}

// springs is the finest matrix, D = sum over springs of k c c^T, kept spring by spring at both of its nodes. Nodes that are held
// along all axes are not in it; one more that never moves stands for them, and for the ground.
type springs struct {
	dim, nodes int
	node       []int32   // which of the network each is
	row        []int32   // unknown of each node and axis, -1 where held; len nodes*dim
	ptr        []int32   // the springs of node i are ptr[i]..ptr[i+1]
	other      []int32   // the node at the other end; nodes for the ground
	mode       []int32   // row of C
	dir        []float64 // direction of each row of C; len rows*dim
	w          []float64 // sqrt(k) times that direction
}

// newSprings sorts the rows of C by nodes. Rollers need no care: along an axis that is held displacements are zero, and
// forces are not looked at.
func newSprings(n *Network) (*springs, error) {
	all, dim := len(n.Unknown)/n.Dim, n.Dim
	s := &springs{dim: dim, dir: make([]float64, (len(n.Ptr)-1)*dim)}
	place, owner, axis := make([]int32, all), make([]int32, n.N), make([]int8, n.N)
	for i := range place {
		place[i] = -1
	}
	for _, i := range n.order() {
		for a, unknown := range n.Unknown[int(i)*dim : (int(i)+1)*dim] {
			if unknown < 0 {
				continue
			}
			if place[i] < 0 {
				place[i] = int32(len(s.node))
				s.node = append(s.node, i)
				s.row = append(s.row, n.Unknown[int(i)*dim:(int(i)+1)*dim]...)
			}
			owner[unknown], axis[unknown] = place[i], int8(a)
		}
	}
	s.nodes = len(s.node)
	ends := make([][2]int32, len(n.Ptr)-1) // of each row; -1 for none
	s.ptr = make([]int32, s.nodes+1)
	for i := range ends {
		first, second := int32(-1), int32(-1)
		own, far := [3]float64{}, [3]float64{}
		for a := n.Ptr[i]; a < n.Ptr[i+1]; a++ {
			at, k := owner[n.Col[a]], axis[n.Col[a]]
			switch {
			case first < 0 || at == first:
				first = at
				own[k] = n.Val[a]
			case second < 0 || at == second:
				second = at
				far[k] = n.Val[a]
			default:
				return nil, &UnfitError{i}
			}
		}
		ends[i] = [2]int32{first, second}
		for k := range dim {
			v := own[k]
			if second >= 0 && own[k] != 0 && far[k] != 0 && own[k] != -far[k] {
				return nil, &UnfitError{i}
			}
			if v == 0 {
				v = -far[k]
			}
			s.dir[i*dim+k] = v
		}
		for _, end := range ends[i] {
			if end >= 0 {
				s.ptr[end+1]++
			}
		}
	}
	for i := range s.nodes {
		s.ptr[i+1] += s.ptr[i]
	}
	count := s.ptr[s.nodes]
	s.other, s.mode = make([]int32, count), make([]int32, count)
	next := append([]int32(nil), s.ptr[:s.nodes]...)
	for i, e := range ends {
		for side, end := range e {
			if end < 0 {
				continue
			}
			far := e[1-side]
			if far < 0 {
				far = int32(s.nodes)
			}
			s.other[next[end]], s.mode[next[end]] = far, int32(i)
			next[end]++
		}
	}
	return s, nil
}

// order is that in which nodes are gone through: as they are numbered where neighbours have near numbers, as those of a lattice row by row have,
// else along a curve. Results depend on it in their last bits.
func (n *Network) order() []int32 {
	all := len(n.Unknown) / n.Dim
	node := make([]int32, n.N)
	for i, unknown := range n.Unknown {
		if unknown >= 0 {
			node[unknown] = int32(i / n.Dim)
		}
	}
	apart := 0.0
	for i := range len(n.Ptr) - 1 {
		if list := n.Col[n.Ptr[i]:n.Ptr[i+1]]; len(list) > 0 {
			apart += math.Abs(float64(node[list[len(list)-1]] - node[list[0]]))
		}
	}
	row := math.Pow(float64(all), float64(n.Dim-1)/float64(n.Dim)) // what a row or a layer has
	if apart > 4*row*float64(len(n.Ptr)-1) {
		return along(n.X, n.Dim)
	}
	order := make([]int32, all)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

// along is the order of nodes along Morton's curve, in which those that are near each other in space mostly are in memory.
func along(x []float64, dim int) []int32 {
	type placed struct {
		key  uint64
		node int32
	}
	least, most := make([]float64, dim), make([]float64, dim)
	for k := range dim {
		least[k], most[k] = math.Inf(1), math.Inf(-1)
		for at := k; at < len(x); at += dim {
			least[k], most[k] = min(least[k], x[at]), max(most[k], x[at])
		}
	}
	side := 0.0
	for k := range dim {
		side = max(side, most[k]-least[k])
	}
	list := make([]placed, len(x)/dim)
	const bits = 20
	for i := range list {
		list[i].node = int32(i)
		for k := range dim {
			at := uint64(0)
			if side > 0 {
				at = uint64((x[i*dim+k] - least[k]) / side * (1<<bits - 1))
			}
			for bit := range bits {
				list[i].key |= at >> bit & 1 << (bit*dim + k)
			}
		}
	}
	slices.SortFunc(list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.node, b.node))
	})
	order := make([]int32, len(list))
	for i, p := range list {
		order[i] = p.node
	}
	return order
}

// set takes over the stiffness of each row.
func (s *springs) set(k []float64, from, to int) {
	for at := s.ptr[from]; at < s.ptr[to]; at++ {
		mode, root := int(s.mode[at]), math.Sqrt(k[s.mode[at]])
		for a := range s.dim {
			s.w[int(at)*s.dim+a] = root * s.dir[mode*s.dim+a]
		}
	}
}

// still sets to zero what node i has along axes that are held, in a block of rows of eight.
func (s *springs) still(i int, y []float64) {
	for a, unknown := range s.row[i*s.dim : (i+1)*s.dim] {
		if unknown < 0 {
			clear(y[8*a : 8*a+8])
		}
	}
}

// block adds the block of D that spring at makes between its node and itself, or with a minus sign with the other.
func (s *springs) block(m []float64, at int, sign float64) {
	w := s.w[at*s.dim:][:s.dim]
	for i, v := range w {
		for j, x := range w {
			m[i*s.dim+j] += sign * v * x
		}
	}
}
