package inputs

import (
	"math"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/learn/verify"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// readMeadow is a meadow with four outputs, read as two classes: a difference, and one output by itself or a difference.
func readMeadow(t *testing.T, pairs []learn.Pair) (*learn.Reading, *task.Set, []float64) {
	t.Helper()
	p, set, k := meadow(t, 0.05)
	last := p.Net.Nodes() - 1
	p.Out = append(p.Out, network.Port{Node: last - 3, Dir: [3]float64{1}}, network.Port{Node: last - 4, Dir: [3]float64{0, 1}})
	rig, err := NewRefactor(p)
	if err != nil {
		t.Fatal(err)
	}
	r, err := learn.NewReading(rig, pairs)
	if err != nil {
		t.Fatal(err)
	}
	set.Want, set.Class, set.Signed = nil, make([]int32, set.N), true
	for i := range set.Class {
		set.Class[i] = int32(i % 2)
	}
	return r, set, append(k, 7, 0.4, -0.3, 0, 0, 1, -1)
}

func TestReadingSuite(t *testing.T) {
	for _, pairs := range [][]learn.Pair{learn.Differences(2), {{Plus: 3, Minus: -1}, {Plus: 0, Minus: 2}}} {
		r, set, k := readMeadow(t, pairs)
		want := *set
		want.Want, want.Class = make([]float64, set.N*2), nil
		for i := range want.Want {
			want.Want[i] = float64(i%3) - 1
		}
		for _, fault := range rigtest.Faults(rigtest.Case{Rig: r, Theta: k, Set: &want, Loss: task.MeanSquare{Scale: 0.3}, Small: 1e-3}) {
			t.Error(fault)
		}
		for _, smoothing := range []float64{0, 0.1} {
			ports := make([]network.Port, 6)
			report, err := verify.Gradient(verify.Case{Rig: r, In: ports[:4], Out: ports[:2], K: k, Loss: task.SignedSoftmax{Sharpness: 1, Smoothing: smoothing}, Batch: learn.Batch{Set: set}})
			if err != nil {
				t.Fatal(err)
			}
			if err := report.Err(); err != nil || report.FiniteDifference > 1e-7 {
				t.Errorf("smoothing %g: %v, %+v", smoothing, err, report)
			}
		}
	}
}

// By hand: logits of outputs, and derivatives by gain, offsets and outputs.
func TestReadingByHand(t *testing.T) {
	r, set, k := readMeadow(t, []learn.Pair{{Plus: 0, Minus: 2}, {Plus: 1, Minus: -1}})
	batch := learn.Batch{Set: set, Rows: []int32{4, 1}}
	if err := r.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	gain, err := r.Prepare(batch)
	if err != nil {
		t.Fatal(err)
	}
	tare := append([]float64(nil), r.Tares()...)
	y, z := make([]float64, 8), make([]float64, 4)
	if err := r.Inner().Forward(batch, y); err != nil {
		t.Fatal(err)
	}
	d := []float64{y[0] - y[2], y[1], y[4] - y[6], y[5]}
	for c := range tare {
		if want := (d[c] + d[2+c]) / 2; !(math.Abs(tare[c]-want) <= 1e-15) {
			t.Errorf("tare %d is %g, not %g", c+1, tare[c], want)
		}
	}
	k[r.First()] = gain
	copy(k[r.First()+3:], tare)
	way := []float64{1, 1}
	for c := range way { // rows 4 and 1 are of classes 1 and 2
		if d[2*c+c] < tare[c] {
			way[c] = -1
		}
	}
	if r.Direct(batch); r.Directions()[0] != way[0] || r.Directions()[1] != way[1] {
		t.Errorf("directions %v, not %v", r.Directions(), way)
	}
	if err := r.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	if err := r.Forward(batch, z); err != nil {
		t.Fatal(err)
	}
	square := 0.0
	for i, v := range z {
		want := []float64{gain, -gain}[i%2]*(d[i]-tare[i%2]) + []float64{0.4, -0.3}[i%2]
		if !(math.Abs(v-want) <= 1e-12) {
			t.Errorf("logit %d is %g, not %g", i, v, want)
		}
		square += math.Pow(v-[]float64{0.4, -0.3}[i%2], 2) / 4
	}
	if !(math.Abs(square-1) <= 1e-12) {
		t.Errorf("the logits have a standard deviation of %g", math.Sqrt(square))
	}
	if n := r.Electronics(); n.String() != "3 readings, 1 difference, 1 gain, 2 offsets, 2 tares" {
		t.Error(n)
	}
}

// Complex steps of the derivative by gain, offsets, tares and directions, through the loss.
func TestReadingByComplexStep(t *testing.T) {
	r, set, k := readMeadow(t, learn.Differences(2))
	if err := r.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Prepare(learn.Batch{Set: set}); err != nil {
		t.Fatal(err)
	}
	copy(k[r.First()+3:], r.Tares())
	loss := task.SignedSoftmax{Sharpness: 1, Smoothing: 0.05}
	g := make([]float64, r.Modes())
	if _, err := (&rule.Backprop{}).Gradient(r, loss, learn.Batch{Set: set}, g); err != nil {
		t.Fatal(err)
	}
	y := make([]float64, set.N*4)
	if err := r.Inner().Forward(learn.Batch{Set: set}, y); err != nil {
		t.Fatal(err)
	}
	const h = 1e-30
	for at := r.First(); at < len(k); at++ {
		e := make([]complex128, 7) // gain, offsets, tares, directions
		for i := range e {
			e[i] = complex(k[r.First()+i], 0)
		}
		e[at-r.First()] += complex(0, h)
		var sum complex128
		for i := range set.N {
			z := make([]complex128, 2)
			for c := range z {
				z[c] = e[5+c]*e[0]*(complex(y[4*i+c]-y[4*i+2+c], 0)-e[3+c]) + e[1+c]
			}
			sum += loss.Complex(z, set.Goal(i))
		}
		want := imag(sum) / h / float64(set.N)
		if !(math.Abs(g[at]-want) <= 1e-13*max(1, math.Abs(want))) {
			t.Errorf("parameter %d: %.16g, by complex step %.16g", at+1, g[at], want)
		}
	}
}

// Tares that follow are state: stopped and restored, the same bits. Scoring in between moves nothing.
func TestTaresFollow(t *testing.T) {
	start := func() (*learn.Problem, optim.Method, []float64) {
		r, set, k := readMeadow(t, learn.Differences(2))
		r.Follow(0.05)
		d := design.Uniform(r.First(), 0.1, 10, 1)
		copy(d.Start, k)
		d.SetLog()
		d.Append(k[r.First():r.First()+1], 0, math.Inf(1), 7, 0.5, true)
		d.Append(k[r.First()+1:r.First()+3], math.Inf(-1), math.Inf(1), 1, 0.3, false)
		d.Append(k[r.First()+3:r.First()+5], math.Inf(-1), math.Inf(1), 1, 0, false)
		d.Append(k[r.First()+5:], -1, 1, 1, 0, false)
		if err := d.Validate(); err != nil {
			t.Fatal(err)
		}
		p := learn.NewProblem(r, &rule.Backprop{}, task.SignedSoftmax{Sharpness: 1}, d, learn.Batch{Set: set, Rows: []int32{0, 2, 3}})
		return p, optim.NewAdam(d.Dim(), 0.1), d.StartPoint()
	}
	steps := func(p *learn.Problem, m optim.Method, x []float64, n int) {
		for range n {
			if _, err := m.Step(p, x); err != nil {
				t.Fatal(err)
			}
			p.Rig.(learn.Stateful).Stepped()
			if _, err := p.Evaluate(p.Batch.Set); err != nil {
				t.Fatal(err)
			}
		}
	}
	p, m, x := start()
	before, err := p.Eval(x, make([]float64, len(x)))
	if err != nil {
		t.Fatal(err)
	}
	steps(p, m, x, 30)
	if after, err := p.Eval(x, make([]float64, len(x))); err != nil || !(after < before/2) {
		t.Errorf("the loss went from %g to %g, %v", before, after, err)
	}
	if tare := p.Rig.(*learn.Reading).Tares(); tare[0] == 0 || tare[1] == 0 {
		t.Error("tares stayed")
	}
	first, n, y := start()
	steps(first, n, y, 11)
	again, o, z := start()
	copy(z, y)
	if err := o.Restore(n.State()); err != nil {
		t.Fatal(err)
	}
	if err := again.Rig.(learn.Stateful).Restore(first.Rig.(learn.Stateful).State()); err != nil {
		t.Fatal(err)
	}
	steps(again, o, z, 19)
	for i := range x {
		if z[i] != x[i] {
			t.Fatalf("variable %d ends at %g, not %g", i+1, z[i], x[i])
		}
	}
	if err := again.Rig.(learn.Stateful).Restore([]optim.Field{{Name: "tare", Data: []float64{1}}}); err == nil {
		t.Error("one tare is taken for two")
	}
}

func TestReadingsThatCannotBe(t *testing.T) {
	p, _, _ := meadow(t, 0)
	rig, err := NewRefactor(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, pairs := range [][]learn.Pair{nil, {{Plus: 0, Minus: -1}}, {{Plus: 0, Minus: 1}, {Plus: 1, Minus: -1}}, {{Plus: 0, Minus: -1}, {Plus: 2, Minus: -1}}, {{Plus: -1, Minus: -1}, {Plus: 0, Minus: 1}}, {{Plus: 0, Minus: -2}, {Plus: 1, Minus: -1}}, {{Plus: 0, Minus: 0}, {Plus: 1, Minus: -1}}} {
		if _, err := learn.NewReading(rig, pairs); err == nil {
			t.Errorf("%v is accepted", pairs)
		}
	}
}
