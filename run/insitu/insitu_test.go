package insitu

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

const onTwin = `elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
material: {young: 0.55 MPa, thickness: 2 mm}
bonds: {width: 1.5..2.5 mm, start: 2 mm}
supports: {pinned: [1, 5]}
task:
  kind: behaviour
  cases:
    - push: [{node: 11, along: -y, force: 5 gf}]
      want: [{node: 13, along: y, move: -0.5 mm}, {node: 14, along: y, move: -0.6 mm}]
lab: {bench: twin, steps: 6}
`

func build(t *testing.T, text string, overrides ...string) (*Lab, error) {
	t.Helper()
	return buildWith(t, text, nil, overrides...)
}

func buildWith(t *testing.T, text string, files experiment.Files, overrides ...string) (*Lab, error) {
	t.Helper()
	file, err := spec.Parse("a.yaml", []byte(text), overrides...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, files, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return Build(x, func(string) ([]byte, error) { return nil, errors.New("no such file") }, Options{})
}

// The marks of the sheet can be read one way only, around any lattice.
func TestSheetsCanBeRead(t *testing.T) {
	for _, network := range []string{"{lattice: triangular, rows: 3-2, spacing: 16 mm}", "{lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}",
		"{lattice: triangular, size: 9 x 3, spacing: 10 mm}", "{lattice: triangular, size: 3 x 9, spacing: 40 mm}"} {
		l, err := build(t, onTwin, "network="+network, "supports.pinned=[1, 2, 3]", "lab.twin=~", "lab.bench=manual", "lab.photo.diameter=2 mm",
			"task.cases=[{push: [{node: 4, along: -y, force: 5 gf}], want: [{node: 5, along: y, move: -0.5 mm}]}]")
		if err != nil {
			t.Errorf("%s: %v", network, err)
			continue
		}
		if sheet := l.Sheet(); strings.Count(sheet, "<circle") != len(l.Sight.Layout.Frame)+l.Experiment.Network.Nodes() {
			t.Errorf("%s: the sheet has other marks than the layout", network)
		}
	}
}

// A linear twin without faults is what theory says.
func TestTruthOfALinearTwinIsTheory(t *testing.T) {
	l, err := build(t, onTwin, "lab.twin.deformation=linear")
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := l.Truth(l.Start)
	if err != nil {
		t.Fatal(err)
	}
	want, err := l.Experiment.NewProblem().Evaluate(l.Experiment.Train)
	if err != nil || math.Abs(got.Loss-want.Loss) > 1e-9*want.Loss || math.Abs(got.Relative-want.Relative) > 1e-9 {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// A session that is opened again after it ended gives its result again, and
// another experiment does not get its directory.
func TestDirectory(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	train := func(exact bool, overrides ...string) (*Result, error) {
		file, err := spec.Parse("a.yaml", []byte(onTwin), overrides...)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := Open(ctx, Request{File: file, Parent: dir, Name: "a", Exact: exact})
		if err != nil {
			return nil, err
		}
		r, err := tr.Train(ctx)
		return r, errors.Join(err, tr.Close(ctx))
	}
	first, err := train(true)
	if err != nil {
		t.Fatal(err)
	}
	if *first.After.Relative > *first.Before.Relative/2 || first.Truth == nil || *first.Truth.Relative > 0.05 {
		t.Errorf("not trained: %+v", first)
	}
	again, err := train(true)
	if err != nil || *again.After.Loss != *first.After.Loss || again.Loads != first.Loads {
		t.Errorf("%+v, %v, want %+v", again, err, first)
	}
	var other *run.DirectoryError
	if _, err := train(true, "seed=2"); !errors.As(err, &other) || other.Code != "E0601" {
		t.Errorf("another experiment in its directory: %v", err)
	}
	if r, err := train(false, "seed=2"); err != nil || r.Run != filepath.Join(dir, "a-2") {
		t.Errorf("%+v, %v", r, err)
	}
	r, err := Load(atomicfile.OS{}, filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	cases, k, err := r.Cases(0)
	if err != nil || len(cases) != 2 || !slices.Equal(k, r.Lab.Start) {
		t.Errorf("%d cases, %v", len(cases), err)
	}
	if _, _, err := r.Cases(99); err == nil {
		t.Error("step 100 has loads")
	}
}

// Matter that is asked for is what the bench gets: few levels, or only softer.
func TestMatter(t *testing.T) {
	l, err := build(t, onTwin, "lab.matter.levels=5")
	if err != nil {
		t.Fatal(err)
	}
	wanted := slices.Clone(l.Start)
	for i := range wanted {
		wanted[i] *= 1.07
	}
	got, err := l.apply()(nil, wanted)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range got {
		level := (k/l.Start[i] - 0.75) / 0.125 // widths 1.5..2.5 mm around 2 mm, in quarters
		if math.Abs(level-math.Round(level)) > 1e-9 {
			t.Errorf("bond %d has %g of its start, which is no level", i+1, k/l.Start[i])
		}
	}
	l, err = build(t, onTwin, "lab.matter.softening=true")
	if err != nil {
		t.Fatal(err)
	}
	if got, err = l.apply()(l.Start, wanted); err != nil || !slices.Equal(got, l.Start) {
		t.Errorf("it became stiffer: %v", err)
	}
}

func TestBuildRefuses(t *testing.T) {
	for _, c := range []struct{ override, want string }{
		{"lab=~", "no section `lab`"},
		{"lab.matter={levels: 4, calibration: a.csv}", "leave one of them out"},
		{"lab.matter.calibration=a.csv", "cannot read a.csv"},
		{"lab.weights.masses=heavy", "heavy"},
		{"lab.weights.pulls=[{node: 99, along: x}]", "there is no node 99"},
		{"lab.weights.pulls=[{node: 2, along: z}]", "more components"},
		{"lab.photo.frame=[{x: 0 mm, y: 30 mm, diameter: 3 mm}]", "1 marks on the frame"},
		{"lab.protocol={zero: shared, alternate: true}", "shared zero"},
	} {
		_, err := build(t, onTwin, c.override)
		var many spec.Errors
		if !errors.As(err, &many) || !strings.Contains(many.Render(false), c.want) {
			t.Errorf("%s: %v, want %q", c.override, err, c.want)
		}
	}
}

// The plan of a gradient hangs what is wanted, as far as the box allows, and the
// cards are numbered through.
func TestPlan(t *testing.T) {
	l, err := build(t, onTwin)
	if err != nil {
		t.Fatal(err)
	}
	loads, err := l.Plan(6e-6)
	if err != nil || len(loads) != 2 {
		t.Fatalf("%d loads, %v", len(loads), err)
	}
	for _, p := range loads {
		if e := p.Plan.Options[p.Plan.Taken].Error; !(e > 0 && e < 0.2) {
			t.Errorf("%s: predicted error %g", p.Name, e)
		}
	}
	cards := Cards(loads, 0)
	for i, c := range cards {
		if c.Number != i+1 || c.Of != len(cards) {
			t.Errorf("card %d is %d of %d", i+1, c.Number, c.Of)
		}
	}
	if _, err := mustBuild(t, "lab.weights.masses=200 g").Plan(6e-6); err == nil {
		t.Error("200 g hang where 5 g are wanted")
	}
}

func mustBuild(t *testing.T, overrides ...string) *Lab {
	t.Helper()
	l, err := build(t, onTwin, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A scale bar of the file is in the layout of photographs, by which its length is compared.
func TestScaleBar(t *testing.T) {
	l, err := build(t, onTwin, "lab.twin=~", "lab.bench=manual",
		"lab.photo.scale={from: {x: -90 mm, y: -70 mm, diameter: 3 mm}, to: {x: -60 mm, y: -70 mm, diameter: 3 mm}, length: 30.2 mm}")
	if err != nil {
		t.Fatal(err)
	}
	bar := l.Sight.Layout.Scale
	if bar == nil || bar.Length != 0.0302 || bar.A.X != [2]float64{-0.09, -0.07} || bar.B.X != [2]float64{-0.06, -0.07} {
		t.Errorf("scale bar %+v", bar)
	}
}
