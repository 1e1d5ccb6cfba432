package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const specFile = "../../examples/li-mao-2024/iris.yaml"

// readTable is what the other sides do with a table.
func readTable(t *testing.T, dir, name string) [][]float64 {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll() // refuses ragged rows
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	rows := make([][]float64, len(lines))
	for i, line := range lines {
		for _, s := range line {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			rows[i] = append(rows[i], v)
		}
	}
	return rows
}

func TestInputsReadBackAsTheExperiment(t *testing.T) {
	x, err := load(specFile, 0)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := writeInputs(x, dir); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string][2]int{"C.csv": {28, 24}, "ports.csv": {7, 24}, "train.csv": {105, 5},
		"test.csv": {45, 5}, "shuffles.csv": {100, 105}, "settings.csv": {1, 7}} {
		if rows := readTable(t, dir, name); len(rows) != size[0] || len(rows[0]) != size[1] {
			t.Errorf("%s is %d x %d, want %d x %d", name, len(rows), len(rows[0]), size[0], size[1])
		}
	}

	// Elongations under the displacements 1, 2, 3, ... by the table and by C.
	u, want := make([]float64, 24), make([]float64, 28)
	for i := range u {
		u[i] = float64(i + 1)
	}
	x.Eq.C.Elongations(want, u, 1)
	for i, row := range readTable(t, dir, "C.csv") {
		got := 0.0
		for j, v := range row {
			got += v * u[j]
		}
		if diff := got - want[i]; diff > 1e-13 || diff < -1e-13 {
			t.Errorf("bond %d: elongation %v by the table, %v by C", i+1, got, want[i])
		}
	}
	for i, row := range readTable(t, dir, "train.csv") {
		if class := int32(row[4]); class != x.Train.Class[i] {
			t.Errorf("sample %d has class %d in the table, %d in the experiment", i, class, x.Train.Class[i])
		}
		for a, f := range x.Train.Force(i) {
			if row[a] != f {
				t.Errorf("sample %d has force %v in the table, %v in the experiment", i, row[a], f)
			}
		}
	}
	for epoch, row := range readTable(t, dir, "shuffles.csv") {
		seen := make([]bool, len(row))
		for _, sample := range row {
			seen[int(sample)] = true
		}
		for sample, yes := range seen {
			if !yes {
				t.Fatalf("epoch %d leaves out sample %d", epoch, sample)
			}
		}
	}
	settings := readTable(t, dir, "settings.csv")[0]
	if lo, hi := settings[0], settings[1]; lo < 103.1 || lo > 103.2 || hi < 171.8 || hi > 171.9 {
		t.Errorf("stiffness range %v..%v N/m, want Y w t / L of 1.5..2.5 mm", lo, hi)
	}
}

func TestInputsRefuseWhatTheOtherSidesCannotDo(t *testing.T) {
	x, err := load(specFile, 0)
	if err != nil {
		t.Fatal(err)
	}
	x.Design.Hi[3] *= 2
	if err := writeInputs(x, t.TempDir()); err == nil || !strings.Contains(err.Error(), "bond 4") {
		t.Errorf("a range of its own: error %v, want one that names bond 4", err)
	}
	x.Design.SkipChain = false
	if err := writeInputs(x, t.TempDir()); err == nil {
		t.Error("the derivative of the sigmoid: no error")
	}
}

func TestTrainingIsReported(t *testing.T) {
	x, err := load(specFile, 2)
	if err != nil {
		t.Fatal(err)
	}
	var r Report
	for range 2 {
		if err := r.train(x); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.Seconds) != 2 || len(r.Stiffness) != 28 || !(r.Loss > 0 && r.Loss < 2) || !(r.Train > 0.3) || !(r.Test > 0.3) {
		t.Errorf("report of two trainings: %+v", r)
	}
}
