package run

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"

	"github.com/elastrain/elastrain/internal/atomicfile"
	"github.com/elastrain/elastrain/spec"
)

// Manifest says what a run directory belongs to.
type Manifest struct {
	Format    int       `json:"format"`              // of the directory; 1
	Kind      string    `json:"kind"`                // train, retrain or damage
	Identity  string    `json:"identity"`            // SHA-256 of the resolved spec, the files it reads and the start
	Overrides []string  `json:"overrides,omitempty"` // key=value given beside the spec
	Files     []Input   `json:"files,omitempty"`     // files the spec names, as they were
	Parent    *Ancestor `json:"parent,omitempty"`    // the run whose stiffness this one started from
	Start     []float64 `json:"start,omitempty"`     // that stiffness, N/m, of every element
}

// Input is a file that the spec names, copied into the run directory.
type Input struct {
	Name   string `json:"name"` // as the spec names it
	Copy   string `json:"copy"` // below the run directory
	SHA256 string `json:"sha256"`
	text   []byte
}

// Ancestor is the run that a retrained or damaged one came from.
type Ancestor struct {
	Run      string `json:"run"`
	Identity string `json:"identity"`
	Epoch    int    `json:"epoch"`
	Cut      []int  `json:"cut,omitempty"` // bonds cut since, from 1
}

const (
	manifestName    = "manifest.json"
	specName        = "spec.yaml"
	resolvedName    = "resolved.yaml"
	eventsName      = "events.jsonl"
	metricsName     = "metrics.csv"
	checkpointsName = "checkpoints"
	networkName     = "network.npz"
	resultName      = "result.json"
	environmentName = "environment.json"
	figuresName     = "figures"
	filesName       = "files"
	lockName        = "lock"
)

// mostCopyName is the bytes of a name that the copy of a file keeps.
const mostCopyName = 200

// mostBytes caps every file that is read back from a run directory.
const mostBytes = 1 << 30

// identify computes the identity of a manifest.
func (m *Manifest) identify(resolved []byte) {
	h := sha256.New()
	part := func(b []byte) {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	part(resolved)
	for i := range m.Files {
		part([]byte(m.Files[i].Name))
		part([]byte(m.Files[i].SHA256))
	}
	for _, k := range m.Start {
		part(binary.LittleEndian.AppendUint64(nil, math.Float64bits(k)))
	}
	m.Identity = hex.EncodeToString(h.Sum(nil))
}

// recorder reads the files a spec names and remembers them for the manifest.
type recorder struct {
	read  func(name string) ([]byte, error)
	files []Input
}

func (r *recorder) open(name string) ([]byte, error) {
	for i := range r.files {
		if r.files[i].Name == name {
			return r.files[i].text, nil
		}
	}
	if r.read == nil {
		return nil, errors.New("no files can be read here")
	}
	text, err := r.read(name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	r.files = append(r.files, Input{Name: name, Copy: fmt.Sprintf("%s/%d-%s", filesName, len(r.files)+1, atomicfile.Shorten(filepath.Base(name), mostCopyName)),
		SHA256: hex.EncodeToString(sum[:]), text: text})
	return text, nil
}

// DirectoryError is what is wrong with a run directory.
type DirectoryError struct {
	Code  string // E06xx
	Dir   string
	Cause string
	Help  string
	Err   error
}

func (e *DirectoryError) Error() string {
	s := e.Dir + ": " + e.Cause
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause below.
func (e *DirectoryError) Unwrap() error { return e.Err }

// readManifest reads the manifest of a run; a missing one is fs.ErrNotExist.
func readManifest(fsys atomicfile.FS, dir string) (*Manifest, error) {
	text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, manifestName), mostBytes)
	if err != nil {
		return nil, err
	}
	m := new(Manifest)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, &DirectoryError{Code: "E0602", Dir: dir, Cause: "manifest.json is damaged", Err: err, Help: "the checkpoints may still be whole; restore manifest.json from a copy, or train anew in another directory"}
	}
	if m.Format != 1 {
		return nil, &DirectoryError{Code: "E0602", Dir: dir, Cause: fmt.Sprintf("the directory has format %d, and this program reads format 1", m.Format), Help: "use the version of elastrain that wrote it"}
	}
	return m, nil
}

// choose finds the directory for an experiment: parent/name if it is free or
// holds the same experiment, else parent/name-2, name-3, ... An exact name
// that holds another experiment is an error, for nothing is overwritten.
func choose(fsys atomicfile.FS, parent, name string, exact bool, identity string) (dir string, fresh bool, err error) {
	for n := 1; ; n++ {
		dir = filepath.Join(parent, name)
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", dir, n)
		}
		m, err := readManifest(fsys, dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return dir, true, nil
		case err != nil:
			return "", false, err
		case m.Identity == identity:
			return dir, false, nil
		case exact:
			return "", false, &DirectoryError{Code: "E0601", Dir: dir, Cause: "holds another experiment", Help: "choose another --out, or leave --out away to get a new directory"}
		}
	}
}

// create writes the files that say what a run is; the manifest comes last,
// because it makes the directory a run.
func (r *Run) create(file *spec.File, resolved []byte) error {
	for _, dir := range []string{r.Dir, filepath.Join(r.Dir, checkpointsName), filepath.Join(r.Dir, figuresName)} {
		if err := atomicfile.MakeDir(r.fs, dir); err != nil {
			return err
		}
	}
	write := func(name string, text []byte) error {
		return atomicfile.WriteFile(r.fs, filepath.Join(r.Dir, name), text)
	}
	if err := write(specName, file.Text); err != nil {
		return err
	}
	if err := write(resolvedName, resolved); err != nil {
		return err
	}
	if len(r.Manifest.Files) > 0 {
		if err := atomicfile.MakeDir(r.fs, filepath.Join(r.Dir, filesName)); err != nil {
			return err
		}
	}
	for _, f := range r.Manifest.Files {
		if err := write(f.Copy, f.text); err != nil {
			return err
		}
	}
	return r.writeJSON(manifestName, r.Manifest)
}

// writeJSON writes a value as indented JSON with a final newline.
func (r *Run) writeJSON(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(r.fs, filepath.Join(r.Dir, name), append(text, '\n'))
}
