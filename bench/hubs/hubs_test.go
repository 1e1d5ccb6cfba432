package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/learn/inputs"
)

// TestSidesAgree: threads get the same sums, the sums are those of a factorisation for every sample, and a task is a file for the other sides.
func TestSidesAgree(t *testing.T) {
	small := newHubTask(5, 3, 2, 40, 6)
	lattice := newLatticeTask(6, 7, 8, 3, 2, 9)
	hubs, _ := small.plan()
	for name, c := range map[string]struct {
		plan *inputs.Plan
		side func(threads int) (side, error)
		size int64
		save func(string) error
	}{
		"hubs":    {hubs, small.side, 5*8 + 15*4 + 8*(2*15+5+10+2+12*40+80), small.write},
		"lattice": {lattice.plan, lattice.side, 0, lattice.write},
	} {
		var want []float64
		for _, threads := range []int{1, 2} {
			s, err := c.side(threads)
			if err != nil {
				t.Fatal(err)
			}
			took, sums, err := s(2)
			if err != nil || !(took > 0) {
				t.Fatal(took, err)
			}
			if want == nil {
				want = sums
			}
			for i := range sums {
				if sums[i] != want[i] || !(sums[i] > 0) {
					t.Errorf("%s, %d threads: sums %v, and %v with one", name, threads, sums, want)
				}
			}
		}
		file := filepath.Join(t.TempDir(), name)
		if err := c.save(file); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if c.size > 0 && info.Size() != c.size {
			t.Errorf("%s: a task of %d bytes, not %d", name, info.Size(), c.size)
		}
	}
	rig, err := inputs.NewRefactor(hubs)
	if err != nil {
		t.Fatal(err)
	}
	_, k := small.plan()
	_, sums, err := step(rig, 1, k, small.set(), small.slope, small.sums)(1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := small.side(1)
	if err != nil {
		t.Fatal(err)
	}
	_, want, err := s(1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if !(math.Abs(sums[i]-want[i]) <= 1e-10*want[i]) {
			t.Errorf("sums %v, and %v by a factorisation for every sample", want, sums)
		}
	}
}

// TestUnknownComparison: what cannot be compared is an error.
func TestUnknownComparison(t *testing.T) {
	if err := compare("nothing", "", "python3", 1, 1, 1); err == nil {
		t.Error("a comparison that is not there is run")
	}
	c := &contest{tolerance: 1e-9}
	c.add("one", func(int) (float64, []float64, error) { return 1, []float64{1}, nil })
	c.add("other", func(int) (float64, []float64, error) { return 1, []float64{1.1}, nil })
	if err := c.run(1, 1); err == nil {
		t.Error("sides that do not agree are compared")
	}
}
