package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task/data"
)

// hasPython reports whether drivers in Python can be started.
func hasPython() bool {
	_, err := exec.LookPath("python3")
	return err == nil
}

// parses reports why the parser refuses a command line; nil if it does not.
func parses(words []string) error {
	exited := false
	parser, err := newParser(new(app), io.Discard, io.Discard, func(int) { exited = true })
	if err != nil {
		return err
	}
	given := sorted(parser.Model, words)
	if _, err = parser.Parse(given.words()); exited {
		return nil
	}
	return err
}

// stage is a directory that holds what the documents presume: the examples, an
// experiment of one's own, trained runs, a session in the lab, photographs,
// tables, a driver.
func stage(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	back, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chdir(dir); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.Chdir(back); err != nil {
			t.Fatal(err)
		}
	}()
	if err := os.CopyFS("examples", os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join("bench", "records"), os.DirFS(filepath.Join(root, "bench", "records"))); err != nil {
		t.Fatal(err)
	}
	copyTo := func(from string, names ...string) {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, line := range []string{
		"elastrain new lab-iris > mine.yaml", // classes, samples and a section lab: whatever a page does with it
		"elastrain new lab-iris > more.yaml",
		"elastrain new iris > iris.yaml",
		"elastrain new regression > regression.yaml",
		"elastrain new two-bars > rig.yaml",
		"elastrain new two_bars.py > rig.py",
		"elastrain new two_bars.py > two_bars.py",
		"elastrain new unseen.csv > new.csv",
		"elastrain new unseen.csv > my.csv",
		"elastrain train iris.yaml learn.epochs=3 --out runs/iris --no-figures",
		"elastrain train iris.yaml learn.epochs=3 --out runs/mine --no-figures",
		"elastrain train iris.yaml learn.epochs=3 --out runs/large --no-figures",
		"elastrain retrain runs/iris --task regression.yaml learn.epochs=3 --no-figures --out runs/iris+regression",
		"elastrain train iris.yaml learn.epochs=3 seed=7 --out runs/iris@seed=7 --no-figures",
		"elastrain sweep iris.yaml learn.epochs=3 seed=1..2 --out sweeps/iris",
		"elastrain new levels > levels.yaml",
		"elastrain train levels.yaml learn.epochs=3 --out runs/levels --no-figures",
		"elastrain lab train mine.yaml lab.steps=2 --out runs/mine-lab",
		"elastrain lab identify runs/mine-lab --passport part.yaml",
	} {
		if code, errs := perform(t, line); code != 0 {
			t.Fatalf("%s: exit code %d\n%s", line, code, errs)
		}
	}
	copyTo(filepath.Join(root, "docs/images/lab-photo.jpg"), "photo.jpg", "zero.jpg", "loaded.jpg", "inbox/0001.jpg")
	copyTo("runs/mine-lab/stiffness.csv", "asked.csv")
	journal, err := os.ReadFile("runs/mine-lab/journal.jsonl") // it goes on: without its last line
	if err != nil {
		t.Fatal(err)
	}
	journal = journal[:bytes.LastIndexByte(bytes.TrimSuffix(journal, []byte("\n")), '\n')+1]
	if err := os.WriteFile("runs/mine-lab/journal.jsonl", journal, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove("runs/mine-lab/outcome.json"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("measured.csv", []byte("bond,width (mm)\n1,1.97\n2,2.21\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	spots(t)
	return dir
}

// spots writes tables of a tracker: the nodes of the lattice of mine.yaml in
// millimetres, and in pixels of 20 um with y down or under other names; and two subsets of DICe.
func spots(t *testing.T) {
	t.Helper()
	var table, pixels, marks strings.Builder
	subsets := map[int]string{}
	table.WriteString("frame,particle,x,y\n")
	pixels.WriteString("frame,particle,x,y\n")
	marks.WriteString("n;nr;cx;cy\n")
	particle := 0
	for row, n := range []int{5, 4, 3, 2} {
		for i := range n {
			particle++
			x, y := 16*(float64(i)+0.5*float64(row)), -13.856406*float64(row)
			fmt.Fprintf(&table, "0,%d,%.4f,%.4f\n", particle, x, y)
			fmt.Fprintf(&marks, "0;%d;%.3f;%.3f\n", particle, x/0.02, y/0.02)
			subsets[particle] = fmt.Sprintf("FRAME,COORDINATE_X,COORDINATE_Y,DISPLACEMENT_X,DISPLACEMENT_Y\n1,%.3f,%.3f,0.5,0\n", x/0.02, y/0.02)
			fmt.Fprintf(&pixels, "0,%d,%.3f,%.3f\n", particle, 512+x/0.02, 384-y/0.02)
		}
	}
	for name, text := range map[string]string{"spots.csv": table.String(), "t.csv": pixels.String(), "marks.csv": marks.String(), "DICe_solution_0.txt": subsets[1], "DICe_solution_1.txt": subsets[2]} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// setOf names the data set of an experiment file that is not built in, and so not on every machine; "" where there is no such file or set.
func setOf(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	file, err := spec.Parse(path, text)
	if err != nil {
		return ""
	}
	if _, ok := data.IsKnown(file.Spec.Task.Data); !ok {
		return ""
	}
	return file.Spec.Task.Data
}
