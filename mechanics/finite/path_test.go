package finite_test

import (
	"errors"
	"math"
	"testing"

	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
)

// truss is two bars of 9 N/m over a span of 8 m that rise 3 m; only the top moves, up and down.
func truss() *finite.Equilibrium {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 4, 3, 8, 0}, Held: []bool{true, true, true, false, true, true},
		Elements: []network.Element{{Kind: network.Bar, Nodes: [2]int{1, 2}}, {Kind: network.Bar, Nodes: [2]int{1, 0}}}}
	q := finite.New(net)
	if err := q.SetStiffness([]float64{9, 9}); err != nil {
		panic(err)
	}
	return q
}

// carries is the force down under which the top of the truss stands v m lower: 2 k (5 - l)(3 - v)/l.
func carries(v float64) float64 {
	l := math.Hypot(4, 3-v)
	return 2 * 9 * (5 - l) * (3 - v) / l
}

// Up to the limit point Follow gives the state of the closed form; beyond it says how much was
// carried, where Displace snaps through.
func TestFollowStopsAtTheLimitPoint(t *testing.T) {
	most := 0.0
	for v := 0.0; v < 3; v += 1e-4 {
		most = max(most, carries(v))
	}
	if !(most > 4.5 && most < 4.7) {
		t.Fatalf("the limit load is %g N", most)
	}
	q, u := truss(), make([]float64, 1)
	for _, v := range []float64{0.001, 0.1, 0.5, 1} {
		if _, err := q.Follow(u, []float64{-carries(v)}); err != nil || !(math.Abs(u[0]+v) < 1e-9) {
			t.Errorf("under %g N: %g m, not %g; %v", carries(v), u[0], -v, err)
		}
	}
	for _, load := range []float64{1.01 * most, 9.071, 100} {
		effort, err := q.Follow(u, []float64{-load})
		var buckling *finite.BucklingError
		if !errors.As(err, &buckling) || math.Abs(buckling.Share-most/load) > 2e-3 || effort.Share != buckling.Share || buckling.Node != 1 || buckling.Axis != 1 {
			t.Errorf("%g N: share %g, not %g: %v", load, effort.Share, most/load, err)
		}
		if !(u[0] < 0 && u[0] > -1.5) || math.Abs(carries(-u[0])-effort.Share*load) > 1e-6 {
			t.Errorf("%g N: the last state %g m carries %g N, not %g", load, u[0], carries(-u[0]), effort.Share*load)
		}
	}
	if _, err := q.Displace(u, []float64{-9.071}); err != nil || !(math.Abs(u[0]+7.07) < 0.01) {
		t.Errorf("Displace snaps through to %g m: %v", u[0], err)
	}
}

// No load beyond the limit is answered with a state of the other branch, though many a part of many a load leads Newton's
// method right there.
func TestFollowDoesNotJump(t *testing.T) {
	most := 0.0
	for v := 0.0; v < 3; v += 1e-4 {
		most = max(most, carries(v))
	}
	for times := 1.01; times < 3000; times *= 1.02 {
		q, u := truss(), make([]float64, 1)
		effort, err := q.Follow(u, []float64{-most * times})
		if err == nil || effort.Share*times > 1+1e-6 || effort.Share < 1/times-0.0011 {
			t.Errorf("%g times the limit load: share %g, %g m, %v", times, effort.Share, u[0], err)
		}
	}
}

// Forces no number can hold are an error, not a state.
func TestFollowBeyondNumbers(t *testing.T) {
	q, u := truss(), make([]float64, 1)
	for _, load := range []float64{1e200, 1e308, math.Inf(1)} {
		if _, err := q.Follow(u, []float64{-load}); err == nil || math.IsNaN(u[0]) || math.IsInf(u[0], 0) {
			t.Errorf("%g N: %g m, %v", load, u[0], err)
		}
	}
}
