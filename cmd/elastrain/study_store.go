package main

import (
	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run/trials"
	"github.com/elastrain/elastrain/task"
)

// studyStore keeps the finished parts of a study below its directory.
type studyStore struct{ *trials.Store }

func openStudy(fsys atomicfile.FS, dir string) (*studyStore, error) {
	s, err := trials.Open(fsys, dir)
	return &studyStore{s}, err
}

// load reads a part into v. A file that is damaged, or was made with something else, counts as none.
func (s *studyStore) load(name, made string, v any) (found bool, err error) {
	return s.Load(name, made, v)
}

// save writes a part.
func (s *studyStore) save(name, made string, v any) error { return s.Save(name, made, v) }

// madeWith is a digest of what the parts of a study depend on: its settings, and the file and training data of each experiment.
func madeWith(settings any, list ...*experiment.Experiment) (string, error) {
	var of []trials.Source
	for _, x := range list {
		of = append(of, trials.Source{Resolved: x.File.Resolved(), Sets: []*task.Set{x.Train}})
	}
	return trials.Made(settings, of...)
}
