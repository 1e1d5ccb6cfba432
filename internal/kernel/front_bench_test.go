package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// eachLevel benchmarks at all levels and reports 1e9 floating-point operations per
// second, of which a call makes so many.
func eachLevel(b *testing.B, name string, flops int, call func()) {
	for l := range levelName {
		atLevel(l, func() {
			b.Run(name+"/"+levelName[l], func(b *testing.B) {
				for b.Loop() {
					call()
				}
				b.ReportMetric(float64(flops)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		})
	}
}

func BenchmarkUpdate(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{8, 3} {
		for _, k := range []int{0, 4, 8, 16, 32, 64, 128} {
			for _, rows := range []int{8, 24, 48, 96, 240, 960} {
				if n == 3 && (k > 32 || rows > 96) {
					continue
				}
				p := stack(r, k, rows, n)
				c, _ := matrix(r, rows, n, rows)
				t, _ := triangle(r, n, Width)
				if k > 0 {
					eachLevel(b, fmt.Sprintf("n=%d/k=%d/rows=%d", n, k, rows), 2*n*k*rows, func() {
						Update(c, rows, p.a, p.b, p.o, k, rows, n, false)
					})
				}
				for j := range n {
					t[j*Width+j] = 1
					for i := j + 1; i < n; i++ {
						t[j*Width+i] = 0
					}
				}
				clear(p.b[:0])
				eachLevel(b, fmt.Sprintf("solve/n=%d/k=%d/rows=%d", n, k, rows), 2*n*k*rows+n*n*rows, func() {
					UpdateSolve(c, rows, p.a, p.b, p.o, k, rows, n, t, Width)
				})
			}
		}
	}
}

// BenchmarkPacked updates many slabs by the same packed operand.
func BenchmarkPacked(b *testing.B) {
	const k, rows, slabs = 128, 960, 16
	r := rand.New(rand.NewPCG(1, 1))
	p := tiles(r, k, rows, Width)
	c, _ := matrix(r, rows*slabs, Width, rows*slabs)
	eachLevel(b, fmt.Sprintf("k=%d/rows=%d", k, rows), 2*Width*k*rows*slabs, func() {
		for s := range slabs {
			Update(c[s*rows*Width:], rows, p.a, p.b, p.o, k, rows, Width, false)
		}
	})
}

// BenchmarkFactor copies a matrix and factorises it; n = 0 is the copy alone.
func BenchmarkFactor(b *testing.B) {
	for n := range Width + 1 {
		t, from := make([]float64, Width*Width), make([]float64, Width*Width)
		for j := range n {
			for i := j; i < n; i++ {
				from[j*Width+i] = 1
			}
			from[j*Width+j] = 10
		}
		least := make([]float64, Width)
		eachLevel(b, fmt.Sprintf("n=%d", n), n*n*n/3, func() {
			copy(t, from)
			if n == 0 {
				return
			}
			if done, _ := Factor(t, Width, n, least, 1, 1); done != n {
				b.Fatal("not positive definite")
			}
		})
	}
}

func BenchmarkSlab(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, size := range []struct {
		name       string
		rows, many int
	}{{"small", 24, 1}, {"L2", 960, 4}, {"memory", 4800, 200}} {
		for _, n := range []int{2, Width} {
			if n < Width && size.many > 1 {
				continue
			}
			l := make([]float64, size.rows*n*size.many)
			for i := range l {
				l[i] = 1e-9
			}
			x, y := normals(r, size.rows*2*Width), normals(r, Width*Width)
			idx := make([]int32, size.rows)
			for i := range idx {
				idx[i] = int32(2*i + r.IntN(2))
			}
			flops := 2 * Width * len(l)
			name := fmt.Sprintf("/%s/n=%d/rows=%d", size.name, n, size.rows)
			eachLevel(b, "times"+name, flops, func() {
				for s := range size.many {
					SlabTimes(x, idx, l[s*size.rows*n:], size.rows, n, y)
				}
			})
			eachLevel(b, "transposed"+name, flops, func() {
				for s := range size.many {
					SlabTransposed(y, l[s*size.rows*n:], size.rows, n, x, idx)
				}
			})
		}
	}
}

func BenchmarkTriangle(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 3, Width} {
		t := make([]float64, Width*Width)
		for j := range n {
			t[j*Width+j] = 1
		}
		y := normals(r, Width*Width)
		eachLevel(b, fmt.Sprintf("forward/n=%d", n), Width*n*n, func() { TriangleForward(y, t, Width, n) })
		eachLevel(b, fmt.Sprintf("backward/n=%d", n), Width*n*n, func() { TriangleBackward(y, t, Width, n) })
	}
}

func BenchmarkPack(b *testing.B) {
	const k, rows = 128, 960
	p := stack(rand.New(rand.NewPCG(1, 1)), k, rows, 1)
	to := make([]float64, k*rows)
	eachLevel(b, fmt.Sprintf("k=%d/rows=%d", k, rows), k*rows, func() { Pack(to, p.a, p.o, k, rows) })
}
