package insitu

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab/session"
)

// testdata/old is a session that was written before its journal had checksums and the
// state of its twin. It opens, is replayed, ends again from any of its lines, and takes more steps.
func TestOldSession(t *testing.T) {
	sketched(t)
	const old = "testdata/old"
	text, err := os.ReadFile(filepath.Join(old, specName))
	if err != nil {
		t.Fatal(err)
	}
	journal, err := os.ReadFile(filepath.Join(old, journalName))
	if err != nil {
		t.Fatal(err)
	}
	copied := func() (parent string) {
		parent = t.TempDir()
		if err := os.CopyFS(filepath.Join(parent, "a"), os.DirFS(old)); err != nil {
			t.Fatal(err)
		}
		return parent
	}
	r, err := Load(atomicfile.OS{}, old)
	if err != nil {
		t.Fatal(err)
	}
	again, err := session.Replay(r.Log, r.Lab.Estimator())
	if err != nil || len(again) != 2 || again[0].Apart != 0 || again[1].Apart != 0 {
		t.Errorf("replayed: %+v, %v", again, err)
	}
	before, err := (&Training{Dir: old, fs: atomicfile.OS{}}).readOutcome()
	if err != nil || before == nil {
		t.Fatalf("its outcome: %v", err)
	}
	parent := copied()
	done, notes, err := train(nil, parent, string(text))
	if err != nil || len(notes) != 0 || done.Loads != 5 || *done.Truth.Loss != *before.Truth.Loss || *done.After.Loss != *before.After.Loss {
		t.Errorf("it gives %+v, %q, %v", done, notes, err)
	}
	lines := bytes.SplitAfter(journal, []byte("\n"))
	for count := range len(lines) {
		parent := copied()
		path := filepath.Join(parent, "a", journalName)
		if err := errors.Join(os.Remove(filepath.Join(parent, "a", outcomeName)), os.WriteFile(path, bytes.Join(lines[:count], nil), 0o666)); err != nil {
			t.Fatal(err)
		}
		got, _, err := train(nil, parent, string(text))
		if err != nil || got.Steps != 2 {
			t.Fatalf("from %d of its lines: %+v, %v", count, got, err)
		}
		if count == len(lines)-1 && math.Abs(*got.Truth.Loss-*done.Truth.Loss) > 1e-12 {
			t.Errorf("concluded from its journal: %g, want %g", *got.Truth.Loss, *done.Truth.Loss)
		}
		whole, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(whole, bytes.Join(lines[:count], nil)) {
			t.Errorf("from %d of its lines: they were changed, or %v", count, err)
		}
	}
	parent = copied()
	if more, _, err := train(nil, parent, string(text), "lab.steps=4"); err != nil || more.Steps != 4 {
		t.Errorf("more steps: %+v, %v", more, err)
	}
	// It has no checksums, and what its files say is compared all the same.
	parent = copied()
	if err := os.WriteFile(filepath.Join(parent, "a", resolvedName), bytes.Replace(text, []byte("100 N/m"), []byte("101 N/m"), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, notes, err := train(nil, parent, string(text)); err != nil || len(notes) != 1 {
		t.Errorf("a changed resolved.yaml: %q, %v", notes, err)
	}
}
