package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestAddBars: bars on one node and two, one above the other in a panel, and what is no bar among them.
func TestAddBars(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	const rows = 40
	for trial := range 200 {
		weights, values := normals(r, 20), normals(r, 60+BarPadding)
		bars := make([]Bar, 1+r.IntN(30))
		stop := len(bars)
		for i := range bars {
			b := &bars[i]
			own := r.Int32N(15) * 2
			*b = Bar{Row: r.Int32N(20), From: r.Int32N(57), Both: 3 * r.Int32N(2), Own: own, Other: own}
			if b.Both == 3 {
				b.Other = own + 2 + r.Int32N(rows-own-3)
			}
			b.Column, b.Next = own*rows, (own+1)*rows
			if trial%5 == 0 && r.IntN(10) == 0 {
				b.Both = -1
				stop = min(stop, i)
			}
		}
		panel := normals(r, 32*rows)
		size := make([]float64, len(panel))
		add := func(out []float64, of func(x float64) float64) {
			for _, b := range bars[:stop] {
				row := func(a int) int32 { return []int32{b.Own, b.Own + 1, b.Other, b.Other + 1}[a] }
				count := 2 + int(b.Both)/3*2
				for c, column := range []int32{b.Column, b.Next} {
					for a := c; a < count; a++ {
						out[column+row(a)] += of(weights[b.Row] * values[int(b.From)+c] * values[int(b.From)+a])
					}
				}
			}
		}
		for i, v := range panel {
			size[i] = math.Abs(v)
		}
		add(size, math.Abs)
		conform(t, func() string { return fmt.Sprintf("AddBars, trial %d", trial) }, panel, size,
			func(out []float64) {
				if done := AddBars(out, weights, values, bars); done != stop {
					t.Errorf("%d bars done, want %d", done, stop)
				}
			},
			func(out []float64) { add(out, func(x float64) float64 { return x }) })
	}
}
