package sparse

import (
	"fmt"
	"testing"
)

// The lattice of 100 x 50 nodes has 10^4 unknowns.
func BenchmarkOrder(b *testing.B) {
	m := lattice(100, 50, true)
	for b.Loop() {
		Order(m.p)
	}
}

func BenchmarkAnalyze(b *testing.B) {
	m := lattice(100, 50, true)
	perm := Order(m.p)
	for b.Loop() {
		Analyze(m.p, perm)
	}
}

func BenchmarkRefactor(b *testing.B) {
	m := lattice(100, 50, true)
	s := Analyze(m.p, Order(m.p))
	f := s.NewFactor()
	for b.Loop() {
		if err := f.Refactor(m.values); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(s.Entries()), "entries")
	b.ReportMetric(float64(s.Flops())/1e6, "Mflop")
}

func BenchmarkSolve(b *testing.B) {
	m := lattice(100, 50, true)
	f := mustFactor(b, m, Order(m.p))
	for _, nrhs := range []int{1, 4, 16} {
		b.Run(fmt.Sprint(nrhs), func(b *testing.B) {
			x := randomBlock(m.p.N*nrhs, 1)
			for b.Loop() {
				f.Solve(x, nrhs)
			}
		})
	}
}
