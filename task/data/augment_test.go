package data

import (
	"math"
	"testing"
)

// moved is 5 x 4 pixels of different greys as inputs: plain, then some as complements of another force, then one that is no pixel.
func moved(shift int, erase float64) (*Moves, []float64) {
	m := &Moves{Wide: 5, High: 4, Shift: shift, Erase: erase}
	var from []float64
	for p := range 20 {
		m.Columns = append(m.Columns, PixelColumn{Pixel: p, Scale: 1})
		from = append(from, float64(p+1)/32)
	}
	for _, p := range []int{0, 7, 19} {
		m.Columns = append(m.Columns, PixelColumn{Pixel: p, Scale: -3, Offset: 3})
		from = append(from, 3-3*float64(p+1)/32)
	}
	m.Columns, from = append(m.Columns, PixelColumn{Pixel: -1}), append(from, 0.125)
	m.Prepare()
	return m, from
}

func TestShifts(t *testing.T) {
	m, from := moved(1, 0)
	seen := map[[2]int]int{}
	to := make([]float64, len(from))
	for sample := range 900 {
		m.Sample(3, 2, sample, from, to)
		dx, dy := 99, 99
		for y := -1; y <= 1; y++ { // the pixel in the middle says where from
			for x := -1; x <= 1; x++ {
				if to[7] == from[7-5*y-x] {
					dx, dy = x, y
				}
			}
		}
		if dx == 99 {
			t.Fatalf("sample %d: pixel 8 is %g", sample, to[7])
		}
		seen[[2]int{dx, dy}]++
		for p := range 20 {
			want := 0.0
			if row, column := p/5-dy, p%5-dx; row >= 0 && row < 4 && column >= 0 && column < 5 {
				want = from[row*5+column]
			}
			if to[p] != want {
				t.Fatalf("sample %d: pixel %d is %g, not %g", sample, p+1, to[p], want)
			}
		}
		for i, p := range []int{0, 7, 19} {
			if want := 3 - 3*to[p]; math.Abs(to[20+i]-want) > 1e-15 {
				t.Fatalf("sample %d: the complement of pixel %d is %g, not %g", sample, p+1, to[20+i], want)
			}
		}
		if to[23] != 0.125 {
			t.Fatal("what is no pixel has moved")
		}
	}
	for move, n := range seen {
		if n < 60 || n > 140 { // 100, with a standard deviation of 9.4
			t.Errorf("moved by %v %d times of 900", move, n)
		}
	}
	if len(seen) != 9 {
		t.Errorf("%d moves", len(seen))
	}
}

func TestErasing(t *testing.T) {
	m, from := moved(0, 0.5)
	to, again := make([]float64, len(from)), make([]float64, len(from))
	erased, other := 0, 0
	for sample := range 1000 {
		m.Sample(3, 2, sample, from, to)
		m.Sample(3, 2, sample, from, again)
		grey, count := -1.0, 0
		for p := range 20 {
			if to[p] != again[p] {
				t.Fatal("the same sample in the same epoch changes otherwise")
			}
			if to[p] != from[p] {
				if grey >= 0 && to[p] != grey {
					t.Fatalf("sample %d has greys %g and %g", sample, grey, to[p])
				}
				grey = to[p]
				count++
			}
		}
		if count > 2*2 || grey > 1 {
			t.Fatalf("sample %d: %d pixels of %g", sample, count, grey)
		}
		if count > 0 {
			erased++
		}
		m.Sample(3, 3, sample, from, again)
		if to[3] != again[3] || to[12] != again[12] {
			other++
		}
	}
	if erased < 430 || erased > 570 { // 500, with a standard deviation of 16
		t.Errorf("%d of 1000 are erased", erased)
	}
	if other == 0 {
		t.Error("another epoch changes nothing else")
	}
	if n := testing.AllocsPerRun(10, func() { m.Sample(1, 2, 3, from, to) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// Pixels that pegs set move and are filled as whole grey levels.
func TestPegsMoveTogether(t *testing.T) {
	const pegs = 3
	plain, pegged := &Moves{Wide: 5, High: 4, Shift: 1, Erase: 0.5}, &Moves{Wide: 5, High: 4, Shift: 1, Erase: 0.5}
	var from, fromPegs []float64
	for p := range 20 {
		grey := float64(p%8) / 7
		plain.Columns, from = append(plain.Columns, PixelColumn{Pixel: p, Scale: 1}), append(from, grey)
		for peg := range pegs {
			pegged.Columns, fromPegs = append(pegged.Columns, PixelColumn{Pixel: p, Scale: 1, Peg: peg, Pegs: pegs}), append(fromPegs, PegAt(grey, peg, pegs))
		}
	}
	plain.Prepare()
	pegged.Prepare()
	to, toPegs := make([]float64, len(from)), make([]float64, len(fromPegs))
	moved := 0
	for sample := range 200 {
		plain.Sample(3, 2, sample, from, to)
		pegged.Sample(3, 2, sample, fromPegs, toPegs)
		for p, grey := range to {
			level := 0.0
			for peg := range pegs {
				level += toPegs[p*pegs+peg] * float64(int(1)<<peg)
			}
			if want := math.Round(7 * grey); level != want {
				t.Fatalf("sample %d: pixel %d has level %g, not %g", sample, p+1, level, want)
			}
			if grey != from[p] {
				moved++
			}
		}
	}
	if moved < 1000 {
		t.Errorf("only %d pixels changed", moved)
	}
}
