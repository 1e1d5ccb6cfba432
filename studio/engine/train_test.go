package engine_test

import (
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/studio/engine"
	"github.com/elastrain/elastrain/train"
)

// trained trains an experiment of the engine to its end, so many epochs a call.
func trained(t *testing.T, e *engine.Engine, id any, each int) (records []map[string]any, last *reply) {
	t.Helper()
	for {
		last = ask(t, e, "train", map[string]any{"id": id, "do": "go", "epochs": each}).good(t)
		for _, r := range last.head["records"].([]any) {
			records = append(records, r.(map[string]any))
		}
		if last.head["done"].(bool) {
			return records, last
		}
	}
}

// A training in pieces, looked at between them, is that of the trainer in one go, to the last bit: records, parameters and verdict.
func TestTrainAsTheTrainer(t *testing.T) {
	for name, overrides := range map[string][]string{
		"iris": {"learn.epochs=12"}, "behaviour": {"learn.epochs=40"}, "frame": {"learn.epochs=8"}, "flow": {"learn.epochs=10"},
		"flowers": {"learn.method=adam", "learn.batch=7", "learn.epochs=6"}, "xor": {"learn.epochs=10"}, "hardening": {"learn.epochs=4"},
		"comb": {"learn.epochs=3"}, "digits": {"learn.epochs=1"},
	} {
		e := &engine.Engine{}
		opened := example(t, e, name, overrides...).good(t)
		id := opened.head["id"]
		begun := ask(t, e, "train", map[string]any{"id": id, "do": "begin"}).good(t)
		near(t, name+": start", begun.f8(t, "theta"), opened.f8(t, "theta"), 1e-14)
		other := opened.f8(t, "theta")
		for i := range other {
			other[i] *= 1.01
		}
		ask(t, e, "solve", map[string]any{"id": id}, message.F8("theta", other, len(other))).good(t)
		records, last := trained(t, e, id, 2)

		x := built(t, name, overrides...)
		own, err := x.NewTrainer()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := own.EpochScore(); err != nil {
			t.Fatal(err)
		}
		var want []train.Record
		if _, err := own.Run(func(r train.Record) { want = append(want, r) }); err != nil {
			t.Fatal(err)
		}
		verdict, err := own.Verdict()
		if err != nil {
			t.Fatal(err)
		}
		if len(records) != len(want) {
			t.Fatalf("%s: %d records, want %d", name, len(records), len(want))
		}
		for i, r := range want {
			if records[i]["epoch"].(float64) != float64(r.Epoch) || records[i]["loss"].(float64) != r.Train.Loss {
				t.Errorf("%s: record %v, want epoch %d, loss %v", name, records[i], r.Epoch, r.Train.Loss)
			}
		}
		theta, err := own.Stiffness()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(theta, last.f8(t, "theta")) {
			t.Errorf("%s: other parameters than the trainer's", name)
		}
		if got := last.head["verdict"].(map[string]any)["text"]; got != verdict.Text {
			t.Errorf("%s: verdict %q, want %q", name, got, verdict.Text)
		}
	}
}

// A call ends when its time is over, within an epoch too, and the training is none the worse.
func TestTrainKeepsItsTime(t *testing.T) {
	run := func(now func() float64) (calls int, theta []float64) {
		e := &engine.Engine{Now: now}
		id := example(t, e, "flowers", "learn.method=adam", "learn.batch=2", "learn.epochs=5").good(t).head["id"]
		ask(t, e, "train", map[string]any{"id": id, "do": "begin"}).good(t)
		for {
			calls++
			r := ask(t, e, "train", map[string]any{"id": id, "do": "go", "ms": 10}).good(t)
			if r.head["done"].(bool) {
				return calls, r.f8(t, "theta")
			}
		}
	}
	time := 0.0
	calls, theta := run(func() float64 { time += 2.5; return time }) // every look takes 2.5 ms
	once, want := run(nil)
	if once != 1 || calls < 10 {
		t.Errorf("%d calls with a budget, %d without", calls, once)
	}
	if !slices.Equal(theta, want) {
		t.Error("the time changed the result")
	}
}

