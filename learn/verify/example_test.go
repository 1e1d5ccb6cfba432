package verify_test

import (
	"errors"
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/learn/verify"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// forgetful is backpropagation that forgets the sign of the adjoint load.
type forgetful struct{ rule.Backprop }

func (f *forgetful) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	value, err := f.Backprop.Gradient(rig, loss, batch, g)
	for i := range g {
		g[i] = -g[i]
	}
	return value, err
}

// A gradient is checked by complex steps, differences and the rate of Taylor's theorem; so is a rule of one's own.
func Example() {
	net := &network.Network{Dim: 1, Pos: []float64{0, 0.01, 0.02}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	end := []network.Port{{Node: 2, Dir: [3]float64{1}}}
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{0.010}, Want: []float64{200e-6}}
	for _, by := range []learn.Rule{&rule.Backprop{}, &forgetful{}} {
		report, err := verify.Gradient(verify.Case{Rig: learn.NewExact(mechanics.NewEquilibrium(net, nil), end, end), In: end, Out: end,
			K: []float64{100, 50}, Loss: task.MeanSquare{Scale: 100e-6}, Batch: learn.Batch{Set: set}, Rule: by})
		if err = errors.Join(err, report.Err()); err != nil {
			fmt.Printf("wrong: off by %.1f times its size\n", report.ComplexStep)
			continue
		}
		fmt.Printf("right to 12 digits: %t, rate %.1f\n", report.ComplexStep < 1e-12, report.TaylorRate)
	}
	// Output:
	// right to 12 digits: true, rate 2.0
	// wrong: off by 2.0 times its size
}
