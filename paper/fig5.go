package paper

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/train"
)

// Published numbers of the task switch (Iris, regression, Iris) and of the
// damaged network, means of 10 runs at the last epoch.
const (
	switchRegression  = 7.43e-10 // printed loss, m^2
	switchAccuracy    = 98.42    // 1 - relative error of the regression, %
	switchSecondLoss  = 0.746    // printed loss of the second Iris training
	switchSecondTrain = 94.86
	switchSecondTest  = 96.89
	damagedTrain      = 52.95 // %, first epoch after the cut
	damagedTest       = 51.56
	recoveredTrain    = 80.48 // %, epoch 100
	recoveredTest     = 84.44
)

// switchBox is the box that follows the published regression of Fig. 5 best.
var switchBox = irisBox{box{"box 1.2..2.6 mm", "bonds.width=1.2..2.6mm"}, "learn.rate=0.01", ""}

// Figure5 recomputes the task switch and the damage study.
func (s Study) Figure5(ctx context.Context) (*Report, error) {
	r := new(Report)
	if err := s.replaySwitch(ctx, r); err != nil {
		return nil, err
	}
	if err := s.ourSwitch(ctx, r); err != nil {
		return nil, err
	}
	if err := s.replayDamage(ctx, r); err != nil {
		return nil, err
	}
	if err := s.authorsPortsDamaged(ctx, r); err != nil {
		return nil, err
	}
	return r, ourDamage(ctx, r)
}

// switched is one network that learned Iris, then the regression, then Iris.
type switched struct{ first, regression, second *training }

// switchTasks trains the three tasks one after the other on one network, each
// from the stiffness that the one before left.
// With choose, a task starts at its own start instead where that ends at a lower
// training loss.
func switchTasks(iris, regression func() (*experiment.Experiment, error), choose bool) (s switched, err error) {
	var k []float64
	for _, stage := range []struct {
		build func() (*experiment.Experiment, error)
		into  **training
	}{{iris, &s.first}, {regression, &s.regression}, {iris, &s.second}} {
		x, err := stage.build()
		if err != nil {
			return s, err
		}
		if choose && k != nil {
			if k, err = run.BetterStart(stage.build, k); err != nil {
				return s, err
			}
		}
		if *stage.into, err = teach(x, k); err != nil {
			return s, err
		}
		last, err := (*stage.into).Stiffness()
		if err != nil {
			return s, err
		}
		k = append([]float64(nil), last...)
	}
	return s, nil
}

func (s Study) replaySwitch(ctx context.Context, r *Report) error {
	runs, err := each(ctx, s.Replays, func(i int) (switched, error) {
		return switchTasks(
			func() (*experiment.Experiment, error) {
				return build("iris", seeded(i), switchBox.width, switchBox.rate)
			},
			func() (*experiment.Experiment, error) { return build("regression", seeded(i), switchBox.width) },
			false)
	})
	if err != nil {
		return err
	}
	last := func(t *training) train.Record { return t.records[len(t.records)-1] }
	of := func(f func(switched) float64) float64 { m, _ := mean(runs, f); return m }
	name := "switch, authors' program replayed, " + switchBox.name
	r.add("5", name+": regression, printed loss", switchRegression, of(func(s switched) float64 { return last(s.regression).StepLoss }), "m²", 0.3*switchRegression,
		"the bounded optimum of the box; the published number lies between those of 1.2..2.6 and 1.213..2.787 mm")
	r.add("5", name+": regression, 1 - relative error", switchAccuracy, of(func(s switched) float64 { return 100 * (1 - s.regression.final.Train.Relative) }), "%", 0.3, "")
	slower := "the published second training is slower than any replay that follows the published regression; its cause is not known"
	r.add("5", name+": second Iris, printed loss", switchSecondLoss, of(func(s switched) float64 { return last(s.second).StepLoss }), "1", 0.02, slower)
	r.add("5", name+": second Iris, training accuracy", switchSecondTrain, of(func(s switched) float64 { return 100 * last(s.second).Train.Accuracy }), "%", 2, slower)
	r.add("5", name+": second Iris, test accuracy", switchSecondTest, of(func(s switched) float64 { return 100 * last(s.second).Test.Accuracy }), "%", 3.5, slower)
	return nil
}

