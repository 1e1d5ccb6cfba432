package linear

import (
	"fmt"
	"math/rand/v2"
	"sync"
)

// Strengths are the C of a logistic regression that are usual to choose from.
var Strengths = []float64{1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3}

// streamFolds is the ASCII of "folds   ": folds are drawn from PCG(seed, streamFolds).
const streamFolds uint64 = 0x666f6c6473202020

// Folds deals the samples into folds, each class evenly, at random. A fold holds the numbers of its samples.
func (s *Set) Folds(folds int, seed uint64) ([][]int, error) {
	if folds < 2 || folds > s.N {
		return nil, fmt.Errorf("%d samples in %d folds; take 2 folds or more, and a sample for each", s.N, folds)
	}
	draw := rand.New(rand.NewPCG(seed, streamFolds))
	parts := make([][]int, folds)
	next := 0
	for class := range s.Classes {
		var own []int
		for i, k := range s.Class {
			if int(k) == class {
				own = append(own, i)
			}
		}
		draw.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
		for _, i := range own {
			parts[next%folds] = append(parts[next%folds], i)
			next++
		}
	}
	return parts, nil
}

// CrossValidate is the share of samples that are answered right by what was fitted to the other folds.
func CrossValidate(s *Set, folds int, seed uint64, fit func(train *Set) (*Classifier, error)) (float64, error) {
	right, err := overFolds(s, folds, seed, 1, func(train, held *Set, right []int) error {
		c, err := fit(train)
		if err == nil {
			right[0] = c.Right(held)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return float64(right[0]) / float64(s.N), nil
}

// ChooseC is the C, among those given from small to large, of the logistic regression that answers most samples of folds
// that it was not fitted to; of equals the smallest. Its share of right answers is a little lucky, as it was chosen by it.
func ChooseC(s *Set, strengths []float64, folds int, seed uint64) (c, accuracy float64, err error) {
	if len(strengths) == 0 {
		return 0, 0, fmt.Errorf("no C to choose from")
	}
	right, err := overFolds(s, folds, seed, len(strengths), func(train, held *Set, right []int) error {
		f, err := newFit(train)
		if err != nil {
			return err
		}
		for i, c := range strengths {
			if err := f.to(c, rough); err != nil {
				return err
			}
			right[i] = f.classifier().Right(held)
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	best := 0
	for i := range right {
		if right[i] > right[best] {
			best = i
		}
	}
	return strengths[best], float64(right[best]) / float64(s.N), nil
}

// overFolds sums what is counted of every fold; folds are done side by side.
func overFolds(s *Set, folds int, seed uint64, counts int, count func(train, held *Set, right []int) error) ([]int, error) {
	parts, err := s.Folds(folds, seed)
	if err != nil {
		return nil, err
	}
	right, failed := make([][]int, folds), make([]error, folds)
	var wait sync.WaitGroup
	for f := range parts {
		right[f] = make([]int, counts)
		wait.Go(func() {
			held := make([]bool, s.N)
			for _, i := range parts[f] {
				held[i] = true
			}
			rest := make([]int, 0, s.N)
			for i := range s.N {
				if !held[i] {
					rest = append(rest, i)
				}
			}
			failed[f] = count(s.Pick(rest), s.Pick(parts[f]), right[f])
		})
	}
	wait.Wait()
	sum := make([]int, counts)
	for f := range parts {
		if failed[f] != nil {
			return nil, failed[f]
		}
		for i, n := range right[f] {
			sum[i] += n
		}
	}
	return sum, nil
}
