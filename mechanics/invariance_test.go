package mechanics_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// specimen is a random network with stiffnesses, one of the solvers, and the
// accuracy that its condition leaves to displacements.
type specimen struct {
	net       *network.Network
	k         []float64
	solver    func(*mechanics.Compatibility) mechanics.Solver
	q         *mechanics.Equilibrium
	tolerance float64
}

func drawSpecimen(t *rapid.T) specimen {
	dim := rapid.IntRange(1, 3).Draw(t, "dim")
	seed := rapid.Uint64Range(0, 1e6).Draw(t, "seed")
	s := specimen{net: testnet.Random(dim, rapid.IntRange(dim+1, 20).Draw(t, "nodes"), rapid.IntRange(0, 20).Draw(t, "extra"), seed)}
	s.k = testnet.Stiffness(len(s.net.Elements), 50, 200, seed)
	s.solver = solvers[rapid.IntRange(0, 1).Draw(t, "solver")].make
	s.q = mechanics.NewEquilibrium(s.net, s.solver)
	if s.q.SetStiffness(s.k) != nil {
		t.Skip("a coincidence of random places")
	}
	condition := s.q.Condition()
	if condition > 1e7 {
		t.Skip("ill-conditioned")
	}
	s.tolerance = 1e-14 * condition
	return s
}

// answer is the displacements of a network that should behave like s.
func (s *specimen) answer(t *rapid.T, net *network.Network, k, f []float64) []float64 {
	q := mechanics.NewEquilibrium(net, s.solver)
	if err := q.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	u := append([]float64(nil), f...)
	q.Displace(u)
	return u
}

func (s *specimen) sameAs(t *rapid.T, what string, got, want []float64) {
	if d := farthest(got, want); !(d <= s.tolerance) {
		t.Fatalf("%s: displacements differ by %.1e of the largest, more than %.1e", what, d, s.tolerance)
	}
}

func (s *specimen) load(t *rapid.T) []float64 {
	return randomLoad(s.q.C.N, rapid.Uint64().Draw(t, "load"))
}

// moved is the network with other positions.
func moved(net *network.Network, to func(at []float64) []float64) *network.Network {
	n := *net
	n.Pos = nil
	for node := range net.Nodes() {
		n.Pos = append(n.Pos, to(net.At(node))...)
	}
	return &n
}

func TestTranslationAndUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpecimen(t)
		f := s.load(t)
		want := s.answer(t, s.net, s.k, f)
		shift := rapid.Float64Range(-10, 10).Draw(t, "shift")
		far := moved(s.net, func(at []float64) (to []float64) {
			for _, x := range at {
				to = append(to, x+shift)
			}
			return to
		})
		within := s // a shift rounds the places, which turns a bond the more the shorter it is
		within.tolerance *= 1 + math.Abs(shift)/shortest(s.net)
		within.sameAs(t, "shifted", s.answer(t, far, s.k, f), want)
		// Lengths in another unit change no direction, and so nothing.
		unit := math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "unit"))
		other := moved(s.net, func(at []float64) (to []float64) {
			for _, x := range at {
				to = append(to, x*unit)
			}
			return to
		})
		s.sameAs(t, "in another unit", s.answer(t, other, s.k, f), want)
	})
}

// shortest is the length of the shortest bond.
func shortest(net *network.Network) float64 {
	least := math.Inf(1)
	for i, e := range net.Elements {
		if e.Kind == network.Bar {
			least = min(least, net.BondLength(i))
		}
	}
	return least
}

// Turned about a random axis, network, load and answer turn together.
func TestRotation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpecimen(t)
		dim := s.net.Dim
		turn := rotation(dim, rapid.Float64Range(0, 2*math.Pi).Draw(t, "angle"), rapid.Float64Range(0, 2*math.Pi).Draw(t, "tilt"))
		f := s.load(t)
		u := s.answer(t, s.net, s.k, f)
		turned := s.answer(t, moved(s.net, turn), s.k, eachNode(f, dim, turn))
		s.sameAs(t, "turned", turned, eachNode(u, dim, turn))
	})
}

// rotation turns by an angle in the plane of x and y, then by tilt in that of y
// and z; in one dimension it mirrors.
func rotation(dim int, angle, tilt float64) func([]float64) []float64 {
	sin, cos := math.Sincos(angle)
	sin2, cos2 := math.Sincos(tilt)
	return func(v []float64) []float64 {
		switch dim {
		case 1:
			return []float64{-v[0]}
		case 2:
			return []float64{cos*v[0] - sin*v[1], sin*v[0] + cos*v[1]}
		}
		x, y := cos*v[0]-sin*v[1], sin*v[0]+cos*v[1]
		return []float64{x, cos2*y - sin2*v[2], sin2*y + cos2*v[2]}
	}
}

// eachNode applies turn to the vector of every free node. Supports hold whole
// nodes here, so that unknowns come node by node.
func eachNode(x []float64, dim int, turn func([]float64) []float64) (to []float64) {
	for at := 0; at < len(x); at += dim {
		to = append(to, turn(x[at:at+dim])...)
	}
	return to
}

func TestNumberingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpecimen(t)
		dim, n := s.net.Dim, s.net.Nodes()
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1))
		node, bond := random.Perm(n), random.Perm(len(s.k)) // old number to new
		other := &network.Network{Dim: dim, Pos: make([]float64, n*dim), Held: make([]bool, n*dim), Elements: make([]network.Element, len(s.k))}
		k := make([]float64, len(s.k))
		for old, now := range node {
			copy(other.Pos[now*dim:], s.net.At(old))
			copy(other.Held[now*dim:], s.net.Held[old*dim:(old+1)*dim])
		}
		for old, now := range bond {
			e := s.net.Elements[old]
			e.Nodes = [2]int{node[e.Nodes[1]], node[e.Nodes[0]]} // and the other way round
			other.Elements[now], k[now] = e, s.k[old]
		}
		c := mechanics.NewCompatibility(other)
		renumber := func(x []float64) []float64 {
			to := make([]float64, len(x))
			for old, now := range node {
				for axis := range dim {
					if u := s.q.C.Unknown[old*dim+axis]; u >= 0 {
						to[c.Unknown[now*dim+axis]] = x[u]
					}
				}
			}
			return to
		}
		f := s.load(t)
		s.sameAs(t, "renumbered", s.answer(t, other, k, renumber(f)), renumber(s.answer(t, s.net, s.k, f)))
	})
}

func TestScaleOfStiffness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpecimen(t)
		f := s.load(t)
		want := s.answer(t, s.net, s.k, f)
		size := math.Pow(10, rapid.Float64Range(-12, 12).Draw(t, "exponent"))
		k := append([]float64(nil), s.k...)
		for i := range k {
			k[i] *= size
		}
		got := s.answer(t, s.net, k, f)
		for i := range got {
			got[i] *= size
		}
		s.sameAs(t, "scaled", got, want)
		// Powers of four scale L by powers of two, which rounds nothing.
		exact := math.Pow(4, float64(rapid.IntRange(-20, 20).Draw(t, "power")))
		for i := range k {
			k[i] = s.k[i] * exact
		}
		for i, v := range s.answer(t, s.net, k, f) {
			if v*exact != want[i] {
				t.Fatalf("unknown %d: %g, not %g", i, v*exact, want[i])
			}
		}
	})
}

func TestSuperposition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpecimen(t)
		f, g := s.load(t), randomLoad(s.q.C.N, rapid.Uint64().Draw(t, "other load"))
		a, b := rapid.Float64Range(-10, 10).Draw(t, "a"), rapid.Float64Range(-10, 10).Draw(t, "b")
		u, v := s.answer(t, s.net, s.k, f), s.answer(t, s.net, s.k, g)
		sum, size := make([]float64, len(f)), 0.0
		for i := range sum {
			sum[i] = a*f[i] + b*g[i]
			size = max(size, math.Abs(a*u[i]), math.Abs(b*v[i]))
		}
		for i, w := range s.answer(t, s.net, s.k, sum) {
			if d := math.Abs(w - (a*u[i] + b*v[i])); !(d <= s.tolerance*size) {
				t.Fatalf("unknown %d: the sum of the loads moves it by %g more", i, d)
			}
		}
	})
}

// The work of the load is twice the energy of the springs, and the forces of the
// springs balance the load.
func TestEnergyAndForces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpecimen(t)
		c := s.q.C
		f := s.load(t)
		u := s.answer(t, s.net, s.k, f)
		e := make([]float64, c.M)
		c.Elongations(e, u, 1)
		work, energy := 0.0, 0.0
		for i := range f {
			work += f[i] * u[i]
		}
		for i, k := range s.k {
			energy += e[i] * k * e[i]
		}
		if !(work > 0) || !(math.Abs(work-energy) <= s.tolerance*work) {
			t.Fatalf("work %.17g, energy %.17g", work, energy)
		}
		for i, k := range s.k {
			e[i] *= k
		}
		balance := make([]float64, c.N)
		c.InternalForces(balance, e)
		if d := farthest(balance, f); !(d <= s.tolerance) {
			t.Fatalf("forces are out of balance by %.1e", d)
		}
	})
}

// Maxwell and Betti: what a load at a does to b, the same load at b does to a.
func TestReciprocity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpecimen(t)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "ports"), 2))
		ports := make([]network.Port, rapid.IntRange(1, 6).Draw(t, "count"))
		for i := range ports {
			ports[i] = network.Port{Node: random.IntN(s.net.Nodes())} // may be a support, which does not move
			for axis := range s.net.Dim {
				ports[i].Dir[axis] = random.NormFloat64()
			}
		}
		r := mechanics.NewResponses(s.q.C, ports, ports)
		s.q.Respond(r)
		largest := 0.0
		for _, v := range r.S {
			largest = max(largest, math.Abs(v))
		}
		for a := range ports {
			for b := range a {
				if d := math.Abs(r.S[a*r.P+b] - r.S[b*r.P+a]); !(d <= max(1e-12, s.tolerance)*largest) {
					t.Fatalf("ports %d and %d: S differs from its transpose by %.1e of its largest entry", a, b, d/largest)
				}
			}
		}
	})
}
