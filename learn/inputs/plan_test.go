package inputs

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/task"
)

// meadow is a triangular lattice in which some bonds follow values, a port is pushed and a probe hangs.
func meadow(t testing.TB, least float64) (*Plan, *task.Set, []float64) {
	t.Helper()
	net, err := lattice.Triangular(5, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	net.Held = make([]bool, len(net.Pos))
	for axis := range 2 {
		net.Held[axis], net.Held[2*4+axis] = true, true
	}
	last := net.Nodes() - 1
	push := network.Port{Node: last, Dir: [3]float64{0, -1}}
	p := &Plan{Net: net, Least: least, Columns: []Column{{}, {Push: &push}, {}, {}},
		Probe: []Load{{network.Port{Node: last - 1, Dir: [3]float64{0.6, 0.8}}, 0.3}},
		Out:   []network.Port{{Node: last, Dir: [3]float64{1}}, {Node: last - 2, Dir: [3]float64{0, 1}}}}
	for i, m := range []int{3, 7, 8, 12, 15, 20} {
		p.Written = append(p.Written, Written{Element: m, Column: []int{0, 2, 3}[i%3], Complement: i%2 == 1})
	}
	random := rand.New(rand.NewPCG(1, 5))
	set := &task.Set{N: 7, P: 4, Q: 2}
	for range set.N {
		set.F = append(set.F, random.Float64(), random.NormFloat64(), random.Float64(), math.Round(random.Float64()))
		set.Want = append(set.Want, 0.1*random.NormFloat64(), 0.1*random.NormFloat64())
	}
	k := make([]float64, len(net.Elements))
	for i := range k {
		k[i] = 1 + random.Float64()
	}
	return p, set, k
}

func TestSuite(t *testing.T) {
	for _, least := range []float64{0, 0.1} {
		p, set, k := meadow(t, least)
		r, err := NewRefactor(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range rigtest.Faults(rigtest.Case{Rig: r, Theta: k, Set: set, Loss: task.MeanSquare{Scale: 0.1}, Positive: true, Small: 1e-3}) {
			t.Errorf("least %g: %s", least, fault)
		}
	}
}

func TestPlansThatCannotBe(t *testing.T) {
	for want, change := range map[string]func(p *Plan){
		"follows two inputs":      func(p *Plan) { p.Written[1].Element = p.Written[0].Element },
		"the inputs are 1 to 4":   func(p *Plan) { p.Written[1].Column = 4 },
		"which is a force":        func(p *Plan) { p.Written[1].Column = 1 },
		"nothing is read":         func(p *Plan) { p.Out = nil },
		"hang a probe load":       func(p *Plan) { p.Probe, p.Columns[1].Push = nil, nil },
		"keeps 1 of its":          func(p *Plan) { p.Least = 1 },
		"the elements are 1 to 4": func(p *Plan) { p.Written[0].Element = -1 },
	} {
		p, _, _ := meadow(t, 0)
		change(p)
		if _, err := NewRefactor(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
