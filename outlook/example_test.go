package outlook_test

import (
	"fmt"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/outlook"
	"github.com/elastrain/elastrain/spec"
)

// What the authors' ports allow on Iris: planes are right in 98 %, the best map from these inputs to these outputs in 94 %.
func Example() {
	file, err := spec.Parse("iris.yaml", examples.Paper("iris"))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := outlook.Look(x, outlook.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("planes %.0f %%, the best map %.0f %%\n", 100**r.Planes.Discriminant.Held, 100**r.Readout.AsHung.Held)
	for _, f := range r.Findings {
		if f.Limit {
			fmt.Println(f.Topic+":", f.Help)
		}
	}
	// Output:
	// planes 98 %, the best map 94 %
	// readout: write `complement: true` at the input of petal length; `elastrain ports` chooses complements and nodes together. Or read them with offsets: `task: {reading: {tare: mean}}`
}
