package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestWeigh: every level gives the bits of the loop that people had written out, for rows wide and narrow.
func TestWeigh(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for trial := range 300 {
		p, q, n := r.IntN(5), r.IntN(4), r.IntN(30)
		stride := p + q + r.IntN(3)
		if trial%2 == 0 {
			stride = Width
		}
		e, w, scale := normals(r, max(0, (n-1)*stride+p+q)), normals(r, p*q), r.NormFloat64()
		want := make([]float64, n)
		for m := range want {
			sum := 0.0
			for o := range q {
				s := 0.0
				for a := range p {
					s += float64(w[o*p+a] * e[m*stride+a])
				}
				sum += float64(e[m*stride+p+o] * s)
			}
			want[m] = scale * sum
		}
		for l, name := range levelName {
			got := make([]float64, n)
			atLevel(l, func() {
				Weigh(got, e, stride, p, q, w, scale)
				for m := range got {
					if math.Float64bits(got[m]) != math.Float64bits(want[m]) {
						t.Fatalf("%s: %s: row %d is %g, by definition %g", name, fmt.Sprint(p, q, stride, n), m, got[m], want[m])
					}
				}
			})
		}
	}
}

func BenchmarkWeigh(b *testing.B) {
	const n, p, q = 1000, 4, 3
	g, e, w := make([]float64, n), make([]float64, n*Width), make([]float64, p*q)
	eachLevel(b, "p=4/q=3", 2*n*(p*q+q), func() { Weigh(g, e, Width, p, q, w, 1) })
}
