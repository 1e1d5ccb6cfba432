package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/passport"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

type labPredict struct {
	Spec      string        `arg:"" help:"Experiment file with a section lab, or directory of a session or run: what its bonds are set to last."`
	Overrides []string      `arg:"" optional:"" help:"Changes to the file."`
	Passport  string        `placeholder:"FILE" help:"Passport of the part; default: lab.passport of the file."`
	Start     string        `placeholder:"FILE" help:"What each bond will be asked for: bond, stiffness (N/m); default: where the file starts."`
	From      string        `placeholder:"SESSION" help:"The same, where another session left its lattice."`
	After     time.Duration `placeholder:"TIME" help:"From setting the bonds to the measurement, such as 24h; default: none."`
	Specimens int           `default:"399" placeholder:"N" help:"Specimens that are drawn from the passport; default: ${default}."`
	Seed      uint64        `default:"1" placeholder:"N" help:"Seed of what is drawn; default: ${default}."`
}

// Help is the part of --help that shows the command at work.
func (*labPredict) Help() string {
	return `Draws specimens that the passport allows, and lets the simulated bench measure each as the file says: noise, looks, loads of
whole weights. The bar is where the loss of the part will be in 95 of 100 cases if the passport is right. Below it stands what
makes it wide: bonds and marks, and the noise of the reading. The test part of data stays closed.

Examples:
  elastrain lab predict mine.yaml --passport part.yaml
  elastrain lab predict runs/mine-lab --passport part.yaml    where a session left it, or with a run, for what it learned
  elastrain lab predict mine.yaml --passport part.yaml --start asked.csv --after 24h`
}

func (c *labPredict) Run(s *session) error {
	switch {
	case c.Specimens < insitu.LeastSpecimens || c.Specimens > 1_000_000:
		return &cli.UsageError{Text: fmt.Sprintf("%d specimens make no bar of 95 in 100 cases", c.Specimens), Help: fmt.Sprintf("give %d to 1000000, or leave --specimens out", insitu.LeastSpecimens)}
	case c.After < 0 || c.After > 100*365*24*time.Hour:
		return &cli.UsageError{Text: fmt.Sprintf("the part cannot be measured %v after it was set", c.After), Help: "give a time such as --after 24h"}
	}
	l, asked, err := c.lab(s)
	if err != nil {
		return err
	}
	p, name, err := c.read(s, l)
	if err != nil {
		return err
	}
	found, err := l.Foretell(s.ctx, insitu.Foresight{Passport: p, Asked: asked, After: c.After, Specimens: c.Specimens, Seed: c.Seed})
	if err != nil {
		if s.ctx.Err() != nil {
			return &cli.StoppedError{Text: "a prediction keeps nothing, so run it again"}
		}
		return err
	}
	if p.Misfit > doubtful {
		s.Notef("the measurements that the passport is made of scatter %.2g times as much as their noise explains, so its errors, and these bars, are too short\n", math.Sqrt(p.Misfit))
	}
	if s.JSON {
		return s.Object(struct {
			Passport string `json:"passport"`
			Part     string `json:"part"`
			*insitu.Prediction
		}{name, p.Part, found})
	}
	c.print(s, p, found)
	return nil
}

// doubtful is the misfit from which a passport is not to be trusted.
const doubtful = 1.5

// lab is the lab, and what its bonds will be asked for, N/m.
func (c *labPredict) lab(s *session) (*insitu.Lab, []float64, error) {
	if info, err := os.Stat(c.Spec); err == nil && info.IsDir() {
		if len(c.Overrides) > 0 || c.Start != "" || c.From != "" {
			return nil, nil, &cli.UsageError{Text: "a directory says itself what its bonds are asked for", Help: "give the experiment file, and `--from` with the directory"}
		}
		if _, err := os.Stat(filepath.Join(c.Spec, "manifest.json")); err == nil {
			return c.trained(s)
		}
		r, err := insitu.Load(atomicfile.OS{}, c.Spec)
		if err != nil {
			return nil, nil, err
		}
		return r.Lab, r.Last(), nil
	}
	l, err := s.buildLab(c.Spec, c.Overrides)
	if err != nil {
		return nil, nil, err
	}
	start, err := startOf(c.Start, c.From)
	if err != nil || start == nil {
		return l, l.Start, err
	}
	k, err := start.For(l)
	return l, k, err
}

