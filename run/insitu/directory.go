package insitu

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

const (
	headName     = "lab.json"
	specName     = "spec.yaml"
	resolvedName = "resolved.yaml"
	journalName  = "journal.jsonl"
	outcomeName  = "outcome.json"
	tableName    = "stiffness.csv"
	figuresName  = "figures"
	filesName    = "files"
	lockName     = "lock"
	startCopy    = filesName + "/start.csv"
)

// mostBytes caps every file that is read back, but for the journal.
const mostBytes = 1 << 28

// head says what a directory belongs to.
type head struct {
	Format    int         `json:"format"`   // of the directory; 1
	Identity  string      `json:"identity"` // SHA-256 of the resolved spec and the files it reads
	Overrides []string    `json:"overrides,omitempty"`
	Files     []run.Input `json:"files,omitempty"`
	Steps     int         `json:"steps,omitempty"` // asked for last; 0: as in the resolved spec
	Start     *run.Input  `json:"start,omitempty"` // the table of the stiffness at the start, where it was given
}

func identity(resolved []byte, files []run.Input) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%s", len(resolved), resolved)
	for _, f := range files {
		fmt.Fprintf(h, "%q %s\n", f.Name, f.SHA256)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readHead reads the head of a directory; a missing one is fs.ErrNotExist. Beside the error about
// a damaged one comes an empty head, where the experiment can write it anew.
func readHead(fsys atomicfile.FS, dir string) (*head, error) {
	text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, headName), mostBytes)
	if err != nil {
		return nil, err
	}
	h := new(head)
	if err := json.Unmarshal(text, h); err != nil {
		h = &head{Format: 1}
		if _, err := atomicfile.ReadFile(fsys, filepath.Join(dir, startCopy), mostBytes); !errors.Is(err, fs.ErrNotExist) {
			h = nil // where it began at is not known to whoever would mend it
		}
		return h, &run.DirectoryError{Code: "E0602", Dir: dir, Cause: headName + " is damaged", Err: err,
			Help: "restore it from a copy; the journal beside it holds all measurements"}
	}
	if h.Format != 1 {
		return nil, &run.DirectoryError{Code: "E0602", Dir: dir, Cause: fmt.Sprintf("%s has the format %d, and this program reads format 1", headName, h.Format),
			Help: "use the version of elastrain that wrote it"}
	}
	return h, nil
}

// startOf is the stiffness that the session of a directory began at (N/m), nil
// where that is the one of its experiment.
func (h *head) startOf(fsys atomicfile.FS, dir string, x *experiment.Experiment) ([]float64, error) {
	if h.Start == nil {
		return nil, nil
	}
	path := filepath.Join(dir, filepath.FromSlash(h.Start.Copy))
	text, err := atomicfile.ReadFile(fsys, path, mostBytes)
	if err != nil {
		return nil, err
	}
	return (&Start{Name: path, Text: string(text)}).read(x)
}

// create writes what says to whom a directory belongs; the head comes last.
func create(fsys atomicfile.FS, dir string, file *spec.File, h *head) error {
	for _, d := range []string{dir, filepath.Join(dir, figuresName), filepath.Join(dir, filesName)} {
		if err := atomicfile.MakeDir(fsys, d); err != nil {
			return err
		}
	}
	write := func(name string, text []byte) error {
		return atomicfile.WriteFile(fsys, filepath.Join(dir, name), text)
	}
	if err := errors.Join(write(specName, file.Text), write(resolvedName, file.Resolved())); err != nil {
		return err
	}
	for _, f := range h.inputs() {
		if err := write(f.Copy, f.Text); err != nil {
			return err
		}
	}
	return run.WriteJSON(fsys, filepath.Join(dir, headName), h)
}

// files reads the files of a session from its directory.
func (h *head) files(fsys atomicfile.FS, dir string) experiment.Files {
	return func(name string) ([]byte, error) {
		for _, f := range h.Files {
			if f.Name == name && filepath.IsLocal(filepath.FromSlash(f.Copy)) {
				return atomicfile.ReadFile(fsys, filepath.Join(dir, filepath.FromSlash(f.Copy)), mostBytes)
			}
		}
		return nil, fs.ErrNotExist
	}
}
