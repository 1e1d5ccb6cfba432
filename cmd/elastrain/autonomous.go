package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/autonomous"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/learn/automaton"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/trials"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

type autonomousCommand struct {
	Spec        string   `arg:"" help:"Experiment file, - for stdin."`
	Overrides   []string `arg:"" optional:"" help:"Changes to the file, such as task.loss=softmax."`
	Rule        string   `enum:"backprop,ep,coupled" default:"backprop" help:"What bonds make of what they feel: backprop, the elongation under the input times that under the error alone; ep, the difference of their energy with and without the error beside the input; coupled, the same with the outputs pushed nearer to where they shall go; default: ${default}."`
	Shown       int      `default:"1000" placeholder:"N" help:"Samples that are shown, one after another; default: ${default}."`
	Alone       int      `default:"0" placeholder:"N" help:"Units of time (one sample each) after that in which nothing hangs and nothing is said; default: ${default}."`
	Rate        string   `default:"1 %" placeholder:"SHARE" help:"Change of a bond in a showing at the start, root mean square, as a share of its range (of motors, of a site); default: ${default}."`
	Messages    string   `default:"0 %" placeholder:"SHARE" help:"Share of the bits that a bond does not hear."`
	Dead        string   `default:"0 %" placeholder:"SHARE" help:"Share of the bonds that never change, rounded up."`
	Stuck       string   `default:"0 %" placeholder:"SHARE" help:"Share of those that are stuck anywhere in their range."`
	Flipped     string   `default:"0 %" placeholder:"SHARE" help:"Share of those that change the wrong way."`
	Noisy       string   `default:"0 %" placeholder:"SHARE" help:"Share of those whose readings are wrong by about as much as they are."`
	Drift       string   `default:"0 %" placeholder:"SHARE" help:"Scatter of the clocks: standard deviation of ln of their rate."`
	Jitter      string   `default:"0 %" placeholder:"SHARE" help:"Standard deviation of each tick, as a share of it."`
	Noise       string   `default:"0 um" placeholder:"LENGTH" help:"Standard deviation of each reading of a bond or an output."`
	Lifetime    float64  `default:"0" placeholder:"N" help:"Mean life of a bond, in samples shown; 0: for ever."`
	Reborn      string   `enum:"start,random,neighbour" default:"start" help:"Where a bond is born again: start, random in its range, or neighbour, a copy of one; default: ${default}."`
	Temperature string   `default:"0 %" placeholder:"SHARE" help:"kT, as a share of the mean energy of a bond under the inputs at the start, or a temperature such as '300 K'."`
	Relaxation  float64  `default:"0" placeholder:"T" help:"Slowest relaxation time of the lattice, in samples shown; default: 0, at once, and 0.02 where it is warm."`
	Nudge       string   `default:"10 %" placeholder:"SHARE" help:"Of ep: largest error beside an input, as a share of the largest input; of coupled: share of the way that outputs are pushed; default: ${default}."`
	Site        string   `default:"0 um" placeholder:"LENGTH" help:"Bonds are motors that learn their rest lengths by letting go and taking hold this far away; default: stiffnesses learn."`
	Sites       int      `default:"20" placeholder:"N" help:"Places of attachment to either side; default: ${default}."`
	Readings    int      `default:"4" placeholder:"N" help:"Readings of a bond after each bit, spread over 0.4 of a unit of time; default: ${default}."`
	Latched     bool     `help:"Bonds go on until they hear another bit, and do not rest when they have done what was asked."`
	Seeds       int      `default:"5" placeholder:"N" help:"Lives, with seeds from that of the file on; default: ${default}."`
	Sweep       string   `placeholder:"NAME[=V,...]" help:"Make one condition worse step by step: messages, dead, stuck, flipped, noisy, drift, jitter, noise, lifetime, temperature or site, at values of its flag."`
	Test        bool     `help:"Open the test part, once, at the end."`
	Out         string   `short:"o" placeholder:"DIR" help:"Directory of table, figure and finished lives; default: autonomous/NAME."`

	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*autonomousCommand) Help() string {
	return `A driver shows samples one at a time: it hangs the input and says "free", then the error that it sees and says "error". Every bond hears that bit,
or misses it, reads its own elongation by its own clock and changes its own stiffness. There is no other computer. Time is counted in samples shown.
What is kept is the share of the way from the loss at the start to the least that exact slopes lead to, in the last fifth of the time.
Stopped or killed, the same command goes on with the lives that are missing.

Examples:
  elastrain autonomous examples/left-right.yaml --messages '1 %' --dead '5 %'       faults, five lives
  elastrain autonomous examples/left-right.yaml --shown 300 --sweep messages='0 %,10 %,50 %'    what is kept against loss of messages
  elastrain autonomous examples/left-right.yaml --shown 600 --lifetime 300 --reborn neighbour   bonds die and are born again
  elastrain autonomous examples/behaviour.yaml --shown 300 --site '20 um'            motors that let go and take hold`
}

