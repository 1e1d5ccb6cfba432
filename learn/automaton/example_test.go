package automaton_test

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/learn/automaton"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// two is a pair of springs in a row whose end shall move by 300 um under 10 mN; at first it moves by 400 um.
func two(c automaton.Conditions, h automaton.Habits) (*automaton.Setup, *task.Set) {
	net := &network.Network{Dim: 1, Pos: []float64{0, 0.01, 0.02}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	end := []network.Port{{Node: 2, Dir: [3]float64{1}}}
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{0.010}, Want: []float64{300e-6}}
	h.Times, h.Wait, h.Tick, h.Rate = 4, 0.1, 0.1, 0.02
	return &automaton.Setup{Eq: mechanics.NewEquilibrium(net, nil), Net: net, In: end, Out: end, Loss: task.MeanSquare{Scale: 100e-6},
		Lo: []float64{25, 25}, Hi: []float64{150, 150}, Start: []float64{50, 50}, Size: 0.01, Sites: 20, Habits: h, Conditions: c, Seed: 1}, set
}

// Two automata hear half of what is said to them, and one of them is dead. The other does what is asked of both.
func Example() {
	setup, set := two(automaton.Conditions{Lost: 0.5, Dead: 0.5}, automaton.Habits{})
	life, err := automaton.New(setup, set)
	if err != nil {
		log.Fatal(err)
	}
	for shown := 0; shown <= 900; shown++ {
		if shown%300 == 0 {
			u := life.Outputs(set.Force(0), nil)
			fmt.Printf("%d samples shown: %.0f N/m, the end moves by %.0f um\n", shown, life.Stiffness(), 1e6*u[0])
		}
		if err := life.Show(set.Force(0), set.Goal(0)); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// 0 samples shown: [50 50] N/m, the end moves by 400 um
	// 300 samples shown: [50 88] N/m, the end moves by 313 um
	// 600 samples shown: [50 95] N/m, the end moves by 305 um
	// 900 samples shown: [50 98] N/m, the end moves by 302 um
}
