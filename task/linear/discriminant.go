package linear

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
	"gonum.org/v1/gonum/mat"
)

// thinnest is the smallest variance within classes, as a share of that of a feature of unit variance, that a direction must
// have to count (scikit-learn: singular values above 1e-4).
const thinnest = 1e-8

// Discriminant is linear discriminant analysis: classes of one covariance, that within classes, pooled, without shrinkage,
// and classes as frequent as they are in the set. Directions in which no class varies are left out (pseudo-inverse).
func Discriminant(s *Set) (*Classifier, error) {
	count, err := s.present()
	if err != nil {
		return nil, err
	}
	c := newClassifier(s, count)
	classes := 0
	centre, _ := s.spread()
	means := make([]float64, s.Classes*s.P) // less the mean of all
	for i := range s.N {
		k := int(s.Class[i])
		for a, v := range s.Row(i) {
			means[k*s.P+a] += (v - centre[a]) / float64(count[k])
		}
	}
	for _, n := range count {
		if n > 0 {
			classes++
		}
	}
	if s.N <= classes {
		return nil, errors.New("one sample a class has no variance within classes; linear discriminant analysis needs more")
	}
	within := &Set{N: s.N, P: s.P, X: make([]float64, len(s.X))}
	for i := range s.N {
		k := int(s.Class[i])
		for a, v := range s.Row(i) {
			within.X[i*s.P+a] = v - centre[a] - means[k*s.P+a]
		}
	}
	none := make([]float64, s.P)
	_, width := s.spread()
	for a := range width {
		sum := 0.0
		for i := range s.N {
			sum += within.X[i*s.P+a] * within.X[i*s.P+a]
		}
		if sd := math.Sqrt(sum / float64(s.N)); sd > 1e-12*math.Max(width[a], math.Abs(centre[a])) {
			width[a] = sd
		} else { // constant within classes
			width[a] = math.Inf(1)
		}
	}
	for i := range within.X {
		within.X[i] /= width[i%s.P]
	}
	directions, variances, err := principal(within, s.N-classes)
	if err != nil {
		return nil, err
	}
	along := make([]float64, s.P)
	for k, n := range count {
		if n == 0 {
			continue
		}
		weights, mean := c.Weights[k*s.P:(k+1)*s.P], means[k*s.P:(k+1)*s.P]
		size := 0.0
		for d, variance := range variances {
			if variance <= thinnest {
				continue
			}
			for a := range along {
				along[a] = directions.At(a, d)
			}
			z := 0.0
			for a, v := range mean {
				z += along[a] * v / width[a]
			}
			size += z * z / variance
			for a := range weights {
				weights[a] += along[a] * z / variance
			}
		}
		c.Bias[k] = elementary.Log(float64(n)/float64(s.N)) - size/2
	}
	c.unstandardise(none, width)
	for k := range s.Classes {
		for a, v := range centre {
			c.Bias[k] -= c.Weights[k*s.P+a] * v
		}
	}
	return c, nil
}

// principal is the eigenvectors, by column, and eigenvalues of X^T X by the degrees of freedom.
func principal(s *Set, freedom int) (*mat.Dense, []float64, error) {
	var scatter mat.SymDense
	scatter.SymOuterK(1/float64(freedom), mat.NewDense(s.N, s.P, s.X).T())
	var eigen mat.EigenSym
	if !eigen.Factorize(&scatter, true) {
		return nil, nil, errors.New("the variances within classes have no principal axes: eigenvalues did not converge")
	}
	var directions mat.Dense
	eigen.VectorsTo(&directions)
	return &directions, eigen.Values(nil), nil
}
