package identify

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"pgregory.net/rapid"
)

// Whatever is measured, the fit ends: at a stationary point that is at least as
// probable as the design.
func TestEveryFitEnds(t *testing.T) {
	net := testnet.Trapezoid()
	all := everyLoad(net)
	rapid.Check(t, func(r *rapid.T) {
		prior := Prior{Design: uniform(28, 137.5), Own: rapid.SampledFrom([]float64{0.03, 0.3, 1, 2}).Draw(r, "own"), Common: rapid.SampledFrom([]float64{0, 0.5}).Draw(r, "common")}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		k := drawn(random, Prior{Design: prior.Design, Own: min(prior.Own, 0.5), Common: prior.Common})
		var loads []Candidate
		for range rapid.IntRange(1, 6).Draw(r, "cases") {
			loads = append(loads, all[random.IntN(len(all))])
		}
		sigma := math.Pow(10, rapid.Float64Range(-7, -3.5).Draw(r, "noise"))
		cases := measured(t, net, k, loads, sigma, random)
		e, err := Fit(net, cases, prior)
		if err != nil {
			r.Fatal(err)
		}
		for i, v := range e.K {
			if !(v > 0) || !(e.Deviation[i] > 0) || e.Deviation[i] > math.Hypot(prior.Own, prior.Common)*(1+1e-9) || e.Told[i] < 0 || e.Told[i] > 1 {
				r.Fatalf("bond %d: %g +- %g", i+1, v, e.Deviation[i])
			}
		}
	})
}