// More epochs after the end, another start, and a training that is forgotten.
func TestTrainGoesOn(t *testing.T) {
	e := &engine.Engine{}
	id := example(t, e, "iris", "learn.method=adam", "learn.epochs=5").good(t).head["id"]
	ask(t, e, "train", map[string]any{"id": id, "do": "begin"}).good(t)
	_, five := trained(t, e, id, 10)
	ask(t, e, "train", map[string]any{"id": id, "do": "extend", "epochs": 4}).good(t)
	records, nine := trained(t, e, id, 10)
	if len(records) != 4 || records[3]["epoch"].(float64) != 9 {
		t.Errorf("%v", records)
	}
	ask(t, e, "train", map[string]any{"id": id, "do": "begin", "epochs": 9}).good(t)
	if _, whole := trained(t, e, id, 10); !slices.Equal(whole.f8(t, "theta"), nine.f8(t, "theta")) {
		t.Error("five epochs and four are not nine")
	}
	theta := five.f8(t, "theta")
	begun := ask(t, e, "train", map[string]any{"id": id, "do": "begin"}, message.F8("theta", theta, len(theta))).good(t)
	near(t, "start from others", begun.f8(t, "theta"), theta, 1e-12)
	ask(t, e, "train", map[string]any{"id": id, "do": "reset"}).good(t)
	for _, head := range []map[string]any{{"id": id, "do": "go"}, {"id": id, "do": "dance"}, {"id": id, "do": "begin", "epochs": -1}} {
		if r := ask(t, e, "train", head); r.head["error"] == nil {
			t.Errorf("%v: %v", head, r.head)
		}
	}
}

// What gradient answers of every example is what the command prints: the product of both fields of a lattice of springs, the derivative
// by every parameter of others; and the adjoint field of these is the linear one, so that the derivative of the outputs by a load is.
func TestGradientAsTheCommand(t *testing.T) {
	for _, name := range examples.Names() {
		if heavy[name] || name == "digits" || name == "digits-comb" {
			continue
		}
		e := &engine.Engine{}
		opened := example(t, e, name).good(t)
		r := ask(t, e, "gradient", map[string]any{"id": opened.head["id"], "sample": map[string]any{"part": "training", "i": 0}}).good(t)
		x := built(t, name)
		f, err := x.Fields(x.Train, 0)
		if err != nil {
			t.Fatal(err)
		}
		if r.head["loss"].(float64) != f.Loss || r.head["mean_loss"].(float64) != f.MeanLoss || !slices.Equal(r.f8(t, "mean"), f.Mean) {
			t.Errorf("%s: loss %v, %v", name, r.head, f.Loss)
		}
		if x.Solid == nil {
			ahead, back, product := r.f8(t, "e"), r.f8(t, "e_adj"), r.f8(t, "product")
			for i := range product {
				if product[i] != ahead[i]*back[i] {
					t.Errorf("%s: bond %d has product %v of %v and %v", name, i+1, product[i], ahead[i], back[i])
				}
			}
			continue
		}
		derivative(t, name, x, f)
	}
}

// derivative holds the adjoint displacements of a body against a small load: what a force at a node changes of the loss is the adjoint
// displacement there, with the other sign.
func derivative(t *testing.T, name string, x *experiment.Experiment, f *experiment.Fields) {
	for i, p := range x.In {
		if _, always := x.Constant(i); always { // what always hangs is part of the rig
			continue
		}
		if p.Given || p.Pair || p.Mean != nil || p.Part != 0 || p.Drive > 0 {
			continue
		}
		in := slices.Clone(x.Train.Force(0))
		step := 1e-5 * max(math.Abs(in[i]), 1e-3)
		var loss [2]float64
		for side, sign := range []float64{1, -1} {
			set := *x.Train
			set.F = slices.Clone(set.F)
			set.F[i] = in[i] + sign*step
			g := make([]float64, x.Parameters())
			var err error
			if loss[side], err = x.Rule.Gradient(x.Rig, x.Loss, learn.Batch{Set: &set, Rows: []int32{0}}, g); err != nil {
				return // it has no state there
			}
		}
		slope, along, size := (loss[0]-loss[1])/(2*step), 0.0, 0.0
		for axis := range x.Network.Dim {
			v := f.AdjointU[p.Node*x.Network.Dim+axis]
			along += p.Dir[axis] * v
			size = max(size, math.Abs(v))
		}
		if math.Abs(slope+along) > 1e-4*max(size, math.Abs(slope)) {
			t.Errorf("%s: a force at %s changes the loss by %v, the adjoint displacement there is %v", name, x.Inputs[i], slope, along)
		}
	}
}
