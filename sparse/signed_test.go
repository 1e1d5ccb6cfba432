package sparse_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/sparse"
)

// A shifted grid Laplacian has as many negative eigenvalues as lie below the shift, and those are known.
func TestSignedInertia(t *testing.T) {
	const n = 9
	p := sparse.NewPattern(n*n, func(yield func(int, int) bool) {
		for i := range n * n {
			if i%n+1 < n && !yield(i, i+1) || i+n < n*n && !yield(i, i+n) {
				return
			}
		}
	})
	s := sparse.NewSigned(p, sparse.Order(p))
	random := rand.New(rand.NewPCG(1, 2))
	for _, shift := range []float64{0, 0.5, 1.7, 3.3, 4.1, 9} {
		values := make([]float64, p.Entries())
		for j := range p.N {
			for a := p.Ptr[j]; a < p.Ptr[j+1]; a++ {
				values[a] = -1
			}
			values[p.Ptr[j]] = 4 - shift
		}
		want := 0
		for i := 1; i <= n; i++ {
			for j := 1; j <= n; j++ {
				if 4-2*math.Cos(math.Pi*float64(i)/(n+1))-2*math.Cos(math.Pi*float64(j)/(n+1)) < shift {
					want++
				}
			}
		}
		if err := s.Refactor(values); err != nil || s.Negative() != want {
			t.Errorf("shift %g: %d negative, want %d, %v", shift, s.Negative(), want, err)
		}
		x, b := make([]float64, p.N), make([]float64, p.N)
		for i := range x {
			x[i] = random.NormFloat64()
		}
		p.Multiply(values, x, b, 1)
		if r := s.Solve(b); !(r < 1e-15) {
			t.Errorf("shift %g: residual %.1e", shift, r)
		}
		for i := range x {
			if !(math.Abs(b[i]-x[i]) < 1e-11) {
				t.Fatalf("shift %g: x[%d] = %g, want %g", shift, i, b[i], x[i])
			}
		}
		if n := testing.AllocsPerRun(5, func() { _ = s.Refactor(values); s.Solve(b) }); n != 0 {
			t.Errorf("%g allocations", n)
		}
	}
	var singular *sparse.NotPositiveError
	if err := s.Refactor(make([]float64, p.Entries())); !errors.As(err, &singular) {
		t.Errorf("a zero matrix: %v", err)
	}
	bad := make([]float64, p.Entries())
	bad[5] = math.NaN()
	var notFinite *sparse.NotFiniteError
	if err := s.Refactor(bad); !errors.As(err, &notFinite) {
		t.Errorf("a NaN: %v", err)
	}
}
