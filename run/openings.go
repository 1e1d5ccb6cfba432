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
	Format int `json:"format"`
	Test   int `json:"test_part_opened"` // times
}

// Opens counts that the test part of a run, or of a session, is looked at once more, and tells how often that was. A test part says
// what a network is worth once, when all is chosen.
func (t *Trained) Opens(fsys atomicfile.FS) (times int, err error) {
	path := filepath.Join(t.Dir, openingsName)
	text, err := atomicfile.ReadFile(fsys, path, mostOpenings)
	now := openings{Format: 1}
	if err == nil {
		err = json.Unmarshal(text, &now)
		if err != nil || now.Format != 1 || now.Test < 0 {
			return 0, &DirectoryError{Code: "E0602", Dir: t.Dir, Cause: openingsName + " is damaged", Err: err, Help: "it holds how often the test part was opened; write {\"format\": 1, \"test_part_opened\": N}"}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	now.Test++
	return now.Test, WriteJSON(fsys, path, &now)
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
