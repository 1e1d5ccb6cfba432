package main

import (
	"fmt"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/sweep"
)

// join helps with a sweep that is there. What is trained is all in its directory.
func (c *sweepTrain) join(s *session) error {
	if c.Spec != "" {
		return &cli.UsageError{Text: fmt.Sprintf("--join takes a sweep as it is, and `%s` is given beside it", c.Spec), Help: "`" + cli.Command("sweep", "--join", c.Join) + "` needs no more"}
	}
	for _, f := range []struct {
		name  string
		given bool
	}{{"--random", c.Random != nil}, {"--halton", c.Halton != nil}, {"--halving", c.Halving != nil}, {"--first-epochs", c.First != nil}, {"--out", c.Out != ""}, {"--dry-run", c.DryRun}, {"--runs", c.Runs}, {"--slurm", c.Slurm != ""}, {"--solver", c.Solver != "auto"}} {
		if f.given {
			return &cli.UsageError{Text: f.name + " belongs to the command that begins a sweep, and --join takes one as it is", Help: "leave it out"}
		}
	}
	of, err := sweep.Load(atomicfile.OS{}, c.Join)
	if err != nil {
		return err
	}
	m := of.Manifest
	if m.Results != sweep.Results {
		return &cli.UsageError{Text: fmt.Sprintf("%s has rows of version %d of what comes out of trainings, and this program makes version %d", c.Join, m.Results, sweep.Results), Help: "use the version of the program that began the sweep", File: c.Join}
	}
	if m.Name == sweep.Asked {
		return &cli.UsageError{Text: c.Join + " holds settings that a program asked for", Help: "`elastrain sweep SPEC --stdio` goes on with it", File: c.Join}
	}
	if m.Options.Solver != "" {
		c.Solver = m.Options.Solver
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	defer s.ending.Hold()()
	if m.Halving > 0 {
		s.Notef("%s: %s over %q, %s by halving\n", of.Dir, m.Spec, m.Words, cli.Count(m.Points, "training"))
		return s.halve(of, &sweep.Halver{Sweep: of, Options: options, NoWait: c.NoWait})
	}
	s.Notef("%s: %s over %q, %s in %s\n", of.Dir, m.Spec, m.Words, cli.Count(m.Points, "training"), cli.Count(of.Chunks(), "chunk"))
	return s.share(of, &sweep.Runner{Sweep: of, Options: options, NoWait: c.NoWait})
}
