package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/run"
)

// writeRules writes the table of a study in three forms, and its figure.
func writeRules(dir string, r *rules.Report) error {
	object, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	sheet, err := rulesSheet(r)
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{"rules.json": append(object, '\n'), "rules.csv": sheet, "rules.md": []byte(rulesPage(r))} {
		if err := atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	return run.WritePictures(atomicfile.OS{}, dir, []run.Picture{rulesPicture(r)})
}

// with is a mean with its spread.
func with(m *rules.Mean, format string) string {
	if m == nil {
		return "-"
	}
	mean := fmt.Sprintf(format, m.Mean)
	if v, err := strconv.ParseFloat(mean, 64); err == nil && v == 0 {
		mean = fmt.Sprintf(format, 0.0) // and not -0.0
	}
	if m.Sd == 0 {
		return mean
	}
	return fmt.Sprintf("%s ± "+format, mean, m.Sd)
}

// reached says how many loads lead to 90 % of the optimum.
func reached(row *rules.Row) string {
	text := "-"
	if row.Loads90 != nil {
		text = fmt.Sprintf("%.0f", *row.Loads90)
	}
	if row.Reached < len(row.Trials) {
		text += fmt.Sprintf(" (%d of %d)", row.Reached, len(row.Trials))
	}
	return text
}

// terms says in a line what all rules met.
func terms(r *rules.Report) string {
	text := fmt.Sprintf("noise %.3g um, gauges biased by %.3g %%", 1e6*r.Noise, 100*r.Bias)
	if r.Bench != "" {
		text = "on a simulated print for each seed, as the section lab has it"
	}
	if r.Exchanged {
		text += " and exchanged at every other step"
	}
	if r.Rests > 0 {
		text += fmt.Sprintf(", no step below %.3g %% of the first loss", 100*r.Rests)
	}
	return fmt.Sprintf("%s; %d loads a trial, %s at rate %g, %s a step, %s from %d; nudge %.3g %%, eta %.3g %%, reach %.3g %%, step %.3g %%",
		text, r.Budget, r.Method, r.Rate, cli.Count(r.Batch, "sample"), cli.Count(r.Seeds, "seed"), r.First, 100*r.Nudge, 100*r.Eta, 100*r.Reach, 100*r.Step)
}

// rulesText is the table for a terminal.
func rulesText(r *rules.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nloss %.4g at the start, %.4g at best\n\n", terms(r), r.Start, r.Optimum)
	fmt.Fprintf(&b, "%-33s %12s %16s %16s %18s %20s\n", "rule", "loads a step", "cosine at start", "on the way", "loads to 90 %", "gained at the end")
	for i := range r.Rows {
		row := &r.Rows[i]
		fmt.Fprintf(&b, "%-33s %12.4g %16s %16s %18s %20s\n", row.Rule, row.StepLoads, with(row.CosFirst, "%.3f"), with(row.CosWay, "%.3f"), reached(row), with(row.Gained, "%.3f"))
	}
	if more := beyond(r); more != "" {
		b.WriteString("\n" + more + "\n")
	}
	return b.String()
}

// beyond names the rules that hung more loads than were to be hung, by a twentieth or more: a step that has begun is taken to its end.
func beyond(r *rules.Report) string {
	var names []string
	for i := range r.Rows {
		if row := &r.Rows[i]; float64(row.Spent.Sum()) >= 1.05*float64(r.Budget) {
			names = append(names, fmt.Sprintf("%s hung %d", row.Rule, row.Spent.Sum()))
		}
	}
	if names == nil {
		return ""
	}
	return fmt.Sprintf("A step that has begun is taken to its end: of %s a trial %s. Where --loads is many of their steps, that is little.", cli.Count(r.Budget, "load"), strings.Join(names, ", "))
}

// rulesPage is rules.md.
func rulesPage(r *rules.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Learning rules on %s\n\n%s. Loss %.4g at the start, %.4g at best.\n\n", r.Spec, terms(r), r.Start, r.Optimum)
	b.WriteString("| rule | loads a step | cosine at start | cosine on the way | loads to 90 % of the optimum | share of the way at the end | loss at the end |\n|---|---|---|---|---|---|---|\n")
	for i := range r.Rows {
		row := &r.Rows[i]
		fmt.Fprintf(&b, "| %s | %.4g | %s | %s | %s | %s | %s |\n", row.Rule, row.StepLoads, with(row.CosFirst, "%.3f"), with(row.CosWay, "%.3f"), reached(row), with(row.Gained, "%.3f"), with(row.Final, "%.3g"))
	}
	if more := beyond(r); more != "" {
		b.WriteString("\n" + more + "\n")
	}
	b.WriteString("\n| rule | hangs a step (N samples, M bonds) | reads | needs to know | needs to store |\n|---|---|---|---|---|\n")
	for i := range r.Rows {
		row := &r.Rows[i]
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", row.Rule, row.Hangs, row.Reads, row.Knows, row.Keeps)
	}
	return b.String()
}

// rulesSheet is rules.csv: a line for each step of each trial.
func rulesSheet(r *rules.Report) ([]byte, error) {
	var text strings.Builder
	rows := [][]string{{"rule", "seed", "step", "loads", "loss", "cosine"}}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	for i := range r.Rows {
		for _, t := range r.Rows[i].Trials {
			name, seed := t.Rule, strconv.FormatUint(t.Seed, 10)
			for n, step := range t.Steps {
				cosine := ""
				if step.Cosine != nil {
					cosine = number(*step.Cosine)
				}
				rows = append(rows, []string{name, seed, strconv.Itoa(n), strconv.Itoa(step.Loads), number(step.Loss), cosine})
			}
			rows = append(rows, []string{name, seed, strconv.Itoa(len(t.Steps)), strconv.Itoa(t.Spent.Sum()), number(t.Final), ""})
		}
	}
	err := csv.NewWriter(&text).WriteAll(rows)
	return []byte(text.String()), err
}

// rulesPicture has the loss against the loads hung, and the cosine beside it.
func rulesPicture(r *rules.Report) run.Picture {
	loss := figure.Curves{XName: "loads hung", YName: "loss, mean over seeds", Y: figure.Auto, Direct: true}
	cos := figure.Curves{XName: fmt.Sprintf("loads hung, means of %.3g each", float64(r.Budget)/cosineWindows), YName: "cosine to the true gradient", Y: figure.Linear, Direct: true}
	for i := range r.Rows {
		loss.Series, cos.Series = append(loss.Series, lossCurve(&r.Rows[i])), append(cos.Series, cosineCurve(&r.Rows[i], r.Budget))
	}
	return run.Picture{Name: "rules", Picture: figure.Grid{Title: "Learning rules", Columns: 2, Note: terms(r),
		Panels: []figure.Panel{{Picture: loss}, {Picture: cos}}}, Width: 24 * vg.Centimeter, Height: 10 * vg.Centimeter}
}

// lossCurve is the loss of a rule against the loads hung, the mean over its seeds, at the steps of its first trial.
func lossCurve(row *rules.Row) figure.Series {
	loss := figure.Series{Name: row.Short}
	first := row.Trials[0]
	for _, at := range append(slices.Clone(first.Steps), rules.Step{Loads: first.Spent.Sum()}) {
		sum, least, most := 0.0, math.Inf(1), math.Inf(-1)
		for _, t := range row.Trials {
			step := stepAt(t, at.Loads)
			sum, least, most = sum+step.Loss, min(least, step.Loss), max(most, step.Loss)
		}
		loss.X, loss.Y = append(loss.X, float64(at.Loads)), append(loss.Y, sum/float64(len(row.Trials)))
		loss.Lo, loss.Hi = append(loss.Lo, least), append(loss.Hi, most)
	}
	return loss
}

// cosineWindows are the parts of the loads over which cosines are averaged: from step to step they jump with the noise.
const cosineWindows = 16

// cosineCurve is the cosine of a rule against the loads hung: the mean over seeds and over the steps of each window of the loads.
func cosineCurve(row *rules.Row, loads int) figure.Series {
	c := figure.Series{Name: row.Short}
	width := float64(max(loads, 1)) / cosineWindows
	for w := range cosineWindows {
		sum, n, middle := 0.0, 0, 0.0
		for _, t := range row.Trials {
			for i := range t.Steps {
				step := &t.Steps[i]
				if at := int(float64(step.Loads) / width); at == w && step.Cosine != nil {
					sum, middle, n = sum+*step.Cosine, middle+float64(step.Loads), n+1
				}
			}
		}
		if n > 0 {
			c.X, c.Y = append(c.X, middle/float64(n)), append(c.Y, sum/float64(n))
		}
	}
	return c
}

// stepAt is the step at which a trial was after so many loads.
func stepAt(t *rules.Trial, loads int) rules.Step {
	if loads >= t.Spent.Sum() {
		return rules.Step{Loads: loads, Loss: t.Final}
	}
	after, _ := slices.BinarySearchFunc(t.Steps, loads+1, func(s rules.Step, n int) int { return s.Loads - n })
	return t.Steps[max(after-1, 0)]
}
