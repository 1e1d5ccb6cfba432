package element_test

import (
	"fmt"

	"github.com/elastrain/elastrain/mechanics/element"
)

// A bar of 3, 4, 5 is pulled out sideways by one: its length is then the root of 32.
func Example() {
	bar := element.Bar{}
	built := &element.Built{Dim: 2, At: []float64{0, 0, 3, 4}}
	e, rows := make([]float64, 1), make([]float64, 4)
	bar.Stretch(built, []float64{0, 0, 1, 0}, e, rows)
	fmt.Printf("longer by %.4f; direction cosines %.3f %.3f\n", e[0], rows[2], rows[3])
	// Output: longer by 0.6569; direction cosines 0.707 0.707
}
