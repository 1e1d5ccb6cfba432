package rule_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/learn/rule/ruletest"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// entry is a rule with what it promises, on a lattice that answers in proportion and far from where it was built.
type entry struct {
	name        string
	rule        func(size float64) learn.Rule
	size        float64
	linear, far float64 // powers of its error
	loads       func(n, m int) int
	changes     bool // looks at other parameters
	drawn       bool
	onFar       bool
	towards     func(t *testing.T, rig *learn.Exact, set *task.Set, loss task.MeanSquare) []float64 // where that is no gradient of the loss; nil: it is
}

var rules = []entry{
	{name: "backprop", rule: func(float64) learn.Rule { return &rule.Backprop{} }, size: 1, loads: func(n, m int) int { return 2 * n }},
	{name: "centred nudge", rule: func(s float64) learn.Rule { return &rule.Nudge{Most: s} }, size: 0.02, far: 2, loads: func(n, m int) int { return 3 * n }, onFar: true},
	{name: "nudge towards", rule: func(s float64) learn.Rule { return &rule.Nudge{Most: s, Side: 1} }, size: 0.002, linear: 1, far: 1, loads: func(n, m int) int { return 2 * n }, onFar: true},
	{name: "nudge away", rule: func(s float64) learn.Rule { return &rule.Nudge{Most: s, Side: -1} }, size: 0.002, linear: 1, far: 1, loads: func(n, m int) int { return 2 * n }, onFar: true},
	{name: "coupled", rule: func(s float64) learn.Rule { return &rule.Coupled{Eta: s} }, size: 0.01, linear: 1, far: 1, loads: func(n, m int) int { return 2 * n }, onFar: true, towards: weighed},
	{name: "ageing", rule: func(float64) learn.Rule { return &rule.Ageing{} }, size: 1, loads: func(n, m int) int { return 2 * n }, towards: held},
	{name: "differences", rule: func(s float64) learn.Rule { return &rule.Difference{Step: s} }, size: 0.01, linear: 2, far: 2, loads: func(n, m int) int { return (2*m + 1) * n }, changes: true, onFar: true},
	{name: "one-sided differences", rule: func(s float64) learn.Rule { return &rule.Difference{Step: s, Forward: true} }, size: 0.003, linear: 1, far: 1, loads: func(n, m int) int { return (m + 1) * n }, changes: true, onFar: true},
	{name: "spsa", rule: func(s float64) learn.Rule { return &rule.SPSA{Step: s, Seed: 5} }, size: 1e-3, loads: func(n, m int) int { return 2 * n }, changes: true, drawn: true, towards: nowhere},
	{name: "bone", rule: func(float64) learn.Rule { return &rule.Bone{SetPoint: 1e-4} }, size: 1, loads: func(n, m int) int { return n }, towards: nowhere},
	{name: "vein", rule: func(float64) learn.Rule { return &rule.Vein{Power: 1.5, Flow: 0.01, Conductance: 100} }, size: 1, loads: func(n, m int) int { return n }, towards: nowhere},
	{name: "frequency", rule: func(s float64) learn.Rule { return &rule.Frequency{Most: s} }, size: 1, loads: func(n, m int) int { return 5 * n }},
	{name: "temporal", rule: func(s float64) learn.Rule { return &rule.Temporal{Most: s / 10, Return: int(math.Round(1 / s))} }, size: 0.01, linear: 1, far: 1, loads: func(n, m int) int { return 102 * n }, onFar: true},
}

// nowhere is where a rule tends to that is no gradient, or only on average.
func nowhere(*testing.T, *learn.Exact, *task.Set, task.MeanSquare) []float64 { return nil }

// Every rule of the package is in the table.
func TestSuiteHasAll(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	has := map[string]bool{}
	for _, r := range rules {
		has[reflect.TypeOf(r.rule(r.size)).Elem().Name()] = true
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Gradient" {
				found++
				if of := f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name; !has[of] {
					t.Errorf("%s is a rule, and not in the table of the suite", of)
				}
			}
		}
	}
	if found != len(has) {
		t.Errorf("%d rules are found, and %d are in the table", found, len(has))
	}
}

// lattice has two inputs and some outputs.
func lattice(t *testing.T, outputs int) (*learn.Exact, *task.Set) {
	t.Helper()
	out := []network.Port{testnet.Port(13, 0, 1), testnet.Port(8, 1, 0)}[:outputs]
	rig := learn.NewExact(mechanics.NewEquilibrium(testnet.Trapezoid(), nil), []network.Port{testnet.Port(11, 0, -1), testnet.Port(7, 1, 0)}, out)
	if err := rig.SetStiffness(testnet.Stiffness(28, 100, 170, 2)); err != nil {
		t.Fatal(err)
	}
	set := &task.Set{N: 3, P: 2, Q: outputs, F: []float64{0.05, 0.01, 0.01, 0.03, 0.04, -0.02}}
	for i := range set.N * outputs {
		set.Want = append(set.Want, 1e-3*math.Cos(float64(3*i)))
	}
	return rig, set
}

