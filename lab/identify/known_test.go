package identify

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/network"
)

// made is a lattice with everything that a passport tells: bonds that have a share of what they are asked for and wander,
// marks that are seen to move too far, errors that all displacements of a look have together.
type made struct {
	share, rate, mark []float64
	cases             []Case
}

func make1(t testing.TB, net *network.Network, random *rand.Rand, prior Prior, crack int, settings int) made {
	t.Helper()
	n := len(net.Elements)
	m := made{share: drawn(random, Prior{Design: uniform(n, 1), Own: prior.Own, Common: prior.Common}), rate: make([]float64, n), mark: make([]float64, net.Nodes())}
	for i := range m.rate {
		m.rate[i] = prior.Wander * random.NormFloat64()
	}
	for i := range m.mark {
		m.mark[i] = math.Exp(prior.Marks * random.NormFloat64())
	}
	if crack >= 0 {
		m.share[crack] *= 0.35
	}
	all := everyLoad(net)
	for range settings {
		asked := make([]float64, n)
		for i := range asked {
			asked[i] = 103 + 69*random.Float64()
		}
		for hour := range 2 {
			age := 20 * float64(hour)
			k := make([]float64, n)
			for i := range k {
				k[i] = asked[i] * m.share[i] * math.Exp(m.rate[i]*age)
			}
			for _, c := range measured(t, net, k, []Candidate{all[random.IntN(len(all))], all[random.IntN(len(all))]}, 1e-12, random) {
				c.Asked, c.Age = asked, age
				turn, shift := make([]float64, len(net.Pos)), make([]float64, len(net.Pos))
				for node := range net.Nodes() {
					x := net.At(node)
					turn[2*node], turn[2*node+1] = -2e-4*x[1], 2e-4*x[0]
					shift[2*node] = 5e-6
				}
				c.Shared = [][]float64{turn, shift}
				a, b := random.NormFloat64(), random.NormFloat64()
				for i := range c.Moved {
					c.Moved[i] = m.mark[i/2]*c.Moved[i] + a*turn[i] + b*shift[i] + noise*random.NormFloat64()
					c.Sigma[i] = noise
				}
				m.cases = append(m.cases, c)
			}
		}
	}
	return m
}

// The truth lies in the ellipsoid that the covariance says, for all unknowns together: what it misses by, each direction by its
// deviation, is as the chi-square distribution has it.
func TestJointErrorsAreTrue(t *testing.T) {
	net := testnet.Trapezoid()
	prior := Prior{Design: uniform(28, 137.5), Own: 0.06, Common: 0.1, Wander: 0.002, Marks: 0.01}
	const parts = 60
	sum, unknowns := 0.0, 0
	var misfit float64
	for seed := range uint64(parts) {
		random := rand.New(rand.NewPCG(seed, 7))
		m := make1(t, net, random, prior, -1, 4)
		e, err := Fit(net, m.cases, prior)
		if err != nil {
			t.Fatal(err)
		}
		unknowns = len(e.Mean)
		truth := make([]float64, unknowns)
		for j, mode := range e.Modes {
			truth[j], truth[28+j] = math.Log(m.share[mode]), m.rate[mode]
		}
		for j, node := range e.Nodes {
			truth[56+j] = math.Log(m.mark[node])
		}
		misfit += e.Misfit / parts
		sum += mahalanobis(t, e, truth)
	}
	if want := float64(parts * unknowns); math.Abs(sum-want) > 5*math.Sqrt(2*want) {
		t.Errorf("the truth is %.4g from what was found, in squares of deviations of %d unknowns: %.4g +- %.2g were due", sum, unknowns, want, math.Sqrt(2*want))
	}
	if math.Abs(misfit-1) > 0.05 {
		t.Errorf("residuals are %.3f of the noise", misfit)
	}
}

func mahalanobis(t *testing.T, e *Estimate, truth []float64) float64 {
	t.Helper()
	sd, inverse, err := deviations(e.Joint)
	if err != nil || len(sd) != len(truth) {
		t.Fatal(err)
	}
	sum := 0.0
	for i := range truth {
		for j := range truth {
			sum += (truth[i] - e.Mean[i]) * inverse.At(i, j) * (truth[j] - e.Mean[j])
		}
	}
	return sum
}

// Without the errors that a look shares, bars are too short: the test above would see it.
func TestSharedErrorsCount(t *testing.T) {
	net := testnet.Trapezoid()
	prior := Prior{Design: uniform(28, 137.5), Own: 0.06, Common: 0.1}
	m := make1(t, net, rand.New(rand.NewPCG(1, 7)), prior, -1, 4)
	with, err := Fit(net, m.cases, prior)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.cases {
		m.cases[i].Shared = nil
	}
	without, err := Fit(net, m.cases, prior)
	if err != nil {
		t.Fatal(err)
	}
	if !with.Fits() || with.Misfit > 1.3 || without.Misfit < 1.5 {
		t.Errorf("residuals are %.3f of the noise with the shared errors, %.3f without", with.Misfit, without.Misfit)
	}
}

// A bond that is cracked is found, and none is found where none is.
func TestCracks(t *testing.T) {
	net := testnet.Trapezoid()
	prior := Prior{Design: uniform(28, 137.5), Own: 0.05, Common: 0.1, Crack: 0.01}
	found, false0 := 0, 0
	const parts = 14
	for part := range parts {
		random := rand.New(rand.NewPCG(uint64(part), 9))
		m := make1(t, net, random, prior, 2*part, 6)
		e, err := Fit(net, m.cases, prior)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(e.Cracked, 2*part) {
			found++
		}
		whole := make1(t, net, random, prior, -1, 6)
		if e, err = Fit(net, whole.cases, prior); err != nil {
			t.Fatal(err)
		}
		false0 += len(e.Cracked)
		total := e.Weight
		for _, o := range e.Others {
			total += o.Weight
		}
		if total > 1+1e-9 || total < 0.5 {
			t.Fatalf("part %d: the fits that are kept have a probability of %g", part, total)
		}
	}
	t.Logf("%d of %d cracks found, %d found where none is", found, parts, false0)
	if found < parts-2 || false0 > 1 {
		t.Errorf("%d of %d cracks found, %d found where none is", found, parts, false0)
	}
}

// Loads at other settings tell of the same bonds: with each setting more they are known better.
func TestSettingsAddUp(t *testing.T) {
	net := testnet.Trapezoid()
	prior := Prior{Design: uniform(28, 137.5), Own: 0.05, Common: 0.1}
	m := make1(t, net, rand.New(rand.NewPCG(5, 7)), prior, -1, 8)
	last := math.Inf(1)
	for _, settings := range []int{1, 2, 4, 8} {
		e, err := Fit(net, m.cases[:4*settings], prior)
		if err != nil {
			t.Fatal(err)
		}
		worst := slices.Max(e.Deviation)
		if !(worst < last) {
			t.Errorf("after %d settings the worst bond is known to %g, before to %g", settings, worst, last)
		}
		last = worst
	}
	if last > 0.04 {
		t.Errorf("after 8 settings the worst bond is known to %g", last)
	}
}
