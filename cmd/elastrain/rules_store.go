package main

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

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/rules"
)

// rulesStore keeps trials below the directory of a study, a file each, so that a study which was stopped goes on.
type rulesStore struct {
	fs   atomicfile.FS
	dir  string
	base string // what all trials of the study depend on, but for rule and seed
	lock *atomicfile.HeldLock
}

// keptTrial is a file of a trial. What it was made with is part of it: another study makes it anew.
type keptTrial struct {
	Format int             `json:"format"`
	Made   string          `json:"made_with_sha256"`
	Sum    string          `json:"trial_sha256"`
	Trial  json.RawMessage `json:"trial"`
}

// mostTrial is how many bytes a file of a trial may have.
const mostTrial = 1 << 30

func openRulesStore(fsys atomicfile.FS, dir string, x *experiment.Experiment, study *rules.Study) (*rulesStore, error) {
	of := *study
	of.Names, of.Seeds, of.Bench.Seed, of.Budget = nil, 0, 0, study.Loads(x)
	text, err := json.Marshal(of)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	h.Write(text)
	h.Write(x.File.Resolved())
	var word [8]byte
	for _, list := range [][]float64{x.Train.F, x.Train.Want} {
		for _, v := range list {
			binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
			h.Write(word[:])
		}
	}
	for _, class := range x.Train.Class {
		binary.LittleEndian.PutUint32(word[:4], uint32(class))
		h.Write(word[:4])
	}
	s := &rulesStore{fs: fsys, dir: filepath.Join(dir, "trials"), base: hex.EncodeToString(h.Sum(nil))}
	if err := atomicfile.MakeDir(fsys, s.dir); err != nil {
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
func (s *rulesStore) Close() error { return s.lock.Unlock() }

func (s *rulesStore) path(name string, seed uint64) string {
	return filepath.Join(s.dir, fmt.Sprintf("%s-%d.json", name, seed))
}

// Load implements rules.Store. A file that is damaged, or of another study, counts as none.
func (s *rulesStore) Load(name string, seed uint64) (*rules.Trial, error) {
	text, err := atomicfile.ReadFile(s.fs, s.path(name, seed), mostTrial)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var kept keptTrial
	var t rules.Trial
	if json.Unmarshal(text, &kept) != nil || kept.Format != 1 || kept.Made != s.base || kept.Sum != digest(kept.Trial) ||
		json.Unmarshal(kept.Trial, &t) != nil || t.Rule != name || t.Seed != seed || len(t.Steps) == 0 {
		return nil, nil
	}
	return &t, nil
}

// Save implements rules.Store.
func (s *rulesStore) Save(t *rules.Trial) error {
	trial, err := json.Marshal(t)
	if err != nil {
		return err
	}
	text, err := json.Marshal(keptTrial{1, s.base, digest(trial), trial})
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(s.fs, s.path(t.Rule, t.Seed), append(text, '\n'))
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
