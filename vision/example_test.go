package vision_test

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/vision"
	"github.com/elastrain/elastrain/vision/render"
)

// A photograph of four nodes, one of which moved to the right by half a millimetre and one of which is hidden. It is rendered here;
// of a camera it would come through Decode. Marks of the frame, which do not move, set it right.
func Example() {
	layout := vision.Layout{MarkerDiameter: 3e-3, Nodes: [][2]float64{{0, 0}, {16e-3, 0}, {0, 16e-3}, {16e-3, 16e-3}}}
	for _, x := range [][2]float64{{-14e-3, -14e-3}, {30e-3, -14e-3}, {30e-3, 30e-3}, {-14e-3, 30e-3}, {2e-3, -14e-3}, {30e-3, 22e-3}} {
		layout.Frame = append(layout.Frame, vision.Spot{X: x, Diameter: 5e-3})
	}
	view := render.Pose{Target: [2]float64{8e-3, 8e-3}, Distance: 0.17, Focal: 1000, Centre: [2]float64{199.5, 199.5}, Roll: 0.1}.View()
	scene := render.Scene{Width: 400, Height: 400, View: view, Paper: 0.85, Blur: 0.7, Light: render.Light{Level: 0.9}}
	scene.Discs = []render.Disc{{X: layout.Nodes[0], Diameter: 3e-3, Reflectance: 0.08}, {X: layout.Nodes[1], Diameter: 3e-3, Reflectance: 0.08},
		{X: [2]float64{0.5e-3, 16e-3}, Diameter: 3e-3, Reflectance: 0.08}}
	for _, f := range layout.Frame {
		scene.Discs = append(scene.Discs, render.Disc{X: f.X, Diameter: f.Diameter, Reflectance: 0.08})
	}
	photo, err := scene.Image()
	if err != nil {
		fmt.Println(err)
		return
	}
	reading, err := vision.Read(vision.FromImage(photo), layout, nil, vision.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, mark := range reading.Nodes {
		if shift, seen := reading.Shift(&layout, i); seen {
			fmt.Printf("node %d moved by %.2f mm\n", i+1, 1e3*math.Hypot(shift[0], shift[1]))
		} else {
			fmt.Printf("node %d: %s\n", i+1, mark.Why)
		}
	}
	// Output:
	// node 1 moved by 0.00 mm
	// node 2 moved by 0.00 mm
	// node 3 moved by 0.50 mm
	// node 4: no mark is near where it should be
}
