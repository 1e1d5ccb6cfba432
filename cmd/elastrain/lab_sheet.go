package main

import (
	"fmt"

	"github.com/elastrain/elastrain/internal/cli"
)

type labSheetCommand struct {
	Spec      string   `arg:"" help:"Experiment file."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
}

// Help is the part of --help that shows the command at work.
func (*labSheetCommand) Help() string {
	return `Prints an SVG drawing at true size: the marks of the frame, the places of the nodes, the supports, and a ruler to see whether the
printer kept the size. Print it at 100 %, and fix it below or behind the lattice.

Examples:
  elastrain lab sheet mine.yaml > sheet.svg
  elastrain lab sheet mine.yaml "lab.photo.diameter=4 mm" > sheet.svg`
}

func (c *labSheetCommand) Run(s *session) error {
	l, err := s.lookAt(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	if l.Sight == nil {
		return &cli.UsageError{Text: fmt.Sprintf("there is no sheet for this network: %v", l.Blind), Help: "it must lie in a plane, with room between its nodes for marks of lab.photo.diameter"}
	}
	if s.JSON {
		return s.Object(map[string]string{"svg": l.Sheet()})
	}
	_, err = fmt.Fprint(s.Out, l.Sheet())
	return err
}
