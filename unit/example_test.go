package unit_test

import (
	"fmt"

	"github.com/elastrain/elastrain/unit"
)

// A stiffness may be written in any force by any length; what each is worth is exact. A unit that is known and not read
// says how to write its worth.
func Example() {
	for _, symbol := range []string{"N/mm", "gf/cm", "lbf/in"} {
		u, ok := unit.Stiffness(symbol)
		fmt.Printf("1 %s = %.6g N/m %t\n", u.Symbol, u.Float(), ok)
	}
	bar, _ := unit.Lookup("bar", unit.Pressures)
	fmt.Printf("1 %s = %g Pa, written in %s\n", bar.Symbol, bar.Float(), bar.Write)
	// Output:
	// 1 N/mm = 1000 N/m true
	// 1 gf/cm = 0.980665 N/m true
	// 1 lbf/in = 175.127 N/m true
	// 1 bar = 100000 Pa, written in kPa
}
