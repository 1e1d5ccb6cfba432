package engine_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/studio/engine"
)

const sheet = `elastrain: 1
network: {lattice: honeycomb, size: 2 x 2, spacing: 10 mm, periodic: true}
elements:
  - {kind: bar, stiffness: 10..200 N/m at 50 N/m}
  - {kind: angle, at: corners, angular: 1 mN m}
task:
  kind: behaviour
  cases:
    - push: [{sxx: 1 N/m}, {sxy: 0.3 N/m}]
      want: [{eyy: 0.5 %}]
`

// A cell is drawn with its neighbours: deformations follow from images that move as their nodes do, and by the strain times their distance.
// That holds for bonds and angles, under the load and under the error.
func TestImagesOfCells(t *testing.T) {
	e := &engine.Engine{}
	r := ask(t, e, "open", map[string]any{"name": "sheet.yaml", "text": sheet}).good(t)
	shape := r.head["shape"].(map[string]any)
	cell := [][]float64{}
	for _, v := range shape["cell"].([]any) {
		cell = append(cell, floats(v))
	}
	points, ends, third, shift, thirds := r.f8(t, "points"), r.i4(t, "ends"), r.i4(t, "third"), r.i4(t, "shift"), r.i4(t, "third_shift")
	check := func(what string, answer *reply, u, e, strain string) {
		t.Helper()
		s := answer.good(t).head[strain].(map[string]any)
		exx, eyy, gxy := s["exx"].(float64), s["eyy"].(float64), s["gxy"].(float64)
		moved, told := answer.f8(t, u), answer.f8(t, e)
		// where a node lies and how it moves, in the cell that is so many vectors away
		image := func(node int32, by []int32) (x, d [2]float64) {
			var far [2]float64
			for v := range cell {
				for axis := range far {
					far[axis] += float64(by[v]) * cell[v][axis]
				}
			}
			d = [2]float64{moved[3*node] + exx*far[0] + gxy/2*far[1], moved[3*node+1] + eyy*far[1] + gxy/2*far[0]}
			return [2]float64{points[3*node] + far[0], points[3*node+1] + far[1]}, d
		}
		turned := func(ax, ad, bx, bd [2]float64) float64 { // how far the arm from b to a turns
			x, y := ax[0]-bx[0], ax[1]-bx[1]
			return (x*(ad[1]-bd[1]) - y*(ad[0]-bd[0])) / (x*x + y*y)
		}
		crossing, angles, most := 0, 0, largest(told)
		for i := range told {
			x, d := image(ends[2*i], []int32{0, 0, 0})
			y, f := image(ends[2*i+1], shift[3*i:3*i+3])
			if shift[3*i] != 0 || shift[3*i+1] != 0 {
				crossing++
			}
			want := 0.0
			if third[i] >= 0 {
				angles++
				z, g := image(third[i], thirds[3*i:3*i+3])
				want = turned(z, g, y, f) - turned(x, d, y, f)
				if math.Abs(want+told[i]) < math.Abs(want-told[i]) {
					want = -want // either arm may be the first
				}
			} else {
				l := math.Hypot(y[0]-x[0], y[1]-x[1])
				want = ((y[0]-x[0])*(f[0]-d[0]) + (y[1]-x[1])*(f[1]-d[1])) / l
			}
			if math.Abs(want-told[i]) > 1e-12*most {
				t.Errorf("%s, element %d: %g by its images, %g told", what, i, want, told[i])
			}
		}
		if crossing == 0 || angles == 0 || most == 0 || exx == 0 {
			t.Errorf("%s: %d elements leave the cell, %d angles, largest %g, strain %v", what, crossing, angles, most, s)
		}
	}
	id := r.head["id"]
	sample := map[string]any{"part": "training", "i": 0}
	check("under the load", ask(t, e, "solve", map[string]any{"id": id, "sample": sample}), "u", "e", "strain")
	g := ask(t, e, "gradient", map[string]any{"id": id, "sample": sample})
	check("forward", g, "u", "e", "strain")
	check("adjoint", g, "u_adj", "e_adj", "strain_adj")
}
