package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
)

type labCheckCommand struct {
	Spec      string   `arg:"" help:"Experiment file with a section lab."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	trusting
}

// Help is the part of --help that shows the command at work.
func (*labCheckCommand) Help() string {
	return `Loads the lattice seven times at an input and an output, and watches it. In situ training needs a lattice that answers
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
	findings, err := checkup(s.ctx, l.Experiment.Network, l.Specimen, &l.Protocol, l.Limits, bench, l.Estimator().Size(), l.Start)
	err = errors.Join(err, bench.Safe(context.Background()), end())
	if err != nil {
		return err
	}
	failed := []string{}
	for _, f := range findings {
		if f.Verdict == lab.Fail {
			failed = append(failed, f.Name)
		}
	}
	if s.JSON {
		err = s.Object(struct {
			Bench    string        `json:"bench"`
			Findings []lab.Finding `json:"findings"`
		}{l.Spec.Bench, findings})
	} else {
		printFindings(s, findings)
	}
	if err == nil && len(failed) > 0 {
		return &cli.NotMetError{Text: "not fit for in situ training yet: " + strings.Join(failed, ", ")}
	}
	return err
}

// checkup arms a bench and checks it between the first input and the first
// output that lies elsewhere.
func checkup(ctx context.Context, net *network.Network, specimen *lab.Specimen, p *lab.Protocol, limits lab.Limits, bench lab.Bench, size float64, k []float64) ([]lab.Finding, error) {
	guard := lab.NewGuard(bench, net, k)
	if err := guard.Arm(ctx, limits); err != nil {
		return nil, err
	}
	a, b := specimen.In[0], specimen.Out[0]
	for _, out := range specimen.Out {
		if out.Node != a.Node {
			b = out
			break
		}
	}
	m := &lab.Measurer{Bench: guard, Specimen: specimen, Protocol: p}
	return m.Check(ctx, lab.Checkup{A: a, B: b, Force: size})
}

func printFindings(s *session, findings []lab.Finding) {
	for _, f := range findings {
		value := fmt.Sprintf("%.3g %%", 100*f.Value)
		if f.Unit != "" {
			value = fmt.Sprintf("%.3g %s", f.Value, f.Unit)
		}
		s.Printf("%-5s %-14s %14s   %s\n", f.Verdict, f.Name, value, f.Means)
		if f.Do != "" {
			s.Printf("%37s   %s\n", "", f.Do)
		}
	}
}
