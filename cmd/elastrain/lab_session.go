package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab/driver"
	labsession "github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run/insitu"
)

type labReplayCommand struct {
	Dir string `arg:"" help:"Directory of a session."`
}

// Help is the part of --help that shows the command at work.
func (*labReplayCommand) Help() string {
	return `Computes every gradient of a session again from the raw marks in its journal and compares it with what was recorded. Exit code 1
if one differs by more than rounding.

Examples:
  elastrain lab replay runs/mine-lab
  elastrain lab replay runs/mine-lab --json`
}

// mostApart is what counts as rounding.
const mostApart = 1e-9

type replayedStep struct {
	Step  int     `json:"step"` // from 1
	Loss  float64 `json:"loss"`
	Loads int     `json:"loads"`
	Noise float64 `json:"noise"`
	Known int     `json:"signs_known"` // bonds whose derivative stands out by two standard deviations
	Apart float64 `json:"apart"`       // from what was recorded
}

func (c *labReplayCommand) Run(s *session) error {
	r, err := insitu.Load(atomicfile.OS{}, c.Dir)
	if err != nil {
		return err
	}
	again, err := labsession.Replay(r.Log, r.Lab.Estimator())
	if err != nil {
		return &cli.NotMetError{Text: err.Error()}
	}
	var steps []replayedStep
	worst := 0.0
	for _, a := range again {
		step := replayedStep{Step: a.Step + 1, Loss: a.Gradient.Loss, Loads: a.Gradient.Phases, Noise: a.Gradient.Noise, Apart: max(a.Apart, a.LossApart)}
		for i, g := range a.Gradient.G {
			if a.Gradient.Known[i] && math.Abs(g) > 2*a.Gradient.Sigma[i] {
				step.Known++
			}
		}
		worst = max(worst, step.Apart)
		steps = append(steps, step)
	}
	if s.JSON {
		err = s.Object(struct {
			Dir           string                        `json:"dir"`
			Steps         []replayedStep                `json:"steps"`
			Interruptions []labsession.InterruptionData `json:"interruptions,omitempty"`
			Ended         string                        `json:"ended,omitempty"`
			Apart         float64                       `json:"apart"`
		}{c.Dir, steps, fromOne(r.Log.Interruptions), ended(r.Log), worst})
	} else {
		s.Printf("step        loss   loads   noise (um)   signs known   apart from the record\n")
		for _, a := range steps {
			s.Printf("%-6d %10.4g %7d %12.3g %13d   %.1e\n", a.Step, a.Loss, a.Loads, 1e6*a.Noise, a.Known, a.Apart)
		}
		for _, i := range r.Log.Interruptions {
			s.Printf("%s at step %d %s\n", i.Kind, i.Step+1, i.Why)
		}
		s.Printf("%s\n", ended(r.Log))
	}
	if err == nil && worst > mostApart {
		return &cli.NotMetError{Text: fmt.Sprintf("a recomputed gradient differs from the recorded one by %.2g of its largest derivative", worst)}
	}
	return err
}

// fromOne counts the steps of interruptions as people do; the journal counts from 0.
func fromOne(in []labsession.InterruptionData) []labsession.InterruptionData {
	out := slices.Clone(in)
	for i := range out {
		out[i].Step++
	}
	return out
}

func ended(log *labsession.Log) string {
	if log.Stop == nil {
		return "not ended: the same `elastrain lab train` goes on"
	}
	return fmt.Sprintf("ended: %s, %s", log.Stop.ExitStatus, log.Stop.Reason)
}

type labStopCommand struct {
	Dir    string `arg:"" help:"Directory of a session."`
	Reason string `default:"stopped by hand" help:"For the journal."`
}

// Help is the part of --help that shows the command at work.
func (*labStopCommand) Help() string {
	return `Examples:
  elastrain lab stop runs/mine-lab --reason "good enough"`
}

func (c *labStopCommand) Run(s *session) error { return end(s, c.Dir, "success", c.Reason) }

type labAbortCommand struct {
	Dir    string `arg:"" help:"Directory of a session."`
	Reason string `default:"given up by hand" help:"For the journal."`
}

// Help is the part of --help that shows the command at work.
func (*labAbortCommand) Help() string {
	return `Examples:
  elastrain lab abort runs/mine-lab --reason "node 3 came off"`
}

func (c *labAbortCommand) Run(s *session) error { return end(s, c.Dir, "abort", c.Reason) }

// end writes the last document of a journal. It moves nothing.
func end(s *session, dir, status, reason string) error {
	if err := insitu.End(atomicfile.OS{}, dir, status, reason); err != nil {
		return err
	}
	if s.JSON {
		return s.Object(map[string]string{"dir": dir, "exit_status": status, "reason": reason})
	}
	s.Printf("%s is ended (%s): %s\n", dir, status, reason)
	s.Notef("the bench is not touched: a session that was killed may have left a load hanging; take it off\n")
	return nil
}

type driverTest struct {
	Spec      string   `arg:"" help:"Experiment file with a section lab."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	trusting
}

// Help is the part of --help that shows the command at work.
func (*driverTest) Help() string {
	return `Goes through every verb of the bench with loads of a hundredth of its limit, and asks for what it must refuse. Do this with
each new driver before it touches a lattice. Exit code 1 if a check fails.

Examples:
  elastrain lab driver-test rig.yaml --trust
  elastrain lab driver-test rig.yaml "lab.command=[python3, rig.py]" --trust`
}

func (c *driverTest) Run(s *session) error {
	l, err := s.buildLab(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	if err := c.agree(s, l); err != nil {
		return err
	}
	bench, closeBench, err := l.Open(l.Start)
	if err != nil {
		return err
	}
	s.movesBench(bench)
	defer s.ending.Still()
	var lines strings.Builder
	failed := driver.Exercise(s.ctx, bench, &lines)
	closed := closeBench()
	if s.JSON {
		err = s.Object(struct {
			Bench  string   `json:"bench"`
			Passed bool     `json:"passed"`
			Checks []string `json:"checks"`
		}{l.Describe(), failed == nil, strings.Split(strings.TrimSpace(lines.String()), "\n")})
	} else {
		s.Printf("%s", lines.String())
	}
	var fault *driver.Fault
	switch {
	case errors.As(failed, &fault):
		return fault
	case s.ctx.Err() != nil && closed == nil:
		return &cli.StoppedError{Text: "the bench is safe; a test keeps nothing, so run it again"}
	case failed != nil:
		return &cli.NotMetError{Text: failed.Error()}
	}
	return errors.Join(err, closed)
}
