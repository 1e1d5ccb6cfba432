package cases

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %g, not %g", what, got, want)
	}
}

// resists is the largest force with which an element resists a motion, as a
// share of its largest stiffness.
func resists(k *mat.Dense, motion []float64) float64 {
	var f mat.VecDense
	f.MulVec(k, mat.NewVecDense(len(motion), motion))
	return mat.Norm(&f, math.Inf(1)) / mat.Max(k)
}

// energy is u^T k u / 2.
func energy(k *mat.Dense, u []float64) float64 {
	v := mat.NewVecDense(len(u), u)
	return mat.Inner(v, k, v) / 2
}

// turn is the displacements of a body that turns by a small angle about an axis
// through the origin, and the rotation, at some places.
func turn(about [3]float64, at ...[3]float64) (u []float64) {
	for _, p := range at {
		v := cross(about, p)
		u = append(u, v[0], v[1], v[2], about[0], about[1], about[2])
	}
	return u
}

func TestBeamsResistNoMotionOfTheWhole(t *testing.T) {
	a, b := [3]float64{1, 2, 3}, [3]float64{2.5, -1, 4}
	s := section{area: 0.01, iy: 2e-5, iz: 3e-5, j: 1e-5}
	for axis := range 3 {
		var e [3]float64
		e[axis] = 1
		for _, ends := range [][2][3]float64{{a, b}, {a, {1, 5, 3}}} {
			k := spaceBeam(ends[0], ends[1], s)
			move := make([]float64, 12)
			move[axis], move[6+axis] = 1, 1
			near(t, "resistance to translation", resists(k, move), 0, 1e-14)
			near(t, "resistance to rotation", resists(k, turn(e, ends[0], ends[1])), 0, 1e-14)
		}
	}
	k := planeBeam([2]float64{1, 2}, [2]float64{2.5, -1}, s)
	near(t, "resistance to translation in the plane", resists(k, []float64{1, 0, 0, 1, 0, 0}), 0, 1e-14)
	near(t, "resistance to rotation in the plane", resists(k, []float64{-2, 1, 1, 1, 2.5, 1}), 0, 1e-14)
}

// A cantilever of length l sinks by F l^3 / (3 E I) under a force at its end.
func TestCantilever(t *testing.T) {
	const l = 2.0
	s := section{area: 0.01, iy: 2e-5, iz: 3e-5, j: 1e-5}
	sink := func(k mat.Matrix, loaded int, size int) float64 {
		end := mat.NewDense(size, size, nil)
		end.Copy(k.(*mat.Dense).Slice(size, 2*size, size, 2*size))
		f := mat.NewVecDense(size, nil)
		f.SetVec(loaded, 1)
		var u mat.VecDense
		if err := u.SolveVec(end, f); err != nil {
			t.Fatal(err)
		}
		return u.AtVec(loaded)
	}
	plane := planeBeam([2]float64{}, [2]float64{l, 0}, s)
	near(t, "sinking in the plane", sink(plane, 1, 3)*3*young*s.iz/(l*l*l), 1, 1e-12)
	space := spaceBeam([3]float64{}, [3]float64{l, 0, 0}, s)
	near(t, "sinking along y", sink(space, 1, 6)*3*young*s.iz/(l*l*l), 1, 1e-12)
	near(t, "sinking along z", sink(space, 2, 6)*3*young*s.iy/(l*l*l), 1, 1e-12)
	near(t, "lengthening", sink(space, 0, 6)*young*s.area/l, 1, 1e-12)
	near(t, "twist", sink(space, 3, 6)*young/2.6*s.j/l, 1, 1e-12)
}

// A sheet in uniform strain e_x stores E / (1 - nu^2) e_x^2 / 2 a unit of area,
// and a plate in uniform curvature the same with the curvature.
func TestUniformStrain(t *testing.T) {
	const a, b = 0.7, 0.3
	density := young / (1 - poisson*poisson) / 2
	var stretch, bent, shift, tilt, twist []float64
	for _, c := range corners {
		x, y := c[0]*a/2, c[1]*b/2
		stretch = append(stretch, x, 0)
		shift = append(shift, -y, x)
		bent = append(bent, x*x/2, 0, -x)
		tilt = append(tilt, 1+x-2*y, -2, -1)
		twist = append(twist, x*y, x, -y)
	}
	near(t, "energy of the sheet", energy(membrane(a, b), stretch)/(density*a*b), 1, 1e-12)
	near(t, "resistance of the sheet to rotation", resists(membrane(a, b), shift), 0, 1e-14)
	near(t, "energy of the plate", energy(bending(a, b), bent)/(density*a*b), 1, 1e-10)
	near(t, "energy of the twisted plate", energy(bending(a, b), twist)/(density*2*(1-poisson)*a*b), 1, 1e-10)
	near(t, "resistance of the plate to tilting", resists(bending(a, b), tilt), 0, 1e-10)
}

// Only the weak springs of a facet resist when it turns as a whole, and those
// only about its normal.
func TestFacet(t *testing.T) {
	const a, b, thick = 0.7, 0.3, 0.01
	k := facet(a, b, thick)
	var at [][3]float64
	for _, c := range corners {
		at = append(at, [3]float64{c[0] * a / 2, c[1] * b / 2, 0})
	}
	near(t, "turning about x", resists(k, turn([3]float64{1, 0, 0}, at...)), 0, 1e-12)
	near(t, "turning about y", resists(k, turn([3]float64{0, 1, 0}, at...)), 0, 1e-12)
	about := energy(k, turn([3]float64{0, 0, 1}, at...))
	near(t, "energy of turning about z", about/(4*1e-4*young*thick*a*b/2), 1, 1e-6)
}
