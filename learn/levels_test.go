package learn_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// leveled is the lattice of Li & Mao 2024 that is to move two nodes under one load, of which the bonds listed have levels.
func leveled(free int, places []float64, loss task.Loss, class []int32) *learn.Problem {
	rig := learn.NewExact(mechanics.NewEquilibrium(testnet.Trapezoid(), nil), []network.Port{testnet.Port(11, 0, -1)},
		[]network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0, 1)})
	set := &task.Set{N: 1, P: 1, Q: 2, F: []float64{0.049}, Class: class}
	if class == nil {
		set.Want = []float64{-0.55e-3, -0.6e-3}
	}
	d := design.Uniform(28, places[0], places[len(places)-1], places[0])
	d.Free = nil
	d.Places = make([][]float64, 28)
	for n := range free {
		i := int32((n*9 + 5) % 28)
		d.Free = append(d.Free, i)
		d.Places[i] = places
	}
	return learn.NewProblem(rig, &rule.Backprop{}, loss, d, learn.Batch{Set: set})
}

// exhausted is the least loss of all networks of these levels.
func exhausted(t *testing.T, p *learn.Problem) float64 {
	t.Helper()
	x, best := make([]float64, p.Dim()), math.Inf(1)
	places := make([][]float64, p.Dim())
	all := 1
	for j := range x {
		places[j] = p.Places(j)
		all *= len(places[j])
	}
	for n := range all {
		for j, list := range places {
			x[j] = list[n%len(list)]
			n /= len(list)
		}
		v, err := p.Value(x)
		if err != nil {
			t.Fatal(err)
		}
		best = min(best, v)
	}
	return best
}

// A search finds the best of all networks, which are few enough to look at each.
func TestLevelSearchFindsTheBest(t *testing.T) {
	for _, c := range []struct {
		name   string
		free   int
		places []float64
		loss   task.Loss
		class  []int32
	}{
		{"two levels", 12, []float64{103, 172}, task.MeanSquare{Scale: 1e-3}, nil},
		{"three levels", 7, []float64{50, 103, 172}, task.MeanSquare{Scale: 1e-3}, nil},
		{"five levels", 5, []float64{50, 80, 103, 150, 172}, task.MeanSquare{Scale: 1e-3}, nil},
		{"left moves most", 11, []float64{103, 172}, task.CrossEntropy{}, []int32{1}},
	} {
		p := leveled(c.free, c.places, c.loss, c.class)
		want := exhausted(t, p)
		m := optim.NewLevelSearch(p.Dim())
		m.Seed = 1
		x := p.Design.StartPoint()
		for range 10 {
			if _, err := m.Step(p, x); err != nil {
				t.Fatal(err)
			}
		}
		got, err := p.Value(x)
		if err != nil {
			t.Fatal(err)
		}
		f := m.Found()
		t.Logf("%s: %v of %v, %d of %d starts, relaxed %v", c.name, got, want, f.Hits, f.Starts, f.Relaxed)
		if math.Abs(got/want-1) > 1e-9 || f.Best != got {
			t.Errorf("%s: the search ends at %v (it says %v), and the best is %v", c.name, got, f.Best, want)
		}
		if f.Relaxed > want*(1+1e-9) {
			t.Errorf("%s: without levels the loss is %v, with them %v", c.name, f.Relaxed, want)
		}
	}
}

