package finite

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/network"
)

// bent is a lattice that is far from the linear answer: a load of 20 g bends
// the trapezoid of the paper, or a disordered network in space with springs to ground.
func bent(t *testing.T, dim int) (q *Equilibrium, f, u []float64) {
	t.Helper()
	net := testnet.Trapezoid()
	k, size := 137.5, 0.05
	if dim == 3 {
		net = testnet.Random(3, 10, 25, 2)
		net.Elements = append(net.Elements, network.Element{Kind: network.Ground, Nodes: [2]int{7, 7}, Dir: [3]float64{0, 0.6, 0.8}})
		k, size = 2, 0.08
	}
	q = New(net)
	if err := q.SetStiffness(testnet.Stiffness(q.C.M, 0.7*k, 1.3*k, 3)); err != nil {
		t.Fatal(err)
	}
	f, u = testnet.Stiffness(q.C.N, -size, size, 4), make([]float64, q.C.N)
	if _, err := q.Displace(u, f); err != nil {
		t.Fatal(err)
	}
	return q, f, u
}

func TestGradientByTaylor(t *testing.T) {
	for _, dim := range []int{2, 3} {
		q, f, u := bent(t, dim)
		want := testnet.Stiffness(q.C.N, -0.01, 0.01, 6)
		loss := func(u []float64) (sum float64) {
			for i := range u {
				sum += (u[i] - want[i]) * (u[i] - want[i]) / 2
			}
			return sum
		}
		a, g := make([]float64, q.C.N), make([]float64, q.C.M)
		for i := range a {
			a[i] = want[i] - u[i]
		}
		if err := q.Linearised(a, u, 1); err != nil {
			t.Fatal(err)
		}
		q.Gradient(g, u, a)
		middle := loss(u)
		k, along := append([]float64(nil), q.k...), testnet.Stiffness(q.C.M, -1, 1, 7)
		slope := 0.0
		for i := range along {
			along[i] *= k[i]
			slope += along[i] * g[i]
		}
		rest := func(h float64) float64 {
			other := append([]float64(nil), k...)
			for i := range other {
				other[i] += h * along[i]
			}
			if err := q.SetStiffness(other); err != nil {
				t.Fatal(err)
			}
			v := append([]float64(nil), u...)
			if _, err := q.Displace(v, f); err != nil {
				t.Fatal(err)
			}
			return math.Abs(loss(v) - middle - h*slope)
		}
		for h := 1e-3; h > 1e-4; h /= 2 {
			if rate := math.Log2(rest(h) / rest(h/2)); math.Abs(rate-2) > 0.05 {
				t.Errorf("%d dimensions, step %g: Taylor rate %g, want 2", dim, h, rate)
			}
		}
	}
}

func TestLinearisedByTaylor(t *testing.T) {
	q, f, u := bent(t, 2)
	b := testnet.Stiffness(q.C.N, -0.05, 0.05, 9)
	x := append([]float64(nil), b...)
	if err := q.Linearised(x, u, 1); err != nil {
		t.Fatal(err)
	}
	rest := func(h float64) float64 {
		g, v := append([]float64(nil), f...), append([]float64(nil), u...)
		for i := range g {
			g[i] += h * b[i]
		}
		if _, err := q.Displace(v, g); err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		for i := range v {
			worst = max(worst, math.Abs(v[i]-u[i]-h*x[i]))
		}
		return worst
	}
	for h := 1e-2; h > 1e-3; h /= 2 {
		if rate := math.Log2(rest(h) / rest(h/2)); math.Abs(rate-2) > 0.05 {
			t.Errorf("step %g: Taylor rate %g, want 2", h, rate)
		}
	}
}

// Maxwell and Betti hold for small loads about any state: what a load at i does
// at j, a load at j does at i.
func TestReciprocity(t *testing.T) {
	q, _, u := bent(t, 3)
	n := q.C.N
	b := make([]float64, n*n)
	for i := range n {
		b[i*n+i] = 1
	}
	if err := q.Linearised(b, u, n); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		for j := range i {
			if d := math.Abs(b[i*n+j] - b[j*n+i]); d > 1e-12*math.Sqrt(b[i*n+i]*b[j*n+j]) {
				t.Errorf("unknowns %d and %d: %g and %g", i, j, b[i*n+j], b[j*n+i])
			}
		}
	}
}

// Both elongations agree to first order, and the rates are their derivative.
func TestElongations(t *testing.T) {
	q, _, u := bent(t, 2)
	e, projected, rates, other := make([]float64, q.C.M), make([]float64, q.C.M), make([]float64, q.C.M), make([]float64, q.C.M)
	gap := func(scale float64) float64 {
		v := append([]float64(nil), u...)
		for i := range v {
			v[i] *= scale
		}
		q.Elongations(e, v)
		q.C.Elongations(projected, v, 1)
		worst := 0.0
		for i := range e {
			worst = max(worst, math.Abs(e[i]-projected[i]))
		}
		return worst
	}
	if rate := math.Log2(gap(0.1) / gap(0.05)); math.Abs(rate-2) > 0.05 {
		t.Errorf("projection and distance part with the power %g, want 2", rate)
	}
	v := testnet.Stiffness(q.C.N, -1, 1, 5)
	q.Rates(rates, u, v)
	q.Elongations(e, u)
	const h = 1e-7
	for i := range u {
		u[i] += h * v[i]
	}
	q.Elongations(other, u)
	for i := range e {
		if d := (other[i] - e[i]) / h; math.Abs(d-rates[i]) > 1e-4 {
			t.Errorf("bond %d grows at %g, want %g", i+1, rates[i], d)
		}
	}
}
