package linear

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
	"github.com/elastrain/elastrain/learn/optim"
	"gonum.org/v1/gonum/mat"
)

// end of a fit: the largest slope of the mean loss by a weight of a standardised feature, and the most steps.
type end struct {
	flat  float64
	steps int
}

var (
	exact = end{1e-8, 5000}
	rough = end{1e-5, 300} // answers of single samples hardly change beyond
)

// Logistic is logistic regression with the penalty |w|^2 / 2C on the weights of standardised features: the sum over
// samples of -ln p(class) with the softmax of one score a class, or of two classes with the logistic function of one
// score. The bias is not penalised. C is above zero; the larger, the weaker the penalty.
func Logistic(s *Set, c float64) (*Classifier, error) {
	f, err := newFit(s)
	if err != nil {
		return nil, err
	}
	if err := f.to(c, exact); err != nil {
		return nil, err
	}
	return f.classifier(), nil
}

// fit is a regression that can go on with another C.
type fit struct {
	s           *Set
	count       []int
	mean, width []float64
	of          []int     // class of every score; with two classes only the second has one
	goal        []int     // number of the score of every sample's class, -1: that without
	z           mat.Dense // features, standardised, N x P+1, the last column 1
	x           []float64 // weights, scores x P+1
	p           mat.Dense // scores, then residuals, N x scores
	decay       float64   // 1/(C N)
	steepest    float64   // largest slope where Eval was last, which is where a step ended
}

func newFit(s *Set) (*fit, error) {
	count, err := s.present()
	if err != nil {
		return nil, err
	}
	f := &fit{s: s, count: count}
	f.mean, f.width = s.spread()
	number := make([]int, s.Classes)
	for k, n := range count {
		if n > 0 {
			number[k] = len(f.of)
			f.of = append(f.of, k)
		}
	}
	if len(f.of) == 2 {
		number[f.of[0]], number[f.of[1]] = -1, 0
		f.of = f.of[1:]
	}
	for _, k := range s.Class {
		f.goal = append(f.goal, number[k])
	}
	wide := s.P + 1
	z := make([]float64, 0, s.N*wide)
	for i := range s.N {
		for a, v := range s.Row(i) {
			z = append(z, (v-f.mean[a])/f.width[a])
		}
		z = append(z, 1)
	}
	f.z = *mat.NewDense(s.N, wide, z)
	f.x = make([]float64, len(f.of)*wide)
	return f, nil
}

// to fits the weights for C, from where they are.
func (f *fit) to(c float64, until end) error {
	if !(c > 0) || math.IsInf(c, 1) {
		return fmt.Errorf("a logistic regression with C = %g has no penalty; take a number above zero", c)
	}
	f.decay = 1 / (c * float64(f.s.N))
	method := optim.NewLBFGS(f.Dim())
	for range until.steps {
		report, err := method.Step(f, f.x)
		if err != nil || report.Done || f.steepest <= until.flat {
			return err
		}
	}
	return nil
}

// Dim implements optim.Problem.
func (f *fit) Dim() int { return len(f.x) }

// Box implements optim.Problem.
func (f *fit) Box() (lo, hi []float64) { return nil, nil }

// Eval implements optim.Problem.
func (f *fit) Eval(x, g []float64) (float64, error) {
	wide, scores := f.s.P+1, len(f.of)
	weights := mat.NewDense(scores, wide, x)
	f.p.Reset()
	f.p.Mul(&f.z, weights.T())
	loss := 0.0
	for i := range f.s.N {
		loss += residual(f.p.RawRowView(i), f.goal[i])
	}
	slope := mat.NewDense(scores, wide, g)
	slope.Mul(f.p.T(), &f.z)
	n := float64(f.s.N)
	loss /= n
	f.steepest = 0
	for j := range g {
		g[j] /= n
		if j%wide < f.s.P {
			loss += f.decay / 2 * x[j] * x[j]
			g[j] += f.decay * x[j]
		}
		f.steepest = max(f.steepest, math.Abs(g[j]))
	}
	return loss, nil
}

// residual turns the scores of a sample into the derivative of its loss by them, and returns the loss.
func residual(z []float64, goal int) float64 {
	if len(z) == 1 { // of two classes: ln(1 + exp(-+z))
		sign := 1.0
		if goal < 0 {
			sign = -1
		}
		m := sign * z[0]
		e := elementary.Exp(-math.Abs(m))
		loss := math.Log1p(e) + math.Max(-m, 0)
		if m > 0 {
			e /= 1 + e
		} else {
			e = 1 / (1 + e)
		}
		z[0] = -sign * e
		return loss
	}
	most, sum, at := math.Inf(-1), 0.0, z[goal]
	for _, v := range z {
		most = math.Max(most, v)
	}
	for k, v := range z {
		z[k] = elementary.Exp(v - most)
		sum += z[k]
	}
	for k := range z {
		z[k] /= sum
	}
	z[goal]--
	return elementary.Log(sum) + most - at
}

func (f *fit) classifier() *Classifier {
	c := newClassifier(f.s, f.count)
	wide := f.s.P + 1
	for i, k := range f.of {
		copy(c.Weights[k*f.s.P:(k+1)*f.s.P], f.x[i*wide:])
		c.Bias[k] = f.x[i*wide+f.s.P]
	}
	c.unstandardise(f.mean, f.width)
	return c
}

// Roughly is Logistic to fewer digits: for many samples, of which hardly one is then answered otherwise.
func Roughly(s *Set, c float64) (*Classifier, error) {
	f, err := newFit(s)
	if err != nil {
		return nil, err
	}
	if err := f.to(c, rough); err != nil {
		return nil, err
	}
	return f.classifier(), nil
}
