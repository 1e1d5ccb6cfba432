package verify

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// flowers is the shape of the paper's Iris task: four weights on the lattice,
// three sideways displacements, and random samples.
func flowers(samples int) Case {
	var in, out []network.Port
	for _, node := range []int{14, 12, 13, 10} {
		in = append(in, testnet.Port(node, 0, -1))
	}
	for _, node := range []int{8, 2, 3} {
		out = append(out, testnet.Port(node, 1, 0))
	}
	c := on(testnet.Trapezoid(), in, out, samples)
	c.Batch.Set.Class = make([]int32, samples)
	for i := range samples {
		c.Batch.Set.Class[i] = int32(i % 3)
	}
	c.Loss = task.CrossEntropy{}
	return c
}

// on is a mean-square case with random stiffnesses, forces and targets.
func on(net *network.Network, in, out []network.Port, samples int) Case {
	eq := mechanics.NewEquilibrium(net, nil)
	random := rand.New(rand.NewPCG(3, 4))
	set := &task.Set{N: samples, P: len(in), Q: len(out), F: make([]float64, samples*len(in)), Want: make([]float64, samples*len(out))}
	for i := range set.F {
		set.F[i] = 0.05 * (0.1 + random.Float64())
	}
	for i := range set.Want {
		set.Want[i] = 1e-3 * random.NormFloat64()
	}
	return Case{Rig: learn.NewExact(eq, in, out), In: in, Out: out, K: testnet.Stiffness(eq.C.M, 100, 170, 5),
		Loss: task.MeanSquare{Scale: 1e-3}, Batch: learn.Batch{Set: set}}
}

