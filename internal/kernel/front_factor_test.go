package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// positive is a positive definite n x n matrix in columns ld apart, with others' numbers above its
// diagonal and behind its columns, and with zeros in rows n to 7. The condition is mild, so that rounding
// errors stay small.
func positive(r *rand.Rand, n, ld int) []float64 {
	g := normals(r, n*n)
	t := normals(r, (n-1)*ld+Width)
	for j := range n {
		for i := j; i < Width; i++ {
			t[j*ld+i] = 0
		}
		for i := j; i < n; i++ {
			for k := range n {
				t[j*ld+i] += g[i*n+k] * g[j*n+k] / float64(n)
			}
		}
		t[j*ld+j] += 2
	}
	return t
}

func TestFactor(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for trial := range 400 {
		n := 1 + trial%Width
		ld := Width * (1 + r.IntN(3))
		m := positive(r, n, ld)
		size := make([]float64, len(m))
		for j := range n {
			for i := j; i < n; i++ {
				size[j*ld+i] = float64(n) // of all entries: the factor is well conditioned
			}
		}
		least := make([]float64, n)
		conform(t, func() string { return fmt.Sprintf("Factor, n = %d, ld = %d", n, ld) }, m, size,
			func(out []float64) {
				if got, _ := Factor(out, ld, n, least, 1, 1); got != n {
					t.Fatalf("stopped at pivot %d of %d", got, n)
				}
			},
			func(out []float64) { factorGo(out, ld, n, least, 1, 1) })

		// L L^T is the matrix, whatever the definition says.
		l := slices.Clone(m)
		Factor(l, ld, n, least, 1, 1)
		for j := range n {
			l[j*ld+j] = 1 / l[j*ld+j]
		}
		for i := range n {
			for j := range i + 1 {
				sum := 0.0
				for k := range j + 1 {
					sum += l[k*ld+i] * l[k*ld+j]
				}
				if math.Abs(sum-m[j*ld+i]) > 40*epsilon*m[0] && math.Abs(sum-m[j*ld+i]) > 40*epsilon*10 {
					t.Fatalf("n = %d: entry %d, %d of L L^T is %g, not %g", n, i, j, sum, m[j*ld+i])
				}
			}
		}
	}
}

// TestFactorStops: wherever a pivot fails, every level leaves just what the definition leaves.
func TestFactorStops(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := 1; n <= Width; n++ {
		for j := range n {
			for name, change := range map[string]func(pivot, least *float64){
				"negative": func(p, _ *float64) { *p = -1 },
				"zero":     func(p, _ *float64) { *p = 0 },
				"small":    func(p, l *float64) { *l = 100 },
				"NaN":      func(p, _ *float64) { *p = math.NaN() },
				"infinite": func(p, _ *float64) { *p = math.Inf(1) },
			} {
				m, least := positive(r, n, Width), make([]float64, n)
				change(&m[j*Width+j], &least[j])
				want := slices.Clone(m)
				if got, _ := factorGo(want, Width, n, least, 1, 1); got != j {
					t.Fatalf("%s pivot %d of %d: the definition stops at %d", name, j, n, got)
				}
				for l := range levelName {
					atLevel(l, func() {
						got := slices.Clone(m)
						if stop, _ := Factor(got, Width, n, least, 1, 1); stop != j {
							t.Errorf("%s pivot %d of %d in %s: stopped at %d", name, j, n, levelName[l], stop)
						}
						for i := range got {
							if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
								t.Fatalf("%s pivot %d of %d in %s: entry %d is %g, not %g", name, j, n, levelName[l], i, got[i], want[i])
							}
						}
					})
				}
			}
		}
	}
}

// TestFactorDoubts: a pivot that keeps too little of its diagonal is told, and one that keeps less than the least stops, whichever it is.
func TestFactorDoubts(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for n := 1; n <= Width; n++ {
		m := positive(r, n, Width)
		l := slices.Clone(m)
		Factor(l, Width, n, make([]float64, n), 1, 1)
		for j := range n {
			inverse := l[j*Width+j] // where elimination leaves 1 / inverse^2 of the diagonal
			for level := range levelName {
				atLevel(level, func() {
					for _, c := range []struct {
						share    float64 // of the diagonal that the pivot is
						doubtful bool
						done     int
					}{{0.002, false, n}, {0.0009, true, n}, {0.00001, false, j}} {
						diagonal := make([]float64, n)
						diagonal[j] = 1 / (inverse * inverse) / c.share
						done, doubtful := Factor(slices.Clone(m), Width, n, diagonal, 1e-4, 1e3)
						if done != c.done || doubtful != c.doubtful {
							t.Errorf("pivot %d of %d in %s, %g of its diagonal: %d pivots, doubtful %v", j, n, levelName[level], c.share, done, doubtful)
						}
					}
				})
			}
		}
	}
}

// TestFactorExtremes: pivots near the ends of what a number can be are as good as others.
func TestFactorExtremes(t *testing.T) {
	for _, pivot := range []float64{5e-324, 1e-310, 0x1p-1022, 0x1p-501, 0x1p-500, 0x1p500, 0x1p501, 0x1p1023, math.MaxFloat64} {
		for l := range levelName {
			atLevel(l, func() {
				m := make([]float64, 3*Width)
				for j := range 3 {
					m[j*Width+j] = pivot
				}
				if got, _ := Factor(m, Width, 3, make([]float64, 3), 1, 1); got != 3 {
					t.Fatalf("%g in %s: stopped at %d", pivot, levelName[l], got)
				}
				for j := range 3 {
					if want := 1 / math.Sqrt(pivot); math.Abs(m[j*Width+j]-want) > 4*epsilon*want {
						t.Errorf("%g in %s: diagonal %g, not %g", pivot, levelName[l], m[j*Width+j], want)
					}
				}
			})
		}
	}
}
