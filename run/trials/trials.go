// Package trials keeps what a study of many trials has finished below its directory, a file each, so that a study which was stopped goes on with
// those that are missing.
//
// Its one idea: a file says what it was made with, and a sum over its text. One of another study, or a damaged one, counts as none and is made anew.
package trials

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/task"
)

// Store is the trials of a study. As long as it is open nobody else writes into the directory.
type Store struct {
	fs   atomicfile.FS
	dir  string
	lock *atomicfile.HeldLock
}

// Alike are trials that are all made with the same.
type Alike struct {
	*Store
	Made string
}

// Load is Load of the Store.
func (a *Alike) Load(name string, trial any) (bool, error) { return a.Store.Load(name, a.Made, trial) }

// Save is Save of the Store.
func (a *Alike) Save(name string, trial any) error { return a.Store.Save(name, a.Made, trial) }

// Source is an experiment that trials depend on: its resolved file, and samples.
type Source struct {
	Resolved []byte
	Sets     []*task.Set
}

// kept is the file of a trial.
type kept struct {
	Format int             `json:"format"`
	Made   string          `json:"made_with_sha256"`
	Sum    string          `json:"trial_sha256"`
	Trial  json.RawMessage `json:"trial"`
}

// most is how many bytes a file of a trial may have.
const most = 1 << 30

// Made is a sum over what trials depend on: what a study asks for, and experiments.
func Made(study any, of ...Source) (string, error) {
	text, err := json.Marshal(study)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(text)
	var word [8]byte
	for _, source := range of {
		h.Write(source.Resolved)
		for _, set := range source.Sets {
			for _, list := range [][]float64{set.F, set.Want} {
				for _, v := range list {
					binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
					h.Write(word[:])
				}
			}
			for _, class := range set.Class {
				binary.LittleEndian.PutUint32(word[:4], uint32(class))
				h.Write(word[:4])
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Open opens the trials below the directory of a study, and makes it where it is not there.
func Open(fsys atomicfile.FS, dir string) (*Store, error) {
	s := &Store{fs: fsys, dir: filepath.Join(dir, "trials")}
	if err := atomicfile.MakeDir(fsys, s.dir); err != nil {
		return nil, err
	}
	var err error
	if s.lock, err = atomicfile.Lock(filepath.Join(dir, "lock")); err != nil {
		return nil, err
	}
	for _, d := range []string{dir, s.dir} {
		if err := atomicfile.RemoveTemps(fsys, d); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// Close lets others write there.
func (s *Store) Close() error { return s.lock.Unlock() }

func (s *Store) path(name string) string { return filepath.Join(s.dir, name+".json") }

// Load reads a trial into what a pointer points to. It reports false where there is none, or none that can be trusted.
func (s *Store) Load(name, made string, trial any) (bool, error) {
	text, err := atomicfile.ReadFile(s.fs, s.path(name), most)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var k kept
	return json.Unmarshal(text, &k) == nil && k.Format == 1 && k.Made == made && k.Sum == sum(k.Trial) && json.Unmarshal(k.Trial, trial) == nil, nil
}

// Save keeps a trial.
func (s *Store) Save(name, made string, trial any) error {
	text, err := json.Marshal(trial)
	if err != nil {
		return err
	}
	file, err := json.Marshal(kept{1, made, sum(text), text})
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(s.fs, s.path(name), append(file, '\n'))
}

func sum(text []byte) string {
	s := sha256.Sum256(text)
	return hex.EncodeToString(s[:])
}
