package inputs

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/task"
)

// grown are networks of hubs as the generator makes them: combs, hubs on the edges of a triangulation of outputs, hubs of a few drawn
// outputs, elastic bars.
func grown(t testing.TB) map[string]*rails {
	list := make(map[string]*rails)
	for name, h := range map[string]lattice.Hubs{
		"tile comb":         {Outputs: 3, Windows: []int{2}, Stride: 2, Links: 1},
		"random combs":      {Outputs: 4, Hubs: 10, Branches: 3, Windows: []int{2, 4}, Links: 1},
		"triangulation":     {Outputs: 5, Windows: []int{2}, Stride: 2, Links: 2, Wiring: lattice.Triangulation},
		"a few of many":     {Outputs: 7, Hubs: 12, Branches: 3, Windows: []int{3}, Links: 3, Wiring: lattice.Random},
		"elastic bars":      {Outputs: 3, Windows: []int{2}, Stride: 2, Links: 1, Posts: 4},
		"triangulated bars": {Outputs: 4, Windows: []int{2}, Stride: 2, Links: 2, Wiring: lattice.Triangulation, Posts: 3},
	} {
		h.Width, h.Height, h.Seed = 4, 2, 7
		net, err := h.Grow()
		must(t, net, err)
		r := newRails(8, 0.02)
		r.Net = net.Net
		for _, p := range net.Pixels {
			r.Written = append(r.Written, Written{Element: p.Element, Column: p.Pixel, Complement: p.Complement})
		}
		for j := range net.Hubs {
			r.Probe = append(r.Probe, Load{network.Port{Node: net.First + j, Dir: [3]float64{1}}, 1})
		}
		for _, node := range net.Read {
			r.read(node)
		}
		random := rand.New(rand.NewPCG(5, 5))
		for range net.Net.Elements {
			r.spring = append(r.spring, math.Exp(random.NormFloat64()))
		}
		list[name] = r
	}
	return list
}

// TestGrownHubs: readings, gradients and complex steps of what the generator makes, and S is no fuller than its wiring.
func TestGrownHubs(t *testing.T) {
	entries := map[string]int{"tile comb": 0, "random combs": 0, "elastic bars": 3 * 3}
	for name, r := range grown(t) {
		set := r.set(2)
		slope := slopes(2 * set.Q)
		whole, err := NewRefactor(&r.Plan)
		must(t, whole, err)
		hubs, err := NewHubs(&r.Plan)
		must(t, hubs, err)
		out, g := answer(t, whole, r.spring, set, slope)
		out2, g2 := answer(t, hubs, r.spring, set, slope)
		if d := farthest(out, out2); !(d <= 1e-12*largest(out)) {
			t.Errorf("%s: readings differ by %.1e of the largest", name, d/largest(out))
		}
		if d := farthest(g, g2); !(d <= 1e-10*largest(g)) {
			t.Errorf("%s: gradients differ by %.1e of the largest", name, d/largest(g))
		}
		scale := 0.0 // by ln k
		for m, v := range g2 {
			scale = max(scale, math.Abs(v*r.spring[m]))
		}
		for m := 0; m < len(g2); m += len(g2)/12 + 1 {
			if d := math.Abs(g2[m]-complexSlope(&r.Plan, r.spring, m, set, slope)) * r.spring[m]; !(d < 1e-12*scale) {
				t.Errorf("%s: the complex step of spring %d differs by %.1e", name, m+1, d/scale)
			}
		}
		for _, fault := range rigtest.Faults(rigtest.Case{Rig: hubs, Theta: r.spring, Set: r.set(7), Loss: task.MeanSquare{Scale: 0.1}, Positive: true, Small: 1e-3}) {
			t.Errorf("%s: %s", name, fault)
		}
		if want, ok := entries[name]; ok && hubs.entries != want {
			t.Errorf("%s: %d numbers of S below its diagonal, want %d", name, hubs.entries, want)
		}
	}
}
