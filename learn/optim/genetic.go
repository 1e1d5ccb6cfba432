package optim

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
)

// Genetic is a genetic algorithm, the other way Lee et al. 2022 trained their lattice: a population of twenty, of which the two
// best stay; each of the others is made anew of two parents, each the better of two that are drawn, variable by variable from
// the one or the other, and some variables are moved a little. It needs values alone. Of a Measured problem the first step makes the
// population, and each other one generation, before which the best is looked at anew.
type Genetic struct {
	Seed uint64

	people []float64 // population x n
	values []float64
	count  []float64 // generations so far; 0: there is no population
	unused []float64
}

const (
	population  = 20
	elite       = 2
	mutation    = 0.1 // of the range of a variable, a standard deviation
	barrenYears = 100 // generations without a better one that end it
)

// Values that a step of a Measured problem asks for, and the first of them.
const (
	GenerationLooks = 1 + population - elite
	FirstLooks      = population
)

// NewGenetic makes the method for n variables.
func NewGenetic(n int) *Genetic {
	return &Genetic{people: make([]float64, population*n), values: make([]float64, population), count: make([]float64, 1), unused: make([]float64, n)}
}

// Name implements Method.
func (*Genetic) Name() string { return "genetic" }

// Searches implements Searching.
func (*Genetic) Searches() {}

// EndsItself implements SelfEnding.
func (*Genetic) EndsItself() {}

// FullBatch implements Method.
func (*Genetic) FullBatch() bool { return true }

// State implements Method.
func (m *Genetic) State() []Field {
	return []Field{{"people", m.people}, {"values", m.values}, {"generation", m.count}}
}

// Restore implements Method.
func (m *Genetic) Restore(saved []Field) error { return restore(m.State(), saved) }

// draws are the random numbers of a generation, whatever was drawn before.
func (m *Genetic) draws() *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], m.Seed)
	binary.LittleEndian.PutUint64(key[8:], math.Float64bits(m.count[0]))
	return rand.New(rand.NewChaCha8(key))
}

// Step implements Method: generations until there is a better network.
func (m *Genetic) Step(p Problem, x []float64) (Report, error) {
	lo, hi := p.Box()
	_, measured := p.(Measured)
	if measured && m.count[0] > 0 {
		return m.measured(p, x, lo, hi)
	}
	if m.count[0] == 0 {
		value, err := valueOf(p, x, m.unused)
		if err != nil {
			return Report{}, err
		}
		people, values := slices.Clone(m.people), slices.Clone(m.values)
		r := m.draws()
		copy(people, x)
		values[0] = value
		for i := 1; i < population; i++ {
			one := people[i*len(x) : (i+1)*len(x)]
			for j := range one {
				if width := widthOf(j, lo, hi); width > 0 {
					one[j] = lo[j] + width*r.Float64()
				} else {
					one[j] = x[j] + r.NormFloat64()
				}
			}
			clip(one, lo, hi)
			if values[i], err = m.worth(p, one); err != nil {
				return Report{}, err
			}
		}
		copy(m.people, people)
		copy(m.values, values)
		m.count[0] = 1
		if measured {
			report := Report{Value: value}
			m.lead(len(x))
			copy(x, m.people[:len(x)])
			return report, nil
		}
	}
	report := Report{Value: m.values[0]}
	for range barrenYears {
		if err := m.generation(p, lo, hi, len(x)); err != nil {
			return report, err
		}
		if m.values[0] < report.Value {
			copy(x, m.people[:len(x)])
			return report, nil
		}
	}
	report.Done, report.Why = true, "a hundred generations have brought nothing better"
	return report, nil
}

// measured is a step where values are measured: what the best is worth now, and one generation.
func (m *Genetic) measured(p Problem, x, lo, hi []float64) (Report, error) {
	value, err := valueOf(p, x, m.unused)
	if err != nil {
		return Report{}, err
	}
	copy(m.people, x)
	m.values[0] = value
	if err := m.generation(p, lo, hi, len(x)); err != nil {
		return Report{Value: value}, err
	}
	copy(x, m.people[:len(x)])
	return Report{Value: value}, nil
}

// worth is the value of one, the largest number where there is none: state is written as JSON too.
func (m *Genetic) worth(p Problem, one []float64) (float64, error) {
	value, err := orWorst(valueOf(p, one, m.unused))
	if _, measured := p.(Measured); measured {
		value = min(value, math.MaxFloat64)
	}
	return value, err
}

// generation replaces all but the best, who come first. An error leaves the population as it was.
func (m *Genetic) generation(p Problem, lo, hi []float64, n int) error {
	order := make([]int, population)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.values[a], m.values[b]) })
	people, values := make([]float64, len(m.people)), make([]float64, population)
	r := m.draws()
	parent := func() []float64 {
		i := order[min(r.IntN(population), r.IntN(population))]
		return m.people[i*n : (i+1)*n]
	}
	for i := range population {
		one := people[i*n : (i+1)*n]
		if i < elite {
			copy(one, m.people[order[i]*n:(order[i]+1)*n])
			values[i] = m.values[order[i]]
			continue
		}
		a, b := parent(), parent()
		for j := range one {
			if one[j] = a[j]; r.Uint64()&1 == 0 {
				one[j] = b[j]
			}
			if r.IntN(n) < 2 {
				width := widthOf(j, lo, hi)
				if width == 0 {
					width = max(1, math.Abs(one[j]))
				}
				one[j] += mutation * width * r.NormFloat64()
			}
		}
		clip(one, lo, hi)
		var err error
		if values[i], err = m.worth(p, one); err != nil {
			return err
		}
	}
	copy(m.people, people)
	copy(m.values, values)
	m.lead(n)
	m.count[0]++
	return nil
}

// lead lets the best come first.
func (m *Genetic) lead(n int) {
	best := 0
	for i, v := range m.values {
		if v < m.values[best] {
			best = i
		}
	}
	if best == 0 {
		return
	}
	m.values[0], m.values[best] = m.values[best], m.values[0]
	for j := range n {
		m.people[j], m.people[best*n+j] = m.people[best*n+j], m.people[j]
	}
}

// widthOf is the range of a variable; 0 where it has no ends.
func widthOf(j int, lo, hi []float64) float64 {
	if lo == nil || math.IsInf(lo[j], 0) || math.IsInf(hi[j], 0) {
		return 0
	}
	return hi[j] - lo[j]
}
