package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/sweep"
	"github.com/elastrain/elastrain/sweep/slurm"
)

// array is what --slurm asks for; nil where it is not given.
func (c *sweepTrain) array() (*slurm.Array, error) {
	if c.Slurm == "" {
		return nil, nil
	}
	a, err := slurm.Parse(c.Slurm)
	var option *slurm.OptionError
	if errors.As(err, &option) {
		return nil, &cli.UsageError{Text: "--slurm: " + option.Text, Help: option.Help}
	}
	return a, err
}

// submit writes the script of a sweep, and submits it.
func (c *sweepTrain) submit(s *session, of *sweep.Sweep, array *slurm.Array) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(of.Dir)
	if err != nil {
		return err
	}
	parts, err := of.Parts()
	if err != nil {
		return err
	}
	what := slurm.Sweep{Program: program, Dir: dir, Name: filepath.Base(dir), Points: of.Manifest.Points, Chunks: parts, Wait: of.Plan.Way.Halving > 0}
	script := filepath.Join(of.Dir, "slurm.sh")
	if err := atomicfile.WriteFile(atomicfile.OS{}, script, array.Script(what)); err != nil {
		return err
	}
	job, err := slurm.Submit(s.ctx, script)
	var refused *slurm.RefusedError
	switch {
	case errors.Is(err, slurm.ErrAbsent):
		return &cli.UsageError{Text: err.Error() + "; the script is written: " + script, Help: "submit it where the queue is: " + "sbatch " + cli.Words(script), File: script}
	case errors.As(err, &refused):
		return &cli.UsageError{Text: err.Error(), Help: "the script is " + script + ": mend it, or give other options with --slurm", File: script}
	case err != nil:
		return err
	}
	if s.JSON {
		return s.Object(map[string]any{"dir": of.Dir, "points": of.Manifest.Points, "chunks": parts, "script": script, "job": job})
	}
	s.Printf("job %s: %s in %s, written to %s\n", job, cli.Count(of.Manifest.Points, "training"), cli.Count(parts, "chunk"), script)
	s.Notef("how far   %s\n", cli.Command("sweep", "status", of.Dir))
	s.Notef("table     %s\n", cli.Command("sweep", "table", of.Dir))
	return nil
}
