package statics_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// Three bistable bonds in a row that snap one after the other, the first end held, the other loaded or moved.
var (
	snapK = []float64{300, 250, 350}       // N/m
	snapS = []float64{0.006, 0.005, 0.004} // m
)

func snappingChain(t *testing.T, clamped bool) (*body.Body, *statics.Equilibrium) {
	t.Helper()
	curve, _ := law.CurveNamed("bistable")
	p := &body.Plan{Dim: 1, Pos: []float64{0, 0.05, 0.1, 0.15}, Supports: []body.Support{{Node: 0, Part: element.X}}}
	if clamped {
		p.Supports = append(p.Supports, body.Support{Node: 3, Part: element.X, Given: true})
	}
	for i := range snapK {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Bond{Curve: curve}, Nodes: []int{i, i + 1}, Theta: []float64{snapK[i], snapS[i]}})
	}
	return equilibrium(t, p, true)
}

// snapT is the tension of bond i, and its slope.
func snapT(i int, e float64) (t, slope float64) {
	x := e / snapS[i]
	return snapK[i] * e * (1 - x) * (1 - x/2), snapK[i] * (1 - 3*x + 1.5*x*x)
}

// snapRoot is where bond i bears f near e.
func snapRoot(i int, f, e float64) float64 {
	for range 60 {
		t, slope := snapT(i, e)
		e -= (t - f) / slope
	}
	return e
}

// stops reports at what share of the load a path ended, if that is what the error says.
func stops(err error) (share float64, ok bool) {
	var unstable *statics.UnstableError
	var stuck *statics.ConvergenceError
	switch {
	case errors.As(err, &unstable):
		return unstable.Share, true
	case errors.As(err, &stuck):
		return stuck.Share, true
	}
	return 0, false
}

// A chain has eight stable states under one load, one for each choice of wells. From a state in which each bond is in some
// well, as built or snapped, the chain goes to the state of just these wells; from rest to that of the first; again and
// again with the same bits.
func TestBranchIsThatOfTheStart(t *testing.T) {
	const load = 0.2
	b, q := snappingChain(t, false)
	f := []float64{0, 0, load}
	first := b.NewState()
	if _, err := q.Rest(&statics.Load{F: f}, first); err != nil {
		t.Fatal(err)
	}
	for wells := range 8 {
		from, s := b.NewState(), b.NewState()
		sum, want := 0.0, 0.0
		for i := range snapK {
			well := 2 * snapS[i] * float64(wells>>i&1)
			sum, want = sum+well, want+snapRoot(i, load, well)
			from.U[i] = sum
		}
		effort, err := q.Rest(&statics.Load{F: f, From: from}, s)
		if err != nil || effort.Unstable != 0 {
			t.Fatalf("wells %03b: %+v, %v", wells, effort, err)
		}
		if math.Abs(s.U[2]-want) > 1e-12 {
			t.Errorf("wells %03b: the tip is at %.12g, want %.12g", wells, s.U[2], want)
		}
		if wells == 0 && math.Abs(first.U[2]-want) > 1e-12 {
			t.Errorf("from rest the tip goes to %.12g, want %.12g", first.U[2], want)
		}
		again := b.NewState()
		if _, err := q.Rest(&statics.Load{F: f}, again); err != nil || !slices.Equal(again.U, first.U) {
			t.Errorf("after wells %03b rest leads elsewhere: %v, %v, %v", wells, again.U, first.U, err)
		}
	}
}

