package insitu

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// mostJournal caps a journal that is read, bytes.
const mostJournal = 1 << 30

// Recorded is a session read back.
type Recorded struct {
	Dir string
	Lab *Lab
	Log *lab.Log
}

// Load reads the directory of a session; it may still be going on.
func Load(fsys atomicfile.FS, dir string) (*Recorded, error) {
	h, err := readHead(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, &run.DirectoryError{Code: "E0605", Dir: dir, Cause: "not the directory of a session: it has no " + headName, Help: "`elastrain lab train SPEC` makes one, below runs/"}
	}
	if err != nil {
		return nil, err
	}
	text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, resolvedName), mostBytes)
	if err != nil {
		return nil, err
	}
	file, err := spec.Parse(filepath.Join(dir, resolvedName), text)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, h.files(fsys, dir), experiment.Options{})
	if err != nil {
		return nil, err
	}
	r := &Recorded{Dir: dir}
	if r.Lab, err = Build(x, h.files(fsys, dir), Options{Folder: dir}); err != nil {
		return nil, err
	}
	if r.Log, err = readLog(fsys, dir); errors.Is(err, fs.ErrNotExist) {
		return nil, &run.DirectoryError{Code: "E0605", Dir: dir, Cause: "nothing was measured yet: there is no " + journalName, Help: "run `elastrain lab train` first"}
	}
	return r, err
}

func readLog(fsys atomicfile.FS, dir string) (*lab.Log, error) {
	path := filepath.Join(dir, journalName)
	text, err := atomicfile.ReadFile(fsys, path, mostJournal)
	if err != nil {
		return nil, err
	}
	return lab.ReadLog(path, bytes.NewReader(text))
}
