// Command sequence measures how much of a task a lattice keeps while it learns others: the table of forgetting in docs/how-to-tasks.md. Files
// name tasks of one network; they are learned one after the other, each from where the last one left the bonds, or with -turns
// epoch by epoch in turns. Scores are of validation rows; test parts stay closed.
//
//	go run ./bench/tasks/sequence -seeds 10 bench/tasks/sequence/wine.yaml bench/tasks/sequence/iris.yaml bench/tasks/sequence/wine.yaml
//	go run ./bench/tasks/sequence -seeds 10 -turns 300 bench/tasks/sequence/wine.yaml bench/tasks/sequence/iris.yaml
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

func main() {
	seeds := flag.Int("seeds", 10, "splits")
	turns := flag.Int("turns", 0, "instead of whole trainings in a row, so many epochs of each task in turns")
	picture := flag.String("figure", "", "file of the figure")
	flag.Parse()
	stages := flag.Args()
	if len(stages) == 0 {
		log.Fatal("name the files of the tasks, in the order in which they are learned")
	}
	tasks := slices.Compact(slices.Sorted(slices.Values(stages)))
	if *turns > 0 {
		var all []string
		for range *turns {
			all = append(all, stages...)
		}
		stages = all
	}
	scores := make([][][]float64, len(stages)+1) // by stage and task, of all seeds
	effort := make([][]float64, len(stages))
	for i := range scores {
		scores[i] = make([][]float64, len(tasks))
	}
	for seed := 1; seed <= *seeds; seed++ {
		if err := one(seed, stages, tasks, *turns > 0, scores, effort); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("| after | %s | epochs until 99 %% of the way |\n|%s\n", strings.Join(names(tasks), " | "), strings.Repeat("---|", len(tasks)+2))
	for i := range scores {
		if *turns > 0 && i != 0 && i != len(stages) {
			continue
		}
		stage, took := "nothing", ""
		if i > 0 {
			stage, took = name(stages[i-1]), spread(effort[i-1], "%.0f")
		}
		if *turns > 0 && i > 0 {
			stage, took = fmt.Sprintf("%d epochs of each in turns", *turns), ""
		}
		var cells []string
		for _, s := range scores[i] {
			cells = append(cells, spread(s, "%.1f")+" %")
		}
		fmt.Printf("| %s | %s | %s |\n", stage, strings.Join(cells, " | "), took)
	}
	if *picture != "" {
		p := figure.Curves{XName: "stage", YName: "validation accuracy (%)", X: figure.Linear, Y: figure.Linear, YMin: 0, YMax: 100}
		for k, task := range tasks {
			c := figure.Series{Name: name(task), Marker: figure.Dot}
			for i := range scores {
				c.X, c.Y = append(c.X, float64(i)), append(c.Y, mean(scores[i][k]))
			}
			p.Series = append(p.Series, c)
		}
		image, err := figure.PNG(p, 12*vg.Centimeter, 8*vg.Centimeter, 150)
		if err == nil {
			err = os.WriteFile(filepath.Clean(*picture), image, 0o644)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

// one goes through the stages on the splits of one seed.
func one(seed int, stages, tasks []string, turns bool, scores [][][]float64, effort [][]float64) error {
	var k []float64
	built := map[string]*experiment.Experiment{}
	going := map[string]*train.Trainer{} // that keep the state of their method between turns
	for _, task := range tasks {
		text, err := os.ReadFile(filepath.Clean(task))
		if err != nil {
			return err
		}
		file, err := spec.Parse(task, text, fmt.Sprint("seed=", seed))
		if err != nil {
			return err
		}
		x, err := experiment.Build(file, os.ReadFile, experiment.Options{})
		if err != nil {
			return err
		}
		if x.Valid.N == 0 {
			return fmt.Errorf("%s has no rows that validate: forgetting is not measured on a test part; add task.validation", task)
		}
		built[task] = x
	}
	look := func(stage int) error {
		for i, task := range tasks {
			x := built[task]
			if k != nil {
				if err := x.StartFrom(k); err != nil {
					return err
				}
			}
			t, err := x.NewTrainer()
			if err != nil {
				return err
			}
			r, err := t.Score()
			if err != nil {
				return err
			}
			scores[stage][i] = append(scores[stage][i], 100*r.Valid.Accuracy)
		}
		return nil
	}
	if err := look(0); err != nil {
		return err
	}
	for i, task := range stages {
		x := built[task]
		if k != nil {
			if err := x.StartFrom(k); err != nil {
				return err
			}
		}
		t := going[task]
		var err error
		if t == nil {
			if t, err = x.NewTrainer(); err != nil {
				return err
			}
		}
		if turns {
			going[task] = t
			copy(t.Point, x.StartPoint())
			if err := t.Advance(); err != nil {
				return err
			}
		} else {
			before, err := t.Score()
			if err != nil {
				return err
			}
			losses := []float64{before.Train.Loss}
			if _, err := t.Run(func(r train.Record) { losses = append(losses, r.Train.Loss) }); err != nil {
				return err
			}
			effort[i] = append(effort[i], until(losses))
		}
		if k, err = t.Stiffness(); err != nil {
			return err
		}
		k = slices.Clone(k)
		if !turns || i == len(stages)-1 {
			if err := look(i + 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// until is the epoch after which 99 % of the way from the first loss to the least was gone.
func until(losses []float64) float64 {
	least := slices.Min(losses)
	for i, v := range losses {
		if v-least <= 0.01*(losses[0]-least) {
			return float64(i)
		}
	}
	return math.NaN()
}

func name(file string) string { return strings.TrimSuffix(filepath.Base(file), ".yaml") }

func names(files []string) (list []string) {
	for _, f := range files {
		list = append(list, name(f))
	}
	return list
}

func mean(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x / float64(len(v))
	}
	return s
}

// spread is a mean with its standard deviation.
func spread(v []float64, form string) string {
	m, s := mean(v), 0.0
	for _, x := range v {
		s += (x - m) * (x - m)
	}
	return fmt.Sprintf(form+" ± "+form, m, math.Sqrt(s/math.Max(1, float64(len(v)-1))))
}