// Driving the tip from 0 to 24 mm: up to where the chain, held at its tip, snaps, the path from rest leads to the same state
// in any number of parts, and to that of a walk from place to place; beyond it is said how far it led. On the way the chain
// passes through states that only the clamp holds: those are counted by the tangent with the tip free, and said.
func TestClampThroughTheUnstable(t *testing.T) {
	b, q := snappingChain(t, true)
	free, loose := snappingChain(t, false)
	// The path ends where no tip is further: the first bond in its first well, the second in its second, the third on its way.
	furthest := 0.0
	for i := range 2000 {
		e3 := snapS[2] * (1 - (1-float64(i)/2000)/math.Sqrt(3)) // from its maximum on
		force, _ := snapT(2, e3)
		furthest = max(furthest, snapRoot(0, force, 0)+snapRoot(1, force, 2*snapS[1])+e3)
	}
	none := make([]float64, b.Space.N)
	walk, end, soft := b.NewState(), 0.0, 0
	for place := range 121 {
		tip := 0.024 * float64(place) / 120
		var states []*body.State
		for _, steps := range []int{1, 7, 60} {
			q.Steps = steps
			s := b.NewState()
			effort, err := q.Rest(&statics.Load{F: none, G: []float64{tip}}, s)
			if err != nil {
				share, ok := stops(err)
				if !ok || end == 0 || math.Abs(share*tip-furthest) > 1e-3*furthest {
					t.Fatalf("%g mm in %d parts, and the path ends at %g mm: %v", 1e3*tip, steps, 1e3*furthest, err)
				}
				continue
			}
			if effort.Unstable != 0 {
				t.Errorf("%g mm: unstable with the tip held", 1e3*tip)
			}
			states = append(states, s)
		}
		if len(states) == 0 {
			continue
		}
		s := states[0]
		if len(states) != 3 || place > 0 && end < 0.024*float64(place-1)/120 {
			t.Fatalf("%g mm: %d of 3 numbers of parts lead there, the path before ended at %g mm", 1e3*tip, len(states), 1e3*end)
		}
		q.Steps = 0
		here := b.NewState()
		if _, err := q.Rest(&statics.Load{F: none, G: []float64{tip}, From: walk}, here); err != nil {
			t.Fatal(err)
		}
		walk, end = here, tip
		for _, other := range append(states[1:], here) {
			for i, v := range s.U {
				if math.Abs(other.U[i]-v) > 1e-10 {
					t.Errorf("%g mm: node %d is at %.12g and at %.12g", 1e3*tip, i+2, v, other.U[i])
				}
			}
		}
		force := s.T[0]
		for i, e := range s.E {
			if tension, _ := snapT(i, e); math.Abs(tension-force) > 1e-12 {
				t.Errorf("%g mm: bond %d bears %g N, the first %g N", 1e3*tip, i+1, tension, force)
			}
		}
		// The same state with the tip free, under the force that held it.
		from := free.NewState()
		copy(from.U, append(slices.Clone(s.U), tip))
		under := free.NewState()
		effort, err := loose.Rest(&statics.Load{F: []float64{0, 0, force}, From: from}, under)
		if err != nil || math.Abs(under.U[2]-tip) > 1e-9 {
			t.Fatalf("%g mm: under its own force the tip goes to %g mm: %v", 1e3*tip, 1e3*under.U[2], err)
		}
		negative := 0
		for i, e := range s.E {
			if _, slope := snapT(i, e); slope < 0 {
				negative++
			}
		}
		if (effort.Unstable > 0) != (negative > 0) {
			t.Errorf("%g mm: %d directions are said to be unstable, and %d bonds push out", 1e3*tip, effort.Unstable, negative)
		}
		if effort.Unstable > 0 {
			soft++
		}
	}
	t.Logf("the path from rest ends after %.4g mm, %d of its places are held by the clamp alone", 1e3*end, soft)
	if end > furthest || end < furthest-0.0002 || soft < 10 {
		t.Errorf("the path ends after %g mm, in closed form at %g mm; %d places are unstable with the tip free", 1e3*end, 1e3*furthest, soft)
	}
}

