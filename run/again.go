package run

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// Again is the request that goes on with the run of a directory by what that holds alone: the experiment as it was
// given, the copies of its files, and where it started. More epochs (0: as they are) make it the longer training. Its end
// is that of the command which made the run, to the last bit.
func Again(fsys atomicfile.FS, dir string, epochs int, options experiment.Options) (Request, error) {
	q := Request{Parent: filepath.Dir(filepath.Clean(dir)), Name: filepath.Base(filepath.Clean(dir)), Exact: true, Options: options, FS: fsys}
	m, err := readManifest(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return q, &DirectoryError{Code: "E0605", Dir: dir, Cause: "not a run directory: it has no manifest.json",
			Help: "`elastrain train SPEC` makes one, below runs/"}
	}
	if err != nil {
		return q, err
	}
	text, changed, err := m.verify(fsys, dir)
	if err != nil {
		return q, err
	}
	if len(changed) > 0 {
		return q, damaged(dir, strings.Join(changed, ", ")+" is missing, or was changed since the run was trained", nil, again)
	}
	asked, _, err := m.asked(filepath.Join(dir, resolvedName), text)
	if err != nil {
		return q, err
	}
	q.Kind, q.Ancestor, q.Start, q.Overrides = m.Kind, m.Parent, m.Start, m.Overrides
	q.Files = (&Trained{Dir: dir, Manifest: m}).Files(fsys)
	names, err := fsys.List(dir)
	q.NoFigures = err == nil && !slices.Contains(names, figuresName)
	if q.File, err = m.given(fsys, dir, m.Overrides); err != nil || identity(q.File.Resolved(), m.Files, m.Start) != m.Identity {
		q.File = asked // an earlier version read the file otherwise
	}
	if epochs == 0 || epochs == asked.Spec.Learn.Epochs {
		return q, nil
	}
	if epochs < asked.Spec.Learn.Epochs {
		return q, &DirectoryError{Code: "E0601", Dir: dir, Cause: fmt.Sprintf("it is asked for %d epochs, and %d are fewer", asked.Spec.Learn.Epochs, epochs),
			Help: "ask for more, or train anew with --out"}
	}
	if asked.Spec.Learn.Schedule == "cosine" {
		return q, &DirectoryError{Code: "E0601", Dir: dir, Cause: "with `schedule: cosine` another number of epochs is another training", Help: "train it anew with --out"}
	}
	more := fmt.Sprintf("learn.epochs=%d", epochs)
	if m.Kind == "train" {
		q.Overrides = append(slices.DeleteFunc(slices.Clone(m.Overrides), func(o string) bool { return strings.HasPrefix(o, "learn.epochs=") }), more)
		q.File, err = m.given(fsys, dir, q.Overrides)
		return q, err
	}
	s := asked.Spec
	s.Learn.Epochs = epochs
	q.File, err = rewrite(asked.Name, s)
	return q, err
}

// given is the experiment file of a run as it was given. That of a retrained or damaged run has its changes in it.
func (m *Manifest) given(fsys atomicfile.FS, dir string, overrides []string) (*spec.File, error) {
	path := filepath.Join(dir, specName)
	text, err := atomicfile.ReadFile(fsys, path, mostBytes)
	if err != nil {
		return nil, err
	}
	if m.Kind != "train" {
		overrides = nil
	}
	return spec.Parse(path, text, overrides...)
}