// far is a hexagon of bars that harden, with rest lengths that learn, far from where it was built.
func far(t *testing.T) (*learn.Statics, *task.Set) {
	t.Helper()
	hard, _ := law.CurveNamed("hardening")
	p := &body.Plan{Dim: 2, Pos: []float64{0.05, 0.02}}
	for i := range 6 {
		s, c := math.Sincos(float64(i) * math.Pi / 3)
		p.Pos = append(p.Pos, c, s)
	}
	for i, ends := range [][2]int{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 6}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 1}} {
		p.Elements = append(p.Elements, body.Element{Kind: element.Bar{}, Law: law.Bond{Curve: hard, Rest: true}, Nodes: ends[:],
			Theta: []float64{1 + 0.07*float64(i), 0.4, 0.98 + 0.005*float64(i)}})
	}
	for _, node := range []int{1, 4} {
		for _, part := range []element.Part{element.X, element.Y} {
			p.Supports = append(p.Supports, body.Support{Node: node, Part: part})
		}
	}
	b, err := body.New(p)
	if err != nil {
		t.Fatal(err)
	}
	at := func(node int, part element.Part) statics.Port {
		return statics.Port{{Node: node, Part: part, Weight: 1}}
	}
	rig := learn.NewStatics(statics.New(b, true), []learn.Input{{Port: at(2, element.Y), Given: -1}}, []statics.Port{at(6, element.X)})
	if err := rig.SetStiffness(b.Theta()); err != nil {
		t.Fatal(err)
	}
	return rig, &task.Set{N: 2, P: 1, Q: 1, F: []float64{0.1, -0.06}, Want: []float64{0.05, 0.02}}
}

func TestSuite(t *testing.T) {
	for _, r := range rules {
		for _, outputs := range []int{1, 2} {
			rig, set := lattice(t, outputs)
			loss := task.MeanSquare{Scale: 1e-3}
			want := make([]float64, rig.Modes())
			if _, err := (&rule.Backprop{}).Gradient(rig, loss, learn.Batch{Set: set}, want); err != nil {
				t.Fatal(err)
			}
			c := ruletest.Case{Rule: r.rule, Size: r.size, Power: r.linear, Towards: want, Scaled: true, Loads: r.loads(set.N, rig.Modes()), Changes: r.changes, Drawn: r.drawn, Rig: rig, Set: set, Loss: loss}
			if r.towards != nil && (outputs > 1 || r.name != "coupled") { // which for one output tends to the gradient
				c.Towards, c.Scaled = r.towards(t, rig, set, loss), false
			}
			for _, fault := range ruletest.Faults(c) {
				t.Errorf("%s, %d outputs: %s", r.name, outputs, fault)
			}
		}
		if !r.onFar {
			continue
		}
		rig, set := far(t)
		loss := task.MeanSquare{Scale: 0.1}
		want := make([]float64, rig.Modes())
		if _, err := (&rule.Backprop{}).Gradient(rig, loss, learn.Batch{Set: set}, want); err != nil {
			t.Fatal(err)
		}
		c := ruletest.Case{Rule: r.rule, Size: r.size, Power: r.far, Towards: want, Scaled: true, Loads: r.loads(set.N, rig.Modes()), Changes: r.changes, Rig: rig, Set: set, Loss: loss}
		if r.name == "coupled" { // the outputs feel another stiffness in each state
			c.Set = &task.Set{N: 1, P: 1, Q: 1, F: set.F[:1], Want: set.Want[:1]}
			c.Loads = r.loads(1, rig.Modes())
			if _, err := (&rule.Backprop{}).Gradient(rig, loss, learn.Batch{Set: c.Set}, want); err != nil {
				t.Fatal(err)
			}
		}
		for _, fault := range ruletest.Faults(c) {
			t.Errorf("%s, far: %s", r.name, fault)
		}
	}
}

// weighed is what coupled learning tends to: the product of elongations under the input and under S^-1 (w - u) at the outputs.
func weighed(t *testing.T, rig *learn.Exact, set *task.Set, loss task.MeanSquare) []float64 {
	t.Helper()
	var s [2][2]float64
	for o := range s {
		unit := []float64{0, 0}
		unit[o] = 1
		if err := rig.Apply(nil, unit, &learn.Measurement{Out: s[o][:]}); err != nil {
			t.Fatal(err)
		}
	}
	det := s[0][0]*s[1][1] - s[0][1]*s[1][0]
	g := make([]float64, rig.Modes())
	in, error_ := room(rig), room(rig)
	for i := range set.N {
		if err := rig.Apply(set.Force(i), nil, in); err != nil {
			t.Fatal(err)
		}
		a, b := set.Goal(i).Want[0]-in.Out[0], set.Goal(i).Want[1]-in.Out[1]
		if err := rig.Apply(nil, []float64{(s[1][1]*a - s[0][1]*b) / det, (s[0][0]*b - s[1][0]*a) / det}, error_); err != nil {
			t.Fatal(err)
		}
		for m := range g {
			g[m] += in.Elongation[m] * error_.Elongation[m]
		}
	}
	return g
}

