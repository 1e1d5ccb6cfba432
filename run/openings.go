package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
)

// openingsName is how often the test part was looked at after the training.
const openingsName = "openings.json"

// mostOpenings caps that file, bytes.
const mostOpenings = 1 << 10

type openings struct {
	Format int    `json:"format"`
	Test   int    `json:"test_part_opened"` // times
	For    string `json:"open_for,omitempty"`
}

// Opens counts that the test part of a run, or of a session, is looked at once more, and tells how often that was. A test part says
// what a network is worth once, when all is chosen.
func (t *Trained) Opens(fsys atomicfile.FS) (times int, err error) {
	now, err := readOpenings(fsys, t.Dir)
	if err != nil {
		return 0, err
	}
	now.Test++
	return now.Test, now.write(fsys, t.Dir)
}

// OpensFor counts that a study looks at a test part, in the directory of the study, and tells how often that was. The study says by a word what it is:
// the same one shows the same numbers, so one that goes on after a stop, or that is repeated, does not count again.
func OpensFor(fsys atomicfile.FS, dir, study string) (times int, err error) {
	now, err := readOpenings(fsys, dir)
	if err != nil || now.For == study {
		return now.Test, err
	}
	now.Test++
	now.For = study
	return now.Test, now.write(fsys, dir)
}

func readOpenings(fsys atomicfile.FS, dir string) (openings, error) {
	now := openings{Format: 1}
	text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, openingsName), mostOpenings)
	if errors.Is(err, fs.ErrNotExist) {
		return now, nil
	}
	if err != nil {
		return now, err
	}
	err = json.Unmarshal(text, &now)
	if err != nil || now.Format != 1 || now.Test < 0 {
		return now, &DirectoryError{Code: "E0602", Dir: dir, Cause: openingsName + " is damaged", Err: err, Help: "it holds how often the test part was opened; write {\"format\": 1, \"test_part_opened\": N}"}
	}
	return now, nil
}

func (o *openings) write(fsys atomicfile.FS, dir string) error {
	return WriteJSON(fsys, filepath.Join(dir, openingsName), o)
}

// Ordinal is a number in an order: 1st, 2nd, 3rd, 11th.
func Ordinal(n int) string {
	end := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			end = "st"
		case 2:
			end = "nd"
		case 3:
			end = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, end)
}
