// A learning rule of one's own: perturb all stiffnesses at once (SPSA), beside in situ backpropagation on the same rig.
package main

import (
	"fmt"
	"log"
	"math/rand/v2"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

// spsa estimates dL/dk from two losses, with every stiffness a little up or down at random (Spall 1992).
type spsa struct{ random *rand.Rand }

func (spsa) Name() string { return "SPSA" }

func (r spsa) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	k := append([]float64(nil), rig.Stiffness()...)
	sign, value, moved := make([]float64, len(k)), [2]float64{}, make([]float64, len(k))
	for i := range sign {
		sign[i] = float64(2*r.random.IntN(2) - 1)
	}
	for side, way := range []float64{1, -1} {
		for i := range k {
			moved[i] = k[i] * (1 + way*1e-3*sign[i])
		}
		if err := rig.SetStiffness(moved); err != nil {
			return 0, err
		}
		var err error
		if value[side], err = learn.MeanLoss(rig, loss, batch); err != nil {
			return 0, err
		}
	}
	for i := range g {
		g[i] = (value[0] - value[1]) / (2e-3 * k[i] * sign[i])
	}
	return (value[0] + value[1]) / 2, rig.SetStiffness(k)
}

func main() {
	text, _ := examples.Text("behaviour")
	file, err := spec.Parse("behaviour.yaml", text, "learn.method=adam", "learn.rate=0.005", "learn.epochs=3000")
	if err != nil {
		log.Fatal(err)
	}
	for _, own := range []bool{false, true} {
		x, err := experiment.Build(file, nil, experiment.Options{})
		if err != nil {
			log.Fatal(err)
		}
		if own {
			x.Rule = spsa{rand.New(rand.NewPCG(1, 2))}
		}
		trainer, err := x.NewTrainer()
		if err != nil {
			log.Fatal(err)
		}
		record, err := trainer.Run(nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-30s loss %.2e after %d steps\n", x.Rule.Name(), record.Train.Loss, record.Steps)
	}
}
