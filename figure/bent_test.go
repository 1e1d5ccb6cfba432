package figure

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/network"
)

// A cantilever that is loaded at its tip is the cubic w = x²(3L−x)/2L³ times the deflection of the tip, which turns by
// 3/2L of it; a hinged bar with the same ends is straight.
func TestBentBeam(t *testing.T) {
	const length, tip = 0.1, -0.002
	net := network.Network{Dim: 2, Pos: []float64{0, 0, length, 0}, Elements: []network.Element{{Nodes: [2]int{0, 1}}}}
	p := Lattice{Network: &net, Displacement: []float64{0, 0, 0, tip}, Exaggeration: 3, Turns: []float64{0, 1.5 * tip / length}, Bent: []bool{true}}
	s := p.plan(box(0, 0, 300, 200))
	points := s.lattice.axis(0)
	if len(points) < 10 {
		t.Fatalf("%d points of a bent beam, want a curve", len(points))
	}
	zoom := float64(points[len(points)-1].X-points[0].X) / length
	for _, q := range points {
		x := float64(q.X-points[0].X) / zoom
		want := 3 * tip * x * x * (3*length - x) / (2 * length * length * length)
		// The tangent is turned rather than sheared, which a slope of 0.09 tells from it by its cube.
		if got := float64(q.Y-points[0].Y) / zoom; math.Abs(got-want) > 2e-4*length {
			t.Errorf("at %.3g m the axis is drawn %.4g m aside, want %.4g", x, got, want)
		}
	}
	p.Bent[0] = false
	if points := p.plan(box(0, 0, 300, 200)).lattice.axis(0); len(points) != 2 {
		t.Errorf("a bar with hinges has %d points, want 2", len(points))
	}
}
