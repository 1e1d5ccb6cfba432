// Command autonomous measures what docs/how-to-living.md says of automata: Iris on many splits of the flowers, each with a life of its own, and the
// figures of what is kept.
//
//	go run ./bench/autonomous -rate 0.2 -shown 3000
//	go run ./bench/autonomous -rate 0.2 -shown 3000 -test
//	go run ./bench/autonomous -figures docs/images
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"

	"github.com/elastrain/elastrain/autonomous"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/spec"
)

func main() {
	seeds := flag.Int("seeds", 20, "splits, and lives")
	first := flag.Int("first", 1, "first seed")
	loss := flag.String("loss", "softmax", "loss")
	share := flag.String("validation", "30 %", "share of the training part that validates; empty: none")
	rate := flag.Float64("rate", 0.2, "percent")
	shown := flag.Int("shown", 3000, "samples shown")
	lost := flag.Float64("messages", 1, "percent")
	dead := flag.Float64("dead", 5, "percent")
	drift := flag.Float64("drift", 0, "percent")
	ep := flag.Bool("ep", false, "equilibrium propagation")
	open := flag.Bool("test", false, "open the test parts at the end")
	figures := flag.String("figures", "", "directory: measure and draw the figures in place of the table; words choose among messages, dead, drift, turnover, temperature, gel and motors")
	keep := flag.String("keep", "", "directory in which the lives of figures are kept; empty: nowhere")
	flag.Parse()
	if *figures != "" {
		draw(*figures, *keep, *seeds, flag.Args())
		return
	}
	at := map[int][]float64{} // accuracies by samples shown
	var kept, train, judged, test []float64
	judgedOn := ""
	for seed := range *seeds {
		changes := []string{fmt.Sprintf("seed=%d", *first+seed), "task.loss=" + *loss}
		if *share != "" {
			changes = append(changes, "task.validation={share: "+*share+"}")
		}
		x, err := build(changes)
		if err != nil {
			log.Fatal(err)
		}
		s := autonomous.Study{Rule: "backprop", Readings: 4, Rate: *rate / 100, Shown: *shown, Nudge: 0.1, Sites: 1, Seeds: 1, Seed: x.Spec.Seed, OpenTest: *open}
		s.Lost, s.Dead, s.Drift, s.Reborn = *lost/100, *dead/100, *drift/100, "start"
		if *ep {
			s.Rule = "ep"
		}
		r, err := s.Run(context.Background(), x, nil, func(*autonomous.Row) {})
		if err != nil {
			log.Fatal(err)
		}
		row := &r.Rows[0]
		kept, train, judged = append(kept, row.Kept.Mean), append(train, row.Train.Mean), append(judged, row.Accuracy.Mean)
		judgedOn = r.Judged
		if row.Test != nil {
			test = append(test, row.Test.Mean)
		}
		for _, score := range row.Trials[0].Scores {
			at[score.Shown] = append(at[score.Shown], *score.Accuracy)
		}
	}
	fmt.Printf("%s, rate %g %%, %d shown, %g %% lost, %g %% dead, clocks %g %%, ep %v: kept %s, training %s, %s %s", *loss, *rate, *shown, *lost, *dead, *drift, *ep, mean(kept), mean(train), judgedOn, mean(judged))
	if len(test) > 0 {
		fmt.Printf(", test %s", mean(test))
	}
	fmt.Println()
	for _, step := range []int{0, 100, 300, 600, 1000, 3000, 10000} {
		near := -1
		for s := range at {
			if near < 0 || math.Abs(float64(s-step)) < math.Abs(float64(near-step)) {
				near = s
			}
		}
		if near >= 0 && step <= *shown {
			fmt.Printf("  after %d: %s %s\n", near, judgedOn, mean(at[near]))
		}
	}
}

func mean(v []float64) string {
	m := rules.MeanOf(v)
	return fmt.Sprintf("%.2f ± %.2f %%", 100*m.Mean, 100*m.Sd)
}

func build(changes []string) (*experiment.Experiment, error) {
	text, _ := examples.Text("iris")
	file, err := spec.Parse("iris", text, changes...)
	if err != nil {
		return nil, err
	}
	return experiment.Build(file, nil, experiment.Options{Threads: 1})
}