func (c *autonomousCommand) Run(s *session) error {
	study, err := c.study()
	if err != nil {
		return err
	}
	x, _, err := s.Build(c.Spec, c.Overrides, &c.Computing)
	if err != nil {
		return err
	}
	s.notes(x)
	if err := study.Fit(x); err != nil {
		if misfit := new(experiment.Misfit); errors.As(err, &misfit) {
			if at, ok := misfit.Place(x); ok {
				return at
			}
		}
		what, way, _ := strings.Cut(err.Error(), "; ")
		return &cli.UsageError{Text: what, Help: way}
	}
	study.Seed = x.Spec.Seed
	if err := seedsFit(study.Seed, study.Seeds); err != nil {
		return err
	}
	if study.OpenTest && x.Test.N == 0 {
		return &cli.UsageError{Text: c.Spec + " has no test part", Help: "leave --test out"}
	}
	dir := c.Out
	if dir == "" {
		dir = filepath.Join("autonomous", cli.RunName(c.Spec, c.Overrides))
		if study.Sweep != "" {
			dir += "-" + study.Sweep
		}
	}
	made, err := trials.Made(study.Alike(), trials.Source{Resolved: x.File.Resolved(), Sets: []*task.Set{x.Train, x.Valid, x.Test}})
	if err != nil {
		return err
	}
	kept, err := trials.Open(atomicfile.OS{}, dir)
	if err != nil {
		return err
	}
	report, err := c.live(s, x, study, &trials.Alike{Store: kept, Made: made}, dir)
	if closed := kept.Close(); err == nil {
		err = closed
	}
	if err != nil {
		if s.ctx.Err() != nil && errors.Is(err, s.ctx.Err()) {
			return &cli.GoesOnError{With: " with the lives that are missing"}
		}
		if errors.Is(err, autonomous.ErrDone) || errors.Is(err, automaton.ErrNothing) {
			what, way, _ := strings.Cut(err.Error(), "; ")
			return &cli.UsageError{Text: what, Help: way}
		}
		return err
	}
	if s.JSON {
		return s.Object(report)
	}
	s.Printf("%s", autonomousText(report))
	s.Notef("\ntable and figure  %s\n", dir)
	return nil
}

// live lets the lattices of a study live that have not lived yet, and writes what came of all.
func (c *autonomousCommand) live(s *session, x *experiment.Experiment, study *autonomous.Study, store *trials.Alike, dir string) (*autonomous.Report, error) {
	opened := 0
	if study.OpenTest {
		var err error
		if opened, err = run.OpensFor(atomicfile.OS{}, dir, fmt.Sprintf("%s, %d seeds", store.Made, study.Seeds)); err != nil {
			return nil, err
		}
		fmt.Fprintf(s.Err, "the test part is opened at the end, for the %s time in %s: settings that are chosen by it are too good\n", run.Ordinal(opened), dir)
	}
	study.Told = newLifeProgress(s, study).tell
	defer s.ending.Hold()()
	report, err := study.Run(s.ctx, x, store, func(r *autonomous.Row) { s.Notef("%s\n", kept(study, r)) })
	if err != nil {
		return nil, err
	}
	report.Spec, report.Opened = c.Spec, opened
	return report, writeAutonomous(dir, report)
}

