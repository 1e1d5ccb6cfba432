package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	labsession "github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run/insitu"
)

type labTrainCommand struct {
	Spec       string   `arg:"" help:"Experiment file with a section lab."`
	Overrides  []string `arg:"" optional:"" help:"Changes to the file, such as lab.bench=twin lab.steps=20."`
	Out        string   `short:"o" placeholder:"DIR" help:"Directory of the session; default: runs/NAME-lab."`
	Start      string   `placeholder:"FILE" help:"Begin at what each bond has in a table: bond, stiffness (N/m); of elements the table of a session or run, kind, number, parameter, value."`
	From       string   `placeholder:"SESSION" help:"Begin where another session left the lattice."`
	watchFlags `embed:""`
	trusting
}

// Help is the part of --help that shows the command at work.
func (*labTrainCommand) Help() string {
	return `Ctrl-C once pauses when the load that hangs has been measured; twice pauses now and makes the bench safe. A system that
shuts down (SIGTERM) or a terminal that closes (SIGHUP) pauses after this load, or after two seconds. The same command goes
on at the last commit, and no measurement is lost.

A bench of photographs or tables remembers what its bonds are set to, in stiffness.csv in the directory of orders. A session
that would begin elsewhere is refused; --start and --from begin at what is set. A session that has ended goes on when lab.steps
is raised in its file.

Examples:
  elastrain lab train mine.yaml lab.bench=twin     rehearse on the simulated specimen
  elastrain lab train mine.yaml                    with the bench of the file
  elastrain lab train mine.yaml                    the same again, after a pause: goes on
  elastrain lab train more.yaml --from runs/mine-lab    another session on the same lattice
  elastrain lab train rig.yaml --trust             start the program that the file names`
}

