package prune

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/spec"
)

// memory keeps steps in memory.
type memory struct{ steps []Step }

func (m *memory) Load() ([]Step, error) { return m.steps, nil }
func (m *memory) Append(s Step) error   { m.steps = append(m.steps, s); return nil }

func build(t *testing.T, name string, overrides ...string) (*experiment.Experiment, []float64) {
	t.Helper()
	text, ok := examples.Text(name)
	if !ok {
		t.Fatal("no example ", name)
	}
	file, err := spec.Parse(name, text, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join("../examples", name)) }, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := Fit(x); err != nil {
		t.Fatal(err)
	}
	theta := make([]float64, x.Parameters())
	x.Design.Init(theta)
	return x, theta
}

func start(t *testing.T, x *experiment.Experiment, theta []float64) *pruning {
	t.Helper()
	return startAim(t, x, theta, newTaskAim(x))
}

func startAim(t *testing.T, x *experiment.Experiment, theta []float64, aim aim) *pruning {
	t.Helper()
	in, out := aim.ports()
	p := &pruning{Study: &Study{Until: 0.01}, rule: &rules[0], lattice: newLattice(x, stiffness(x, theta), in, out, 0), aim: aim, s: make([]float64, len(in)*len(out))}
	if err := p.look(); err != nil {
		t.Fatal(err)
	}
	return p
}

// networks of every kind: forces, given stretches, a table, a body of springs, cells whose strains are given and whose stresses are.
var networks = []struct {
	name      string
	overrides []string
}{
	{"behaviour", nil},
	{"allostery", []string{"bonds.start=random"}},
	{"disordered", nil},
	{"iris", []string{"bonds.start=random"}},
	{"jammed", nil},
	{"jammed", []string{"task.cases=[{push: [{sxx: 1 N/m}], want: [{eyy: 0.1 %}, {exx: 0.5 %}]}, {push: [{sxx: 1 N/m}, {sxy: 2 N/m}], want: [{gxy: 0.3 %}]}]"}},
	{"cell", []string{"elements=[{kind: bar, stiffness: 10..100 N/m, start: random}]", "network={lattice: triangular, size: 3 x 4, spacing: 10 mm, periodic: true}"}},
}

// The start of a study is what the experiment itself answers, however the cell is computed.
func TestStartIsThatOfTheExperiment(t *testing.T) {
	for _, n := range networks {
		x, theta := build(t, n.name, n.overrides...)
		p := start(t, x, theta)
		want, err := x.NewProblem().Evaluate(x.Train)
		if err != nil {
			t.Fatal(err)
		}
		if !near(p.now.Loss, want.Loss, 1e-10) {
			t.Errorf("%s %v: loss %v, and the experiment has %v", n.name, n.overrides, p.now.Loss, want.Loss)
		}
	}
}

