package statics_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// stressed is a hexagon with its centre, of bars and an angle that are not at rest as built.
func stressed(curve string) *body.Plan {
	c, _ := law.CurveNamed(curve)
	r := rand.New(rand.NewPCG(5, 6))
	p := &body.Plan{Dim: 2, Pos: []float64{0.05, 0.02}}
	for i := range 6 {
		s, c := math.Sincos(float64(i) * math.Pi / 3)
		p.Pos = append(p.Pos, c, s)
	}
	for _, ends := range [][2]int{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 6}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 1}} {
		theta := []float64{1 + r.Float64()}
		if c.Scale() {
			theta = append(theta, 0.5)
		}
		theta = append(theta, 0.93+0.1*r.Float64())
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Bond{Curve: c, Rest: true}, Nodes: ends[:], Theta: theta})
	}
	hooke, _ := law.CurveNamed("linear")
	p.Elements = append(p.Elements, body.Element{Kind: element.Angle{}, Law: law.Bond{Curve: hooke, Rest: true, Angle: true}, Nodes: []int{1, 2, 3}, Theta: []float64{0.3, 4.1}})
	for _, node := range []int{1, 4} {
		p.Supports = append(p.Supports, body.Support{Node: node, Part: element.X}, body.Support{Node: node, Part: element.Y, Given: node == 4})
	}
	return p
}

// With small displacements a stressed body answers as the first Newton step of the finite problem does, and its forces
// balance with its reactions.
func TestStressIsOneNewtonStep(t *testing.T) {
	b, err := body.New(stressed("linear"))
	if err != nil {
		t.Fatal(err)
	}
	q := statics.New(b, false)
	if err := q.Set(b.Theta()); err != nil {
		t.Fatal(err)
	}
	load := &statics.Load{F: make([]float64, b.Space.N), G: []float64{0}}
	for i := range load.F {
		load.F[i] = 0.02 * math.Sin(float64(3*i+1))
	}
	s := b.NewState()
	if _, err := q.Rest(load, s); err != nil {
		t.Fatal(err)
	}
	// The finite tangent as built answers the load less what the body pulls there.
	far, built, step := statics.New(b, true), b.NewState(), b.NewState()
	if err := far.Set(b.Theta()); err != nil {
		t.Fatal(err)
	}
	w := b.NewWork()
	b.Stand(w, built, true)
	b.Resist(w, b.Theta(), built)
	f := slices.Clone(load.F)
	b.Forces(w, built.T, -1, f, nil)
	if err := far.About(built, f, step); err != nil {
		t.Fatal(err)
	}
	most := 0.0
	for i, v := range step.U {
		most = max(most, math.Abs(v))
		if math.Abs(v-s.U[i]) > 1e-13 {
			t.Errorf("unknown %d is %.15g, and one Newton step %.15g", i, s.U[i], v)
		}
	}
	if most < 1e-3 {
		t.Errorf("nothing moved: %g", most)
	}
	sum := [2]float64{}
	for i, v := range load.F {
		_, part := b.Space.Place(i)
		sum[part] += v
	}
	for _, r := range q.Reactions(s) {
		sum[r.Part] += r.Force
	}
	if math.Hypot(sum[0], sum[1]) > 1e-13 {
		t.Errorf("reactions and loads leave over %g", sum)
	}
}

// Gradients of a stressed body with small displacements, by stiffness, scale and rest length or angle, are those of differences;
// those of its energy too.
func TestStressGradient(t *testing.T) {
	for _, curve := range []string{"linear", "hardening", "log", "tension-only"} {
		b, err := body.New(stressed(curve))
		if err != nil {
			t.Fatal(err)
		}
		q := statics.New(b, false)
		load := &statics.Load{F: make([]float64, b.Space.N), G: []float64{0.02}}
		slope := make([]float64, b.Space.N)
		for i := range load.F {
			load.F[i], slope[i] = 0.02*math.Sin(float64(3*i+1)), math.Cos(float64(2*i))
		}
		s, a := b.NewState(), b.NewState()
		rest := func(theta []float64) (value, energy float64) {
			if err := q.Set(theta); err != nil {
				t.Fatal(err)
			}
			if _, err := q.Rest(load, s); err != nil {
				t.Fatalf("%s: %v", curve, err)
			}
			potential := s.Energy
			for i, v := range slope {
				value += v * s.U[i]
				potential -= load.F[i] * s.U[i]
			}
			return value, potential
		}
		theta := b.Theta()
		rest(theta)
		f, g, dw := make([]float64, b.Space.N), make([]float64, b.P), make([]float64, b.P)
		for i, v := range slope {
			f[i] = -v
		}
		if err := q.About(s, f, a); err != nil {
			t.Fatal(err)
		}
		q.Gradient(b.NewWork(), s, a, 1, g)
		q.EnergyGradient(b.NewWork(), s, 1, dw) // of the potential energy at rest, too: displacements do not count there
		worst, largest := [2]float64{}, [2]float64{}
		for i, v := range theta {
			const h = 1e-5
			theta[i] = v + h
			up, upE := rest(theta)
			theta[i] = v - h
			down, downE := rest(theta)
			theta[i] = v
			worst[0], largest[0] = max(worst[0], math.Abs((up-down)/(2*h)-g[i])), max(largest[0], math.Abs(g[i]))
			worst[1], largest[1] = max(worst[1], math.Abs((upE-downE)/(2*h)-dw[i])), max(largest[1], math.Abs(dw[i]))
		}
		if !(worst[0] < 1e-7*largest[0]) || !(worst[1] < 1e-7*largest[1]) {
			t.Errorf("%s: off by %.1e, and of the energy by %.1e of the largest", curve, worst[0]/largest[0], worst[1]/largest[1])
		}
	}
}

// Places do not learn beside stress where displacements are small; the message says the way out, and the body stays.
func TestStressedPlaces(t *testing.T) {
	p := stressed("linear")
	p.Moves = []body.Move{{Node: 0, Axis: 0}}
	b, err := body.New(p)
	if err != nil {
		t.Fatal(err)
	}
	theta := b.Theta()
	theta[b.FirstMove()] = 0.01
	if err := statics.New(b, false).Set(theta); err == nil || b.Pos[0] != 0.05 {
		t.Errorf("%v, %g", err, b.Pos[0])
	}
	if err := statics.New(b, true).Set(theta); err != nil {
		t.Error(err)
	}
}
