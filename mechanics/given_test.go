package mechanics_test

import (
	"errors"
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// pair is a pair port, nodes from 1, in the order of their numbers.
func pair(net *network.Network, a, b int) network.Port {
	p := network.Port{Node: a - 1, Other: b - 1, Pair: true}
	from, to, square := net.At(a-1), net.At(b-1), 0.0
	for axis := range net.Dim {
		p.Dir[axis] = to[axis] - from[axis]
		square += p.Dir[axis] * p.Dir[axis]
	}
	length := math.Sqrt(square)
	for axis := range net.Dim {
		p.Dir[axis] /= length
	}
	return p
}

// What is told at the given inputs is what is read there, and it takes forces at those ports alone: the answer to a unit
// displacement is an answer to forces, found by elimination from their answers.
func TestGivenDisplacements(t *testing.T) {
	net := testnet.Trapezoid()
	for _, solver := range solvers {
		q := factored(t, net, testnet.Stiffness(28, 100, 170, 1), solver.make)
		source, moved, force := pair(net, 13, 14), testnet.Port(7, 0.6, 0.8), testnet.Port(11, 0, -1)
		source.Given, moved.Given = true, true
		target := pair(net, 2, 3)
		in := []network.Port{force, source, moved}
		r := mechanics.NewResponses(q.C, in, []network.Port{target, source, moved, force})
		if err := q.Respond(r); err != nil {
			t.Fatal(err)
		}
		for i, want := range []float64{0, 1, 0, 0, 0, 1} { // outputs 2 and 3 are the given ports themselves
			near(t, "reading at a given port", 1+r.S[r.P+i], 1+want, 1e-12)
		}
		// The same answers, by elimination from those to forces.
		free := []network.Port{force, source, moved}
		free[1].Given, free[2].Given = false, false
		f := mechanics.NewResponses(q.C, free, []network.Port{target, source, moved, force})
		if err := q.Respond(f); err != nil {
			t.Fatal(err)
		}
		s := func(out, in int) float64 { return f.S[out*f.P+in] }
		det := s(1, 1)*s(2, 2) - s(1, 2)*s(2, 1)
		source1, source2 := s(2, 2)/det, -s(2, 1)/det // forces that make the source one longer and hold the other still
		near(t, "target by source", r.S[1], s(0, 1)*source1+s(0, 2)*source2, 1e-11)
		held1, held2 := -(s(2, 2)*s(1, 0)-s(1, 2)*s(2, 0))/det, -(s(1, 1)*s(2, 0)-s(2, 1)*s(1, 0))/det
		near(t, "target by force, given ports held", r.S[0], s(0, 0)+s(0, 1)*held1+s(0, 2)*held2, 1e-11)
		if n := testing.AllocsPerRun(20, func() { err(t, q.Respond(r)) }); n != 0 {
			t.Errorf("%s: %g allocations", solver.name, n)
		}
	}
}

// Two springs in a row: the middle goes as the stiffnesses divide the way.
func TestGivenEndOfAChain(t *testing.T) {
	net := &network.Network{Dim: 1, Pos: []float64{0, 1, 2}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	q := factored(t, net, []float64{30, 10}, nil)
	end := network.Port{Node: 2, Dir: [3]float64{1}, Given: true}
	r := mechanics.NewResponses(q.C, []network.Port{end}, []network.Port{{Node: 1, Dir: [3]float64{1}}, pair(net, 2, 3)})
	err(t, q.Respond(r))
	near(t, "middle", r.S[0], 0.25, 1e-15)
	near(t, "stretch of the second spring", r.S[1], 0.75, 1e-15)
}

// Two given displacements of which one follows from the other have no forces.
func TestDependentDisplacements(t *testing.T) {
	net := testnet.Trapezoid()
	q := factored(t, net, same(100, 28), nil)
	a, b := pair(net, 13, 14), pair(net, 13, 14)
	a.Given, b.Given = true, true
	b.Dir = [3]float64{-a.Dir[0], -a.Dir[1]}
	var dependent *mechanics.DependentError
	if fault := q.Respond(mechanics.NewResponses(q.C, []network.Port{a, b}, nil)); !errors.As(fault, &dependent) || dependent.Input != 1 {
		t.Errorf("%v", fault)
	}
}

func err(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
