package law_test

import (
	"fmt"

	"github.com/elastrain/elastrain/mechanics/law"
)

// A strip of rubber 2 mm wide, 2 mm thick and 16 mm long, stretched by one millimetre.
func Example() {
	strip := law.Strip{Young: 0.55e6, Thickness: 2e-3}
	span := &law.Span{N: 1, Theta: []float64{2e-3}, Size: []float64{16e-3}, E: []float64{1e-3}}
	t, slope := make([]float64, 1), make([]float64, 1)
	energy := law.Force(strip, span, t, slope)
	fmt.Printf("force %.4f N, stiffness %.1f N/m, energy %.3g J\n", t[0], slope[0], energy)
	// Output: force 0.1375 N, stiffness 137.5 N/m, energy 6.88e-05 J
}
