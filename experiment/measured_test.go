package experiment

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

func buildMeasured(t *testing.T, more string) *Experiment {
	t.Helper()
	const net = "elastrain: 1\nnetwork: {nodes: [[0 mm, 0 mm], [40 mm, 0 mm], [0 mm, 30 mm]], bonds: [[1, 2], [2, 3]]}\nsupports: {pinned: [1, 3]}\n" +
		"material: {young: 2 MPa, thickness: 3 mm}\ntask:\n  kind: behaviour\n  cases: [{push: [{node: 2, along: -y, force: 1 N}], want: [{node: 2, along: y, move: -1 mm}]}]\n"
	file, err := spec.Parse("a.yaml", []byte(net+more))
	if err != nil {
		t.Fatal(err)
	}
	x, err := Build(file, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Measured widths become the parameters that follow from them, whatever these are.
func TestAsMeasured(t *testing.T) {
	for _, c := range []struct {
		name, more, table string
		want              []float64 // of the parameters as they were
		mean              float64
	}{
		{"widths that learn", "bonds: {width: 1..2 mm, start: 1.5 mm}\n", "bond,width (mm)\n2,3\n1,1.5\n", []float64{1, 2}, 0.5},
		{"heights as they should be", "bonds: {width: 1..2 mm, start: 1.5 mm}\n", "bond,width (mm),height (mm)\n1,1.5,3.1\n2,3,\n", []float64{1, 2}, 0.5},
		{"stiffnesses", "bonds: {stiffness: 100..900 N/m, start: 300 N/m}\n", "bond;width (mm)\n1;2,2\n", []float64{1.1, 1}, 0.1},
		{"the mean of several looks", "bonds: {width: 1..2 mm, start: 1.5 mm}\n", "no\tmeasured (um)\n1\t1400\n1\t1900\n", []float64{1.1, 1}, 0.1},
		{"a beam by its width", "elements: [{kind: beam, law: rectangle, width: 1..2 mm at 1 mm}]\n", "bond,width (mm)\n1,1.2\n2,0.8\n", []float64{1.2, 0.8}, 0},
		{"a beam by its stiffnesses", "elements: [{kind: beam, law: section, EA: 12 N, EI: 4e-6 N m2}]\n", "bond,width (mm)\n2,4\n", []float64{1, 1, 2, 8}, 1},
	} {
		x := buildMeasured(t, c.more)
		theta := append([]float64(nil), x.Rig.Stiffness()...)
		made, m, err := x.AsMeasured(theta, "m.csv", strings.NewReader(c.table))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for i, share := range c.want {
			if d := made[i] - share*theta[i]; math.Abs(d) > 1e-12*theta[i] {
				t.Errorf("%s: parameter %d is %g, not %g times %g", c.name, i+1, made[i], share, theta[i])
			}
		}
		if math.Abs(m.Mean-c.mean) > 1e-12 {
			t.Errorf("%s: a mean difference of %g, not %g", c.name, m.Mean, c.mean)
		}
	}
}

// What a table of widths cannot say is refused with its line and a way out.
func TestMeasuredRefused(t *testing.T) {
	const bars, curve = "bonds: {width: 1..2 mm, start: 1.5 mm}\n", "elements: [{kind: bar, law: hardening, stiffness: 300 N/m, scale: 1 mm}]\n"
	for _, c := range []struct{ more, table, want string }{
		{bars, "bond,width\n1,1.5\n", "m.csv, line 1: the column `width` says no unit"},
		{bars, "bond,width (mm)\n1,1.5\n3,1\n", "m.csv, line 3: there is no bond 3; this network has bonds 1 to 2"},
		{bars, "bond,width (mm)\n1,-1.5\n", "m.csv, line 2: bond 1 has a width of -1.5 mm"},
		{bars, "bond,width (mm)\n1,wide\n", "line 2, column 2 `width (mm)`"},
		{bars, "bond,width (mm)\n1,\n", "the width of no bond"},
		{bars, "bond,width (mm),height (mm)\n1,1.5,3.1\n2,2.1,2.1\n", "m.csv, line 3: bond 2 is 2.1 mm high, and 3 mm in the experiment"},
		{bars, "bond,width (m)\n1,1.5\n", "m.csv: bond 1 is 1500 mm wide there and 1.5 mm by its parameters"},
		{bars, "bond,width (mm)\n1,1e-300\n", "look for a unit in the header"},
		{bars, "a,b\n1,2\n", "there is no column bond"},
		{bars, "", "empty"},
		{curve, "bond,width (mm)\n1,2\n", "nothing says what width bond 1 has"},
	} {
		x := buildMeasured(t, c.more)
		_, _, err := x.AsMeasured(x.Rig.Stiffness(), "m.csv", strings.NewReader(c.table))
		var bad *WidthsError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, not %s", c.table, err, c.want)
		}
	}
}
