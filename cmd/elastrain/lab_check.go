package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/run/insitu"
)

type labCheckCommand struct {
	Spec      string   `arg:"" help:"Experiment file with a section lab."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	trusting
}

// Help is the part of --help that shows the command at work.
func (*labCheckCommand) Help() string {
	return `Loads the lattice six times at an input and an output, and watches it. In situ training needs a lattice that answers
the same each time, in proportion, and the same way in both directions (Maxwell and Betti). Exit code 1 if a check fails.

Examples:
  elastrain lab check mine.yaml
  elastrain lab check mine.yaml lab.bench=twin --json
  elastrain lab check mine.yaml lab.bench=twin lab.twin.creep=20%    what a lattice that creeps looks like`
}

func (c *labCheckCommand) Run(s *session) error {
	l, err := s.buildLab(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	if err := c.agree(s, l); err != nil {
		return err
	}
	bench, end, err := l.Open(l.Start)
	if err != nil {
		return err
	}
	s.movesBench(bench)
	defer s.ending.Still()
	findings, err := checkup(s.ctx, s, l, bench)
	safe := errors.Join(bench.Safe(context.Background()), end())
	if s.ctx.Err() != nil && safe == nil {
		return &cli.StoppedError{Text: "the bench is safe; a check keeps nothing, so run it again"}
	}
	if err = errors.Join(err, safe); err != nil {
		return err
	}
	failed := []string{}
	for _, f := range findings {
		if f.Verdict == measurement.Fail {
			failed = append(failed, f.Name)
		}
	}
	if s.JSON {
		err = s.Object(struct {
			Bench    string                `json:"bench"`
			Findings []measurement.Finding `json:"findings"`
		}{l.Spec.Bench, findings})
	} else {
		printFindings(s, findings)
	}
	if err == nil && len(failed) > 0 {
		return &cli.NotMetError{Text: "not fit for in situ training yet: " + strings.Join(failed, ", ")}
	}
	return err
}

// checkup arms a bench and checks it between an input and an output.
func checkup(ctx context.Context, s *session, l *insitu.Lab, bench lab.Bench) ([]measurement.Finding, error) {
	c, err := l.Checkup()
	if err != nil {
		return nil, err
	}
	if l.ByHand() {
		bench = counting(s, bench, &l.Protocol, c)
	}
	guard := lab.NewGuard(bench, l.Experiment.Network, l.Start)
	guard.Patience = l.Patience()
	if err := guard.Arm(ctx, l.Limits); err != nil {
		return nil, err
	}
	m := &measurement.Measurer{Bench: guard, Specimen: l.Specimen, Protocol: &l.Protocol}
	return m.Check(ctx, c)
}

func printFindings(s *session, findings []measurement.Finding) {
	for _, f := range findings {
		value := fmt.Sprintf("%.3g %%", 100*f.Value)
		if f.Unit != "" {
			value = fmt.Sprintf("%.3g %s", f.Value, f.Unit)
		}
		if math.IsNaN(f.Value) {
			value = "untold"
		}
		s.Printf("%-5s %-14s %14s   %s\n", f.Verdict, f.Name, value, f.Means)
		if f.Do != "" {
			s.Printf("%37s   %s\n", "", f.Do)
		}
	}
}
