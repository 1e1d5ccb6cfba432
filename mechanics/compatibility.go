package mechanics

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/internal/kernel"
	"github.com/elastrain/elastrain/network"
)

// Compatibility is C in compressed rows: M deformation modes by N free
// unknowns. A bar has one mode, its extension (positive when it gets longer);
// a spring to ground has one, the displacement of its node along its direction.
// The row of a cut element is empty, so that elements keep their numbers.
type Compatibility struct {
	M, N int
	Ptr  []int32   // row i is entries Ptr[i]..Ptr[i+1]; len M+1
	Col  []int32   // free unknown of each entry
	Val  []float64 // direction cosines

	Unknown []int32 // unknown of each node and axis, -1 where held; len nodes*Dim
	Mode    []int32 // first mode of each element; len elements+1
	Dim     int
	Pos     []float64 // coordinates of each node, m; len nodes*Dim
	Numbers []int     // what people call the nodes; nil: they count from 1
	Strain  []int32   // of a periodic cell: unknown of exx, eyy and gxy, -1 where kept at zero; else nil
}

// NewCompatibility lowers every element of the network to rows of C.
// The network must be valid (network.Validate); a bar of zero length panics.
func NewCompatibility(net *network.Network) *Compatibility {
	c := &Compatibility{Dim: net.Dim, Pos: net.Pos, Numbers: net.NodeNumbers, Unknown: make([]int32, len(net.Pos))}
	for i := range c.Unknown {
		if net.Held[i] {
			c.Unknown[i] = -1
			continue
		}
		c.Unknown[i] = int32(c.N)
		c.N++
	}
	c.Ptr = append(make([]int32, 0, len(net.Elements)+1), 0)
	c.Mode = make([]int32, 0, len(net.Elements)+1)
	entries := 2 * net.Dim * len(net.Elements) // at most; growing step by step would touch far more memory
	c.Col, c.Val = make([]int32, 0, entries), make([]float64, 0, entries)
	for i := range net.Elements {
		c.Mode = append(c.Mode, int32(c.M))
		c.lower(net, &net.Elements[i])
	}
	c.Mode = append(c.Mode, int32(c.M))
	return c
}

// Equal reports whether both are of the same lattice: rows, places and numbers.
func (c *Compatibility) Equal(o *Compatibility) bool {
	return Beside(c, o) && c.Dim == o.Dim && slices.Equal(c.Unknown, o.Unknown) && slices.Equal(c.Mode, o.Mode) && slices.Equal(c.Pos, o.Pos) &&
		(c.Numbers == nil) == (o.Numbers == nil) && slices.Equal(c.Numbers, o.Numbers) && (c.Strain == nil) == (o.Strain == nil) && slices.Equal(c.Strain, o.Strain)
}

// lower appends the rows of one element. A new kind of element is a new case.
func (c *Compatibility) lower(net *network.Network, el *network.Element) {
	switch el.Kind {
	case network.Bar:
		if !el.Cut {
			n := barDirection(net, el)
			c.add(el.Nodes[0], n, -1)
			c.add(el.Nodes[1], n, +1)
		}
		c.endRow()
	case network.Ground:
		if !el.Cut {
			c.add(el.Nodes[0], el.Dir, +1)
		}
		c.endRow()
	default:
		panic(fmt.Sprintf("mechanics: element kind %d has no law", el.Kind))
	}
}

func (c *Compatibility) add(node int, dir [3]float64, sign float64) {
	for axis := range c.Dim {
		unknown := c.Unknown[node*c.Dim+axis]
		if unknown < 0 || dir[axis] == 0 {
			continue
		}
		c.Col = append(c.Col, unknown)
		c.Val = append(c.Val, sign*dir[axis])
	}
}

func (c *Compatibility) endRow() {
	c.Ptr = append(c.Ptr, int32(len(c.Col)))
	c.M++
}

