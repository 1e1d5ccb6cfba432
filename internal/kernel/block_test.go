package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestBlocksSameBits: Go and assembly of every level agree in every bit.
func TestBlocksSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 1))
	for shape := range blockShapes {
		for n := range 5 {
			s := blockShapes[shape]
			x, val := normals(r, 6*8*s.cols), normals(r, 7*s.size)
			col, at := make([]int32, n), make([]int32, n)
			for a := range col {
				col[a], at[a] = int32(r.IntN(6)), int32(r.IntN(7))
			}
			sameBits(t, "BlockRow", func(y []float64) { BlockRow(Blocks(shape), y, x, col, at, val) })
		}
	}
	for dim := 1; dim <= 3; dim++ {
		for n := range 6 {
			own, x, w, other := normals(r, 8*dim), normals(r, 5*8*dim), normals(r, dim*n), make([]int32, n)
			for a := range other {
				other[a] = int32(r.IntN(5))
			}
			sameBits(t, "Pull", func(y []float64) { Pull(dim, y, own, x, other, w) })
		}
	}
}

func sameBits(t *testing.T, name string, loop func(y []float64)) {
	t.Helper()
	want := make([]float64, 6*8)
	for i := range want {
		want[i] = 7 // what was there before counts for nothing
	}
	start := append([]float64(nil), want...)
	if !atLevel(pureGo, func() { loop(want) }) {
		t.Fatal("plain Go does not run")
	}
	for l, level := range levelName {
		got := append([]float64(nil), start...)
		if !atLevel(l, func() { loop(got) }) {
			continue
		}
		for i := range got {
			if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
				t.Fatalf("%s in %s: entry %d is %x, and by definition %x", name, level, i, got[i], want[i])
			}
		}
	}
}

// TestBlocksByHand: one lane of each loop against its formula.
func TestBlocksByHand(t *testing.T) {
	rows := func(v ...float64) (x []float64) {
		for _, v := range v {
			for lane := range 8 {
				x = append(x, v*float64(lane+1))
			}
		}
		return x
	}
	y := make([]float64, 6*8)
	BlockRow(BlocksOf(2, 2, 0), y, rows(1, 2, 3, 4), []int32{1, 0}, []int32{0, 1}, []float64{1, 2, 3, 4, 5, 6, 7, 8})
	for i, want := range []float64{3 + 8 + 5 + 12, 9 + 16 + 7 + 16} {
		if y[8*i+2] != 3*want {
			t.Errorf("plain row %d is %g, not %g", i, y[8*i+2], 3*want)
		}
	}
	wide := make([]float64, 24)
	for i := range wide {
		wide[i] = float64(i)
	}
	BlockRow(BlocksOf(3, 6, 1), y, rows(1, 0, 0, 0, 0, 2), []int32{0}, []int32{0}, wide)
	for i, want := range []float64{10, 8 + 26, 16 + 42} {
		if y[8*i] != want {
			t.Errorf("wide row %d is %g, not %g", i, y[8*i], want)
		}
	}
	BlockRow(BlocksOf(6, 3, 2), y, rows(1, 0, 2), []int32{0}, []int32{0}, wide)
	for i, want := range []float64{32, 1 + 34, 2 + 36, 3 + 38, 4 + 40, 5 + 42} {
		if y[8*i] != want {
			t.Errorf("turned row %d is %g, not %g", i, y[8*i], want)
		}
	}
	Pull(2, y, rows(1, 5), rows(0, 0, 3, 4), []int32{0, 1}, []float64{1, 2, 0, 3})
	for i, want := range []float64{11, 22 + 9} { // e = 1 + 10, and 3 (5 - 4)
		if y[8*i+1] != 2*want {
			t.Errorf("pull along axis %d is %g, not %g", i, y[8*i+1], 2*want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("blocks of a shape that there is not")
		}
	}()
	BlocksOf(5, 5, 0)
}
