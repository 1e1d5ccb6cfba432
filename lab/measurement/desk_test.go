package measurement

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// quick is a protocol without settling, for benches that rest at once.
func quick() Protocol {
	p := DefaultProtocol()
	p.Settle = Settle{}
	return p
}

func fill(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

// trapezoid is the lattice of Li & Mao 2024 with 5 g at node 11, read at nodes
// 13 and 14, bonds of width 2 mm.
func trapezoid() (*Specimen, []float64) {
	s := NewSpecimen(testnet.Trapezoid(), []network.Port{testnet.Port(11, 0, -1)}, []network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0, 1)})
	return s, fill(28, 137.5)
}

// caseA is the experiment of Fig. 1: 10 g at node 13, L = (u_14 + 25 mm)^2.
func caseA() (*Estimator, []float64) {
	s := NewSpecimen(testnet.Trapezoid(), []network.Port{testnet.Port(13, 0, -1)}, []network.Port{testnet.Port(14, 0, 1)})
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{9.8 * 0.010}, Want: []float64{-0.025}}
	p := quick()
	return &Estimator{Specimen: s, Protocol: &p, Loss: task.MeanSquare{Scale: math.Sqrt(0.5)}, Batch: learn.Batch{Set: set}}, fill(28, 137.5)
}

func armed(t testing.TB, d *benchtest.Desk, net *network.Network) *lab.Guard {
	t.Helper()
	g := lab.NewGuard(d, net, nil)
	check(t, g.Arm(context.Background(), lab.Limits{}))
	return g
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// live is the source of phases of a bench.
func live(t testing.TB, d *benchtest.Desk, e *Estimator) Source {
	m := &Measurer{Bench: armed(t, d, e.Specimen.Net), Specimen: e.Specimen, Protocol: e.Protocol}
	return func(ask Ask, zero []lab.Frame) (*Record, *Response, error) {
		return m.Phase(context.Background(), ask.Load, zero)
	}
}
