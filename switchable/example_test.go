package switchable_test

import (
	"fmt"

	"github.com/elastrain/elastrain/switchable"
)

func Example() {
	e, _ := switchable.Find("gecko-laminate")
	fmt.Printf("%d states, %g times, %g s, %s\n", e.Levels, e.Ratio, e.Time, e.Source)
	// Output: 4 states, 14.4 times, 1 s, arXiv:2312.03866
}
