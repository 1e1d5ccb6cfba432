package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/task"
)

type damageCommand struct {
	Run_    string `arg:"" name:"run" help:"Run directory of the trained network."`
	Cut     []int  `placeholder:"N,..." help:"Numbers of the bonds to cut."`
	Each    bool   `help:"Cut every bond in turn, retrain, and write a table and a figure."`
	Retrain bool   `help:"Retrain the damaged network. --each does, up to a few thousand bonds; with this flag always."`
	CutOnly bool   `help:"With --each: do not retrain. Exact; of a lattice of springs quick enough for a hundred thousand bonds."`
	Reread  bool   `help:"With --each: also choose anew which displacements are read, on training data."`
	Out     string `short:"o" placeholder:"DIR" help:"Run directory of the retrained network; default: runs/RUN-cut-N."`

	NoFigures bool `help:"Draw no pictures."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*damageCommand) Help() string {
	return `Examples:
  elastrain damage runs/iris --cut 5,17           score without bonds 5 and 17
  elastrain damage runs/iris --cut 17 --retrain   and let the others learn again
  elastrain damage runs/iris --each               every bond in turn: table and figure
  elastrain damage runs/large --each --cut-only   the same without retraining, in seconds
  elastrain damage runs/iris --each --reread      choosing the outputs anew as well`
}

func (c *damageCommand) Run(s *session) error {
	if c.Each == (len(c.Cut) > 0) {
		return &cli.UsageError{Text: "damage needs either --cut or --each", Help: "such as `elastrain damage runs/iris --cut 17 --retrain`"}
	}
	if c.Reread && !c.Each {
		return &cli.UsageError{Text: "--reread goes with --each", Help: "leave it away, or write `" + cli.Command("damage", c.Run_) + " --each --reread`"}
	}
	if c.CutOnly && (!c.Each || c.Retrain || c.Reread) {
		return &cli.UsageError{Text: "--cut-only goes with --each, and neither with --retrain nor with --reread", Help: "such as `" + cli.Command("damage", c.Run_) + " --each --cut-only`"}
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	if insitu.IsSession(atomicfile.OS{}, c.Run_) {
		return &cli.UsageError{Text: c.Run_ + " is a session of lab train, and damage takes a computed run", Help: "`" + cli.Command("retrain", c.Run_) + " --task SPEC learn.epochs=0` makes one of its stiffnesses", File: c.Run_}
	}
	trained, err := run.LoadWith(atomicfile.OS{}, c.Run_, options)
	if err != nil {
		return err
	}
	if what, way := trained.Experiment.CanCut(); what != "" {
		return &cli.UsageError{Text: c.Run_ + " is " + what, Help: "train one with fewer: " + way, File: c.Run_}
	}
	if c.Each {
		return c.each(s, trained)
	}
	file, ancestor, err := trained.Damaged(c.Cut)
	if err != nil {
		return err
	}
	x, err := experiment.Build(file, trained.Files(atomicfile.OS{}), options)
	if err != nil {
		return err
	}
	start := x.Inherit(trained.Experiment, trained.Stiffness)
	if c.Retrain {
		x = nil // a large one leaves no room for the next
		request := run.Request{File: file, Kind: "damage", Ancestor: ancestor, Start: start, Options: options, Files: trained.Files(atomicfile.OS{}), NoFigures: c.NoFigures}
		place(&request, c.Out, ancestor.Run+"-cut-"+strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Cut), " ", "-"), "[]"), "")
		return s.train(request, &watchFlags{}) // follow shows it elsewhere
	}
	x.Loss = trained.Experiment.Loss
	if err := x.StartFrom(start); err != nil {
		return err
	}
	score := map[string]any{"run": c.Run_, "cut": c.Cut}
	before, after := trained.Experiment.NewProblem(), x.NewProblem()
	beside, name := x.Beside()
	for _, part := range []string{"train", name} {
		set := x.Train
		if part != "train" {
			if set = beside; set.N == 0 {
				continue
			}
		}
		was, err := before.Evaluate(set)
		if err != nil {
			return err
		}
		is, err := after.Evaluate(set)
		if err != nil {
			return err
		}
		score[part+"_loss"], score[part+"_loss_before"] = run.Number(is.Loss), run.Number(was.Loss)
		if math.IsNaN(is.Loss) || math.IsNaN(was.Loss) {
			return fmt.Errorf("%s part: %w", part, task.ErrStill)
		}
		if math.IsNaN(is.Accuracy) {
			score[part+"_error"], score[part+"_error_before"] = run.Number(is.Relative), run.Number(was.Relative)
			s.Printf("%-5s loss %.4g -> %.4g   error %s -> %s\n", part, was.Loss, is.Loss, share(was.Relative), share(is.Relative))
		} else {
			score[part+"_accuracy"], score[part+"_accuracy_before"] = is.Accuracy, was.Accuracy
			s.Printf("%-5s loss %.4g -> %.4g   accuracy %.2f %% -> %.2f %%\n", part, was.Loss, is.Loss, 100*was.Accuracy, 100*is.Accuracy)
		}
	}
	if s.JSON {
		return s.Object(score)
	}
	s.Notef("\nnext  add --retrain to let the damaged network learn again\n")
	return nil
}
