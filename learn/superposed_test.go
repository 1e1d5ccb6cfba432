package learn_test

import (
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// A lattice of springs as a Differentiable rig is sound: one sample loaded by itself, many superposed, with loads and with given
// displacements.
func TestSuperposedIsSound(t *testing.T) {
	for _, given := range []bool{false, true} {
		in := []network.Port{testnet.Port(2, 1, 0), testnet.Port(4, 1, 0)}
		in[0].Given = given
		out := []network.Port{testnet.Port(3, 1, 0), testnet.Port(5, 1, 0), testnet.Port(6, 1, 0)}
		for _, samples := range []int{1, 5} {
			rig := learn.NewSuperposed(learn.NewExact(mechanics.NewEquilibrium(testnet.Chain(5), nil), in, out))
			set := &task.Set{N: samples, P: 2, Q: 3}
			for i := range samples {
				set.F = append(set.F, 0.3+0.1*float64(i), 0.2-0.07*float64(i))
				set.Want = append(set.Want, 0.1, 0.2*float64(i), 0.3)
			}
			for _, fault := range rigtest.Faults(rigtest.Case{Rig: rig, Theta: []float64{3, 4, 5, 6, 7}, Set: set, Loss: task.MeanSquare{Scale: 0.1}, Positive: true, Small: 1e-3}) {
				t.Errorf("given %v, %d samples: %s", given, samples, fault)
			}
		}
	}
}
