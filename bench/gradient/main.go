// Command gradient measures what a gradient of the paper's Iris network costs by
// the number of samples: with two loadings of every sample, as on a bench, and
// with states superposed from unit loads at the ports, which is what training on
// a computer does. It prints a table in Markdown.
//
//	go run ./bench/gradient
package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/spec"
)

// plain hides that a rig knows its answers to unit loads.
type plain struct{ learn.Rig }

// Superposes implements learn.Superposing.
func (plain) Superposes() {}

func main() {
	if err := do("examples/li-mao-2024/iris.yaml"); err != nil {
		fmt.Fprintln(os.Stderr, "gradient:", err)
		os.Exit(1)
	}
}

func do(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	parsed, err := spec.Parse(file, text)
	if err != nil {
		return err
	}
	x, err := experiment.Build(parsed, nil, experiment.Options{})
	if err != nil {
		return err
	}
	fmt.Println("| samples | a loading per sample and direction, us | superposed from ports, us | ratio | gradients differ by |")
	fmt.Println("|---|---|---|---|---|")
	for _, samples := range []int{16, 105, 1000} {
		batch := learn.Batch{Set: x.Train, Rows: make([]int32, samples)}
		for i := range batch.Rows {
			batch.Rows[i] = int32(i % x.Train.N)
		}
		loaded := learn.NewProblem(plain{x.Rig}, &rule.Backprop{}, x.Loss, x.Design, batch)
		superposed := learn.NewProblem(x.Rig, &rule.Backprop{}, x.Loss, x.Design, batch)
		slow, fast, err := pair(loaded, superposed, x.StartPoint())
		if err != nil {
			return err
		}
		fmt.Printf("| %d | %.1f | %.1f | %.0f | %.0e |\n", samples, 1e6*slow, 1e6*fast, slow/fast,
			difference(loaded.StiffnessGradient(), superposed.StiffnessGradient()))
	}
	return nil
}

// pair is the seconds of one gradient of each problem, factorisation included:
// medians over rounds in which they take turns.
func pair(a, b *learn.Problem, x []float64) (secondsA, secondsB float64, err error) {
	const rounds = 15
	g := make([]float64, a.Dim())
	var of [2][]float64
	for range rounds {
		for i, p := range []*learn.Problem{a, b} {
			count, start := 0, time.Now()
			for time.Since(start) < 20*time.Millisecond {
				for range 4 {
					if _, err := p.Eval(x, g); err != nil {
						return 0, 0, err
					}
				}
				count += 4
			}
			of[i] = append(of[i], time.Since(start).Seconds()/float64(count))
		}
	}
	slices.Sort(of[0])
	slices.Sort(of[1])
	return of[0][rounds/2], of[1][rounds/2], nil
}

// difference is the largest, as a share of the largest component.
func difference(a, b []float64) float64 {
	worst, size := 0.0, 0.0
	for i := range a {
		worst = max(worst, math.Abs(a[i]-b[i]))
		size = max(size, math.Abs(b[i]))
	}
	return worst / size
}
