package cases

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Steel, and lengths of buildings, so that translations (m) and rotations (rad)
// get the diagonals they have in practice.
const (
	young   = 2.1e11 // Pa
	poisson = 0.3
)

// section is the cross-section of a beam.
type section struct {
	area   float64 // m^2
	iy, iz float64 // second moments of area, m^4
	j      float64 // torsion constant, m^4
}

// anySection is a solid rectangle with edges between 2 and 60 cm.
func anySection(random *rand.Rand) section {
	b, h := logUniform(0.02, 0.6, random), logUniform(0.02, 0.6, random)
	s := section{area: b * h, iy: b * b * b * h / 12, iz: b * h * h * h / 12}
	s.j = (s.iy + s.iz) / 2
	return s
}

// planeFrame is storeys of bays of Euler-Bernoulli beams, three freedoms a node
// (x, y, rotation), clamped at the foot; some bays are braced by a diagonal and
// the nodes are a little out of line.
func planeFrame(unknowns int, random *rand.Rand) *structure {
	bays := max(1, int(math.Sqrt(float64(unknowns)/3/2)))
	storeys := max(1, unknowns/3/(bays+1))
	wide := bays + 1
	at := make([][2]float64, wide*(storeys+1))
	for node := range at {
		at[node] = [2]float64{5*float64(node%wide) + 0.1*random.Float64(), 3*float64(node/wide) + 0.1*random.Float64()}
	}
	s := newStructure(3*len(at), func(freedom int) bool { return freedom < 3*wide })
	beam := func(a, b int) { s.add(planeBeam(at[a], at[b], anySection(random)), 3, a, b) }
	for node := wide; node < len(at); node++ {
		beam(node-wide, node)
		if node%wide > 0 {
			beam(node-1, node)
			if random.IntN(4) == 0 {
				beam(node-wide-1, node)
			}
		}
	}
	return s
}

// planeBeam is the stiffness matrix of a beam in the plane, 6 x 6.
func planeBeam(a, b [2]float64, c section) *mat.Dense {
	dx, dy := b[0]-a[0], b[1]-a[1]
	l := math.Hypot(dx, dy)
	k := mat.NewDense(6, 6, nil)
	spring(k, young*c.area/l, 0, 3)
	bend(k, young*c.iz, l, [4]int{1, 2, 4, 5}, +1)
	r := mat.NewDense(3, 3, []float64{dx / l, dy / l, 0, -dy / l, dx / l, 0, 0, 0, 1})
	return turned(k, blocks(r, 2))
}

// spring adds a spring between two freedoms.
func spring(k *mat.Dense, stiffness float64, i, j int) {
	for _, e := range []struct {
		i, j int
		v    float64
	}{{i, i, stiffness}, {j, j, stiffness}, {i, j, -stiffness}, {j, i, -stiffness}} {
		k.Set(e.i, e.j, k.At(e.i, e.j)+e.v)
	}
}

// bend adds the bending of a beam with flexural rigidity ei to the freedoms
// deflection and rotation at its start, then at its end. sign is the sign of
// the rotation that goes with a rising deflection.
func bend(k *mat.Dense, ei, l float64, at [4]int, sign float64) {
	c := sign * 6 * l
	m := [4][4]float64{
		{12, c, -12, c},
		{c, 4 * l * l, -c, 2 * l * l},
		{-12, -c, 12, -c},
		{c, 2 * l * l, -c, 4 * l * l},
	}
	for i := range m {
		for j := range m {
			k.Set(at[i], at[j], k.At(at[i], at[j])+ei/(l*l*l)*m[i][j])
		}
	}
}

// spaceFrame is a building of beams with six freedoms a node (three
// translations, three rotations), clamped at the foot.
func spaceFrame(unknowns int, random *rand.Rand) *structure {
	wide := max(2, int(math.Round(math.Cbrt(float64(unknowns)/6/3))))
	storeys := max(1, unknowns/6/(wide*wide))
	floor := wide * wide
	at := make([][3]float64, floor*(storeys+1))
	for node := range at {
		x, y, z := node%wide, node/wide%wide, node/floor
		at[node] = [3]float64{5*float64(x) + 0.1*random.Float64(), 6*float64(y) + 0.1*random.Float64(), 3*float64(z) + 0.1*random.Float64()}
	}
	s := newStructure(6*len(at), func(freedom int) bool { return freedom < 6*floor })
	beam := func(a, b int) { s.add(spaceBeam(at[a], at[b], anySection(random)), 6, a, b) }
	for node := floor; node < len(at); node++ {
		beam(node-floor, node)
		if node%wide > 0 {
			beam(node-1, node)
		}
		if node/wide%wide > 0 {
			beam(node-wide, node)
		}
	}
	return s
}

// spaceBeam is the stiffness matrix of a beam in space, 12 x 12.
func spaceBeam(a, b [3]float64, c section) *mat.Dense {
	axis := minus(b, a)
	l := math.Sqrt(dot(axis, axis))
	k := mat.NewDense(12, 12, nil)
	spring(k, young*c.area/l, 0, 6)
	spring(k, young/(2*(1+poisson))*c.j/l, 3, 9)
	bend(k, young*c.iz, l, [4]int{1, 5, 7, 11}, +1) // across y, about z
	bend(k, young*c.iy, l, [4]int{2, 4, 8, 10}, -1) // across z, about y
	side := [3]float64{0, 1, 0}
	if math.Abs(axis[1]) > math.Abs(axis[0])+math.Abs(axis[2]) {
		side = [3]float64{1, 0, 0}
	}
	return turned(k, blocks(axes(axis, side), 4))
}

// axes is the rotation from global to local axes: the first local axis along
// first, the second in the plane of first and second.
func axes(first, second [3]float64) *mat.Dense {
	e1 := unit(first)
	e3 := unit(cross(e1, second))
	e2 := cross(e3, e1)
	return mat.NewDense(3, 3, []float64{e1[0], e1[1], e1[2], e2[0], e2[1], e2[2], e3[0], e3[1], e3[2]})
}

func minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }
func dot(a, b [3]float64) float64      { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }
func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}
func unit(a [3]float64) [3]float64 {
	l := math.Sqrt(dot(a, a))
	return [3]float64{a[0] / l, a[1] / l, a[2] / l}
}
