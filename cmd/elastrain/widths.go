package main

import (
	"bytes"
	"errors"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
)

// widthsFlag is for commands that look at a part as it was made.
type widthsFlag struct {
	Widths string `placeholder:"FILE" help:"CSV file of widths measured on the part: columns bond, width with its unit; other bonds stay as they are."`
}

// measured are the parameters as the widths make them; without the flag those that are given, and nil.
func (c *widthsFlag) measured(s *session, x *experiment.Experiment, theta []float64) ([]float64, *experiment.Measured, error) {
	if c.Widths == "" {
		return theta, nil, nil
	}
	text, err := cli.ReadData(c.Widths)
	if err != nil {
		return nil, nil, err
	}
	made, m, err := x.AsMeasured(theta, c.Widths, bytes.NewReader(text))
	var bad *experiment.WidthsError
	if errors.As(err, &bad) {
		what, way, _ := strings.Cut(bad.Error(), "; ")
		return nil, nil, &cli.UsageError{Text: what, Help: way}
	}
	if err != nil {
		return nil, nil, err
	}
	for _, n := range m.Notes {
		s.Notef("note: %s: %s\n", c.Widths, n)
	}
	if !s.JSON {
		s.Printf("widths      of %s: %+.2f %% in the mean, deviation %.2f %%; farthest bond %d, %.4g mm in place of %.4g mm\n",
			cli.Count(m.Bonds, "bond"), 100*m.Mean, 100*m.Deviation, m.Farthest, 1e3*m.Width, 1e3*m.Planned)
	}
	return made, m, nil
}
