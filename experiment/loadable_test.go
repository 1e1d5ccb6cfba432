package experiment

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// Slopes of outputs go back to parameters and to inputs of every kind as differences say: loads, given displacements, near and
// far, inputs that set stiffnesses, readings with gain and offsets.
func TestLoadableAgainstDifferences(t *testing.T) {
	files := func(name string) ([]byte, error) { return testFiles("../../examples/" + name) }
	check := func(name string, overrides ...string) {
		text, _ := examples.Text(name)
		t.Run(strings.Join(append([]string{name}, overrides...), " "), func(t *testing.T) {
			file, err := spec.Parse(name+".yaml", text, overrides...)
			if err != nil {
				t.Fatal(err)
			}
			x, err := Build(file, files, Options{})
			if err != nil {
				t.Fatal(err)
			}
			againstDifferences(t, x, 1)
			againstDifferences(t, x, min(x.Train.N, len(x.In)+len(x.Out)))
		})
	}
	for _, name := range examples.Names() {
		switch name {
		case "large-lattice", "digits", "digits-comb", "mnist": // too large for differences
		default:
			check(name)
		}
	}
	check("allostery", "statics.deformation=finite") // given displacements, far
}

func againstDifferences(t *testing.T, x *Experiment, n int) {
	t.Helper()
	p, q := len(x.In), x.Train.Q
	set := &task.Set{N: n, P: p, Q: q, F: append([]float64(nil), x.Train.F[:n*p]...), Signed: x.Train.Signed}
	k := append([]float64(nil), x.Rig.Stiffness()...)
	slope, out := make([]float64, n*q), make([]float64, n*q)
	for i := range slope {
		slope[i] = math.Sin(float64(3*i + 1))
	}
	value := func() float64 {
		t.Helper()
		rig := x.Loadable()
		if err := rig.SetStiffness(append([]float64(nil), k...)); err != nil {
			t.Fatal(err)
		}
		if err := rig.Forward(learn.Batch{Set: set}, out); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, v := range out {
			sum += slope[i] * v
		}
		return sum
	}
	value()
	for i := range p {
		if load, always := x.Constant(i); always && (set.F[i] != load || x.Spec.Task.Data == "linear") {
			t.Errorf("input %d always hangs with %g, and has %g", i+1, load, set.F[i])
		}
	}
	rig := x.Loadable()
	if err := rig.Forward(learn.Batch{Set: set}, out); err != nil {
		t.Fatal(err)
	}
	g, f := make([]float64, len(k)), make([]float64, n*p)
	if err := rig.Backward(slope, g); err != nil {
		t.Fatal(err)
	}
	if err := rig.LoadSlopes(slope, f); err != nil {
		t.Fatal(err)
	}
	check := func(what string, i int, at *float64, size, got, largest float64) {
		t.Helper()
		was, h := *at, 1e-5*size
		*at = was + h
		up := value()
		*at = was - h
		down := value()
		*at = was
		if want := (up - down) / (2 * h); math.Abs(got-want)*size > 2e-6*largest {
			t.Errorf("%d samples, %s %d: slope %.9g, by differences %.9g", n, what, i+1, got, want)
		}
	}
	units := learn.Units(x.Rig)
	most := 0.0
	for i, v := range g {
		most = max(most, math.Abs(v)*units[i])
	}
	for i := 0; i < len(k); i += 1 + len(k)/12 {
		check("parameter", i, &k[i], units[i], g[i], most)
	}
	most = 0
	for i, v := range f {
		most = max(most, math.Abs(v)*mostAt(set.F, i, p))
	}
	for i := 0; i < len(f); i += 1 + len(f)/12 {
		if _, always := x.Constant(i % p); always {
			continue
		}
		if x.In[i%p].Part == valuePort.Part && (set.F[i] < 1e-4 || set.F[i] > 1-1e-4) {
			continue // a step would leave 0 to 1
		}
		check("input", i, &set.F[i], mostAt(set.F, i, p), f[i], most)
	}
}

// mostAt is the largest amplitude at an input.
func mostAt(f []float64, i, p int) float64 {
	most := 0.0
	for at := i % p; at < len(f); at += p {
		most = max(most, math.Abs(f[at]))
	}
	if most == 0 {
		return 1e-3
	}
	return most
}
