package main

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// rows is the compatibility matrix of bonds, by all coordinates.
func (d *draw) rows(bonds [][2]int) *mat.Dense {
	c := mat.NewDense(len(bonds), 2*d.net.Nodes(), nil)
	for i, b := range bonds {
		p, q := d.net.At(b[0]), d.net.At(b[1])
		long := math.Hypot(q[0]-p[0], q[1]-p[1])
		for axis := range 2 {
			along := (q[axis] - p[axis]) / long
			c.Set(i, 2*b[0]+axis, -along)
			c.Set(i, 2*b[1]+axis, along)
		}
	}
	return c
}

// rank counts singular values above rounding.
func rank(c *mat.Dense) int {
	var svd mat.SVD
	if !svd.Factorize(c, mat.SVDNone) {
		panic("no singular values")
	}
	n := 0
	for _, v := range svd.Values(nil) {
		if v > 1e-9 {
			n++
		}
	}
	return n
}

// length of a bond, m.
func (d *draw) length(bond int) float64 {
	p, q := d.net.At(d.bonds[bond][0]), d.net.At(d.bonds[bond][1])
	return math.Hypot(q[0]-p[0], q[1]-p[1])
}

// far is the node farthest along x from the first: held along y, it keeps the network from turning.
func (d *draw) far() int {
	far := 1
	for i := range d.net.Nodes() {
		if math.Abs(d.net.At(i)[0]-d.net.At(0)[0]) > math.Abs(d.net.At(far)[0]-d.net.At(0)[0]) {
			far = i
		}
	}
	return far
}
