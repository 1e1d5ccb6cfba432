package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
)

type trainCommand struct {
	Spec      string     `arg:"" help:"Experiment file, - for stdin."`
	Overrides []string   `arg:"" optional:"" help:"Changes to the file, such as learn.rate=0.01 seed=7."`
	Epochs    epochsFlag `placeholder:"N" help:"Epochs in all, as learn.epochs=N; or +N: the run of this experiment, once it has ended, goes on by so many more, each time that it is asked; a script that may be repeated gives N in all."`
	Out       string     `short:"o" placeholder:"DIR" help:"Run directory; default: runs/NAME."`
	NoFigures bool       `help:"Draw no pictures."`

	watchFlags    `embed:""`
	cli.Computing `embed:""`
}

// Help is the part of --help that shows the command at work.
func (*trainCommand) Help() string {
	return `Examples:
  elastrain train mine.yaml                             result and pictures in runs/mine
  elastrain train mine.yaml seed=7 learn.epochs=500     with other values
  elastrain train mine.yaml --out runs/first            in a directory of your choice
  elastrain train mine.yaml                             the same again, after Ctrl-C: goes on
  elastrain train mine.yaml learn.epochs=900            more epochs: goes on from the shorter run
  elastrain train mine.yaml --epochs +1000              so many more than the run in runs/mine has, in its place
  elastrain train mine.yaml --tensorboard boards        curves for tensorboard --logdir boards

Exit code 1 says that the goal learn.stop.loss was missed.`
}

