package run

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/train"
)

// What is in the directory of a complete run opens without this program.
func TestDirectory(t *testing.T) {
	parent := t.TempDir()
	text, err := os.ReadFile("../examples/flowers.csv")
	check(t, err)
	reads := 0
	q := Request{File: parse(t, example("flowers"), "learn.epochs=12"), Overrides: []string{"learn.epochs=12"}, Parent: filepath.Join(parent, "runs"), Name: "a",
		Files: func(name string) ([]byte, error) { reads++; return text, nil }}
	r, result := trained(t, q)
	files := tree(t, atomicfile.OS{}, r.Dir)
	if files[specName] != example("flowers") {
		t.Error("spec.yaml is not the file as given")
	}
	if again := parse(t, files[resolvedName]); again.Spec.Learn.Epochs != 12 {
		t.Error("resolved.yaml is without the override")
	}
	if reads != 1 || files["files/1-flowers.csv"] != string(text) {
		t.Errorf("the data file was read %d times", reads)
	}

	var m Manifest
	check(t, json.Unmarshal([]byte(files[manifestName]), &m))
	if m.Format != 1 || m.Kind != "train" || len(m.Identity) != 64 || !slices.Equal(m.Overrides, q.Overrides) || m.Parent != nil || m.Start != nil {
		t.Errorf("manifest %+v", m)
	}

	lines := strings.Split(strings.TrimSuffix(files[eventsName], "\n"), "\n")
	if len(lines) != 1+12+1 {
		t.Fatalf("%d events", len(lines))
	}
	rows, err := csv.NewReader(strings.NewReader(files[metricsName])).ReadAll()
	check(t, err)
	if len(rows) != 1+13 || strings.Join(rows[0], ",") != metricsHeader {
		t.Fatalf("%d lines of metrics below %v", len(rows), rows[0])
	}
	records, err := ReadMetrics(atomicfile.OS{}, r.Dir)
	check(t, err)
	for i, line := range lines {
		var e Event
		check(t, json.Unmarshal([]byte(line), &e))
		kind, epoch := "epoch", i
		switch i {
		case 0:
			kind = "start"
		case 13:
			kind, epoch = "end", 12
		}
		if e.Event != kind || e.Epoch != epoch || e.Steps != epoch || (e.Verdict != nil) != (kind == "end") || e.TrainError != nil {
			t.Errorf("event %d: %s", i+1, line)
		}
		if i < 13 {
			rec := records[i]
			if rec.Epoch != epoch || rec.Train.Loss != *e.Loss || rec.Train.Accuracy != *e.TrainAccuracy || rec.Test.Accuracy != *e.TestAccuracy || !math.IsNaN(rec.Train.Relative) {
				t.Errorf("record %d: %+v beside %s", i+1, rec, line)
			}
		}
	}
	if last := records[12]; result.Loss != last.Train.Loss || *result.TestAccuracy != last.Test.Accuracy {
		t.Errorf("result %+v after %+v", result, last)
	}

	var stored map[string]any
	check(t, json.Unmarshal([]byte(files[resultName]), &stored))
	for _, absent := range []string{"run", "seconds_training", "resumed"} {
		if _, ok := stored[absent]; ok {
			t.Errorf("result.json has %s, which may differ between equal runs", absent)
		}
	}
	var e Environment
	environment, err := os.ReadFile(filepath.Join(r.Dir, environmentName))
	check(t, err)
	check(t, json.Unmarshal(environment, &e))
	if e.Version != Version || e.Seed != 1 || e.Solver == "" || len(e.Sessions) != 1 || e.Sessions[0].ToEpoch != 12 || math.Abs(e.Sessions[0].Seconds-result.Seconds) > 1e-9 {
		t.Errorf("environment %s", environment)
	}

	figures := 0
	for name, text := range files {
		switch filepath.Ext(name) {
		case ".svg":
			figures++
			d := xml.NewDecoder(strings.NewReader(text))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Errorf("%s: %v", name, err)
					break
				}
			}
		case ".png":
			figures++
			if _, err := png.Decode(strings.NewReader(text)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if figures != 10 {
		t.Errorf("%d figures, want 5 as SVG and PNG", figures)
	}
	for _, name := range []string{"network", "learning", "deformation", "confusion", "summary"} {
		if files["figures/"+name+".svg"] == "" {
			t.Errorf("no figure %s.svg", name)
		}
	}
	store := checkpoint.Store{FS: atomicfile.OS{}, Dir: filepath.Join(r.Dir, checkpointsName)}
	if steps, err := store.Steps(); err != nil || !slices.Equal(steps, []int64{12}) {
		t.Errorf("checkpoints %v, %v", steps, err)
	}
	if _, err := os.Stat(filepath.Join(r.Dir, lockName)); err == nil {
		t.Error("the lock is still there")
	}
}

// arrays reads network.npz of a run.
func arrays(t *testing.T, dir string) map[string]npz.Array {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, networkName))
	check(t, err)
	list, err := npz.Read(bytes.NewReader(text), int64(len(text)), npz.Limits{})
	check(t, err)
	all := map[string]npz.Array{}
	for _, a := range list {
		all[a.Name] = a
	}
	return all
}

