package thermal_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/thermal"
	"github.com/elastrain/elastrain/network"
)

func lattice(t *testing.T) (*network.Network, *mechanics.Compatibility, []float64, *thermal.Spectrum) {
	t.Helper()
	net := testnet.Trapezoid()
	c := mechanics.NewCompatibility(net)
	k := testnet.Stiffness(c.M, 50, 200, 3)
	s, err := thermal.Of(c, k)
	if err != nil {
		t.Fatal(err)
	}
	return net, c, k, s
}

// row is c of a bond, at every unknown.
func row(c *mechanics.Compatibility, bond int) []float64 {
	r := make([]float64, c.N)
	for a := c.Ptr[bond]; a < c.Ptr[bond+1]; a++ {
		r[c.Col[a]] = c.Val[a]
	}
	return r
}

// The variance of an elongation is kT times the self-compliance of the bond; k times it, summed over the bonds, is kT a degree of freedom; the sum
// of the logarithms of the modes is that of the determinant, by the pivots of D.
func TestClosedForms(t *testing.T) {
	net, c, k, s := lattice(t)
	q := mechanics.NewEquilibrium(net, nil)
	if err := q.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i := range k {
		r := row(c, i)
		u := append([]float64(nil), r...)
		if err := q.Displace(u); err != nil {
			t.Fatal(err)
		}
		want := 0.0
		for a, v := range r {
			want += v * u[a]
		}
		got := s.Variance(r, 3)
		if math.Abs(got-3*want) > 1e-12*got {
			t.Errorf("bond %d: %g, want %g", i+1, got, 3*want)
		}
		sum += k[i] * got
	}
	if want := 3.0 * float64(c.N); math.Abs(sum-want) > 1e-10*want {
		t.Errorf("energies add up to %g, want %g", sum, want)
	}
	// Two springs in a row: det D = k1 k2.
	chain := mechanics.NewCompatibility(&network.Network{Dim: 1, Pos: []float64{0, 1, 2}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}})
	two, err := thermal.Of(chain, []float64{3, 7})
	if err != nil {
		t.Fatal(err)
	}
	kT := 0.2
	if got, want := two.FreeEnergy(kT), -kT*math.Log(2*math.Pi*kT/math.Sqrt(21)); math.Abs(got-want) > 1e-13 {
		t.Errorf("free energy %g, want %g", got, want)
	}
	if v := two.MeanVariance([]float64{1, 0}, kT, 1, 1e-9); math.Abs(v-kT/3) > 1e-9 {
		t.Errorf("over no time the variance is %g", v)
	}
	// over a long time t it is 2 kT drag (D^-2)/t; of the first node (1/k1)^2 + (1/k1)^2
	if v, want := two.MeanVariance([]float64{1, 0}, kT, 1, 1e6), 2*kT*(2.0/9)/1e6; math.Abs(v-want) > 1e-4*want {
		t.Errorf("over a long time the variance is %g, want %g", v, want)
	}
}

func TestFloppy(t *testing.T) {
	c := mechanics.NewCompatibility(testnet.Trapezoid())
	k := make([]float64, c.M)
	k[0] = 1
	if _, err := thermal.Of(c, k); !errors.Is(err, thermal.ErrFloppy) {
		t.Errorf("%v", err)
	}
}

// moments of a motion: k a^2/kT of each mode, and how the lattice remembers.
type moments struct {
	energy []float64
	lag    float64 // of a(0) b(1), two elongations a step apart
	back   float64 // of a(1) b(0)
	each   float64
	mean   float64 // variance of means over a time, of a
	n      float64
}

