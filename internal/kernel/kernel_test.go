package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// problem is a random envelope, its right-hand sides and a sparse matrix.
type problem struct {
	b, l, inv, val, u []float64
	start, ptr, col   []int32
}

func random(r *rand.Rand, n int) problem {
	p := problem{start: []int32{0}, ptr: []int32{0}}
	number := func() float64 { return r.NormFloat64() * math.Pow(2, float64(r.IntN(20)-10)) }
	for j := range n {
		for range 1 + r.IntN(n-j) {
			p.l = append(p.l, number())
		}
		p.start = append(p.start, int32(len(p.l)))
		p.inv = append(p.inv, number())
	}
	for range Width * n {
		p.b, p.u = append(p.b, number()), append(p.u, number())
	}
	for range 2 * n {
		for range r.IntN(6) {
			p.col, p.val = append(p.col, int32(r.IntN(n))), append(p.val, number())
		}
		p.ptr = append(p.ptr, int32(len(p.col)))
	}
	return p
}

// TestSameBits: assembly and Go agree in every bit, for all sizes of small networks.
func TestSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for trial := range 300 {
		p := random(r, 1+trial%60)
		for _, k := range []struct {
			name      string
			both, def func(b []float64)
		}{
			{"Forward8", func(b []float64) { Forward8(b, p.l, p.start, p.inv) }, func(b []float64) { forward8Go(b, p.l, p.start, p.inv) }},
			{"Backward8", func(b []float64) { Backward8(b, p.l, p.start, p.inv) }, func(b []float64) { backward8Go(b, p.l, p.start, p.inv) }},
			{"Gather8", func(b []float64) { Gather8(b, p.u, p.ptr, p.col, p.val) }, func(b []float64) { gather8Go(b, p.u, p.ptr, p.col, p.val) }},
		} {
			got := append(slices.Clone(p.b), make([]float64, len(p.b))...)
			want := slices.Clone(got)
			k.both(got)
			k.def(want)
			for i := range want {
				if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
					t.Fatalf("%s, %d unknowns: entry %d is %x, and its definition gives %x", k.name, len(p.inv), i, got[i], want[i])
				}
			}
		}
	}
}

// TestSolve: L y = b by hand for two unknowns.
func TestSolve(t *testing.T) {
	l, start, inv := []float64{2, 3, 4}, []int32{0, 2, 3}, []float64{0.5, 0.25} // L = [2 0; 3 4]
	b := make([]float64, 16)
	for r := range 8 {
		b[r], b[8+r] = 2*float64(r), 3*float64(r)+8
	}
	Forward8(b, l, start, inv)
	for r := range 8 {
		if b[r] != float64(r) || b[8+r] != 2 {
			t.Fatalf("column %d: y = %g, %g; want %d, 2", r, b[r], b[8+r], r)
		}
	}
	Backward8(b, l, start, inv) // [2 3; 0 4] x = (r, 2)
	for r := range 8 {
		if b[8+r] != 0.5 || b[r] != (float64(r)-1.5)/2 {
			t.Fatalf("column %d: x = %g, %g", r, b[r], b[8+r])
		}
	}
}

func TestMisuse(t *testing.T) {
	mustPanic := func(name string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s did not panic", name)
			}
		}()
		f()
	}
	short := make([]float64, 8)
	mustPanic("Forward8", func() { Forward8(short, []float64{1, 1, 1}, []int32{0, 2, 3}, []float64{1, 1}) })
	mustPanic("Backward8", func() { Backward8(make([]float64, 16), short, []int32{0, 2}, []float64{1, 1}) })
	mustPanic("Gather8", func() { Gather8(short, short, []int32{0, 1, 2}, []int32{0, 0}, []float64{1, 1}) })
	Forward8(nil, nil, []int32{0}, nil)
	Backward8(nil, nil, []int32{0}, nil)
	Gather8(nil, nil, []int32{0}, nil, nil)
}
