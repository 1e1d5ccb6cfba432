package element_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/mechanics/element"
)

// kinds are all kinds, and a beam on arms, which no word of a file makes.
func kinds() []element.Kind {
	return append(element.Kinds(), element.Armed{Arm: [2][2]float64{{0.2, -0.1}, {-0.15, 0.3}}})
}

// dims are the dimensions in which a kind lives: those in which it does not refuse to be.
func dims(k element.Kind) (list []int) {
	for dim := 1; dim <= 3; dim++ {
		if k.Check(built(rand.New(rand.NewPCG(1, 1)), k, dim)) == nil {
			list = append(list, dim)
		}
	}
	return list
}

func built(r *rand.Rand, k element.Kind, dim int) *element.Built {
	b := &element.Built{Dim: dim, Up: [3]float64{0.3, 0.2, 1}}
	for range k.Ends() * dim {
		b.At = append(b.At, r.NormFloat64())
	}
	if k.Name() == "bend" { // built straight
		for axis := range dim {
			b.At[2*dim+axis] = b.At[dim+axis] - 0.8*(b.At[axis]-b.At[dim+axis])
		}
	}
	b.Dir = [3]float64{1, 0, 0}
	if dim > 1 {
		b.Dir = [3]float64{0.6, 0.8, 0}
	}
	return b
}

// Rows are the derivatives of Stretch at rest, Stretch tells its own derivatives anywhere, and Curve those of them.
func TestDerivatives(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, k := range kinds() {
		f, ok := k.(element.Finite)
		if !ok {
			continue
		}
		for _, dim := range dims(k) {
			for range 20 {
				b := built(random, k, dim)
				if err := k.Check(b); err != nil {
					t.Fatal(err)
				}
				modes, n := len(k.Modes(dim)), k.Ends()*len(k.Parts(dim))
				rows, c, e := make([]float64, modes*n), make([]float64, modes*n), make([]float64, modes)
				k.Rows(b, rows)
				zero := make([]float64, n)
				f.Stretch(b, zero, e, c)
				for i := range c {
					if math.Abs(c[i]-rows[i]) > 1e-14 || math.Abs(e[i/n]) > 1e-15 {
						t.Fatalf("%s in %d dimensions: rows at rest differ, e = %v", k.Name(), dim, e)
					}
				}
				u, force := make([]float64, n), make([]float64, modes)
				for i := range u {
					u[i] = 0.4 * random.NormFloat64()
				}
				for m := range force {
					force[m] = random.NormFloat64()
				}
				curve := make([]float64, n*n)
				f.Stretch(b, u, e, c)
				f.Curve(b, u, force, curve)
				const h = 1e-6
				up, down, cUp, cDown := make([]float64, modes), make([]float64, modes), make([]float64, modes*n), make([]float64, modes*n)
				for p := range n {
					v := u[p]
					u[p] = v + h
					f.Stretch(b, u, up, cUp)
					u[p] = v - h
					f.Stretch(b, u, down, cDown)
					u[p] = v
					sizes := 1 / (1e-3 + distance(b, u, dim, len(k.Parts(dim))))
					for m := range modes {
						if d := (up[m] - down[m]) / (2 * h); math.Abs(d-c[m*n+p]) > 1e-8*(1+sizes*sizes*sizes) {
							t.Errorf("%s: de%d/du%d is %g, and differences say %g", k.Name(), m, p, c[m*n+p], d)
						}
					}
					for q := range n {
						want := 0.0
						for m := range modes {
							want += force[m] * (cUp[m*n+q] - cDown[m*n+q]) / (2 * h)
						}
						if math.Abs(curve[q*n+p]-want) > 1e-7*(1+sizes*sizes*sizes*sizes) || curve[q*n+p] != curve[p*n+q] && math.Abs(curve[q*n+p]-curve[p*n+q]) > 1e-12*(1+math.Abs(want)) {
							t.Errorf("%s: curvature %d %d is %g, and differences say %g", k.Name(), q, p, curve[q*n+p], want)
						}
					}
				}
				// Size follows the places.
				d := make([]float64, n)
				f.SizeSlope(b, d)
				parts := k.Parts(dim)
				for p := range n {
					if part := int(parts[p%len(parts)]); part < dim {
						at := &b.At[p/len(parts)*dim+part]
						v := *at
						*at = v + h
						up := k.Size(b)
						*at = v - h
						down := k.Size(b)
						*at = v
						if want := (up - down) / (2 * h); math.Abs(d[p]-want) > 1e-6*(1+1/k.Size(b)) {
							t.Errorf("%s: dsize/dx%d is %g, and differences say %g", k.Name(), p, d[p], want)
						}
					}
				}
			}
		}
	}
}

