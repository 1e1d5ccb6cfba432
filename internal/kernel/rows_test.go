package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

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
