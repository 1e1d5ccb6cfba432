package condense_test

import (
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/condense"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/task"
)

// A node on a spring of 1 N/m to the ground, and on two in series of which an input sets the second: 1 N moves it
// by 1/(1 + x/(1 + x)) m. The node between the two is eliminated, once for each value of the input.
func Example() {
	plan := &body.Plan{Dim: 1, Pos: []float64{0, 1, 2, -1}, Supports: []body.Support{{Node: 2, Part: element.X}, {Node: 3, Part: element.X}}}
	for _, ends := range [][2]int{{0, 3}, {0, 1}, {1, 2}} {
		plan.Elements = append(plan.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: ends[:], Theta: []float64{1}})
	}
	b, err := body.New(plan)
	if err != nil {
		panic(err)
	}
	node := statics.Port{{Node: 0, Part: element.X, Weight: 1}}
	whole := learn.NewStatics(statics.New(b, false), []learn.Input{
		{Given: -1, Write: []learn.Change{{Parameter: b.ThetaOf(2), Times: true, Least: 0.01}}}, {Port: node, Given: -1}}, []statics.Port{node})
	if err := whole.SetStiffness(b.Theta()); err != nil {
		panic(err)
	}
	rig, err := condense.New(whole)
	if err != nil {
		panic(err)
	}
	moves := make([]float64, 4)
	if err := rig.Forward(learn.Batch{Set: &task.Set{N: 4, P: 2, Q: 1, F: []float64{0, 1, 1, 1, 0, 1, 1, 1}}}, moves); err != nil {
		panic(err)
	}
	fmt.Println(rig.Describe())
	fmt.Printf("%.4f m\n", moves)
	// Output:
	// inputs set 1 part, which is condensed once for every state that it takes in a batch; of 2 unknowns 1 is left, in 1 piece, which is factorised for 8 samples at once
	// [0.9902 0.6667 0.9902 0.6667] m
}
