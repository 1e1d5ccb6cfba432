package petsc

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics"
)

// Part is what one rank has of a lattice: the nodes that it owns, numbered one after another over all ranks, and its bonds as
// rows of C over the unknowns that they touch. An unknown of D is an axis of a node, held or not.
type Part struct {
	Dim     int
	Owned   int       // nodes
	First   int       // number of its first node
	Pos     []float64 // of its nodes, m
	Held    []byte    // of its nodes and axes: 1 where nothing moves
	Modes   []int32   // its bonds, ascending
	Ptr     []int32   // row i of C is Col[Ptr[i]:Ptr[i+1]], places in Touch
	Col     []int32
	Val     []float64
	Touch   []int32 // unknowns of D that its bonds touch
	Inside  []int32 // of each of its nodes: neighbours of this part, itself among them
	Outside []int32 // and of other parts
}

// Division is how a lattice is shared out, as the rank knows it that has the whole.
type Division struct {
	c     *mechanics.Compatibility
	nodes [][]int32 // of every rank, in the order of their new numbers
	modes [][]int32 // of every rank, ascending
	fresh []int32   // new number of every node
	owner []int32   // of every node
}

// mostUnknowns is as far as Debian's PETSc counts.
const mostUnknowns = math.MaxInt32

// Divide shares a lattice out to ranks of the given shares. A bond goes to the rank of its first free end.
func Divide(c *mechanics.Compatibility, shares []float64) (*Division, error) {
	if len(c.Unknown) >= mostUnknowns {
		return nil, fmt.Errorf("%d unknowns are more than PETSc counts here (%d)", len(c.Unknown), mostUnknowns)
	}
	d := &Division{c: c, nodes: make([][]int32, len(shares)), modes: make([][]int32, len(shares)), owner: Bisect(c.Pos, c.Dim, shares)}
	d.fresh = make([]int32, len(d.owner))
	for n, r := range d.owner {
		d.nodes[r] = append(d.nodes[r], int32(n))
	}
	next := int32(0)
	for _, nodes := range d.nodes {
		for _, n := range nodes {
			d.fresh[n] = next
			next++
		}
	}
	node := d.nodeOf()
	for m := range c.M {
		r := int32(0)
		if c.Ptr[m] < c.Ptr[m+1] { // else it is cut, or held at both ends
			r = d.owner[node[c.Col[c.Ptr[m]]]]
		}
		d.modes[r] = append(d.modes[r], int32(m))
	}
	return d, nil
}

const (
	bondBytes   = 280  // that rank 0 has for each bond, of the network and the experiment
	levelBytes  = 3050 // that multigrid takes for each unknown, its matrix and levels, with what learns there
	matrixBytes = 1100 // that a factor takes for each unknown beside itself
)

// sharesFor is what each rank gets of a lattice. Multigrid takes memory in proportion, and rank 0, which has the network beside it, gets so much less
// that all have as much to hold, but no less than an eighth of an even share. A factor is spread by MUMPS as it likes, to all
// ranks alike; what is beside it goes to the others likewise.
func sharesFor(ranks int, multigrid bool, unknowns, bonds int) []float64 {
	shares := make([]float64, ranks)
	for i := range shares {
		shares[i] = 1
	}
	if ranks == 1 {
		return shares
	}
	each := float64(matrixBytes)
	if multigrid {
		each = levelBytes
	}
	network, all, others := bondBytes*float64(bonds), each*float64(unknowns), float64(ranks-1)
	first := max((all/others-network)/(all+all/others), 1/(8*float64(ranks)))
	shares[0] = first * others / (1 - first)
	return shares
}

// nodeOf is the node of every free unknown.
func (d *Division) nodeOf() []int32 {
	node := make([]int32, d.c.N)
	for i, u := range d.c.Unknown {
		if u >= 0 {
			node[u] = int32(i / d.c.Dim)
		}
	}
	return node
}

// row is the row of D of every free unknown.
func (d *Division) row() []int32 {
	row := make([]int32, d.c.N)
	for i, u := range d.c.Unknown {
		if u >= 0 {
			row[u] = d.fresh[i/d.c.Dim]*int32(d.c.Dim) + int32(i%d.c.Dim)
		}
	}
	return row
}

