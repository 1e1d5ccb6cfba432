package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

type rulesCommand struct {
	Spec     string   `arg:"" help:"Experiment file, - for stdin."`
	Words    []string `arg:"" optional:"" name:"rule" help:"Rules by name or short name (backprop ep ep+ ep- coupled ageing spsa fd freq tcl pattern genetic; default: all), and changes to the file, such as learn.rate=0.01."`
	Seeds    int      `default:"5" placeholder:"N" help:"Seeds of noise and gauges, from that of the file on; default: ${default}."`
	Noise    string   `default:"0 um" placeholder:"LENGTH" help:"Standard deviation of each coordinate that the camera reads, such as '6 um'; default: none."`
	Bias     string   `default:"0 %" placeholder:"SHARE" help:"Standard deviation of the sensitivity of the gauges on the bonds, such as '1 %'; default: none."`
	Exchange bool     `help:"Let the two gauges of each bond change places at every other step: what a bias adds then averages out."`
	Loads    *int     `placeholder:"N" help:"Loads that every rule may hang; default: those of 200 steps of backpropagation."`
	Nudge    string   `default:"10 %" placeholder:"SHARE" help:"Largest nudge, as a share of the largest load at an input; default: ${default}."`
	Eta      string   `default:"10 %" placeholder:"SHARE" help:"Share of the way to the target that coupled learning holds the outputs at; default: ${default}."`
	Reach    string   `default:"0 %" placeholder:"SHARE" help:"Coupled learning holds the outputs at least this share of their largest displacement from where they rest, past the target if need be; default: ${default}."`
	Rest     string   `default:"0 %" placeholder:"SHARE" help:"Take no step where the loss that is seen is not above this share of the first one: what biased gauges say of a task that is solved is not learnt; default: ${default}, always a step."`
	Twin     bool     `help:"On the simulated specimens of the file's section lab, in place of --noise and --bias: seed by seed another print, with its scatter, its camera and its weights, finite deformation and the guard."`
	Step     string   `default:"5 %" placeholder:"SHARE" help:"Change of stiffnesses that spsa and fd make, as a share of themselves; default: ${default}."`
	Out      string   `short:"o" placeholder:"DIR" help:"Directory of table, figure and trials; default: rules/NAME."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*rulesCommand) Help() string {
	return `Every rule learns from the start of the file, with adam (or momentum or gradient-descent, if the file says so), until its
loads are spent; a step that has begun is taken to its end. Beside it each step is judged exactly and free of charge, on the training part alone. Stopped or killed, the same command
goes on with the trials that are missing.

Examples:
  elastrain rules examples/behaviour.yaml backprop ep coupled spsa       four rules on a perfect bench
  elastrain rules examples/behaviour.yaml --noise '6 um' --bias '1 %'    all, with a camera and gauges
  elastrain rules examples/lab-behaviour.yaml --twin --seeds 2           on simulated prints, through the guard
  elastrain rules iris.yaml bp ep task.loss=cross-entropy --seeds 1      losses of single samples`
}

func (c *rulesCommand) Run(s *session) error {
	study, overrides, err := c.study()
	if err != nil {
		return err
	}
	x, files, err := s.Build(c.Spec, overrides, &c.Computing)
	if err != nil {
		return err
	}
	s.notes(x)
	if c.Twin {
		on, err := insitu.Build(x, files, insitu.Options{Log: s.Err})
		if err != nil {
			return err
		}
		study.Kind = "twin"
		study.Open = func(seed uint64) (rules.Counting, error) { return on.Compare(s.ctx, seed) }
	}
	if study.Names == nil { // all that go
		for _, n := range rules.All() {
			if err := study.FitsOne(x, n.Name); err != nil {
				why, _, _ := strings.Cut(err.Error(), "; ")
				s.Notef("note: left out: %s\n", why)
				continue
			}
			study.Names = append(study.Names, n.Name)
		}
	}
	if err := study.Fit(x); err != nil {
		what, way, _ := strings.Cut(err.Error(), "; ")
		return &cli.UsageError{Text: what, Help: way}
	}
	study.Bench.Seed = x.Spec.Seed
	if err := seedsFit(study.Bench.Seed, study.Seeds); err != nil {
		return err
	}
	study.Method, study.Rate = x.Spec.Learn.Method, x.Spec.Learn.Rate
	if m, err := x.NewMethod(); err != nil {
		return err
	} else if _, searches := m.(optim.Searching); searches || m.FullBatch() || experiment.DefaultRate(study.Method) == 0 {
		study.Method, study.Rate = "adam", 0
	}
	if study.Rate == 0 {
		study.Rate = experiment.DefaultRate(study.Method)
	}
	study.Batch = int(x.Spec.Learn.Batch)
	dir := c.Out
	if dir == "" {
		dir = filepath.Join("rules", cli.RunName(c.Spec, overrides))
	}
	store, err := openRulesStore(atomicfile.OS{}, dir, x, study)
	if err != nil {
		return err
	}
	watch := newRulesProgress(s, study, study.Loads(x))
	study.Told = watch.tell
	defer s.ending.Hold()()
	report, err := study.Run(s.ctx, x, store, func(t *rules.Trial) {
		watch.done++
		s.Notef("%s, seed %d: loss %.4g after %d loads", t.Rule, t.Seed, t.Final, t.Spent.Sum())
		if t.Spent.Sum() < study.Loads(x) {
			s.Notef("; %s", t.Ended)
		}
		s.Notef("\n")
	})
	if err == nil {
		report.Spec = c.Spec
		err = writeRules(dir, report)
	}
	if closed := store.Close(); err == nil {
		err = closed
	}
	if err != nil {
		if s.ctx.Err() != nil && errors.Is(err, s.ctx.Err()) {
			return &cli.GoesOnError{With: " with the trials that are missing"}
		}
		return err
	}
	if s.JSON {
		return s.Object(report)
	}
	s.Printf("%s", rulesText(report))
	s.Notef("\ntable and figure  %s\n", dir)
	return nil
}

// study is what the flags and words ask for; overrides are the words that change the file.
func (c *rulesCommand) study() (*rules.Study, []string, error) {
	study := &rules.Study{Seeds: c.Seeds, Swap: c.Exchange}
	if c.Seeds < 1 || c.Seeds > 10000 {
		return nil, nil, &cli.UsageError{Text: fmt.Sprintf("--seeds %d tells nothing", c.Seeds), Help: "give 1 or more; 5 is usual"}
	}
	if c.Loads != nil {
		if study.Budget = *c.Loads; study.Budget < 1 {
			return nil, nil, &cli.UsageError{Text: fmt.Sprintf("with --loads %d nothing learns", study.Budget), Help: "give how many loads a rule may hang, or leave --loads out"}
		}
	}
	for _, f := range []struct {
		flag, text, unit string
		to               *float64
		zero             bool
		most             float64
	}{
		{"noise", c.Noise, "m", &study.Bench.Noise, true, 1},
		{"bias", c.Bias, "fraction", &study.Bench.Bias, true, 1},
		{"nudge", c.Nudge, "fraction", &study.Sizes.Nudge, false, 100},
		{"eta", c.Eta, "fraction", &study.Sizes.Eta, false, 1},
		{"reach", c.Reach, "fraction", &study.Sizes.Reach, true, 100},
		{"rest", c.Rest, "fraction", &study.Rest, true, 1},
		{"step", c.Step, "fraction", &study.Sizes.Step, false, 0.9},
	} {
		v, err := spec.Quantity(f.text, f.unit)
		if err != nil {
			return nil, nil, &cli.UsageError{Text: fmt.Sprintf("--%s %s: %v", f.flag, f.text, err), Help: "write it as in a file, such as --noise '6 um' --bias '1 %'"}
		}
		if !(v > 0 || f.zero && v == 0) || v > f.most || math.IsNaN(v) {
			return nil, nil, &cli.UsageError{Text: fmt.Sprintf("--%s %s is not in its range", f.flag, f.text), Help: span(f.zero, f.most, f.unit)}
		}
		*f.to = v
	}
	if c.Twin && (study.Bench.Noise > 0 || study.Bench.Bias > 0 || study.Swap) {
		return nil, nil, &cli.UsageError{Text: "--twin has a camera of its own, and no two gauges on a bond", Help: "say its noise in the file, lab.twin.noise='6 um', and leave --noise, --bias and --exchange out"}
	}
	var overrides []string
	for _, w := range c.Words {
		if strings.Contains(w, "=") {
			overrides = append(overrides, w)
			continue
		}
		named, err := rules.Find(w)
		if err != nil {
			what, way, _ := strings.Cut(err.Error(), "; ")
			return nil, nil, &cli.UsageError{Text: what, Help: way}
		}
		if slices.Contains(study.Names, named.Name) {
			return nil, nil, &cli.UsageError{Text: fmt.Sprintf("%s is named twice", w), Help: "name each rule once"}
		}
		study.Names = append(study.Names, named.Name)
	}
	return study, overrides, nil
}
