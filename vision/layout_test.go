package vision_test

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/vision"
)

func TestLayoutCheck(t *testing.T) {
	change := func(f func(*vision.Layout)) vision.Layout {
		l := grid()
		f(&l)
		return l
	}
	for name, c := range map[string]struct {
		layout vision.Layout
		want   string // "" for a good one
	}{
		"good":          {grid(), ""},
		"no nodes":      {vision.Layout{Frame: grid().Frame, MarkerDiameter: 1e-3}, "0 nodes"},
		"three marks":   {change(func(l *vision.Layout) { l.Frame = l.Frame[:3] }), "3 marks"},
		"rectangle":     {change(func(l *vision.Layout) { l.Frame = l.Frame[:4] }), "two ways"},
		"no size":       {change(func(l *vision.Layout) { l.MarkerDiameter = 0 }), "diameter"},
		"no number":     {change(func(l *vision.Layout) { l.Nodes[2][1] = math.NaN() }), "node 3 has a coordinate"},
		"overlap":       {change(func(l *vision.Layout) { l.Nodes[2] = [2]float64{1e-3, 1e-3} }), "node 1 and node 3"},
		"on the frame":  {change(func(l *vision.Layout) { l.Nodes[2] = l.Frame[1].X }), "frame mark 2 and node 3"},
		"infinite size": {change(func(l *vision.Layout) { l.Frame[0].Diameter = math.Inf(1) }), "frame mark 1 has a diameter"},
		"no length": {change(func(l *vision.Layout) {
			l.Scale = &vision.ScaleBar{A: vision.Spot{X: [2]float64{0.1, 0}, Diameter: 1e-3}, B: vision.Spot{X: [2]float64{0.1, 0.1}, Diameter: 1e-3}}
		}), "length"},
		"one side": {change(func(l *vision.Layout) {
			for i := range l.Frame {
				l.Frame[i].X = [2]float64{0.02 * float64(i), -0.02}
			}
		}), "line"},
		"three sizes": {change(func(l *vision.Layout) {
			l.Frame = l.Frame[:4]
			l.Frame[0].Diameter, l.Frame[1].Diameter, l.Frame[3].Diameter = 11e-3, 7.3e-3, 7.3e-3
			l.Frame[3].Diameter = 4.8e-3
		}), ""},
		// A fifth mark in the middle of a side does not tell left from right.
		"symmetric": {change(func(l *vision.Layout) {
			l.Frame = l.Frame[:5]
			l.Frame[4].X = [2]float64{24e-3, -14e-3}
		}), "two ways"},
	} {
		err := c.layout.Check()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
