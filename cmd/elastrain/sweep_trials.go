package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/sweep"
)

// mostPanels is how many keys a figure of drawn settings has.
const mostPanels = 8

// sweepTrials shows settings that were drawn or asked for: the score by which they are compared against each key, a dot a line of the table; all
// trainings of the best setting are marked. The best of the settings, whose scores are means over seeds, are those of t.
func sweepTrials(lines, t *sweep.Settings) (figure.Picture, error) {
	score, best := t.Choose()
	if score < 0 {
		return nil, &cli.UsageError{Text: "there is nothing to draw: nothing is trained", Help: "tables go to .csv, .npz or .json"}
	}
	var axes []int // of the lines
	for i, a := range lines.Axes {
		if a.Key != sweep.SeedKey {
			axes = append(axes, i)
		}
	}
	if len(axes) == 0 {
		return nil, &cli.UsageError{Text: "there is nothing to draw: no key varies but the seed", Help: "tables go to .csv, .npz or .json"}
	}
	if len(axes) > mostPanels {
		return nil, &cli.UsageError{Text: fmt.Sprintf("%d keys are too many for one figure", len(axes)), Help: "draw from the table (-o table.csv)"}
	}
	name, factor, unit := scoreWords(sweep.Scores[score].Name)
	p := figure.Trials{YName: name + unit, Name: "a training", Scores: make([]float64, len(lines.List))}
	if strings.HasSuffix(name, "accuracy") {
		p.Y = figure.Linear
	}
	if lines.Over != "" {
		p.Name = "mean over " + lines.Over
	}
	failed := 0
	for i, s := range lines.List {
		if p.Scores[i] = math.NaN(); s.Scores[score] != nil {
			p.Scores[i] = factor * s.Scores[score].Mean
		} else {
			failed++
		}
	}
	p.FailedName = fmt.Sprintf("failed (%d)", failed)
	if best != nil && len(t.List) > 1 {
		p.Best, p.BestName = bestOf(lines, t), "best setting"
		if n := len(t.Ties()); n > 1 {
			p.BestName = fmt.Sprintf("best settings, %d equally good", n)
		}
	}
	for _, i := range axes {
		p.Keys = append(p.Keys, trialKey(lines, i))
	}
	return p, nil
}

// bestOf marks the lines that are of the best settings.
func bestOf(lines, t *sweep.Settings) []bool {
	without := slices.IndexFunc(lines.Axes, func(a *sweep.Axis) bool { return a.Key == t.Over })
	key := func(values []string) string { return strings.Join(values, "\x00") }
	best := map[string]bool{}
	for _, s := range t.Ties() {
		best[key(s.Values)] = true
	}
	of := make([]bool, len(lines.List))
	for i, s := range lines.List {
		values := s.Values
		if without >= 0 {
			values = slices.Delete(slices.Clone(values), without, without+1)
		}
		of[i] = best[key(values)] && s.Failed == 0
	}
	return of
}

// trialKey is the i-th key of the lines: on an axis of numbers where all its values are numbers, and else side by side.
func trialKey(lines *sweep.Settings, i int) figure.TrialKey {
	a := lines.Axes[i]
	k := figure.TrialKey{Name: a.Header(), Values: make([]float64, len(lines.List)), Log: a.Log()}
	words := false
	for j, s := range lines.List {
		k.Values[j] = a.Setting(s.Values[i]).Number
		words = words || s.Values[i] != "" && math.IsNaN(k.Values[j])
	}
	if !words {
		return k
	}
	var names []string
	for n := range a.Count() {
		if v := a.Value(n); v != "" && !slices.Contains(names, v) {
			names = append(names, v)
		}
	}
	k.Names, k.Log = names, false
	for j, s := range lines.List {
		k.Values[j] = math.NaN() // of a question without the key
		if at := slices.Index(names, s.Values[i]); at >= 0 {
			k.Values[j] = float64(at)
		}
	}
	return k
}

// trialsSize is the size of their figure, for a page of a paper: 6 cm a row, and as wide as two columns of print where panels are three or more.
func trialsSize(t figure.Trials) (width, height vg.Length) {
	columns := t.Columns()
	rows := vg.Length((len(t.Keys) + columns - 1) / columns)
	width = 17 * vg.Centimeter
	if columns < 3 {
		width = vg.Length(columns) * 7 * vg.Centimeter
	}
	if columns == 1 {
		width = 9 * vg.Centimeter
	}
	return width, (1 + 5.5*rows) * vg.Centimeter
}
