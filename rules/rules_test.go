package rules_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
)

var sizes = rules.Sizes{Nudge: 0.1, Eta: 0.1, Step: 0.05}

// kept is a store in memory that ends a study after some trials.
type kept struct {
	trials map[string]*rules.Trial
	most   int
}

var errFull = errors.New("full")

func key(name string, seed uint64) string { return name + string(rune('0'+seed)) }

func (k *kept) Load(name string, seed uint64) (*rules.Trial, error) {
	return k.trials[key(name, seed)], nil
}

func (k *kept) Save(t *rules.Trial) error {
	if len(k.trials) == k.most {
		return errFull
	}
	k.trials[key(t.Rule, t.Seed)] = t
	return nil
}

// A study that ends after any trial goes on to the same report; no rule sees what others did.
func TestStudyGoesOn(t *testing.T) {
	x := experimentOf("behaviour")
	study := rules.Study{Seeds: 2, Budget: 30, Method: "adam", Rate: 0.02, Bench: rules.Terms{Noise: 6e-6, Bias: 0.01, Seed: 1}, Sizes: sizes}
	for _, n := range rules.All() {
		study.Names = append(study.Names, n.Name)
	}
	whole, err := study.Run(context.Background(), x, nowhere{}, func(*rules.Trial) {})
	if err != nil {
		t.Fatal(err)
	}
	store := &kept{trials: map[string]*rules.Trial{}}
	for store.most = 0; ; store.most++ {
		r, err := study.Run(context.Background(), x, store, func(*rules.Trial) {})
		if errors.Is(err, errFull) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(r, whole) {
			t.Error("another report")
		}
		break
	}
	if store.most != 2*len(study.Names) {
		t.Errorf("%d trials", store.most)
	}
	for i := range whole.Rows {
		row := &whole.Rows[i]
		last := row.Trials[0].Steps[len(row.Trials[0].Steps)-1]
		if row.Spent.Sum() < study.Budget || last.Loads >= study.Budget {
			t.Errorf("%s: the budget of %d is spent with %d loads, the last step begins with %d", row.Rule, study.Budget, row.Spent.Sum(), last.Loads)
		}
	}
	study.Names = study.Names[2:3]
	alone, err := study.Run(context.Background(), x, nowhere{}, func(*rules.Trial) {})
	if err != nil || !reflect.DeepEqual(alone.Rows[0].Trials, whole.Rows[2].Trials) {
		t.Errorf("a rule learns otherwise when it is alone; %v", err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := study.Run(stopped, x, nowhere{}, func(*rules.Trial) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("a study that is stopped: %v", err)
	}
}

// Noise has the size that is asked for, at outputs and elongations alike, and a bias is the same in every state of one side.
func TestTerms(t *testing.T) {
	x := experimentOf("behaviour")
	if err := x.NewProblem().Set(x.StartPoint()); err != nil {
		t.Fatal(err)
	}
	in := x.Train.Force(0)
	room := func() *learn.Measurement {
		return &learn.Measurement{Out: make([]float64, x.Train.Q), Elongation: make([]float64, x.Exact.Modes())}
	}
	truth, seen := room(), room()
	if err := x.Exact.Apply(in, nil, truth); err != nil {
		t.Fatal(err)
	}
	noisy := rules.NewRig(x.Exact, rules.Terms{Noise: 6e-6, Seed: 3})
	sum, n := 0.0, 0.0
	for range 500 {
		if err := noisy.Apply(in, nil, seen); err != nil {
			t.Fatal(err)
		}
		for o := range seen.Out {
			sum += (seen.Out[o] - truth.Out[o]) * (seen.Out[o] - truth.Out[o])
			n++
		}
	}
	if sd := math.Sqrt(sum / n); math.Abs(sd/6e-6-1) > 0.1 {
		t.Errorf("noise of %.3g m", sd)
	}
	biased := rules.NewRig(x.Exact, rules.Terms{Bias: 0.05, Seed: 3})
	shares := func(scale float64) []float64 {
		g, s := make([]float64, x.Exact.Modes()), make([]float64, x.Train.Q)
		if err := biased.EnergyRate(in, nil, scale, s, g); err != nil {
			t.Fatal(err)
		}
		for i, e := range truth.Elongation {
			g[i] /= scale * e * e / 2
		}
		return g
	}
	up, down := shares(1), shares(-1)
	biased.Exchange(true)
	swapped := shares(1)
	square := 0.0
	for i := range up {
		if math.Abs(swapped[i]-down[i]) > 1e-12 || math.Abs(up[i]-down[i]) < 1e-9 {
			t.Fatalf("bond %d: %g and %g, exchanged %g", i+1, up[i], down[i], swapped[i])
		}
		square += (math.Sqrt(up[i]) - 1) * (math.Sqrt(up[i]) - 1)
	}
	if sd := math.Sqrt(square / float64(len(up))); sd < 0.03 || sd > 0.07 {
		t.Errorf("the bias is %g", sd)
	}
	// An error that hangs by itself is scaled and back: without noise that changes nothing.
	scaled := rules.NewRig(x.Exact, rules.Terms{Size: 0.05, Seed: 3})
	g, want := make([]float64, x.Exact.Modes()), make([]float64, x.Exact.Modes())
	for rig, into := range map[learn.Rig][]float64{scaled: g, x.Exact: want} {
		if _, err := (&rule.Backprop{}).Gradient(rig, x.Loss, learn.Batch{Set: x.Train}, into); err != nil {
			t.Fatal(err)
		}
	}
	for i := range g {
		if math.Abs(g[i]-want[i]) > 1e-9*math.Abs(want[i])+1e-18 {
			t.Fatalf("bond %d: %g and %g", i+1, g[i], want[i])
		}
	}
}

// Biased gauges keep a contrastive rule from the optimum, and both cures bring it there.
func TestCures(t *testing.T) {
	x := experimentOf("behaviour")
	gained := func(change func(*rules.Study)) float64 {
		study := rules.Study{Names: []string{"coupled-learning"}, Seeds: 3, Method: "adam", Rate: 0.02, Bench: rules.Terms{Bias: 0.03, Seed: 1}, Sizes: sizes}
		change(&study)
		r, err := study.Run(context.Background(), x, nowhere{}, func(*rules.Trial) {})
		if err != nil {
			t.Fatal(err)
		}
		return r.Rows[0].Gained.Mean
	}
	sick := gained(func(*rules.Study) {})
	swapped := gained(func(s *rules.Study) { s.Swap = true })
	far := gained(func(s *rules.Study) { s.Sizes.Reach = 0.1 })
	free := gained(func(s *rules.Study) { s.Names[0] = "backprop" })
	if !(sick < 0.8) || !(swapped > 0.98) || !(far > 0.98) || !(free > 0.999) {
		t.Errorf("of the way: %.3f as it is, %.3f with gauges exchanged, %.3f held far, backpropagation %.3f", sick, swapped, far, free)
	}
}

// What cannot be compared is refused with the way out.
func TestFit(t *testing.T) {
	study := &rules.Study{Names: []string{"backprop", "coupled-learning"}}
	if err := study.Fit(experimentOf("behaviour")); err != nil {
		t.Error(err)
	}
	x := *experimentOf("behaviour")
	x.Loss = task.Fisher{}
	if study.Fit(&x) == nil || study.Fit(experimentOf("frame")) == nil {
		t.Error("a loss of the whole set, or a frame, passes")
	}
	study.Names = []string{"backprop", "spsa", "finite-difference", "genetic"}
	if err := study.Fit(&x); err != nil {
		t.Errorf("rules that do without single samples: %v", err)
	}
	if study.Fit(experimentOf("behaviour", "bonds={stiffness: 100..100 N/m}")) == nil {
		t.Error("a lattice that learns nothing passes")
	}
	for _, n := range rules.All() {
		for _, name := range []string{n.Name, n.Short} {
			if found, err := rules.Find(name); err != nil || found.Name != n.Name || n.Make(sizes) == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	field, _ := reflect.TypeOf(spec.Learn{}).FieldByName("Rule")
	for _, word := range strings.Split(field.Tag.Get("oneof"), "|") {
		if word == "bone" || word == "vein" { // they follow no target
			continue
		}
		if found, err := rules.Find(word); err != nil || found.Name != word {
			t.Errorf("the rule %s of files is not compared: %v", word, err)
		}
	}
	if _, err := rules.Find("none"); err == nil {
		t.Error("a rule is called none")
	}
}

// Where inputs are given displacements, errors hang as forces that move the outputs as far, not as so many newtons as there are metres.
func TestHungBesideGivenDisplacements(t *testing.T) {
	x := experimentOf("allostery")
	study := rules.Study{Names: []string{"backprop", "equilibrium-propagation"}, Seeds: 1, Budget: 10, Method: "adam", Rate: 0.02, Bench: rules.Terms{Seed: 1}, Sizes: sizes}
	r, err := study.Run(context.Background(), x, nowhere{}, func(*rules.Trial) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.NewProblem().Set(x.StartPoint()); err != nil {
		t.Fatal(err)
	}
	m := learn.Measurement{Out: make([]float64, 1)}
	if err := x.Exact.Apply(nil, []float64{r.Hung}, &m); err != nil {
		t.Fatal(err)
	}
	if d := math.Abs(math.Abs(m.Out[0]) - math.Abs(x.Train.F[0])); !(d < 1e-12) {
		t.Errorf("an error of %g N moves the output by %g m, and %g m are given", r.Hung, m.Out[0], x.Train.F[0])
	}
}

// A lattice that has learnt two load cases and is shown the second one alone, whose error is zero, forgets the first by biased gauges; no step where the
// error is small enough is a cure for every rule, and costs no load.
func TestForgetting(t *testing.T) {
	x := experimentOf("behaviour", "task.cases=[{push: [{node: 11, along: -y, force: 49 mN}], want: [{node: 13, along: y, move: -0.4 mm}]}, {push: [{node: 7, along: x, force: 49 mN}], want: [{node: 14, along: x, move: 0.3 mm}]}]",
		"bonds={stiffness: 50..500 N/m, start: 140 N/m}")
	u, err := experiment.Outputs(x.Exact, x.Train)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range x.Train.Want { // a little beside what it does, so that both can be met
		if !math.IsNaN(w) {
			x.Train.Want[i] = 1.03 * u[i]
		}
	}
	if x.Loss, err = x.ScaledLoss(x.Exact, x.Train); err != nil {
		t.Fatal(err)
	}
	forgot := func(name string, change func(*rules.Forgetting)) *rules.Forgot {
		named, err := rules.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		f := &rules.Forgetting{Terms: rules.Terms{Noise: 1e-7, Bias: 0.03, Size: 0.049, Seed: 1}, Sizes: sizes, Steps: 60, Method: "gradient-descent", Rate: 0.02}
		change(f)
		r, err := f.Run(context.Background(), x, named)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, name := range []string{"backprop", "equilibrium-propagation", "equilibrium-propagation-positive", "coupled-learning", "directed-ageing", "two-frequency", "temporal-contrastive"} {
		none := forgot(name, func(*rules.Forgetting) {})
		rests := forgot(name, func(f *rules.Forgetting) { f.Rest = 0.02 })
		if !(rests.Old < 0.02) || !(rests.Cycle < 0.02) {
			t.Errorf("%s forgets %.2g although it rests, and swings by %.2g", name, rests.Old, rests.Cycle)
		}
		if name == "coupled-learning" && !(none.Old > 0.1 && none.Cycle > 0.05) {
			t.Errorf("%s forgets %.2g and swings by %.2g", name, none.Old, none.Cycle)
		}
	}
}
