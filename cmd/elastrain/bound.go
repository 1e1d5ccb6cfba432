package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
)

type boundCommand struct {
	Run_  string `arg:"" name:"run" help:"Run directory of the trained network."`
	Boxes int    `default:"200000" placeholder:"N" help:"Look at up to so many boxes of networks; default: ${default}."`
	Whole bool   `help:"Let stiffnesses be anywhere in their ranges, also where the run has levels."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*boundCommand) Help() string {
	return `No network of these bonds has less loss than the lower bound, whatever finds it: it is proven by branch and bound. Where all boxes are done
the best network is proven to be the best. It is for lattices of linear springs, on the training part: for wanted
displacements, and for one case in which an output is to move most.
Ctrl-C ends it: what is known by then holds.

Examples:
  elastrain bound runs/levels                    can other levels of these bonds do better?
  elastrain bound runs/levels --whole            and any stiffness in their ranges?
  elastrain bound runs/levels --boxes 400000     look longer`
}

func (c *boundCommand) Run(s *session) error {
	if c.Boxes < 1 {
		return &cli.UsageError{Text: fmt.Sprintf("%d boxes prove nothing", c.Boxes), Help: "give 1 or more, or leave --boxes out"}
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	trained, err := s.ReadRun(c.Run_, options)
	if err != nil {
		return err
	}
	found, err := trained.Bound(s.ctx, atomicfile.OS{}, c.Whole, c.Boxes, func(boxes int, lower float64) {
		s.Notef("%d boxes, lower bound %.6g\n", boxes, lower)
	})
	if none := new(run.ErrNoBound); errors.As(err, &none) {
		return &cli.UsageError{Text: c.Run_ + ": " + none.Cause, Help: none.Help}
	}
	if misfit := new(experiment.Misfit); errors.As(err, &misfit) {
		if at, ok := misfit.Place(trained.Experiment); ok {
			return at
		}
	}
	if err != nil {
		return err
	}
	if s.JSON {
		return s.Object(found)
	}
	of := fmt.Sprintf("%s at their levels", cli.Count(found.Bonds, "bond"))
	if found.Of == "ranges" {
		of = fmt.Sprintf("%s anywhere in their ranges", cli.Count(found.Bonds, "bond"))
	}
	s.Printf("%-15s %.6g   of the run\n", "loss", found.Loss)
	if found.Stiffness != nil {
		s.Printf("%-15s %.6g   of a better network that was met; its stiffnesses are in %s\n", "best", found.Best, filepath.Join(c.Run_, "bound.json"))
	}
	s.Printf("%-15s %.6g   no network of %s has less\n", "lower bound", found.Lower, of)
	switch {
	case found.Proven:
		s.Printf("Proven: the best of all, to one part in a million; %s looked at.\n", boxes(found.Boxes))
	case found.Lower > 0:
		s.Printf("Not closed: the best is at most %.3g times the bound; %s looked at, %d left. More --boxes narrow it.\n", found.Best/found.Lower, boxes(found.Boxes), found.Open)
	default:
		s.Printf("Nothing is proven yet: boxes that may hold a network without any loss are left; %s looked at, %d left. More --boxes may tell.\n", boxes(found.Boxes), found.Open)
	}
	return nil
}

func boxes(n int) string {
	if n == 1 {
		return "1 box"
	}
	return fmt.Sprintf("%d boxes", n)
}
