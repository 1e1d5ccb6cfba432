package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/autonomous"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/trials"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// line is one curve: what is kept of an example under a condition that grows worse.
type line struct {
	name, example string
	change        func(*autonomous.Study)
}

// picture is the curves of one condition.
type picture struct {
	name, sweep string
	lines       []line
}

// learns are the settings that were chosen on validation parts.
func learns(s *autonomous.Study) { s.Rate, s.Shown = 0.01, 1000 }
func iris(s *autonomous.Study)   { s.Rate, s.Shown = 0.005, 1000 }

func also(first, then func(*autonomous.Study)) func(*autonomous.Study) {
	return func(s *autonomous.Study) { first(s); then(s) }
}

func reborn(where string) func(*autonomous.Study) {
	return func(s *autonomous.Study) { s.Rate, s.Shown, s.Reborn = 0.01, 2000, where }
}

// gel reads so often in a half, has so slow a slowest mode, and is so warm.
func gel(readings int, slowest float64, warm ...float64) func(*autonomous.Study) {
	return func(s *autonomous.Study) {
		s.Rate, s.Shown, s.Readings, s.Relaxation, s.Values = 0.01, 150, readings, slowest, warm
	}
}

var pictures = []picture{
	{"living-messages", "messages", []line{
		{"left-right", "left-right", learns},
		{"left-right, latched", "left-right", also(learns, func(s *autonomous.Study) { s.Latched = true })},
		{"Iris", "iris", iris},
		{"Iris, latched", "iris", also(iris, func(s *autonomous.Study) { s.Latched = true })}}},
	{"living-dead", "dead", []line{{"left-right", "left-right", learns}, {"Iris", "iris", iris}}},
	{"living-drift", "drift", []line{{"left-right", "left-right", learns}, {"Iris", "iris", iris}}},
	{"living-turnover", "lifetime", []line{
		{"left-right, reborn as at the start", "left-right", reborn("start")},
		{"left-right, anywhere", "left-right", reborn("random")},
		{"left-right, like a neighbour", "left-right", reborn("neighbour")},
		{"Iris, as at the start", "iris", iris}}},
	{"living-temperature", "temperature", []line{
		{"left-right, 1 reading", "left-right", func(s *autonomous.Study) { s.Rate, s.Shown, s.Readings = 0.01, 300, 1 }},
		{"left-right, 4 readings", "left-right", func(s *autonomous.Study) { s.Rate, s.Shown, s.Readings = 0.01, 300, 4 }},
		{"left-right, 16 readings", "left-right", func(s *autonomous.Study) { s.Rate, s.Shown, s.Readings = 0.01, 300, 16 }},
		{"Iris, 4 readings", "iris", func(s *autonomous.Study) { s.Rate, s.Shown = 0.01, 300 }},
		{"gel, 16 readings", "gel", gel(16, 0.02, 1, 10, 30, 100, 300)}}},
	{"living-gel", "temperature", []line{
		{"4 readings", "gel", gel(4, 0.02, 1, 3, 10, 30, 100)},
		{"16 readings", "gel", gel(16, 0.02, 1, 10, 30, 100, 300)},
		{"64 readings, 10 times as fast", "gel", gel(64, 0.002, 10, 100)}}},
	{"living-motors", "site", []line{
		{"behaviour, 600 samples", "behaviour", func(s *autonomous.Study) { s.Rate, s.Shown, s.Site = 0.01, 600, 1e-6 }},
		{"behaviour, lives of 300", "behaviour", func(s *autonomous.Study) { s.Rate, s.Shown, s.Site, s.Lifetime = 0.01, 600, 1e-6, 300 }}}},
}

