package statics_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// crease is two triangles over a crease of length 1 along x, the first of them held; the wing of the second is h away.
func crease(kappa, h float64) *body.Plan {
	p := &body.Plan{Dim: 3, Pos: []float64{0.4, 1, 0, 0, 0, 0, 1, 0, 0, 0.4, -h, 0}}
	for node := range 3 {
		for _, part := range element.Along(3) {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: part})
		}
	}
	for _, ends := range [][2]int{{1, 3}, {2, 3}} {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Spring{}, Nodes: ends[:], Theta: []float64{1e3}})
	}
	p.Elements = append(p.Elements, body.Element{Kind: element.Fold{}, Law: law.Spring{Unit: "N m"}, Nodes: []int{0, 1, 2, 3}, Theta: []float64{kappa}})
	return p
}

// A wing at h from the crease yields by F h^2/kappa to a small force across it.
func TestFoldYields(t *testing.T) {
	const kappa, h, load = 0.3, 0.7, 2e-3
	b, s := push(t, crease(kappa, h), false, statics.Port{{Node: 3, Part: element.Z, Weight: 1}}, load)
	within(t, "wing", b.Value(s, 3, element.Z), load*h*h/kappa, 1e-12)
}

// A wing that is turned about the crease by a, however far to either side, pushes back with kappa a/h across itself.
func TestFoldTurnedFar(t *testing.T) {
	const kappa, h = 0.3, 0.7
	for _, a := range []float64{-3, -1.6, -0.2, 1e-6, 0.5, 1.5, 2.2, 3.1} {
		p := crease(kappa, h)
		for _, part := range element.Along(3) {
			p.Supports = append(p.Supports, body.Support{Node: 3, Part: part, Given: true})
		}
		b, err := body.New(p)
		if err != nil {
			t.Fatal(err)
		}
		sin, cos := math.Sincos(a)
		s := b.NewState()
		for part, v := range map[element.Part]float64{element.X: 0, element.Y: h - h*cos, element.Z: h * sin} {
			given, ok := b.Space.Column(3, part).IsGiven()
			if !ok {
				t.Fatal("not given")
			}
			s.G[given] = v
		}
		w := b.NewWork()
		b.Stand(w, s, true)
		b.Resist(w, b.Theta(), s)
		force := map[element.Part]float64{}
		for _, r := range b.Reactions(s, true, b.Theta()) {
			if r.Node == 3 {
				force[r.Part] = r.Force
			}
		}
		// Across the wing as it stands: (0, sin a, cos a). Along it and along the crease nothing pulls.
		across, along := sin*force[element.Y]+cos*force[element.Z], cos*force[element.Y]-sin*force[element.Z]
		if math.Abs(across-kappa*a/h) > 1e-13*(1+math.Abs(a)) || math.Abs(across-kappa*a/h) > 1e-9*math.Abs(a) {
			t.Errorf("turned by %g: it pushes back with %.15g, and kappa a/h is %.15g", a, across, kappa*a/h)
		}
		if math.Abs(along)+math.Abs(force[element.X]) > 1e-11 {
			t.Errorf("turned by %g: forces %v", a, force)
		}
		within(t, "energy", s.Energy, kappa*a*a/2, 1e-9)
	}
}