func (s Study) ourSwitch(ctx context.Context, r *Report) error {
	iris, _ := examples.Text("iris")
	regression, _ := examples.Text("regression")
	runs, err := each(ctx, s.Replays, func(i int) (switched, error) {
		return switchTasks(
			func() (*experiment.Experiment, error) { return buildText("iris", iris, seeded(i)) },
			func() (*experiment.Experiment, error) {
				return buildText("regression", regression, seeded(i), shipped.width)
			}, true)
	})
	if err != nil {
		return err
	}
	of := func(f func(switched) float64) float64 { m, _ := mean(runs, f); return m }
	first, second := of(func(s switched) float64 { return s.first.final.Train.Loss }), of(func(s switched) float64 { return s.second.final.Train.Loss })
	firstTest, secondTest := of(func(s switched) float64 { return 100 * s.first.final.Test.Accuracy }), of(func(s switched) float64 { return 100 * s.second.final.Test.Accuracy })
	name := fmt.Sprintf("switch, ours, 1.5..2.5 mm, %d splits", s.Replays)
	r.list("5", name+": first Iris, Fisher loss", first, "1", "")
	r.goal("5", name+": second Iris, Fisher loss", second, "1", second <= first, "goal: not above the first; in the paper it is 0.746 after 0.652. The second training starts at the stiffness that the regression left or, where that ends at a higher training loss, at the middle of the widths (retrain --best-start)")
	r.list("5", name+": first Iris, test accuracy", firstTest, "%", "")
	r.beat("5", name+": second Iris, test accuracy", switchSecondTest, secondTest, "%", secondTest >= firstTest, "goal: not below the first")
	panels := figure.Curves{Title: "second Iris training after the switch", YName: "test accuracy (%)", YMin: 0, YMax: 100}
	seconds, firsts := make([]*training, len(runs)), make([]*training, len(runs))
	for i, s := range runs {
		firsts[i], seconds[i] = s.first, s.second
	}
	test := func(x train.Record) float64 { return 100 * x.Test.Accuracy }
	panels.Series = []figure.Series{curve("first", firsts, test), curve("second", seconds, test)}
	panels.Series[1].Dashed = true // they lie on each other
	r.Pictures = append(r.Pictures, run.Picture{Name: "fig5-switch", Picture: panels, Width: 12 * vg.Centimeter, Height: 8 * vg.Centimeter})
	return nil
}

// replayedCut is the bond (from 1) whose loss follows the published damage study
// best among all 28; the paper does not say which bond it cut.
const replayedCut = 17

func (s Study) replayDamage(ctx context.Context, r *Report) error {
	type fate struct{ before, after train.Record }
	runs, err := each(ctx, s.Replays, func(i int) (fate, error) {
		x, err := build("iris", seeded(i), switchBox.width, switchBox.rate)
		if err != nil {
			return fate{}, err
		}
		whole, err := teach(x, nil)
		if err != nil {
			return fate{}, err
		}
		k, err := whole.Stiffness()
		if err != nil {
			return fate{}, err
		}
		if x, err = build("iris", seeded(i), switchBox.width, switchBox.rate, fmt.Sprintf("network.cut=[%d]", replayedCut)); err != nil {
			return fate{}, err
		}
		cut, err := teach(x, k)
		if err != nil {
			return fate{}, err
		}
		return fate{cut.records[0], cut.records[len(cut.records)-1]}, nil
	})
	if err != nil {
		return err
	}
	name := fmt.Sprintf("damage, authors' program replayed, %s, bond %d (nodes 7-11) cut", switchBox.name, replayedCut)
	note := "the paper does not say which bond was cut; this one follows it best of 28, a choice made after the fact"
	for _, row := range []struct {
		what      string
		published float64
		of        func(fate) float64
	}{
		{"training accuracy after the cut", damagedTrain, func(f fate) float64 { return 100 * f.before.Train.Accuracy }},
		{"test accuracy after the cut", damagedTest, func(f fate) float64 { return 100 * f.before.Test.Accuracy }},
		{"training accuracy after retraining", recoveredTrain, func(f fate) float64 { return 100 * f.after.Train.Accuracy }},
		{"test accuracy after retraining", recoveredTest, func(f fate) float64 { return 100 * f.after.Test.Accuracy }},
	} {
		m, _ := mean(runs, row.of)
		r.add("5", name+": "+row.what, row.published, m, "%", 10, note+"; the published runs spread by -13 to +12 points")
	}
	return nil
}

// betterTeacher replaces the loss and optimiser of the authors' program on the
// authors' own ports.
var betterTeacher = []string{"learn.compat=~", "learn.method=l-bfgs", "learn.bounds=projection", "learn.batch=all", "learn.epochs=200", "task.loss=softmax"}

// trainedIris is an Iris network as a run would hold it.
func trainedIris(build func() (*experiment.Experiment, error)) (*run.Trained, error) {
	x, err := build()
	if err != nil {
		return nil, err
	}
	t, err := teach(x, nil)
	if err != nil {
		return nil, err
	}
	k, err := t.Stiffness()
	if err != nil {
		return nil, err
	}
	return &run.Trained{Dir: "iris", Manifest: &run.Manifest{}, File: x.File, Experiment: x, Stiffness: append([]float64(nil), k...)}, nil
}

