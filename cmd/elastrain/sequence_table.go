package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/sequence"
)

// writeSequence writes the table of a study in three forms, and its figure.
func writeSequence(dir string, r *sequence.Report) error {
	object, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	sheet, err := sequenceSheet(r)
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{"sequence.json": append(object, '\n'), "sequence.csv": sheet, "sequence.md": []byte(sequencePage(r))} {
		if err := atomicfile.WriteFile(atomicfile.OS{}, filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	return run.WritePictures(atomicfile.OS{}, dir, []run.Picture{sequencePicture(r)})
}

// oneScore is how well a task is done, in a few characters.
func oneScore(s *sequence.Score) string {
	switch {
	case s.Accuracy != nil:
		return fmt.Sprintf("%.1f %%", 100**s.Accuracy)
	case s.Error != nil:
		return fmt.Sprintf("%.3g %%", 100**s.Error)
	}
	return fmt.Sprintf("%.3g", s.Loss)
}

// percents is a share over seeds in per cent.
func percents(m *rules.Mean, format string) string {
	return with(&rules.Mean{Mean: 100 * m.Mean, Sd: 100 * m.Sd}, format) + " %"
}

// meanScore is the same over seeds.
func meanScore(m *sequence.Mean) string {
	switch {
	case m.Accuracy != nil:
		return percents(m.Accuracy, "%.1f")
	case m.Error != nil:
		return percents(m.Error, "%.3g")
	}
	return with(m.Loss, "%.3g")
}

// stageName says what was learned in a stage.
func stageName(r *sequence.Report, i int) string {
	row := &r.Rows[i]
	switch {
	case i == 0:
		return "nothing"
	case row.Learned == "":
		return fmt.Sprintf("%d epochs of each in turns", r.Turns)
	case row.Again:
		return row.Learned + " again"
	}
	return row.Learned
}

// measured says in a line what the numbers are.
func measured(r *sequence.Report) string {
	var parts []string
	for i, name := range r.Tasks {
		what := "error"
		switch m := &r.Rows[0].Scores[i]; {
		case m.Accuracy != nil:
			what = "accuracy"
		case m.Error == nil:
			what = "loss"
		}
		parts = append(parts, fmt.Sprintf("%s of %s (%s part)", what, name, r.Judged[i]))
	}
	text := strings.Join(parts, ", ")
	if r.Hold > 0 {
		text += fmt.Sprintf("; a change by the whole range costs %g of the first loss of a stage", r.Hold)
	}
	return text + fmt.Sprintf("; %s from %d", cli.Count(r.Seeds, "seed"), r.First)
}

// keptText is the share that is kept of what a task had gained; below zero it does worse than before it was ever learned.
func keptText(share float64) string {
	if share < 0 {
		return "less than untrained"
	}
	return fmt.Sprintf("%.0f %% kept", 100*share)
}

// cells are the columns of a stage.
func sequenceCells(r *sequence.Report, i int) []string {
	row := &r.Rows[i]
	list := []string{stageName(r, i)}
	for k := range r.Tasks {
		text := meanScore(&row.Scores[k])
		if kept := row.Scores[k].Kept; kept != nil && row.Learned != r.Tasks[k] {
			text += " (" + keptText(*kept) + ")"
		}
		list = append(list, text)
	}
	regain := ""
	if row.Again {
		regain = "-"
		if row.Median != nil {
			regain = strconv.Itoa(*row.Median)
		}
		regain += fmt.Sprintf(" (%d of %d)", row.Regained, r.Seeds)
	}
	epochs := ""
	if row.Epochs != nil {
		epochs = with(row.Epochs, "%.0f")
	}
	return append(list, epochs, regain)
}

// sequenceText is the table for a terminal.
func sequenceText(r *sequence.Report) string {
	head := append(append([]string{"after"}, r.Tasks...), "epochs to 99 %", "to what it was")
	rows := [][]string{head}
	for i := range r.Rows {
		rows = append(rows, sequenceCells(r, i))
	}
	width := make([]int, len(head))
	for _, row := range rows {
		for k, cell := range row {
			width[k] = max(width[k], len([]rune(cell)))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", measured(r))
	for _, row := range rows {
		line := ""
		for k, cell := range row {
			line += cell + strings.Repeat(" ", width[k]-len([]rune(cell))+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// sequencePage is sequence.md.
func sequencePage(r *sequence.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s on one network\n\n%s.\n\n", strings.Join(r.Tasks, ", "), measured(r))
	fmt.Fprintf(&b, "| after | %s | epochs until 99 %% of the way | epochs until the training part is what it was |\n|%s\n", strings.Join(r.Tasks, " | "), strings.Repeat("---|", len(r.Tasks)+3))
	for i := range r.Rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(sequenceCells(r, i), " | "))
	}
	return b.String()
}

// sequenceSheet is sequence.csv: a line for each seed, stage and task.
func sequenceSheet(r *sequence.Report) ([]byte, error) {
	rows := [][]string{{"seed", "stage", "learned", "task", "loss", "accuracy", "error", "epochs", "regained_after"}}
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	count := func(v *int) string {
		if v == nil {
			return ""
		}
		return strconv.Itoa(*v)
	}
	for i := range r.Rows {
		for _, t := range r.Rows[i].Trials {
			for k := range t.Scores {
				s := &t.Scores[k]
				rows = append(rows, []string{strconv.FormatUint(t.Seed, 10), strconv.Itoa(i), stageName(r, i), r.Tasks[k], number(&s.Loss), number(s.Accuracy), number(s.Error), count(t.Epochs), count(t.Regain)})
			}
		}
	}
	var text strings.Builder
	err := csv.NewWriter(&text).WriteAll(rows)
	return []byte(text.String()), err
}

// sequencePicture has the score of every task after every stage, with the spread over seeds; tasks of one kind share a panel.
func sequencePicture(r *sequence.Report) run.Picture {
	kinds := []struct {
		name string
		of   func(*sequence.Mean) *rules.Mean
		unit float64
	}{
		{"accuracy (%)", func(m *sequence.Mean) *rules.Mean { return m.Accuracy }, 100},
		{"relative error (%)", func(m *sequence.Mean) *rules.Mean { return m.Error }, 100},
		{"loss", func(m *sequence.Mean) *rules.Mean {
			if m.Accuracy != nil || m.Error != nil {
				return nil
			}
			return m.Loss
		}, 1},
	}
	g := figure.Grid{Title: "What is kept", Note: measured(r)}
	for _, kind := range kinds {
		p := figure.Curves{XName: "stage", YName: kind.name, X: figure.Linear, Y: figure.Linear}
		if r.Turns == 0 {
			p.XName, p.XTicks = "task that was learned last", []string{"none yet"}
			for i := range r.Rows[1:] {
				p.XTicks = append(p.XTicks, r.Rows[i+1].Learned)
			}
		}
		if kind.unit == 100 && kind.name[0] == 'a' {
			p.YMax = 100
		}
		for k, name := range r.Tasks {
			if kind.of(&r.Rows[0].Scores[k]) == nil {
				continue
			}
			c := figure.Series{Name: name, Marker: figure.Dot}
			for i := range r.Rows {
				m := kind.of(&r.Rows[i].Scores[k])
				c.X, c.Y = append(c.X, float64(i)), append(c.Y, kind.unit*m.Mean)
				lo, hi := kind.unit*(m.Mean-m.Sd), kind.unit*(m.Mean+m.Sd)
				if kind.unit == 100 {
					lo = math.Max(0, lo)
				}
				c.Lo, c.Hi = append(c.Lo, lo), append(c.Hi, hi)
				if p.YMax > 0 {
					c.Hi[i] = math.Min(p.YMax, hi)
				}
			}
			p.Series = append(p.Series, c)
		}
		if p.Series != nil {
			g.Panels = append(g.Panels, figure.Panel{Picture: p})
		}
	}
	g.Columns = len(g.Panels)
	return run.Picture{Name: "sequence", Picture: g, Width: vg.Length(g.Columns) * 14 * vg.Centimeter, Height: 10 * vg.Centimeter}
}
