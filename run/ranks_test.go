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
