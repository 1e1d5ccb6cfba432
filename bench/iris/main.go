// Command iris trains the paper's Iris network through the public packages of
// Elastrain and says how long it took: Elastrain's side of the comparison that
// bench/run.sh makes. With -inputs it writes the same task as plain tables, from
// which the other sides (directory peers) train.
//
//	go run ./bench/iris -repeat 20              # seconds of 20 trainings, as JSON
//	go run ./bench/iris -inputs DIR             # tables for the other sides
//	go run ./bench/iris -repeat 500 -cpuprofile cpu.out
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Report is what every side of the comparison prints, on one line.
type Report struct {
	Side      string    `json:"side"`
	Version   string    `json:"version"`
	Seconds   []float64 `json:"seconds"`   // of each training
	Train     float64   `json:"train"`     // accuracy after the last epoch, as the authors' program scores it
	Test      float64   `json:"test"`      // likewise
	Loss      float64   `json:"loss"`      // of the training part, likewise
	Stiffness []float64 `json:"stiffness"` // of every bond after the last step, N/m
}

func main() {
	file := flag.String("spec", "examples/li-mao-2024/iris.yaml", "experiment to train")
	inputs := flag.String("inputs", "", "write the tables of the task to this directory, and do not train")
	epochs := flag.Int("epochs", 0, "epochs to train, 0 for those of the experiment")
	repeat := flag.Int("repeat", 1, "trainings in this process")
	profile := flag.String("cpuprofile", "", "write a CPU profile of the trainings to this file")
	flag.Parse()
	if err := do(*file, *epochs, *inputs, *repeat, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "iris:", err)
		os.Exit(1)
	}
}

func do(file string, epochs int, inputs string, repeat int, profile string) error {
	x, err := load(file, epochs)
	if err != nil {
		return err
	}
	if inputs != "" {
		return writeInputs(x, inputs)
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // it was only read
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	report := Report{Side: "Elastrain", Version: runtime.Version()}
	for range repeat {
		if err := report.train(x); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

func load(file string, epochs int) (*experiment.Experiment, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var overrides []string
	if epochs > 0 {
		overrides = append(overrides, fmt.Sprintf("learn.epochs=%d", epochs))
	}
	parsed, err := spec.Parse(file, text, overrides...)
	if err != nil {
		return nil, err
	}
	return experiment.Build(parsed, nil, experiment.Options{})
}

// train trains once from the start, with scores of both parts after each epoch.
func (r *Report) train(x *experiment.Experiment) error {
	start := time.Now()
	trainer, err := x.NewTrainer()
	if err != nil {
		return err
	}
	var last train.Record
	_, err = trainer.Run(func(record train.Record) { last = record })
	if err != nil {
		return err
	}
	r.Seconds = append(r.Seconds, time.Since(start).Seconds())
	r.Train, r.Test, r.Loss = last.Train.Accuracy, last.Test.Accuracy, last.Train.Loss
	k, err := trainer.Stiffness()
	r.Stiffness = append(r.Stiffness[:0], k...)
	return err
}