func (c *labTrainCommand) Run(s *session) error {
	if c.Spec == "-" {
		return &cli.UsageError{Text: "a session needs a file to come back to", Help: "write it to a file, such as `elastrain new lab-behaviour > mine.yaml`, then `elastrain lab train mine.yaml`"}
	}
	file, files, err := s.ReadSpec(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	start, err := c.start()
	if err != nil {
		return err
	}
	others, err := c.watcher(s)
	if err != nil {
		return err
	}
	watch := &labProgress{s: s, others: others}
	request := insitu.Request{File: file, Overrides: c.Overrides, Files: files, Options: s.labOptions(c.Spec, file),
		Ready: func(l *insitu.Lab) error {
			err := c.agree(s, l)
			s.ending.Move(new(cli.Moving)) // until the session runs, the first signal ends it
			return err
		}, Phase: watch.phase, Step: watch.step, Start: start,
		Parent: "runs", Name: cli.RunName(c.Spec, c.Overrides) + "-lab"}
	if c.Out != "" {
		out := filepath.Clean(c.Out)
		request.Parent, request.Name, request.Exact = filepath.Dir(out), filepath.Base(out), true
	}
	defer s.ending.Still()
	t, err := insitu.Open(s.ctx, request)
	if err != nil {
		return err
	}
	for _, note := range t.Notes {
		s.Notef("%s: %s\n", t.Dir, note)
	}
	defer func() { _ = t.Close(context.Background()) }() // after a panic; else it is closed below
	others.begin(t.Dir)
	result, err := c.train(s, t, watch)
	if closed := t.Close(context.Background()); err == nil {
		err = closed
	}
	others.end() // the bench is safe by now
	if err != nil {
		var specimen *labsession.SpecimenError
		if errors.As(err, &specimen) {
			what := "the stiffness, and the width, of every bond"
			if t.Lab.Experiment.Solid != nil {
				what = "every parameter"
			}
			s.Notef("%s of the next specimen is in %s\n", what, filepath.Join(t.Dir, "stiffness.csv"))
		}
		return err
	}
	warnings, err := t.Lab.Experiment.Warnings() // at what the lattice was asked to be last
	if err != nil {
		return err
	}
	if s.JSON {
		return s.Object(struct {
			*insitu.Result
			Warnings []experiment.Warning `json:"warnings"`
		}{result, warnings})
	}
	printLabResult(s, t.Lab, result)
	s.warnings(warnings)
	next := cli.Command("lab replay", t.Dir)
	if t.Lab.Identifiable() == nil {
		next += "    " + cli.Command("lab identify", t.Dir)
	}
	s.Notef("\npictures  %s\nnext      %s\n", filepath.Join(t.Dir, "figures"), next)
	return nil
}

// start is where the session begins, nil for where its file says.
func (c *labTrainCommand) start() (*insitu.Start, error) { return startOf(c.Start, c.From) }

// startOf is the stiffness of a table, or of another session; nil where neither is given.
func startOf(table, session string) (*insitu.Start, error) {
	switch {
	case table != "" && session != "":
		return nil, &cli.UsageError{Text: "--start and --from both say where to begin", Help: "give one of them"}
	case session != "":
		return insitu.StartFrom(atomicfile.OS{}, session)
	case table != "":
		const most = 1 << 28
		text, err := atomicfile.ReadFile(atomicfile.OS{}, table, most)
		return &insitu.Start{Name: table, Text: string(text)}, err
	}
	return nil, nil
}

// train runs the session, with signals as a bench needs them.
func (c *labTrainCommand) train(s *session, t *insitu.Training, watch *labProgress) (*insitu.Result, error) {
	if t.Done != nil && t.Done.Ended != "success" {
		s.Notef("%s was ended for good (%s); this is its result (--out begins another session)\n", t.Dir, t.Done.Ended)
		return t.Done, nil
	}
	if t.Done != nil {
		on := "raise lab.steps in its file to go on"
		if t.Done.Steps < t.Lab.Spec.Steps { // more of them would not be taken either
			on = "it ended before its last step: " + t.Done.Why
		}
		s.Notef("%s is trained already; this is its result (%s; change a value or --out to train another)\n", t.Dir, on)
		return t.Done, nil
	}
	s.moves(t)
	if err := s.ctx.Err(); err != nil { // a signal came while the bench was opened
		return nil, err
	}
	watch.begin(t)
	return t.Train(s.ctx)
}

// times is how often something was done.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// setBy is what sets springs between the loads of a step.
func setBy(l *insitu.Lab) string {
	if each, _ := l.LooksAtMost(); each > 1 {
		return "the search has"
	}
	return "inputs or the rule"
}

func printLabResult(s *session, l *insitu.Lab, r *insitu.Result) {
	s.Printf("%s, %s, %s; %s\n", cli.Count(r.Steps, "step"), cli.Count(r.Loads, "load"), cli.Count(r.Looks, "look"), r.Why)
	if r.Settings > 0 {
		s.Printf("settings        %s set springs %s, %s in all\n", setBy(l), times(r.Settings), cli.Count(r.Set, "spring"))
	}
	if u := r.Updates; u != nil {
		s.Printf("updates         %s\n", u)
	}
	noise := fmt.Sprintf("%.3g um", 1e6*r.Noise)
	if r.Steps == 0 && r.Noise == 0 {
		noise = "not measured, for no step was taken"
	}
	s.Printf("noise           %s\n\n%-28s %12s %12s %12s %12s\n", noise, "", "loss", "train", "test loss", "test")
	row := func(name string, m *insitu.Marks) {
		if m == nil {
			return
		}
		if *m == (insitu.Marks{}) {
			s.Printf("%-28s %12s\n", name, "not measured")
			return
		}
		number := func(v *float64, percent bool) string {
			switch {
			case v == nil:
				return ""
			case percent:
				return fmt.Sprintf("%.4g %%", 100**v)
			}
			return fmt.Sprintf("%.6g", *v)
		}
		train, test := m.Accuracy, m.TestAccuracy
		if train == nil {
			train, test = m.Relative, m.TestRelative
		}
		s.Printf("%-28s %12s %12s %12s %12s\n", name, number(m.Loss, false), number(train, true), number(m.TestLoss, false), number(test, true))
	}
	row("before, as measured", &r.Before)
	row("after, as measured", &r.After)
	row("after, without noise", r.Truth)
	theory := "linear theory of what it has"
	if x := l.Experiment; x.Solid != nil && !x.Solid.Eq.Linear() {
		theory = "theory of what it has"
	}
	row(theory, r.Model)
}
