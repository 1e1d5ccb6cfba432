package main

import (
	"fmt"
	"log"
	"math"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/rules"
)

// limit prints how far rules are from the gradient with nudges and clamps that become smaller, and the power with which they come nearer.
func limit(example string, x *experiment.Experiment, names []string) {
	batch := learn.Batch{Set: x.Train}
	want, g := make([]float64, x.Rig.Modes()), make([]float64, x.Rig.Modes())
	if err := x.NewProblem().Set(x.StartPoint()); err != nil {
		log.Fatal(err)
	}
	if _, err := (&rule.Backprop{}).Gradient(x.Rig, x.Loss, batch, want); err != nil {
		log.Fatal(err)
	}
	sizes := []float64{0.1, 0.03, 0.01, 0.003}
	fmt.Printf("\n%s\n\n| rule | 10 %% | 3 %% | 1 %% | 0.3 %% | power |\n|---|---|---|---|---|---|\n", example)
	for _, name := range names {
		named, err := rules.Find(name)
		if err != nil {
			log.Fatal(err)
		}
		if named.Method != "" {
			fmt.Printf("| %s | it estimates no gradient | | | | |\n", name)
			continue
		}
		var off []float64
		var refused error
		for _, size := range sizes {
			if _, err := named.Make(rules.Sizes{Nudge: size, Eta: size, Step: size, Steps: int(math.Round(0.8 / size))}).Gradient(x.Rig, x.Loss, batch, g); err != nil {
				refused = err
				break
			}
			apart, whole := 0.0, 0.0
			for i, w := range want {
				apart += (g[i] - w) * (g[i] - w)
				whole += w * w
			}
			off = append(off, math.Sqrt(apart/whole))
		}
		if refused != nil {
			fmt.Printf("| %s | %v | | | | |\n", name, refused)
			continue
		}
		last := len(off) - 1
		power := "-" // of a rule that is the gradient itself
		if off[last] > 0 && off[last-1] > 0 {
			power = fmt.Sprintf("%.2f", math.Log(off[last-1]/off[last])/math.Log(sizes[last-1]/sizes[last]))
		}
		fmt.Printf("| %s | %.2g | %.2g | %.2g | %.2g | %s |\n", name, off[0], off[1], off[2], off[3], power)
	}
}
