package main

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run/insitu"
)

type labTrustCommand struct {
	Spec      string   `arg:"" help:"Experiment file with a section lab."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	trusting
}

// Help is the part of --help that shows the command at work.
func (*labTrustCommand) Help() string {
	return `Says what program the file would start, what port it would open, or where outside its directory it would write, and remembers that you
agree. Nothing is started. A page of the studio starts only what was agreed to; a program is asked about again when a byte of it changes.

Examples:
  elastrain lab trust rig.yaml            asks
  elastrain lab trust rig.yaml --trust    agrees at once`
}

func (c *labTrustCommand) Run(s *session) error {
	l, err := s.buildLab(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	if err := c.agree(s, l); err != nil {
		return err
	}
	if l.Pinned != nil && len(l.Pinned.Loose) > 0 {
		return &cli.UsageError{Text: "this cannot be remembered: " + strings.Join(l.Pinned.Loose, "; "), Help: "train in a terminal, which asks each time; a page of the studio does not start it"}
	}
	if s.JSON {
		return s.Object(map[string]string{"bench": l.Describe()})
	}
	s.Printf("%s may be used\n", l.Describe())
	return nil
}

// trusted agrees to a bench to which a person has agreed before, and asks nobody.
func (s *session) trusted(l *insitu.Lab) error {
	quiet := &cli.Terminal{In: strings.NewReader(""), Out: s.Out, Err: s.Err, Quiet: true}
	err := new(trusting).agree(&session{Terminal: quiet, ctx: s.ctx, ending: s.ending}, l)
	var usage *cli.UsageError
	if errors.As(err, &usage) {
		file := filepath.FromSlash(l.Experiment.File.Name)
		return &cli.UsageError{Text: usage.Text, Help: "a page starts nothing that you have not agreed to in a terminal: read it, then give `" + cli.Command("lab trust", file) + "` in the folder of the studio"}
	}
	return err
}
