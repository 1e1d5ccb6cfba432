package photos

import (
	"math"
	"math/rand/v2"

	"github.com/elastrain/elastrain/vision"
)

// specimen is a lattice with marks: what the layout tells the reader, and the
// bars that it does not.
type specimen struct {
	layout vision.Layout
	bars   [][2]int
}

const spacing = 16e-3 // m, as in the published specimen

// lattice makes one of four kinds of lattice, of 12 to 25 nodes.
func lattice(random *rand.Rand) specimen {
	var s specimen
	nodes := &s.layout.Nodes
	reach := 1.1 * spacing // of a bar
	switch random.IntN(4) {
	case 0: // triangular
		for row := range 4 {
			for column := range 5 {
				*nodes = append(*nodes, [2]float64{(float64(column) + 0.5*float64(row%2)) * spacing, float64(row) * spacing * math.Sqrt(3) / 2})
			}
		}
	case 1: // square
		for row := range 5 {
			for column := range 5 {
				*nodes = append(*nodes, [2]float64{float64(column) * spacing, float64(row) * spacing})
			}
		}
		reach = 1.5 * spacing
	case 2: // honeycomb
		for row := range 4 {
			for column := range 6 {
				y := float64(row)*1.5*spacing*0.9 + 0.25*spacing*float64(1-2*((row+column)%2))
				*nodes = append(*nodes, [2]float64{float64(column) * spacing * 0.9, y})
			}
		}
	case 3: // disordered
		for row := range 3 {
			for column := range 4 {
				*nodes = append(*nodes, [2]float64{
					(float64(column)*1.25 + 0.3*(random.Float64()-0.5)) * spacing,
					(float64(row)*1.25 + 0.3*(random.Float64()-0.5)) * spacing,
				})
			}
		}
		reach = 1.6 * spacing
	}
	for i, a := range *nodes {
		for j, b := range (*nodes)[:i] {
			if math.Hypot(a[0]-b[0], a[1]-b[1]) < reach {
				s.bars = append(s.bars, [2]int{j, i})
			}
		}
	}
	s.layout.MarkerDiameter = 2.6e-3 + 0.8e-3*random.Float64()
	s.frame()
	return s
}

// frame puts six marks around the lattice: the corners and two off the middle of
// a side, so that no turn or mirror image looks the same.
func (s *specimen) frame() {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, x := range s.layout.Nodes {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], x[k]), max(hi[k], x[k])
		}
	}
	const margin = 0.9 * spacing
	w, h := hi[0]-lo[0]+2*margin, hi[1]-lo[1]+2*margin
	for _, at := range [][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0.25, 0}, {1, 0.6}} {
		s.layout.Frame = append(s.layout.Frame, vision.Spot{
			X:        [2]float64{lo[0] - margin + at[0]*w, lo[1] - margin + at[1]*h},
			Diameter: 1.6 * s.layout.MarkerDiameter,
		})
	}
	a, b := [2]float64{lo[0], hi[1] + margin}, [2]float64{hi[0] - 0.2*spacing, hi[1] + margin}
	s.layout.Scale = &vision.ScaleBar{
		A:      vision.Spot{X: a, Diameter: s.layout.MarkerDiameter},
		B:      vision.Spot{X: b, Diameter: s.layout.MarkerDiameter},
		Length: b[0] - a[0],
	}
}
