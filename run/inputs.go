package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
)

// Input is a file that the spec names, copied into the directory.
type Input struct {
	Name   string `json:"name"` // as the spec names it
	Copy   string `json:"copy"` // below the directory
	SHA256 string `json:"sha256"`
	Text   []byte `json:"-"` // of one that was read just now
}

// SameInputs compares the names and contents of files.
func SameInputs(a, b []Input) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].SHA256 != b[i].SHA256 {
			return false
		}
	}
	return true
}

// Recorder reads the files that a spec names, and remembers them.
type Recorder struct {
	Read  func(name string) ([]byte, error) // nil: none can be read
	Files []Input
}

// mostCopyName is the bytes of a name that the copy of a file keeps.
const mostCopyName = 200

// Open reads a file, once.
func (r *Recorder) Open(name string) ([]byte, error) {
	for i := range r.Files {
		if r.Files[i].Name == name {
			return r.Files[i].Text, nil
		}
	}
	if r.Read == nil {
		return nil, errors.New("no files can be read here")
	}
	text, err := r.Read(name)
	if err != nil {
		return nil, err
	}
	r.Files = append(r.Files, Input{Name: name, Copy: fmt.Sprintf("%s/%d-%s", filesName, len(r.Files)+1, atomicfile.Shorten(filepath.Base(name), mostCopyName)),
		SHA256: sumHex(text), Text: text})
	return text, nil
}

// JSON is a value as it stands in a file of a directory: indented, with a final newline.
func JSON(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	return append(text, '\n'), err
}

// WriteJSON writes a value into a file.
func WriteJSON(fsys atomicfile.FS, path string, v any) error {
	text, err := JSON(v)
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(fsys, path, text)
}