// network.npz counts nodes and bonds from 1.
func TestNetworkArrays(t *testing.T) {
	quickly(t)
	file := parse(t, example("explicit"), "network.cut=[7]", "learn.epochs=6")
	r, _ := trained(t, Request{File: file, Parent: t.TempDir(), Name: "a"})
	a := arrays(t, r.Dir)
	x := r.Experiment
	same := func(name string, shape []int, want any) {
		t.Helper()
		got, ok := a[name]
		if !ok || !slices.Equal(got.Shape, shape) {
			t.Errorf("%s: shape %v, want %v", name, got.Shape, shape)
			return
		}
		g, _ := json.Marshal(got.Data)
		w, _ := json.Marshal(want)
		if !bytes.Equal(g, w) {
			t.Errorf("%s: %s, want %s", name, g, w)
		}
	}
	k, err := r.Trainer.Stiffness()
	check(t, err)
	same("positions", []int{6, 2}, x.Network.Pos)
	same("elements", []int{11, 2}, []int32{1, 2, 2, 3, 3, 4, 1, 5, 2, 5, 2, 6, 3, 5, 3, 6, 4, 6, 5, 6, 2, 2})
	same("cut", []int{11}, []uint8{0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0})
	same("held", []int{6, 2}, []uint8{1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0})
	same("stiffness", []int{11}, k)
	same("input_nodes", []int{2}, []int32{5, 6})
	same("input_directions", []int{2, 2}, []float64{0, -1, 0, -1})
	same("output_nodes", []int{2}, []int32{6, 5})
	same("output_directions", []int{2, 2}, []float64{0, 1, 0, 1})
	epochs := a["history_epoch"].Data.([]int32)
	history := a["stiffness_history"].Data.([]float64)
	if !slices.Equal(epochs, []int32{0, 1, 2, 3, 4, 5, 6}) || !slices.Equal(history[6*11:], k) {
		t.Errorf("history of epochs %v ends with %v, want %v", epochs, history[max(0, len(history)-11):], k)
	}
	start := make([]float64, 11)
	x.Design.Init(start)
	if !slices.Equal(history[:11], start) {
		t.Errorf("history begins with %v, want %v", history[:11], start)
	}
}

// A long training is recorded at evenly spread epochs and at the last.
func TestRecordsOfLongTrainings(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	file := parse(t, example("chain"), "learn={method: gradient-descent, rate: 1e-9, epochs: 25001, stop: {change: 0, gradient: 0}, save: 10000}")
	r, _ := trained(t, Request{File: file, FS: fsys, Parent: parent, Name: "a"})
	records, err := ReadMetrics(fsys, r.Dir)
	check(t, err)
	if n := len(records); n < 8000 || n > 10002 || records[n-1].Epoch != 25001 || records[1].Epoch != records[2].Epoch-records[1].Epoch {
		t.Errorf("%d records, from epoch %d, %d to %d", n, records[1].Epoch, records[2].Epoch, records[n-1].Epoch)
	}
	if n := len(r.history.epochs); n < 190 || n > mostFrames+2 || r.history.epochs[n-1] != 25001 {
		t.Errorf("%d frames", n)
	}
}

// Every kind of task has its figures.
func TestFigures(t *testing.T) {
	for name, overrides := range map[string][]string{
		"chain": nil, "left-right": nil, "regression": {"learn.epochs=3"}, "disordered": {"learn.epochs=2"}, "wine": {"learn.epochs=2"},
	} {
		drawn := map[string]bool{}
		draw = func(_ atomicfile.FS, _ string, pictures []Picture) error {
			for i, p := range pictures {
				p.Width, p.Height = p.Width/4, p.Height/4
				pictures[i] = p
				drawn[p.Name] = true
			}
			return WritePictures(atomicfile.OS{}, t.TempDir(), pictures)
		}
		r, _ := trained(t, Request{File: parse(t, example(name), overrides...), Parent: t.TempDir(), Name: "a"})
		answers := "answers"
		if r.Experiment.Train.Class != nil {
			answers = "confusion"
		}
		for _, want := range []string{"network", "learning", "deformation", "summary", answers} {
			if !drawn[want] {
				t.Errorf("%s: no figure %s", name, want)
			}
		}
	}
	draw = WritePictures
}

