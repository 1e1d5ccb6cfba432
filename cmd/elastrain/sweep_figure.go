package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/sweep"
)

// mostSeries is how many curves a figure of a sweep has.
const mostSeries = 8

// sweepFigure shows the score by which settings are compared against the first key that takes numbers: the mean, with the standard deviation as a
// band; a curve for every setting of the other keys.
func sweepFigure(t *sweep.Settings) (figure.Picture, error) {
	along := slices.IndexFunc(t.Axes, func(a *sweep.Axis) bool { return a.Number })
	score, _ := t.Choose()
	if along < 0 || score < 0 {
		return nil, &cli.UsageError{Text: "there is nothing to draw: no key with numbers varies, or nothing is trained", Help: "tables go to .csv, .npz or .json"}
	}
	axis := t.Axes[along]
	name, factor, unit := scoreWords(sweep.Scores[score].Name)
	c := figure.Curves{XName: axis.Header(), YName: name + ", mean and deviation" + unit, Y: figure.Linear}
	if t.Over == "" {
		c.YName = name + unit
	}
	type at struct{ x, mean, sd float64 }
	curves := map[string][]at{}
	var order []string
	least, most := math.Inf(1), math.Inf(-1)
	top := math.Inf(1) // of an accuracy
	if strings.HasSuffix(name, "accuracy") {
		top = 100
	}
	for _, s := range t.List {
		v := s.Scores[score]
		x := axis.Setting(s.Values[along]).Number
		if v == nil || math.IsNaN(x) {
			continue
		}
		var of []string
		for i, a := range t.Axes {
			if i != along {
				of = append(of, a.Key[strings.LastIndexByte(a.Key, '.')+1:]+" "+s.Values[i])
			}
		}
		key := strings.Join(of, ", ")
		if _, known := curves[key]; !known {
			order = append(order, key)
		}
		curves[key] = append(curves[key], at{x, factor * v.Mean, factor * v.Sd})
		least, most = min(least, x), max(most, x)
	}
	if len(order) > mostSeries {
		return nil, &cli.UsageError{Text: fmt.Sprintf("%d curves are too many for one figure", len(order)), Help: "sum over one of the keys with --over KEY, or draw from the table (-o table.csv)"}
	}
	if least > 0 && most > 10*least {
		c.X = figure.Log
	}
	for _, key := range order {
		series := figure.Series{Name: key, Marker: figure.Dot}
		points := curves[key]
		slices.SortStableFunc(points, func(a, b at) int { return cmp.Compare(a.x, b.x) })
		for _, p := range points {
			series.X, series.Y = append(series.X, p.x), append(series.Y, p.mean)
			series.Lo, series.Hi = append(series.Lo, max(0, p.mean-p.sd)), append(series.Hi, min(top, p.mean+p.sd))
		}
		c.Series = append(c.Series, series)
	}
	return c, nil
}

// scoreWords are the name of a score in a figure, by what it is multiplied there, and the unit that it then has.
func scoreWords(score string) (name string, factor float64, unit string) {
	name = strings.ReplaceAll(score, "_", " ")
	if strings.HasSuffix(score, "loss") {
		return name, 1, ""
	}
	return name, 100, " (%)"
}

// The size of the figure of a sweep.
const sweepWidth, sweepHeight = 14 * vg.Centimeter, 10 * vg.Centimeter

// sweepDrawn is the figure as a file of the form, svg or png.
func sweepDrawn(picture figure.Picture, form string) ([]byte, error) {
	width, height := sweepWidth, sweepHeight
	if t, ok := picture.(figure.Trials); ok {
		width, height = trialsSize(t)
	}
	if form == "svg" {
		return figure.SVG(picture, width, height)
	}
	return figure.PNG(picture, width, height, 200)
}
