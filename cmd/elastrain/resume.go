package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/insitu"
)

type resumeCommand struct {
	Run_      string     `arg:"" name:"run" help:"Run directory."`
	Epochs    epochsFlag `placeholder:"N" help:"Epochs in all, more than were asked for, or +N to add so many to a run that has ended, each time that it is asked: the run becomes the longer training. A script that may be repeated gives N in all."`
	NoFigures bool       `help:"Draw no pictures; default: as the run was begun."`

	watchFlags    `embed:""`
	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*resumeCommand) Help() string {
	return `Goes on with a training by its directory alone, whatever command made it: train, retrain or damage. The experiment file need not be
there any more. The end is that of the same command again, to the last bit; of a finished run it prints the result.

Examples:
  elastrain resume runs/iris                  to its end
  elastrain resume runs/iris --epochs 4000    and on to more epochs than were asked for
  elastrain resume runs/iris --epochs +1000   and on by so many more, once it has ended`
}

func (c *resumeCommand) Run(s *session) error {
	if insitu.IsSession(atomicfile.OS{}, c.Run_) {
		return &cli.UsageError{Text: c.Run_ + " is a session of lab train", Help: "the same `elastrain lab train SPEC` again goes on with it", File: c.Run_}
	}
	if c.Solver == "auto" {
		c.Solver = solverOf(c.Run_)
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	epochs := c.Epochs.N
	if c.Epochs.Added {
		if epochs, err = run.EpochsPlus(atomicfile.OS{}, c.Run_, c.Epochs.N); err != nil {
			return err
		}
	}
	request, err := run.Again(atomicfile.OS{}, c.Run_, epochs, options)
	if err != nil {
		return err
	}
	request.NoFigures = request.NoFigures || c.NoFigures
	return s.train(request, &c.watchFlags)
}

// solverOf is the solver that a run has been computed with, which it goes on with.
func solverOf(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, "environment.json"))
	var e run.Environment
	if err != nil || json.Unmarshal(text, &e) != nil {
		return "auto" // its checkpoint says which it needs
	}
	switch name, _, _ := strings.Cut(e.Solver, " "); name { // sparse Cholesky
	case "dense", "sparse", "multigrid":
		return name
	}
	return "auto"
}