func TestConfusion(t *testing.T) {
	quickly(t)
	r, result := trained(t, Request{File: parse(t, example("iris"), "learn.epochs=30"), Parent: t.TempDir(), Name: "a"})
	counts, err := Confusion(r.Experiment.Rig, r.Experiment.Test)
	check(t, err)
	right, all := 0, 0
	for i := range counts {
		for j, n := range counts[i] {
			all += n
			if i == j {
				right += n
			}
		}
	}
	if all != 45 || math.Abs(float64(right)/45-*result.TestAccuracy) > 1e-12 {
		t.Errorf("%d of %d right, and an accuracy of %g", right, all, *result.TestAccuracy)
	}
}

// Pictures without an SVG, and a directory that cannot be made.
func TestWritePictures(t *testing.T) {
	quickly(t)
	r, _ := trained(t, Request{File: parse(t, example("chain")), Parent: t.TempDir(), Name: "a"})
	dir := filepath.Join(t.TempDir(), "deep", "down")
	p := Picture{Name: "p", Picture: Deformation(shown(t, r.Experiment), ""), Width: 100, Height: 50, Bitmap: true}
	check(t, WritePictures(atomicfile.OS{}, dir, []Picture{p}))
	entries, err := os.ReadDir(dir)
	check(t, err)
	if len(entries) != 1 || entries[0].Name() != "p.png" {
		t.Errorf("%v", entries)
	}
	file := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(file, nil, 0o666))
	var e *atomicfile.Error
	if err := WritePictures(atomicfile.OS{}, filepath.Join(file, "below"), []Picture{p}); !errors.As(err, &e) {
		t.Errorf("below a file: %v", err)
	}
	p.Width = -1
	if err := WritePictures(atomicfile.OS{}, dir, []Picture{p}); err == nil {
		t.Error("a picture of negative width")
	}
	p.Bitmap = false
	if err := WritePictures(atomicfile.OS{}, dir, []Picture{p}); err == nil {
		t.Error("a picture of negative width")
	}
}

func TestReadMetrics(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, metricsName)
	write := func(text string) { check(t, os.WriteFile(path, []byte(text), 0o666)) }
	write(metricsHeader + "\n0,0,1.5,,0.25,,,\n3,6,1e-3,0.5,,2,1,\n4,8,1e-")
	records, err := ReadMetrics(atomicfile.OS{}, dir)
	check(t, err)
	nan := math.NaN()
	want := []train.Record{
		{Epoch: 0, Train: learn.Score{Loss: 1.5, Accuracy: nan, Relative: 0.25}, Test: learn.Score{Loss: nan, Accuracy: nan, Relative: nan}},
		{Epoch: 3, Steps: 6, Train: learn.Score{Loss: 1e-3, Accuracy: 0.5, Relative: nan}, Test: learn.Score{Loss: 2, Accuracy: 1, Relative: nan}},
	}
	if len(records) != 2 {
		t.Fatalf("%d records: a line that is being written does not count", len(records))
	}
	for i := range want {
		want[i].Valid.Loss = nan
		if got := metricsLine(records[i]); string(got) != string(metricsLine(want[i])) {
			t.Errorf("record %d: %s", i, got)
		}
	}
	for _, bad := range []string{"", "no newline", "a,b\n1,2\n", metricsHeader + "\n1,2\n", "\"\n"} {
		write(bad)
		var e *DirectoryError
		if _, err := ReadMetrics(atomicfile.OS{}, dir); !errors.As(err, &e) || e.Code != "E0602" || e.Help == "" {
			t.Errorf("metrics %q: %v", bad, err)
		}
	}
	if _, err := ReadMetrics(atomicfile.OS{}, filepath.Join(dir, "nowhere")); err == nil {
		t.Error("metrics of nothing")
	}
}

// What JSON cannot hold is absent.
func TestNumber(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if Number(v) != nil {
			t.Errorf("%g is a number", v)
		}
	}
	if v := Number(0); v == nil || *v != 0 {
		t.Error("0 is no number")
	}
}

// A network that loses its stiffness while it learns is an error of mechanics
// that names the run.
func TestMechanics(t *testing.T) {
	x, err := experiment.Build(parse(t, example("chain")), nil, experiment.Options{})
	check(t, err)
	r := &Run{Dir: "runs/a", Experiment: x}
	for _, cause := range []error{&mechanics.SingularError{Node: 3}, &mechanics.StiffnessError{}, &mechanics.InaccurateError{}} {
		var e *DirectoryError
		if err := r.mechanics(cause); !errors.As(err, &e) || e.Code != "E0702" || !errors.Is(err, cause) || e.Help == "" {
			t.Errorf("%v", err)
		}
	}
	other := errors.New("other")
	if r.mechanics(other) != other {
		t.Error("another error is changed")
	}
}
