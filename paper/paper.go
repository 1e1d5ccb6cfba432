// Package paper recomputes the figures of Li & Mao, Nature Communications 15,
// 10528 (2024), and sets every number beside the published one.
//
// The published numbers stand here as the facts they are: values printed in the
// article or in the spreadsheet beside the authors' code. A row that disagrees
// says why, as far as is known; nothing is fitted to agree.
package paper

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Study says how much is computed: how many random data sets or splits stand
// behind a replayed curve and behind the numbers that count.
type Study struct {
	Replays int // the paper has 10
	Splits  int
	Tries   int // port sets that a search per split may try
}

// Full is what `elastrain reproduce` computes.
var Full = Study{Replays: 10, Splits: 100, Tries: 600}

// Figure is a figure of the paper that can be recomputed.
type Figure struct {
	Name string
	Make func(context.Context) (*Report, error)
}

// Figures lists what can be reproduced, in the order of the paper.
func (s Study) Figures() []Figure {
	list := []Figure{{"Fig. 1", s.Figure1}, {"Fig. 2", s.Figure2}, {"Fig. 3", s.Figure3}, {"Fig. 4", s.Figure4}, {"Fig. 5", s.Figure5}}
	for i := range list {
		compute := list[i].Make
		list[i].Make = func(ctx context.Context) (*Report, error) {
			r, err := compute(ctx)
			if err == nil {
				explain(r.Rows)
			}
			return r, err
		}
	}
	return list
}

// build makes an experiment of the paper with overrides.
func build(name string, overrides ...string) (*experiment.Experiment, error) {
	return buildText(name, examples.Paper(name), overrides...)
}

func buildText(name string, text []byte, overrides ...string) (*experiment.Experiment, error) {
	file, err := spec.Parse(name+".yaml", text, overrides...)
	if err != nil {
		return nil, err
	}
	return experiment.Build(file, nil, experiment.Options{})
}

// training is a finished training with its records.
type training struct {
	*train.Trainer
	records []train.Record
	final   train.Record
}

// teach trains an experiment to its end, from stiffness k if it is not nil.
func teach(x *experiment.Experiment, k []float64) (*training, error) {
	if k != nil {
		if err := x.StartFrom(k); err != nil {
			return nil, err
		}
	}
	t, err := x.NewTrainer()
	if err != nil {
		return nil, err
	}
	result := &training{Trainer: t}
	result.final, err = t.Run(func(r train.Record) { result.records = append(result.records, r) })
	return result, err
}

// each runs n independent computations on all processors; results keep their
// order, so that sums over them do not depend on the number of processors.
func each[T any](ctx context.Context, n int, compute func(i int) (T, error)) ([]T, error) {
	results, errs := make([]T, n), make([]error, n)
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				if errs[i] = ctx.Err(); errs[i] == nil {
					results[i], errs[i] = compute(i)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("run %d: %w", i+1, err)
		}
	}
	return results, nil
}

// mean of one number of each result, and the standard deviation over them.
func mean[T any](results []T, of func(T) float64) (mean, deviation float64) {
	for _, r := range results {
		mean += of(r) / float64(len(results))
	}
	for _, r := range results {
		d := of(r) - mean
		deviation += d * d / float64(max(len(results)-1, 1))
	}
	return mean, math.Sqrt(deviation)
}

// seeded is the override that gives run i its split, data and shuffles.
func seeded(i int) string { return fmt.Sprintf("seed=%d", i+1) }

// gravity is what the authors multiply masses by, m/s^2.
const gravity = 9.8
