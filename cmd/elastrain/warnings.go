package main

import (
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
)

// notes prints what the files of an experiment did not say as this program needs it: columns
// that were not read, numbers that were kept.
func (s *session) notes(x *experiment.Experiment) {
	for _, n := range x.Notes {
		s.Notef("note: %s\n", n)
	}
}

// notesOf is notes of a subject: of a run they were told when it was trained.
func (s *session) notesOf(subject *cli.Subject) {
	if subject.Trained == nil {
		s.notes(subject.Experiment)
	}
}

// warnings prints what is to be known of the numbers above.
func (s *session) warnings(list []experiment.Warning) {
	for _, w := range list {
		s.Printf("\nwarning[%s]: %s\n", w.Code, w.Text)
		if w.Help != "" {
			s.Printf("  = help: %s\n", w.Help)
		}
		s.Printf("  = note: more: elastrain explain %s\n", w.Code)
	}
}
