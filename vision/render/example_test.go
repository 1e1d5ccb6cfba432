package render_test

import (
	"fmt"

	"github.com/elastrain/elastrain/vision"
	"github.com/elastrain/elastrain/vision/render"
)

// A black mark of 4 mm on white paper, photographed from above at ten pixels a millimetre: where it must be seen is known, so readers
// of photographs can be tested.
func Example() {
	view := render.Pose{Distance: 0.1, Focal: 1000, Centre: [2]float64{49.5, 49.5}}.View()
	scene := render.Scene{Width: 100, Height: 100, View: view, Paper: 0.8, Light: render.Light{Level: 1},
		Discs: []render.Disc{{X: [2]float64{1e-3, 2e-3}, Diameter: 4e-3, Reflectance: 0.1}}}
	photo, err := scene.Image()
	if err != nil {
		fmt.Println(err)
		return
	}
	at := scene.Pixel([2]float64{1e-3, 2e-3})
	grey := vision.FromImage(photo)
	fmt.Printf("the mark is at pixel %.1f, 40 pixels wide\n", at)
	fmt.Printf("brightness there %.1f, on the paper %.1f\n", grey.Pix[int(at[1])*grey.W+int(at[0])], grey.Pix[0])
	// Output:
	// the mark is at pixel [59.5 29.5], 40 pixels wide
	// brightness there 0.1, on the paper 0.8
}
