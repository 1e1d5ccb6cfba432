package main

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
	"github.com/elastrain/elastrain/experiment"
)

// studyStore keeps the finished parts of a study below its directory, a file each, so that a study which was stopped or killed goes on with those
// that are missing. One program at a time writes there.
type studyStore struct {
	fs   atomicfile.FS
	dir  string
	lock *atomicfile.HeldLock
}

// keptTrial is a file of a part. What it was made with is part of it: another study makes it anew.
type keptTrial struct {
	Format int             `json:"format"`
	Made   string          `json:"made_with_sha256"`
	Sum    string          `json:"trial_sha256"`
	Trial  json.RawMessage `json:"trial"`
}

// mostTrial is how many bytes a file of a part may have.
const mostTrial = 1 << 30

// openStudy opens the folder of trials below the directory of a study.
func openStudy(fsys atomicfile.FS, dir string) (*studyStore, error) {
	s := &studyStore{fs: fsys, dir: filepath.Join(dir, "trials")}
	err := atomicfile.MakeDir(fsys, s.dir)
	if err != nil {
		return nil, err
	}
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
func (s *studyStore) Close() error { return s.lock.Unlock() }

// load reads a part into v. A file that is damaged, or was made with something else, counts as none.
func (s *studyStore) load(name, made string, v any) (found bool, err error) {
	text, err := atomicfile.ReadFile(s.fs, filepath.Join(s.dir, name+".json"), mostTrial)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var kept keptTrial
	return json.Unmarshal(text, &kept) == nil && kept.Format == 1 && kept.Made == made && kept.Sum == digest(kept.Trial) && json.Unmarshal(kept.Trial, v) == nil, nil
}

// save writes a part.
func (s *studyStore) save(name, made string, v any) error {
	trial, err := json.Marshal(v)
	if err != nil {
		return err
	}
	text, err := json.Marshal(keptTrial{1, made, digest(trial), trial})
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(s.fs, filepath.Join(s.dir, name+".json"), append(text, '\n'))
}

// madeWith is a digest of what the parts of a study depend on: its settings, and the file and training data of each experiment.
func madeWith(settings any, list ...*experiment.Experiment) (string, error) {
	text, err := json.Marshal(settings)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(text)
	for _, x := range list {
		h.Write(x.File.Resolved())
		var word [8]byte
		for _, numbers := range [][]float64{x.Train.F, x.Train.Want} {
			for _, v := range numbers {
				binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
				h.Write(word[:])
			}
		}
		for _, class := range x.Train.Class {
			binary.LittleEndian.PutUint32(word[:4], uint32(class))
			h.Write(word[:4])
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
