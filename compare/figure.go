package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/run"
)

// MostDrawn is how many groups a figure shows; more could not be told apart.
const MostDrawn = 12

// scores are the measures of which the second panel shows the first that there is.
var scores = []struct {
	measure, name string
	percent       bool
}{{"test_accuracy", "accuracy of the test part (%)", true}, {"validation_accuracy", "accuracy of the validation part (%)", true}, {"train_accuracy", "accuracy of the training part (%)", true},
	{"test_error", "error of the test part (%)", false}, {"validation_error", "error of the validation part (%)", false}, {"train_error", "error of the training part (%)", false}}

// Figure draws the curves of all groups, or of the best by their loss where there are more than a figure holds; drawn is how many.
func (c *Comparison) Figure() (picture figure.Picture, drawn int) {
	groups := slices.Clone(c.Groups)
	if len(groups) > MostDrawn {
		worth := func(g *Group) float64 {
			s, ok := g.Final("loss")
			if !ok {
				return math.Inf(1)
			}
			return s.Mean
		}
		slices.SortStableFunc(groups, func(a, b *Group) int { return cmp.Compare(worth(a), worth(b)) })
		groups = groups[:MostDrawn]
	}
	panels := []figure.Panel{{Picture: panel(groups, "loss", "loss", 1)}}
	for _, s := range scores {
		if !slices.ContainsFunc(groups, func(g *Group) bool { _, ok := g.Curve(s.measure); return ok }) {
			continue
		}
		p := panel(groups, s.measure, s.name, 100)
		if s.percent {
			for _, one := range p.Series {
				for i := range one.Hi {
					one.Hi[i] = math.Min(one.Hi[i], 100) // there is no more
				}
			}
			p = run.Percent(p)
		}
		panels = append(panels, figure.Panel{Picture: p})
		break
	}
	note := ""
	if slices.ContainsFunc(groups, func(g *Group) bool { return len(g.Members) > 1 }) {
		note = "lines: means over what repeats, of logarithms where an axis is logarithmic; bands: one standard deviation"
	}
	return figure.Grid{Columns: len(panels), Plain: true, Panels: panels, Note: note}, len(groups)
}

// panel is the curves of a measure.
func panel(groups []*Group, measure, name string, times float64) figure.Curves {
	p := figure.Curves{YName: name}
	for _, g := range groups {
		curve, ok := g.Curve(measure)
		if !ok {
			continue
		}
		series := figure.Series{Name: label(g)}
		for i, epoch := range curve.Epoch {
			series.X, series.Y = append(series.X, float64(epoch)), append(series.Y, times*curve.Mean[i])
			if curve.Lo != nil {
				series.Lo, series.Hi = append(series.Lo, times*curve.Lo[i]), append(series.Hi, times*curve.Hi[i])
			}
		}
		p.Series = append(p.Series, series)
	}
	return p
}

// label is the name of a group in a legend: what a directory and the one before it are called, or its values.
func label(g *Group) string {
	const most = 48
	name := g.Name
	if at := strings.LastIndexByte(name, '/'); at >= 0 && len(g.Members) == 1 && g.Members[0].Point == 0 {
		name = name[at+1:]
	}
	if r := []rune(name); len(r) > most {
		name = "…" + string(r[len(r)-most+1:])
	}
	if len(g.Members) > 1 {
		name += fmt.Sprintf(" (%d)", len(g.Members))
	}
	return name
}
