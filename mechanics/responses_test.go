package mechanics_test

import (
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Whatever the number of ports, and so the width of the kernels, unit answers
// put together are the answer to the load as a whole.
func TestResponsesAreUnitAnswers(t *testing.T) {
	net := testnet.Trapezoid()
	for _, solver := range solvers {
		q := factored(t, net, testnet.Stiffness(28, 100, 170, 1), solver.make)
		for _, count := range [][2]int{{1, 1}, {2, 2}, {4, 1}, {4, 3}, {4, 4}, {7, 3}, {0, 2}, {1, 0}} {
			in, out := make([]network.Port, count[0]), make([]network.Port, count[1])
			for i := range in {
				in[i] = testnet.Port(6+i, 0.6, -0.8)
			}
			for o := range out {
				out[o] = testnet.Port(14-o, 0.8, 0.6)
			}
			r := mechanics.NewResponses(q.C, in, out)
			for range 2 { // nothing is left over from the first time
				q.Respond(r)
			}
			f := randomLoad(len(in), 4)
			whole := make([]float64, q.C.N)
			for i, p := range in {
				unknown, value := q.C.Load(p)
				for a, at := range unknown {
					whole[at] += f[i] * value[a]
				}
			}
			q.Displace(whole)
			e := make([]float64, q.C.M)
			q.C.Elongations(e, whole, 1)
			u := make([]float64, len(out))
			r.Outputs(u, f)
			for o, p := range out {
				unknown, value := q.C.Load(p)
				want := 0.0
				for a, at := range unknown {
					want += value[a] * whole[at]
				}
				near(t, "output", u[o], want, 1e-11)
			}
			sum := make([]float64, q.C.M)
			for i := range sum {
				for a := range in {
					sum[i] += r.E[i*r.Stride+a] * f[a]
				}
			}
			if d := farthest(sum, e); !(d <= 1e-12) {
				t.Errorf("%s, %v ports: elongations differ by %.1e", solver.name, count, d)
			}
		}
	}
}

// A reading at a support is zero and disturbs nothing.
func TestPortOnASupport(t *testing.T) {
	q := factored(t, testnet.Trapezoid(), same(100, 28), nil)
	r := mechanics.NewResponses(q.C, []network.Port{testnet.Port(11, 0, -1), testnet.Port(5, 0, -1)}, []network.Port{testnet.Port(1, 0, 1), testnet.Port(13, 0, 1)})
	q.Respond(r)
	if r.S[0] != 0 || r.S[1] != 0 || r.S[2] == 0 || r.S[3] != 0 {
		t.Errorf("S = %v", r.S)
	}
}

func TestRespondAllocatesNothing(t *testing.T) {
	for _, solver := range solvers {
		q := factored(t, testnet.Trapezoid(), same(100, 28), solver.make)
		r := mechanics.NewResponses(q.C, []network.Port{testnet.Port(11, 0, -1)}, []network.Port{testnet.Port(13, 0, 1)})
		if n := testing.AllocsPerRun(20, func() { q.Respond(r) }); n != 0 {
			t.Errorf("%s: %g allocations", solver.name, n)
		}
	}
}
