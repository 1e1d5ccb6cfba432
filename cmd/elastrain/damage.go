package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
)

type damageCommand struct {
	Run_    string `arg:"" name:"run" help:"Run directory of the trained network."`
	Cut     []int  `placeholder:"N,..." help:"Numbers of the bonds to cut."`
	Each    bool   `help:"Cut every bond in turn, retrain, and write a table and a figure."`
	Retrain bool   `help:"Retrain the damaged network (--each always does)."`
	Reread  bool   `help:"With --each: also choose anew which displacements are read, on training data."`
	Out     string `placeholder:"DIR" help:"Run directory of the retrained network; default: runs/RUN-cut-N."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*damageCommand) Help() string {
	return `Examples:
  elastrain damage runs/iris --cut 12,17          score without bonds 12 and 17
  elastrain damage runs/iris --cut 12 --retrain   and let the others learn again
  elastrain damage runs/iris --each               every bond in turn: table and figure
  elastrain damage runs/iris --each --reread      choosing the outputs anew as well`
}

func (c *damageCommand) Run(s *session) error {
	if c.Each == (len(c.Cut) > 0) {
		return &cli.UsageError{Text: "damage needs either --cut or --each", Help: "such as `elastrain damage runs/iris --cut 12 --retrain`"}
	}
	if c.Reread && !c.Each {
		return &cli.UsageError{Text: "--reread goes with --each", Help: "leave it away, or write `elastrain damage " + c.Run_ + " --each --reread`"}
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	trained, err := run.LoadWith(atomicfile.OS{}, c.Run_, options)
	if err != nil {
		return err
	}
	if c.Each {
		return c.each(s, trained)
	}
	file, ancestor, err := trained.Damaged(c.Cut)
	if err != nil {
		return err
	}
	if c.Retrain {
		request := run.Request{File: file, Kind: "damage", Ancestor: ancestor, Start: trained.Stiffness, Options: options, Files: trained.Files(atomicfile.OS{})}
		place(&request, c.Out, ancestor.Run+"-cut-"+strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Cut), " ", "-"), "[]"))
		return s.train(request)
	}
	x, err := experiment.Build(file, trained.Files(atomicfile.OS{}), options)
	if err != nil {
		return err
	}
	x.Loss = trained.Experiment.Loss
	if err := x.StartFrom(trained.Stiffness); err != nil {
		return err
	}
	score := map[string]any{"run": c.Run_, "cut": c.Cut}
	before, after := trained.Experiment.NewProblem(), x.NewProblem()
	for _, part := range []string{"train", "test"} {
		set := x.Train
		if part == "test" {
			if set = x.Test; set.N == 0 {
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
		score[part+"_loss"], score[part+"_loss_before"] = is.Loss, was.Loss
		if math.IsNaN(is.Accuracy) {
			score[part+"_error"], score[part+"_error_before"] = run.Number(is.Relative), run.Number(was.Relative)
			s.Printf("%-5s loss %.4g -> %.4g   error %.4g %% -> %.4g %%\n", part, was.Loss, is.Loss, 100*was.Relative, 100*is.Relative)
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

// each cuts every bond in turn.
func (c *damageCommand) each(s *session, trained *run.Trained) error {
	remedy := run.Relearn
	if c.Reread {
		if trained.Experiment.Train.Class == nil || trained.Experiment.Table == nil {
			return &cli.UsageError{Text: "--reread is for classifications from data; this run learned something else", Help: "leave --reread away: stiffnesses are retrained"}
		}
		remedy = run.Reconnect
	}
	cuts, err := trained.CutEach(s.ctx, atomicfile.OS{}, remedy, func(cut run.Cut) {
		s.Notef("bond %-5d %s\n", cut.Bond, fate(cut))
	})
	if err != nil {
		return err
	}
	var table strings.Builder
	sheet := csv.NewWriter(&table)
	rows := [][]string{{"bond", "loss_after_cut", "accuracy_after_cut", "error_after_cut", "loss_after_retraining", "accuracy_after_retraining", "error_after_retraining", "mechanism"}}
	cell := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	classes := trained.Experiment.Train.Class != nil
	bars := figure.Bars{XName: "bond that was cut", YName: "accuracy (%)", Series: []figure.BarSeries{{Name: "after the cut"}, {Name: "after retraining"}}}
	if !classes {
		bars.YName = "relative error (%)"
	}
	sum := [2]float64{}
	count := 0
	for _, cut := range cuts {
		rows = append(rows, []string{strconv.Itoa(cut.Bond), cell(cut.Loss), cell(cut.Accuracy), cell(cut.Error),
			cell(cut.LossRetrained), cell(cut.AccuracyRetrained), cell(cut.ErrorRetrained), cut.Mechanism})
		before, after := cut.Before.Accuracy, cut.After.Accuracy
		if !classes {
			before, after = cut.Before.Relative, cut.After.Relative
		}
		bars.Names = append(bars.Names, fmt.Sprint(cut.Bond))
		bars.Series[0].Values = append(bars.Series[0].Values, 100*before)
		bars.Series[1].Values = append(bars.Series[1].Values, 100*after)
		if cut.Mechanism == "" {
			sum[0] += before
			sum[1] += after
			count++
		}
	}
	if err := sheet.WriteAll(rows); err != nil {
		return err
	}
	dir := filepath.Join(c.Run_, "damage")
	if err := atomicfile.MakeDir(atomicfile.OS{}, dir); err != nil {
		return err
	}
	if err := atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(dir, "damage.csv"), []byte(table.String())); err != nil {
		return err
	}
	if len(cuts) <= 200 {
		if err := run.WritePictures(atomicfile.OS{}, dir, []run.Picture{{Name: "damage", Picture: bars, Width: 20 * vg.Centimeter, Height: 8 * vg.Centimeter}}); err != nil {
			return err
		}
	}
	n := float64(max(count, 1))
	key := "accuracy"
	if !classes {
		key = "error"
	}
	if s.JSON {
		return s.Object(map[string]any{"run": c.Run_, "bonds": cuts, "mechanisms": len(cuts) - count,
			"mean_" + key + "_after_cut": sum[0] / n, "mean_" + key + "_after_retraining": sum[1] / n})
	}
	s.Printf("mean over %d bonds: %s %.2f %% after the cut, %.2f %% after retraining; %d cuts leave a mechanism\n", count, key, 100*sum[0]/n, 100*sum[1]/n, len(cuts)-count)
	s.Notef("table and figure  %s\n", dir)
	return nil
}

// fate is one cut in a few words.
func fate(cut run.Cut) string {
	if cut.Mechanism != "" {
		return cut.Mechanism
	}
	if !math.IsNaN(cut.Before.Accuracy) {
		return fmt.Sprintf("accuracy %6.2f %% after the cut, %6.2f %% after retraining", 100*cut.Before.Accuracy, 100*cut.After.Accuracy)
	}
	return fmt.Sprintf("error %8.3g %% after the cut, %8.3g %% after retraining", 100*cut.Before.Relative, 100*cut.After.Relative)
}