// study is what the flags ask for.
func (c *autonomousCommand) study() (*autonomous.Study, error) {
	a := &autonomous.Study{Rule: c.Rule, Latched: c.Latched, Readings: c.Readings, Shown: c.Shown, Left: c.Alone, Sites: c.Sites, Seeds: c.Seeds, OpenTest: c.Test}
	a.Lifetime, a.Reborn, a.Relaxation = c.Lifetime, c.Reborn, c.Relaxation
	for _, n := range []struct {
		flag        string
		v, lo, most int
	}{{"shown", c.Shown, 1, 10_000_000}, {"alone", c.Alone, 0, 10_000_000}, {"seeds", c.Seeds, 1, 10000}, {"sites", c.Sites, 1, 1_000_000}, {"readings", c.Readings, 1, 10000}} {
		if n.v < n.lo || n.v > n.most {
			return nil, &cli.UsageError{Text: fmt.Sprintf("--%s %d is not in its range", n.flag, n.v), Help: fmt.Sprintf("give %d to %d", n.lo, n.most)}
		}
	}
	for _, f := range []struct {
		flag, text, unit string
		to               *float64
		zero             bool
		most             float64
	}{
		{"rate", c.Rate, "fraction", &a.Rate, false, 1000},
		{"messages", c.Messages, "fraction", &a.Lost, true, 1},
		{"dead", c.Dead, "fraction", &a.Dead, true, 1},
		{"stuck", c.Stuck, "fraction", &a.Stuck, true, 1},
		{"flipped", c.Flipped, "fraction", &a.Flipped, true, 1},
		{"noisy", c.Noisy, "fraction", &a.Noisy, true, 1},
		{"drift", c.Drift, "fraction", &a.Drift, true, 3},
		{"jitter", c.Jitter, "fraction", &a.Jitter, true, 10},
		{"noise", c.Noise, "m", &a.Noise, true, 1},
		{"temperature", c.Temperature, "fraction", &a.Heat, true, 1e9},
		{"nudge", c.Nudge, "fraction", &a.Nudge, false, 100},
		{"site", c.Site, "m", &a.Site, true, 1},
	} {
		if k, ok := strings.CutSuffix(strings.TrimSpace(f.text), "K"); ok && f.flag == "temperature" {
			v, err := strconv.ParseFloat(strings.TrimSpace(k), 64)
			if err != nil || !(v > 0 && v <= mostKelvin) {
				return nil, &cli.UsageError{Text: fmt.Sprintf("--temperature %s is no temperature", f.text), Help: fmt.Sprintf("write it as '300 K', above zero and at most %g K", mostKelvin)}
			}
			a.Kelvin = v
			continue
		}
		v, err := spec.Quantity(f.text, f.unit)
		if err != nil {
			return nil, &cli.UsageError{Text: fmt.Sprintf("--%s %s: %v", f.flag, f.text, err), Help: "write it as in a file, such as --messages '1 %' --noise '6 um'"}
		}
		if !(v > 0 || f.zero && v == 0) || v > f.most {
			return nil, &cli.UsageError{Text: fmt.Sprintf("--%s %s is not in its range", f.flag, f.text), Help: span(f.zero, f.most, f.unit)}
		}
		*f.to = v
	}
	for _, f := range []struct {
		flag string
		v    float64
		most float64
	}{{"lifetime", c.Lifetime, 1e12}, {"relaxation", c.Relaxation, 1e6}} {
		if !(f.v >= 0 && f.v <= f.most) {
			return nil, &cli.UsageError{Text: fmt.Sprintf("--%s %g is not in its range", f.flag, f.v), Help: "give a number of samples, 0 or more"}
		}
	}
	if a.Dead+a.Stuck+a.Flipped+a.Noisy > 1 && a.Sweep == "" {
		return nil, &cli.UsageError{Text: "more bonds have faults than there are", Help: "--dead, --stuck, --flipped and --noisy are at most 100 % together"}
	}
	if err := c.sweep(a); err != nil {
		return nil, err
	}
	if a.Lifetime > 0 && a.Lifetime < leastLife {
		return nil, &cli.UsageError{Text: fmt.Sprintf("--lifetime %g: nothing is learned by bonds that live so briefly", a.Lifetime), Help: fmt.Sprintf("give %g samples or more, or 0 for ever", leastLife)}
	}
	worst := *a
	for _, v := range a.Values {
		worst.Set(a.Sweep, v)
		if worst.Dead+worst.Stuck+worst.Flipped+worst.Noisy > 1 {
			return nil, &cli.UsageError{Text: "more bonds have faults than there are", Help: "--dead, --stuck, --flipped and --noisy are at most 100 % together, at each value of --sweep"}
		}
	}
	return a, nil
}

// sweep reads --sweep.
func (c *autonomousCommand) sweep(a *autonomous.Study) error {
	if c.Sweep == "" {
		return nil
	}
	name, list, given := strings.Cut(c.Sweep, "=")
	of, err := autonomous.FindCondition(name)
	if err != nil {
		what, way, _ := strings.Cut(err.Error(), "; ")
		return &cli.UsageError{Text: what, Help: way}
	}
	if a.Sweep, a.Values = name, of.Values; name == "temperature" {
		a.Kelvin = 0
	}
	if !given {
		return nil
	}
	a.Values = nil
	for _, text := range strings.Split(list, ",") {
		text = strings.TrimSpace(text)
		var v float64
		var err error
		if of.Unit == "" {
			v, err = strconv.ParseFloat(text, 64)
		} else {
			v, err = spec.Quantity(text, of.Unit)
		}
		if err != nil || !(v >= 0) || name == "lifetime" && v > 0 && v < leastLife || math.IsInf(v, 0) || v > mostSwept(of) || name == "site" && v == 0 {
			return &cli.UsageError{Text: fmt.Sprintf("--sweep %s: %q is no value of it", name, text), Help: "give values as its flag takes them, such as --sweep messages='0 %,10 %'"}
		}
		if slices.Contains(a.Values, v) {
			return &cli.UsageError{Text: fmt.Sprintf("--sweep %s: %s stands twice in the list", name, text), Help: "give each value once; lives under the same condition are told apart by --seeds"}
		}
		a.Values = append(a.Values, v)
	}
	return nil
}

// mostKelvin is the most that --temperature can be in K.
const mostKelvin = 1e6

// leastLife is the briefest mean life of a bond, in samples shown: each death is an event to follow.
const leastLife = 0.01

// mostSwept is the most that a condition can be, as its flag has it.
func mostSwept(of *autonomous.Condition) float64 {
	switch {
	case of.Name == "temperature":
		return 1e9
	case of.Name == "drift": // beyond, single clocks tick without end
		return 3
	case of.Name == "jitter":
		return 10
	case of.Unit == "":
		return 1e12
	}
	return 1
}
