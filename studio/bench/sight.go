package bench

import (
	"math"
	"slices"
	"sync"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/run/insitu"
)

// sight says of a photograph what was seen and what theory expects, so that a person can judge it. It computes with a lab
// of its own: that of the session belongs to the session.
type sight struct {
	mu   sync.Mutex
	lab  *insitu.Lab
	bad  bool        // no lab can be made for it
	k    []float64   // what the lattice is set to
	load []lab.Force // that hangs
	zero []lab.Mark  // the unloaded lattice, as it was last accepted
}

// mostSighted is the most nodes of which a page is told one by one.
const mostSighted = 3000

// Seen is a node in a photograph. Lengths are in m.
type Seen struct {
	Node  int        `json:"node"` // from 1
	Seen  bool       `json:"seen"`
	At    [2]float64 `json:"at"`
	Sigma float64    `json:"sigma,omitempty"`
	// Moved is from where the unloaded lattice was seen last; absent where it was not.
	Moved *[2]float64 `json:"moved,omitempty"`
	// Predicted is what theory says of that, at the stiffness that was asked for.
	Predicted *[2]float64 `json:"predicted,omitempty"`
}

func (s *sight) set(k []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.k = slices.Clone(k)
}

// done takes note of a wish that a person has followed.
func (s *sight) done(w driver.Wish, said string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case w.Kind == driver.ToLoad && said == "done":
		s.load = nil
		for _, a := range w.Actions {
			if a.Node > 0 {
				s.load = append(s.load, lab.Force{Node: a.Node - 1, F: a.F})
			}
		}
	case w.Kind == driver.ToSet && said == "done":
		s.k, s.zero = slices.Clone(w.Set), nil
	case w.Kind == driver.ToJudge && said == "accept" && len(s.load) == 0:
		s.zero = slices.Clone(w.Marks)
	}
}

// look is what a photograph shows.
func (s *sight) look(q *insitu.Request, marks []lab.Mark) []Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(marks) > mostSighted {
		return nil
	}
	seen := make([]Seen, len(marks))
	var u []float64
	if s.zero != nil && len(s.load) > 0 {
		u = s.predict(q)
	}
	for i, m := range marks {
		seen[i] = Seen{Node: i + 1, Seen: m.Seen, Sigma: m.Sigma}
		if !m.Seen {
			continue
		}
		seen[i].At = [2]float64{m.X[0], m.X[1]}
		if i < len(s.zero) && s.zero[i].Seen {
			seen[i].Moved = &[2]float64{m.X[0] - s.zero[i].X[0], m.X[1] - s.zero[i].X[1]}
		}
		if len(u) >= 2*len(marks) {
			seen[i].Predicted = &[2]float64{u[2*i], u[2*i+1]}
		}
	}
	return seen
}

// predict is the displacements under the load (m, node-major), nil where theory has none. It is called with the lock.
func (s *sight) predict(q *insitu.Request) []float64 {
	if s.lab == nil && !s.bad {
		x, err := experiment.Build(q.File, q.Files, experiment.Options{AsAsked: true})
		if err == nil {
			s.lab, err = insitu.Build(x, q.Files, insitu.Options{Folder: q.Options.Folder})
		}
		s.bad = err != nil // the session could be opened, so this is a lattice that only theory refuses
	}
	if s.bad || s.k == nil || s.lab.Experiment.Network.Dim != 2 {
		return nil
	}
	u, err := s.lab.Predict(s.k, s.load)
	if err != nil || slices.ContainsFunc(u, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
		return nil // nothing is shown rather than something wrong
	}
	return u
}
