package records

import (
	"fmt"
	"io"
	"math"

	"github.com/elastrain/elastrain/run"
)

// Summary is what a study comes to, in per cent.
type Summary struct {
	File      string   `json:"file"`
	Overrides []string `json:"overrides,omitempty"`
	First     int      `json:"first_seed"`
	Count     int      `json:"splits"`
	Part      string   `json:"part"` // that was looked at: test or validation
	Network   Springs  `json:"network"`

	Accuracy     Spread    `json:"accuracy"`
	Training     Spread    `json:"training_accuracy"`
	Linear       []Against `json:"linear,omitempty"`
	Best         string    `json:"best_linear,omitempty"`
	OnBound      float64   `json:"springs_on_bounds"` // mean
	Epoch        float64   `json:"epoch"`             // mean of those that are looked at
	TrainSeconds float64   `json:"training_seconds"`  // mean of a split, on one thread
	Seconds      float64   `json:"seconds"`           // of everything
	Splits       []Line    `json:"each"`
}

// Spread is a mean over splits with its standard deviation.
type Spread struct {
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
	Least     float64 `json:"least"`
	Most      float64 `json:"most"`
}

// Against is a linear classifier, and how much better the network does, split by split.
type Against struct {
	Name     string  `json:"name"`
	Accuracy Spread  `json:"accuracy"`
	Better   float64 `json:"difference"`
	Error    float64 `json:"standard_error"`
}

// Line is one split.
type Line struct {
	Seed         int      `json:"seed"`
	Train        float64  `json:"train"`
	Held         float64  `json:"held"`
	Discriminant *float64 `json:"lda"`
	Logistic     *float64 `json:"logistic"`
	Chosen       *float64 `json:"logistic_chosen_c"`
}

// Summarise takes means over the splits.
func (r *Result) Summarise(s *Study) Summary {
	m := Summary{File: s.Name, Overrides: s.Overrides, First: s.First, Count: len(r.Splits), Part: "test", Network: r.Springs}
	if math.IsNaN(r.Splits[0].Test) {
		m.Part = "validation"
	}
	m.Accuracy, m.Training = r.spread((*Split).Held), r.spread(func(s *Split) float64 { return s.Train })
	if s.Linear {
		best := math.Inf(-1)
		for _, c := range []struct {
			name string
			of   func(*Split) float64
		}{
			{"linear discriminant analysis", func(s *Split) float64 { return s.Linear.Discriminant }},
			{"logistic regression, C = 1", func(s *Split) float64 { return s.Linear.Logistic }},
			{"logistic regression, C chosen by five folds", func(s *Split) float64 { return s.Linear.Chosen }},
		} {
			d := r.spread(func(s *Split) float64 { return s.Held() - c.of(s) })
			a := Against{Name: c.name, Accuracy: r.spread(c.of), Better: d.Mean, Error: d.Deviation / math.Sqrt(float64(len(r.Splits)))}
			if a.Accuracy.Mean > best {
				best, m.Best = a.Accuracy.Mean, c.name
			}
			m.Linear = append(m.Linear, a)
		}
	}
	for i := range r.Splits {
		p, n := &r.Splits[i], float64(len(r.Splits))
		m.OnBound += float64(p.OnBound) / n
		m.Epoch += float64(p.Epoch) / n
		m.TrainSeconds += p.Seconds / n
		m.Splits = append(m.Splits, Line{p.Seed, 100 * p.Train, 100 * p.Held(), run.Number(100 * p.Linear.Discriminant), run.Number(100 * p.Linear.Logistic), run.Number(100 * p.Linear.Chosen)})
	}
	return m
}

// spread is of one number of every split, in per cent.
func (r *Result) spread(of func(*Split) float64) Spread {
	s, n := Spread{Least: math.Inf(1), Most: math.Inf(-1)}, float64(len(r.Splits))
	for i := range r.Splits {
		v := 100 * of(&r.Splits[i])
		s.Mean += v / n
		s.Least, s.Most = min(s.Least, v), max(s.Most, v)
	}
	for i := range r.Splits {
		d := 100*of(&r.Splits[i]) - s.Mean
		s.Deviation += d * d
	}
	s.Deviation = math.Sqrt(s.Deviation / max(n-1, 1))
	return s
}

// Print writes the summary for people.
func (m *Summary) Print(w io.Writer) error {
	text := fmt.Sprintf("%s, seeds %d to %d: %d rows learn, %d validate, %d test\n", m.File, m.First, m.First+m.Count-1, m.Network.TrainRows, m.Network.ValidRows, m.Network.TestRows)
	text += fmt.Sprintf("%-46s %6.2f +- %.2f %% (%.2f to %.2f), training part %.2f %%\n", "the network, "+m.Part+" part", m.Accuracy.Mean, m.Accuracy.Deviation, m.Accuracy.Least, m.Accuracy.Most, m.Training.Mean)
	for _, a := range m.Linear {
		mark := ""
		if a.Name == m.Best {
			mark = ", the linear ceiling"
		}
		text += fmt.Sprintf("%-46s %6.2f +- %.2f %%; the network %+.2f +- %.2f points%s\n", a.Name, a.Accuracy.Mean, a.Accuracy.Deviation, a.Better, a.Error, mark)
	}
	text += fmt.Sprintf("%d springs learn: %s; %.1f end at a bound\n", m.Network.Learn, m.Network.Ranges, m.OnBound)
	text += fmt.Sprintf("electronics: %s\n", m.Network.Electronics)
	text += fmt.Sprintf("%.2f s of training a split, %.1f s in all\n", m.TrainSeconds, m.Seconds)
	_, err := io.WriteString(w, text)
	return err
}