// The loss without any one bond, from one factorisation, is that of the network built without it.
func TestExactIsBruteForce(t *testing.T) {
	for _, n := range networks {
		x, theta := build(t, n.name, n.overrides...)
		p := start(t, x, theta)
		bonds, mechanisms := 0, 0
		for i := range p.bars {
			if p.net.Elements[i].Cut {
				continue
			}
			v, err := p.try(i)
			if err != nil {
				t.Fatal(err)
			}
			q := start(t, x, theta)
			q.turn(i)
			err = q.look()
			if v == nil {
				mechanisms++
				if !errors.As(err, new(*mechanics.SingularError)) {
					t.Errorf("%s: bond %d is kept, and without it the network holds: %v", n.name, i+1, err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%s without bond %d: %v", n.name, i+1, err)
			}
			bonds++
			if !near(v.Loss, q.now.Loss, 1e-10) || !near(v.miss(), q.now.miss(), 1e-10) {
				t.Errorf("%s without bond %d: loss %v, built anew %v", n.name, i+1, v.Loss, q.now.Loss)
			}
		}
		t.Logf("%s: %d bonds, %d more alone resist a motion", n.name, bonds, mechanisms)
		if bonds == 0 {
			t.Errorf("%s: no bond was tried", n.name)
		}
	}
}

// A bond put back into a network without it gives the loss of the whole network.
func TestPuttingInIsBruteForce(t *testing.T) {
	for _, n := range networks[:4] {
		x, theta := build(t, n.name, n.overrides...)
		want := start(t, x, theta).now.Loss
		tried := 0
		for i := 0; i < len(x.Network.Elements); i += 3 {
			p := start(t, x, theta)
			p.turn(i)
			if p.look() != nil {
				continue // a mechanism
			}
			if el := &p.net.Elements[i]; !slices.Contains(p.net.Held[2*el.Nodes[0]:][:2], false) && !slices.Contains(p.net.Held[2*el.Nodes[1]:][:2], false) {
				continue // it joins two supports
			}
			v, err := p.try(i)
			if err != nil || v == nil || !near(v.Loss, want, 1e-10) {
				t.Errorf("%s: bond %d put back: %v, %v, and the whole network has %v", n.name, i+1, v, err, want)
			}
			tried++
		}
		if tried < 5 {
			t.Errorf("%s: only %d bonds were put back", n.name, tried)
		}
	}
}

// Bonds that are cut are put in where that lowers the loss, one at a time, and never taken out where they are only put in.
func TestGrowing(t *testing.T) {
	x, theta := build(t, "allostery", "network.cut=[9,32,40,56,70,90]")
	for _, keeps := range []bool{true, false} {
		report, err := (&Study{Rule: "exact", Until: 0.01, Grow: true, Keeps: keeps}).Run(context.Background(), x, theta, &memory{}, func(Step) {})
		if err != nil {
			t.Fatal(err)
		}
		last, added := report.Before.Loss, 0
		for _, step := range report.Steps {
			if !(step.Loss < last) {
				t.Errorf("the loss grows at %+v", step)
			}
			last = step.Loss
			if step.Added {
				added++
			}
		}
		if keeps && added == 0 || keeps && added != len(report.Steps) || !keeps && !report.Met {
			t.Errorf("only put in %v: %d of %d steps put in, met %v", keeps, added, len(report.Steps), report.Met)
		}
		if want := report.Bonds + 2*added - len(report.Steps); report.Left != want {
			t.Errorf("%d bonds left, want %d", report.Left, want)
		}
		t.Logf("%d steps, %d put in: %s", len(report.Steps), added, report.Why)
	}
}

func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*max(math.Abs(a), math.Abs(b))
}

// What the local rule says of a bond is -k times the exact derivative of the loss by its stiffness; and with one sample the saliency is
// its size.
func TestGradientIsTheDerivative(t *testing.T) {
	for _, n := range networks {
		x, theta := build(t, n.name, n.overrides...)
		p := start(t, x, theta)
		s := &state{p.lattice, p.aim, 1, 0}
		got, err := s.gradient()
		if err != nil {
			t.Fatal(err)
		}
		saliency, err := s.saliency()
		if err != nil {
			t.Fatal(err)
		}
		largest := 0.0
		for _, v := range got {
			largest = max(largest, math.Abs(v))
		}
		at := func(bond int, factor float64) float64 {
			q := start(t, x, theta)
			q.k[bond] *= factor
			if err := q.look(); err != nil {
				t.Fatal(err)
			}
			return q.now.Loss
		}
		for i := range min(p.bars, 40) {
			if p.net.Elements[i].Cut {
				continue
			}
			difference := func(h float64) float64 { return -(at(i, 1+h) - at(i, 1-h)) / (2 * h) }
			h := 1e-3
			want := (4*difference(h/2) - difference(h)) / 3
			if mode := p.eq.C.Mode[i]; math.Abs(got[mode]-want) > 1e-8*largest {
				t.Errorf("%s, bond %d: %v, and differences say %v", n.name, i+1, got[mode], want)
			} else if x.Train.N == 1 && !near(saliency[mode], math.Abs(got[mode]), 1e-9) && saliency[mode] > 1e-12*largest {
				t.Errorf("%s, bond %d: saliency %v of %v", n.name, i+1, saliency[mode], got[mode])
			}
		}
	}
}

// Moduli of a cell are those of `elastrain solve`, exact without any one bond, and their slope is that of differences.
func TestModuli(t *testing.T) {
	x, theta := build(t, "jammed", "bonds.start=random")
	want, err := x.Solid.Moduli()
	if err != nil {
		t.Fatal(err)
	}
	nu := -0.3
	aim := moduliAim{&Moduli{Poisson: &nu}}
	p := startAim(t, x, theta, aim)
	s := make([]float64, 9)
	if err := p.whole(s); err != nil {
		t.Fatal(err)
	}
	for o := range 3 {
		for i := range 3 {
			if got := s[3*o+i] * want.Area; math.Abs(got-want.S[o][i]) > 1e-9*want.S[0][0] {
				t.Errorf("compliance %d, %d: %v, and %v", o, i, got, want.S[o][i])
			}
		}
	}
	if c := p.now.Cell; !(c.Least <= *want.Nu12 && c.Most >= *want.Nu12) || c.Stiffer < 0 {
		t.Errorf("%+v, and nu12 %v", c, *want.Nu12)
	}
	// An isotropic sheet: nu and B/G as they are by the textbook, in every direction.
	iso := 0.3
	c, spread, off := cellOf([]float64{1, -iso, 0, -iso, 1, 0, 0, 0, 2 * (1 + iso)}, iso)
	if math.Abs(c.Least-iso) > 1e-12 || math.Abs(c.Most-iso) > 1e-12 || spread > 1e-7 || off > 1e-24 || math.Abs(c.BulkShear-(1+iso)/(1-iso)) > 1e-12 {
		t.Errorf("%+v, spread %v", c, spread)
	}
	gradient, err := (&state{p.lattice, aim, 1, 0}).gradient()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 25 {
		v, err := p.try(i)
		if err != nil || v == nil {
			t.Fatal(i, err)
		}
		q := startAim(t, x, theta, aim)
		q.turn(i)
		if err := q.look(); err != nil || !near(v.Loss, q.now.Loss, 1e-10) {
			t.Errorf("bond %d: loss %v, built anew %v, %v", i+1, v.Loss, q.now.Loss, err)
		}
		at := func(factor float64) float64 {
			q := startAim(t, x, slices.Clone(theta), aim)
			q.k[i] *= factor
			if err := q.look(); err != nil {
				t.Fatal(err)
			}
			return q.now.Loss
		}
		difference := func(h float64) float64 { return -(at(1+h) - at(1-h)) / (2 * h) }
		d := (4*difference(5e-4) - difference(1e-3)) / 3
		if math.Abs(gradient[i]-d) > 1e-7*max(math.Abs(d), p.now.Loss/100) {
			t.Errorf("bond %d: %v, and differences say %v", i+1, gradient[i], d)
		}
	}
}

// Whatever the rule: what is left stands, with as many bonds as it has unknowns, and every one of them is named with what moves without it.
func TestMechanismsAreGuarded(t *testing.T) {
	x, theta := build(t, "iris")
	for _, rule := range Names() {
		study := &Study{Rule: rule, Keep: 1}
		report, err := study.Run(context.Background(), x, theta, &memory{}, func(Step) {})
		if err != nil {
			t.Fatal(err)
		}
		q := start(t, x, theta)
		for _, step := range report.Steps {
			q.turn(step.Bond - 1)
		}
		if err := q.look(); err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		if !report.Met || report.Left != q.eq.C.N || len(report.Kept) != report.Left {
			t.Errorf("%s: %d bonds left of %d unknowns, %d named", rule, report.Left, q.eq.C.N, len(report.Kept))
		}
		for _, k := range report.Kept {
			if k.Motion == "" || slices.ContainsFunc(report.Steps, func(s Step) bool { return s.Bond == k.Bond }) {
				t.Errorf("%s: %+v", rule, k)
			}
		}
	}
}

// A study has the same bits for any number of threads, and goes on after any step to the same report.
func TestStudiesGoOn(t *testing.T) {
	for _, rule := range Names() {
		x, theta := build(t, "allostery")
		var want *Report
		for _, threads := range []int{1, 2, 3} {
			study := &Study{Rule: rule, Until: 0.02, Threads: threads}
			report, err := study.Run(context.Background(), x, theta, &memory{}, func(Step) {})
			if err != nil {
				t.Fatal(err)
			}
			report.Threads = 0
			if want == nil {
				want = report
			}
			if !reflect.DeepEqual(report, want) {
				t.Fatalf("%s: %d threads give another report", rule, threads)
			}
		}
		for n := 1; n <= len(want.Steps); n += 3 {
			study := &Study{Rule: rule, Until: 0.02}
			report, err := study.Run(context.Background(), x, theta, &memory{slices.Clone(want.Steps[:n])}, func(Step) {})
			if err != nil {
				t.Fatal(err)
			}
			if report.Factorised = want.Factorised; !reflect.DeepEqual(report, want) {
				t.Fatalf("%s: gone on after %d bonds it gives another report", rule, n)
			}
		}
		t.Logf("%s: %d of %d bonds, met %v", rule, len(want.Steps), want.Bonds, want.Met)
	}
}

// The greatest step downhill: exact takes at every step the bond whose removal leaves the least loss.
func TestExactIsGreedy(t *testing.T) {
	x, theta := build(t, "disordered")
	report, err := (&Study{Rule: "exact", Until: 0.01, Most: 3}).Run(context.Background(), x, theta, &memory{}, func(Step) {})
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, x, theta)
	for _, step := range report.Steps {
		least, at := math.Inf(1), -1
		for i := range p.bars {
			if v, err := p.try(i); err != nil {
				t.Fatal(err)
			} else if v != nil && !p.net.Elements[i].Cut && v.Loss < least {
				least, at = v.Loss, i
			}
		}
		if at != step.Bond-1 || !near(least, step.Loss, 1e-10) {
			t.Errorf("bond %d went, and without bond %d the loss is least", step.Bond, at+1)
		}
		p.turn(step.Bond - 1)
		if err := p.look(); err != nil {
			t.Fatal(err)
		}
	}
	if len(report.Steps) == 0 {
		t.Error("no bond went")
	}
}

