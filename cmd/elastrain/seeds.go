package main

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/cli"
)

// seedsFit refuses seeds that are counted past the largest there is: they would go on at 0.
func seedsFit(first uint64, seeds int) error {
	if left := math.MaxUint64 - first; uint64(seeds)-1 > left {
		return &cli.UsageError{Text: fmt.Sprintf("--seeds %d from seed %d go past the largest, %d", seeds, first, uint64(math.MaxUint64)),
			Help: fmt.Sprintf("begin with a smaller one, such as seed=1, or give --seeds %d", left+1)}
	}
	return nil
}
