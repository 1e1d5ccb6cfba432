package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

// trial is a task that parts learn by computer, and then do on the bench.
type trial struct {
	title, name string
	changes     []string
}

var trials = []trial{
	{"two displacements", "behaviour", []string{"task.cases[1].want=[{node: 13, along: y, move: -0.55 mm}, {node: 14, along: y, move: -0.6 mm}]", "task.loss=mean-square"}},
	{"behaviour", "behaviour", nil},
	{"iris", "iris", nil},
}

// compare trains every part by computer, as it is drawn, as its passport has it, and as it truly is, and takes the loss that the part then has, without
// noise: the middle one, and the largest.
func compare(ctx context.Context, specimens int, first uint64) error {
	fmt.Printf("| task | trained as drawn | through the passport | as the part truly is | better through the passport |\n|---|---|---|---|---|\n")
	for _, t := range trials {
		text, steps, err := example(t.name)
		if err != nil {
			return err
		}
		var all [3][]float64
		better := 0
		for i := range specimens {
			var loss [3]float64
			p, err := measured(ctx, text, t.name, first+uint64(i), steps, t.changes...)
			if err != nil {
				return fmt.Errorf("%s, part %d: %w", t.title, i+1, err)
			}
			truth, err := p.truth(text, t)
			if err != nil {
				return fmt.Errorf("%s, part %d: %w", t.title, i+1, err)
			}
			for way, share := range [][]float64{nil, p.passport.Mean().Share, truth} {
				if loss[way], err = p.trained(ctx, text, t, share, way == 1); err != nil {
					return fmt.Errorf("%s, part %d: %w", t.title, i+1, err)
				}
				all[way] = append(all[way], loss[way])
			}
			if loss[1] < loss[0] {
				better++
			}
		}
		fmt.Printf("| %s |", t.title)
		for way := range all {
			slices.Sort(all[way])
			fmt.Printf(" %.4g (%.4g) |", (all[way][(specimens-1)/2]+all[way][specimens/2])/2, all[way][specimens-1])
		}
		fmt.Printf(" %d of %d |\n", better, specimens)
	}
	return nil
}

// quiet is the lab of the part without noise, marks that are off, and loads of whole weights.
func (p *part) quiet(text []byte, t trial) (*insitu.Lab, error) {
	file, err := spec.Parse(t.name, text, append(append(hidden(p.seed), "lab.twin.noise=1 nm", "lab.twin.wander=0 %", "lab.twin.marks=0 %", "lab.twin.quantum=0 N"), t.changes...)...)
	if err != nil {
		return nil, err
	}
	x, err := experiment.Build(file, nil, experiment.Options{AsAsked: true})
	if err != nil {
		return nil, err
	}
	return insitu.Build(x, nil, insitu.Options{})
}

// truth is the share that every bond of the part has.
func (p *part) truth(text []byte, t trial) ([]float64, error) {
	l, err := p.quiet(text, t)
	if err != nil {
		return nil, err
	}
	b, err := l.Twin(p.left)
	if err != nil {
		return nil, err
	}
	share := b.Stiffness()
	for i := range share {
		share[i] /= p.left[i]
	}
	return share, nil
}

// trained is the loss of the part once it is asked for what a computer has learned; share is what the computer believes that bonds have.
func (p *part) trained(ctx context.Context, text []byte, t trial, share []float64, through bool) (float64, error) {
	overrides := append([]string{fmt.Sprintf("seed=%d", p.seed), "learn={method: l-bfgs, epochs: 300}"}, t.changes...)
	if through {
		overrides = append(overrides, "lab.passport=part.yaml")
	}
	file, err := spec.Parse(t.name, text, overrides...)
	if err != nil {
		return 0, err
	}
	x, err := experiment.Build(file, p.files, experiment.Options{})
	if err != nil {
		return 0, err
	}
	if share != nil && !through {
		for i, v := range share {
			x.Design.Gain[i] *= v
		}
	}
	trainer, err := x.NewTrainer()
	if err != nil {
		return 0, err
	}
	if _, err := trainer.Run(nil); err != nil {
		return 0, err
	}
	asked := append([]float64(nil), x.Rig.Stiffness()...)
	for i := range asked {
		if share != nil {
			asked[i] /= share[i]
		}
	}
	l, err := p.quiet(text, t)
	if err != nil {
		return 0, err
	}
	b, err := l.Twin(asked)
	if err != nil {
		return 0, err
	}
	u, err := l.Exam(ctx, b, asked, 0)
	if err != nil {
		return 0, err
	}
	score, err := l.Score(u)
	return score.Loss, err
}