// authorsPortsDamaged cuts every bond of networks with the authors' ports and
// retrains stiffnesses only.
func (s Study) authorsPortsDamaged(ctx context.Context, r *Report) error {
	for _, b := range []box{shipped, wider} {
		type fate struct{ before, after, standing float64 }
		runs, err := each(ctx, s.Replays, func(i int) (f fate, err error) {
			trained, err := trainedIris(func() (*experiment.Experiment, error) {
				return build("iris", append([]string{seeded(i), b.width}, betterTeacher...)...)
			})
			if err != nil {
				return f, err
			}
			for bond := range trained.Experiment.Network.Elements {
				cut, err := trained.CutOne(ctx, nil, bond+1, run.Relearn)
				if err != nil {
					return f, err
				}
				if cut.Mechanism == "" {
					f.before, f.after, f.standing = f.before+100*cut.Before.Accuracy, f.after+100*cut.After.Accuracy, f.standing+1
				}
			}
			return f, nil
		})
		if err != nil {
			return err
		}
		before, _ := mean(runs, func(f fate) float64 { return f.before / f.standing })
		after, _ := mean(runs, func(f fate) float64 { return f.after / f.standing })
		name := "damage, authors' ports, softmax loss, " + b.name
		note := fmt.Sprintf("mean over %d splits and the %.0f bonds whose cut leaves no mechanism; only stiffnesses are retrained", s.Replays, runs[0].standing)
		r.add("5", name+": mean test accuracy after the cut", damagedTest, before, "%", 15, note+"; the published runs spread by -15 to +10 points")
		r.beat("5", name+": mean test accuracy after retraining", recoveredTest, after, "%", after > recoveredTest, note)
	}
	return nil
}

// ourDamage cuts each of the 28 bonds of examples/iris.yaml, trained on its
// default split, and recovers in two ways.
func ourDamage(ctx context.Context, r *Report) error {
	text, _ := examples.Text("iris")
	trained, err := trainedIris(func() (*experiment.Experiment, error) { return buildText("iris", text) })
	if err != nil {
		return err
	}
	bonds := len(trained.Experiment.Network.Elements)
	bars := figure.Bars{XName: "bond that was cut", YName: "test accuracy (%)", Absent: "the cut leaves a mechanism",
		Series: []figure.BarSeries{{Name: "after the cut"}, {Name: "stiffnesses retrained"}, {Name: "and outputs chosen anew"}},
		Lines:  []figure.Reference{{At: recoveredTest, Label: "published"}}}
	var sums [3]float64
	standing := 0
	all, err := each(ctx, 2*bonds, func(i int) (run.Cut, error) {
		return trained.CutOne(ctx, nil, i%bonds+1, []run.Remedy{run.Relearn, run.Reconnect}[i/bonds])
	})
	if err != nil {
		return err
	}
	for bond := range bonds {
		relearned, reconnected := all[bond], all[bonds+bond]
		if relearned.Mechanism != "" {
			r.mechanism("5", fmt.Sprintf("damage, ours: bond %d cut", bond+1), "%", relearned.Mechanism)
			for s := range bars.Series {
				bars.Series[s].Values = append(bars.Series[s].Values, math.NaN())
			}
			continue
		}
		standing++
		for s, v := range []float64{relearned.Before.Accuracy, relearned.After.Accuracy, reconnected.After.Accuracy} {
			sums[s] += 100 * v
			bars.Series[s].Values = append(bars.Series[s].Values, 100*v)
		}
		r.list("5", fmt.Sprintf("damage, ours: bond %d cut: test accuracy, retrained and outputs chosen anew", bond+1), 100*reconnected.After.Accuracy, "%",
			fmt.Sprintf("after the cut %.2f %%, with stiffnesses retrained %.2f %%", 100*relearned.Before.Accuracy, 100*relearned.After.Accuracy))
	}
	n := float64(standing)
	r.beat("5", fmt.Sprintf("damage, ours: mean test accuracy after the cut, %d bonds", standing), damagedTest, sums[0]/n, "%", math.Abs(sums[0]/n-damagedTest) <= 15, "published: one cut that is not named, runs spread by -15 to +10 points")
	r.beat("5", "damage, ours: mean, stiffnesses retrained", recoveredTest, sums[1]/n, "%", sums[1]/n > recoveredTest,
		"ports that suit the whole network need not suit every damaged one: some cuts leave no widths in the box that separate the classes at these outputs")
	r.beat("5", "damage, ours: mean, stiffnesses retrained and outputs chosen anew", recoveredTest, sums[2]/n, "%", sums[2]/n > recoveredTest,
		"inputs stay; which three displacements are read is searched again on the training part")
	r.Pictures = append(r.Pictures, run.Picture{Name: "fig5-damage", Picture: bars, Width: 24 * vg.Centimeter, Height: 9 * vg.Centimeter})
	return nil
}
