package rule_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// bench is a rig that hides that it obeys superposition, counts what is done to
// it and can fail.
type bench struct {
	rig       *learn.Exact
	loads     int // calls of Apply
	sets      int // calls of SetStiffness
	failLoad  int // number of the load that fails, from 1; 0 for none
	failSet   int // the same for SetStiffness
	wantedIn  int
	wantedOut int
}

var errBench = errors.New("the string has torn")

func (b *bench) Superposes() {}

func (b *bench) Ports() (int, int) { return b.rig.Ports() }

func (b *bench) Modes() int { return b.rig.Modes() }

func (b *bench) Stiffness() []float64 { return b.rig.Stiffness() }

func (b *bench) SetStiffness(k []float64) error {
	if b.sets++; b.sets == b.failSet {
		return errBench
	}
	return b.rig.SetStiffness(k)
}

func (b *bench) Apply(in, out []float64, m *learn.Measurement) error {
	if b.loads++; b.loads == b.failLoad {
		return errBench
	}
	if in != nil {
		b.wantedIn++
	}
	if out != nil {
		b.wantedOut++
	}
	return b.rig.Apply(in, out, m)
}

// specimen is the paper's lattice with four inputs and three outputs, random
// stiffnesses and samples that have both classes and displacements.
func specimen(t testing.TB, samples int) (*learn.Exact, *task.Set) {
	t.Helper()
	var in, out []network.Port
	for _, node := range []int{14, 12, 13, 10} {
		in = append(in, testnet.Port(node, 0, -1))
	}
	for _, node := range []int{8, 2, 3} {
		out = append(out, testnet.Port(node, 1, 0))
	}
	rig := learn.NewExact(mechanics.NewEquilibrium(testnet.Trapezoid(), nil), in, out)
	if err := rig.SetStiffness(testnet.Stiffness(28, 100, 170, 2)); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(9, uint64(samples)))
	set := &task.Set{N: samples, P: 4, Q: 3, F: make([]float64, 4*samples), Class: make([]int32, samples)}
	for i := range set.F {
		set.F[i] = 0.049 * (0.1 + random.Float64())
	}
	for i := range set.Class {
		set.Class[i] = int32(random.IntN(3))
	}
	return rig, set
}

// displaced asks the same samples for displacements, some left out.
func displaced(set *task.Set) *task.Set {
	s := *set
	random := rand.New(rand.NewPCG(5, 5))
	s.Class, s.Want = nil, make([]float64, s.N*s.Q)
	for i := range s.Want {
		s.Want[i] = 1e-3 * random.NormFloat64()
		if random.IntN(5) == 0 {
			s.Want[i] = math.NaN()
		}
	}
	return &s
}

func gradient(t testing.TB, r learn.Rule, rig learn.Rig, loss task.Loss, batch learn.Batch) ([]float64, float64) {
	t.Helper()
	g := make([]float64, rig.Modes())
	for i := range g {
		g[i] = math.NaN() // left over
	}
	value, err := r.Gradient(rig, loss, batch, g)
	if err != nil {
		t.Fatal(err)
	}
	return g, value
}

// apart is the largest difference as a share of the largest entry.
func apart(a, b []float64) float64 {
	worst, size := 0.0, 0.0
	for i := range b {
		worst = math.Max(worst, math.Abs(a[i]-b[i]))
		size = math.Max(size, math.Abs(b[i]))
	}
	return worst / size
}

// Springs in series: u = f sum 1/k, L = (u/s)^2 / 2, dL/dk_i = -u f / (s k_i)^2.
func TestGradientOfAChain(t *testing.T) {
	end := []network.Port{testnet.Port(4, 1, 0)}
	k := []float64{2, 4, 8}
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{8}, Want: []float64{0}}
	rig := learn.NewExact(mechanics.NewEquilibrium(testnet.Chain(3), nil), end, end)
	if err := rig.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]learn.Rig{"superposed": rig, "in two loadings": &bench{rig: rig}} {
		g, value := gradient(t, &rule.Backprop{}, r, task.MeanSquare{Scale: 10}, learn.Batch{Set: set})
		if !(math.Abs(value-0.7*0.7/2) <= 1e-15) {
			t.Errorf("%s: loss %g", name, value)
		}
		for i := range k {
			if want := -7 * 8 / (100 * k[i] * k[i]); !(math.Abs(g[i]-want) <= 1e-14) {
				t.Errorf("%s: dL/dk %d is %g, not %g", name, i+1, g[i], want)
			}
		}
	}
}