// What a search ends with no change of one bond or two improves, by losses of networks that are solved anew; and what changes say
// is what networks that are solved anew have.
func TestLevelSearchEndsWhereNothingHelps(t *testing.T) {
	p := leveled(28, []float64{103, 140, 172}, task.MeanSquare{Scale: 1e-3}, nil)
	m := optim.NewLevelSearch(p.Dim())
	m.Walk = 0
	x := p.Design.StartPoint()
	if _, err := m.Step(p, x); err != nil {
		t.Fatal(err)
	}
	best, err := p.Value(x)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := p.Changes(x)
	if err != nil || !changes.Cheap() || !m.Found().Pairs {
		t.Fatal(err, changes.Cheap(), m.Found())
	}
	y := append([]float64(nil), x...)
	for i := range x {
		for _, toI := range p.Places(i) {
			for j := range i {
				for _, toJ := range p.Places(j) {
					if toI == x[i] && toJ == x[j] {
						continue
					}
					y[i], y[j] = toI, toJ
					want, err := p.Value(y)
					if err != nil {
						t.Fatal(err)
					}
					got, err := changes.Two(i, j, toI, toJ)
					if toJ == x[j] {
						got, err = changes.One(i, toI)
					}
					if err != nil || math.Abs(got-want) > 1e-10*(want+best) {
						t.Fatalf("bonds %d and %d: %v, solved anew %v (%v)", i+1, j+1, got, want, err)
					}
					if want < best*(1-1e-9) {
						t.Errorf("bonds %d and %d improve %v to %v", i+1, j+1, best, want)
					}
					y[j] = x[j]
				}
			}
			y[i] = x[i]
		}
	}
}

// A search that is taken up again goes on to the same numbers.
func TestLevelSearchGoesOn(t *testing.T) {
	p := leveled(28, []float64{103, 172}, task.MeanSquare{Scale: 1e-3}, nil)
	search := func() *optim.LevelSearch {
		m := optim.NewLevelSearch(p.Dim())
		m.Seed = 7
		return m
	}
	whole, x := search(), p.Design.StartPoint()
	parts, y := search(), p.Design.StartPoint()
	for range 6 {
		if _, err := whole.Step(p, x); err != nil {
			t.Fatal(err)
		}
		next := search()
		if err := next.Restore(parts.State()); err != nil {
			t.Fatal(err)
		}
		parts = next
		if _, err := parts.Step(p, y); err != nil {
			t.Fatal(err)
		}
	}
	for j := range x {
		if x[j] != y[j] {
			t.Fatalf("bond %d: %v and %v", j+1, x[j], y[j])
		}
	}
	if whole.Found() != parts.Found() {
		t.Errorf("%+v\n%+v", whole.Found(), parts.Found())
	}
}

// Few bonds change, the others stay to the last bit, and the loss is that of a training which changes all.
func TestFewestChanges(t *testing.T) {
	p := leveled(28, []float64{103, 172}, task.MeanSquare{Scale: 1e-3}, nil)
	p.Design.Places = nil
	for i := range p.Design.Start {
		p.Design.Start[i] = 103 + float64((i*37)%60)
	}
	start := p.Design.StartPoint()
	wanted := p.Batch.Set.Want
	if err := p.Set(start); err != nil {
		t.Fatal(err)
	}
	u := make([]float64, 2)
	if err := learn.Outputs(p.Rig, p.Batch, u); err != nil {
		t.Fatal(err)
	}
	wanted[0], wanted[1] = 1.02*u[0], 0.97*u[1]
	changed := func(m optim.Method, until float64) (int, float64) {
		x := append([]float64(nil), start...)
		loss := math.Inf(1)
		for range 3000 {
			r, err := m.Step(p, x)
			if err != nil {
				t.Fatal(err)
			}
			if loss = r.Value; r.Done || loss <= until {
				break
			}
		}
		n := 0
		for j := range x {
			if x[j] != start[j] {
				n++
			}
		}
		return n, loss
	}
	all, loss := changed(optim.NewAdam(28, 0.01), 1e-12)
	m := optim.NewFewest(28)
	few, least := changed(m, 1e-12)
	t.Logf("adam changes %d bonds to a loss of %.2g, the fewest are %d, to %.2g", all, loss, few, least)
	if least > 1e-12 || loss > 1e-12 || 2*few >= all || m.Count() != few {
		t.Errorf("adam changes %d bonds to %g, the fewest are %d (%d) to %g", all, loss, few, m.Count(), least)
	}
	bounded := optim.NewFewest(28)
	bounded.Most = 2
	if n, _ := changed(bounded, 0); n != 2 {
		t.Errorf("%d bonds change, and 2 may", n)
	}
}