// Bath and Langevin's equation agree: each mode has kT/2, means over a time scatter as the closed form says, and a(0) b(t) has the mean of a(t) b(0),
// as in detailed balance.
func TestBathIsLangevin(t *testing.T) {
	_, c, k, s := lattice(t)
	const kT, drag = 2e-3, 1.0
	a, b := row(c, 4), row(c, 20)
	span := 0.3 * drag / s.Softest() // in which the softest modes remember, and the stiffest do not
	const parts, spans = 20, 4000
	follow := func(advance func(), u func() []float64) moments {
		m := moments{energy: make([]float64, c.N)}
		before, sum := [2]float64{}, 0.0
		for i := range spans {
			sum = 0
			for range parts {
				advance()
				sum += dot(a, u()) / parts
			}
			m.mean += sum * sum
			now := [2]float64{dot(a, u()), dot(b, u())}
			if i > 0 {
				m.lag += before[0] * now[1]
				m.back += now[0] * before[1]
			}
			m.each += now[0] * now[0]
			for j := range m.energy {
				x := s.Amplitude(j, u())
				m.energy[j] += s.Stiffness[j] * x * x / kT
			}
			before = now
			m.n++
		}
		return m
	}
	at := make([]float64, c.N)
	bath := thermal.NewBath(s, kT, drag, rand.New(rand.NewPCG(1, 1)))
	exact := follow(func() { bath.Pass(span / parts); bath.Displacements(at) }, func() []float64 { return at })
	force := func(x, f []float64) {
		e := make([]float64, c.M)
		c.Elongations(e, x, 1)
		clear(f)
		for i, v := range e {
			for p := c.Ptr[i]; p < c.Ptr[i+1]; p++ {
				f[c.Col[p]] -= k[i] * v * c.Val[p]
			}
		}
	}
	bath.Displacements(at)
	langevin := thermal.NewLangevin(force, at, kT, drag, span/parts, rand.New(rand.NewPCG(2, 2)))
	stepped := follow(langevin.Advance, func() []float64 { return langevin.X })
	want, means := s.Variance(a, kT), s.MeanVariance(a, kT, drag, span)
	t.Logf("variance of a mean over the span is %.3f of that of a moment", means/want)
	for name, m := range map[string]moments{"bath": exact, "Langevin": stepped} {
		total := 0.0
		for j, v := range m.energy {
			// the softest modes remember some three spans, so that the spans count for about a third
			if v /= m.n; math.Abs(v-1) > 5*math.Sqrt(2*4/m.n) {
				t.Errorf("%s: mode %d has %.3f kT/2", name, j+1, v)
			}
			total += v
		}
		if total /= float64(c.N); math.Abs(total-1) > 0.03 {
			t.Errorf("%s: a mode has %.4f kT/2 in the mean", name, total)
		}
		if got := m.each / m.n; math.Abs(got/want-1) > 0.12 {
			t.Errorf("%s: variance %g, want %g", name, got, want)
		}
		if got := m.mean / m.n; math.Abs(got/means-1) > 0.15 {
			t.Errorf("%s: variance of means %g, want %g", name, got, means)
		}
		if d := math.Abs(m.lag-m.back) / m.n; d > 5*want*math.Sqrt(2/m.n) {
			t.Errorf("%s: a(0) b(t) - a(t) b(0) = %g of %g", name, d, want)
		}
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

// A lattice that is given other springs stays where it is, and one that is pushed goes back as exp(-k t/drag).
func TestBathMoves(t *testing.T) {
	_, c, _, s := lattice(t)
	cold := thermal.NewBath(s, 0, 2, rand.New(rand.NewPCG(1, 1)))
	push := make([]float64, c.N)
	for i := range push {
		push[i] = float64(i%5) - 2
	}
	cold.Push(push)
	other, err := thermal.Of(c, testnet.Stiffness(c.M, 50, 200, 9))
	if err != nil {
		t.Fatal(err)
	}
	cold.Change(other)
	u := make([]float64, c.N)
	cold.Displacements(u)
	for i, v := range push {
		if math.Abs(u[i]-v) > 1e-12 {
			t.Fatalf("unknown %d moved from %g to %g", i, v, u[i])
		}
	}
	before := other.Amplitude(3, u)
	cold.Pass(0.02)
	cold.Displacements(u)
	if got, want := other.Amplitude(3, u), before*math.Exp(-other.Stiffness[3]*0.02/2); math.Abs(got-want) > 1e-12 {
		t.Errorf("amplitude %g, want %g", got, want)
	}
}
