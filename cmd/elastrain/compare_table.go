package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/compare"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/run"
)

// comparePicture is the figure on its sheet.
func comparePicture(name string, picture figure.Picture) run.Picture {
	return run.Picture{Name: name, Picture: picture, Width: 24 * vg.Centimeter, Height: 10 * vg.Centimeter}
}

// compareScores are the measures that people are shown, each with its name, form and worth.
var compareScores = []struct {
	measure, name, format string
	times                 float64
}{{"loss", "loss", "%.6g", 1}, {"train_accuracy", "training", "%.1f %%", 100}, {"train_error", "error", "%.3g %%", 100}, {"validation_accuracy", "validation", "%.1f %%", 100}, {"validation_error", "validation error", "%.3g %%", 100},
	{"test_accuracy", "test", "%.1f %%", 100}, {"test_error", "test error", "%.3g %%", 100}}

// mostKeys is how many keys that differ people are shown; --csv and --json have all.
const mostKeys = 6

// shownKeys are the keys that are shown, and how many are not.
func shownKeys(differ []string) (keys []string, more int) {
	keys = slices.DeleteFunc(slices.Clone(differ), func(k string) bool { return k == "title" })
	if len(keys) > mostKeys {
		return keys[:mostKeys], len(keys) - mostKeys
	}
	return keys, 0
}

// cellOf is a value as a cell of a table for people.
func cellOf(value string) string {
	const most = 24
	if value == "" {
		return "-"
	}
	value = cli.Name(value)
	if r := []rune(value); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return value
}

// compareText is a line a training.
func compareText(c *compare.Comparison) string {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	keys, more := shownKeys(c.Differ)
	head := append([]string{"run"}, keys...)
	head = append(head, "state", "epochs")
	scores := compareScores[:0:0]
	for _, m := range compareScores {
		if slices.ContainsFunc(c.Courses, func(o *compare.Course) bool { _, has := o.Final[m.measure]; return has }) {
			scores = append(scores, m)
		}
	}
	for _, m := range scores {
		head = append(head, m.name)
	}
	fmt.Fprintln(w, strings.Join(head, "\t"))
	for _, o := range c.Courses {
		line := []string{cli.Name(o.Name)}
		for _, k := range keys {
			line = append(line, cellOf(o.Keys.Values[k]))
		}
		line = append(line, o.State, strconv.Itoa(o.Epochs))
		for _, m := range scores {
			v, has := o.Final[m.measure]
			if !has {
				line = append(line, "-")
				continue
			}
			line = append(line, fmt.Sprintf(m.format, m.times*v))
		}
		fmt.Fprintln(w, strings.Join(line, "\t"))
	}
	_ = w.Flush() // into memory
	return plainLines(b.String()) + moreKeys(more)
}

func moreKeys(more int) string {
	if more == 0 {
		return ""
	}
	return fmt.Sprintf("%d more keys differ; --csv and --json have all\n", more)
}

// compareGroups is a line a group, the least loss first, at most so many.
func compareGroups(c *compare.Comparison, most int) string {
	groups := slices.Clone(c.Groups)
	slices.SortStableFunc(groups, func(a, b *compare.Group) int {
		x, hasX := a.Final("loss")
		y, hasY := b.Final("loss")
		switch {
		case hasX && hasY && x.Mean != y.Mean:
			if x.Mean < y.Mean {
				return -1
			}
			return 1
		case hasX && !hasY:
			return -1
		case hasY && !hasX:
			return 1
		}
		return 0
	})
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	head := []string{"setting", "runs"}
	for _, m := range compareScores {
		if slices.ContainsFunc(groups, func(g *compare.Group) bool { _, has := g.Final(m.measure); return has }) {
			head = append(head, m.name)
		}
	}
	fmt.Fprintln(w, strings.Join(head, "\t"))
	for _, g := range groups[:min(most, len(groups))] {
		line := []string{g.Name, strconv.Itoa(len(g.Members))}
		for _, m := range compareScores {
			if !slices.Contains(head, m.name) {
				continue
			}
			v, has := g.Final(m.measure)
			switch {
			case !has:
				line = append(line, "-")
			case v.N == 1:
				line = append(line, fmt.Sprintf(m.format, m.times*v.Mean))
			default:
				line = append(line, fmt.Sprintf(strings.TrimSuffix(m.format, " %%")+" ± "+strings.Replace(m.format, "%.6g", "%.2g", 1), m.times*v.Mean, m.times*v.Sd))
			}
		}
		fmt.Fprintln(w, strings.Join(line, "\t"))
	}
	_ = w.Flush() // into memory
	text := plainLines(b.String())
	if len(groups) > most {
		text += fmt.Sprintf("%d more settings; --all, --csv and --json have all\n", len(groups)-most)
	}
	return text
}

// compareSheet is a line a training, as CSV with all digits.
func compareSheet(c *compare.Comparison) (string, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	lines := [][]string{append(append([]string{"run", "kind", "state"}, c.Differ...), append([]string{"epochs", "steps"}, compare.Measures...)...)}
	for _, o := range c.Courses {
		line := []string{o.Name, o.Kind, o.State}
		for _, k := range c.Differ {
			line = append(line, o.Keys.Values[k])
		}
		line = append(line, strconv.Itoa(o.Epochs), strconv.Itoa(o.Steps))
		for _, m := range compare.Measures {
			text := ""
			if v, has := o.Final[m]; has {
				text = strconv.FormatFloat(v, 'g', -1, 64)
			}
			line = append(line, text)
		}
		lines = append(lines, line)
	}
	err := w.WriteAll(lines)
	return b.String(), err
}

// comparedRun and comparedGroup are what `compare --json` prints of a training and of a group.
type comparedRun struct {
	Run     string             `json:"run"`
	Kind    string             `json:"kind"`
	State   string             `json:"state"`
	Keys    map[string]string  `json:"keys"` // those that differ
	Epochs  int                `json:"epochs"`
	Steps   int                `json:"steps"`
	Final   map[string]float64 `json:"final"`
	Verdict string             `json:"verdict,omitempty"`
}

type comparedGroup struct {
	Name   string                    `json:"name"`
	Runs   []string                  `json:"runs"`
	Final  map[string]compare.Spread `json:"final"`
	Curves map[string]compare.Curve  `json:"curves"`
}

// compareObject is what --json prints.
func compareObject(c *compare.Comparison, figures []string) any {
	out := struct {
		Differ  []string        `json:"differ"`
		Runs    []comparedRun   `json:"runs"`
		Groups  []comparedGroup `json:"groups"`
		Figures []string        `json:"figures,omitempty"`
	}{Differ: append([]string{}, c.Differ...), Figures: figures}
	for _, o := range c.Courses {
		keys := map[string]string{}
		for _, k := range c.Differ {
			if v, has := o.Keys.Values[k]; has {
				keys[k] = v
			}
		}
		out.Runs = append(out.Runs, comparedRun{o.Name, o.Kind, o.State, keys, o.Epochs, o.Steps, o.Final, o.Verdict})
	}
	for _, g := range c.Groups {
		one := comparedGroup{Name: g.Name, Final: map[string]compare.Spread{}, Curves: map[string]compare.Curve{}}
		for _, m := range g.Members {
			one.Runs = append(one.Runs, m.Name)
		}
		for _, m := range compare.Measures {
			if v, has := g.Final(m); has {
				one.Final[m] = v
			}
			if curve, has := g.Curve(m); has {
				one.Curves[m] = curve
			}
		}
		out.Groups = append(out.Groups, one)
	}
	return out
}