// However the two elongations are found, the gradient is the same: loading the
// rig twice for every sample, superposing unit loads, or taking the samples one
// by one.
func TestWaysOfBackpropagation(t *testing.T) {
	rig, classes := specimen(t, 23)
	for _, test := range []struct {
		loss task.Loss
		set  *task.Set
	}{
		{task.CrossEntropy{}, classes},
		{task.Softmax{Sharpness: 3e3}, classes},
		{task.Hinge{Margin: 1e-3}, classes},
		{task.Fisher{}, classes},
		{task.MeanSquare{Scale: 1e-3}, displaced(classes)},
	} {
		for _, batch := range []learn.Batch{{Set: test.set}, {Set: test.set, Rows: []int32{4, 2, 19, 2, 7}}, {Set: test.set, Rows: []int32{1, 2, 3, 4, 5, 6}, Divisor: 16}} {
			superposed, value := gradient(t, &rule.Backprop{}, rig, test.loss, batch)
			b := &bench{rig: rig}
			twice, again := gradient(t, &rule.Backprop{}, b, test.loss, batch)
			if d := apart(twice, superposed); !(d <= 1e-13) || !(math.Abs(value-again) <= 1e-13*value) {
				t.Errorf("%s: two loadings and superposition differ by %.1e; loss %g and %g", test.loss.Name(), d, again, value)
			}
			_, alone := test.loss.(task.SampleLoss)
			if b.wantedOut != batch.Len() || alone && b.wantedIn != batch.Len() || b.sets != 0 {
				t.Errorf("%s: %d samples take %d forward and %d adjoint loadings", test.loss.Name(), batch.Len(), b.wantedIn, b.wantedOut)
			}
			if !alone {
				continue
			}
			sum := make([]float64, 28)
			one := &rule.Backprop{}
			for i := range batch.Len() {
				g, _ := gradient(t, one, rig, test.loss, learn.Batch{Set: test.set, Rows: []int32{int32(batch.Row(i))}})
				for m := range sum {
					sum[m] += g[m] * batch.Mean()
				}
			}
			if d := apart(sum, superposed); !(d <= 1e-13) {
				t.Errorf("%s: single samples differ by %.1e", test.loss.Name(), d)
			}
		}
	}
}

