package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

type matterCommand struct {
	Run_      string   `arg:"" name:"run" help:"Run directory of the trained network."`
	Changes   []string `arg:"" optional:"" help:"Faults, as the section matter of an experiment file has them, such as levels=8 scatter=0.03; default: those of the run."`
	Specimens int      `default:"20" placeholder:"N" help:"Specimens that are built; default: ${default}."`
	Seed      uint64   `default:"1" placeholder:"N" help:"Seed of what is drawn for them; default: ${default}."`
	Part      string   `enum:"validation,test,training," default:"" help:"Part of the data: validation, test or training; default: what was scored beside the training, or the training part. Settings are chosen on validation."`
	Passport  string   `placeholder:"FILE" help:"Passport of a part, of which specimens are drawn; default: that of the run, if it was trained through one."`
	NoFigures bool     `help:"Draw no picture."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*matterCommand) Help() string {
	return `Each specimen is the trained network as it comes out of matter; the table has each fault alone, and all together. Tares, where the
network is read with them, are taken anew for every specimen, before it drifts.

Examples:
  elastrain matter runs/iris levels=8 scatter='3 %'           after fabrication: each alone, and both together
  elastrain matter runs/iris reading_noise='1 %' drift='3 %'  noisy readings, and springs that wander
  elastrain matter runs/iris scatter='3 %' --specimens 100    more specimens
  elastrain matter runs/iris --passport part.yaml             what is not known of one part`
}

func (c *matterCommand) Run(s *session) error {
	if c.Specimens < 1 {
		return &cli.UsageError{Text: fmt.Sprintf("%d specimens tell nothing", c.Specimens), Help: "give 1 or more, or leave --specimens out"}
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	trained, err := s.ReadRun(c.Run_, options)
	if err != nil {
		return err
	}
	set, part := trained.Experiment.Part(c.Part)
	if set.N == 0 {
		return &cli.UsageError{Text: c.Run_ + " has no " + part + " part", Help: "leave --part out, or choose another part"}
	}
	matter, err := trained.WithMatter(c.Changes)
	if err != nil {
		return err
	}
	if err := c.part(s, trained); err != nil {
		return err
	}
	if trained.Part != nil && matter.Spec.Matter == nil {
		matter.Spec.Matter = new(spec.Matter)
	}
	if m := matter.Spec.Matter; trained.Part == nil && (m == nil || !m.Levels.IsSet() && m.Scatter == 0 && m.Drift == 0 && m.Left == 0 && m.Noise == 0) {
		help := "say what does, such as `" + cli.Command("matter", c.Run_) + " levels=8 scatter=0.03`"
		if m != nil && m.Gauge != nil {
			help = "errors of gauges act while a network learns, and training knows them: `elastrain train` with matter.gauge; of specimens " + help
		}
		return &cli.UsageError{Text: "nothing separates the specimens from the network as it is drawn", Help: help}
	}
	if err := experiment.CheckMatter(trained.Experiment, matter); err != nil {
		return err
	}
	opened := 0
	if part == "test" {
		if opened, err = trained.Opens(atomicfile.OS{}); err != nil {
			return err
		}
		fmt.Fprintf(s.Err, "the test part is looked at, for the %s time: settings that are chosen by it are too good; `--part training`, or a run with task.validation, leaves it closed\n", run.Ordinal(opened))
	}
	found, err := trained.Specimens(s.ctx, atomicfile.OS{}, matter, part, c.Specimens, c.Seed, func(r run.Remain) {
		s.Notef("%s\n", stay(r))
	})
	if err != nil {
		if errors.Is(err, s.ctx.Err()) {
			return &cli.StoppedError{Text: "specimens are not kept, so run it again"}
		}
		return err
	}
	found.Opened = opened
	if !c.NoFigures {
		if err := run.WritePictures(atomicfile.OS{}, filepath.Join(trained.Dir, "figures"), []run.Picture{stays(found)}); err != nil {
			return err
		}
	}
	if s.JSON {
		return s.Object(found)
	}
	s.Printf("%s of the %s part, %s, seed %d\n\n", cli.Count(found.Samples, "sample"), found.Part, cli.Count(found.Specimens, "specimen"), found.Seed)
	s.Printf("%-14s %-8s %10s %8s %10s %10s\n", "fault", "size", scored(found), "sd", "least", "most")
	for _, r := range found.Rows {
		v := r.Accuracy
		if v == nil {
			v = r.Error
		}
		if v == nil {
			v = &run.Spread{Mean: math.NaN(), Sd: math.NaN(), Least: math.NaN(), Most: math.NaN()}
		}
		s.Printf("%-14s %-8s %10s %8s %10s %10s", r.Fault, r.Size, mean(v.Mean), mean(v.Sd), mean(v.Least), mean(v.Most))
		if r.Fallen > 0 {
			s.Printf("  %s without an answer", cli.Count(r.Fallen, "specimen"))
		}
		s.Printf("\n")
	}
	if !c.NoFigures {
		s.Notef("\nfigure  %s\n", filepath.Join(trained.Dir, "figures", "matter.svg"))
	}
	return nil
}

// part reads the passport of the part, if there is one.
func (c *matterCommand) part(s *session, trained *run.Trained) error {
	if trained.Part = trained.Experiment.Passport; c.Passport == "" {
		return nil
	}
	return unread(c.Passport, trained.ReadPassport(c.Passport, s.Beside("")))
}

// scored is what the specimens are scored by.
func scored(m *run.Matters) string {
	for _, r := range m.Rows {
		if r.Accuracy != nil {
			return "accuracy"
		}
	}
	return "error"
}

// stay is a row in a few words, for who waits.
func stay(r run.Remain) string {
	v, what := r.Accuracy, "accuracy"
	if v == nil {
		v, what = r.Error, "error"
	}
	if v == nil {
		return r.Fault + ": no answer"
	}
	return fmt.Sprintf("%s %s: %s %s", r.Fault, r.Size, what, mean(v.Mean))
}

// stays is the picture of what stays.
func stays(m *run.Matters) run.Picture {
	bars := figure.Bars{XName: fmt.Sprintf("fault, %d specimens", m.Specimens), YName: "relative error (%)",
		Series: []figure.BarSeries{{Name: "least"}, {Name: "mean"}, {Name: "most"}}}
	if scored(m) == "accuracy" {
		bars.YName = m.Part + " accuracy (%)"
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, r := range m.Rows {
		name := r.Fault
		if r.Size != "" {
			name += " " + r.Size
		}
		bars.Names = append(bars.Names, name)
		v := r.Accuracy
		if v == nil {
			v = r.Error
		}
		if v == nil {
			v = &run.Spread{Least: math.NaN(), Mean: math.NaN(), Most: math.NaN()}
		}
		for i, x := range []float64{v.Least, v.Mean, v.Most} {
			bars.Series[i].Values = append(bars.Series[i].Values, 100*x)
			if !math.IsNaN(x) {
				low, high = min(low, 100*x), max(high, 100*x)
			}
		}
	}
	if scored(m) == "accuracy" && high > low {
		bars.YMin, bars.YMax = max(0, math.Floor(low-(high-low)/2)), min(100, math.Ceil(high+(high-low)/4))
	}
	return run.Picture{Name: "matter", Picture: bars, Width: 16 * vg.Centimeter, Height: 8 * vg.Centimeter}
}
