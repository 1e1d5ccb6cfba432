package prune

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// What a search says of the networks that it passes through is what they do when they are built, with and without ports whose displacement is given.
func TestSearchedNetworksAreThoseThatAreBuilt(t *testing.T) {
	for _, n := range networks {
		x, theta := build(t, n.name, n.overrides...)
		p := start(t, x, theta)
		p.Study = &Study{Keep: 1e9} // every bond may go
		s := &searching{pruning: p, known: map[int][]float64{}}
		b, random, passed := s.root(), rand.New(rand.NewPCG(1, 2)), 0
		for len(b.gone) < 6 {
			list, err := s.candidates(context.Background(), []*branch{b})
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			c := list[random.IntN(len(list))]
			if err := s.learnColumns([]next{c}); err != nil {
				t.Fatal(err)
			}
			if b, err = s.without(b, c); err != nil {
				t.Fatal(err)
			}
			q := start(t, x, theta)
			for _, bond := range b.gone {
				q.turn(bond)
			}
			if err := q.look(); err != nil {
				t.Fatalf("%s without %v: %v", n.name, b.gone, err)
			}
			if !near(b.now.Loss, q.now.Loss, 1e-8) || !near(b.now.miss(), q.now.miss(), 1e-8) {
				t.Errorf("%s without %v: %v, and built %v", n.name, b.gone, b.now, q.now)
			}
			passed++
		}
		if passed < 2 && n.name != "iris" && n.name != "behaviour" {
			t.Errorf("%s: only %d bonds went", n.name, passed)
		}
	}
}

// fewest is the size of the least set of bonds whose removal, one by one and each lowering the loss, reaches the error, by trying all of them.
func fewest(t *testing.T, p *pruning, until float64, most int) int {
	level := map[string][]int{"": nil}
	for out := 1; out <= most; out++ {
		deeper := map[string][]int{}
		for _, gone := range level {
			for _, bond := range gone {
				p.turn(bond)
			}
			if err := p.look(); err != nil {
				t.Fatal(err)
			}
			for i := range p.bars {
				if slices.Contains(gone, i) {
					continue
				}
				v, err := p.try(i)
				if err != nil {
					t.Fatal(err)
				}
				if v == nil || !(v.Loss < p.now.Loss) {
					continue
				}
				if v.miss() <= until {
					for _, bond := range gone {
						p.turn(bond)
					}
					return out
				}
				set := append(slices.Clone(gone), i)
				deeper[setOf(set)] = set
			}
			for _, bond := range gone {
				p.turn(bond)
			}
		}
		level = deeper
	}
	return -1
}

// A search needs no more bonds than the best alone, mostly fewer; one that passes through all networks finds the fewest there are; and of width 1 it is rule exact.
func TestSearchFindsTheFewest(t *testing.T) {
	run := func(seed int, study Study) *Report {
		x, theta := build(t, "allostery", fmt.Sprint("seed=", seed), "bonds.start=random")
		report, err := study.Run(context.Background(), x, theta, &memory{}, func(Step) {})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	fewer := 0
	for seed := 1; seed <= 4; seed++ {
		greedy, one := run(seed, Study{Rule: "exact", Until: 0.01}), run(seed, Study{Rule: "exact", Until: 0.01, Width: 1})
		if !reflect.DeepEqual(one.Gone, greedy.Gone) {
			t.Errorf("seed %d: width 1 takes %v out, and rule exact %v", seed, one.Gone, greedy.Gone)
		}
		wide := run(seed, Study{Rule: "exact", Until: 0.01, Width: 50})
		if !wide.Met || greedy.Met && len(wide.Steps) > len(greedy.Steps) {
			t.Errorf("seed %d: %d bonds out of the best alone (%v), %d of a search (%v)", seed, len(greedy.Steps), greedy.Met, len(wide.Steps), wide.Met)
		}
		if !greedy.Met || len(wide.Steps) < len(greedy.Steps) {
			fewer++
		}
		t.Logf("seed %d: %d bonds out of the best alone, %d of a search", seed, len(greedy.Steps), len(wide.Steps))
	}
	if fewer == 0 {
		t.Error("a search never needs fewer bonds than the best alone")
	}
	x, theta := build(t, "allostery", "bonds.start=random")
	all := run(1, Study{Rule: "exact", Until: 0.6, Width: 20000})
	if n := fewest(t, start(t, x, theta), 0.6, len(all.Steps)); n != len(all.Steps) || n < 2 {
		t.Errorf("%d bonds out, and %d suffice", len(all.Steps), n)
	}
}

// A search that was stopped after any bond goes on to the same report, and a bound on the bonds is kept.
func TestSearchGoesOn(t *testing.T) {
	x, theta := build(t, "allostery")
	for _, study := range []*Study{{Rule: "exact", Until: 0.01, Width: 20}, {Rule: "exact", Until: 0.01, Width: 20, Most: 4}, {Rule: "exact", Keep: 0.01, Width: 5, Most: 7, Ends: true}} {
		kept := &memory{}
		report, err := study.Run(context.Background(), x, theta, kept, func(Step) {})
		if err != nil {
			t.Fatal(err)
		}
		if study.Most > 0 && len(report.Gone) > study.Most || len(report.Steps) < 3 {
			t.Errorf("%d bonds out, at most %d", len(report.Gone), study.Most)
		}
		for at := range report.Steps {
			again, err := study.Run(context.Background(), x, theta, &memory{slices.Clone(kept.steps[:at])}, func(Step) {})
			if err != nil {
				t.Fatal(err)
			}
			if again.Factorised = report.Factorised; !reflect.DeepEqual(again, report) {
				t.Errorf("gone on after %d steps it gives another report", at)
			}
		}
	}
}

// Widths are refused where nothing is searched.
func TestWidthIsRefused(t *testing.T) {
	x, theta := build(t, "allostery")
	for _, study := range []*Study{{Rule: "gradient", Until: 0.01, Width: 2}, {Rule: "exact", Until: 0.01, Width: 2, Grow: true}, {Rule: "exact", Until: 0.01, Width: 2, Relearn: 3}} {
		if _, err := study.Run(context.Background(), x, theta, &memory{}, func(Step) {}); !errors.Is(err, ErrWidth) {
			t.Errorf("%+v: %v", study, err)
		}
	}
}
