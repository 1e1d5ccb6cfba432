package session

import (
	"slices"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// quick is a protocol without settling, for benches that rest at once.
func quick() measurement.Protocol {
	p := measurement.DefaultProtocol()
	p.Settle = measurement.Settle{}
	return p
}

func fill(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

// trapezoid is the lattice of Li & Mao 2024 with 5 g at node 11, read at nodes
// 13 and 14, bonds of width 2 mm.
func trapezoid() (*measurement.Specimen, []float64) {
	s := measurement.NewSpecimen(testnet.Trapezoid(), []network.Port{testnet.Port(11, 0, -1)}, []network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0, 1)})
	return s, fill(28, 137.5)
}

// widths is the design of the paper: 1.5 to 2.5 mm.
func widths() *design.Design {
	d := &design.Design{Lo: fill(28, 0.0015), Hi: fill(28, 0.0025), Gain: fill(28, 5.5e5*0.002/0.016), Start: fill(28, 0.002), Unit: fill(28, 1e-3)}
	for i := range 28 {
		d.Free = append(d.Free, int32(i))
	}
	return d
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// exact is the gradient of the theory.
func exact(t testing.TB, e *measurement.Estimator, k []float64) (float64, []float64) {
	t.Helper()
	rig := learn.NewExact(mechanics.NewEquilibrium(e.Specimen.Net, nil), e.Specimen.In, e.Specimen.Out)
	check(t, rig.SetStiffness(k))
	g := make([]float64, len(k))
	value, err := (&rule.Backprop{}).Gradient(rig, e.Loss, e.Batch, g)
	check(t, err)
	return value, g
}
