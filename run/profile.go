package run

import (
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/snapshot"
)

const (
	leastProfile = 6 // outputs in one direction that make a profile
	mostProfiles = 3 // load cases drawn
)

// Profile draws wanted against reached displacements along the outputs, where a
// task asks many nodes to move in one direction, such as those along an edge. It
// is nil for other tasks.
func Profile(s *snapshot.Snapshot) figure.Picture {
	if len(s.Parts) == 0 || s.Parts[0].Wanted == nil {
		return nil
	}
	groups := alike(s)
	if len(groups) == 0 {
		return nil
	}
	q, part := len(s.Outputs), &s.Parts[0]
	cases := s.Cases[:min(len(s.Cases), mostProfiles)]
	grid := figure.Grid{Plain: true, Columns: len(groups)}
	for _, outputs := range groups {
		at, along := positions(s, outputs)
		var want, got [][]float64
		for i := range cases {
			row := slices.Index(part.Rows, cases[i].Sample)
			var w, g []float64
			for _, o := range outputs {
				w, g = append(w, part.Wanted[row*q+o]), append(g, part.Reached[row*q+o])
			}
			want, got = append(want, w), append(got, g)
		}
		_, unit := InUnit("m", append(append([][]float64{}, want...), got...)...)
		c := figure.Curves{XName: along, YName: direction(s.Outputs[outputs[0]].Dir) + " (" + unit + ")"}
		for i := range cases {
			prefix := ""
			if len(cases) > 1 {
				prefix = cases[i].Title + ", "
			}
			colour := figure.Colour(i)
			c.Series = append(c.Series,
				figure.Series{Name: prefix + "wanted", X: at, Y: want[i], Dashed: true, Marker: figure.Hollow, Colour: colour},
				figure.Series{Name: prefix + "reached", X: at, Y: got[i], Marker: figure.Dot, Colour: colour})
		}
		grid.Panels = append(grid.Panels, figure.Panel{Picture: c})
	}
	return grid
}

// alike are the outputs of each direction that many share, of single nodes.
func alike(s *snapshot.Snapshot) [][]int {
	var groups [][]int
	seen := map[[3]float64]int{}
	for o := range s.Outputs {
		p := &s.Outputs[o]
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
func positions(s *snapshot.Snapshot, outputs []int) (at []float64, title string) {
	net := s.Drawn
	first := net.At(s.Outputs[outputs[0]].Node)
	last := net.At(s.Outputs[outputs[len(outputs)-1]].Node)
	axis := make([]float64, net.Dim)
	for a := range axis {
		axis[a] = last[a] - first[a]
	}
	long := size(axis)
	straight := long > 0
	for i, o := range outputs {
		along := 0.0
		for a, v := range net.At(s.Outputs[o].Node) {
			along += (v - first[a]) * axis[a] / math.Max(long, math.SmallestNonzeroFloat64)
		}
		straight = straight && (i == 0 || along > at[i-1])
		at = append(at, along)
	}
	if straight {
		_, unit := InUnit("m", at)
		return at, fmt.Sprintf("distance along the outputs, from node %d (%s)", net.NodeNumber(s.Outputs[outputs[0]].Node), unit)
	}
	for i := range at {
		at[i] = float64(i + 1)
	}
	return at, "output, in the order of the task"
}
