package sweep

import (
	"context"
	"os"
	"testing"

	"github.com/elastrain/elastrain/experiment"
)

// The share of building in a sweep of small trainings: go test ./sweep -bench Point -run '^$'. Both are of one training.
func BenchmarkPoint(b *testing.B) {
	const path = "../examples/li-mao-2024/iris.yaml"
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	open := func(b *testing.B, stock *experiment.Stock) (*Sweep, experiment.Options) {
		s, err := New(Request{Name: path, Text: text, Words: []string{"seed=1..10000"}, Way: Way{Name: "grid"}})
		if err != nil {
			b.Fatal(err)
		}
		return s, experiment.Options{Threads: 1, Stock: stock}
	}
	b.Run("build", func(b *testing.B) {
		s, options := open(b, new(experiment.Stock))
		for i := 0; b.Loop(); i++ {
			if t := s.build(s.Plan.At(i%s.Plan.Points), options); t.Err != nil {
				b.Fatal(t.Err)
			}
		}
	})
	b.Run("build and train", func(b *testing.B) {
		s, options := open(b, new(experiment.Stock))
		var list []*Training
		for i := 0; b.Loop(); i++ {
			list = append(list, s.build(s.Plan.At(i%s.Plan.Points), options))
			if len(list) < 8 {
				continue
			}
			SideBySide(context.Background(), list)
			for _, t := range list {
				if row := t.result(); row.State != Finished {
					b.Fatal(row.Reason)
				}
			}
			list = list[:0]
		}
	})
}
