package linear

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/task/data"
)

// Set is samples with their classes.
type Set struct {
	N, P, Classes int
	X             []float64 // features, finite; len N*P
	Class         []int32   // from 0; len N
}

// Of takes columns (nil: all) of rows of a table. Rows without a class are left out.
func Of(t *data.Table, columns, rows []int) *Set {
	if columns == nil {
		for j := range t.Features {
			columns = append(columns, j)
		}
	}
	s := &Set{P: len(columns), Classes: len(t.Classes), X: make([]float64, 0, len(rows)*len(columns))}
	for _, i := range rows {
		if t.Label[i] < 0 {
			continue
		}
		for _, j := range columns {
			s.X = append(s.X, t.At(i, j))
		}
		s.Class = append(s.Class, int32(t.Label[i]))
		s.N++
	}
	return s
}

// Row is a sample; len P.
func (s *Set) Row(i int) []float64 { return s.X[i*s.P : (i+1)*s.P] }

// Pick is some samples of a set, as a copy.
func (s *Set) Pick(rows []int) *Set {
	t := &Set{P: s.P, Classes: s.Classes, N: len(rows), X: make([]float64, 0, len(rows)*s.P)}
	for _, i := range rows {
		t.X = append(t.X, s.Row(i)...)
		t.Class = append(t.Class, s.Class[i])
	}
	return t
}

// MostProducts is up to how many features a set can have for WithProducts.
const MostProducts = 40

// WithProducts is the set with the squares of its features and the products of every two beside them, of at most
// MostProducts features. They are products of standardised features, which span the same and lose fewer digits.
func (s *Set) WithProducts() (*Set, error) {
	if s.P > MostProducts {
		return nil, fmt.Errorf("%d features have %d products; at most %d features are taken", s.P, s.P*(s.P+1)/2, MostProducts)
	}
	mean, width := s.spread()
	t := &Set{N: s.N, P: s.P + s.P*(s.P+1)/2, Classes: s.Classes, Class: s.Class, X: make([]float64, 0, s.N*(s.P+s.P*(s.P+1)/2))}
	unit := make([]float64, s.P)
	for i := range s.N {
		row := s.Row(i)
		for a, v := range row {
			unit[a] = (v - mean[a]) / width[a]
		}
		t.X = append(t.X, row...)
		for a := range unit {
			for b := range a + 1 {
				t.X = append(t.X, unit[a]*unit[b])
			}
		}
	}
	return t, nil
}

// spread is the mean and the standard deviation of every feature; 1 for one that does not vary.
func (s *Set) spread() (mean, width []float64) {
	mean, width = make([]float64, s.P), make([]float64, s.P)
	for i := range s.N {
		for a, v := range s.Row(i) {
			mean[a] += v / float64(s.N)
		}
	}
	for i := range s.N {
		for a, v := range s.Row(i) {
			width[a] += (v - mean[a]) * (v - mean[a]) / float64(s.N)
		}
	}
	for a := range width {
		width[a] = math.Sqrt(width[a])
		if !(width[a] > 1e-12*math.Abs(mean[a])) { // rounding errors of the mean are no variation
			width[a] = 1
		}
	}
	return mean, width
}

// present counts the samples of each class. It refuses a set in which there is nothing to tell apart.
func (s *Set) present() (count []int, err error) {
	count = make([]int, s.Classes)
	classes := 0
	for _, c := range s.Class {
		if count[c] == 0 {
			classes++
		}
		count[c]++
	}
	if classes < 2 {
		return nil, fmt.Errorf("%d samples of %d classes; samples of two classes are the least that can be told apart", s.N, classes)
	}
	for i, v := range s.X {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("feature %d of sample %d is no finite number", i%s.P+1, i/s.P+1)
		}
	}
	return count, nil
}

// Classifier scores a class by a linear function of the features; the largest score wins.
type Classifier struct {
	Classes, P int
	Weights    []float64 // len Classes*P
	Bias       []float64 // len Classes
	Absent     []bool    // classes without a training sample, which are never answered; len Classes
}

func newClassifier(s *Set, count []int) *Classifier {
	c := &Classifier{Classes: s.Classes, P: s.P, Weights: make([]float64, s.Classes*s.P), Bias: make([]float64, s.Classes), Absent: make([]bool, s.Classes)}
	for i, n := range count {
		c.Absent[i] = n == 0
	}
	return c
}

// Score is the score of a class.
func (c *Classifier) Score(class int, x []float64) float64 {
	sum := c.Bias[class]
	for a, w := range c.Weights[class*c.P : (class+1)*c.P] {
		sum += w * x[a]
	}
	return sum
}

// Predict is the class of the largest score; tie says that another has the same.
func (c *Classifier) Predict(x []float64) (class int, tie bool) {
	class = -1
	most := 0.0
	for k := range c.Classes {
		if c.Absent[k] {
			continue
		}
		switch v := c.Score(k, x); {
		case class < 0 || v > most:
			class, most, tie = k, v, false
		case v == most:
			tie = true
		}
	}
	return class, tie
}

// Right is the number of samples that are answered right. A tie is no answer.
func (c *Classifier) Right(s *Set) (right int) {
	for i := range s.N {
		if class, tie := c.Predict(s.Row(i)); !tie && class == int(s.Class[i]) {
			right++
		}
	}
	return right
}

// Accuracy is the share of samples that are answered right; 0 of none.
func (c *Classifier) Accuracy(s *Set) float64 { return float64(c.Right(s)) / float64(max(s.N, 1)) }

// unstandardise turns weights of (x - mean) / width into weights of x.
func (c *Classifier) unstandardise(mean, width []float64) {
	for k := range c.Classes {
		for a := range c.P {
			w := &c.Weights[k*c.P+a]
			*w /= width[a]
			c.Bias[k] -= *w * mean[a]
		}
	}
}
