package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What cannot be shared as a page is refused before anything is written.
func TestShareRefusals(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "page.html")
	for _, args := range [][]string{
		{"share", "../../examples/chain.yaml", "-o", filepath.Join(dir, "page.txt")},
		{"share", filepath.Join(dir, "gone.yaml"), "-o", out},
		{"share", "../../examples/large-lattice.yaml", "network.size=150 x 150", "-o", out},
	} {
		if code, wrong := judged(args...); code != 2 || wrong != nil {
			t.Errorf("%v ends with %d: %v", args, code, wrong)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v is left: %v", left, err)
	}
}

// Pages of runs whose names hold dots have names of their own.
func TestSharedNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"runs/a@learn.epochs=5", "runs/a@learn.rate=0.1"} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for subject, want := range map[string]string{"runs/a@learn.epochs=5": "a@learn.epochs=5", "runs/a@learn.rate=0.1/": "a@learn.rate=0.1", "b.c.yaml": "b.c", "/": "run"} {
		if got := sharedName(subject); got != want {
			t.Errorf("%s is called %s, want %s", subject, got, want)
		}
	}
	t.Chdir("runs/a@learn.epochs=5")
	if got := sharedName("."); got != "a@learn.epochs=5" {
		t.Errorf("the folder here is called %s", got)
	}
}

// Changes may stand among what is shared; a file or run whose name looks like a change is shared.
func TestSharedWords(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("seed=2", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	c := shareCommand{Words: []string{"seed=7", "runs/iris@seed=3", "learn.epochs=5", "seed=2", "a.yaml"}}
	subjects, changes := c.subjects()
	if !slices.Equal(subjects, []string{"runs/iris@seed=3", "seed=2", "a.yaml"}) || !slices.Equal(changes, []string{"seed=7", "learn.epochs=5"}) {
		t.Errorf("%q is shared, with the changes %q", subjects, changes)
	}
}