// A rule that served one network and batch serves another.
func TestBackpropIsReusable(t *testing.T) {
	rig, set := specimen(t, 20)
	end := []network.Port{testnet.Port(4, 1, 0)}
	chain := learn.NewExact(mechanics.NewEquilibrium(testnet.Chain(3), nil), end, end)
	if err := chain.SetStiffness([]float64{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	small := learn.Batch{Set: &task.Set{N: 1, P: 1, Q: 1, F: []float64{1}, Want: []float64{3}}}
	used := &rule.Backprop{}
	for _, superpose := range []bool{true, false} {
		on := func(r *learn.Exact) learn.Rig {
			if superpose {
				return r
			}
			return &bench{rig: r}
		}
		for range 2 {
			for _, rows := range [][]int32{nil, {3}, {1, 2, 3, 4, 5}} {
				batch := learn.Batch{Set: set, Rows: rows}
				g, _ := gradient(t, used, on(rig), task.CrossEntropy{}, batch)
				fresh, _ := gradient(t, &rule.Backprop{}, on(rig), task.CrossEntropy{}, batch)
				if apart(g, fresh) != 0 {
					t.Errorf("rows %v: a used rule gives another gradient", rows)
				}
			}
			g, _ := gradient(t, used, on(chain), task.MeanSquare{Scale: 1}, small)
			fresh, _ := gradient(t, &rule.Backprop{}, on(chain), task.MeanSquare{Scale: 1}, small)
			if apart(g, fresh) != 0 {
				t.Error("chain: a used rule gives another gradient")
			}
		}
	}
}

func TestNothingMoves(t *testing.T) {
	rig, set := specimen(t, 10)
	clear(set.F[4*3 : 4*4])
	g := make([]float64, 28)
	for name, r := range map[string]learn.Rule{"backprop": &rule.Backprop{}, "difference": &rule.Difference{}} {
		for _, rows := range [][]int32{nil, {3}} {
			if _, err := r.Gradient(rig, task.CrossEntropy{}, learn.Batch{Set: set, Rows: rows}, g); err != task.ErrStill {
				t.Errorf("%s, rows %v: %v", name, rows, err)
			}
		}
	}
}

func TestFaultsOfARig(t *testing.T) {
	exact, set := specimen(t, 2)
	g := make([]float64, 28)
	for at := 1; at <= 6; at++ {
		for _, test := range []struct {
			loss  task.Loss
			loads int
		}{{task.CrossEntropy{}, 4}, {task.Fisher{}, 6}} {
			_, err := (&rule.Backprop{}).Gradient(&bench{rig: exact, failLoad: at}, test.loss, learn.Batch{Set: set}, g)
			if (err == nil) != (at > test.loads) || err != nil && err != errBench {
				t.Errorf("%s, load %d fails: %v", test.loss.Name(), at, err)
			}
		}
	}
	for at := 1; at <= 115; at++ { // 1 + 2 * 28 times two samples, one of them more than there are
		_, err := (&rule.Difference{}).Gradient(&bench{rig: exact, failLoad: at}, task.CrossEntropy{}, learn.Batch{Set: set}, g)
		if (err == nil) != (at > 114) {
			t.Errorf("difference, load %d fails: %v", at, err)
		}
	}
	for at := 1; at <= 58; at++ { // twice for each bond, and back at the end
		_, err := (&rule.Difference{}).Gradient(&bench{rig: exact, failSet: at}, task.CrossEntropy{}, learn.Batch{Set: set}, g)
		if (err == nil) != (at > 57) {
			t.Errorf("difference, stiffness %d fails: %v", at, err)
		}
	}
}

func TestBackpropAllocatesNothing(t *testing.T) {
	rig, set := specimen(t, 50)
	g := make([]float64, 28)
	for _, rows := range [][]int32{nil, {1, 2, 3, 4, 5, 6, 7, 8}, {1}} {
		for _, loss := range []task.Loss{task.CrossEntropy{}, task.Fisher{}} {
			r := &rule.Backprop{}
			if n := testing.AllocsPerRun(10, func() {
				if _, err := r.Gradient(rig, loss, learn.Batch{Set: set, Rows: rows}, g); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("%s, %d rows: %g allocations", loss.Name(), len(rows), n)
			}
		}
	}
}

// A loss without a unit of displacement says so, wherever it is asked for; it is no loss without a value.
func TestLossesWithoutAScale(t *testing.T) {
	rig, set := specimen(t, 10)
	for _, loss := range []task.Loss{task.MeanSquare{}, task.MeanSquare{Scale: math.NaN()}, task.MeanSquare{Scale: -1}, task.Softmax{}, task.Softmax{Sharpness: math.Inf(1)}, task.Hinge{}} {
		batch := learn.Batch{Set: set}
		if _, square := loss.(task.MeanSquare); square {
			batch.Set = displaced(set)
		}
		d := &design.Design{Lo: fill(28, 1), Hi: fill(28, 500), Start: fill(28, 100), Gain: fill(28, 1), Unit: fill(28, 1), Free: []int32{0, 1}}
		g := make([]float64, 28)
		problem := learn.NewProblem(rig, &rule.Backprop{}, loss, d, batch)
		for name, ask := range map[string]func() error{
			"backprop":   func() error { _, err := (&rule.Backprop{}).Gradient(rig, loss, batch, g); return err },
			"difference": func() error { _, err := (&rule.Difference{}).Gradient(rig, loss, batch, g); return err },
			"Evaluate":   func() error { _, err := problem.Evaluate(batch.Set); return err },
			"Eval":       func() error { _, err := problem.Eval([]float64{0.5, 0.5}, g[:2]); return err },
		} {
			var scale *task.ScaleError
			if err := ask(); !errors.As(err, &scale) || scale.Loss != loss.Name() || errors.Is(err, optim.ErrNoValue) {
				t.Errorf("%s of %#v: %v", name, loss, err)
			}
		}
	}
}

func fill(n int, v float64) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = v
	}
	return list
}
