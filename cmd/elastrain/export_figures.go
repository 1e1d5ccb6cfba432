package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/export"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
)

// figures gives a format that holds figures what draws them.
func (c *exportCommand) figures(subject *cli.Subject, format *export.Format, in *export.Input) error {
	if format.Cases != export.Figured {
		if c.Figure != nil {
			return &cli.UsageError{Text: fmt.Sprintf("--figure chooses figures, and a %s file holds none", format.Name), Help: "leave it out, or write a .pdf file"}
		}
		return nil
	}
	warnings, err := subject.Experiment.Warnings()
	if err != nil {
		return err
	}
	if subject.Trained != nil {
		if in.History.Scores, err = subject.Trained.Scores(osFiles); err != nil {
			return err
		}
	}
	var pages []figure.Page
	var names []string
	pictures := run.Pictures(in.Snapshot, warnings)
	for _, p := range pictures {
		names = append(names, p.Name)
		if c.Figure == nil || slices.Contains(c.Figure, p.Name) {
			pages = append(pages, figure.Page{Picture: p.Picture, Width: p.Width, Height: p.Height, Bitmap: p.Bitmap})
		}
	}
	if c.Figure != nil && len(c.Figure) == 0 {
		return &cli.UsageError{Text: "--figure names no figure", Help: "leave it out for all, or name some of " + strings.Join(names, ", ")}
	}
	for _, asked := range c.Figure {
		if !slices.Contains(names, asked) {
			return &cli.UsageError{Text: fmt.Sprintf("%s has no figure `%s`", c.Subject, asked), Help: "it has " + strings.Join(names, ", ")}
		}
	}
	in.Figures = func() ([]byte, error) { return figure.PDF(in.Title, pages...) }
	return nil
}
