package main

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/spec"
)

// twoTasks is the lattice of the paper with two load cases, both of which can be met.
const twoTasks = `elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
bonds: {stiffness: 50..500 N/m, start: 140 N/m}
supports: {pinned: [1, 5]}
task:
  kind: behaviour
  cases:
    - push: [{node: 11, along: -y, force: 49 mN}]
      want: [{node: 13, along: y, move: -0.5 mm}, {node: 14, along: y, move: -0.6 mm}]
    - push: [{node: 7, along: x, force: 49 mN}]
      want: [{node: 13, along: x, move: 0.9 mm}]
learn: {method: adam}
`

// forget prints what biased gauges do to a lattice that has learnt both tasks and is shown one of them, with each cure.
func forget(names []string, seeds int, method string, rate, rest float64) {
	f, err := spec.Parse("two tasks", []byte(twoTasks))
	if err != nil {
		log.Fatal(err)
	}
	x, err := experiment.Build(f, nil, experiment.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if err := attainable(x); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("\n%s at rate %g, noise of 1 um, %d seeds, 400 steps\n\n| rule | cure | bias | the other task, forgotten | the limit cycle |\n|---|---|---|---|---|\n", method, rate, seeds)
	for _, name := range names {
		named, err := rules.Find(name)
		if err != nil {
			log.Fatal(err)
		}
		for _, cure := range []string{"none", "exchange", "reach", "rest", "all"} {
			if cure == "reach" && named.Name != "coupled-learning" {
				continue
			}
			for _, bias := range []float64{0.003, 0.01, 0.03} {
				var old, cycle []float64
				for seed := range seeds {
					f := rules.Forgetting{Terms: rules.Terms{Noise: 1e-6, Bias: bias, Size: 0.049, Seed: uint64(seed + 1)}, Sizes: rules.Sizes{Nudge: 0.1, Eta: 0.1, Step: 0.05},
						Steps: 400, Method: method, Rate: rate, Exchange: cure == "exchange" || cure == "all"}
					if cure == "reach" || cure == "all" {
						f.Reach = 0.1
					}
					if cure == "rest" || cure == "all" {
						f.Rest = rest
					}
					r, err := f.Run(context.Background(), x, named)
					if err != nil {
						log.Fatal(err)
					}
					old, cycle = append(old, r.Old), append(cycle, r.Cycle)
				}
				fmt.Printf("| %s | %s | %g %% | %.2g | %.2g |\n", named.Short, cure, 100*bias, geometric(old), geometric(cycle))
			}
		}
	}
}

// attainable lets the lattice want what another one of its range does, so that both tasks can be met.
func attainable(x *experiment.Experiment) error {
	p, at := x.NewProblem(), x.StartPoint()
	for i := range at {
		at[i] += 0.2 * math.Sin(float64(7*i+1))
	}
	if err := p.Set(at); err != nil {
		return err
	}
	u, err := experiment.Outputs(x.Exact, x.Train)
	if err != nil {
		return err
	}
	for i, w := range x.Train.Want {
		if !math.IsNaN(w) {
			x.Train.Want[i] = u[i]
		}
	}
	x.Loss, err = x.ScaledLoss(x.Exact, x.Train)
	return err
}

// geometric is the geometric mean.
func geometric(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += math.Log(max(x, 1e-300)) / float64(len(v))
	}
	return math.Exp(sum)
}
