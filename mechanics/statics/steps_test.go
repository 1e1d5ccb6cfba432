package statics_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
)

// However finely a load is put on, the state is the same one: coarse steps do not land on another branch. The strip is
// a row of crossed squares that is pulled, pushed aside and twisted until its bonds are some 30 % longer.
func TestLoadStepsAgree(t *testing.T) {
	for _, name := range []string{"linear", "green", "log", "hardening"} {
		t.Run(name, func(t *testing.T) {
			p, loads := crossedStrip(t, name, 6)
			b, err := body.New(p)
			if err != nil {
				t.Fatal(err)
			}
			f := make([]float64, b.Space.N)
			for _, l := range loads {
				statics.Port{{Node: l.node, Part: l.part, Weight: 1}}.Put(&b.Space, l.force, f)
			}
			var first *body.State
			for _, steps := range []int{1, 3, 30, 300} {
				q := statics.New(b, true)
				q.Steps = steps
				if err := q.Set(b.Theta()); err != nil {
					t.Fatal(err)
				}
				s := b.NewState()
				effort, err := q.Rest(&statics.Load{F: f}, s)
				if err != nil {
					t.Fatalf("%d steps: %v", steps, err)
				}
				if effort.Steps < steps {
					t.Errorf("the load went on in %d steps, want at least %d", effort.Steps, steps)
				}
				if first == nil {
					if first = s; largest(s.U) < 0.2 {
						t.Fatalf("nothing moves by more than %.2g of a bond: the load says nothing", largest(s.U))
					}
					continue
				}
				for i := range s.U {
					if math.Abs(s.U[i]-first.U[i]) > 1e-8*largest(first.U) {
						t.Fatalf("%d steps (%+v): unknown %d is %.12g, and %.12g in one", steps, effort, i, s.U[i], first.U[i])
					}
				}
			}
		})
	}
}

type force struct {
	node  int
	part  element.Part
	force float64
}

// crossedStrip is a row of squares of unit length with both diagonals, held at its left end.
func crossedStrip(t *testing.T, curve string, squares int) (*body.Plan, []force) {
	t.Helper()
	c, ok := law.CurveNamed(curve)
	if !ok {
		t.Fatalf("no law %s", curve)
	}
	p := &body.Plan{Dim: 2}
	bar := func(i, j int) {
		theta := []float64{1}
		if c.Scale() {
			theta = append(theta, 0.5)
		}
		length := math.Hypot(p.Pos[2*i]-p.Pos[2*j], p.Pos[2*i+1]-p.Pos[2*j+1])
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Bond{Curve: c, Rest: true}, Nodes: []int{i, j}, Theta: append(theta, length)})
	}
	for i := range squares + 1 {
		p.Pos = append(p.Pos, float64(i), 0, float64(i), 1)
	}
	for i := range squares + 1 {
		bar(2*i, 2*i+1)
		if i < squares {
			bar(2*i, 2*i+2)
			bar(2*i+1, 2*i+3)
			bar(2*i, 2*i+3)
			bar(2*i+1, 2*i+2)
		}
	}
	for _, node := range []int{0, 1} {
		for _, part := range []element.Part{element.X, element.Y} {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: part})
		}
	}
	last := 2*squares + 1
	return p, []force{{last, element.X, 0.3}, {last - 1, element.X, 0.25}, {last, element.Y, 0.06}, {last - 5, element.Y, -0.05}}
}

func largest(v []float64) (most float64) {
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	return most
}
