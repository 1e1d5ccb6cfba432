package statics_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// storeys is a frame of three storeys, clamped at its feet.
func storeys(t *testing.T) *body.Body {
	t.Helper()
	p := &body.Plan{Dim: 2}
	for floor := range 4 {
		p.Pos = append(p.Pos, 0, float64(floor), 1.2, float64(floor)+0.1)
	}
	beam := func(a, b int) {
		p.Elements = append(p.Elements, body.Element{Kind: element.Beam{}, Law: law.Rectangle{Young: 1e3, Thickness: 0.1}, Nodes: []int{a, b}, Theta: []float64{0.05 + 0.01*float64(len(p.Elements))}})
	}
	for floor := range 3 {
		beam(2*floor, 2*floor+2)
		beam(2*floor+1, 2*floor+3)
		beam(2*floor+2, 2*floor+3)
	}
	for node := range 2 {
		for _, part := range element.Turning(2) {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: part})
		}
	}
	b, err := body.New(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Rotations, and places of nodes that nobody saw, follow from what was seen, near and far; and so does how every
// deformation changes with what is seen.
func TestCompletion(t *testing.T) {
	for _, finite := range []bool{false, true} {
		b := storeys(t)
		q := statics.New(b, finite)
		if err := q.Set(b.Theta()); err != nil {
			t.Fatal(err)
		}
		load := &statics.Load{F: make([]float64, b.Space.N)}
		statics.Port{{Node: 7, Part: element.X, Weight: 1}, {Node: 4, Part: element.TurnZ, Weight: 0.2}}.Put(&b.Space, 2e-2, load.F)
		truth := b.NewState()
		if _, err := q.Rest(load, truth); err != nil {
			t.Fatal(err)
		}
		if turn := b.Value(truth, 7, element.TurnZ); math.Abs(turn) < 0.05 {
			t.Fatalf("it turns by %g only", turn)
		}
		known := make([]bool, b.Space.N)
		for node := range 8 {
			for _, part := range []element.Part{element.X, element.Y} {
				if c := b.Space.Column(node, part); c.Free() && node != 5 { // node 5 is hidden
					known[c] = true
				}
			}
		}
		c := q.Completion(known)
		expected := b.NewState() // by a model whose widths are a little wrong
		wrong := b.Theta()
		for i := range wrong {
			wrong[i] *= 1 + 0.05*math.Sin(float64(i))
		}
		model := statics.New(b, finite)
		if err := model.Set(wrong); err != nil {
			t.Fatal(err)
		}
		if _, err := model.Rest(load, expected); err != nil {
			t.Fatal(err)
		}
		complete := func(u []float64) *body.State {
			s := b.NewState()
			s.Copy(expected)
			for _, unknown := range c.Seen() {
				s.U[unknown] = u[unknown]
			}
			if err := c.Complete(load.F, s); err != nil {
				t.Fatal(err)
			}
			return s
		}
		s := complete(truth.U)
		for i, u := range truth.U {
			if math.Abs(u-s.U[i]) > 1e-9*(1+math.Abs(u)) {
				t.Errorf("finite %v: unknown %d is %g, and completed %g", finite, i, u, s.U[i])
			}
		}
		// Away from equilibrium as well, as under noise.
		random := rand.New(rand.NewPCG(1, 2))
		noisy := append([]float64(nil), truth.U...)
		for i := range noisy {
			noisy[i] += 1e-3 * random.NormFloat64()
		}
		s = complete(noisy)
		rates := make([][]float64, len(c.Seen()))
		c.Rates(s, func(seen int, e []float64) { rates[seen] = append([]float64(nil), e...) })
		for j, unknown := range c.Seen() {
			const h = 1e-5
			at := noisy[unknown]
			noisy[unknown] = at + h
			more := complete(noisy)
			noisy[unknown] = at - h
			less := complete(noisy)
			noisy[unknown] = at
			for m := range s.E {
				if d := (more.E[m] - less.E[m]) / (2 * h); math.Abs(d-rates[j][m]) > 1e-6*(1+math.Abs(d)) {
					t.Fatalf("finite %v: deformation %d changes with unknown %d by %g, and by differences %g", finite, m, unknown, rates[j][m], d)
				}
			}
		}
	}
}