// draw measures pictures and writes them; words choose among their names.
func draw(dir, keep string, seeds int, words []string) {
	for _, p := range pictures {
		if len(words) > 0 && !slices.Contains(words, strings.TrimPrefix(p.name, "living-")) {
			continue
		}
		of, err := autonomous.FindCondition(p.sweep)
		if err != nil {
			log.Fatal(err)
		}
		curves := figure.Curves{XName: of.What, YName: fmt.Sprintf("kept, %% of the way (mean ± sd of %d lives)", seeds), Y: figure.Linear, X: figure.Linear, YMin: 0, YMax: 105}
		if of.Log {
			curves.X = figure.Log
		}
		scale := 1.0
		switch {
		case of.Unit == "fraction" && p.sweep != "temperature":
			scale = 100
		case of.Unit == "m":
			scale = 1e6
		}
		for i, l := range p.lines {
			s := autonomous.Study{Rule: "backprop", Readings: 4, Nudge: 0.1, Sites: 1000, Seeds: seeds, Seed: 1, Sweep: p.sweep, Values: of.Values}
			s.Reborn = "start"
			l.change(&s)
			r, err := live(&s, exampleOf(l.example), keep, p.name, i)
			if err != nil {
				log.Fatal(err)
			}
			series := figure.Series{Name: l.name, Marker: figure.Dot}
			for n := range r.Rows {
				row := &r.Rows[n]
				text := ""
				if row.Within != nil {
					text += fmt.Sprintf(", of able %s", mean100(row.Within))
				}
				if r.Classes {
					text += fmt.Sprintf(", %s %s", r.Judged, mean100(row.Accuracy))
				}
				time := "-"
				if row.Time90 != nil {
					time = fmt.Sprintf("%.0f", *row.Time90)
				}
				fmt.Printf("%s, %s %g: kept %s%s; 90 %% after %s (%d of %d), deaths %.0f, moves %.0f\n", l.name, p.sweep, *row.Value, mean100(&row.Kept), text, time, row.Reached, seeds, row.Deaths, row.Moves)
				at := func(v float64) float64 { return math.Min(100, 100*v) } // more than all cannot be kept; what is below 0 leaves the picture
				series.X, series.Y = append(series.X, scale**row.Value), append(series.Y, at(row.Kept.Mean))
				series.Lo, series.Hi = append(series.Lo, at(row.Kept.Mean-row.Kept.Sd)), append(series.Hi, at(row.Kept.Mean+row.Kept.Sd))
			}
			curves.Series = append(curves.Series, series)
		}
		if err := run.WritePictures(atomicfile.OS{}, dir, []run.Picture{{Name: p.name, Picture: curves, Width: 14 * vg.Centimeter, Height: 9 * vg.Centimeter}}); err != nil {
			log.Fatal(err)
		}
	}
}

// live lets the lives of a line be lived, or takes those that are kept.
func live(s *autonomous.Study, x *experiment.Experiment, keep, name string, number int) (*autonomous.Report, error) {
	if keep == "" {
		return s.Run(context.Background(), x, nil, func(*autonomous.Row) {})
	}
	made, err := trials.Made(s.Alike(), trials.Source{Resolved: x.File.Resolved(), Sets: []*task.Set{x.Train, x.Valid}})
	if err != nil {
		return nil, err
	}
	store, err := trials.Open(atomicfile.OS{}, filepath.Join(keep, fmt.Sprintf("%s-%d", name, number+1)))
	if err != nil {
		return nil, err
	}
	r, err := s.Run(context.Background(), x, &trials.Alike{Store: store, Made: made}, func(*autonomous.Row) {})
	return r, errors.Join(err, store.Close())
}

func exampleOf(name string) *experiment.Experiment {
	if name == "iris" {
		x, err := build([]string{"task.loss=softmax", "task.validation={share: 30 %}"})
		if err != nil {
			log.Fatal(err)
		}
		return x
	}
	text, _ := examples.Text(name)
	file, err := spec.Parse(name, text)
	if err != nil {
		log.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{Threads: 1})
	if err != nil {
		log.Fatal(err)
	}
	return x
}

func mean100(m *rules.Mean) string { return fmt.Sprintf("%.1f ± %.1f %%", 100*m.Mean, 100*m.Sd) }
