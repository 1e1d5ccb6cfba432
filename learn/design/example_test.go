package design_test

import (
	"fmt"

	"github.com/elastrain/elastrain/learn/design"
)

// Strips of rubber 16 mm long and 2 mm thick are 1.5 to 2.5 mm wide; the first learns, the second is as it is. An optimiser moves x
// from 0 to 1, the network gets stiffnesses, and the slope of the loss goes the way back.
func Example() {
	gain := 0.55e6 * 2e-3 / 16e-3 // k = Y t w/L
	strips := &design.Design{Bounds: design.Projection, Lo: []float64{1.5e-3, 1.5e-3}, Hi: []float64{2.5e-3, 2.5e-3},
		Gain: []float64{gain, gain}, Start: []float64{2e-3, 2e-3}, Free: []int32{0}}
	if err := strips.Validate(); err != nil {
		fmt.Println(err)
		return
	}
	x, k, slope, gx := strips.StartPoint(), make([]float64, 2), make([]float64, 1), make([]float64, 1)
	strips.Init(k)
	strips.Stiffness(x, k, slope)
	fmt.Printf("x %.2f: %.1f N/m\n", x, k)
	x[0] = 0.8
	strips.Stiffness(x, k, slope)
	fmt.Printf("x %.2f: %.1f N/m, a width of %.2f mm\n", x, k, 1e3*strips.Theta(0, x[0]))

	gk := []float64{-0.01, -0.04} // by the stiffnesses, m/N
	strips.Chain(slope, gk, gx)
	fmt.Printf("dL/dx %.4f; as far as the bound it would gain %.4f\n", gx[0], strips.KKT(x, gk))
	// Output:
	// x [0.50]: [137.5 137.5] N/m
	// x [0.80]: [158.1 137.5] N/m, a width of 2.30 mm
	// dL/dx -0.6875; as far as the bound it would gain 0.1375
}
