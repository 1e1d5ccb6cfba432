package run

import (
	"bytes"
	"path/filepath"
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/spec"
)

// Given is the experiment of a run as somebody may go on with it: the file as it was given, with the changes to it, or where that says something
// else than the run (a longer one, an earlier version of the format) what it says in full.
func (t *Trained) Given(fsys atomicfile.FS) (text []byte, overrides []string) {
	full := t.File.Resolved()
	if t.Manifest.Kind == "train" {
		overrides = slices.Clone(t.Manifest.Overrides)
	}
	text, err := atomicfile.ReadFile(fsys, filepath.Join(t.Dir, specName), mostBytes)
	if err == nil {
		if file, bad := spec.Parse(specName, text, overrides...); bad == nil && bytes.Equal(file.Resolved(), full) {
			return text, overrides
		}
	}
	return full, nil
}
