package main

import (
	"bytes"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/run/insitu"
)

type labPlanCommand struct {
	Spec      string   `arg:"" help:"Experiment file with a section lab."`
	Overrides []string `arg:"" optional:"" help:"Changes to the file."`
	HTML      string   `placeholder:"FILE" help:"Write the step cards as a page for a phone or a printer."`
	Noise     float64  `default:"6" help:"Noise of a marker coordinate in one look, um; elastrain lab check measures it."`
}

// Help is the part of --help that shows the command at work.
func (*labPlanCommand) Help() string {
	return `Plans the loads of one gradient at the start: which masses of the box (lab.weights) hang on which strings, and how wrong the
gradient will be because of marker noise and of masses that do not fit. Training hangs what is planned here; loads of errors follow
from what is measured, and are those of a lattice that is as it was designed. Nothing is hung and nothing is asked of the bench.

Examples:
  elastrain lab plan mine.yaml
  elastrain lab plan mine.yaml --html cards.html
  elastrain lab plan mine.yaml "lab.weights.masses=1 g, 2 x 2 g, 5 g"`
}

func (c *labPlanCommand) Run(s *session) error {
	l, err := s.buildLab(c.Spec, c.Overrides)
	if err != nil {
		return err
	}
	if !(c.Noise >= 0 && c.Noise < 1e6) {
		return &cli.UsageError{Text: "the noise is a number of micrometres from 0", Help: "6 is that of the published experiment"}
	}
	loads, err := l.Plan(1e-6 * c.Noise)
	if err != nil {
		return err
	}
	warnings, err := l.Experiment.Warnings()
	if err != nil {
		return err
	}
	share, reads, err := l.Drowned(1e-6 * c.Noise)
	if err != nil {
		return err
	}
	loss, doubt, searches, err := l.Doubt(1e-6 * c.Noise)
	if err != nil {
		return err
	}
	cards := insitu.Cards(loads, wait(l))
	if c.HTML != "" {
		var page bytes.Buffer
		if err := hang.WriteHTML(&page, l.Experiment.Spec.Title, l.Experiment.Network, cards); err != nil {
			return err
		}
		if err := cli.WriteOutput(c.HTML, page.Bytes()); err != nil {
			return err
		}
	}
	if s.JSON {
		return s.Object(struct {
			Loads    []insitu.PlannedLoad `json:"loads"`
			Cards    int                  `json:"cards"`
			Warnings []experiment.Warning `json:"warnings"` // at the start
		}{loads, len(cards), warnings})
	}
	for _, p := range loads {
		s.Printf("%s\n", p.Name)
		for _, spring := range p.Sets {
			s.Printf("  set %s\n", spring)
		}
		s.Printf("%s\n", p.Plan)
		if taken := p.Plan.Options[p.Plan.Taken]; taken.Noise > mostNoise && !reads && !searches {
			s.Printf("warning: marker noise would be more than half of this gradient: take more repeats, larger loads (lab.protocol.adjoint), or a better camera\n\n")
		}
	}
	if reads {
		s.Printf("noise of the first gradient, which %s takes from outputs at changed stiffnesses: %.2g %% of it\n\n", l.Spec.Rule, 100*share)
	}
	of := "gradient"
	if searches {
		of = "look"
		each, first := l.LooksAtMost()
		s.Printf("loss at the start, as %s will read it: %.4g +- %.2g; a step takes %d looks at most\n\n", l.Spec.Method, loss, doubt, max(each, first))
	}
	s.Printf("step cards of one %s:\n", of)
	var text bytes.Buffer
	if err := hang.WriteCards(&text, cards); err != nil {
		return err
	}
	s.Printf("%s", text.String())
	s.warnings(warnings)
	if c.HTML != "" {
		s.Notef("\ncards     %s\n", c.HTML)
	}
	s.Notef("next      %s\n", cli.Command("lab train", c.Spec, c.Overrides...))
	return nil
}

// mostNoise is the share of a gradient from which its noise gets a warning.
const mostNoise = 0.5

// wait is what the cards say between hanging and looking.
func wait(l *insitu.Lab) time.Duration { return l.Protocol.Settle.Wait }
