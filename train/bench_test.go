package train_test

import (
	"github.com/elastrain/elastrain/train"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// BenchmarkIris is the training of the authors' program: 100 epochs of 7 Adam
// steps on 105 flowers, with scores of both parts after each epoch.
func BenchmarkIris(b *testing.B) {
	file, err := spec.Parse("iris.yaml", examples.Paper("iris"))
	if err != nil {
		b.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{})
	if err != nil {
		b.Fatal(err)
	}
	steps := 0
	for b.Loop() {
		t, err := x.NewTrainer()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := t.Run(func(train.Record) {}); err != nil {
			b.Fatal(err)
		}
		steps += t.Steps
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}
