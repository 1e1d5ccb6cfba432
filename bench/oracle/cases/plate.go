package cases

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// planeStress is a sheet of bilinear quadrilaterals, two freedoms a node, held
// along one edge. Elements are up to 30 times as long as high, and thickness
// differs by up to 1e4 from one to the next.
func planeStress(unknowns int, random *rand.Rand) *structure {
	n := max(2, int(math.Sqrt(float64(unknowns)/2)))
	a, b := 0.1*logUniform(1, 30, random), 0.1
	s := newStructure(2*n*(n+1), func(freedom int) bool { return freedom/2%(n+1) == 0 })
	sheet := membrane(a, b)
	for y := range n - 1 {
		for x := range n {
			corner := y*(n+1) + x
			var k mat.Dense
			k.Scale(logUniform(1e-5, 1e-1, random), sheet)
			s.add(&k, 2, corner, corner+1, corner+n+2, corner+n+1)
		}
	}
	return s
}

// shell is a cylindrical roof of flat rectangular elements, six freedoms a
// node, clamped along one curved edge: plane stress and Kirchhoff bending, and
// a weak spring against the rotation that neither of them resists. At 5 mm to
// 20 cm of thickness it is far stiffer in its surface than across.
func shell(unknowns int, random *rand.Rand) *structure {
	n := max(2, int(math.Sqrt(float64(unknowns)/6)))
	radius, length := 10.0, 20.0
	thick := logUniform(0.005, 0.2, random)
	angle := math.Pi / 2 / float64(n)
	s := newStructure(6*n*(n+1), func(freedom int) bool { return freedom/6%(n+1) == 0 })
	a, b := length/float64(n), 2*radius*math.Sin(angle/2)
	local := facet(a, b, thick)
	for y := range n - 1 {
		sin, cos := math.Sincos((float64(y) + 0.5) * angle)
		r := axes([3]float64{1, 0, 0}, [3]float64{0, cos, -sin})
		k := turned(local, blocks(r, 8))
		for x := range n {
			corner := y*(n+1) + x
			s.add(k, 6, corner, corner+1, corner+n+2, corner+n+1)
		}
	}
	return s
}

// facet is a flat rectangular shell element in its own axes, 24 x 24.
func facet(a, b, thick float64) *mat.Dense {
	k := mat.NewDense(24, 24, nil)
	put := func(part *mat.Dense, scale float64, freedoms ...int) {
		n := len(freedoms)
		for i := range 4 * n {
			for j := range 4 * n {
				k.Set(i/n*6+freedoms[i%n], j/n*6+freedoms[j%n], scale*part.At(i, j))
			}
		}
	}
	put(membrane(a, b), thick, 0, 1)
	put(bending(a, b), thick*thick*thick/12, 2, 3, 4)
	for corner := range 4 {
		k.Set(6*corner+5, 6*corner+5, 1e-4*young*thick*a*b)
	}
	return k
}

// elastic is the matrix from strains (or curvatures) to stresses in the plane.
func elastic() *mat.Dense {
	e := young / (1 - poisson*poisson)
	return mat.NewDense(3, 3, []float64{e, e * poisson, 0, e * poisson, e, 0, 0, 0, e * (1 - poisson) / 2})
}

// corners are the corners of an element in units of half its edges.
var corners = [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}

// integrate sums B^T D B over the Gauss points of an a x b rectangle, three
// along each edge, which is exact for the polynomials here.
func integrate(a, b float64, size int, strain func(x, y float64) *mat.Dense) *mat.Dense {
	point, weight := [3]float64{-math.Sqrt(0.6), 0, math.Sqrt(0.6)}, [3]float64{5.0 / 9, 8.0 / 9, 5.0 / 9}
	k, d := mat.NewDense(size, size, nil), elastic()
	for i, x := range point {
		for j, y := range point {
			var term mat.Dense
			strains := strain(x*a/2, y*b/2)
			term.Product(strains.T(), d, strains)
			term.Scale(weight[i]*weight[j]*a*b/4, &term)
			k.Add(k, &term)
		}
	}
	return k
}

// membrane is the bilinear quadrilateral of unit thickness, 8 x 8.
func membrane(a, b float64) *mat.Dense {
	return integrate(a, b, 8, func(x, y float64) *mat.Dense {
		strain := mat.NewDense(3, 8, nil)
		for i, c := range corners {
			dx := c[0] / a / 2 * (1 + c[1]*2*y/b)
			dy := c[1] / b / 2 * (1 + c[0]*2*x/a)
			strain.Set(0, 2*i, dx)
			strain.Set(1, 2*i+1, dy)
			strain.Set(2, 2*i, dy)
			strain.Set(2, 2*i+1, dx)
		}
		return strain
	})
}

// bending is the twelve-parameter rectangle of Kirchhoff's plate (A. Adini and
// R. W. Clough 1961, R. J. Melosh 1963) for a unit of thickness^3/12: deflection
// w and the rotations dw/dy and -dw/dx at each corner, 12 x 12.
func bending(a, b float64) *mat.Dense {
	// w is a polynomial; these are the powers of x and y of its terms.
	powers := [12][2]int{{0, 0}, {1, 0}, {0, 1}, {2, 0}, {1, 1}, {0, 2}, {3, 0}, {2, 1}, {1, 2}, {0, 3}, {3, 1}, {1, 3}}
	// derivative of x^p by x, times
	derivative := func(x float64, p, times int) float64 {
		factor := 1.0
		for range times {
			factor *= float64(p)
			p--
		}
		if factor == 0 {
			return 0
		}
		return factor * math.Pow(x, float64(p))
	}
	term := func(i int, x, y float64, byX, byY int) float64 {
		return derivative(x, powers[i][0], byX) * derivative(y, powers[i][1], byY)
	}
	nodal := mat.NewDense(12, 12, nil) // freedoms from coefficients
	for c, corner := range corners {
		x, y := corner[0]*a/2, corner[1]*b/2
		for i := range powers {
			nodal.Set(3*c, i, term(i, x, y, 0, 0))
			nodal.Set(3*c+1, i, term(i, x, y, 0, 1))
			nodal.Set(3*c+2, i, -term(i, x, y, 1, 0))
		}
	}
	var coefficients mat.Dense
	if err := coefficients.Inverse(nodal); err != nil {
		panic("cases: " + err.Error())
	}
	k := integrate(a, b, 12, func(x, y float64) *mat.Dense {
		curvature := mat.NewDense(3, 12, nil)
		for i := range powers {
			curvature.Set(0, i, term(i, x, y, 2, 0))
			curvature.Set(1, i, term(i, x, y, 0, 2))
			curvature.Set(2, i, 2*term(i, x, y, 1, 1))
		}
		return curvature
	})
	return turned(k, &coefficients)
}
