package insitu

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
)

// checked puts a twin through the check of a bench.
func checked(t *testing.T, overrides ...string) map[string]measurement.Finding {
	t.Helper()
	l := mustBuild(t, overrides...)
	bench, end, err := l.Open(l.Start)
	if err != nil {
		t.Fatal(err)
	}
	guard := lab.NewGuard(bench, l.Experiment.Network, l.Start)
	ctx := context.Background()
	if err := guard.Arm(ctx, l.Limits); err != nil {
		t.Fatal(err)
	}
	c, err := l.Checkup()
	if err != nil {
		t.Fatal(err)
	}
	list, err := (&measurement.Measurer{Bench: guard, Specimen: l.Specimen, Protocol: &l.Protocol}).Check(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	by := map[string]measurement.Finding{}
	for _, f := range list {
		by[f.Name] = f
		if _, err := json.Marshal(f); err != nil {
			t.Errorf("%s cannot be written as JSON: %v", f.Name, err)
		}
	}
	return by
}

// A lattice that creeps fails as that, however fast it settles; after a wait that is long enough it passes.
func TestCheckFailsACreepingLatticeAsCreep(t *testing.T) {
	for _, creep := range []string{"20%", "40%"} {
		found := checked(t, "lab.twin.creep="+creep)
		if f := found["creep"]; f.Verdict != measurement.Fail || !strings.Contains(f.Do, "wait") {
			t.Errorf("creep of %s: %s, %g %%, %q", creep, f.Verdict, 100*f.Value, f.Do)
		}
		for name, f := range found {
			if f.Verdict == measurement.Fail && name != "creep" && !strings.Contains(f.Do, "creep") {
				t.Errorf("creep of %s: %s fails and does not name the creep: %q", creep, name, f.Do)
			}
		}
	}
	for _, sound := range [][]string{{"lab.twin.creep=0%"}, {"lab.twin.creep=40%", "lab.protocol.wait=60 s"}} {
		if f := checked(t, sound...)["creep"]; f.Verdict != measurement.Pass {
			t.Errorf("%v: creep is %s: %g +- %g, %q", sound, f.Verdict, f.Value, f.Sigma, f.Do)
		}
	}
}

// Reciprocity that fails because the lattice deforms too far says so; a linear one of the same load passes.
func TestCheckTellsLargeDeformation(t *testing.T) {
	heavy := []string{"task.cases[1].push[1].force=30 gf", "lab.twin.quantum=0 gf"}
	if f := checked(t, heavy...)["reciprocity"]; f.Verdict != measurement.Fail || !strings.Contains(f.Do, "deforms too far") {
		t.Errorf("%s: %g, %q", f.Verdict, f.Value, f.Do)
	}
	if f := checked(t, append(heavy, "lab.twin.deformation=linear")...)["reciprocity"]; f.Verdict != measurement.Pass {
		t.Errorf("linear: %s: %g, %q", f.Verdict, f.Value, f.Do)
	}
}

// A lattice whose output does not answer to its input by symmetry is no fault of the bench.
func TestCheckOfPortsThatDoNotMoveEachOther(t *testing.T) {
	const twoBars = `elastrain: 1
network: {nodes: [[0 mm, 0 mm], [100 mm, 0 mm], [50 mm, -50 mm]], bonds: [[1, 3], [2, 3]]}
bonds: {stiffness: 50..500 N/m, start: 100 N/m}
supports: {pinned: [1, 2]}
task:
  kind: behaviour
  cases: [{push: [{node: 3, along: -y, force: 0.2 N}], want: [{node: 3, along: x, move: 0.2 mm}]}]
lab: {bench: twin, twin: {noise: 0 um, scatter: 0 %, quantum: 0 gf, deformation: linear}}
`
	l, err := build(t, twoBars)
	if err != nil {
		t.Fatal(err)
	}
	bench, _, err := l.Open(l.Start)
	if err != nil {
		t.Fatal(err)
	}
	guard := lab.NewGuard(bench, l.Experiment.Network, l.Start)
	if err := guard.Arm(context.Background(), l.Limits); err != nil {
		t.Fatal(err)
	}
	c, err := l.Checkup()
	if err != nil || c.B != l.Specimen.Out[0] {
		t.Fatalf("%+v, %v", c, err)
	}
	list, err := (&measurement.Measurer{Bench: guard, Specimen: l.Specimen, Protocol: &l.Protocol}).Check(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if f.Verdict != measurement.Pass || math.IsNaN(f.Value) {
			t.Errorf("%s: %s, %g, %q", f.Name, f.Verdict, f.Value, f.Do)
		}
	}
}
