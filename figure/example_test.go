package figure_test

import (
	"bytes"
	"fmt"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/network/lattice"
)

// A lattice of seven bonds with its stiffnesses, for a journal column: the same data give the vector file and the bitmap, and the
// picture says what it had no room for.
func Example() {
	net, err := lattice.TriangularRows([]int{3, 2}, 0.016)
	if err != nil {
		fmt.Println(err)
		return
	}
	net.Held = make([]bool, len(net.Pos))
	net.Held[0], net.Held[1], net.Held[4], net.Held[5] = true, true, true, true
	picture := figure.Lattice{Network: net, Values: []float64{100, 110, 120, 130, 140, 150, 160}, ValueTitle: "stiffness k (N/m)", NodeNumbers: true}
	const width, height = 8.5 * vg.Centimeter, 6 * vg.Centimeter
	svg, err := figure.SVG(picture, width, height)
	if err != nil {
		fmt.Println(err)
		return
	}
	legend, err := picture.Legend(width, height)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("text stays text:", bytes.Contains(svg, []byte("stiffness")))
	fmt.Printf("colours from %.0f to %.0f, left out: %q\n", legend.Min, legend.Max, legend.LeftOut)

	picture.Values = picture.Values[:3]
	_, err = figure.SVG(picture, width, height)
	fmt.Println(err)
	// Output:
	// text stays text: true
	// colours from 100 to 160, left out: []
	// figure: 3 values for 7 elements
}
