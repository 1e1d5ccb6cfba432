package run

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// Version of this program; the build sets it.
var Version = "0.1.0-dev"

// Environment is what may differ between two runs of the same experiment.
type Environment struct {
	Version  string    `json:"version"`
	Revision string    `json:"revision,omitempty"`
	Go       string    `json:"go"`
	OS       string    `json:"os"`
	Arch     string    `json:"arch"`
	CPUs     int       `json:"cpus"`
	Solver   string    `json:"solver"`
	Work     string    `json:"solver_work"` // how large the factorisation is, and by what it is done
	Why      string    `json:"solver_why"`  // it is this one
	Memory   int64     `json:"memory_bytes_estimated"`
	Health   *Health   `json:"accuracy,omitempty"` // of this session, when it has come to its end
	Seed     uint64    `json:"seed"`
	Sessions []Session `json:"sessions"`
}

// Session is one process that worked on a run.
type Session struct {
	Began     time.Time `json:"began"`
	Seconds   float64   `json:"seconds_training"`
	FromEpoch int       `json:"from_epoch"`
	ToEpoch   int       `json:"to_epoch"`
}

// Health is how accurate the mechanics of a session were.
type Health struct {
	Condition float64 `json:"condition"`            // estimate at the end, of the stiffness matrix in the 1-norm
	Backward  float64 `json:"worst_backward_error"` // of the solutions looked at
	Checked   int     `json:"solutions_checked"`
	Refined   int     `json:"solutions_refined"`

	// Of a solver that iterates:
	Iterations int     `json:"iterations_at_most,omitempty"` // for any solution of this session
	Residual   float64 `json:"worst_residual,omitempty"`     // the largest share of the loads that was left unbalanced
}

// clock measures the time this session trains.
type clock struct {
	began    time.Time
	ended    time.Time
	from     int
	previous []Session
}

func startClock(epoch int, previous []Session) clock {
	return clock{began: time.Now(), from: epoch, previous: previous}
}

func (c *clock) stop() { c.ended = time.Now() }

// total is the training time of all sessions, s.
func (c *clock) total() float64 {
	sum := 0.0
	for _, s := range c.previous {
		sum += s.Seconds
	}
	if !c.ended.IsZero() {
		sum += c.ended.Sub(c.began).Seconds()
	}
	return sum
}

func (r *Run) previousSessions() []Session {
	text, err := atomicfile.ReadFile(r.fs, filepath.Join(r.Dir, environmentName), mostBytes)
	if err != nil {
		return nil
	}
	var e Environment
	if json.Unmarshal(text, &e) != nil {
		return nil // it only holds times: a damaged one is begun anew
	}
	return e.Sessions
}

func (r *Run) writeEnvironment() error {
	e := Environment{Version: Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(),
		Solver: r.Experiment.SolverName(), Work: r.Experiment.SolverWork(), Why: r.Experiment.Why,
		Memory: r.Experiment.Memory.Total(), Health: r.health, Seed: r.Experiment.Spec.Seed, Sessions: r.clock.previous}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				e.Revision = s.Value
			}
		}
	}
	e.Sessions = append(e.Sessions, Session{Began: r.clock.began.UTC().Truncate(time.Second), Seconds: time.Since(r.clock.began).Seconds(), FromEpoch: r.clock.from, ToEpoch: r.Trainer.Epoch})
	if !r.clock.ended.IsZero() {
		e.Sessions[len(e.Sessions)-1].Seconds = r.clock.ended.Sub(r.clock.began).Seconds()
	}
	return WriteJSON(r.fs, filepath.Join(r.Dir, environmentName), e)
}
