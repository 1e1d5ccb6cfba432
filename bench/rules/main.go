// Command rules measures the tables of learning rules in docs/how-to-rules.md: every rule on some examples under noise of the camera and bias of
// the gauges, over seeds.
//
//	go run ./bench/rules -seeds 20 behaviour allostery disordered
//	go run ./bench/rules -seeds 20 iris
//	go run ./bench/rules -forget -seeds 10 -rules "bp ep ep+ coupled freq tcl"
//	go run ./bench/rules -limit -rules "ep ep+ ep- coupled fd" behaviour allostery large-deformation
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"strings"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/spec"
)

type nowhere struct{}

func (nowhere) Load(string, uint64) (*rules.Trial, error) { return nil, nil }
func (nowhere) Save(*rules.Trial) error                   { return nil }

func main() {
	seeds := flag.Int("seeds", 20, "seeds")
	swap := flag.Bool("exchange", false, "gauges change places at every other step")
	short := flag.String("rules", "bp ep ep+ ep- coupled ageing spsa fd freq tcl pattern genetic", "rules")
	nudge := flag.Float64("nudge", 0.1, "nudge, as a share of the largest load at an input")
	eta := flag.Float64("eta", 0.1, "clamp fraction")
	reach := flag.Float64("reach", 0, "least clamp, as a share of the largest displacement")
	noises := flag.String("noise", "0 6 20", "um")
	biases := flag.String("bias", "0 1 5", "percent")
	small := flag.Bool("limit", false, "how rules come nearer to the gradient as nudges become smaller")
	lost := flag.Bool("forget", false, "what biased gauges do to a lattice that has learnt two tasks and is shown one, with each cure")
	method := flag.String("method", "gradient-descent", "of -forget")
	rate := flag.Float64("rate", 0.02, "of -forget")
	rest := flag.Float64("rest", 0.03, "of -forget: share of the first loss below which no step is taken")
	flag.Parse()
	var names []string
	for _, word := range strings.Fields(*short) {
		n, err := rules.Find(word)
		if err != nil {
			log.Fatal(err)
		}
		names = append(names, n.Name)
	}
	if *lost {
		forget(names, *seeds, *method, *rate, *rest)
	}
	for _, example := range flag.Args() {
		x, err := build(example)
		if err != nil {
			log.Fatal(err)
		}
		if *small {
			limit(example, x, names)
			continue
		}
		var head []string
		cells := map[string][]string{}
		for _, noise := range strings.Fields(*noises) {
			for _, bias := range strings.Fields(*biases) {
				head = append(head, fmt.Sprintf("%s um, %s %%", noise, bias))
				study := rules.Study{Names: names, Seeds: *seeds, Method: "adam", Rate: experiment.DefaultRate("adam"), Swap: *swap,
					Bench: rules.Terms{Noise: 1e-6 * number(noise), Bias: 1e-2 * number(bias), Seed: 1},
					Sizes: rules.Sizes{Nudge: *nudge, Eta: *eta, Reach: *reach, Step: 0.05}}
				r, err := study.Run(context.Background(), x, nowhere{}, func(*rules.Trial) {})
				if err != nil {
					log.Fatal(err)
				}
				for i := range r.Rows {
					cells[r.Rows[i].Rule] = append(cells[r.Rows[i].Rule], cell(&r.Rows[i]))
				}
			}
		}
		fmt.Printf("\n%s, %d seeds, exchange %v, nudge %g, eta %g, reach %g\n\n| rule | %s |\n|%s\n", example, *seeds, *swap, *nudge, *eta, *reach, strings.Join(head, " | "), strings.Repeat("---|", len(head)+1))
		for _, name := range names {
			fmt.Printf("| %s | %s |\n", name, strings.Join(cells[name], " | "))
		}
	}
}

// cell is the cosine on the way, the loads to 90 % (seeds that got there, if not all), and the share of the way at the end.
func cell(r *rules.Row) string {
	text := "-"
	if r.CosWay != nil {
		text = fmt.Sprintf("%.2f", r.CosWay.Mean)
	}
	text += "; "
	if r.Loads90 != nil {
		text += fmt.Sprintf("%.0f", *r.Loads90)
	} else {
		text += "-"
	}
	if r.Reached < len(r.Trials) {
		text += fmt.Sprintf(" (%d)", r.Reached)
	}
	return text + fmt.Sprintf("; %.3f ± %.3f", r.Gained.Mean, r.Gained.Sd)
}

func number(text string) (v float64) {
	if _, err := fmt.Sscan(text, &v); err != nil {
		log.Fatal(err)
	}
	return v
}

func build(example string) (*experiment.Experiment, error) {
	text, ok := examples.Text(example)
	if !ok {
		return nil, fmt.Errorf("no example is called %s", example)
	}
	var changes []string
	if example == "iris" {
		changes = append(changes, "task.loss=cross-entropy")
	}
	file, err := spec.Parse(example, text, changes...)
	if err != nil {
		return nil, err
	}
	return experiment.Build(file, nil, experiment.Options{Threads: 1})
}
