package lattice

import (
	"math"

	"github.com/elastrain/elastrain/network"
)

// Square is width x height square cells with edges of the given spacing, each
// braced by both diagonals, which cross without touching. It has (width+1)
// (height+1) nodes, numbered along x first; a node inside has eight neighbours,
// four at the spacing and four at sqrt 2 times it. It is rigid on its own.
func Square(width, height int, spacing float64) (*network.Network, error) {
	if err := check("square", (float64(width)+1)*(float64(height)+1), spacing, width, height); err != nil {
		return nil, err
	}
	c := square()
	return c.grow([3]int{width + 1, height + 1, 1}, spacing), nil
}

func square() *crystal {
	return &crystal{
		dim:   2,
		axes:  [3][3]float64{{1, 0, 0}, {0, 1, 0}},
		sites: [][3]float64{{}},
		links: []link{
			{step: [3]int{1, 0, 0}}, {step: [3]int{0, 1, 0}},
			{step: [3]int{1, 1, 0}}, {step: [3]int{1, -1, 0}},
		},
	}
}

// Kagome is width x height cells of three nodes: a triangle with sides of the
// given spacing, its nodes numbered left, right, top. Triangles share corners,
// and every second row of cells is shifted by half a cell. A node inside has
// four neighbours.
//
// Four is the fewest that can be rigid in the plane, so the lattice is floppy
// where its edges are free: beyond a single cell it has mechanisms other than
// the motions of the whole. Holding the nodes of the edges makes it rigid.
func Kagome(width, height int, spacing float64) (*network.Network, error) {
	if err := check("kagome", 3*float64(width)*float64(height), spacing, width, height); err != nil {
		return nil, err
	}
	return kagome().grow([3]int{width, height, 1}, spacing), nil
}

func kagome() *crystal {
	const left, right, top = 0, 1, 2
	return &crystal{
		dim:     2,
		axes:    [3][3]float64{{2, 0, 0}, {1, 2 * halfRoot3, 0}},
		sites:   [][3]float64{{0, 0, 0}, {1, 0, 0}, {0.5, halfRoot3, 0}},
		upright: true,
		links: []link{
			{left, right, [3]int{}}, {left, top, [3]int{}}, {right, top, [3]int{}},
			{right, left, [3]int{1, 0, 0}}, {top, left, [3]int{0, 1, 0}}, {top, right, [3]int{-1, 1, 0}},
		},
	}
}

// Honeycomb is width x height cells of two nodes, the lower one numbered first;
// every second row of cells is shifted by half a cell. Bonds join nearest
// neighbours, at the given spacing, and second neighbours, at sqrt 3 times it:
// hexagons alone would be floppy. A node inside has three and six of them. The
// lattice is rigid on its own.
func Honeycomb(width, height int, spacing float64) (*network.Network, error) {
	if err := check("honeycomb", 2*float64(width)*float64(height), spacing, width, height); err != nil {
		return nil, err
	}
	return honeycomb().grow([3]int{width, height, 1}, spacing), nil
}

func honeycomb() *crystal {
	c := &crystal{
		dim:     2,
		axes:    [3][3]float64{{2 * halfRoot3, 0, 0}, {halfRoot3, 1.5, 0}},
		sites:   [][3]float64{{0, 0, 0}, {0, 1, 0}},
		upright: true,
		links: []link{
			{0, 1, [3]int{}}, {1, 0, [3]int{0, 1, 0}}, {1, 0, [3]int{-1, 1, 0}},
		},
	}
	for site := range c.sites {
		for _, step := range [][3]int{{1, 0, 0}, {0, 1, 0}, {-1, 1, 0}} {
			c.links = append(c.links, link{site, site, step})
		}
	}
	return c
}

// Cubic is a x b x c cubes with edges of the given spacing and both diagonals of
// every face; the diagonals through the body are not needed and not there. It
// has (a+1)(b+1)(c+1) nodes, numbered along x, then y, then z; a node inside has
// six neighbours at the spacing and twelve at sqrt 2 times it. It is rigid on
// its own.
func Cubic(a, b, c int, spacing float64) (*network.Network, error) {
	if err := check("cubic", (float64(a)+1)*(float64(b)+1)*(float64(c)+1), spacing, a, b, c); err != nil {
		return nil, err
	}
	cell := crystal{
		dim:   3,
		axes:  [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		sites: [][3]float64{{}},
		links: append([]link{
			{step: [3]int{1, 0, 0}}, {step: [3]int{0, 1, 0}}, {step: [3]int{0, 0, 1}},
		}, faceDiagonals...),
	}
	return cell.grow([3]int{a + 1, b + 1, c + 1}, spacing), nil
}

// FCC is a x b x c face-centred cubes: nodes at the corners and in the middle of
// the faces, complete on every side of the sample, numbered along x, then y,
// then z. Bonds join nearest neighbours, at the given spacing, which makes the
// edge of a cube sqrt 2 times that. A node inside has twelve of them, and that
// is enough: the lattice is rigid on its own without second neighbours.
func FCC(a, b, c int, spacing float64) (*network.Network, error) {
	sites := (2*float64(a) + 1) * (2*float64(b) + 1) * (2*float64(c) + 1) // every second one holds a node
	if err := check("fcc", (sites+1)/2, spacing, a, b, c); err != nil {
		return nil, err
	}
	half := math.Sqrt2 / 2 // of a cube's edge
	cell := crystal{
		dim:    3,
		axes:   [3][3]float64{{half, 0, 0}, {0, half, 0}, {0, 0, half}},
		sites:  [][3]float64{{}},
		links:  faceDiagonals,
		filled: func(x, y, z int) bool { return (x+y+z)%2 == 0 },
	}
	return cell.grow([3]int{2*a + 1, 2*b + 1, 2*c + 1}, spacing), nil
}

var faceDiagonals = []link{
	{step: [3]int{1, 1, 0}}, {step: [3]int{1, -1, 0}},
	{step: [3]int{1, 0, 1}}, {step: [3]int{1, 0, -1}},
	{step: [3]int{0, 1, 1}}, {step: [3]int{0, 1, -1}},
}

func check(lattice string, nodes, spacing float64, size ...int) error {
	if err := checkSize(lattice, "size", nodes, size...); err != nil {
		return err
	}
	return checkSpacing(lattice, spacing)
}
