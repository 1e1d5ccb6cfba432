package kernel

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkStrip: a hub of 24 branches and 20 outputs, with the inputs near and far.
func BenchmarkStrip(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, rows := range map[string]int{"near": 24, "far": 1568} {
		x, u, inv, g := normals(r, rows*Strip), normals(r, 40*Strip), normals(r, 40*Strip), make([]float64, 48)
		ws, follow := make([]float64, 48), make([]int32, 24*64)
		for i := range ws {
			ws[i] = 1 + r.Float64()
		}
		for i := range follow {
			follow[i] = int32(r.IntN(rows))
		}
		at := 0
		next := func() []int32 { at = (at + 24) % len(follow); return follow[at:][:24] }
		b.Run("Branches/"+name, func(b *testing.B) {
			for b.Loop() {
				Branches(u, 1, x, next(), ws)
			}
		})
		b.Run("Slopes/"+name, func(b *testing.B) {
			for b.Loop() {
				Slopes(g, u, inv, x, next(), ws)
			}
		})
		b.Run("Stretch/"+name, func(b *testing.B) {
			for b.Loop() {
				Stretch(g[:20], u, inv, u, inv)
			}
		})
	}
}
