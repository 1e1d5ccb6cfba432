package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
)

// sheet is an experiment on a triangular lattice of side x side nodes that stands on its first row.
func sheet(side int, task string) string {
	pins := make([]string, side)
	for i := range pins {
		pins[i] = fmt.Sprint(i + 1)
	}
	node := func(part float64, row int) int { return row*side + int(part*float64(side)) + 1 }
	top, middle := side-1, side/2
	if task == "behaviour" {
		task = fmt.Sprintf(`{kind: behaviour, cases: [{push: [{node: %d, along: -y, force: 50 mN}, {node: %d, along: x, force: 9 mN}], want: [{node: %d, along: x, move: 0.1 mm}, {node: %d, along: y, move: -0.1 mm}]}]}`,
			node(0.5, top), node(0.7, top), node(0.3, middle), node(0.6, middle))
	} else {
		task = fmt.Sprintf(`{kind: classification, data: iris, loss: %s, inputs: [{node: %d, along: -y, force: 49 mN, feature: sepal length}, {node: %d, along: -y, force: 49 mN, feature: petal length}, `+
			`{node: %d, along: -y, force: 49 mN, feature: petal width, complement: true}], outputs: [{node: %d, along: x, class: setosa}, {node: %d, along: x, class: versicolor}, {node: %d, along: x, class: virginica}]}`,
			task, node(0.2, top), node(0.5, top), node(0.8, top), node(0.3, middle), node(0.5, middle), node(0.7, middle))
	}
	return fmt.Sprintf(`elastrain: 1
network: {lattice: triangular, size: %d x %d, spacing: 16 mm}
material: {young: 0.55 MPa, thickness: 2 mm}
bonds: {width: 0.5..5 mm, start: random}
supports: {pinned: [%s]}
task: %s
learn: {method: adam, epochs: 1}
`, side, side, strings.Join(pins, ", "), task)
}

// asTrained is an experiment at its start, as if it had learned.
func asTrained(t testing.TB, text string, overrides ...string) *Trained {
	t.Helper()
	file := parse(t, text, overrides...)
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	k := make([]float64, x.Eq.C.M)
	x.Design.Init(k)
	if err := x.Rig.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	return &Trained{Dir: "sheet", Manifest: &Manifest{}, File: file, Experiment: x, Stiffness: k}
}

// differs compares the fates of a bond by both ways; the largest relative difference, or +Inf where they have
// nothing in common.
func differs(a, b Cut) float64 {
	if a.Bond != b.Bond || (a.Mechanism == "") != (b.Mechanism == "") {
		return math.Inf(1)
	}
	worst := 0.0
	for _, pair := range [][2]*float64{{a.Loss, b.Loss}, {a.Accuracy, b.Accuracy}, {a.Error, b.Error}} {
		if (pair[0] == nil) != (pair[1] == nil) {
			return math.Inf(1)
		}
		if pair[0] != nil && *pair[0] != *pair[1] {
			worst = max(worst, math.Abs(*pair[0]-*pair[1])/math.Abs(*pair[1]))
		}
	}
	return worst
}

