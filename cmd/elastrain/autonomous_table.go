package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/autonomous"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/run"
)

// writeAutonomous writes the table of a study in three forms, and its figure.
func writeAutonomous(dir string, r *autonomous.Report) error {
	object, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	sheet, err := autonomousSheet(r)
	if err != nil {
		return err
	}
	if err := atomicfile.MakeDir(atomicfile.OS{}, dir); err != nil {
		return err
	}
	for name, text := range map[string][]byte{"autonomous.json": append(object, '\n'), "autonomous.csv": sheet, "autonomous.md": []byte(autonomousPage(r))} {
		if err := atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	return run.WritePictures(atomicfile.OS{}, dir, []run.Picture{autonomousPicture(r)})
}

// at is the value of what is swept, as people write it.
func at(sweep string, v float64) string {
	of, err := autonomous.FindCondition(sweep)
	switch {
	case err != nil:
		return ""
	case of.Unit == "fraction":
		return fmt.Sprintf("%g %%", round3(100*v))
	case of.Unit == "m":
		return fmt.Sprintf("%g um", round3(1e6*v))
	case v == 0:
		return "for ever"
	}
	return fmt.Sprintf("%g", v)
}

// round3 takes rounding out of a product of a short number.
func round3(v float64) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil {
		return v
	}
	return short
}

// percent is a mean of shares with its spread.
func percent(m *rules.Mean) string {
	if m == nil {
		return "-"
	}
	return with(&rules.Mean{Mean: 100 * m.Mean, Sd: 100 * m.Sd}, "%.1f")
}

// kept is a row in a few words, for who waits.
func kept(s *autonomous.Study, r *autonomous.Row) string {
	text := "kept " + percent(&r.Kept) + " %"
	if r.Value != nil {
		text = s.Sweep + " " + at(s.Sweep, *r.Value) + ": " + text
	}
	if r.Accuracy != nil {
		text += ", accuracy " + percent(r.Accuracy) + " %"
	}
	return text
}

// conditions says in a line what bonds lived with.
func conditions(r *autonomous.Report) string {
	c := &r.Conditions
	var has []string
	for _, f := range []struct {
		name, what string
		v          float64
	}{{"messages", "messages lost", c.Lost}, {"dead", "bonds dead", c.Dead}, {"stuck", "stuck", c.Stuck}, {"flipped", "with the wrong sign", c.Flipped},
		{"noisy", "with noisy gauges", c.Noisy}, {"drift", "scatter of clocks", c.Drift}, {"jitter", "jitter of ticks", c.Jitter}, {"noise", "noise of readings", c.Noise},
		{"temperature", "of the energy of a bond as kT", r.Heat}} {
		if f.v > 0 && f.name != r.Sweep {
			has = append(has, at(f.name, f.v)+" "+f.what)
		}
	}
	if r.Kelvin > 0 && r.Sweep != "temperature" {
		has = append(has, fmt.Sprintf("%g K", r.Kelvin))
	}
	if c.Lifetime > 0 && r.Sweep != "lifetime" {
		has = append(has, fmt.Sprintf("lives of %g samples, reborn: %s", c.Lifetime, c.Reborn))
	}
	if len(has) == 0 {
		has = []string{"nothing else amiss"}
	}
	return fmt.Sprintf("%s, rate %.3g %%, %d samples shown, then %d units alone; %s; %s from %d", r.Rule, 100*r.Rate, r.Shown, r.Left, strings.Join(has, ", "), cli.Count(r.Seeds, "seed"), r.First)
}

// time90 says how many samples lead to 90 % of the way.
func time90(row *autonomous.Row) string {
	text := "-"
	if row.Time90 != nil {
		text = fmt.Sprintf("%.0f", *row.Time90)
	}
	if row.Reached < len(row.Trials) {
		text += fmt.Sprintf(" (%d of %d)", row.Reached, len(row.Trials))
	}
	return text
}

// autonomousText is the table for a terminal.
func autonomousText(r *autonomous.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nloss %.4g at the start, %.4g at best; accuracies of the %s part\n\n", conditions(r), r.Start, r.Least, r.Judged)
	fmt.Fprintf(&b, "%-12s %16s %16s %18s %14s %14s %12s %8s %8s\n", r.Sweep, "kept (%)", "of able (%)", "loss", "accuracy (%)", "test (%)", "90 % after", "deaths", "moves")
	for i := range r.Rows {
		row := &r.Rows[i]
		value := ""
		if row.Value != nil {
			value = at(r.Sweep, *row.Value)
		}
		fmt.Fprintf(&b, "%-12s %16s %16s %18s %14s %14s %12s %8.0f %8.0f\n", value, percent(&row.Kept), percent(row.Within), with(&row.Final, "%.4g"), percent(row.Accuracy), percent(row.Test), time90(row), row.Deaths, row.Moves)
	}
	return b.String()
}

