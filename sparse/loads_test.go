package sparse

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/team"
)

// TestSolveLoads: loads by themselves have the solutions, to the bit, that they have among zeros.
func TestSolveLoads(t *testing.T) {
	defer func(worth float64) { team.Worth = worth }(team.Worth)
	team.Worth = 0
	p, weights := bars(2, 40)
	f := AnalyzeProduct(p).NewFactor()
	for _, threads := range []int{1, 2} {
		f.SetThreads(threads)
		if err := f.Refactor(weights); err != nil {
			t.Fatal(err)
		}
		for _, nrhs := range []int{1, 7, 8, 9, 17} {
			var loads []Load
			want := make([]float64, p.N*nrhs)
			for i := range 3 * nrhs {
				l := Load{Unknown: int32(i * 977 % p.N), Side: int32(i % nrhs), Value: float64(i) - 4}
				loads = append(loads, l)
				want[int(l.Unknown)*nrhs+int(l.Side)] = l.Value
			}
			loads = append(loads, loads[0])
			loads[0].Value = 99 // which the last one replaces
			got := make([]float64, len(want))
			for i := range got {
				got[i] = math.NaN()
			}
			f.Solve(want, nrhs)
			f.SolveLoads(got, nrhs, loads)
			for i := range want {
				if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
					t.Fatalf("%d threads, %d sides: entry %d is %g, among zeros %g", threads, nrhs, i, got[i], want[i])
				}
			}
		}
	}
	for _, wrong := range []Load{{Unknown: -1}, {Unknown: int32(p.N)}, {Side: -1}, {Side: 2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v did not panic", wrong)
				}
			}()
			f.SolveLoads(make([]float64, 2*p.N), 2, []Load{wrong})
		}()
	}
}
