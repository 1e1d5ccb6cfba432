package learn_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/task"
)

// shaped is a plan of every kind of element that has a shape: bars by stiffness, width, log law and rest length, a spring to
// ground, angles with and without rest angle, beams by width and by section. All nodes may move, held ones too.
func shaped(rest bool) *body.Plan {
	curve := func(name string) law.Curve { c, _ := law.CurveNamed(name); return c }
	p := fan(element.Bar{}, law.Spring{}, func(r *rand.Rand) []float64 { return []float64{1 + r.Float64()} })
	set := func(i int, kind element.Kind, l law.Law, theta ...float64) {
		p.Elements[i].Kind, p.Elements[i].Law, p.Elements[i].Theta = kind, l, theta
	}
	set(1, element.Bar{}, law.Strip{Young: 2, Thickness: 0.5}, 1.2)
	set(4, element.Beam{}, law.Rectangle{Young: 30, Thickness: 0.5, Shear: 9}, 0.2)
	set(5, element.Beam{}, law.Section{}, 2, 0.05)
	set(6, element.Beam{}, law.Section{Shear: true}, 2, 0.05, 1)
	set(7, element.Beam{}, law.Rectangle{Young: 30, Thickness: 0.5}, 0.15)
	p.Elements = append(p.Elements,
		body.Element{Kind: element.Ground{}, Law: law.Spring{}, Nodes: []int{0}, Dir: [3]float64{0.6, 0.8}, Theta: []float64{0.4}},
		body.Element{Kind: element.Angle{}, Law: law.Spring{Unit: "N m"}, Nodes: []int{1, 2, 3}, Theta: []float64{0.2}})
	if rest {
		set(2, element.Bar{}, law.Bond{Curve: curve("log")}, 1.5)
		set(3, element.Bar{}, law.Bond{Curve: curve("linear"), Rest: true}, 1.1, 1.02)
		p.Elements = append(p.Elements, body.Element{Kind: element.Angle{}, Law: law.Bond{Curve: curve("linear"), Rest: true, Angle: true}, Nodes: []int{4, 5, 6}, Theta: []float64{0.3, 2}})
	}
	for node := range 7 {
		p.Moves = append(p.Moves, body.Move{Node: node, Axis: 0}, body.Move{Node: node, Axis: 1})
	}
	return p
}

// Places of nodes learn as stiffnesses do, for every kind, small and far moving, one sample and several.
func TestPlacesLearn(t *testing.T) {
	at := func(node int, part element.Part) statics.Port {
		return statics.Port{{Node: node, Part: part, Weight: 1}}
	}
	out := []statics.Port{at(2, element.Y), at(3, element.TurnZ), at(6, element.X), at(5, element.Y)}
	for _, tt := range []struct {
		name         string
		rest, finite bool
	}{{"linear", false, false}, {"finite", false, true}, {"finite, at other rest lengths", true, true}} {
		b, err := body.New(shaped(tt.rest))
		if err != nil {
			t.Fatal(err)
		}
		eq := statics.New(b, tt.finite)
		theta := b.Theta()
		random := rand.New(rand.NewPCG(3, 4))
		for i := b.FirstMove(); i < b.P; i++ {
			theta[i] = 0.05 * (random.Float64() - 0.5)
		}
		if err := eq.Set(theta); err != nil {
			t.Fatal(err)
		}
		rig := learn.NewStatics(eq, []learn.Input{{Port: at(2, element.X), Given: -1}, {Port: at(5, element.Y), Given: -1}}, out)
		for _, samples := range []int{1, 5} {
			set := &task.Set{N: samples, P: 2, Q: len(out)}
			for range samples {
				set.F = append(set.F, 0.1*random.Float64(), -0.1*random.Float64())
				for range out {
					set.Want = append(set.Want, 0.05*random.Float64())
				}
			}
			batch, loss := learn.Batch{Set: set}, task.MeanSquare{Scale: 0.05}
			g := make([]float64, b.P)
			value := func(theta []float64) float64 {
				if err := rig.SetStiffness(theta); err != nil {
					t.Fatal(err)
				}
				v, err := learn.MeanLoss(rig, loss, batch)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			value(theta)
			if _, err := (&rule.Backprop{}).Gradient(rig, loss, batch, g); err != nil {
				t.Fatal(err)
			}
			largest, worst := 0.0, 0.0
			for i := range theta {
				largest = max(largest, math.Abs(g[i]))
			}
			now := slices.Clone(theta)
			for i, v := range theta {
				const h = 1e-5
				now[i] = v + h
				up := value(now)
				now[i] = v - h
				worst = max(worst, math.Abs((up-value(now))/(2*h)-g[i]))
				now[i] = v
			}
			if !(worst < 1e-7*largest) || largest == 0 {
				t.Errorf("%s, %d samples: off by %.1e of the largest", tt.name, samples, worst/largest)
			}
			nudged := make([]float64, b.P)
			value(theta)
			if _, err := (&rule.Nudge{Load: 1e-4}).Gradient(rig, loss, batch, nudged); err != nil {
				t.Fatal(err)
			}
			for i, v := range g {
				if !(math.Abs(nudged[i]-v) < 1e-4*largest) {
					t.Errorf("%s, %d samples: equilibrium propagation says %g of %s, and backpropagation %g", tt.name, samples, nudged[i], "parameter "+strconv.Itoa(i), v)
				}
			}
			t.Logf("%s, %d samples: off by %.1e of the largest", tt.name, samples, worst/largest)
		}
	}
}

// Where two ends of a bar are moved to one place the rig says so, and stands as before.
func TestPlacesThatCannotBe(t *testing.T) {
	b, err := body.New(shaped(false))
	if err != nil {
		t.Fatal(err)
	}
	eq := statics.New(b, false)
	good := b.Theta()
	if err := eq.Set(good); err != nil {
		t.Fatal(err)
	}
	size, bad := slices.Clone(b.Sizes), slices.Clone(good)
	for axis := range 2 {
		bad[b.FirstMove()+2*3+axis] = b.Pos[2*2+axis] - b.Pos[2*3+axis] // node 4 onto node 3
	}
	if err := eq.Set(bad); err == nil {
		t.Fatal("a bar without length was taken")
	}
	if !slices.Equal(size, b.Sizes) || !slices.Equal(eq.Theta(), good) {
		t.Error("a refused place was left in the body")
	}
	bad[b.FirstMove()] = math.NaN()
	if err := eq.Set(bad); err == nil {
		t.Error("a place that is no number was taken")
	}
}
