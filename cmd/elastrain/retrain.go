package main

import (
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
)

type retrainCommand struct {
	Run_      string   `arg:"" name:"run" help:"Run directory of the trained network."`
	Overrides []string `arg:"" optional:"" help:"Changes to the task file."`
	BestStart bool     `help:"Also try the start of the task file, and keep the start that ends at the lower training loss."`
	Task      string   `required:"" placeholder:"SPEC" help:"Experiment file whose task and learning are taken."`
	Out       string   `short:"o" placeholder:"DIR" help:"Run directory; default: runs/RUN+TASK."`
	NoFigures bool     `help:"Draw no pictures."`

	watchFlags    `embed:""`
	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*retrainCommand) Help() string {
	return `Examples:
  elastrain retrain runs/iris --task regression.yaml                 the same bonds, a new task
  elastrain retrain runs/iris --task regression.yaml learn.epochs=9  with a changed value
  elastrain retrain runs/iris+regression --task iris.yaml            and back`
}

func (c *retrainCommand) Run(s *session) error {
	options, err := c.Options()
	if err != nil {
		return err
	}
	trained, err := s.ReadRun(c.Run_, options)
	if err != nil {
		return err
	}
	task, files, err := s.ReadSpec(c.Task, c.Overrides)
	if err != nil {
		return err
	}
	file, ancestor, err := trained.Retrained(task)
	if err != nil {
		return err
	}
	start := trained.Experiment.Handed(trained.Stiffness, &file.Spec)
	own, tables := trained.Files(atomicfile.OS{}), trained.File.Spec.Tables()
	trained.Experiment = nil // a large one leaves no room for the next
	request := run.Request{File: file, Overrides: c.Overrides, Kind: "retrain", Ancestor: ancestor, Start: start, Options: options, NoFigures: c.NoFigures,
		Files: func(name string) ([]byte, error) {
			if slices.Contains(tables, name) {
				return own(name)
			}
			return files(name) // the data belong to the task
		}}
	if c.BestStart {
		request.Start, err = run.BetterStart(func() (*experiment.Experiment, error) {
			return experiment.Build(file, request.Files, options)
		}, start)
		if err != nil {
			return err
		}
		if request.Start == nil {
			s.Notef("the start of %s ends at a lower loss than the trained stiffness: starting there\n", c.Task)
		}
	}
	place(&request, c.Out, ancestor.Run+"+"+cli.RunName(c.Task, c.Overrides), ancestor.Run+"+"+cli.RunName(c.Task, nil))
	return s.train(request, &c.watchFlags)
}
