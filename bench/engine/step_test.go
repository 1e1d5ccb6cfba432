package main

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// denseGradient is the gradient of the bond products from a dense solution of
// the lattice's own equations.
func denseGradient(t *testing.T, l *lattice) []float64 {
	t.Helper()
	a, n := l.assemble(), l.unknowns()
	d := mat.NewSymDense(n, nil)
	for j := range n {
		for e := a.ptr[j]; e < a.ptr[j+1]; e++ {
			d.SetSym(int(a.row[e]), j, a.val[e])
		}
	}
	ports := append(append([]int32{}, l.in...), l.out...)
	loads := mat.NewDense(n, len(ports), nil)
	for s, u := range ports {
		loads.Set(int(u), s, 1)
	}
	var factor mat.Cholesky
	if !factor.Factorize(d) {
		t.Fatal("the lattice has a mechanism")
	}
	var x mat.Dense
	if err := factor.SolveTo(&x, loads); err != nil {
		t.Fatal(err)
	}
	move := func(node int32, axis, s int) float64 {
		if l.free[node] < 0 {
			return 0
		}
		return x.At(int(l.free[node])*l.dim+axis, s)
	}
	g := make([]float64, l.bonds())
	direction := make([]float64, l.dim)
	for m := range g {
		l.direction(m, direction)
		e := make([]float64, len(ports))
		for s := range e {
			for axis, c := range direction {
				e[s] += c * (move(l.end[2*m+1], axis, s) - move(l.end[2*m], axis, s))
			}
		}
		for s := range inputs {
			for o := range outputs {
				g[m] -= 0.1 * float64((s*outputs+o)%7-3) * e[s] * e[inputs+o]
			}
		}
	}
	return g
}

func TestStepAgreesWithADenseSolution(t *testing.T) {
	for _, name := range []string{"t8", "f5"} {
		l, err := generate(name)
		if err != nil {
			t.Fatal(err)
		}
		want := denseGradient(t, l)
		s, _, err := newStepper(l, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.step(l.k, &times{}); err != nil {
			t.Fatal(err)
		}
		largest, sum := 0.0, 0.0
		for _, g := range want {
			largest, sum = max(largest, math.Abs(g)), sum+math.Abs(g)
		}
		for m, g := range s.g {
			if math.Abs(g-want[m]) > 1e-12*largest {
				t.Errorf("%s: bond %d: gradient %g, want %g", name, m, g, want[m])
			}
		}
		r, err := measure(l, func() (*matrix, error) { return l.assemble(), nil }, 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(r.Checksum-sum) > 1e-12*sum || r.N != l.unknowns() || r.Bonds != l.bonds() || r.Runs != 3 {
			t.Errorf("%s: report %+v, want a checksum of %g, %d unknowns, %d bonds, 3 runs", name, r, sum, l.unknowns(), l.bonds())
		}
		if r.Step < r.Factor || r.LeastStep > r.Step || r.Analyze <= 0 {
			t.Errorf("%s: times of %+v", name, r)
		}
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	l, err := generate("t8")
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := newStepper(l, 1)
	if err != nil {
		t.Fatal(err)
	}
	room := func() []float64 { return make([]float64, 0, 100) }
	ts := &times{room(), room(), room(), room()}
	run := 0
	if n := testing.AllocsPerRun(20, func() {
		run++
		for m := range l.k {
			l.k[m] = 1 + 0.01*float64(run)
		}
		if err := s.step(l.k, ts); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}

func TestAnotherMatrixIsFoundOut(t *testing.T) {
	l, err := generate("t8")
	if err != nil {
		t.Fatal(err)
	}
	a := l.assemble()
	a.val[len(a.val)/2] += 1e-3
	if _, err := measure(l, func() (*matrix, error) { return a, nil }, 1, 1); err == nil || !strings.Contains(err.Error(), "residual") {
		t.Errorf("error %v for another matrix, want a residual", err)
	}
	l.free[l.nodes()-1], l.free[l.nodes()-2] = l.free[l.nodes()-2], l.free[l.nodes()-1]
	if _, _, err := newStepper(l, 1); err == nil || !strings.Contains(err.Error(), "unknown") {
		t.Errorf("error %v for unknowns in another order", err)
	}
	if _, err := measure(l, nil, 0, 1); err == nil {
		t.Error("no steps were measured")
	}
}

func TestASoftLatticeIsRefused(t *testing.T) {
	l, err := generate("t8")
	if err != nil {
		t.Fatal(err)
	}
	l.k[3] = -1
	if _, err := measure(l, nil, 1, 1); err == nil {
		t.Error("a negative stiffness was taken")
	}
	s, _, err := newStepper(l, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.residual(l, nil); err == nil {
		t.Error("a negative stiffness was solved for")
	}
}
