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
	measure            string // of tasks without classes: what the last column says
	wanted             bool   // it is the distance from what was wanted, else that from the noise-free result
	most               int    // seeds, where a run is long; 0 for as many as asked for
	variants           []variant
}

// clean is a twin as theory has it, but for what the specimen is.
var clean = []string{"lab.twin.noise=0 um", "lab.twin.quantum=0 gf", "lab.protocol.sure=0", "lab.protocol.repeats=1", "lab.protocol.drift=0", "lab.protocol.still=0 um/s"}

// write trains every variant with so many seeds after skipped ones.
func (s *study) write(ctx context.Context, skipped, seeds int) error {
	if s.most > 0 {
		seeds = min(seeds, s.most)
	}
	fmt.Printf("## %s\n\n%s\n\n", s.title, s.about)
	if s.classes {
		fmt.Println("| | loads | looks | steps | train accuracy | test accuracy | behind noise-free (points) |\n|---|---|---|---|---|---|---|")
	} else {
		fmt.Printf("| | loads | looks | steps | loss, without noise | %s |\n|---|---|---|---|---|---|\n", s.measure)
	}
	free := make([]*outcome, seeds)
	for _, v := range append([]variant{{"noise-free", clean}}, s.variants...) {
		var loads, looks, steps, loss, train, test, behind column
		failed := 0
		for seed := range seeds {
			o, err := s.train(ctx, v, skipped+seed)
			if err != nil {
				return fmt.Errorf("%s, seed %d: %w", v.name, skipped+seed+1, err)
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
			} else if s.wanted {
				behind = append(behind, 100*o.missed)
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

func (s *study) train(ctx context.Context, v variant, seed int) (*outcome, error) {
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

// remedies are the rows that switch one of them off.
var remedies = []variant{
	{"all remedies", nil},
	{"one zero shared by input and adjoint", []string{"lab.protocol.zero=shared"}},
	{"adjoint load as small as it is (raw)", []string{"lab.protocol.error=raw"}},
	{"no repeats", []string{"lab.protocol.repeats=1"}},
	{"every derivative believed, however uncertain", []string{"lab.protocol.sure=0"}},
	{"Adam on every derivative", adam},
	{"Adam, raw adjoint load", append([]string{"lab.protocol.error=raw"}, adam...)},
	{"Adam, raw adjoint load, one zero shared, no repeats", append([]string{"lab.protocol.error=raw", "lab.protocol.zero=shared", "lab.protocol.repeats=1"}, adam...)},
}

var adam = []string{"lab.method=adam", "lab.rate=0.03", "lab.protocol.sure=0"}

var studies = []study{
	{title: "Fig. 2: the left node moves most", path: "examples/left-right.yaml", base: []string{"lab.bench=twin"},
		about:    "`examples/left-right.yaml`: the optimum is a corner of the box of widths, so only the sign of every derivative must be right.",
		measure:  "outputs differ from noise-free by",
		variants: remedies},
	{title: "Behaviour: two nodes move as wanted", path: "examples/behaviour.yaml", base: []string{"lab.bench=twin"},
		about:   "`examples/behaviour.yaml`: nodes 13 and 14 shall move by 0.5 and 0.6 mm. As the error vanishes, so does a raw adjoint load.",
		measure: "outputs miss what was wanted by", wanted: true,
		variants: remedies},
	{title: "Iris", path: "examples/iris.yaml", base: []string{"lab.bench=twin", "lab.steps=100", "lab.twin.deformation=linear"}, classes: true, most: 8,
		about: "`examples/iris.yaml`, 105 flowers for training and 45 for the test, measured by one load at each of the seven ports: the flowers are made of\n" +
			"them by superposition, which holds for small displacements (`deformation: linear`); the last two rows show what it costs where it does not.\n" +
			"Adjoint loads at ports are never raw. 20 gf at a port is more than a flower ever hangs, and noise is four times smaller beside it.",
		variants: []variant{
			{"all remedies", nil},
			{"all remedies, 20 gf at the ports", []string{"lab.protocol.adjoint=20 gf"}},
			{"one zero shared by all ports", []string{"lab.protocol.zero=shared"}},
			{"no repeats", []string{"lab.protocol.repeats=1"}},
			{"every derivative believed, however uncertain", []string{"lab.protocol.sure=0"}},
			{"Adam on every derivative", adam},
			{"finite deformation", []string{"lab.twin.deformation=finite"}},
			{"finite deformation, noise-free", append([]string{"lab.twin.deformation=finite"}, clean...)},
		}},
}
