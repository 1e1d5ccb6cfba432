package main

import (
	"context"
	"fmt"
	"math"
)

// variant is a way to train, as changes to the experiment file.
type variant struct {
	name      string
	overrides []string
}

// study is a task trained in several ways.
type study struct {
	title, about, path string
	base               []string // of every row
	classes            bool
	most               int // seeds, where a run is long; 0 for as many as asked for
	variants           []variant
}

// clean is a twin as theory has it, but for what the specimen is.
var clean = []string{"lab.twin.noise=0 um", "lab.twin.quantum=0 gf", "lab.protocol.sure=0", "lab.protocol.repeats=1", "lab.protocol.drift=0", "lab.protocol.still=0 um/s"}

func (s *study) write(ctx context.Context, seeds int) error {
	if s.most > 0 {
		seeds = min(seeds, s.most)
	}
	fmt.Printf("## %s\n\n%s\n\n", s.title, s.about)
	if s.classes {
		fmt.Println("| | loads | looks | steps | train accuracy | test accuracy | behind noise-free (points) |\n|---|---|---|---|---|---|---|")
	} else {
		fmt.Println("| | loads | looks | steps | loss, without noise | outputs differ from noise-free by |\n|---|---|---|---|---|---|")
	}
	free := make([]*outcome, seeds)
	for _, v := range append([]variant{{"noise-free", clean}}, s.variants...) {
		var loads, looks, steps, loss, train, test, behind column
		failed := 0
		for seed := range seeds {
			o, err := train_(ctx, s, v, seed)
			if err != nil {
				return fmt.Errorf("%s, seed %d: %w", v.name, seed+1, err)
			}
			if free[seed] == nil {
				free[seed] = o
			}
			if o.failed {
				failed++
			}
			loads, looks, steps = append(loads, o.loads), append(looks, o.looks), append(steps, o.steps)
			loss, train, test = append(loss, o.loss), append(train, 100*o.train), append(test, 100*o.accuracy)
			if s.classes {
				behind = append(behind, 100*(free[seed].accuracy-o.accuracy))
			} else {
				behind = append(behind, 100*apart(o.outputs, free[seed].outputs))
			}
		}
		name := v.name
		if failed > 0 {
			name += fmt.Sprintf(" (%d of %d given up: the zero drifts)", failed, seeds)
		}
		if s.classes {
			fmt.Printf("| %s | %s | %s | %s | %s %% | %s %% | %s |\n", name, loads.words(0), looks.words(0), steps.words(0), train.words(1), test.words(1), behind.words(1))
		} else {
			fmt.Printf("| %s | %s | %s | %s | %s | %s %% |\n", name, loads.words(0), looks.words(0), steps.words(0), loss.scientific(), behind.words(2))
		}
	}
	fmt.Println()
	return nil
}

func train_(ctx context.Context, s *study, v variant, seed int) (*outcome, error) {
	all := append([]string{fmt.Sprintf("seed=%d", seed+1)}, s.base...)
	return train(ctx, s.path, append(all, v.overrides...)...)
}

// column is the numbers of a row, one a seed.
type column []float64

func (c column) mean() (mean, deviation float64) {
	for _, v := range c {
		mean += v / float64(len(c))
	}
	for _, v := range c {
		deviation += (v - mean) * (v - mean)
	}
	if len(c) > 1 {
		deviation = math.Sqrt(deviation / float64(len(c)-1))
	}
	return mean, deviation
}

func (c column) words(digits int) string {
	mean, deviation := c.mean()
	return fmt.Sprintf("%.*f ± %.*f", digits, mean, digits, deviation)
}

func (c column) scientific() string {
	mean, deviation := c.mean()
	return fmt.Sprintf("%.2e ± %.1e", mean, deviation)
}

var studies = []study{
	{title: "behaviour", about: "x", path: "examples/behaviour.yaml", base: []string{"lab.bench=twin", "lab.steps=40"}, variants: []variant{
		{"all", nil}, {"10 repeats", []string{"lab.protocol.repeats=10"}}, {"alternate", []string{"lab.protocol.alternate=true"}}, {"sure 1", []string{"lab.protocol.sure=1"}}, {"sure 0", []string{"lab.protocol.sure=0"}},
		{"shared", []string{"lab.protocol.zero=shared"}}, {"raw", []string{"lab.protocol.error=raw"}}, {"norep", []string{"lab.protocol.repeats=1"}},
		{"ports", []string{"lab.protocol.loads=ports"}},
	}},
	{title: "left-right", about: "x", path: "examples/left-right.yaml", base: []string{"lab.bench=twin", "lab.steps=40"}, variants: []variant{
		{"all", nil}, {"alternate", []string{"lab.protocol.alternate=true"}}, {"sure 1", []string{"lab.protocol.sure=1"}}, {"sure 0", []string{"lab.protocol.sure=0"}},
		{"shared", []string{"lab.protocol.zero=shared"}}, {"raw", []string{"lab.protocol.error=raw"}}, {"norep", []string{"lab.protocol.repeats=1"}},
		{"ports", []string{"lab.protocol.loads=ports"}},
	}},
	{title: "iris", about: "x", path: "examples/iris.yaml", base: []string{"lab.bench=twin", "lab.steps=100", "lab.twin.deformation=linear"}, classes: true, variants: []variant{
		{"all", nil}, {"10 repeats", []string{"lab.protocol.repeats=10"}}, {"sure 1", []string{"lab.protocol.sure=1"}}, {"sure 0", []string{"lab.protocol.sure=0"}}, {"10 sure 1", []string{"lab.protocol.sure=1", "lab.protocol.repeats=10"}}, {"10 rate 0.03", []string{"lab.rate=0.03", "lab.protocol.repeats=10"}},
		{"adam", []string{"lab.protocol.sure=0", "lab.method=adam", "lab.rate=0.05"}},
		{"adjoint 20 gf", []string{"lab.protocol.adjoint=20 gf"}},
		{"adjoint 20 gf", []string{"lab.protocol.adjoint=20 gf", "lab.protocol.repeats=10"}},
	}},
}
