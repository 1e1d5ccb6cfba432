package lattice

import (
	"slices"

	"github.com/elastrain/elastrain/network"
)

// crystal is a regular lattice: a cell with its nodes, and bonds that repeat
// from cell to cell. Lengths are in units of the spacing.
type crystal struct {
	dim   int
	axes  [3][3]float64 // edges of the cell
	sites [][3]float64  // nodes of a cell, from its corner
	links []link        // every bond that starts in a cell, once

	// upright shifts every second row of cells (along y) back by one cell
	// edge, so that a sample of slanted cells stands upright.
	upright bool

	// filled leaves out cells; nil keeps all.
	filled func(x, y, z int) bool
}

// link is a bond from a site of one cell to a site of the cell step further.
type link struct {
	from, to int
	step     [3]int // cells along each edge
}

// grow repeats the cell size times along its edges. Nodes are numbered along
// the first edge first, and within a cell in the order of the sites. Bonds that
// would leave the sample are left out.
func (c *crystal) grow(size [3]int, spacing float64) *network.Network {
	number := make([]int, size[0]*size[1]*size[2]*len(c.sites)) // node of each site, -1 none
	nodes := 0
	c.walk(size, func(x, y, z, site, at int) {
		number[at] = -1
		if c.filled == nil || c.filled(x, y, z) {
			number[at] = nodes
			nodes++
		}
	})

	around := c.around()
	pos := make([]float64, 0, nodes*c.dim)
	elements := make([]network.Element, 0, nodes*len(c.links)/len(c.sites))
	var higher []int // neighbours of a node with numbers above its own
	c.walk(size, func(x, y, z, site, at int) {
		node := number[at]
		if node < 0 {
			return
		}
		cell := [3]float64{float64(x - c.lean(y)), float64(y), float64(z)}
		for axis := range c.dim {
			sum := c.sites[site][axis]
			for edge, steps := range cell {
				sum += steps * c.axes[edge][axis]
			}
			pos = append(pos, sum*spacing)
		}
		higher = higher[:0]
		for _, l := range around[site] {
			oy, oz := y+l.step[1], z+l.step[2]
			if oy < 0 || oy >= size[1] || oz < 0 || oz >= size[2] {
				continue
			}
			ox := x - c.lean(y) + l.step[0] + c.lean(oy)
			if ox < 0 || ox >= size[0] {
				continue
			}
			if other := number[((oz*size[1]+oy)*size[0]+ox)*len(c.sites)+l.to]; other > node {
				higher = append(higher, other)
			}
		}
		slices.Sort(higher)
		for _, other := range higher {
			elements = append(elements, bar(node, other))
		}
	})
	return assemble(c.dim, pos, elements)
}

// walk visits all sites of a sample; at counts them from 0.
func (c *crystal) walk(size [3]int, visit func(x, y, z, site, at int)) {
	at := 0
	for z := range size[2] {
		for y := range size[1] {
			for x := range size[0] {
				for site := range c.sites {
					visit(x, y, z, site, at)
					at++
				}
			}
		}
	}
}

// lean is how many cells row y is shifted back.
func (c *crystal) lean(y int) int {
	if c.upright {
		return y / 2
	}
	return 0
}

// around lists for each site all links that touch it, seen from there.
func (c *crystal) around() [][]link {
	all := make([][]link, len(c.sites))
	for _, l := range c.links {
		back := link{l.to, l.from, [3]int{-l.step[0], -l.step[1], -l.step[2]}}
		all[l.from] = append(all[l.from], l)
		all[l.to] = append(all[l.to], back)
	}
	return all
}