// A bond that snaps bears no more than k s/(3 sqrt 3). Under any greater load the path from rest ends there, in few parts as in
// many, though another branch is at rest under it, and right where the slope as built leads under 3 k s.
func TestNoJumpOverTheSnap(t *testing.T) {
	const k, s = 250.0, 0.004
	curve, _ := law.CurveNamed("bistable")
	p := &body.Plan{Dim: 1, Pos: []float64{0, 0.05}, Supports: []body.Support{{Node: 0, Part: element.X}},
		Elements: []body.Element{{Kind: element.Bar{}, Law: law.Bond{Curve: curve}, Nodes: []int{0, 1}, Theta: []float64{k, s}}}}
	b, q := equilibrium(t, p, true)
	limit := k * s / (3 * math.Sqrt(3))
	for times := 3 * 3 * math.Sqrt(3) / math.Pow(1.02, 138); times < 3000; times *= 1.02 { // 3 k s is one of them
		for _, steps := range []int{0, 1, 3, 20} {
			q.Steps = steps
			state := b.NewState()
			_, err := q.Rest(&statics.Load{F: []float64{times * limit}}, state)
			if share, ok := stops(err); !ok || math.Abs(share*times-1) > 1e-3+3e-6*times {
				t.Errorf("%g times what it bears in %d parts: %v, at %g mm", times, steps, err, 1e3*state.U[0])
			}
		}
	}
}

// The same of a shallow truss, whose limit loads are in TestSnapThrough, and of a truss of two heights that is not symmetric.
func TestNoJumpOverSnapThrough(t *testing.T) {
	for _, name := range []string{"linear", "green", "log"} {
		for _, apex := range []float64{0, 0.3} {
			curve, _ := law.CurveNamed(name)
			p := &body.Plan{Dim: 2, Pos: []float64{-1.2, 0, apex, 0.25, 1.2, 0.05}}
			for _, ends := range [][2]int{{0, 1}, {1, 2}} {
				p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Bond{Curve: curve}, Nodes: ends[:], Theta: []float64{900}})
			}
			for _, s := range [][2]int{{0, 0}, {0, 1}, {2, 0}, {2, 1}} {
				p.Supports = append(p.Supports, body.Support{Node: s[0], Part: element.Part(s[1])})
			}
			found := limits(t, p, statics.Port{{Node: 1, Part: element.Y, Weight: -1}}, 1, 1)
			if len(found) != 1 {
				t.Fatalf("%s: %d limit points", name, len(found))
			}
			limit := found[0][0]
			b, q := equilibrium(t, p, true)
			for times := 1.01; times < 3000; times *= 1.1 {
				for _, steps := range []int{0, 2, 10} {
					q.Steps = steps
					s := b.NewState()
					_, err := q.Rest(&statics.Load{F: []float64{0, -times * limit}}, s)
					if share, ok := stops(err); !ok || math.Abs(share*times-1) > 1e-3+3e-6*times {
						t.Errorf("%s, apex %g: %g times the limit load in %d parts: %v, and the apex at %g", name, apex, times, steps, err, s.U[1])
					}
				}
			}
		}
	}
}

// In every one of the eight stable states a small nudge at the tip, begun at the free state, stays in its wells, and the change of
// dW/dtheta for each unit of the nudge is the derivative by the tangent: to 1e-3 at a nudge of 1 % of the load, and four times
// better at half of it.
func TestNudgeStaysOnItsBranch(t *testing.T) {
	const load, goal = 0.2, 0.01
	b, q := snappingChain(t, false)
	w := b.NewWork()
	for wells := range 8 {
		from, state := b.NewState(), b.NewState()
		sum := 0.0
		for i := range snapK {
			sum += 2 * snapS[i] * float64(wells>>i&1)
			from.U[i] = sum
		}
		if _, err := q.Rest(&statics.Load{F: []float64{0, 0, load}, From: from}, state); err != nil {
			t.Fatal(err)
		}
		slope := state.U[2] - goal
		adjoint, want := b.NewState(), make([]float64, b.P)
		if err := q.About(state, []float64{0, 0, -slope}, adjoint); err != nil {
			t.Fatal(err)
		}
		q.Gradient(w, state, adjoint, 1, want)
		off := func(nudge float64) float64 {
			step, got := nudge/math.Abs(slope), make([]float64, b.P)
			for _, sign := range []float64{1, -1} {
				nudged := b.NewState()
				effort, err := q.Rest(&statics.Load{F: []float64{0, 0, load - sign*step*slope}, From: state}, nudged)
				if err != nil || effort.Unstable != 0 {
					t.Fatalf("wells %03b: %+v, %v", wells, effort, err)
				}
				for i, e := range nudged.E {
					if (e > snapS[i]) != (wells>>i&1 == 1) {
						t.Fatalf("wells %03b: nudged by %g N bond %d is at %g m", wells, nudge, i+1, e)
					}
				}
				q.EnergyGradient(w, nudged, sign/(2*step), got)
			}
			worst, most := 0.0, 0.0
			for i, v := range want {
				worst, most = max(worst, math.Abs(got[i]-v)), max(most, math.Abs(v))
			}
			return worst / most
		}
		whole, half := off(0.01*load), off(0.005*load)
		if whole > 1e-3 || math.Abs(whole/half-4) > 0.2 {
			t.Errorf("wells %03b: off by %.2e, and by %.2e at half the nudge", wells, whole, half)
		}
	}
}