func check(t *testing.T, c Case) Report {
	t.Helper()
	r, err := Gradient(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryLossOnTheLattice(t *testing.T) {
	for _, test := range []struct {
		loss task.Loss
		rows []int32
	}{
		{task.CrossEntropy{}, nil},
		{task.Softmax{Sharpness: 3e3}, nil},
		{task.Hinge{Margin: 1e-3}, nil},
		{task.CrossEntropy{}, []int32{7}}, // one sample: the rule loads twice instead of superposing
		{task.Fisher{}, nil},
		{task.Fisher{}, []int32{3, 4, 5}}, // and a loss of the set loads three times
	} {
		c := flowers(30)
		c.Batch.Set.Want = nil
		c.Loss, c.Batch.Rows = test.loss, test.rows
		judge(t, check(t, c), test.loss.Name())
	}
	c := flowers(30)
	c.Batch.Set.Class, c.Loss = nil, task.MeanSquare{Scale: 1e-3}
	c.Batch.Divisor = 32
	c.Batch.Set.Want[5] = math.NaN() // not asked
	judge(t, check(t, c), "mean-square")
}

func judge(t *testing.T, r Report, what string) {
	t.Helper()
	if r.Bonds != 28 || r.ComplexBonds != 28 || r.FiniteBonds != 28 || r.Skipped != "" {
		t.Errorf("%s: %d, %d and %d bonds, skipped %q", what, r.Bonds, r.ComplexBonds, r.FiniteBonds, r.Skipped)
	}
	if !(r.ComplexStep < 1e-12) || !(r.FiniteDifference < 1e-6) || !(math.Abs(r.TaylorRate-2) < 0.05) {
		t.Errorf("%s: errors %.1e and %.1e, rate %.4f", what, r.ComplexStep, r.FiniteDifference, r.TaylorRate)
	}
	if err := r.Err(); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// Displacements that are given, at a node and at a pair, beside a force: the adjoint leaves them where they are.
func TestGivenDisplacements(t *testing.T) {
	net := testnet.Trapezoid()
	pair := func(a, b int) network.Port {
		dx, dy := net.At(b - 1)[0]-net.At(a - 1)[0], net.At(b - 1)[1]-net.At(a - 1)[1]
		l := math.Hypot(dx, dy)
		return network.Port{Node: a - 1, Dir: [3]float64{dx / l, dy / l}, Pair: true, Other: b - 1}
	}
	source, moved := pair(13, 14), testnet.Port(7, 0.6, 0.8)
	source.Given, moved.Given = true, true
	for _, samples := range []int{1, 9} { // state by state, and superposed
		c := on(net, []network.Port{testnet.Port(11, 0, -1), source, moved}, []network.Port{pair(2, 3), testnet.Port(8, 1, 0)}, samples)
		for i := range samples {
			for a, scale := range []float64{1, 0.02, 0.02} {
				c.Batch.Set.F[i*3+a] *= scale
			}
		}
		r := check(t, c)
		if !(r.ComplexStep <= 1e-12) || math.Abs(r.TaylorRate-2) > 0.05 {
			t.Errorf("%d samples: complex step %.1e, Taylor rate %g", samples, r.ComplexStep, r.TaylorRate)
		}
	}
}

// One spring: u = f/k, L = (u/s)^2/2, dL/dk = -f^2/(k^3 s^2).
func TestOneSpring(t *testing.T) {
	port := []network.Port{testnet.Port(2, 1, 0)}
	c := on(testnet.Chain(1), port, port, 1)
	c.K[0], c.Batch.Set.F[0], c.Batch.Set.Want[0] = 4, 8, 0
	c.Loss = task.MeanSquare{Scale: 2}
	r := check(t, c)
	if r.Loss != 0.5 || !(r.ComplexStep <= 1e-15) || !(r.FiniteDifference <= 1e-9) || !(math.Abs(r.TaylorRate-2) <= 0.01) {
		t.Errorf("%+v", r)
	}
	s := newComplexSolver(c.Rig.(*learn.Exact).Equilibrium().C, c.In, c.Out)
	s.respond(c.K, 0, tiny)
	if got := imag(s.loss(&c)) / tiny; !(math.Abs(got+64.0/64/4) <= 1e-15) {
		t.Errorf("complex step gives %g, the spring -1/4", got)
	}
}

// skewed adds a mistake to the right gradient.
type skewed struct {
	rule.Backprop
	mistake func(g []float64)
}

func (s *skewed) Gradient(rig learn.Rig, loss task.Loss, batch learn.Batch, g []float64) (float64, error) {
	value, err := s.Backprop.Gradient(rig, loss, batch, g)
	s.mistake(g)
	return value, err
}

func TestMistakesAreFound(t *testing.T) {
	for name, mistake := range map[string]func(g []float64){
		"sign": func(g []float64) { g[3] = -g[3] },
		"factor": func(g []float64) {
			for i := range g {
				g[i] *= 1.01
			}
		},
		"one off": func(g []float64) { copy(g, g[1:]) },
		"zero":    func(g []float64) { clear(g) },
		"NaN":     func(g []float64) { g[0] = math.NaN() },
	} {
		c := flowers(20)
		c.Batch.Set.Want = nil
		c.Rule = &skewed{mistake: mistake}
		r := check(t, c)
		if r.ComplexStep < 1e-3 || r.FiniteDifference < 1e-3 || math.Abs(r.TaylorRate-2) < 0.5 {
			t.Errorf("%s: errors %.1e and %.1e, rate %.3f", name, r.ComplexStep, r.FiniteDifference, r.TaylorRate)
		}
		err := r.Err()
		if err == nil {
			t.Errorf("%s: passed", name)
			continue
		}
		for _, word := range []string{"complex steps", "finite differences", "Taylor rate"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: %q does not mention %s", name, err, word)
			}
		}
	}
}

func TestRigIsLeftAtK(t *testing.T) {
	c := flowers(20)
	c.Batch.Set.Want = nil
	check(t, c)
	for i, k := range c.Rig.Stiffness() {
		if k != c.K[i] {
			t.Fatalf("bond %d is left at %g, not %g", i+1, k, c.K[i])
		}
	}
	g, again := make([]float64, 28), make([]float64, 28)
	if _, err := (&rule.Backprop{}).Gradient(c.Rig, c.Loss, c.Batch, g); err != nil {
		t.Fatal(err)
	}
	fresh := flowers(20)
	fresh.Batch.Set.Want = nil
	if err := fresh.Rig.SetStiffness(c.K); err != nil {
		t.Fatal(err)
	}
	if _, err := (&rule.Backprop{}).Gradient(fresh.Rig, c.Loss, c.Batch, again); err != nil {
		t.Fatal(err)
	}
	for i := range g {
		if g[i] != again[i] {
			t.Fatalf("bond %d: %g after the checks, %g before", i+1, g[i], again[i])
		}
	}
}

// A network that does what it should: all that is left of the gradient is
// rounding error, and still a wrong gradient shows.
func TestWhatIsLearned(t *testing.T) {
	c := flowers(30)
	c.Batch.Set.Class, c.Loss = nil, task.MeanSquare{Scale: 1e-3}
	if err := c.Rig.SetStiffness(c.K); err != nil {
		t.Fatal(err)
	}
	for i := range c.Batch.Set.N {
		answers, err := c.Rig.(*learn.Exact).Respond()
		if err != nil {
			t.Fatal(err)
		}
		answers.Outputs(c.Batch.Set.Want[3*i:3*i+3], c.Batch.Set.Force(i))
	}
	for i := range c.Batch.Set.Want {
		c.Batch.Set.Want[i] *= 1 + 0x1p-50*float64(i%3-1)
	}
	r := check(t, c)
	if !(r.Loss < 1e-25) || !(r.ComplexStep < 1e-10) || !(r.FiniteDifference < 1e-4) || !(math.Abs(r.TaylorRate-2) <= 0.05) {
		t.Errorf("%+v", r)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
	size := r.Size
	c.Rule = &skewed{mistake: func(g []float64) { g[3] += 1e-2 * size }}
	if r = check(t, c); r.Err() == nil {
		t.Errorf("a mistake passes: %+v", r)
	}
}

// A loss that does not react leaves no remainder, which is no mistake.
func TestNothingToLearn(t *testing.T) {
	c := flowers(10)
	c.Batch.Set.Want = nil
	c.Loss = always{}
	r := check(t, c)
	if !math.IsNaN(r.TaylorRate) || !strings.Contains(r.TaylorNote, "linear") || r.ComplexStep != 0 || r.FiniteDifference != 0 {
		t.Errorf("%+v", r)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

// always is a loss that is 1 whatever happens.
type always struct{}

func (always) Name() string { return "always" }

func (always) Complex([]complex128, task.Goal) complex128 { return 1 }

func (always) Eval(_ []float64, _ task.Goal, g []float64) float64 {
	clear(g)
	return 1
}

// A kink within the first steps: the rate is found with smaller ones. The
// direction is random but fixed, so that one of the two kinks lies ahead.
func TestTaylorStepsPastAKink(t *testing.T) {
	port := []network.Port{testnet.Port(2, 1, 0)}
	ahead := 0
	for _, at := range []float64{0.9999, 1.0001} {
		c := on(testnet.Chain(1), port, port, 1)
		c.K[0], c.Batch.Set.F[0] = 1, 1
		c.Loss = bent{at: at}
		r := check(t, c)
		if !(math.Abs(r.TaylorRate-2) <= rateTolerance) {
			t.Errorf("kink at %g: rate %.3f", at, r.TaylorRate)
		}
		if r.Steps[0] < firstStep {
			ahead++
		}
	}
	if ahead != 1 {
		t.Errorf("%d of 2 kinks were met", ahead)
	}
}

// bent is u^2/2 with a slope that doubles beyond a place on the far side of 1.
type bent struct{ at float64 }

func (bent) Name() string { return "bent" }

func (b bent) beyond(u float64) bool { return (u-b.at)*(1-b.at) < 0 }

func (b bent) Complex(u []complex128, _ task.Goal) complex128 {
	if b.beyond(real(u[0])) {
		return u[0]*u[0] - complex(b.at*b.at/2, 0)
	}
	return u[0] * u[0] / 2
}

func (b bent) Eval(u []float64, _ task.Goal, g []float64) float64 {
	if g[0] = u[0]; b.beyond(u[0]) {
		g[0] = 2 * u[0]
		return u[0]*u[0] - b.at*b.at/2
	}
	return u[0] * u[0] / 2
}

func TestLargerNetworks(t *testing.T) {
	for _, test := range []struct {
		rows    int // of 15 nodes, the lowest held
		skipped bool
	}{{21, false}, {52, true}} { // 600 and 1530 unknowns
		const columns = 15
		net := testnet.Braced(columns, test.rows)
		top := net.Nodes()
		in := []network.Port{testnet.Port(top, 0, -1)}
		out := []network.Port{testnet.Port(top-columns+1, 1, 0), testnet.Port(top-columns/2, 0, 1)}
		r := check(t, on(net, in, out, 2))
		if (r.Skipped != "") != test.skipped || math.IsNaN(r.ComplexStep) != test.skipped || (r.ComplexBonds == 0) != test.skipped {
			t.Errorf("%d rows: %+v", test.rows, r)
		}
		if !test.skipped && !(r.ComplexStep < 1e-10) {
			t.Errorf("%d rows: complex step error %.1e", test.rows, r.ComplexStep)
		}
		if r.FiniteBonds >= r.Bonds {
			t.Errorf("%d rows: differences for all %d bonds", test.rows, r.FiniteBonds)
		}
		if err := r.Err(); err != nil {
			t.Error(err)
		}
	}
}

func TestSample(t *testing.T) {
	if got := sample(5, 1); len(got) != 5 || got[0] != 0 || got[4] != 4 {
		t.Errorf("all of 5: %v", got)
	}
	if got := sample(1000, budget/10); len(got) != 10 || got[0] != 50 || got[9] != 950 {
		t.Errorf("10 of 1000: %v", got)
	}
	if got := sample(7, 10*budget); len(got) != 1 || got[0] != 3 {
		t.Errorf("one of 7: %v", got)
	}
	if got := sample(0, 1); len(got) != 0 {
		t.Errorf("none of 0: %v", got)
	}
}

func TestRefusals(t *testing.T) {
	c := flowers(3)
	c.Batch.Set.Want = nil
	c.K[2] = -1
	if _, err := Gradient(c); err == nil {
		t.Error("a negative stiffness passes")
	}
	c.K[2] = 100
	clear(c.Batch.Set.F)
	if _, err := Gradient(c); err != task.ErrStill {
		t.Errorf("no load gives %v", err)
	}
	c.In = c.In[:2]
	defer func() {
		if recover() == nil {
			t.Error("ports that are not the rig's pass")
		}
	}()
	_, _ = Gradient(c)
}

// Where stiffnesses differ by powers of ten the gradient is as good as anywhere, and the check sees it.
func TestStiffnessesFarApart(t *testing.T) {
	ends := []network.Port{testnet.Port(6, 1, 0)}
	for _, ratio := range []float64{1e7, 1e12} {
		c := on(testnet.Chain(5), ends, ends, 1)
		c.K = []float64{1, ratio, 3, ratio, 2}
		if err := c.Rig.SetStiffness(c.K); err != nil {
			t.Fatal(err)
		}
		if r := check(t, c); !(r.ComplexStep <= 1e-12) || r.Err() != nil {
			t.Errorf("ratio %.0e: complex step %.1e, %v", ratio, r.ComplexStep, r.Err())
		}
	}
}

// Where complex steps are not taken it is said why, truly: inputs that set stiffnesses, or other elements.
func TestWhyNoComplexSteps(t *testing.T) {
	for words, c := range map[string]Case{
		"inputs set stiffnesses, has":    {In: []network.Port{{}, {Part: network.Value}}},
		"other elements than springs":    {In: []network.Port{{}}},
		"differences of the loss stand ": {},
	} {
		if text := why(&c); !strings.Contains(text, strings.Replace(words, " stand ", " and Taylor", 1)) {
			t.Errorf("%q does not say %q", text, words)
		}
	}
}
