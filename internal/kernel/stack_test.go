package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// entryOf is where an entry of a stack of so many rows is.
func entryOf(rows, row, column int) int {
	at := 0
	for slab := range column / Width {
		at += Width * (rows - Width*slab)
	}
	first := column &^ (Width - 1)
	return at + (column-first)*(rows-first) + row - first
}

func TestStackAt(t *testing.T) {
	for _, rows := range []int{8, 24, 40} {
		for c := range rows {
			if got, want := stackAt(rows, c), entryOf(rows, 0, c); got != want {
				t.Errorf("column %d of %d rows is at %d, not %d", c, rows, got, want)
			}
			for j := range rows - c {
				if got, want := stackAt(rows, c)+columnsAt(rows, c).at(j), entryOf(rows, 0, c+j); got != want {
					t.Errorf("column %d behind column %d of %d rows is at %d, not %d", j, c, rows, got, want)
				}
			}
		}
	}
}

// TestFactorStack: a front in one go has the bits that it has slab by slab, down to any row, and where a pivot fails; and L L^T is the matrix.
func TestFactorStack(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for trial := range 120 {
		n := 1 + r.IntN(40)
		ld := (n+Width-1)/Width*Width + Width*r.IntN(5)
		rows := ld - Width*r.IntN((ld-n)/Width+1)
		l := make([]float64, entryOf(ld, 0, n-1)+ld)
		for c := range n {
			for row := c; row < ld; row++ {
				if row < n || row >= (n+Width-1)/Width*Width { // the rest is padding
					l[entryOf(ld, row, c)] = r.NormFloat64() / float64(n)
				}
			}
			l[entryOf(ld, c, c)] += 4
		}
		diagonal := make([]float64, n)
		stops := n
		if trial%3 == 0 {
			stops = r.IntN(n)
			diagonal[stops] = 1e9
		}
		for level := range levelName {
			atLevel(level, func() {
				want := slices.Clone(l)
				done := 0
				for c := 0; c < n && done == c; c += Width {
					w, o := min(Width, n-c), Operand{Ld: ld, Taper: Width, Step: TileRows}
					slab, ldc := want[entryOf(ld, c, c):], ld-c
					if c > 0 {
						Update(slab, ldc, want[c:], want[c:], o, c, Width, w, false)
					}
					pivots, _ := Factor(slab, ldc, w, diagonal[c:], 1, 1e9)
					done += pivots
					if below := rows - c - Width; below > 0 && pivots == w {
						UpdateSolve(slab[Width:], ldc, want[c+Width:], want[c:], o, c, below, w, slab, ldc)
					}
				}
				got := slices.Clone(l)
				if pivots, _ := FactorStack(got, ld, n, rows, diagonal, 1, 1e9); pivots != done || pivots != stops {
					t.Fatalf("%s, %d of %d x %d: %d pivots, slab by slab %d; expected %d", levelName[level], rows, ld, n, pivots, done, stops)
				}
				if !equalBits(got, want) {
					t.Fatalf("%s, %d of %d x %d: other bits than slab by slab", levelName[level], rows, ld, n)
				}
				if stops < n {
					return
				}
				value := func(row, c int) float64 {
					if row == c {
						return 1 / got[entryOf(ld, row, c)]
					}
					return got[entryOf(ld, row, c)]
				}
				for c := range n {
					for row := c; row < rows; row++ {
						sum := 0.0
						for k := range c + 1 {
							sum += value(row, k) * value(c, k)
						}
						if at := entryOf(ld, row, c); math.Abs(sum-l[at]) > 1e-14 && (row < n || row >= (n+Width-1)/Width*Width) {
							t.Fatalf("%s, %d x %d: entry %d, %d of L L^T is %g, not %g", levelName[level], ld, n, row, c, sum, l[at])
						}
					}
				}
			})
		}
	}
}

func equalBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}