// distance is the smallest one between neighbouring ends as they have moved.
func distance(b *element.Built, u []float64, dim, stride int) float64 {
	least := math.Inf(1)
	for end := 1; end < b.Ends(); end++ {
		sum := 0.0
		for axis := range dim {
			d := b.At[end*dim+axis] + u[end*stride+axis] - b.At[(end-1)*dim+axis] - u[(end-1)*stride+axis]
			sum += d * d
		}
		least = min(least, math.Sqrt(sum))
	}
	return least
}

// A rigid motion, however far, deforms nothing.
func TestRigidMotion(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, k := range kinds() {
		f, ok := k.(element.Finite)
		if !ok || k.Name() == "ground" {
			continue
		}
		for range 50 {
			dim := max(2, slices.Max(dims(k)))
			if !slices.Contains(dims(k), dim) {
				t.Fatalf("%s does not live in %d dimensions", k.Name(), dim)
			}
			b := built(random, k, dim)
			angle := 9 * (random.Float64() - 0.5) // beyond a full turn
			s, c := math.Sincos(angle)
			dx, dy := random.NormFloat64(), random.NormFloat64()
			parts := k.Parts(dim)
			var u []float64
			for end := range b.Ends() {
				x, y := b.At[dim*end], b.At[dim*end+1]
				u = append(u, c*x-s*y-x+dx, s*x+c*y-y+dy)
				if dim == 3 {
					u = append(u, dx-dy)
				}
				if len(parts) > dim {
					u = append(u, make([]float64, len(parts)-dim-1)...)
					u = append(u, angle)
				}
			}
			e, rows := make([]float64, len(k.Modes(dim))), make([]float64, len(k.Modes(dim))*len(u))
			f.Stretch(b, u, e, rows)
			for m, v := range e {
				if math.Abs(v) > 1e-13 {
					t.Errorf("%s turned by %.3g: e%d = %.2e", k.Name(), angle, m+1, v)
				}
			}
		}
	}
}

// What cannot be is refused, with a way out.
func TestChecks(t *testing.T) {
	for _, tt := range []struct {
		k element.Kind
		b *element.Built
	}{
		{element.Bar{}, &element.Built{Dim: 2, At: []float64{1, 2, 1, 2}}},
		{element.Beam{}, &element.Built{Dim: 3, At: []float64{1, 2, 3, 4, 5, 6}}},
		{element.Beam{}, &element.Built{Dim: 2, At: []float64{1, 2, 1, 2}}},
		{element.Beam3D{}, &element.Built{Dim: 2, At: []float64{1, 2, 3, 4}}},
		{element.Beam3D{}, &element.Built{Dim: 3, At: []float64{0, 0, 0, 0, 0, 0}}},
		{element.Beam3D{}, &element.Built{Dim: 3, At: []float64{0, 0, 0, 1, 1, 0}, Up: [3]float64{2, 2, 0}}},
		{element.Angle{}, &element.Built{Dim: 2, At: []float64{0, 0, 0, 0, 1, 0}}},
		{element.Angle{}, &element.Built{Dim: 3, At: []float64{0, 0, 0, 0, 0, 0, 1, 1, 1}}},
		{element.Fold{}, &element.Built{Dim: 2, At: []float64{0, 0, 1, 0, 0, 1, 1, 1}}},
		{element.Fold{}, &element.Built{Dim: 3, At: []float64{0.5, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0}}},
		{element.Ground{}, &element.Built{Dim: 2, At: []float64{0, 0}}},
	} {
		if err := tt.k.Check(tt.b); err == nil {
			t.Errorf("%s at %v passes", tt.k.Name(), tt.b.At)
		}
	}
}

