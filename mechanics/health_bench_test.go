package mechanics_test

import (
	"fmt"
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

// BenchmarkEightLattices answers unit loads at 7 ports of eight networks of one pattern, with new stiffnesses each time: one after the other by the sparse
// solver or the dense one, and side by side by Abreast, which does what the dense one does.
func BenchmarkEightLattices(b *testing.B) {
	for _, size := range []int{6, 8, 11, 16, 22} {
		net, err := lattice.Triangular(size, size, 1)
		if err != nil {
			b.Fatal(err)
		}
		for i := 2 * size * (size - 1); i < 2*size*size; i++ {
			net.Held[i] = true
		}
		var in, out []network.Port
		for i := range 7 {
			out = append(out, testnet.Port(i+2, 1, 0))
		}
		in, out = out[:4], out[4:]
		for _, way := range []string{"sparse", "dense", "abreast"} {
			c := mechanics.NewCompatibility(net)
			b.Run(fmt.Sprintf("unknowns=%d/%s", c.N, way), func(b *testing.B) {
				k := testnet.Stiffness(len(net.Elements), 100, 170, 1)
				var eq []*mechanics.Equilibrium
				var r []*mechanics.Responses
				for range mechanics.MostLanes {
					var solver mechanics.Solver
					if way == "sparse" {
						s := mechanics.NewSparse(c)
						s.SetThreads(1)
						solver = s
					} else {
						solver = mechanics.NewDense(c)
					}
					q := mechanics.NewEquilibriumOf(c, solver)
					eq, r = append(eq, q), append(r, mechanics.NewResponses(c, in, out))
				}
				a := mechanics.NewAbreast(eq, r)
				for b.Loop() {
					k[0] += 1e-9
					if way == "abreast" {
						for m, v := range k {
							for lane := range mechanics.MostLanes {
								a.K[m][lane] = v
							}
						}
						if left := a.Solve(255); left != 0 {
							b.Fatalf("left: %b", left)
						}
						continue
					}
					for i, q := range eq {
						if err := q.SetStiffness(k); err != nil {
							b.Fatal(err)
						}
						if err := q.Respond(r[i]); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*mechanics.MostLanes), "us/network")
			})
		}
	}
}
