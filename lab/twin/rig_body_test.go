package twin

import (
	"testing"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// A frame on its bench is a learn.Rig like any other, though no look shows how its nodes turn: the suite of the solvers
// runs over it, by ports and by samples, with backpropagation and with nudges.
func TestSuiteOverTheFrame(t *testing.T) {
	net, form := portal(t)
	b, err := body.New(form.Plan)
	if err != nil {
		t.Fatal(err)
	}
	in := []network.Port{{Node: 5, Dir: [3]float64{1}}, {Node: 2, Dir: [3]float64{0.6, 0.8}}}
	out := []network.Port{{Node: 4, Dir: [3]float64{1}}, {Node: 3, Dir: [3]float64{0, 1}}}
	set := &task.Set{N: 2, P: 2, Q: 2, F: []float64{0.05, 0, 0.02, -0.03}, Want: []float64{1e-3, 0, -5e-4, 2e-4}}
	for _, ports := range []bool{true, false} {
		for _, by := range []learn.Rule{nil, &rule.Nudge{Load: 1e-4}} {
			guard := lab.NewGuard(portalBench(t, Config{}), net, portalTheta)
			if err := guard.Arm(t.Context(), lab.Limits{}); err != nil {
				t.Fatal(err)
			}
			p := measurement.DefaultProtocol()
			p.Settle, p.Repeats, p.Drift, p.Ports, p.PerSample = measurement.Settle{}, 1, 0, ports, !ports
			e := &measurement.Estimator{Specimen: measurement.NewBodySpecimen(net, statics.New(b, false), in, out), Protocol: &p, Loss: task.MeanSquare{Scale: 1e-3},
				Batch: learn.Batch{Set: set}, Theta: portalTheta}
			rig, err := measurement.OnBench(t.Context(), &measurement.Measurer{Bench: guard, Specimen: e.Specimen, Protocol: &p}, e)
			if err != nil {
				t.Fatal(err)
			}
			c := rigtest.Case{Rig: rig, Theta: portalTheta, Set: set, Loss: e.Loss, Rule: by, Positive: true, Small: 1e-3, Tolerance: 1e-6}
			for _, fault := range rigtest.Faults(c) {
				t.Errorf("ports %v, %T: %s", ports, by, fault)
			}
		}
	}
}