// Many elements at once are the same as one after the other.
func TestSwift(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	some := false
	for _, k := range kinds() {
		f, ok := k.(element.Swift)
		if !ok {
			continue
		}
		some = true
		for _, dim := range dims(k) {
			const many = 9
			modes, n := len(k.Modes(dim)), k.Ends()*len(k.Parts(dim))
			v := func(n int) []float64 {
				x := make([]float64, n)
				for i := range x {
					x[i] = random.NormFloat64()
				}
				return x
			}
			u, force, slope := v(many*n), v(many*modes), v(many*modes)
			var at, size []float64
			var list []*element.Built
			for range many {
				b := built(random, k, dim)
				list, at, size = append(list, b), append(at, b.At...), append(size, k.Size(b))
			}
			e, c, h := make([]float64, many*modes), make([]float64, many*modes*n), make([]float64, many*n*(n+1)/2)
			f.StretchAll(dim, at, size, u, e, c)
			f.TangentAll(dim, size, e, c, force, slope, h)
			for i, b := range list {
				es, cs, hs := make([]float64, modes), make([]float64, modes*n), make([]float64, n*n)
				f.Stretch(b, u[i*n:][:n], es, cs)
				f.Curve(b, u[i*n:][:n], force[i*modes:][:modes], hs)
				near := func(what string, got, want float64) {
					if !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
						t.Fatalf("%s in %d dimensions, element %d: %s is %g at once and %g alone", k.Name(), dim, i, what, got, want)
					}
				}
				for m := range modes {
					near("deformation", e[i*modes+m], es[m])
					for p := range n {
						near("derivative", c[(i*modes+m)*n+p], cs[m*n+p])
						for q := range n {
							hs[p*n+q] += slope[i*modes+m] * cs[m*n+p] * cs[m*n+q]
						}
					}
				}
				for p := range n {
					for q := range p + 1 {
						near("tangent", h[i*n*(n+1)/2+p*(p+1)/2+q], hs[p*n+q])
					}
				}
			}
		}
	}
	if !some {
		t.Error("no kind does many at once")
	}
}

// A beam in space that is turned about any axis, with its nodes, does not deform, and one whose second node turns alone feels it.
func TestRigidMotionOfBeamInSpace(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		b := built(random, element.Beam3D{}, 3)
		axis := [3]float64{random.NormFloat64(), random.NormFloat64(), random.NormFloat64()}
		n := math.Sqrt(axis[0]*axis[0] + axis[1]*axis[1] + axis[2]*axis[2])
		angle := 6 * random.Float64() // less than a full turn
		sin, cos := math.Sincos(angle)
		for i := range axis {
			axis[i] /= n
		}
		turn := func(x []float64) (y [3]float64) { // Rodrigues
			along := axis[0]*x[0] + axis[1]*x[1] + axis[2]*x[2]
			across := [3]float64{axis[1]*x[2] - axis[2]*x[1], axis[2]*x[0] - axis[0]*x[2], axis[0]*x[1] - axis[1]*x[0]}
			for i := range y {
				y[i] = cos*x[i] + sin*across[i] + (1-cos)*along*axis[i]
			}
			return y
		}
		u := make([]float64, 12)
		for end := range 2 {
			y := turn(b.At[3*end : 3*end+3])
			for i := range 3 {
				u[6*end+i] = y[i] - b.At[3*end+i] + 0.3
				u[6*end+3+i] = angle * axis[i]
			}
		}
		e, c := make([]float64, 6), make([]float64, 72)
		element.Beam3D{}.Stretch(b, u, e, c)
		for m, v := range e {
			if math.Abs(v) > 1e-13 {
				t.Errorf("turned by %.3g: e%d = %.2e", angle, m+1, v)
			}
		}
	}
	// A turn of one end about the beam itself is twist alone, about its y axis bending about y.
	b := &element.Built{Dim: 3, At: []float64{0, 0, 0, 0, 2, 0}, Up: [3]float64{0, 0, 1}} // x along y, y along z, z along x
	for part, want := range map[int][]float64{10: {0, 0.7, 0, 0, 0, 0}, 11: {0, 0, 0, 0, 0.7, 0.7}, 9: {0, 0, 0.7, 0.7, 0, 0}} {
		u, e, c := make([]float64, 12), make([]float64, 6), make([]float64, 72)
		u[part] = 0.7
		element.Beam3D{}.Stretch(b, u, e, c)
		for m := range e {
			if math.Abs(e[m]-want[m]) > 1e-14 {
				t.Errorf("the second node turned along %d: %v, want %v", part, e, want)
				break
			}
		}
	}
}
