package run

import (
	"errors"
	"testing"
)

// A training that ranks have begun is no other process's to go on with: their state is in parts.
func TestRefusesWhatRanksHaveBegun(t *testing.T) {
	fsys, parent := memory(t)
	quickly(t)
	q := Request{File: parse(t, example("chain"), "learn.epochs=20"), FS: fsys, Parent: parent, Name: "a"}
	r, _ := trained(t, q)
	parts := Parts{FS: fsys, Dir: r.Dir}
	sum, err := parts.Write(r.Trainer.Steps, 0, 1, nil)
	check(t, err)
	check(t, parts.Commit(&PartsManifest{Ranks: 1, Files: []PartSum{sum}}))
	before := tree(t, fsys, r.Dir)
	q.File = parse(t, example("chain"), "learn.epochs=30")
	_, err = Open(q)
	var d *DirectoryError
	if !errors.As(err, &d) || d.Code != "E0601" {
		t.Fatalf("%v", err)
	}
	equal(t, "after it was refused", tree(t, fsys, r.Dir), before)
}

// A part that does not show in the folder of the process that commits was written elsewhere: the state before stays the one that counts.
func TestCommitMissesAPart(t *testing.T) {
	fsys, _ := memory(t)
	within := shownWithin
	shownWithin = 0
	t.Cleanup(func() { shownWithin = within })
	parts := Parts{FS: fsys, Dir: "a"}
	check(t, fsys.Mkdir("a"))
	first, err := parts.Write(1, 0, 1, nil)
	check(t, err)
	check(t, parts.Commit(&PartsManifest{Ranks: 1, Progress: Progress{Steps: 1}, Files: []PartSum{first}}))
	second, err := parts.Write(2, 0, 2, nil)
	check(t, err)
	lost := second
	lost.Name = "step-000000002-of-2/rank-1.ckpt"
	var d *DirectoryError
	if err := parts.Commit(&PartsManifest{Ranks: 2, Progress: Progress{Steps: 2}, Files: []PartSum{second, lost}}); !errors.As(err, &d) || d.Code != "E0603" {
		t.Fatal(err)
	}
	m, err := parts.Manifest()
	check(t, err)
	if m.Progress.Steps != 1 {
		t.Errorf("the state is that of step %d", m.Progress.Steps)
	}
	if _, err := parts.Open(m.Files[0]); err != nil {
		t.Error(err)
	}
}
