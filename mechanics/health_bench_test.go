package mechanics_test

import (
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
)

// BenchmarkStep is a step of training, in which one solution is looked at: 7 ports, the
// stiffness changes every time. BenchmarkLook is the look alone.
func BenchmarkStep(b *testing.B) { stepping(b, false) }

func BenchmarkLook(b *testing.B) { stepping(b, true) }

func stepping(b *testing.B, look bool) {
	block := func(n int) *network.Network {
		net, err := lattice.Triangular(n, n, 1)
		if err != nil {
			b.Fatal(err)
		}
		for i := 2 * n * (n - 1); i < 2*n*n; i++ {
			net.Held[i] = true
		}
		return net
	}
	for _, size := range []struct {
		name string
		net  *network.Network
	}{{"28 bonds", testnet.Trapezoid()}, {"1e3 unknowns", block(22)}, {"1e4", block(71)}, {"1e5", block(224)}} {
		b.Run(size.name, func(b *testing.B) {
			k := testnet.Stiffness(len(size.net.Elements), 100, 170, 1)
			q := mechanics.NewEquilibrium(size.net, nil)
			var in, out []network.Port
			for i := range 7 {
				out = append(out, testnet.Port(i+2, 1, 0))
			}
			in, out = out[:4], out[4:]
			r := mechanics.NewResponses(q.C, in, out)
			if err := q.SetStiffness(k); err != nil {
				b.Fatal(err)
			}
			u, f := make([]float64, q.C.N), randomLoad(q.C.N, 1)
			for b.Loop() {
				if look {
					q.Residual(u, f)
					continue
				}
				k[0] += 1e-9
				if err := q.SetStiffness(k); err != nil {
					b.Fatal(err)
				}
				if err := q.Respond(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
