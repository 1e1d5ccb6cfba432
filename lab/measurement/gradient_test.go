package measurement

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// exact is the gradient of the theory.
func exact(t testing.TB, e *Estimator, k []float64) (float64, []float64) {
	t.Helper()
	rig := learn.NewExact(mechanics.NewEquilibrium(e.Specimen.Net, nil), e.Specimen.In, e.Specimen.Out)
	check(t, rig.SetStiffness(k))
	g := make([]float64, len(k))
	value, err := (&rule.Backprop{}).Gradient(rig, e.Loss, e.Batch, g)
	check(t, err)
	return value, g
}

func cosine(a, b []float64) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+a[i]*b[i], aa+a[i]*a[i], bb+b[i]*b[i]
	}
	return ab / math.Sqrt(aa*bb)
}

// A bench without noise gives the gradient of the theory, whichever way it is
// put together.
func TestGradientWithoutNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := NewSpecimen(testnet.Trapezoid(), []network.Port{testnet.Port(11, 0, -1), testnet.Port(7, 1, 0)},
		[]network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0.6, 0.8)})
	set := &task.Set{N: 5, P: 2, Q: 2}
	for range set.N {
		set.F = append(set.F, 0.05*random.NormFloat64(), 0.05*random.NormFloat64())
		set.Want = append(set.Want, 1e-3*random.NormFloat64(), 1e-3*random.NormFloat64())
		set.Class = append(set.Class, int32(len(set.Class)/2%2))
	}
	classes := *set
	classes.Want = nil
	want := *set
	want.Class = nil
	k := testnet.Stiffness(28, 100, 170, 3)
	for _, c := range []struct {
		name string
		loss task.Loss
		set  *task.Set
	}{{"mean-square", task.MeanSquare{Scale: 1e-3}, &want}, {"cross-entropy", task.CrossEntropy{}, &classes}, {"fisher", task.Fisher{}, &classes}} {
		for _, perSample := range []bool{false, true} {
			for _, alternate := range []bool{false, true} {
				p := quick()
				p.PerSample, p.Alternate = perSample, alternate
				e := &Estimator{Specimen: s, Protocol: &p, Loss: c.loss, Batch: learn.Batch{Set: c.set, Rows: []int32{0, 1, 2, 4}}}
				d := benchtest.NewDesk(s.Net, k, 0, 1)
				g, err := e.Gradient(live(t, d, e))
				check(t, err)
				value, truth := exact(t, e, k)
				if math.Abs(g.Loss-value) > 1e-9*math.Abs(value) {
					t.Errorf("%s, per sample %v, alternating %v: loss %g, want %g", c.name, perSample, alternate, g.Loss, value)
				}
				if far := 1 - cosine(g.G, truth); !(far < 1e-12) {
					t.Errorf("%s, per sample %v, alternating %v: 1 - cosine = %g", c.name, perSample, alternate, far)
				}
				if g.Phases != e.Phases() {
					t.Errorf("%s, per sample %v, alternating %v: %d phases, announced %d", c.name, perSample, alternate, g.Phases, e.Phases())
				}
			}
		}
	}
}

// The published experiment, case A of Fig. 1, has a cosine of 0.9938; white
// noise of 6 um on each coordinate, one frame a state, gives as much.
func TestPublishedNoise(t *testing.T) {
	e, k := caseA()
	e.Protocol.Repeats, e.Protocol.Drift, e.Protocol.Sigma = 1, 0, 6e-6
	e.Protocol.Adjoint = 9.8 * 0.005
	e.Protocol.MeasuredSupports = true // as those who found this noise did
	_, truth := exact(t, e, k)
	d := benchtest.NewDesk(e.Specimen.Net, k, 6e-6, 7)
	d.Memory = true
	source := live(t, d, e)
	const draws = 400
	cos, relative, chi, signs := 0.0, 0.0, 0.0, 0.0
	for range draws {
		g, err := e.Gradient(source)
		check(t, err)
		cos += cosine(g.G, truth) / draws
		miss, size := 0.0, 0.0
		for i := range truth {
			miss, size = miss+(g.G[i]-truth[i])*(g.G[i]-truth[i]), size+truth[i]*truth[i]
			z := (g.G[i] - truth[i]) / g.Sigma[i]
			chi += z * z / draws / float64(len(truth))
			if g.G[i]*truth[i] > 0 {
				signs += 1.0 / draws
			}
		}
		relative += math.Sqrt(miss/size) / draws
	}
	t.Logf("cosine %.4f, relative error %.3f, %.1f of 28 signs, (error / sigma)^2 %.2f", cos, relative, signs, chi)
	if math.Abs(cos-0.994) > 0.002 || math.Abs(relative-0.11) > 0.01 {
		t.Errorf("cosine %.4f and relative error %.3f, want 0.994 and 0.11", cos, relative)
	}
	// The standard deviation that a gradient claims is the one it has.
	if chi < 0.8 || chi > 1.2 {
		t.Errorf("the mean square of error by standard deviation is %.2f, want 1", chi)
	}
}

// A zero that both phases share makes every derivative too large by twice the
// variance of a coordinate; fresh ones do not.
func TestSharedZeroBias(t *testing.T) {
	e, k := caseA()
	const sigma = 20e-6
	e.Protocol.Repeats, e.Protocol.Drift, e.Protocol.Sigma, e.Protocol.Adjoint = 1, 0, sigma, 9.8*0.005
	_, truth := exact(t, e, k)
	for _, shared := range []bool{false, true} {
		e.Protocol.SharedZero = shared
		d := benchtest.NewDesk(e.Specimen.Net, k, sigma, 11)
		d.Memory = true
		source := live(t, d, e)
		const draws = 1500
		// Bars between two free nodes; the adjoint load was made 5 g of what the
		// loss asks for, so the bias of the product is that times the factor.
		bias, count := 0.0, 0.0
		for range draws {
			g, err := e.Gradient(source)
			check(t, err)
			factor := 9.8 * 0.005 / (2 * 0.0242)
			for i, el := range e.Specimen.Net.Elements {
				if el.Nodes[0] != 0 && el.Nodes[0] != 4 && el.Nodes[1] != 0 && el.Nodes[1] != 4 {
					bias += factor * (g.G[i] - truth[i])
					count++
				}
			}
		}
		bias /= count
		t.Logf("shared %v: bias %.2e m^2, 2 sigma^2 = %.2e", shared, bias, 2*sigma*sigma)
		want := 0.0
		if shared {
			want = 2 * sigma * sigma
		}
		if math.Abs(bias-want) > 0.1*2*sigma*sigma {
			t.Errorf("shared %v: bias %.2e m^2, want %.2e", shared, bias, want)
		}
	}
}
