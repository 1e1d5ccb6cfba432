package identify

import (
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
)

// A fit of 337 bonds from 20 load cases, and of the paper's 28 from 24.
func BenchmarkFit(b *testing.B) {
	for _, size := range []struct {
		name   string
		braced int
	}{{"28 bonds", 0}, {"337 bonds", 12}} {
		b.Run(size.name, func(b *testing.B) {
			net, scale := testnet.Trapezoid(), 1.0
			if size.braced > 0 {
				net, scale = testnet.Braced(size.braced, 11), 100
			}
			m := len(net.Elements)
			prior := Prior{Design: uniform(m, 137.5), Own: 0.1}
			random := rand.New(rand.NewPCG(1, 1))
			loads := SingleNodes(net, [][3]float64{{0, -1, 0}, {1, 0, 0}}, 5*gram*scale)
			random.Shuffle(len(loads), func(i, j int) { loads[i], loads[j] = loads[j], loads[i] })
			cases := measured(b, net, drawn(random, prior), loads[:20], noise*scale, random)
			b.ReportMetric(float64(m), "bonds")
			for b.Loop() {
				if _, err := Fit(net, cases, prior); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