// TestUpdateStack: of the lower triangle every entry is as defined, and nothing else of the stack but what pads it is touched.
func TestUpdateStack(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	for trial := range 150 {
		n, k := 1+r.IntN(30), r.IntN(30)
		rows := (n+Width-1)/Width*Width + Width*r.IntN(4)
		above := (k + Width) / Width * Width
		ld := above + rows
		a := normals(r, entryOf(ld, 0, max(k-1, 0))+ld)
		c := normals(r, entryOf(rows, 0, n-1)+rows+3)
		set := trial%2 == 0
		size := absolute(c, 1)
		for i := range size {
			size[i] += float64(k) * 20
		}
		copy(size[len(size)-3:], []float64{0, 0, 0})
		conform(t, func() string { return fmt.Sprintf("UpdateStack %d x %d, k = %d, set %v", rows, n, k, set) }, c, size,
			func(out []float64) { UpdateStack(out, n, rows, a[above:], ld, k, set) },
			func(out []float64) {
				for j := range n {
					for row := j &^ (Width - 1); row < rows; row++ {
						sum := 0.0
						for kk := range k {
							sum += a[entryOf(ld, above+row, kk)] * a[entryOf(ld, above+j, kk)]
						}
						if set {
							out[entryOf(rows, row, j)] = 0
						}
						out[entryOf(rows, row, j)] -= sum
					}
				}
			})
	}
}

// TestAddStack: runs on both sides of every register, next to one another, empty, across slabs; columns from the middle of a run to that of another.
func TestAddStack(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	padded := func(n int32) int { return (int(n)/Width + 1) * Width }
	for trial := range 300 {
		var runs []Run
		src, dst := int32(0), r.Int32N(30)
		for range 1 + r.IntN(6) {
			n := r.Int32N(20)
			if trial%10 == 0 {
				n = r.Int32N(110)
			}
			dst += r.Int32N(3)
			runs = append(runs, Run{src, dst, n})
			src, dst = src+n, dst+n
		}
		if src == 0 {
			continue
		}
		from := r.IntN(int(src))
		to := from + 1 + r.IntN(int(src)-from)
		position := func(row int) int { // in dst, before the shift
			for _, run := range runs {
				if row < int(run.Src+run.Len) {
					return int(run.Dst) + row - int(run.Src)
				}
			}
			panic("no run")
		}
		shift := r.IntN(position(from) + 1)
		srcRows, dstRows := padded(src), padded(dst-int32(shift))
		one, two := normals(r, srcRows*srcRows), normals(r, dstRows*dstRows)
		// One sum has one rounding: all levels give the bits of the definition.
		conform(t, func() string { return fmt.Sprintf("AddStack %v, columns %d to %d, shift %d", runs, from, to, shift) }, two, make([]float64, len(two)),
			func(out []float64) { AddStack(out, dstRows, one, srcRows, runs, from, to, shift) },
			func(out []float64) {
				for j := from; j < to; j++ {
					for i := j; i < int(src); i++ {
						out[entryOf(dstRows, position(i)-shift, position(j)-shift)] += one[entryOf(srcRows, i, j)]
					}
				}
			})
	}
}

// BenchmarkAddStack adds the columns of the first of runs of random length, each in both matrices below the one before.
func BenchmarkAddStack(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, longest := range []int{3, 8, 16, 40, 100} {
		var runs []Run
		var src, dst int32
		for range 4 {
			n := 1 + r.Int32N(int32(longest))
			dst += r.Int32N(10)
			runs = append(runs, Run{src, dst, n})
			src, dst = src+n, dst+n
		}
		rows := (int(dst)/Width + 1) * Width
		from, to := make([]float64, rows*rows), make([]float64, rows*rows)
		n := int(runs[0].Len)
		eachLevel(b, fmt.Sprintf("longest=%d", longest), n*int(src)-n*(n-1)/2, func() { AddStack(to, rows, from, rows, runs, 0, n, 0) })
	}
}
