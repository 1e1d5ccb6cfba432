package autonomous

import (
	"fmt"
	"slices"
	"strings"
)

// Condition is one that a study can make worse step by step.
type Condition struct {
	Name   string
	Unit   string    // as files have it: fraction, m, or "" for numbers
	Values []float64 // that are usual
	Log    bool      // in pictures
	What   string    // title of the axis
	of     func(*Study) *float64
}

// Conditions are all of them.
func Conditions() []Condition {
	shares := []float64{0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5}
	return []Condition{
		{"messages", "fraction", []float64{0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5}, false, "messages lost (%)", func(s *Study) *float64 { return &s.Lost }},
		{"dead", "fraction", shares, false, "bonds dead (%)", func(s *Study) *float64 { return &s.Dead }},
		{"stuck", "fraction", shares, false, "bonds stuck anywhere (%)", func(s *Study) *float64 { return &s.Stuck }},
		{"flipped", "fraction", shares, false, "bonds with the wrong sign (%)", func(s *Study) *float64 { return &s.Flipped }},
		{"noisy", "fraction", []float64{0, 0.05, 0.1, 0.2, 0.5, 1}, false, "bonds with noisy gauges (%)", func(s *Study) *float64 { return &s.Noisy }},
		{"drift", "fraction", []float64{0, 0.01, 0.05, 0.1, 0.2, 0.5, 1}, false, "scatter of clocks (%)", func(s *Study) *float64 { return &s.Drift }},
		{"jitter", "fraction", []float64{0, 0.05, 0.1, 0.2, 0.5}, false, "jitter of ticks (%)", func(s *Study) *float64 { return &s.Jitter }},
		{"noise", "m", []float64{0, 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5}, false, "noise of readings (um)", func(s *Study) *float64 { return &s.Noise }},
		{"lifetime", "", []float64{30, 100, 300, 1000, 3000, 10000, 30000}, true, "mean life of a bond (samples shown)", func(s *Study) *float64 { return &s.Lifetime }},
		{"temperature", "fraction", []float64{0.001, 0.01, 0.1, 1, 3, 10, 30, 100}, true, "kT / mean energy of a bond", func(s *Study) *float64 { return &s.Heat }},
		{"site", "m", []float64{1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4}, true, "distance of places of attachment (um)", func(s *Study) *float64 { return &s.Site }},
	}
}

// FindCondition is the condition of a name.
func FindCondition(name string) (*Condition, error) {
	all := Conditions()
	i := slices.IndexFunc(all, func(c Condition) bool { return c.Name == name })
	if i < 0 {
		var names []string
		for _, c := range all {
			names = append(names, c.Name)
		}
		return nil, fmt.Errorf("no condition is called %q; there are %s", name, strings.Join(names, ", "))
	}
	return &all[i], nil
}

// Set changes the condition of a name, if there is one.
func (s *Study) Set(name string, v float64) {
	if c, err := FindCondition(name); err == nil {
		*c.of(s) = v
	}
}