// Parts makes the part of every rank in turn.
func (d *Division) Parts(yield func(rank int, p *Part) error) error {
	c, node, row := d.c, d.nodeOf(), d.row()
	inside, outside := d.neighbours(node)
	place := make([]int32, c.N) // of an unknown among those touched, from 1
	first := 0
	for r, nodes := range d.nodes {
		entries := 0
		for _, m := range d.modes[r] {
			entries += int(c.Ptr[m+1] - c.Ptr[m])
		}
		p := &Part{Dim: c.Dim, Owned: len(nodes), First: first, Modes: d.modes[r], Ptr: make([]int32, 1, len(d.modes[r])+1),
			Col: make([]int32, 0, entries), Val: make([]float64, 0, entries)}
		first += len(nodes)
		for _, n := range nodes {
			p.Pos = append(p.Pos, c.Pos[int(n)*c.Dim:(int(n)+1)*c.Dim]...)
			for _, u := range c.Unknown[int(n)*c.Dim : (int(n)+1)*c.Dim] {
				held := byte(0)
				if u < 0 {
					held = 1
				}
				p.Held = append(p.Held, held)
			}
			p.Inside, p.Outside = append(p.Inside, inside[n]), append(p.Outside, outside[n])
		}
		clear(place)
		for _, m := range p.Modes {
			for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
				u := c.Col[a]
				if place[u] == 0 {
					p.Touch = append(p.Touch, row[u])
					place[u] = int32(len(p.Touch))
				}
				p.Col, p.Val = append(p.Col, place[u]-1), append(p.Val, c.Val[a])
			}
			p.Ptr = append(p.Ptr, int32(len(p.Col)))
		}
		if err := yield(r, p); err != nil {
			return err
		}
	}
	return nil
}

// neighbours counts the nodes that every node shares a bond with, of its own rank (itself among them) and of others; of bonds
// that join the same nodes each counts.
func (d *Division) neighbours(node []int32) (inside, outside []int32) {
	inside, outside = make([]int32, len(d.owner)), make([]int32, len(d.owner))
	for n := range inside {
		inside[n] = 1
	}
	c := d.c
	for m := range c.M {
		ends := [2]int32{-1, -1} // a bond has two at most
		for _, u := range c.Col[c.Ptr[m]:c.Ptr[m+1]] {
			if n := node[u]; ends[0] < 0 || ends[0] == n {
				ends[0] = n
			} else {
				ends[1] = n
			}
		}
		if a, b := ends[0], ends[1]; b < 0 {
			continue
		} else if d.owner[a] == d.owner[b] {
			inside[a]++
			inside[b]++
		} else {
			outside[a]++
			outside[b]++
		}
	}
	total := [2]int32{} // no node has more neighbours than there are nodes
	for _, nodes := range d.nodes {
		total[0] = int32(len(nodes))
		total[1] = int32(len(d.owner)) - total[0]
		for _, n := range nodes {
			inside[n], outside[n] = min(inside[n], total[0]), min(outside[n], total[1])
		}
	}
	return inside, outside
}

// spread copies numbers of unknowns (N of C, where they move) into the rows of one rank.
func (d *Division) spread(rank int, b []float64, stride, column int, rows []float64) {
	dim := d.c.Dim
	for i, n := range d.nodes[rank] {
		for a := range dim {
			rows[i*dim+a] = 0
			if u := d.c.Unknown[int(n)*dim+a]; u >= 0 {
				rows[i*dim+a] = b[int(u)*stride+column]
			}
		}
	}
}

// collect copies the rows of one rank back.
func (d *Division) collect(rank int, rows []float64, b []float64, stride, column int) {
	dim := d.c.Dim
	for i, n := range d.nodes[rank] {
		for a := range dim {
			if u := d.c.Unknown[int(n)*dim+a]; u >= 0 {
				b[int(u)*stride+column] = rows[i*dim+a]
			}
		}
	}
}

// Load is a port as entries of the rows of D.
type Load struct {
	Row   []int32
	Value []float64
}
