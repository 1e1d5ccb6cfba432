package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func rowsOf(r *rand.Rand, n int) []Row {
	list := make([]Row, n)
	for i := range list {
		for lane := range list[i] {
			list[i][lane] = r.NormFloat64()
		}
	}
	return list
}

// Every instruction set gives the bits of the definitions.
func TestAbreast(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, rows := range []int{0, 1, 2, 3, 7, 20} {
		const base, all = 1000, 400
		target, row := make([]int32, 0, rows*rows), make([]int32, rows)
		for range rows * (rows + 1) / 2 {
			target = append(target, int32(base+rows+1+r.IntN(all-rows-1)))
		}
		for i := range row {
			row[i] = int32(base + r.IntN(all))
		}
		l, x, w, v := rowsOf(r, all), rowsOf(r, all), rowsOf(r, rows), rowsOf(r, 2)
		type result struct{ l, x, v []Row }
		do := func(eliminate func([]Row, int, []Row, []int32, *Row), scatter func([]Row, int, []Row, []int32, *Row), gather func(*Row, []Row, []Row, int, []int32)) result {
			own := result{slices.Clone(l), slices.Clone(x), slices.Clone(v)}
			eliminate(own.l, base, own.l[1:1+rows], target, &own.v[0])
			scatter(own.x, base, w, row, &own.v[0])
			gather(&own.v[1], w, own.x, base, row)
			return own
		}
		want := do(eliminateGo, scatterGo, gatherGo)
		for _, set := range []int{pureGo, avx2, avx512} {
			atLevel(set, func() {
				got := do(Eliminate, Scatter, Gather)
				if !slices.Equal(got.l, want.l) || !slices.Equal(got.x, want.x) || !slices.Equal(got.v, want.v) {
					t.Errorf("%d rows, %s: other bits", rows, Instructions())
				}
			})
		}
	}
}

// Indices that lead out of the slices are refused, and nothing is written there.
func TestAbreastMisuse(t *testing.T) {
	l, v := make([]Row, 10), Row{1}
	for _, set := range []int{pureGo, avx2, avx512} {
		for _, bad := range []int32{4, 15, 1 << 30, -1} {
			for name, call := range map[string]func(){
				"eliminate": func() { Eliminate(l, 5, l[:1], []int32{bad}, &v) },
				"scatter":   func() { Scatter(l, 5, l[:1], []int32{bad}, &v) },
				"gather":    func() { Gather(&v, l[:1], l, 5, []int32{bad}) },
				"targets":   func() { Eliminate(l, 5, l[:2], []int32{6}, &v) },
				"rows":      func() { Scatter(l, 5, l[:2], []int32{6}, &v) },
			} {
				atLevel(set, func() {
					defer func() {
						if recover() == nil {
							t.Errorf("%s of row %d on %s is accepted", name, bad, Instructions())
						}
					}()
					call()
				})
			}
		}
	}
}