// The path of the chain under a growing load turns where one of its bonds bears no more, and nowhere else, in the order that
// follows from that alone: the second snaps, has come to its second well, the third begins to snap, the second goes back, and
// so on. All along every bond bears the load, and as many directions are unstable as bonds push out.
func TestPathOfAChain(t *testing.T) {
	b, q := snappingChain(t, false)
	var turns []float64
	err := q.Follow(&statics.Load{F: []float64{0, 0, 1}}, statics.Along{Limits: true, Most: 400}, func(p statics.Point) bool {
		negative := 0
		for i, e := range p.State.E {
			tension, slope := snapT(i, e)
			if math.Abs(tension-p.Share) > 1e-11 {
				t.Errorf("bond %d bears %.12g N of %.12g N", i+1, tension, p.Share)
			}
			if slope < 0 {
				negative++
			}
		}
		if !p.Limit && p.Unstable != negative {
			t.Errorf("under %g N %d directions are unstable, and %d bonds push out", p.Share, p.Unstable, negative)
		}
		if p.Limit {
			turns = append(turns, p.Share)
		}
		return len(turns) < 10
	})
	if err != nil {
		t.Fatal(err)
	}
	m := [3]float64{}
	for i := range m {
		m[i] = snapK[i] * snapS[i] / (3 * math.Sqrt(3))
	}
	want := []float64{m[1], -m[1], m[2], -m[1], m[1], -m[2], m[1], -m[1], m[0], -m[1]}
	if t.Logf("it turns at %.6g N", turns); len(turns) != len(want) {
		t.Fatalf("%d turns of a body of %d unknowns", len(turns), b.Space.N)
	}
	for i, share := range turns {
		if math.Abs(share-want[i]) > 1e-9 {
			t.Errorf("turn %d is at %.12g N, want %.12g", i+1, share, want[i])
		}
	}
}

// Two bars that are all but in line stiffen by orders of magnitude on the first millionth of their load, and are followed all
// the same: F = 2 k (l - l0) y/l at the height y of the apex below the supports.
func TestAllButFlat(t *testing.T) {
	const k, half = 100.0, 0.05
	for _, rise := range []float64{1e-3, 1e-5, 1e-6, 1e-7} {
		p := &body.Plan{Dim: 2, Pos: []float64{-half, 0, 0, -rise, half, 0}}
		for _, ends := range [][2]int{{0, 1}, {1, 2}} {
			p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: ends[:], Theta: []float64{k}})
		}
		for _, s := range [][2]int{{0, 0}, {0, 1}, {2, 0}, {2, 1}} {
			p.Supports = append(p.Supports, body.Support{Node: s[0], Part: element.Part(s[1])})
		}
		const load = 0.01
		_, s := push(t, p, true, statics.Port{{Node: 1, Part: element.Y, Weight: -1}}, load)
		y, l0 := rise-s.U[1], math.Hypot(half, rise)
		l := math.Hypot(half, y)
		within(t, "load", 2*k*(y-rise)*(y+rise)/(l+l0)*y/l, load, 1e-11)
	}
}