func (c *trainCommand) Run(s *session) error {
	if c.Epochs.N > 0 && !c.Epochs.Added {
		c.Overrides = append(c.Overrides, fmt.Sprintf("learn.epochs=%d", c.Epochs.N))
	}
	file, files, err := s.ReadSpec(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	options, err := c.Options()
	if err != nil {
		return err
	}
	request := run.Request{File: file, Overrides: c.Overrides, Files: files, Options: options, NoFigures: c.NoFigures}
	place(&request, c.Out, cli.RunName(c.Spec, c.Overrides), cli.RunName(c.Spec, nil))
	if c.Epochs.Added {
		if request, err = run.More(request, c.Epochs.N); errors.Is(err, run.ErrNoRun) {
			return &cli.UsageError{Text: err.Error(), Help: "train it first, without --epochs; or say how many epochs in all: learn.epochs=N"}
		}
		if err != nil {
			return err
		}
	}
	return s.train(request, &c.watchFlags)
}

// mostName is the bytes of the name of a run: with -999 behind it a file system
// still takes it. Retraining a retrained network adds names to names.
const mostName = 248

// place says where a run goes: the directory asked for, or runs/name. There it may
// go on from a shorter training in a directory whose name begins with kin.
func place(request *run.Request, out, name, kin string) {
	request.Parent, request.Name = "runs", name
	if out != "" {
		out = filepath.Clean(out) // without it Dir of "a/b/" is "a/b"
		request.Parent, request.Name, request.Exact = filepath.Dir(out), filepath.Base(out), true
		return
	}
	request.Name, request.Kin = atomicfile.Shorten(request.Name, mostName), kin
}

// train opens a run, trains it and prints what came out.
func (s *session) train(request run.Request, flags *watchFlags) error {
	w, err := flags.watcher(s)
	if err != nil {
		return err
	}
	if w != nil {
		request.Sinks = append(request.Sinks, w)
	}
	if p := s.NewProgress(); p != nil {
		request.Sinks = append(request.Sinks, p)
	}
	r, err := run.Open(request)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // after an error, which counts; else it is closed below
	already := r.Complete()
	if !already {
		s.notes(r.Experiment)
	}
	for _, note := range r.Mended {
		fmt.Fprintf(s.Err, "%s: %s\n", r.Dir, note) // also when quiet
	}
	if r.From != "" {
		s.Notef("the same training with fewer epochs is in %s: going on from its last checkpoint\n", r.From)
	}
	if t := r.Trainer; !already && t.Done && t.Epoch < t.Total() {
		s.Notef("it ended after epoch %d of %d, because %s: more epochs change nothing\n", t.Epoch, t.Total(), t.Why)
	}
	defer s.ending.Hold()()
	w.begin(r.Dir)
	defer w.end()
	result, err := r.Train(s.ctx)
	if err != nil {
		return err
	}
	if err := r.Close(); err != nil {
		return err
	}
	if s.JSON {
		if err := s.Object(result); err != nil {
			return err
		}
		return missed(result)
	}
	if already {
		s.Notef("%s is trained already; this is its result (change a value or --out to train another)\n", r.Dir)
	}
	s.printResult(result)
	if request.NoFigures {
		s.Notef("\n")
	} else {
		s.Notef("\npictures  %s\n", filepath.Join(r.Dir, "figures"))
	}
	s.Notef("next      %s    %s --each\n", cli.Command("eval", r.Dir), cli.Command("damage", r.Dir))
	return missed(result)
}

// missed is the failure of a training whose goal, learn.stop.loss, was not reached.
func missed(r *run.Result) error {
	if r.Verdict.Goal == "missed" {
		return &cli.NotMetError{Text: fmt.Sprintf("the goal is missed: the loss %.6g is above learn.stop.loss", r.Loss)}
	}
	return nil
}

func (s *session) printResult(r *run.Result) {
	s.Printf("loss            %.6g\n", r.Loss)
	percent := func(name string, v *float64) {
		if v != nil {
			s.Printf("%-15s %.4g %%\n", name, 100**v)
		}
	}
	percent("train accuracy", r.TrainAccuracy)
	percent("validation", r.ValidAccuracy)
	percent("test accuracy", r.TestAccuracy)
	percent("train error", r.TrainError)
	percent("valid. error", r.ValidError)
	percent("test error", r.TestError)
	if r.Scored > 0 {
		s.Printf("                the training part is scored by %d of its rows, evenly spread\n", r.Scored)
	}
	if r.Electronics != nil {
		s.Printf("electronics     %s\n", r.Electronics)
	}
	if c := r.Changed; c != nil {
		s.Printf("%-15s %d of %d", "to be changed", c.Bonds, c.Of)
		if c.InTurn != nil {
			s.Printf(", %.4g s one after the other", *c.InTurn)
		}
		s.Printf("\n")
	}
	if r.BestEpoch != nil {
		s.Printf("best epoch      %d, chosen by %s\n", *r.BestEpoch, cmp.Or(r.BestBy, "the validation part"))
	}
	if r.ChosenOn == "validation" {
		s.Printf("                the test part is closed: `elastrain eval` opens it, once, when all is chosen\n")
	}
	for _, a := range r.Outputs[:min(len(r.Outputs), 8)] {
		if a.Unit != "" {
			wanted, unit := "", strings.TrimSuffix(" "+a.Unit, " 1") // strains are numbers
			if a.Wanted != nil {
				wanted = fmt.Sprintf("wanted %10.6g%s   ", *a.Wanted, unit)
			}
			s.Printf("sample %-3d %-16s %sreached %10.6g%s\n", a.Sample, a.Output, wanted, a.Reached, unit)
			continue
		}
		if a.Wanted != nil {
			s.Printf("sample %-3d %-16s wanted %10.6f mm   reached %10.6f mm\n", a.Sample, a.Output, 1e3**a.Wanted, 1e3*a.Reached)
		} else {
			s.Printf("sample %-3d %-16s reached %10.6f mm\n", a.Sample, a.Output, 1e3*a.Reached)
		}
	}
	s.Printf("%s, %s, %.3g s\n%s\n", cli.Count(r.Epochs, "epoch"), cli.Count(r.Steps, "step"), r.Seconds, r.Verdict.Text)
	s.warnings(r.Warnings)
}
