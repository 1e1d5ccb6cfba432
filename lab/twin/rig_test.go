package twin_test

import (
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// A twin on its bench is a learn.Rig like any other: the suite of the solvers runs over it, by ports and by samples, with
// backpropagation and with nudges.
func TestSuiteOverTheTwin(t *testing.T) {
	net := testnet.Trapezoid()
	specimen := measurement.NewSpecimen(net, []network.Port{testnet.Port(11, 0, -1), testnet.Port(7, 0.6, 0.8)}, []network.Port{testnet.Port(13, 0, 1), testnet.Port(8, 1, 0)})
	set := &task.Set{N: 2, P: 2, Q: 2, F: []float64{0.05, 0, 0.02, -0.03}, Want: []float64{1e-3, 0, -5e-4, 2e-4}}
	k := testnet.Stiffness(28, 100, 170, 1)
	for _, ports := range []bool{true, false} {
		for _, by := range []learn.Rule{nil, &rule.Nudge{Load: 1e-4}} {
			bench, err := twin.New(net, k, twin.Config{})
			if err != nil {
				t.Fatal(err)
			}
			guard := lab.NewGuard(bench, net, k)
			if err := guard.Arm(t.Context(), lab.Limits{}); err != nil {
				t.Fatal(err)
			}
			p := measurement.DefaultProtocol()
			p.Settle, p.Repeats, p.Drift, p.Ports, p.PerSample = measurement.Settle{}, 1, 0, ports, !ports
			e := &measurement.Estimator{Specimen: specimen, Protocol: &p, Loss: task.MeanSquare{Scale: 1e-3}, Batch: learn.Batch{Set: set}, Theta: k}
			rig, err := measurement.OnBench(t.Context(), &measurement.Measurer{Bench: guard, Specimen: specimen, Protocol: &p}, e)
			if err != nil {
				t.Fatal(err)
			}
			c := rigtest.Case{Rig: rig, Theta: k, Set: set, Loss: e.Loss, Rule: by, Positive: true, Small: 1e-3, Tolerance: 1e-6}
			for _, fault := range rigtest.Faults(c) {
				t.Errorf("ports %v, %T: %s", ports, by, fault)
			}
		}
	}
}
