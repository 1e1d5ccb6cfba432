package train_test

import (
	"runtime"
	"sync"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
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

// irises is eight experiments of the authors' program, on other splits.
func irises(b *testing.B) (list []*experiment.Experiment) {
	for i := range 8 {
		file, err := spec.Parse("iris.yaml", examples.Paper("iris"))
		if err != nil {
			b.Fatal(err)
		}
		file.Spec.Seed = uint64(i + 1)
		x, err := experiment.Build(file, nil, experiment.Options{})
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, x)
	}
	return list
}

// BenchmarkEightIrises is eight trainings of BenchmarkIris: one after another, or side by side, on one thread and on as many as there are.
func BenchmarkEightIrises(b *testing.B) {
	for _, threads := range []int{1, runtime.GOMAXPROCS(0)} {
		for _, way := range []string{"one-by-one", "side-by-side"} {
			b.Run(way+"/threads="+string(rune('0'+threads)), func(b *testing.B) {
				sets := make([][]*experiment.Experiment, threads)
				for i := range sets {
					sets[i] = irises(b)
				}
				var steps [8]int
				for b.Loop() {
					var wait sync.WaitGroup
					for thread, set := range sets {
						wait.Go(func() {
							var list []*train.Trainer
							for _, x := range set {
								t, err := x.NewTrainer()
								if err != nil {
									panic(err)
								}
								list = append(list, t)
							}
							if way == "side-by-side" {
								train.Together(list, train.Company{})
							} else {
								for _, t := range list {
									train.Together([]*train.Trainer{t}, train.Company{})
								}
							}
							for _, t := range list {
								steps[thread] += t.Steps
							}
						})
					}
					wait.Wait()
				}
				total := 0
				for _, n := range steps {
					total += n
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(total), "ns/step")
			})
		}
	}
}
