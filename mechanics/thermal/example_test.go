package thermal_test

import (
	"fmt"
	"log"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/thermal"
	"github.com/elastrain/elastrain/network"
)

// A filament of two springs of 1 pN/nm at room temperature: its end wanders by three nanometres, less as a mean over a time.
func Example() {
	net := &network.Network{Dim: 1, Pos: []float64{0, 1e-7, 2e-7}, Held: []bool{true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}}}
	s, err := thermal.Of(mechanics.NewCompatibility(net), []float64{1e-3, 1e-3})
	if err != nil {
		log.Fatal(err)
	}
	const kT, drag = 4.1e-21, 1e-8
	end := []float64{0, 1}
	fmt.Printf("variance of the end %.2f nm^2, of its mean over 1 ms %.2f nm^2\n", 1e18*s.Variance(end, kT), 1e18*s.MeanVariance(end, kT, drag, 1e-3))
	// Output:
	// variance of the end 8.20 nm^2, of its mean over 1 ms 0.40 nm^2
}
