package main

import (
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/outlook"
)

type outlookCommand struct {
	Spec      string   `arg:"" help:"Experiment file, - for stdin."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file, such as bonds.width=1..3mm."`
	Folds     int      `default:"5" help:"Parts of the training samples for cross-validation."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*outlookCommand) Help() string {
	return `Before any training: what do the data allow, what could the best linear network do at these ports, and what can this
one? Nothing but the training part of the data is looked at. ! marks what bounds or hinders.

Examples:
  elastrain outlook iris.yaml                       the ceilings of data, readout and network
  elastrain outlook iris.yaml bonds.width=1..3mm    the same with other ranges
  elastrain outlook iris.yaml --json                all numbers`
}

func (c *outlookCommand) Run(s *session) error {
	if c.Folds < 2 {
		return &cli.UsageError{Text: "cross-validation needs 2 folds or more", Help: "give --folds 5"}
	}
	x, _, err := s.Build(c.Spec, c.Overrides, &c.Computing)
	if err != nil {
		return err
	}
	s.notes(x)
	r, err := outlook.Look(x, outlook.Options{Folds: c.Folds})
	if err != nil {
		return err
	}
	if s.JSON {
		return s.Object(struct {
			Spec string `json:"spec"`
			*outlook.Report
		}{c.Spec, r})
	}
	topic := ""
	for _, f := range r.Findings {
		name, mark := f.Topic, " "
		if name == topic {
			name = ""
		}
		topic = f.Topic
		if f.Limit {
			mark = "!"
		}
		s.Printf("%-12s%s %s\n", name, mark, f.Text)
		if f.Help != "" {
			s.Printf("%14s= help: %s\n", "", f.Help)
		}
	}
	s.Notef("\nnext  %s\n", cli.Command("train", c.Spec, c.Overrides...))
	return nil
}
