package main

import "github.com/elastrain/elastrain/experiment"

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
