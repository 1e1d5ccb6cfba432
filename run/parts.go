package run

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/checkpoint"
)

// A training that several processes share keeps its state in parts: each process writes a file of its own into a folder of the
// epoch, and when all are safe one of them writes the manifest, which names them. So the state is that of one epoch at every
// instant, and what a crash left of a later one is not looked at.

// Parts is the folder of such a state.
type Parts struct {
	FS  atomicfile.FS
	Dir string // of the run
}

// PartsManifest is what a state in parts is made of.
type PartsManifest struct {
	Progress Progress  `json:"progress"`
	FirstKKT float64   `json:"first_kkt"`
	Ranks    int       `json:"ranks"`
	Files    []PartSum `json:"files"` // one for each rank
}

// PartSum is a file of a state in parts.
type PartSum struct {
	Name   string `json:"name"` // in the folder ranks
	SHA256 string `json:"sha256"`
}

const (
	partsName    = "ranks"
	partsHead    = "manifest.ckpt"
	sectionParts = "manifest"
)

func (p Parts) path(name string) string {
	return filepath.Join(p.Dir, partsName, filepath.FromSlash(name))
}

// folder of a state: steps, not epochs, tell two of a long epoch apart.
func partsFolder(steps, ranks int) string { return fmt.Sprintf("step-%09d-of-%d", steps, ranks) }

// Write writes the part of one rank. It counts when Commit has named it.
func (p Parts) Write(steps, rank, ranks int, sections []checkpoint.Section) (PartSum, error) {
	s := PartSum{Name: fmt.Sprintf("%s/rank-%d.ckpt", partsFolder(steps, ranks), rank)}
	sum, err := checkpoint.Write(p.FS, p.path(s.Name), sections)
	s.SHA256 = hex.EncodeToString(sum[:])
	return s, err
}

// shownWithin is how long a network file system may take to show a file to another machine.
var shownWithin = 30 * time.Second

// seen waits until a part shows in the folder of this process. One that never does was written elsewhere, and would be missed
// by the next process that goes on.
func (p Parts) seen(s PartSum) error {
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		f, err := p.FS.Open(p.path(s.Name))
		if err == nil {
			return f.Close()
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return &atomicfile.Error{Op: "open", Path: p.path(s.Name), Err: err}
		}
		if time.Since(began) > shownWithin {
			return &DirectoryError{Code: "E0603", Dir: p.Dir, Cause: fmt.Sprintf("%s/%s was written by its rank, and is not there for rank 0", partsName, s.Name),
				Help: "all ranks must see the same directory: give --out a folder that all machines share"}
		}
	}
}

// Commit makes parts that are all written the state, and removes what they replace.
func (p Parts) Commit(m *PartsManifest) error {
	for _, s := range m.Files {
		if err := p.seen(s); err != nil {
			return err
		}
	}
	head, err := checkpoint.JSON(sectionParts, m)
	if err != nil {
		return err
	}
	if _, err := checkpoint.Write(p.FS, p.path(partsHead), []checkpoint.Section{head}); err != nil {
		return err
	}
	names, err := p.FS.List(p.path(""))
	if err != nil {
		return &atomicfile.Error{Op: "list", Path: p.path(""), Err: err}
	}
	keep := []string{partsHead, partsFolder(m.Progress.Steps, m.Ranks)}
	for _, name := range names {
		if slices.Contains(keep, name) {
			continue
		}
		files, err := p.FS.List(p.path(name))
		if err != nil {
			continue // the next Commit tries again
		}
		for _, file := range files {
			_ = p.FS.Remove(p.path(name + "/" + file)) // the next Commit tries again
		}
		_ = p.FS.Remove(p.path(name)) // likewise
	}
	return nil
}

// begun is whether some process has tried to keep a state here, which need not count.
func (p Parts) begun() bool {
	_, err := p.FS.List(p.path(""))
	return err == nil
}

// Manifest is the state that counts; nil where there is none.
func (p Parts) Manifest() (*PartsManifest, error) {
	sections, err := checkpoint.Read(p.FS, p.path(partsHead))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	m := new(PartsManifest)
	var head checkpoint.Section
	if err == nil {
		head, err = checkpoint.Find(sections, sectionParts)
	}
	if err == nil {
		err = head.JSON(m)
	}
	if err == nil && len(m.Files) != m.Ranks {
		err = fmt.Errorf("%w: it names %d files of %d ranks", checkpoint.ErrDamaged, len(m.Files), m.Ranks)
	}
	if err != nil {
		return nil, p.damaged(partsHead, err)
	}
	return m, nil
}

// Open reads a file of the state.
func (p Parts) Open(s PartSum) ([]checkpoint.Section, error) {
	text, err := atomicfile.ReadFile(p.FS, p.path(s.Name), checkpoint.MaxSize)
	if err == nil && sumHex(text) != s.SHA256 {
		err = fmt.Errorf("%w: it is not what was written", checkpoint.ErrDamaged)
	}
	var sections []checkpoint.Section
	if err == nil {
		sections, err = checkpoint.Decode(text)
	}
	if err != nil {
		return nil, p.damaged(s.Name, err)
	}
	return sections, nil
}

func (p Parts) damaged(name string, err error) error {
	return &DirectoryError{Code: "E0602", Dir: p.Dir, Cause: partsName + "/" + name + " cannot be used", Err: err,
		Help: "every rank must see the directory; restore the folder " + partsName + " from a copy, or train anew with another --out"}
}
