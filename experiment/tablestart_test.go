package experiment

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// chained is two springs in a row between two walls, with tables of its own.
func chained(t *testing.T, bonds, rest string) (*Experiment, error) {
	t.Helper()
	text := "elastrain: 1\nnetwork: {nodes: nodes.csv, bonds: bonds.csv}\nsupports: {pinned: [1, 3]}\n" + rest +
		"task:\n  kind: behaviour\n  cases: [{push: [{node: 2, along: x, force: 1 N}], want: [{node: 2, along: x, move: 10 mm}]}]\n"
	file, err := spec.Parse("a.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Build(file, func(name string) ([]byte, error) {
		if name == "nodes.csv" {
			return []byte("x\n0\n1\n2\n"), nil
		}
		return []byte(bonds), nil
	}, Options{})
}

// Stiffnesses and rest lengths of a table hold whatever the physics: two springs of 10 and 20 N/m, 1.2 m and 1 m long at rest, meet
// at 1.2 - 0.4/3 m from the first wall when nothing pulls.
func TestTableOfBondsInEveryPhysics(t *testing.T) {
	const table = "a,b,k,l0\n1,2,10,1.2\n2,3,20,\n"
	for name, rest := range map[string]string{
		"finite":          "bonds: {stiffness: 1..100 N/m}\nstatics: {deformation: finite}\n",
		"elements":        "elements: [{kind: bar, stiffness: 1..100 N/m}]\nstatics: {deformation: finite}\n",
		"element, linear": "elements: [{kind: bar, stiffness: 1..100 N/m}]\n",
	} {
		x, err := chained(t, table, rest)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		u, _, err := x.Deform([]float64{0})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := 1+u[1], 1.2-0.4/3; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: the springs meet at %g m, want %g", name, got, want)
		}
		if u, _, err = x.Deform([]float64{3}); err != nil || math.Abs(1+u[1]-(1.2-0.4/3+0.1)) > 1e-12 {
			t.Errorf("%s: under 3 N at %g m, %v", name, 1+u[1], err)
		}
	}
	for name, c := range map[string]struct{ table, rest, want string }{
		"a lattice":      {table, "bonds: {stiffness: 1..100 N/m}\n", "bonds.csv: table of bonds, line 2, column l0: the bond is 1.2 m long here, and its nodes are 1 m apart"},
		"out of range":   {table, "bonds: {stiffness: 1..15 N/m}\nstatics: {deformation: finite}\n", "bonds.csv, line 3: the bond starts at a stiffness of 20 N/m, outside its range"},
		"widths":         {table, "material: {young: 1 MPa, thickness: 1 mm}\nbonds: {width: 1..100 mm}\nstatics: {deformation: finite}\n", "the bond has a rest length, and learns by its width"},
		"another law":    {"a,b,l0\n1,2,1.2\n2,3,\n", "elements: [{kind: pipe, conductance: 1 S}]\n", "the bond has a rest length, and the law linear of a pipe has none"},
		"a random start": {table, "bonds: {stiffness: 1..100 N/m, start: random}\nstatics: {deformation: finite}\n", "says where its bonds start"},
	} {
		if _, err := chained(t, c.table, c.rest); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// A start outside its range in a column without a unit is answered with where the unit belongs; in one with a unit it is not.
func TestStartWithoutUnit(t *testing.T) {
	const widths, stiffnesses = "bonds: {width: 1..3 mm}\nmaterial: {young: 1 MPa, thickness: 2 mm}\n", "bonds: {stiffness: 1000..3000 N/m}\n"
	for _, c := range []struct{ bonds, rest, want, never string }{
		{"a,b,Width\n1,2,2\n2,3,2\n", widths, "nobody says a unit of the column, so it is read in m: call the column `Width (mm)` if it is in another", ""},
		{"a,b,width (m)\n1,2,2\n2,3,2\n", widths, "widen the range of the width, or mend the column", "nobody"},
		{"a,b,k\n1,2,2\n2,3,2\n", stiffnesses, "so it is read in N/m: call the column `k (N/mm)`", ""},
		{"a,b,k (N/m)\n1,2,2\n2,3,2\n", stiffnesses, "widen the range of the stiffness, or mend the column", "nobody"},
	} {
		_, err := chained(t, c.bonds, c.rest)
		var all spec.Errors
		if !errors.As(err, &all) || !strings.Contains(all[0].Help, c.want) || c.never != "" && strings.Contains(all[0].Help, c.never) {
			t.Errorf("%q: %v, want %s", c.bonds, err, c.want)
		}
	}
	if _, err := chained(t, "a,b,width (mm)\n1,2,2\n2,3,2\n", widths); err != nil {
		t.Errorf("the way out does not lead out: %v", err)
	}
}
