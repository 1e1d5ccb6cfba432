package insitu

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// A directory holds one training, however many steps it takes: its identity is
// that of the experiment it began with, and lab.steps may be another one later.
// The identity is not believed but computed from the files beside it.

// damaged is what is wrong with the files of a directory.
func damaged(dir, what string, err error) error {
	return &run.DirectoryError{Code: "E0602", Dir: dir, Cause: what + " was changed since the session began", Err: err,
		Help: "restore it from a copy, or train in another directory with --out; the journal beside it holds all measurements"}
}

// verify compares the files of a directory with its head.
func (h *head) verify(fsys atomicfile.FS, dir string) (resolved []byte, err error) {
	resolved, err = atomicfile.ReadFile(fsys, filepath.Join(dir, resolvedName), mostBytes)
	if err != nil {
		return nil, damaged(dir, resolvedName, err)
	}
	for _, f := range h.inputs() {
		if !filepath.IsLocal(filepath.FromSlash(f.Copy)) {
			return resolved, damaged(dir, headName, nil)
		}
		text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, filepath.FromSlash(f.Copy)), mostBytes)
		if sum := sha256.Sum256(text); err != nil || hex.EncodeToString(sum[:]) != f.SHA256 {
			return resolved, damaged(dir, f.Copy, err)
		}
	}
	if identity(resolved, h.Files) != h.Identity {
		return resolved, damaged(dir, resolvedName+", or the identity in "+headName+",", nil)
	}
	return resolved, nil
}

// inputs are all files that were copied into the directory.
func (h *head) inputs() []run.Input {
	if h.Start == nil {
		return h.Files
	}
	return append(h.Files[:len(h.Files):len(h.Files)], *h.Start)
}

// sameTraining compares two resolved experiments but for their number of steps.
func sameTraining(a, b []byte) bool {
	any := func(text []byte) []byte {
		file, err := spec.Parse("", text, "lab.steps=1")
		if err != nil {
			return nil
		}
		return file.Resolved()
	}
	x := any(a)
	return x != nil && bytes.Equal(x, any(b))
}

// belongs reports whether a directory is that of an experiment, which is resolved
// to text and reads the files of mine. Damage that the experiment itself can mend
// is no error, and broken says what it is.
func (h *head) belongs(fsys atomicfile.FS, dir string, mine *head, text []byte) (ours bool, broken error, err error) {
	resolved, broken := h.verify(fsys, dir)
	if h.Identity == mine.Identity {
		return true, broken, nil
	}
	same := sameTraining(resolved, text)
	if broken == nil {
		return same && run.SameInputs(h.Files, mine.Files), nil, nil
	}
	// The head may be what is damaged: the files beside it tell.
	whole := *h
	whole.Files, whole.Identity = mine.Files, identity(resolved, mine.Files)
	if _, wrong := whole.verify(fsys, dir); same && wrong == nil {
		h.Files, h.Identity = whole.Files, whole.Identity
		return true, broken, nil
	}
	return false, nil, broken
}

// mend writes what an experiment knows of its damaged directory. What is damaged beyond that is an error.
func (t *Training) mend(file *spec.File, mine *head) error {
	h := t.head
	if err := atomicfile.MakeDir(t.fs, filepath.Join(t.Dir, filesName)); err != nil {
		return err
	}
	if h.Identity == mine.Identity {
		if err := t.write(resolvedName, file.Resolved()); err != nil {
			return err
		}
		h.Files = mine.Files
	}
	for _, f := range h.Files {
		if err := t.write(f.Copy, f.Text); err != nil {
			return err
		}
	}
	if h.Start != nil && mine.Start != nil && h.Start.SHA256 == mine.Start.SHA256 {
		if err := t.write(h.Start.Copy, mine.Start.Text); err != nil {
			return err
		}
	}
	if _, err := h.verify(t.fs, t.Dir); err != nil {
		return err // where it began at is not known to the experiment
	}
	return run.WriteJSON(t.fs, filepath.Join(t.Dir, headName), h)
}

func (t *Training) write(name string, text []byte) error {
	return atomicfile.WriteFile(t.fs, filepath.Join(t.Dir, filepath.FromSlash(name)), text)
}

// choose finds the directory of a session: parent/name if it is free or holds the
// same experiment, else name-2 and so on; an exact name that holds another is an
// error. It is fresh if nothing is in it.
func (t *Training) choose(q Request, mine *head) (fresh bool, broken error, err error) {
	for n := 1; ; n++ {
		dir := filepath.Join(q.Parent, q.Name)
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", dir, n)
		}
		h, err := readHead(t.fs, dir)
		if errors.Is(err, fs.ErrNotExist) {
			// A run of `train` with this name is not to be mixed with a session.
			if _, other := atomicfile.ReadFile(t.fs, filepath.Join(dir, "manifest.json"), mostBytes); errors.Is(other, fs.ErrNotExist) {
				t.Dir, t.head = dir, mine
				return true, nil, nil
			}
			h = nil
		} else if err != nil && h == nil {
			return false, nil, err
		}
		cause := "holds another experiment"
		if h != nil {
			ours, broken, err := h.belongs(t.fs, dir, mine, q.File.Resolved())
			if err != nil {
				return false, nil, err
			}
			begun, err := t.startedOtherwise(dir, h, mine)
			if err != nil {
				return false, nil, err
			}
			if ours && !begun {
				t.Dir, t.head = dir, h
				return false, broken, nil
			}
			if ours {
				cause = "holds a session that began at another stiffness and has ended"
			}
		}
		if q.Exact {
			return false, nil, &run.DirectoryError{Code: "E0601", Dir: dir, Cause: cause, Help: "choose another --out, or leave --out away to get a new directory"}
		}
	}
}

// startedOtherwise reports whether a session has ended that began at another
// stiffness than the one that is asked for now. One that has not ended goes on.
func (t *Training) startedOtherwise(dir string, h, mine *head) (bool, error) {
	if mine.Start == nil || h.Start != nil && h.Start.SHA256 == mine.Start.SHA256 {
		return false, nil
	}
	log, err := readLog(t.fs, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && log.Stop != nil, err
}