// againstBruteForce cuts all bonds, and a sample of them one by one with a network built and factorised for each.
func againstBruteForce(t testing.TB, trained *Trained, sample int) (cuts *Cuts, tried int, worst float64) {
	t.Helper()
	cuts, err := trained.CutOnly(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	chosen := rand.New(rand.NewPCG(1, 1)).Perm(len(cuts.Bonds))[:sample]
	for i, cut := range cuts.Bonds {
		if cut.Mechanism == "" && !slices.Contains(chosen, i) {
			continue
		}
		want, err := trained.CutOne(context.Background(), nil, cut.Bond, Nothing)
		if err != nil {
			t.Fatal(err)
		}
		tried++
		worst = max(worst, differs(cut, want))
	}
	return cuts, tried, worst
}

// A lattice of some thousand bonds, with losses of every kind: cutting by low-rank updates equals cutting by
// building each damaged network.
func TestCutOnlyEqualsBruteForce(t *testing.T) {
	tasks := []string{"fisher", "cross-entropy", "softmax", "hinge", "behaviour"}
	for i, task := range tasks {
		side, sample := 14, 20
		if i == 0 && !testing.Short() {
			side, sample = 36, 50
		}
		trained := asTrained(t, sheet(side, task))
		cuts, tried, worst := againstBruteForce(t, trained, sample)
		if !(worst <= 1e-9) {
			t.Errorf("%s: differ by %g", task, worst)
		}
		if cuts.Mechanisms != 2 || tried < sample || cuts.Refactored > 0 {
			t.Errorf("%s: %d mechanisms in %d bonds, %d tried, %d factorised", task, cuts.Mechanisms, len(cuts.Bonds), tried, cuts.Refactored)
		}
		t.Logf("%s: %d bonds, %d tried, differ by at most %.1e", task, len(cuts.Bonds), tried, worst)
	}
}

// Every bond of the examples, also where most cuts leave a mechanism. The start is random because a symmetric network
// ties, and rounding decides who wins a tie.
func TestCutOnlyOfExamples(t *testing.T) {
	for _, name := range []string{"behaviour", "left-right", "regression", "iris", "explicit", "chain", "disordered"} {
		trained := asTrained(t, example(name), "bonds.start=random")
		cuts, err := trained.CutOnly(context.Background(), nil)
		check(t, err)
		worst := 0.0
		for _, cut := range cuts.Bonds {
			want, err := trained.CutOne(context.Background(), nil, cut.Bond, Nothing)
			check(t, err)
			d := differs(cut, want)
			if d > 1e-9 {
				t.Errorf("%s, bond %d: differ by %g: %+v and %+v", name, cut.Bond, d, cut, want)
			}
			worst = max(worst, d)
			// A node without a bond is refused before any mechanism is looked for.
			if !strings.HasSuffix(want.Mechanism, cut.Mechanism) && !strings.HasPrefix(want.Mechanism, "every bond of node") {
				t.Errorf("%s, bond %d: %q, want %q", name, cut.Bond, cut.Mechanism, want.Mechanism)
			}
		}
		t.Logf("%s: %d bonds, %d mechanisms, %d factorised, differ by at most %.1e", name, len(cuts.Bonds), cuts.Mechanisms, cuts.Refactored, worst)
	}
}

// The loss that the gradient foretells is right to first order: the softer the bond was, the nearer it is
// to the loss after the cut.
func TestFirstOrderBesideCut(t *testing.T) {
	trained := asTrained(t, sheet(8, "behaviour"))
	bond := 60
	gap := func(share float64) float64 {
		k := slices.Clone(trained.Stiffness)
		k[bond-1] *= share
		other := *trained
		other.Stiffness = k
		check(t, trained.Experiment.Rig.SetStiffness(k))
		cuts, err := other.CutOnly(context.Background(), nil)
		check(t, err)
		i := slices.IndexFunc(cuts.Bonds, func(c Cut) bool { return c.Bond == bond })
		c := cuts.Bonds[i]
		if *c.Loss == cuts.Before.Loss {
			t.Fatal("the bond does not matter")
		}
		return math.Abs(*c.LossFirstOrder - *c.Loss)
	}
	if coarse, fine := gap(1e-2), gap(1e-3); !(fine < coarse/80) || !(fine > coarse/120) {
		t.Errorf("the gap falls from %g to %g; a tenth of the stiffness should leave a hundredth", coarse, fine)
	}
}

func TestCutOnlyStops(t *testing.T) {
	trained := asTrained(t, sheet(8, "behaviour"))
	ctx, cancel := context.WithCancel(context.Background())
	told := 0
	cuts, err := trained.CutOnly(ctx, func(cut Cut, all int) {
		if told++; told == 3 {
			cancel()
		}
		if all <= 100 || cut.Bond != told {
			t.Errorf("bond %d of %d", cut.Bond, all)
		}
	})
	if !errors.Is(err, context.Canceled) || len(cuts.Bonds) != 3 || !strings.Contains(err.Error(), "after 3 of ") {
		t.Errorf("%d bonds, %v", len(cuts.Bonds), err)
	}
}

// A bond that the run had cut already is left out, and the others keep their numbers.
func TestCutOnlyLeavesOutCutBonds(t *testing.T) {
	quickly(t)
	first := load(t, example("behaviour"), "network.cut=[20]", "learn.epochs=3")
	cuts, err := first.CutOnly(context.Background(), nil)
	check(t, err)
	each, err := first.CutEach(context.Background(), atomicfile.OS{}, Nothing, nil)
	check(t, err)
	if len(cuts.Bonds) != 27 || len(each) != 27 {
		t.Fatalf("%d and %d bonds", len(cuts.Bonds), len(each))
	}
	for i := range each {
		if d := differs(cuts.Bonds[i], each[i]); d > 1e-9 {
			t.Errorf("bond %d: differ by %g", each[i].Bond, d)
		}
	}
}

// All bonds of a lattice of 10^5, and how far a sample of them is from brute force.
func BenchmarkCutOnly(b *testing.B) {
	trained := asTrained(b, sheet(183, "fisher"))
	for b.Loop() {
		if _, err := trained.CutOnly(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	cuts, tried, worst := againstBruteForce(b, trained, 20)
	b.ReportMetric(float64(len(cuts.Bonds)), "bonds")
	b.ReportMetric(float64(tried), "tried")
	b.ReportMetric(worst*1e15, "worst-difference-e-15")
	b.ReportMetric(float64(cuts.Refactored), "factorised")
}
