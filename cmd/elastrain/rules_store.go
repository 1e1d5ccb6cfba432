package main

import (
	"fmt"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/rules"
)

// rulesStore keeps the trials of a comparison of rules.
type rulesStore struct {
	*studyStore
	base string // what all trials of the study depend on, but for rule and seed
}

func openRulesStore(fsys atomicfile.FS, dir string, x *experiment.Experiment, study *rules.Study) (*rulesStore, error) {
	of := *study
	of.Names, of.Seeds, of.Bench.Seed, of.Budget = nil, 0, 0, study.Loads(x)
	base, err := madeWith(of, x)
	if err != nil {
		return nil, err
	}
	s, err := openStudy(fsys, dir)
	return &rulesStore{s, base}, err
}

func (s *rulesStore) name(rule string, seed uint64) string { return fmt.Sprintf("%s-%d", rule, seed) }

// Load implements rules.Store.
func (s *rulesStore) Load(name string, seed uint64) (*rules.Trial, error) {
	var t rules.Trial
	found, err := s.load(s.name(name, seed), s.base, &t)
	if !found || t.Rule != name || t.Seed != seed || len(t.Steps) == 0 {
		return nil, err
	}
	return &t, nil
}

// Save implements rules.Store.
func (s *rulesStore) Save(t *rules.Trial) error { return s.save(s.name(t.Rule, t.Seed), s.base, t) }