// A draw of SPSA is the slope along it, to the second power of the step; on average over draws it is the gradient.
func TestSPSA(t *testing.T) {
	rig, set := lattice(t, 2)
	loss, batch := task.MeanSquare{Scale: 1e-3}, learn.Batch{Set: set}
	want := make([]float64, rig.Modes())
	if _, err := (&rule.Backprop{}).Gradient(rig, loss, batch, want); err != nil {
		t.Fatal(err)
	}
	k := rig.Stiffness()
	off := func(step float64) float64 { // of the slope along the draw
		g := make([]float64, len(want))
		r := &rule.SPSA{Step: step, Seed: 4}
		if _, err := r.Gradient(rig, loss, batch, g); err != nil {
			t.Fatal(err)
		}
		along := 0.0
		for i, v := range g {
			along += want[i] * k[i] * math.Copysign(1, v)
			if math.Abs(math.Abs(v*k[i])/math.Abs(g[0]*k[0])-1) > 1e-9 {
				t.Fatalf("bond %d has another share than bond 1", i+1)
			}
		}
		return math.Abs(math.Abs(g[0]*k[0]) - along)
	}
	if power := math.Log(off(0.06)/off(0.02)) / math.Log(3); math.Abs(power-2) > 0.1 {
		t.Errorf("the error of a draw falls with the power %.2f of the step", power)
	}
	sum, g := make([]float64, len(want)), make([]float64, len(want))
	r := &rule.SPSA{Step: 1e-3, Seed: 5}
	const draws = 4000
	for step := range draws {
		r.AtStep(step)
		if _, err := r.Gradient(rig, loss, batch, g); err != nil {
			t.Fatal(err)
		}
		for i, v := range g {
			sum[i] += v * k[i] // shares are alike for all
		}
	}
	scaled := make([]float64, len(want))
	for i, v := range want {
		scaled[i] = v * k[i]
	}
	// sqrt(T / (T + M - 1)) is 0.9966
	if c := cosine(sum, scaled); !(c > 0.99) || cosine(g, want) > 0.9 {
		t.Errorf("the mean of %d draws has a cosine of %.4f to the gradient", draws, c)
	}
}

func cosine(a, b []float64) float64 {
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		ab, aa, bb = ab+a[i]*b[i], aa+a[i]*a[i], bb+b[i]*b[i]
	}
	return ab / math.Sqrt(aa*bb)
}

// held is the energy of bonds with the outputs at their place, by loads that bring them there: what directed ageing softens.
func held(t *testing.T, rig *learn.Exact, set *task.Set, _ task.MeanSquare) []float64 {
	t.Helper()
	towards := make([]float64, rig.Modes())
	for i := range set.N {
		pull, held := make([]float64, set.Q), room(rig)
		if err := learn.ClampLoads(rig, set.Force(i), set.Goal(i).Want, pull); err != nil {
			t.Fatal(err)
		}
		if err := rig.Apply(set.Force(i), pull, held); err != nil {
			t.Fatal(err)
		}
		for o, w := range set.Goal(i).Want {
			if math.Abs(held.Out[o]-w) > 1e-12 {
				t.Fatalf("output %d is held at %g, not %g", o+1, held.Out[o], w)
			}
		}
		for m, e := range held.Elongation {
			towards[m] += e * e
		}
	}
	return towards
}

// The suite finds rules that are wrong.
func TestSuiteFinds(t *testing.T) {
	rig, set := lattice(t, 1)
	loss := task.MeanSquare{Scale: 1e-3}
	want := make([]float64, rig.Modes())
	if _, err := (&rule.Backprop{}).Gradient(rig, loss, learn.Batch{Set: set}, want); err != nil {
		t.Fatal(err)
	}
	sound := ruletest.Case{Rule: func(s float64) learn.Rule { return &rule.Nudge{Most: s, Side: 1} }, Size: 0.002, Power: 1, Towards: want, Scaled: true, Loads: 6, Rig: rig, Set: set, Loss: loss}
	if faults := ruletest.Faults(sound); len(faults) > 0 {
		t.Fatalf("the sound rule: %q", faults)
	}
	for name, spoil := range map[string]func(c *ruletest.Case){
		"power": func(c *ruletest.Case) { c.Power = 2 },
		"loads": func(c *ruletest.Case) { c.Loads = 9 },
		"sign": func(c *ruletest.Case) {
			c.Towards = append([]float64(nil), want...)
			for i := range c.Towards {
				c.Towards[i] *= -1
			}
		},
		"sets": func(c *ruletest.Case) { c.Changes = true },
		"steps": func(c *ruletest.Case) {
			n := 0.0
			c.Rule = func(s float64) learn.Rule { n++; return &rule.Nudge{Most: s * n, Side: 1} }
		},
	} {
		c := sound
		spoil(&c)
		if len(ruletest.Faults(c)) == 0 {
			t.Errorf("%s: no fault is found", name)
		}
	}
}