// autonomousPage is autonomous.md.
func autonomousPage(r *autonomous.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Learning by itself on %s\n\n%s. Loss %.4g at the start, %.4g at best; accuracies of the %s part.\n\n", r.Spec, conditions(r), r.Start, r.Least, r.Judged)
	fmt.Fprintf(&b, "| %s | kept (%%) | of the way of those that can change (%%) | loss | accuracy (%%) | training (%%) | test (%%) | samples to 90 %% | deaths | moves of motors |\n|---|---|---|---|---|---|---|---|---|---|\n", r.Sweep)
	for i := range r.Rows {
		row := &r.Rows[i]
		value := ""
		if row.Value != nil {
			value = at(r.Sweep, *row.Value)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %.0f | %.0f |\n", value, percent(&row.Kept), percent(row.Within), with(&row.Final, "%.4g"), percent(row.Accuracy), percent(row.Train), percent(row.Test), time90(row), row.Deaths, row.Moves)
	}
	return b.String()
}

// autonomousSheet is autonomous.csv: a line for each score of each life.
func autonomousSheet(r *autonomous.Report) ([]byte, error) {
	var text strings.Builder
	name := r.Sweep
	if name == "" {
		name = "conditions"
	}
	rows := [][]string{{name, "seed", "shown", "loss", "training_accuracy", "accuracy"}}
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	for i := range r.Rows {
		for _, t := range r.Rows[i].Trials {
			for _, s := range t.Scores {
				rows = append(rows, []string{number(r.Rows[i].Value), strconv.FormatUint(t.Seed, 10), strconv.Itoa(s.Shown), number(&s.Loss), number(s.Train), number(s.Accuracy)})
			}
		}
	}
	err := csv.NewWriter(&text).WriteAll(rows)
	return []byte(text.String()), err
}

// autonomousPicture has what is kept against what is swept, and what happens in time.
func autonomousPicture(r *autonomous.Report) run.Picture {
	time := figure.Curves{XName: "samples shown", YName: "loss, mean over seeds", Y: figure.Linear}
	if r.Classes {
		time.YName = r.Judged + " accuracy (%), mean over seeds"
	}
	for i := range r.Rows {
		time.Series = append(time.Series, autonomousCurve(r, &r.Rows[i]))
	}
	g := figure.Grid{Title: "Learning by itself", Columns: 2, Note: conditions(r)}
	if of, err := autonomous.FindCondition(r.Sweep); err == nil {
		keep := figure.Curves{XName: of.What, YName: "kept (%)", Y: figure.Linear, X: figure.Linear}
		if of.Log {
			keep.X = figure.Log
		}
		keep.Series = append(keep.Series, sweepCurve("share of the way", of, r, func(row *autonomous.Row) *rules.Mean { return &row.Kept }))
		if r.Classes {
			keep.YName = "kept, or right (%)"
			keep.Series = append(keep.Series, sweepCurve(r.Judged+" accuracy", of, r, func(row *autonomous.Row) *rules.Mean { return row.Accuracy }))
		}
		if able := sweepCurve("of those that can change", of, r, func(row *autonomous.Row) *rules.Mean { return row.Within }); len(able.Y) > 1 {
			keep.Series = append(keep.Series, able)
		}
		g.Panels = append(g.Panels, figure.Panel{Picture: keep})
	} else {
		g.Columns = 1
	}
	g.Panels = append(g.Panels, figure.Panel{Picture: time})
	return run.Picture{Name: "autonomous", Picture: g, Width: vg.Length(g.Columns) * 12 * vg.Centimeter, Height: 10 * vg.Centimeter}
}

// sweepCurve is a mean with its spread against what is swept.
func sweepCurve(name string, of *autonomous.Condition, r *autonomous.Report, mean func(*autonomous.Row) *rules.Mean) figure.Series {
	s := figure.Series{Name: name, Marker: figure.Dot}
	scale := map[string]float64{"fraction": 100, "m": 1e6, "": 1}[of.Unit]
	if of.Name == "temperature" {
		scale = 1
	}
	for i := range r.Rows {
		if m := mean(&r.Rows[i]); m != nil && !(of.Log && *r.Rows[i].Value == 0) {
			s.X, s.Y = append(s.X, scale**r.Rows[i].Value), append(s.Y, 100*m.Mean)
			s.Lo, s.Hi = append(s.Lo, 100*(m.Mean-m.Sd)), append(s.Hi, 100*(m.Mean+m.Sd))
		}
	}
	return s
}

// autonomousCurve is what happens in time, the mean over the seeds.
func autonomousCurve(r *autonomous.Report, row *autonomous.Row) figure.Series {
	s := figure.Series{Name: "loss"}
	if row.Value != nil {
		s.Name = at(r.Sweep, *row.Value)
	}
	for i, first := range row.Trials[0].Scores {
		sum := 0.0
		for _, t := range row.Trials {
			if v := t.Scores[i]; r.Classes && v.Accuracy != nil {
				sum += 100 * *v.Accuracy
			} else {
				sum += v.Loss
			}
		}
		s.X, s.Y = append(s.X, float64(first.Shown)), append(s.Y, sum/float64(len(row.Trials)))
	}
	return s
}
