package learn_test

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/internal/reference"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

// honeycomb is the frame of a solved case, with its loads as one input port and its outputs.
func honeycomb(t *testing.T) (*learn.Statics, *task.Set, *body.Body) {
	t.Helper()
	c := reference.Load(t, "frame2d_honeycomb")
	p := &body.Plan{Dim: 2}
	for _, x := range c.Nodes {
		p.Pos = append(p.Pos, x...)
	}
	for i, ends := range c.Beams {
		p.Elements = append(p.Elements, body.Element{Kind: element.Beam{}, Law: law.Rectangle{Young: c.Young, Thickness: c.Thickness}, Nodes: ends[:], Theta: []float64{c.Width[i]}})
	}
	parts := element.Turning(2)
	for _, s := range c.Supports {
		p.Supports = append(p.Supports, body.Support{Node: s[0], Part: parts[s[1]]})
	}
	b, err := body.New(p)
	if err != nil {
		t.Fatal(err)
	}
	var in statics.Port
	most, far := 0.0, 0.0
	for _, u := range c.Displacements {
		far = math.Max(far, math.Hypot(u[0], u[1]))
	}
	for _, l := range c.Loads {
		most = math.Max(most, math.Abs(l[2]))
	}
	for _, l := range c.Loads {
		in = append(in, statics.Term{Node: int(l[0]), Part: parts[int(l[1])], Weight: l[2] / most})
	}
	var out []statics.Port
	more := 2e-3 / far // loaded so that the node that moves most moves by 2 mm, as on a bench
	set := &task.Set{N: 1, P: 1, F: []float64{more * most}}
	for _, o := range c.Outputs {
		if parts[o[1]] != element.TurnZ { // a camera reads no rotation
			out = append(out, statics.Port{{Node: o[0], Part: parts[o[1]], Weight: 1}})
			set.Want = append(set.Want, 0.8*more*c.Displacements[o[0]][o[1]]) // far enough away to stand out of the noise
		}
	}
	set.Q = len(out)
	eq := statics.New(b, false)
	if err := eq.Set(b.Theta()); err != nil {
		t.Fatal(err)
	}
	rig := learn.NewStatics(eq, []learn.Input{{Port: in, Given: -1}}, out)
	if err := rig.SetStiffness(b.Theta()); err != nil {
		t.Fatal(err)
	}
	return rig, set, b
}

func cosine(a, b []float64) float64 {
	ab, aa, bb := 0.0, 0.0, 0.0
	for i, v := range a {
		ab, aa, bb = ab+v*b[i], aa+v*v, bb+b[i]*b[i]
	}
	return ab / math.Sqrt(aa*bb)
}

// Rotations follow exactly from displacements and moments where the model is right.
func TestRotationsAreCompleted(t *testing.T) {
	rig, set, b := honeycomb(t)
	s, seen := b.NewState(), b.NewState()
	if _, err := rig.Rest(set.Force(0), s); err != nil {
		t.Fatal(err)
	}
	seen.Copy(s)
	l, err := rig.Load(set.Force(0))
	if err != nil {
		t.Fatal(err)
	}
	if err := rig.Eq.CompletionOf(element.X, element.Y).Complete(l.F, seen); err != nil {
		t.Fatal(err)
	}
	for i := range s.U {
		if math.Abs(s.U[i]-seen.U[i]) > 1e-12*(1+math.Abs(s.U[i])) {
			t.Fatalf("unknown %d is %g, and completed %g", i, s.U[i], seen.U[i])
		}
	}
}

// Under 6 um of noise, from translations alone, the gradient of a frame points where the exact one does.
func TestGradientOfAFrameSeenByACamera(t *testing.T) {
	rig, set, b := honeycomb(t)
	exact, g := make([]float64, b.P), make([]float64, b.P)
	loss, batch := task.MeanSquare{Scale: 1e-3}, learn.Batch{Set: set}
	if _, err := (&rule.Backprop{}).Gradient(rig, loss, batch, exact); err != nil {
		t.Fatal(err)
	}
	worst, sum := 1.0, 0.0
	const draws = 40
	for seed := range uint64(draws) {
		seen := learn.NewSeen(rig, 6e-6, set.F[0], seed)
		if err := seen.SetStiffness(b.Theta()); err != nil {
			t.Fatal(err)
		}
		if _, err := (&rule.Backprop{}).Gradient(seen, loss, batch, g); err != nil {
			t.Fatal(err)
		}
		c := cosine(g, exact)
		worst, sum = math.Min(worst, c), sum+c
	}
	t.Logf("cosine %.5f on average, %.5f at worst of %d", sum/draws, worst, draws)
	if worst < 0.99 {
		t.Errorf("cosine %.4f at worst", worst)
	}
}

// Two rules, each one and the same code, train one frame on the solver and on a specimen under a camera with 6 um of noise
// and 3 % of scatter.
func TestRulesTrainAFrameAnywhere(t *testing.T) {
	for _, r := range []learn.Rule{&rule.Backprop{}, &rule.Nudge{}} {
		for _, camera := range []bool{false, true} {
			exact, set, b := honeycomb(t)
			var rig learn.Rig = exact
			scatter := make([]float64, b.P)
			for i := range scatter {
				scatter[i] = 1 + 0.03*math.Sin(float64(7*i))
			}
			if camera {
				seen := learn.NewSeen(exact, 6e-6, set.F[0], 3)
				seen.Scatter = scatter
				rig = seen
			}
			if nudge, ok := r.(*rule.Nudge); ok {
				nudge.Load = 0.3 * set.F[0]
			}
			theta := b.Theta()
			d := design.Uniform(b.P, 0.6*theta[0], 1.6*theta[0], theta[0])
			copy(d.Start, theta)
			for i := range d.Lo {
				d.Lo[i], d.Hi[i] = math.Min(d.Lo[i], theta[i]), math.Max(d.Hi[i], theta[i])
			}
			problem := learn.NewProblem(rig, r, task.MeanSquare{Scale: 1e-3}, d, learn.Batch{Set: set})
			adam, err := optim.New("adam", d.Dim(), 0.02)
			if err != nil {
				t.Fatal(err)
			}
			trainer, err := train.New(&train.Plan{Problem: problem, Method: adam, Start: d.StartPoint(), Train: set, Epochs: 120})
			if err != nil {
				t.Fatal(err)
			}
			before, err := trainer.Score()
			if err != nil {
				t.Fatal(err)
			}
			after, err := trainer.Run(nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s, camera %v: loss %.3g to %.3g", r.Name(), camera, before.Train.Loss, after.Train.Loss)
			if !(after.Train.Loss < 0.02*before.Train.Loss) {
				t.Errorf("%s, camera %v: the loss only falls from %.3g to %.3g", r.Name(), camera, before.Train.Loss, after.Train.Loss)
			}
		}
	}
}
