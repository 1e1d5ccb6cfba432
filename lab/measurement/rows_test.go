package measurement

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Without noise the residuals and their derivatives are those of the theory, whether samples are fewer than inputs or not, and
// the gradient is what they make together; a step takes an answer for each input or sample, and one for each output.
func TestRowsWithoutNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	s := NewSpecimen(testnet.Trapezoid(), []network.Port{testnet.Port(11, 0, -1), testnet.Port(7, 1, 0)},
		[]network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0.6, 0.8)})
	k := testnet.Stiffness(28, 100, 170, 3)
	for samples, phases := range map[int]int{1: 3, 5: 4} {
		for _, alternate := range []bool{false, true} {
			set := &task.Set{N: samples, P: 2, Q: 2}
			for range set.N {
				set.F = append(set.F, 0.05*random.NormFloat64(), 0.05*random.NormFloat64())
				set.Want = append(set.Want, 1e-3*random.NormFloat64(), 1e-3*random.NormFloat64())
			}
			if samples > 1 {
				set.Want[3] = math.NaN() // nothing is wanted there
			}
			p := quick()
			p.Rows, p.Alternate = true, alternate
			e := &Estimator{Specimen: s, Protocol: &p, Loss: task.MeanSquare{Scale: 1e-3}, Batch: learn.Batch{Set: set}}
			g, err := e.Gradient(live(t, benchtest.NewDesk(s.Net, k, 0, 1), e))
			check(t, err)
			if alternate {
				phases *= 2
			}
			if g.Phases != phases || e.Phases() != phases {
				t.Errorf("%d samples: %d phases, announced %d, want %d", samples, g.Phases, e.Phases(), phases)
			}
			d := design.Uniform(28, 0, 1000, 137.5)
			problem := learn.NewProblem(learn.NewExact(mechanics.NewEquilibrium(s.Net, nil), s.In, s.Out), &rule.Backprop{}, e.Loss, d, e.Batch)
			x := make([]float64, 28)
			for i := range x {
				x[i] = d.Latent(i, k[i])
			}
			r, jac := make([]float64, problem.Count()), make([]float64, problem.Count()*28)
			check(t, problem.Residuals(x, r, jac))
			slope, line := make([]float64, 28), make([]float64, 28)
			d.Stiffness(x, make([]float64, 28), slope)
			sum := make([]float64, 28)
			for i := range r {
				if math.Abs(g.Rows.R[i]-r[i]) > 1e-9 {
					t.Fatalf("%d samples: residual %d is %g, want %g", samples, i, g.Rows.R[i], r[i])
				}
				d.Chain(slope, g.Rows.J[i*28:(i+1)*28], line)
				for j, v := range line {
					if want := jac[i*28+j]; math.Abs(v-want) > 1e-8*(1+math.Abs(want)) {
						t.Fatalf("%d samples: derivative of residual %d by bond %d is %g, want %g", samples, i, j+1, v, want)
					}
					sum[j] += r[i] * g.Rows.J[i*28+j]
				}
			}
			if far := 1 - cosine(sum, g.G); !(far < 1e-12) {
				t.Errorf("%d samples: 1 - cosine of J^T r to the gradient is %g", samples, far)
			}
		}
	}
}
