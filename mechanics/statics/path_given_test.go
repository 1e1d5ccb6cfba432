package statics_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// A shallow truss pushed through a soft spring by a given displacement: the path goes through the snap of the truss, the spring and
// the truss bear the same force at every point, and where the spring is softer than the truss is steep, the given displacement
// itself turns back (snap-back). It is given as a moved support, and as a reading along a slanted direction of a turned truss.
func TestPathUnderGivenDisplacements(t *testing.T) {
	const half, height, k, soft, reach = 1.0, 0.25, 100.0, 2.0, 20.0
	truss := func(w float64) float64 { // force at the apex that has gone down by w
		l0, l := math.Hypot(half, height), math.Hypot(half, height-w)
		return 2 * k * (l0 - l) * (height - w) / l
	}
	for _, turned := range []float64{0, 0.6} {
		sin, cos := math.Sincos(turned)
		at := func(x, y float64) []float64 { return []float64{x*cos - y*sin, x*sin + y*cos} }
		p := &body.Plan{Dim: 2}
		for _, x := range [][]float64{at(-half, 0), at(half, 0), at(0, height), at(0, height+reach)} {
			p.Pos = append(p.Pos, x...)
		}
		for i, ends := range [][2]int{{0, 2}, {1, 2}, {2, 3}} {
			p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: ends[:], Theta: []float64{[]float64{k, k, soft}[i]}})
		}
		for _, node := range []int{0, 1} {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: element.X}, body.Support{Node: node, Part: element.Y})
		}
		// The top moves along the axis of the truss alone, and is told how far.
		down := []body.Term{{Node: 3, Part: element.X, Weight: sin}, {Node: 3, Part: element.Y, Weight: -cos}}
		across := []body.Term{{Node: 3, Part: element.X, Weight: cos}, {Node: 3, Part: element.Y, Weight: sin}}
		sign := 1.0
		if turned == 0 {
			p.Supports = append(p.Supports, body.Support{Node: 3, Part: element.X}, body.Support{Node: 3, Part: element.Y, Given: true})
			sign = -1 // the support is told y
		} else {
			p.Given = [][]body.Term{across, down}
		}
		b, q := equilibrium(t, p, true)
		g := make([]float64, b.Space.G)
		g[b.Space.G-1] = sign
		points, limits, unstable, back := 0, 0, 0, 0.0
		first := 0.0
		err := q.Follow(&statics.Load{F: make([]float64, b.Space.N), G: g}, statics.Along{Limits: true, Most: 400}, func(pt statics.Point) bool {
			points++
			w := sin*b.Value(pt.State, 2, element.X) - cos*b.Value(pt.State, 2, element.Y)
			d := pt.Share
			if got := sin*b.Value(pt.State, 3, element.X) - cos*b.Value(pt.State, 3, element.Y); math.Abs(got-d) > 1e-12 {
				t.Errorf("the top is at %g, and %g is given", got, d)
			}
			force := sign * q.GivenForces(pt.State)[b.Space.G-1]
			if spring := soft * (d - w); math.Abs(force-spring) > 1e-9 || math.Abs(force-truss(w)) > 1e-9 {
				t.Errorf("at %g the given displacement takes %.12g, the spring bears %.12g and the truss %.12g", d, force, spring, truss(w))
			}
			if pt.Limit {
				limits++
				if limits == 1 {
					first = d
				}
			}
			if pt.Unstable > 0 {
				unstable++
			}
			back = max(back, w)
			return w < 2.2*height
		})
		if err != nil || limits != 2 || unstable == 0 || back < 2.2*height {
			t.Errorf("turned by %g: %d points, %d limits, %d unstable, down to %g: %v", turned, points, limits, unstable, back, err)
		}
		// The first turn: d = w + P(w)/soft is greatest.
		most := 0.0
		for w := 0.0; w < height; w += 1e-5 {
			most = max(most, w+truss(w)/soft)
		}
		if math.Abs(first-most) > 1e-8*most {
			t.Errorf("the displacement turns back at %.12g, and by the closed form at %.12g", first, most)
		}
	}
}
