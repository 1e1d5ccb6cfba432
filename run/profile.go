package run

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
)

const (
	leastProfile = 6 // outputs in one direction that make a profile
	mostProfiles = 3 // load cases drawn
)

// Profile draws wanted against reached displacements along the outputs, where a
// task asks many nodes to move in one direction, such as those along an edge. It
// is nil for other tasks.
func Profile(x *experiment.Experiment) (figure.Picture, error) {
	if x.Train.Want == nil {
		return nil, nil
	}
	groups := alike(x)
	if len(groups) == 0 {
		return nil, nil
	}
	samples, titles, _ := shapesOf(x)
	samples = samples[:min(len(samples), mostProfiles)]
	reached, err := Outputs(x.Rig, x.Train)
	if err != nil {
		return nil, err
	}
	grid := figure.Grid{Plain: true, Columns: len(groups)}
	for _, outputs := range groups {
		at, along := positions(x, outputs)
		var want, got [][]float64
		for _, i := range samples {
			goal := x.Train.Goal(i)
			var w, g []float64
			for _, o := range outputs {
				w, g = append(w, goal.Want[o]), append(g, reached[i*x.Train.Q+o])
			}
			want, got = append(want, w), append(got, g)
		}
		_, unit := InUnit("m", append(append([][]float64{}, want...), got...)...)
		c := figure.Curves{XName: along, YName: direction(x.Out[outputs[0]].Dir) + " (" + unit + ")"}
		for s := range samples {
			prefix := ""
			if len(samples) > 1 {
				prefix = titles[s] + ", "
			}
			colour := figure.Colour(s)
			c.Series = append(c.Series,
				figure.Series{Name: prefix + "wanted", X: at, Y: want[s], Dashed: true, Marker: figure.Hollow, Colour: colour},
				figure.Series{Name: prefix + "reached", X: at, Y: got[s], Marker: figure.Dot, Colour: colour})
		}
		grid.Panels = append(grid.Panels, figure.Panel{Picture: c})
	}
	return grid, nil
}

// alike are the outputs of each direction that many share, of single nodes.
func alike(x *experiment.Experiment) [][]int {
	var groups [][]int
	seen := map[[3]float64]int{}
	for o, p := range x.Out {
		if p.Pair || p.Mean != nil {
			continue
		}
		g, ok := seen[p.Dir]
		if !ok {
			g = len(groups)
			seen[p.Dir] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], o)
	}
	var many [][]int
	for _, g := range groups {
		if len(g) >= leastProfile && len(many) < 3 {
			many = append(many, g)
		}
	}
	return many
}

// direction says along what a port reads.
func direction(dir [3]float64) string {
	for a, v := range dir {
		if math.Abs(math.Abs(v)-1) < 1e-12 {
			return "displacement along " + string("xyz"[a])
		}
	}
	return "displacement of the output"
}

// positions is where the outputs lie along the path through their nodes, in the
// order in which the task names them, mm or m; or, where a path goes back on
// itself or outputs share a node, their numbers.
func positions(x *experiment.Experiment, outputs []int) (at []float64, title string) {
	net := x.Network
	first := net.At(x.Out[outputs[0]].Node)
	last := net.At(x.Out[outputs[len(outputs)-1]].Node)
	axis := make([]float64, net.Dim)
	for a := range axis {
		axis[a] = last[a] - first[a]
	}
	long := size(axis)
	straight := long > 0
	for i, o := range outputs {
		s := 0.0
		for a, v := range net.At(x.Out[o].Node) {
			s += (v - first[a]) * axis[a] / math.Max(long, math.SmallestNonzeroFloat64)
		}
		straight = straight && (i == 0 || s > at[i-1])
		at = append(at, s)
	}
	if straight {
		_, unit := InUnit("m", at)
		return at, fmt.Sprintf("distance along the outputs, from node %d (%s)", net.NodeNumber(x.Out[outputs[0]].Node), unit)
	}
	for i := range at {
		at[i] = float64(i + 1)
	}
	return at, "output, in the order of the task"
}
