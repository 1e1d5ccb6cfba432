package figure

import (
	"math"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/network"
)

// A moment, a current, a potential that is read and an angle are drawn, each in its own way and all inside the picture.
func TestPortsOfOtherParts(t *testing.T) {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 1, 0, 2, 0.2, 1, 1}, Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}, {Nodes: [2]int{1, 3}}}}
	plain := Lattice{Network: net}
	drawn := func(l Lattice) string {
		t.Helper()
		text, err := SVG(l, 8*vg.Centimeter, 6*vg.Centimeter)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	seen := map[string]string{}
	seen["nothing"] = drawn(plain)
	for name, l := range map[string]Lattice{
		"a force":            {Network: net, Inputs: []Port{{Port: network.Port{Node: 2, Dir: [3]float64{0, 1, 0}}}}},
		"a moment":           {Network: net, Inputs: []Port{{Port: network.Port{Node: 2, Dir: [3]float64{0, 0, 1}, Part: network.Turn}}}},
		"a moment backwards": {Network: net, Inputs: []Port{{Port: network.Port{Node: 2, Dir: [3]float64{0, 0, -1}, Part: network.Turn}}}},
		"a rotation":         {Network: net, Outputs: []Port{{Port: network.Port{Node: 2, Dir: [3]float64{0, 0, 1}, Part: network.Turn}}}},
		"a current":          {Network: net, Inputs: []Port{{Port: network.Port{Node: 2, Part: network.Potential}}}},
		"a potential":        {Network: net, Outputs: []Port{{Port: network.Port{Node: 2, Part: network.Potential}}}},
		"an angle":           {Network: net, Angles: [][3]int{{0, 1, 2}}},
		"another angle":      {Network: net, Angles: [][3]int{{2, 1, 3}}},
	} {
		text := drawn(l)
		for other, before := range seen {
			if text == before {
				t.Errorf("%s looks like %s", name, other)
			}
		}
		seen[name] = text
	}
	if err := (Lattice{Network: net, Angles: [][3]int{{0, 1, 4}}}).check(); err == nil {
		t.Error("an angle at a node that is not there")
	}
}

// The arc of an angle goes round its smaller side.
func TestArcOfAngle(t *testing.T) {
	p := arc(vg.Point{}, 1, 0.9*math.Pi, 0.9*math.Pi+math.Remainder(-0.9*math.Pi-0.9*math.Pi, fullTurn))
	if got := p[len(p)-1].Angle; math.Abs(got-0.2*math.Pi) > 1e-12 {
		t.Errorf("it turns by %g", got)
	}
}
