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
		return x.At(int(l.free[node])*l.each+axis, s)
	}
	g := make([]float64, len(l.k))
	row := make([]float64, 2*l.each)
	for m := range g {
		bond := m / l.modes()
		if l.rows != nil {
			copy(row, l.rows[m*len(row):])
		} else {
			l.direction(bond, row[l.dim:])
			for axis, c := range row[l.dim:] {
				row[axis] = -c
			}
		}
		e := make([]float64, len(ports))
		for s := range e {
			for p, c := range row {
				e[s] += c * move(l.end[2*bond+p/l.each], p%l.each, s)
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
	for _, name := range []string{"t8", "f5", "b6"} {
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
		for m, g := range s.gradient() {
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
	for _, name := range []string{"t8", "b6"} {
		l, err := generate(name)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := newStepper(l, 1)
		if err != nil {
			t.Fatal(err)
		}
		room := func() []float64 { return make([]float64, 0, 100) }
		ts := &times{room(), room(), room(), room()}
		if n := testing.AllocsPerRun(20, func() {
			for m := range l.k {
				l.k[m] *= 1.01
			}
			if err := s.step(l.k, ts); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: a step allocates %v times", name, n)
		}
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
	if _, err := residual(s, l, nil); err == nil {
		t.Error("a negative stiffness was solved for")
	}
}

// A beam is that of every book: EA/L, 12 EI/L^3, 6 EI/L^2, 4 and 2 EI/L.
func TestBeamsAreThoseOfTheBook(t *testing.T) {
	l, err := generate("b4")
	if err != nil {
		t.Fatal(err)
	}
	h := make([]float64, 36)
	l.block(0, h) // along x, of unit length
	ea, ei := l.k[0], l.k[1]
	want := []float64{
		ea, 0, 0, -ea, 0, 0,
		0, 12 * ei, 6 * ei, 0, -12 * ei, 6 * ei,
		0, 6 * ei, 4 * ei, 0, -6 * ei, 2 * ei,
		-ea, 0, 0, ea, 0, 0,
		0, -12 * ei, -6 * ei, 0, 12 * ei, -6 * ei,
		0, 6 * ei, 2 * ei, 0, -6 * ei, 4 * ei}
	for i, v := range want {
		if math.Abs(h[i]-v) > 1e-13 {
			t.Errorf("entry (%d, %d) of its stiffness is %g, want %g", i/6, i%6, h[i], v)
		}
	}
}

// A frame that is not in the plane is refused, whatever its file says.
func TestOtherFramesAreRefused(t *testing.T) {
	l, err := generate("b4")
	if err != nil {
		t.Fatal(err)
	}
	l.k = l.k[:2*l.bonds()]
	if _, _, err := newStepper(l, 1); err == nil || !strings.Contains(err.Error(), "2 modes") {
		t.Errorf("error %v for beams of two modes", err)
	}
}
