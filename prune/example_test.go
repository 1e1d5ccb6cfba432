package prune_test

import (
	"context"
	"fmt"
	"log"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/prune"
	"github.com/elastrain/elastrain/spec"
)

// nowhere keeps no step.
type nowhere struct{}

func (nowhere) Load() ([]prune.Step, error) { return nil, nil }
func (nowhere) Append(prune.Step) error     { return nil }

// A pair of nodes that is squeezed opens a pair far away, once a few bonds are out.
func Example() {
	text, _ := examples.Text("allostery")
	file, err := spec.Parse("allostery", text)
	if err != nil {
		log.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		log.Fatal(err)
	}
	theta := make([]float64, x.Parameters())
	x.Design.Init(theta)
	study := &prune.Study{Rule: "exact", Until: 0.01}
	report, err := study.Run(context.Background(), x, theta, nowhere{}, func(prune.Step) {})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d bonds out, error within 1 %%: %v\n", len(report.Steps), report.Bonds, report.Met)
	// Output: 7 of 161 bonds out, error within 1 %: true
}
