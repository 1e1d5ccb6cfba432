package insitu

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/hang"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/spec"
)

// trainTwin trains the twin, paused after so many loads and taken up again if pause is above 0.
func trainTwin(t *testing.T, dir string, pause int, overrides ...string) *Recorded {
	t.Helper()
	ctx := context.Background()
	for life := 0; ; life++ {
		file, err := spec.Parse("a.yaml", []byte(onTwin), overrides...)
		if err != nil {
			t.Fatal(err)
		}
		left := pause
		tr, err := Open(ctx, Request{File: file, Parent: dir, Name: "a", Exact: true, Phase: func(tr *Training) {
			if left--; left == 0 {
				tr.Session.Interrupt()
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = tr.Train(ctx)
		var paused *session.PausedError
		again := errors.As(err, &paused)
		if err = tr.Close(ctx); err != nil {
			t.Fatal(err)
		}
		if !again {
			break
		}
		if life > 100 {
			t.Fatal("it does not come to an end")
		}
	}
	r, err := Load(atomicfile.OS{}, filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Log.Stop == nil {
		t.Fatal("the session did not end")
	}
	return r
}

// ideal is a twin that is what theory says, so that training asks for what the plan foresees.
var ideal = []string{"lab.twin={noise: 0 um, scatter: 0 %, deformation: linear}", "lab.steps=1", "lab.method=adam"}

// What is planned is what hangs, what the twin feels and what the gradient is made of, and all of it
// comes out of the box.
func TestPlanIsWhatTrainingHangs(t *testing.T) {
	for _, c := range []struct {
		masses, protocol string
	}{
		{"4 x 3 g", "{}"},
		{"1 g, 2 x 2 g, 5 g, 10 g", "{loads: ports}"},
		{"3 x 2 g, 2 x 0.7 g", "{loads: samples}"},
		{"6 x 2 g", "{loads: samples, alternate: true}"},
		{"2 x 4 g", "{loads: samples, error: raw}"},
	} {
		overrides := append(slices.Clone(ideal), "lab.weights.masses="+c.masses, "lab.protocol="+strings.Replace(c.protocol, "{", "{noise: 1 nm, ", 1))
		planned, err := mustBuild(t, overrides...).Plan(6e-6)
		if err != nil {
			t.Fatalf("%s: %v", c.masses, err)
		}
		var want [][]lab.Force
		for _, p := range planned {
			for _, shot := range p.Plan.Shots() {
				want = append(want, shot.Load(p.Plan.Gravity))
			}
		}
		r := trainTwin(t, t.TempDir(), 0, overrides...)
		l := r.Lab
		stock, err := l.Stock()
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for i := range r.Log.Phases {
			p := &r.Log.Phases[i]
			if p.Step > 0 {
				break
			}
			if at == len(want) || !near(p.Record.Load, want[at]) {
				t.Fatalf("%s %s: load %d of the session is %v, the plan has %v", c.masses, c.protocol, at+1, p.Record.Load, want)
			}
			at++
			for _, f := range p.Record.Load {
				if mass := math.Hypot(f.F[0], f.F[1]) / hang.StandardGravity; !makes(stock, mass) {
					t.Errorf("%s: %g g cannot be made of it", c.masses, 1e3*mass)
				}
			}
			// The twin felt exactly that: theory gives what was seen, to the last digits.
			u, err := l.Predict(p.Stiffness, p.Record.Load)
			if err != nil {
				t.Fatal(err)
			}
			seen, err := l.Specimen.Reduce(&r.Log.Start.Protocol, &p.Record)
			if err != nil {
				t.Fatal(err)
			}
			for j := range u {
				if math.Abs(u[j]-seen.U[j]) > 1e-9*math.Abs(u[j])+1e-15 {
					t.Fatalf("%s: coordinate %d moved by %g, theory says %g of the load that hung", c.masses, j, seen.U[j], u[j])
				}
			}
		}
		if at != len(want) {
			t.Errorf("%s %s: %d loads hung, %d were planned", c.masses, c.protocol, at, len(want))
		}
		// Superposition puts the gradient right although no load of the box is the one that is wanted.
		again, err := session.Replay(r.Log, l.Estimator())
		if err != nil || again[0].Apart != 0 || again[0].LossApart != 0 {
			t.Fatalf("%s: replay: %v, %+v", c.masses, err, again)
		}
		free := trainTwin(t, t.TempDir(), 0, append(slices.Clone(overrides), "lab.weights=~", "lab.twin.quantum=0 gf")...)
		along, a, b := 0.0, 0.0, 0.0
		for i, g := range r.Log.Steps[0].Gradient {
			f := free.Log.Steps[0].Gradient[i]
			along, a, b = along+g*f, a+g*g, b+f*f
		}
		if size, cosine := math.Sqrt(a/b), along/math.Sqrt(a*b); math.Abs(size-1) > 0.1 || cosine < 0.99 {
			t.Errorf("%s %s: the gradient is %.3g times that of the wanted loads, cosine %.4f", c.masses, c.protocol, size, cosine)
		}
	}
}

func near(a, b []lab.Force) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Node != b[i].Node || math.Hypot(a[i].F[0]-b[i].F[0], a[i].F[1]-b[i].F[1]) > 1e-12 {
			return false
		}
	}
	return true
}

// makes reports whether some of the pieces weigh so much, kg.
func makes(stock hang.Stock, mass float64) bool {
	if math.Abs(mass) < 1e-12 {
		return true
	}
	for i, w := range stock {
		if w.Count == 0 || mass < w.Mass-1e-12 {
			continue
		}
		less := slices.Clone(stock)
		less[i].Count--
		if makes(less, mass-w.Mass) {
			return true
		}
	}
	return false
}

// A session whose loads take several shots each is paused after every one and goes on to the same bits.
func TestShotsSurvivePauses(t *testing.T) {
	overrides := []string{"lab.steps=2", "lab.protocol={loads: samples}", "lab.weights.masses=4 x 3 g"}
	want := trainTwin(t, t.TempDir(), 0, overrides...)
	several := false
	for i := range want.Log.Phases {
		several = several || want.Log.Phases[i].Shots > 1
	}
	if !several {
		t.Fatal("no load takes two shots: nothing is tested here")
	}
	got := trainTwin(t, t.TempDir(), 1, overrides...)
	if len(got.Log.Steps) != 2 || len(got.Log.Phases) != len(want.Log.Phases) {
		t.Fatalf("%d steps and %d phases, want %d and %d", len(got.Log.Steps), len(got.Log.Phases), len(want.Log.Steps), len(want.Log.Phases))
	}
	for i := range want.Log.Steps {
		if !slices.Equal(got.Log.Steps[i].Gradient, want.Log.Steps[i].Gradient) || !slices.Equal(got.Log.Steps[i].Stiffness, want.Log.Steps[i].Stiffness) {
			t.Errorf("step %d differs", i+1)
		}
	}
}

// What the box cannot make is refused before anything moves, with its place in the file.
func TestBoxThatCannot(t *testing.T) {
	for _, c := range []struct {
		override, want string
	}{
		{"lab.weights.masses=12 g", "5 g on node 11"},
		{"lab.weights.masses=20 g", "5 g on node 11"},
		{"lab.weights.masses=200 g", "5 g on node 11"},
		{"lab.weights.masses=1 g", "5 g on node 11"},
		{"lab.weights.pulls=[{along: x}]", "no string pulls node 11"},
	} {
		l := mustBuild(t, c.override)
		_, err := l.Plan(6e-6)
		var many spec.Errors
		var never *hang.InfeasibleError
		if !errors.As(err, &many) || !errors.As(err, &never) || many[0].Code != "E0905" || !strings.Contains(many[0].Message, c.want) || many[0].Line != 1 {
			t.Errorf("%s: %v", c.override, err)
		}
		file, err := spec.Parse("a.yaml", []byte(onTwin), c.override)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := Open(context.Background(), Request{File: file, Parent: t.TempDir(), Name: "a"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = tr.Train(context.Background()); !errors.As(err, &never) || len(tr.Session.Log().Phases) != 0 {
			t.Errorf("%s: training: %v", c.override, err)
		}
		if err := tr.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// A limit below what is wanted refuses, with a box as without; it never makes a load smaller.
func TestLimitsDoNotShrinkLoads(t *testing.T) {
	for _, weights := range []string{"lab.weights=~", "lab.weights.masses=any x 0.5 g"} {
		var beyond *lab.PlanError
		if _, err := mustBuild(t, weights, "lab.limits.force=4.5 gf").Plan(6e-6); !errors.As(err, &beyond) {
			t.Errorf("%s: the plan hangs it: %v", weights, err)
		}
		file, err := spec.Parse("a.yaml", []byte(onTwin), weights, "lab.limits.force=4.5 gf")
		if err != nil {
			t.Fatal(err)
		}
		tr, err := Open(context.Background(), Request{File: file, Parent: t.TempDir(), Name: "a"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = tr.Train(context.Background()); !errors.As(err, &beyond) || len(tr.Session.Log().Phases) != 0 {
			t.Errorf("%s: training: %v", weights, err)
		}
		if err := tr.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// People and scripts count nodes and options from 1.
func TestPlanCountsFromOne(t *testing.T) {
	loads, err := mustBuild(t, "lab.weights.masses=1 g, 2 x 2 g, 5 g").Plan(6e-6)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(loads)
	if err != nil {
		t.Fatal(err)
	}
	var seen []struct {
		Load []struct{ Node int }
		Plan struct {
			Taken   int
			Options []struct {
				Shots []struct{ Hangs []struct{ Node int } }
			}
		}
	}
	if err := json.Unmarshal(text, &seen); err != nil {
		t.Fatal(err)
	}
	if in := seen[0]; in.Load[0].Node != 11 || in.Plan.Taken != 1 || in.Plan.Options[0].Shots[0].Hangs[0].Node != 11 {
		t.Errorf("node 11 is %+v", in)
	}
	if loads[0].Load[0].Node != 10 || loads[0].Plan.Taken != 0 {
		t.Error("writing a plan changed it")
	}
}

// willing does what every card says.
type willing struct{ cards []string }

func (w *willing) Tell(context.Context, string) error { return nil }
func (w *willing) Ask(_ context.Context, text string, answers ...string) (string, error) {
	w.cards = append(w.cards, text)
	return answers[0], nil
}

// The card of a person names the pieces and the pulley that the plan has.
func TestCardsAreOfThePlan(t *testing.T) {
	person := &willing{}
	file, err := spec.Parse("a.yaml", []byte(byHand), `lab.weights={masses: "4 x 3 g", pulls: [{along: y, over: over the top pulley}, {along: -y}]}`)
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := Build(x, nil, Options{Folder: t.TempDir(), Person: person})
	if err != nil {
		t.Fatal(err)
	}
	bench, _, err := l.Open(l.Start)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := bench.Arm(ctx, l.Limits); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		force float64 // along y at node 2, gf
		want  string
	}{
		{-10, "node 2: 9 g, pulling down (0.08826 N): 3 x 3 g\n"},
		{7, "node 2: 6 g, pulling up (0.05884 N): 2 x 3 g, over the top pulley\n"},
	} {
		shots, err := l.shots(l.Start, measurement.Ask{Part: measurement.InputPort, Load: []lab.Force{{Node: 1, F: [3]float64{0, c.force * 1e-3 * hang.StandardGravity}}}})
		if err != nil || len(shots) != 1 {
			t.Fatalf("%v, %v", shots, err)
		}
		if _, err := bench.Load(ctx, shots[0].Load); err != nil {
			t.Fatal(err)
		}
		if card := person.cards[len(person.cards)-1]; !strings.Contains(card, c.want) {
			t.Errorf("the card says\n%s\nand not %q", card, c.want)
		}
	}
}
