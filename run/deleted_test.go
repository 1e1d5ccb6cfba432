package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A run whose directory is deleted or moved while it is trained ends at the next checkpoint and says so; it makes no new directory of half a run there.
func TestDirectoryGoneWhileTrained(t *testing.T) {
	for _, moved := range []bool{false, true} {
		parent := t.TempDir()
		r, err := Open(Request{File: parse(t, example("chain"), "learn={method: adam, epochs: 30}"), Parent: parent, Name: "a", NoFigures: true})
		if err != nil {
			t.Fatal(err)
		}
		if moved {
			err = os.Rename(r.Dir, filepath.Join(parent, "b"))
		} else {
			err = os.RemoveAll(r.Dir)
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Train(context.Background())
		var gone *DirectoryError
		if !errors.As(err, &gone) || gone.Code != "E0603" || gone.Cause != "it was deleted or moved while it was trained" {
			t.Errorf("moved %v: %v", moved, err)
		}
		_ = r.Close() // it has no lock to leave
		if list, err := os.ReadDir(r.Dir); err == nil {
			t.Errorf("moved %v: %v are there again", moved, list)
		}
	}
}
