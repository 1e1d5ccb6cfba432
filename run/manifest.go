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
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
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

	// Since files are sealed; absent in manifests of earlier versions.
	Training string   `json:"training,omitempty"` // the identity but for learn.epochs: with more of them a run goes on
	Epochs   int      `json:"epochs,omitempty"`   // learn.epochs
	Chosen   []string `json:"chosen,omitempty"`   // keys of resolved.yaml that the file left open; they are no part of the identity
	Spec     string   `json:"spec_sha256,omitempty"`
	Resolved string   `json:"resolved_sha256,omitempty"`
}

// Ancestor is the run that a retrained or damaged one came from.
type Ancestor struct {
	Run      string `json:"run"`
	Identity string `json:"identity"`
	Epoch    int    `json:"epoch"`
	Cut      []int  `json:"cut,omitempty"` // bonds cut since, from 1
}

// Identity is that of a run of an experiment which starts where its file says, with the files that it reads.
func Identity(file *spec.File, files []Input) string { return identity(file.Resolved(), files, nil) }

// identity is the SHA-256 of what a training depends on.
func identity(resolved []byte, files []Input, start []float64) string {
	h := sha256.New()
	part := func(b []byte) {
		var n [8]byte
		binary.LittleEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	part(resolved)
	for i := range files {
		part([]byte(files[i].Name))
		part([]byte(files[i].SHA256))
	}
	for _, k := range start {
		part(binary.LittleEndian.AppendUint64(nil, math.Float64bits(k)))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// resolved is a spec as a file.
func resolved(s spec.Spec) []byte { return (&spec.File{Spec: s}).Resolved() }

// training is the identity of a spec but for the number of epochs, unless the rate of every step depends on it.
func training(s spec.Spec, files []Input, start []float64) string {
	if s.Learn.Schedule != "cosine" {
		s.Learn.Epochs = 0
	}
	return identity(resolved(s), files, start)
}

// damaged is an error about a file of a run that is not as it was written.
func damaged(dir, cause string, err error, help string) error {
	return &DirectoryError{Code: "E0602", Dir: dir, Cause: cause, Err: err, Help: help}
}

// again is the way out where the experiment file tells what a damaged file held.
const again = "run the same `elastrain train` (retrain, damage) command again with this directory: it writes the file anew; or restore it from a copy"

// readManifest reads the manifest of a run; a missing one is fs.ErrNotExist.
func readManifest(fsys atomicfile.FS, dir string) (*Manifest, error) {
	text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, manifestName), mostBytes)
	if err != nil {
		return nil, err
	}
	m := new(Manifest)
	err = json.Unmarshal(text, m)
	if err == nil && m.Format != 1 {
		if _, broken := unseal(text); broken == nil {
			return nil, damaged(dir, fmt.Sprintf("the directory has format %d, and this program reads format 1", m.Format), errFormat, "use the version of elastrain that wrote it")
		}
	}
	if err == nil {
		var sealed bool
		if sealed, err = unseal(text); err == nil && !sealed && m.sealedOnce() {
			err = errSeal
		}
	}
	if err == nil {
		err = m.sound()
	}
	if err != nil {
		return nil, damaged(dir, "manifest.json is damaged", err, again)
	}
	return m, nil
}

// errFormat says that another version wrote a directory; nothing is written over it.
var errFormat = errors.New("another version wrote it")

// sealedOnce reports whether a version wrote the manifest that seals it.
func (m *Manifest) sealedOnce() bool {
	return m.Training != "" || m.Spec != "" || m.Resolved != "" || m.Epochs != 0 || m.Chosen != nil
}

// sound checks what a manifest without a seal can be checked for.
func (m *Manifest) sound() error {
	if m.Kind != "train" && m.Kind != "retrain" && m.Kind != "damage" {
		return fmt.Errorf("`%s` is no kind of run", m.Kind)
	}
	for _, f := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Copy)) || !strings.HasPrefix(f.Copy, filesName+"/") {
			return fmt.Errorf("the copy of %s is to be at %s, which is not in the folder %s of the run", f.Name, f.Copy, filesName)
		}
	}
	return nil
}

// verify looks whether the files that say what was trained are as they were
// written, and returns resolved.yaml and the names of those that are not. What an
// earlier version wrote is checked by recomputing the identity.
func (m *Manifest) verify(fsys atomicfile.FS, dir string) (text []byte, changed []string, err error) {
	read := func(name, sum string) ([]byte, error) {
		text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, filepath.FromSlash(name)), mostBytes)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err != nil || sum != "" && sumHex(text) != sum {
			changed = append(changed, name)
		}
		return text, nil
	}
	if text, err = read(resolvedName, m.Resolved); err != nil {
		return nil, nil, err
	}
	if m.Resolved == "" && changed == nil && identity(text, m.Files, m.Start) != m.Identity {
		changed = append(changed, resolvedName)
	}
	if _, err = read(specName, m.Spec); err != nil {
		return nil, nil, err
	}
	for _, f := range m.Files {
		if _, err = read(f.Copy, f.SHA256); err != nil {
			return nil, nil, err
		}
	}
	return text, changed, nil
}

// asked reads resolved.yaml and takes out what the program chose itself, so that
// the experiment is left as it was asked for. full is all of it.
func (m *Manifest) asked(name string, text []byte) (asked, full *spec.File, err error) {
	if full, err = spec.Parse(name, text); err != nil {
		return nil, nil, err
	}
	if len(m.Chosen) == 0 {
		return full, full, nil
	}
	s, err := full.Spec.Without(m.Chosen...)
	if err != nil {
		return nil, nil, err
	}
	asked, err = rewrite(name, s)
	return asked, full, err
}
