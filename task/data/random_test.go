package data

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestShuffleIsAPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "n")
		seed, epoch := rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "epoch")
		perm := make([]int32, n)
		for i := range perm {
			perm[i] = -7 // what was there before must not matter
		}
		Shuffle(n, seed, epoch, perm)
		again := make([]int32, n)
		Shuffle(n, seed, epoch, again)
		if !slices.Equal(perm, again) {
			t.Fatal("the same seed and epoch gave another order")
		}
		slices.Sort(again)
		for i, p := range again {
			if int(p) != i {
				t.Fatalf("%v is no permutation", perm)
			}
		}
	})
}

// Published runs rest on these orders; a change here changes their numbers.
func TestShuffleIsFrozen(t *testing.T) {
	for _, c := range []struct {
		seed, epoch uint64
		want        []int32
	}{
		{1, 0, []int32{6, 7, 1, 2, 0, 3, 4, 5}},
		{1, 1, []int32{0, 6, 4, 7, 2, 5, 3, 1}},
		{2, 0, []int32{1, 6, 4, 3, 0, 5, 7, 2}},
	} {
		got := make([]int32, 8)
		Shuffle(8, c.seed, c.epoch, got)
		if !slices.Equal(got, c.want) {
			t.Errorf("seed %d epoch %d: %v, want %v", c.seed, c.epoch, got, c.want)
		}
	}
}

// Neighbouring seeds and epochs must give unrelated orders: where item 0 lands,
// and which item lands at 0, is spread evenly over 10 places. With 9 degrees of freedom,
// chi-square stays below 27.9 with probability 0.999; the draws are fixed.
func TestShuffleIsEven(t *testing.T) {
	const n, draws = 10, 20000
	perm := make([]int32, n)
	for name, order := range map[string]func(k uint64){
		"seeds":  func(k uint64) { Shuffle(n, k, 3, perm) },
		"epochs": func(k uint64) { Shuffle(n, 3, k, perm) },
	} {
		var first, place [n]float64
		same := 0
		var last int32
		for k := range uint64(draws) {
			order(k)
			first[perm[0]]++
			place[slices.Index(perm, 0)]++
			if perm[0] == last {
				same++ // the neighbour's choice repeated: one in n by chance
			}
			last = perm[0]
		}
		const expect = draws / n
		for what, count := range map[string][n]float64{"first item": first, "place of item 0": place} {
			chi := 0.0
			for _, c := range count {
				chi += (c - expect) * (c - expect) / expect
			}
			if chi > 27.9 {
				t.Errorf("%s, %s: chi-square %.1f, counts %v", name, what, chi, count)
			}
		}
		if same < 1830 || same > 2170 { // 2000 +- 4 standard deviations of sqrt(20000*0.1*0.9) = 42.4
			t.Errorf("%s: neighbours agree on the first item %d times, want about 2000", name, same)
		}
	}
}

func TestShuffleDoesNotAllocate(t *testing.T) {
	perm := make([]int32, 100)
	if a := testing.AllocsPerRun(100, func() { Shuffle(100, 1, 2, perm) }); a != 0 {
		t.Errorf("%v allocations", a)
	}
}

func TestShuffleMisuse(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a slice of the wrong length was accepted")
		}
	}()
	Shuffle(3, 1, 1, make([]int32, 4))
}

// A bound just above 2^63 throws away nearly half of the draws, so the
// rejection loop is walked.
func TestBelowStaysBelow(t *testing.T) {
	g := rand.NewPCG(1, 2)
	for _, n := range []uint64{1, 2, 3, 1000, 1<<63 + 1, 1<<64 - 1} {
		for range 2000 {
			if v := below(g, n); v >= n {
				t.Fatalf("below(%d) = %d", n, v)
			}
		}
	}
}
