package rules_test

import (
	"context"
	"fmt"
	"log"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/spec"
)

// nowhere keeps no trial.
type nowhere struct{}

func (nowhere) Load(string, uint64) (*rules.Trial, error) { return nil, nil }
func (nowhere) Save(*rules.Trial) error                   { return nil }

func experimentOf(name string, overrides ...string) *experiment.Experiment {
	text, ok := examples.Text(name)
	if !ok {
		log.Fatal("no example is called " + name)
	}
	file, err := spec.Parse(name, text, overrides...)
	if err != nil {
		log.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		log.Fatal(err)
	}
	return x
}

// Two rules with 60 loads each on a lattice whose gauges are off by a twentieth.
func Example() {
	study := rules.Study{Names: []string{"backprop", "coupled-learning"}, Seeds: 2, Budget: 60, Method: "adam", Rate: 0.02,
		Bench: rules.Terms{Bias: 0.05, Seed: 1}, Sizes: rules.Sizes{Eta: 0.1}}
	report, err := study.Run(context.Background(), experimentOf("behaviour"), nowhere{}, func(*rules.Trial) {})
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range report.Rows {
		fmt.Printf("%s: cosine to the gradient above 0.99 at the start: %v; needs to know %s\n", row.Rule, row.CosFirst.Mean > 0.99, row.Knows)
	}
	// Output:
	// backprop: cosine to the gradient above 0.99 at the start: true; needs to know dL/du at the outputs
	// coupled-learning: cosine to the gradient above 0.99 at the start: false; needs to know where the outputs shall go, and a stage that holds them there
}
