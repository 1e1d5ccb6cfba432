package optim_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn/optim"
)

// readings is a bowl whose values are read with noise.
type readings struct {
	n      int
	sigma  float64
	random *rand.Rand
	looks  int
}

func (p *readings) Dim() int { return p.n }

func (p *readings) Box() (lo, hi []float64) {
	lo, hi = make([]float64, p.n), make([]float64, p.n)
	for i := range hi {
		hi[i] = 1
	}
	return lo, hi
}

func (p *readings) Eval(x, _ []float64) (float64, error) { return p.Value(x) }

func (p *readings) true(x []float64) (value float64) {
	for i, v := range x {
		d := v - 0.2 - 0.1*float64(i)
		value += d * d
	}
	return value
}

func (p *readings) Value(x []float64) (float64, error) {
	p.looks++
	if x[0] > 0.9 {
		return 0, optim.ErrNoValue // the lattice falls
	}
	return p.true(x) + p.sigma*p.random.NormFloat64(), nil
}

func (p *readings) Margin() float64 { return 2 * math.Sqrt2 * p.sigma }

// Where values are measured, searches come to where noise ends what can be told apart, in bounded steps, with a state that JSON holds;
// pattern-search says so and ends.
func TestMeasuredSearches(t *testing.T) {
	for _, name := range []string{"pattern-search", "genetic"} {
		p := &readings{n: 4, sigma: 1e-3, random: rand.New(rand.NewPCG(1, 2))}
		m, err := optim.New(name, p.n, 0)
		if err != nil {
			t.Fatal(err)
		}
		x := []float64{0.8, 0.8, 0.8, 0.8}
		first, most, steps, report := p.true(x), 0, 0, optim.Report{}
		for ; steps < 60 && !report.Done; steps++ {
			before := p.looks
			if report, err = m.Step(p, x); err != nil {
				t.Fatal(err)
			}
			most = max(most, p.looks-before)
			for _, f := range m.State() {
				for _, v := range f.Data {
					if math.IsInf(v, 0) || math.IsNaN(v) {
						t.Fatalf("%s: the state %s has %v", name, f.Name, f.Data)
					}
				}
			}
		}
		bound := map[string]int{"pattern-search": 1 + 2*p.n, "genetic": optim.FirstLooks}[name]
		t.Logf("%s: %.3g to %.3g in %d steps and %d looks, at most %d a step; %s", name, first, p.true(x), steps, p.looks, most, report.Why)
		if most > bound || p.true(x) > 10*p.sigma {
			t.Errorf("%s: %g after %d looks, %d in one step", name, p.true(x), p.looks, most)
		}
		if ends := name == "pattern-search"; ends != report.Done || ends && !strings.Contains(report.Why, "out of the noise") {
			t.Errorf("%s: %+v", name, report)
		}
	}
	// A value of x that fails is no bad place.
	p := &readings{n: 1, random: rand.New(rand.NewPCG(1, 2))}
	if _, err := optim.NewPatternSearch(1).Step(p, []float64{1}); !errors.Is(err, optim.ErrNoValue) {
		t.Errorf("%v", err)
	}
}
