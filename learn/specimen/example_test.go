package specimen_test

import (
	"fmt"

	"github.com/elastrain/elastrain/learn/specimen"
)

// Two specimens of a network with two springs, with a scatter of 10 %, and the first one again.
func Example() {
	faults := specimen.Faults{Scatter: 0.1, Seed: 1}
	for _, number := range []uint64{0, 1, 0} {
		k := []float64{100, 200}
		faults.Scattered(number, k)
		fmt.Printf("specimen %d: %.1f and %.1f N/m\n", number, k[0], k[1])
	}
	// Output:
	// specimen 0: 105.6 and 174.8 N/m
	// specimen 1: 106.3 and 209.3 N/m
	// specimen 0: 105.6 and 174.8 N/m
}
