package records

import (
	"context"
	"math"
	"testing"

	"github.com/elastrain/elastrain/task/linear"
)

const wines = `elastrain: 1
hubs: {number: 10, branches: 2, features: 13, outputs: 6}
task: {kind: classification, data: wine, stratify: true, loss: softmax}
learn: {scale: log, rate: 0.2, epochs: 15}
`

func study(overrides ...string) *Study {
	return &Study{Name: "wine.yaml", Text: []byte(wines), Overrides: overrides, First: 3, Splits: 3, Linear: true}
}

// A split is what a training of that seed gives, and linear classifiers are fitted to its very rows.
func TestSplits(t *testing.T) {
	s := study()
	result, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range result.Splits {
		x, err := s.Build(3 + i)
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := x.NewTrainer()
		if err != nil {
			t.Fatal(err)
		}
		last, err := trainer.Run(nil)
		if err != nil {
			t.Fatal(err)
		}
		if p.Seed != 3+i || p.Test != last.Test.Accuracy || p.Train != last.Train.Accuracy || !math.IsNaN(p.Valid) {
			t.Errorf("split %d: %+v, and trained by itself %+v", i, p, last)
		}
		lda, err := linear.Discriminant(linear.Of(x.Table, nil, x.TrainRow))
		if err != nil {
			t.Fatal(err)
		}
		if got := lda.Accuracy(linear.Of(x.Table, nil, x.TestRow)); got != p.Linear.Discriminant {
			t.Errorf("split %d: discriminant analysis %g, not %g", i, p.Linear.Discriminant, got)
		}
	}
	if result.Splits[0].Test == result.Splits[1].Test && result.Splits[1].Test == result.Splits[2].Test {
		t.Error("three splits are the same")
	}
	m := result.Summarise(s)
	mean := 0.0
	for _, p := range result.Splits {
		mean += 100 * (p.Test - p.Linear.Logistic) / 3
	}
	if got := m.Linear[1].Better; math.Abs(got-mean) > 1e-9 {
		t.Errorf("paired difference %g, not %g", got, mean)
	}
	if m.Part != "test" || m.Network.Learn != 10*(2*2+1+6)+6 || m.Network.Electronics != "6 readings, 3 differences" || m.Network.TestRows != 53 {
		t.Errorf("%+v", m.Network)
	}
}

// A test part stays closed beside one that validates, unless it is opened; how many trainings run at a time changes nothing.
func TestClosedSplits(t *testing.T) {
	const part = "task.validation.share=20%"
	closed, err := study(part).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s := study(part)
	s.Open, s.Threads = true, 1
	open, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i := range closed.Splits {
		a, b := &closed.Splits[i], &open.Splits[i]
		if !math.IsNaN(a.Test) || a.Held() != a.Valid || math.IsNaN(b.Test) || b.Held() != b.Test {
			t.Errorf("split %d: closed %+v, open %+v", i, a, b)
		}
		if a.Valid != b.Valid || a.Train != b.Train {
			t.Errorf("split %d: on several threads %+v, on one %+v", i, a, b)
		}
	}
	if m := closed.Summarise(s); m.Part != "validation" {
		t.Errorf("the part is called %s", m.Part)
	}
}

// What has no classes is refused.
func TestNoSplits(t *testing.T) {
	s := study()
	s.Text = []byte("elastrain: 1\nnetwork: {lattice: chain, size: 3}\nbonds: {stiffness: 1..2 N/m}\nsupports: {pinned: [1]}\ntask: {kind: behaviour, cases: [{push: [{node: 3, along: x, force: 1 N}], want: [{node: 3, along: x, move: 1 m}]}]}\n")
	if _, err := s.Run(context.Background()); err == nil {
		t.Error("a behaviour was scored by accuracy")
	}
}