// trained is the bench of a run, which its bonds are asked on for what they learned.
func (c *labPredict) trained(s *session) (*insitu.Lab, []float64, error) {
	options := experiment.Options{}
	t, err := s.ReadRun(c.Spec, options)
	if err != nil {
		return nil, nil, err
	}
	options.AsAsked = true
	files := t.Files(atomicfile.OS{})
	x, err := experiment.Build(t.File, files, options)
	if err != nil {
		return nil, nil, err
	}
	l, err := insitu.Build(x, files, insitu.Options{Folder: c.Spec})
	if err != nil {
		return nil, nil, err
	}
	if asked := t.Experiment.Asked(t.Stiffness); asked != nil {
		return l, asked, nil
	}
	return l, t.Stiffness, nil
}

// read reads the passport that is given, or the one that the file names.
func (c *labPredict) read(s *session, l *insitu.Lab) (*passport.Passport, string, error) {
	if c.Passport == "" {
		if l.Passport == nil {
			return nil, "", &cli.UsageError{Text: "nothing is known of the part", Help: "give its passport: `" + cli.Command("lab predict", c.Spec) + " --passport part.yaml`; `elastrain lab identify DIR --passport part.yaml` writes one"}
		}
		return l.Passport, l.Spec.Passport, nil
	}
	p, err := l.ReadPassport(c.Passport, s.Beside(""))
	return p, c.Passport, unread(c.Passport, err)
}

// unread says that a passport cannot be read; what is wrong inside of one says its place itself.
func unread(name string, err error) error {
	var bad spec.Errors
	switch {
	case err == nil, errors.As(err, &bad):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return &cli.UsageError{Text: "there is no file " + name, Help: "`elastrain lab identify DIR --passport " + name + "` writes one"}
	}
	return &cli.UsageError{Text: fmt.Sprintf("cannot read %s: %v", name, err), Help: "give the passport of the part, which `elastrain lab identify DIR --passport part.yaml` writes"}
}

func (c *labPredict) print(s *session, p *passport.Passport, f *insitu.Prediction) {
	about := p.Part
	if p.Date != "" {
		about += ", measured " + p.Date
	}
	s.Printf("%s: %s drawn from its passport\n\n", about, cli.Count(f.Specimens, "specimen"))
	s.Printf("%-12s %12s   %-27s %s\n", "", "most likely", "95 % of cases", "half of them")
	line := func(name string, b insitu.Bar, by float64, unit string) {
		s.Printf("%-12s %12s   %-27s %s%s\n", name, number(by*b.Median), number(by*b.Most[0])+" to "+number(by*b.Most[1]), number(by*b.Half[0])+" to "+number(by*b.Half[1]), unit)
	}
	line("loss", f.Loss, 1, "")
	if f.Accuracy != nil {
		line("accuracy", *f.Accuracy, 100, " %")
	}
	if f.Relative != nil {
		line("error", *f.Relative, 100, " %")
	}
	for i, b := range f.Outputs {
		line(fmt.Sprintf("output %d", i+1), b, 1e6, " um")
	}
	s.Printf("\nstandard deviation of the loss: %s from the part (%s by derivatives), %s from the reading\n", number(f.Matter), number(f.Linear), number(f.Reading))
	for _, part := range f.Dominant {
		s.Printf("  %3.0f %% of the part's variance: %s\n", 100*part.Share, part.What)
	}
	if f.Refused > 0 {
		s.Printf("%s went beyond a limit of the bench and count for nothing above\n", cli.Count(f.Refused, "specimen"))
	}
	if len(f.Beyond) > 0 {
		s.Notef("bonds %s will be asked for stiffnesses that they were never measured at: that they have the same share there is taken on trust\n", numbers(f.Beyond))
	}
}

// number is one of four digits.
func number(v float64) string { return fmt.Sprintf("%.4g", v) }

// numbers lists whole numbers.
func numbers(list []int) string {
	text := ""
	for i, n := range list {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprint(n)
	}
	return text
}
