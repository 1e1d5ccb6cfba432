package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/compare"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/sweep"
)

type compareCommand struct {
	Runs      []string `arg:"" name:"run" help:"Directories of runs or sessions, or of sweeps."`
	Over      []string `default:"seed" placeholder:"KEY" help:"Keys that repeat: trainings that differ in nothing else make a group with a mean and a band; default: ${default}."`
	All       bool     `help:"A line a training, also where there are groups or many."`
	CSV       bool     `name:"csv" help:"As CSV: a line a training, with all digits."`
	Out       string   `short:"o" default:"compare" placeholder:"NAME" help:"Name of the figure, NAME.svg and NAME.png; default: ${default}."`
	NoFigures bool     `help:"No figure."`
}

// Help is the part of --help that shows the command at work.
func (*compareCommand) Help() string {
	return `Holds trainings against each other: the keys of their experiments that differ, what came out, and their learning curves in one figure. Trainings that
differ in seed alone make a group: its line is the mean, with a band of one standard deviation (where the axis is logarithmic, of the logarithms). A training that
has ended keeps what it came to until the last of its group ends.

Examples:
  elastrain compare runs/iris runs/iris@seed=7
  elastrain compare runs/iris* -o seeds                       seeds.svg, seeds.png
  elastrain compare sweeps/iris                               a line a setting, with mean and deviation over seeds
  elastrain compare sweeps/iris --all --csv > all.csv
  elastrain compare runs/iris* --over seed --over bonds.start   what repeats by seed and start`
}

func (c *compareCommand) Run(s *session) error {
	if c.CSV && s.JSON {
		return &cli.UsageError{Text: "--csv and --json are two forms", Help: "give one of them"}
	}
	courses, err := c.read(s)
	if err != nil {
		return err
	}
	if len(courses) < 2 {
		there := "there are no trainings"
		if len(courses) == 1 {
			there = "there is one training"
		}
		return &cli.UsageError{Text: there + " to compare", Help: "give two or more, such as `elastrain compare runs/a runs/b`; `elastrain runs` lists them"}
	}
	all := compare.New(courses, c.Over)
	var files []string
	if !c.NoFigures {
		if files, err = c.draw(s, all); err != nil {
			return err
		}
	}
	switch {
	case s.JSON:
		return s.Object(compareObject(all, files))
	case c.CSV:
		text, err := compareSheet(all)
		if err != nil {
			return err
		}
		s.Exactly(text)
	case c.All || len(all.Groups) == len(courses) && len(courses) <= mostShown:
		s.Printf("%s", compareText(all))
	default:
		s.Printf("%s", compareGroups(all, mostShown))
	}
	for _, f := range files {
		s.Notef("figure    %s\n", f)
	}
	return nil
}

// read reads all that is compared; a directory that is given twice counts once.
func (c *compareCommand) read(s *session) (courses []*compare.Course, err error) {
	seen := map[string]bool{}
	for _, dir := range c.Runs {
		clean := filepath.Clean(dir)
		if seen[clean] {
			continue
		}
		seen[clean] = true
		if compare.IsSweep(clean) {
			some, missing, err := compare.ReadSweep(clean)
			if err != nil {
				return nil, err
			}
			if missing > 0 {
				s.Notef("note: %s of %s are not done yet\n", cli.Count(missing, "chunk"), clean)
			}
			courses = append(courses, some...)
			continue
		}
		one, err := compare.ReadRun(clean)
		if err != nil {
			return nil, err
		}
		courses = append(courses, one)
	}
	for _, key := range c.Over {
		if key != sweep.SeedKey && !slices.ContainsFunc(courses, func(o *compare.Course) bool { _, has := o.Keys.Values[key]; return has }) {
			return nil, &cli.UsageError{Text: fmt.Sprintf("none of these trainings has the key `%s`", key), Help: "give a key of the experiment to --over, such as seed"}
		}
	}
	return courses, nil
}

// draw writes the figure.
func (c *compareCommand) draw(s *session, all *compare.Comparison) (files []string, err error) {
	if !slices.ContainsFunc(all.Groups, func(g *compare.Group) bool { _, ok := g.Curve("loss"); return ok }) {
		return nil, nil
	}
	name := strings.TrimSuffix(strings.TrimSuffix(c.Out, ".svg"), ".png")
	dir, base := filepath.Split(name)
	if base == "" {
		return nil, &cli.UsageError{Text: fmt.Sprintf("`%s` names no figure", c.Out), Help: "give a name, such as -o compare"}
	}
	if dir = filepath.Clean(dir); dir != "." {
		if err := atomicfile.MakeDir(atomicfile.OS{}, dir); err != nil { // as every -o does
			return nil, err
		}
	}
	picture, drawn := all.Figure()
	if err := run.WritePictures(atomicfile.OS{}, dir, []run.Picture{comparePicture(base, picture)}); err != nil {
		return nil, err
	}
	if drawn < len(all.Groups) {
		s.Notef("note: the figure shows %d of %d settings, those of the least loss\n", drawn, len(all.Groups))
	}
	return []string{name + ".svg", name + ".png"}, nil
}