// barDirection is the unit vector from the first end of a bar to the second.
func barDirection(net *network.Network, el *network.Element) (n [3]float64) {
	a, b := net.At(el.Nodes[0]), net.At(el.Nodes[1])
	length := 0.0
	for axis := range net.Dim {
		n[axis] = b[axis] - a[axis]
		length = math.Hypot(length, n[axis])
	}
	if length == 0 {
		panic("mechanics: bar of zero length")
	}
	for axis := range net.Dim {
		n[axis] /= length
		// cos 90 degrees is zero: rounding of coordinates must not couple axes.
		if math.Abs(n[axis]) < 1e-15 {
			n[axis] = 0
		}
	}
	return n
}

// Elongations computes e = C u for nrhs columns stored row-major
// (u: N x nrhs, e: M x nrhs). It panics where they are shorter: the assembly
// below looks at no length.
func (c *Compatibility) Elongations(e, u []float64, nrhs int) {
	if len(u) < c.N*nrhs || len(e) < c.M*nrhs {
		panic(fmt.Sprintf("mechanics: %d elongations of %d displacements for a matrix of %d x %d and %d loads", len(e), len(u), c.M, c.N, nrhs))
	}
	if nrhs == kernel.Width {
		kernel.Gather8(e, u, c.Ptr, c.Col, c.Val)
		return
	}
	for i := range c.M {
		row := e[i*nrhs : (i+1)*nrhs]
		clear(row)
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			v, x := c.Val[a], u[int(c.Col[a])*nrhs:]
			x = x[:len(row)]
			for r := range row {
				row[r] += v * x[r]
			}
		}
	}
}

// InternalForces computes f = C^T t, the nodal forces that balance the mode
// forces t (len M) in the free unknowns (f: len N).
func (c *Compatibility) InternalForces(f, t []float64) {
	clear(f)
	for i := range c.M {
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			f[c.Col[a]] += c.Val[a] * t[i]
		}
	}
}

// Load is the load vector of a port: a unit force at its node along its
// direction, or one at each node of a pair, as entries (unknown, component).
// Components on supports vanish.
func (c *Compatibility) Load(p network.Port) (unknown []int32, value []float64) {
	if p.Part == network.Strain {
		if u := c.Strain[p.Other]; u >= 0 {
			unknown, value = []int32{u}, []float64{1}
		}
		return unknown, value
	}
	for node, force := range p.Ends {
		for axis := range c.Dim {
			if u := c.Unknown[node*c.Dim+axis]; u >= 0 && force[axis] != 0 {
				unknown = append(unknown, u)
				value = append(value, force[axis])
			}
		}
	}
	return unknown, value
}

// Place names the node and axis of a free unknown.
func (c *Compatibility) Place(unknown int) (node, axis int) {
	for i, u := range c.Unknown {
		if int(u) == unknown {
			return i / c.Dim, i % c.Dim
		}
	}
	panic(fmt.Sprintf("mechanics: no unknown %d", unknown))
}

// couplings yields every pair row >= col of unknowns that some mode couples:
// the entries of the lower triangle of D, with repetitions.
func (c *Compatibility) couplings(yield func(row, col int32) bool) {
	for m := range c.M {
		for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
			for b := c.Ptr[m]; b < c.Ptr[m+1]; b++ {
				if c.Col[b] <= c.Col[a] && !yield(c.Col[a], c.Col[b]) {
					return
				}
			}
		}
	}
}

// addends lists the terms of the lower triangle of D = C^T K C; at says where
// an entry is stored. Both orders of two entries of a mode at one unknown count,
// as they do in the product.
func (c *Compatibility) addends(at func(row, col int32) int32) []addend {
	var list []addend
	for m := range c.M {
		for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
			for b := c.Ptr[m]; b < c.Ptr[m+1]; b++ {
				if c.Col[b] <= c.Col[a] {
					list = append(list, addend{at: at(c.Col[a], c.Col[b]), mode: int32(m), coef: c.Val[a] * c.Val[b]})
				}
			}
		}
	}
	return list
}