func TestFitRefuses(t *testing.T) {
	for _, name := range []string{"xor", "comb", "lab-xor"} {
		text, _ := examples.Text(name)
		file, err := spec.Parse(name, text)
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join("../examples", name)) }, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if Fit(x) == nil {
			t.Errorf("%s: bonds are said to go", name)
		}
	}
}

// A bond whose removal leaves so little stiffness that factorising refuses what the formula let pass is put back, and the study goes on.
func TestNearlyMechanismsArePutBack(t *testing.T) {
	x, theta := build(t, "allostery")
	p := start(t, x, theta)
	before := p.now
	out, err := p.goes(0) // without it the lattice turns; the formula is not asked
	if out || err != nil {
		t.Fatalf("gone: %v, %v", out, err)
	}
	if v, err := p.try(12); err != nil || v == nil || p.net.Elements[0].Cut || len(p.gone) > 0 || !reflect.DeepEqual(p.now, before) {
		t.Errorf("not as it was: %v, %v", p.now, err)
	}
}

// A bond without which the network is a thousand million times softer is kept, as one without which it would be a mechanism.
func TestNearlyMechanismsAreKept(t *testing.T) {
	for _, tt := range []struct {
		h    float64 // mm
		kept bool
	}{{1e-2, false}, {1e-4, true}} {
		text := fmt.Sprintf(`elastrain: 1
network:
  nodes: [[0 mm, 0 mm], [20 mm, 0 mm], [10 mm, %g mm], [10 mm, 10 mm]]
  bonds: [[1, 3], [3, 2], [3, 4]]
bonds: {stiffness: 10..1000 N/m, start: 100 N/m}
supports: {pinned: [1, 2, 4]}
task: {kind: behaviour, cases: [{push: [{node: 3, along: y, force: 1 uN}], want: [{node: 3, along: y, move: 1 m}]}]}
`, tt.h)
		file, err := spec.Parse("near", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, nil, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		theta := make([]float64, x.Parameters())
		x.Design.Init(theta)
		report, err := (&Study{Rule: "exact", Until: 1e-9}).Run(context.Background(), x, theta, &memory{}, func(Step) {})
		if err != nil {
			t.Fatal(err)
		}
		named := slices.ContainsFunc(report.Kept, func(k Kept) bool { return k.Bond == 3 && k.Motion != "" })
		if went := len(report.Steps) == 1; went == tt.kept || named != tt.kept {
			t.Errorf("h %v mm: went %v, named %v; %+v", tt.h, went, named, report.Kept)
		}
	}
}
