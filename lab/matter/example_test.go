package matter_test

import (
	"fmt"

	"github.com/elastrain/elastrain/lab/matter"
)

// A bond with five levels is to soften by 3 N/m a step, a fifth of a level.
func ExampleFeedback() {
	levels, err := matter.Even(5, 100, 160)
	if err != nil {
		panic(err)
	}
	bonds := matter.Same(1, levels)
	k := []float64{130}
	var kept matter.Feedback
	for range 6 {
		var level []float64
		level, k, err = kept.Apply(bonds, k, []float64{k[0] - 3})
		if err != nil {
			panic(err)
		}
		fmt.Printf("level %g, %g N/m, owed %g\n", level[0], k[0], kept.Residual()[0])
	}
	// Output:
	// level 3, 130 N/m, owed -3
	// level 3, 130 N/m, owed -6
	// level 2, 115 N/m, owed 6
	// level 2, 115 N/m, owed 3
	// level 2, 115 N/m, owed 0
	// level 2, 115 N/m, owed -3
}
