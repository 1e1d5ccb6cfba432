package camera_test

import (
	"fmt"

	"github.com/elastrain/elastrain/vision/camera"
)

// Four marks of the frame, 100 mm apart, and where a camera that leans saw them: the map from the board to the picture follows, and back
// from a pixel to the board.
func Example() {
	plane := [4][2]float64{{0, 0}, {0.1, 0}, {0.1, 0.1}, {0, 0.1}}
	pixel := [4][2]float64{{100, 500}, {500, 500}, {420, 180}, {180, 180}}
	h, ok := camera.FromFour(plane, pixel)
	if !ok {
		fmt.Println("no camera sees them so")
		return
	}
	inverse, _ := h.Inverse()
	middle, _ := h.Map([2]float64{0.05, 0.05})
	fmt.Printf("the middle of the board is at pixel %.1f\n", middle) // where the diagonals cross, and not in the middle between the marks
	point, _ := h.Plane(inverse, [2]float64{300, 340})
	fmt.Printf("pixel [300 340] shows %.4f m\n", point)
	// Output:
	// the middle of the board is at pixel [300.0 300.0]
	// pixel [300 340] shows [0.0500 0.0375] m
}
