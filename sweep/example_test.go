package sweep_test

import (
	"fmt"

	"github.com/elastrain/elastrain/sweep"
)

func Example() {
	plan, err := sweep.NewPlan([]string{"learn.rate=1e-3..1e-1/3", "seed=1..2"}, sweep.Way{Name: "grid"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range plan.Points {
		fmt.Println(plan.At(i).Overrides)
	}
	// Output:
	// [learn.rate=0.001 seed=1]
	// [learn.rate=0.001 seed=2]
	// [learn.rate=0.01 seed=1]
	// [learn.rate=0.01 seed=2]
	// [learn.rate=0.1 seed=1]
	// [learn.rate=0.1 seed=2]
}
