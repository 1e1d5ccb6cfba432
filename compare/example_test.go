package compare_test

import (
	"fmt"

	"github.com/elastrain/elastrain/compare"
	"github.com/elastrain/elastrain/run/listing"
)

// Two seeds of one experiment, and another rate.
func Example() {
	course := func(name, seed, rate string, loss float64) *compare.Course {
		return &compare.Course{Name: name, Keys: listing.Keys{Names: []string{"seed", "learn.rate"}, Values: map[string]string{"seed": seed, "learn.rate": rate}}, Final: map[string]float64{"loss": loss}}
	}
	all := compare.New([]*compare.Course{course("runs/a", "1", "0.1", 0.3), course("runs/b", "2", "0.1", 0.5), course("runs/c", "1", "0.2", 0.7)}, []string{"seed"})
	fmt.Println("differ:", all.Differ)
	for _, g := range all.Groups {
		loss, _ := g.Final("loss")
		fmt.Printf("%s: %d, loss %.2g ± %.2g\n", g.Name, len(g.Members), loss.Mean, loss.Sd)
	}
	// Output:
	// differ: [seed learn.rate]
	// learn.rate=0.1: 2, loss 0.4 ± 0.14
	// runs/c: 1, loss 0.7 ± 0
}
