// Package records trains experiment files over many splits of their data, and sets what they learn beside linear classifiers of the same
// splits and beside the numbers that docs/records.md has.
package records

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Study is an experiment file whose seed is changed: the split, the wiring of hubs, the start and the order of samples follow it.
type Study struct {
	Name      string // of the file
	Text      []byte
	Overrides []string
	Files     experiment.Files // what the file names beside it
	First     int              // seed
	Splits    int
	Open      bool // score the test part also where a part validates
	Linear    bool // train linear classifiers on the same splits
	Threads   int  // trainings at a time; 0: as many as the program may use
}

// Split is what came out of one seed. Accuracies are shares, NaN where a part was not looked at.
type Split struct {
	Seed               int
	Train, Valid, Test float64
	Linear             Linear
	Epoch              int // that is looked at: the last, or the best where that is kept
	OnBound            int
	Seconds            float64 // of the training alone, on one thread
}

// Result is all splits of a study, by seed.
type Result struct {
	Splits  []Split
	Springs Springs
}

// Run trains every seed. The numbers do not depend on how many trainings run at a time.
func (s *Study) Run(ctx context.Context) (*Result, error) {
	result := &Result{Splits: make([]Split, s.Splits)}
	errs := make([]error, s.Splits)
	workers := s.Threads
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var group sync.WaitGroup
	next := make(chan int)
	for range min(workers, s.Splits) {
		group.Go(func() {
			for i := range next {
				if errs[i] = ctx.Err(); errs[i] == nil {
					errs[i] = s.one(s.First+i, &result.Splits[i], &result.Springs, i == 0)
				}
			}
		})
	}
	for i := range s.Splits {
		next <- i
	}
	close(next)
	group.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("seed %d: %w", s.First+i, err)
		}
	}
	return result, nil
}

// Build is the experiment of a seed.
func (s *Study) Build(seed int) (*experiment.Experiment, error) {
	file, err := spec.Parse(s.Name, s.Text, append(slices.Clone(s.Overrides), fmt.Sprintf("seed=%d", seed))...)
	if err != nil {
		return nil, err
	}
	return experiment.Build(file, s.Files, experiment.Options{Threads: 1})
}

// one trains a seed. Where describe is true it says what the network is.
func (s *Study) one(seed int, to *Split, springs *Springs, describe bool) error {
	x, err := s.Build(seed)
	if err != nil {
		return err
	}
	if x.Train.Class == nil || x.Table == nil {
		return fmt.Errorf("%s learns no classes from data; splits are scored by accuracy", s.Name)
	}
	if describe {
		*springs = describeSprings(x)
	}
	plan, err := x.Plan()
	if err != nil {
		return err
	}
	plan.Test = nil // it is scored once, at the end, if at all
	trainer, err := train.New(plan)
	if err != nil {
		return err
	}
	began := time.Now()
	last, err := trainer.Run(nil)
	if err != nil {
		return err
	}
	seconds := time.Since(began).Seconds()
	verdict, err := trainer.Verdict()
	if err != nil {
		return err
	}
	*to = Split{Seed: seed, Train: last.Train.Accuracy, Valid: last.Valid.Accuracy, Test: math.NaN(), Linear: noLinear, Epoch: trainer.Epoch,
		OnBound: verdict.LowerBounds + verdict.UpperBounds, Seconds: seconds}
	if epoch, _, ok := trainer.Best(); ok {
		to.Epoch = epoch
	}
	open := s.Open || x.Valid.N == 0
	if open {
		score, err := trainer.Problem.Evaluate(x.Test)
		if err != nil {
			return err
		}
		to.Test = score.Accuracy
	}
	if s.Linear {
		rows := x.ValidRow
		if open {
			rows = x.TestRow
		}
		to.Linear, err = linearOf(x, rows, open)
	}
	return err
}

// Held is the accuracy of a split on the part that is looked at: the test part, or what validates.
func (s *Split) Held() float64 {
	if math.IsNaN(s.Test) {
		return s.Valid
	}
	return s.Test
}
