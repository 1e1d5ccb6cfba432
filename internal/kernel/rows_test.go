package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// slabs is the trapezoid of package sparse: where row 0 of column c would be, and how columns follow it.
func slabColumn(rows, c int) (at int, columns Columns) {
	for slab := range c / Width {
		at += Width * (rows - Width*slab)
	}
	first := c &^ (Width - 1)
	return at + (c-first)*(rows-first) - first, Columns{Ld: rows - first, Left: Width - (c - first)}
}

// TestAddColumns: lengths on both sides of every register, next to one another, empty, across slabs, from the middle of a run.
func TestAddColumns(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	padded := func(n int32) int { return (int(n)/Width + 1) * Width }
	for trial := range 300 {
		var runs []Run
		from, to := r.Int32N(30), r.Int32N(30)
		shift := int(r.Int32N(20))
		to += int32(shift)
		for i := range 1 + r.IntN(6) {
			n := r.Int32N(20)
			if trial%10 == 0 {
				n = r.Int32N(110)
			}
			if i == 0 {
				n++ // that of the columns has one
			}
			to += r.Int32N(3)
			runs = append(runs, Run{from, to, n})
			from, to = from+n, to+n
		}
		srcRows, dstRows := padded(from), padded(to)-shift/Width*Width
		skip := r.IntN(int(runs[0].Len))
		n := 1 + r.IntN(int(runs[0].Len)-skip)
		srcAt, s := slabColumn(srcRows, int(runs[0].Src)+skip)
		dstAt, d := slabColumn(dstRows, int(runs[0].Dst)+skip-shift)
		src, dst := normals(r, srcRows*srcRows), normals(r, dstRows*dstRows)
		// One sum has one rounding: all levels give the bits of the definition.
		conform(t, func() string { return fmt.Sprintf("AddColumns %v, %d of %d, shift %d", runs, n, skip, shift) }, dst, make([]float64, len(dst)),
			func(out []float64) { AddColumns(out[dstAt:], d, src[srcAt:], s, runs, skip, shift, n) },
			func(out []float64) {
				for j := range n {
					for i, run := range runs {
						for k := range int(run.Len) {
							if i > 0 || k >= skip+j {
								a, _ := slabColumn(dstRows, int(runs[0].Dst)+skip-shift+j)
								b, _ := slabColumn(srcRows, int(runs[0].Src)+skip+j)
								out[a+int(run.Dst)-shift+k] += src[b+int(run.Src)+k]
							}
						}
					}
				}
			})
	}
}

func TestMoveRows(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for n := range 30 {
		idx := make([]int32, n)
		for i, row := range r.Perm(n + 3)[:n] {
			idx[i] = int32(row)
		}
		one, other := normals(r, Width*(n+3)), normals(r, Width*(n+3))
		what := func() string { return fmt.Sprintf("%d rows", n) }
		conform(t, what, one, make([]float64, len(one)),
			func(out []float64) { TakeRows(out, other, idx) },
			func(out []float64) {
				for i, row := range idx {
					copy(out[Width*i:], other[Width*int(row):][:Width])
				}
			})
		conform(t, what, one, make([]float64, len(one)),
			func(out []float64) { GiveRows(out, other, idx) },
			func(out []float64) {
				for i, row := range idx {
					copy(out[Width*int(row):], other[Width*i:][:Width])
				}
			})
	}
}

// BenchmarkAddColumns adds columns of runs of random length, each in both matrices below the one before.
func BenchmarkAddColumns(b *testing.B) {
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
		c := Columns{Ld: rows, Left: Width}
		n := int(runs[0].Len)
		eachLevel(b, fmt.Sprintf("longest=%d", longest), n*int(src)-n*(n-1)/2, func() { AddColumns(to, c, from, c, runs, 0, 0, n) })
	}
}
