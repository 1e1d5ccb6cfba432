package experiment

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/verify"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/spec"
)

// cubes are a block of face-centred cubes on the ground: 972 unknowns, which multigrid takes on several levels.
const cubes = `
elastrain: 1
network: {lattice: fcc, size: 4 x 4 x 4, spacing: 10 mm}
bonds: {stiffness: 50..500 N/m, start: random}
supports: {pinned: [1..41]}
task:
  kind: behaviour
  cases:
    - push: [{node: 345, along: -z, force: 1 N}]
      want: [{node: 200, along: x, move: 0.2 mm}]
    - push: [{node: 330, along: -z, force: 1 N}, {node: 360, along: x, force: 1 N}]
      want: [{node: 200, along: x, move: 0.1 mm}]
learn: {method: adam, epochs: 3}
`

// gradientOf is the loss and the gradient of a block at its start.
func gradientOf(t *testing.T, options Options) (x *Experiment, loss float64, gradient []float64) {
	t.Helper()
	x, err := tryBuild(cubes, options)
	if err != nil {
		t.Fatal(err)
	}
	p := x.NewProblem()
	p.Batch = learn.Batch{Set: x.Train}
	gradient = make([]float64, p.Dim())
	if loss, err = p.Eval(x.Design.Start, gradient); err != nil {
		t.Fatal(err)
	}
	return x, loss, gradient
}

// Multigrid finds the gradient of the direct solver to its tolerance, on any number of threads to the last bit, and says what it took.
func TestMultigridGradient(t *testing.T) {
	_, want, exact := gradientOf(t, Options{Solver: "sparse"})
	x, loss, gradient := gradientOf(t, Options{Solver: "multigrid", Threads: 1})
	if !(math.Abs(loss/want-1) < 1e-8) {
		t.Errorf("the loss is %.12g, and %.12g by the direct solver", loss, want)
	}
	largest := 0.0
	for _, g := range exact {
		largest = max(largest, math.Abs(g))
	}
	for i, g := range gradient {
		if !(math.Abs(g-exact[i]) < 1e-8*largest) {
			t.Fatalf("derivative %d is %g, and %g by the direct solver", i, g, exact[i])
		}
	}
	m, ok := x.Eq.Solver.(*mechanics.Multigrid)
	if !ok || len(m.Levels()) < 2 || x.SolverName() != "multigrid" {
		t.Fatalf("it is solved by %s", x.SolverWork())
	}
	seen := m.Seen()
	if seen.Most < 3 || !(seen.Worst > 0 && seen.Worst <= 1e-10) || !strings.Contains(x.SolverWork(), "iterations so far") {
		t.Errorf("%+v; %s", seen, x.SolverWork())
	}
	if _, again, other := gradientOf(t, Options{Solver: "multigrid", Threads: 2}); again != loss || !slices.Equal(other, gradient) {
		t.Error("two threads give other bits than one")
	}
}

// The checks that the gradient of any rig has to pass.
func TestMultigridTaylor(t *testing.T) {
	x, err := tryBuild(cubes, Options{Solver: "multigrid"})
	if err != nil {
		t.Fatal(err)
	}
	k := make([]float64, x.Eq.C.M)
	x.Design.Stiffness(x.Design.Start, k, make([]float64, len(k)))
	r, err := verify.Gradient(verify.Case{Rig: x.Rig, In: x.In, Out: x.Out, K: k, Loss: x.Loss, Batch: learn.Batch{Set: x.Train}})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
	if !(math.Abs(r.TaylorRate-2) < 0.1) || r.FiniteBonds == 0 {
		t.Errorf("%+v", r)
	}
}

// What multigrid is not for it refuses in words.
func TestMultigridRefuses(t *testing.T) {
	_, err := tryBuild(strings.Replace(cubes, "bonds: {stiffness: 50..500 N/m, start: random}", "elements: [{kind: beam3d, width: 1..2 mm, height: 2 mm}]\nmaterial: {young: 1 GPa, shear: 0.4 GPa}", 1), Options{Solver: "multigrid"})
	errs, ok := err.(spec.Errors)
	if !ok || errs[0].Code != "E0801" || !strings.Contains(errs[0].Message, "multigrid solver is for lattices of linear springs") {
		t.Errorf("beams: %v", err)
	}
	_, err = tryBuild(strings.Replace(cubes, "pinned: [1..41]", "pinned: [1]", 1), Options{Solver: "multigrid"})
	if errs, ok := err.(spec.Errors); !ok || errs[0].Code != "E0701" {
		t.Errorf("a block held at a point: %v", err)
	}
}
