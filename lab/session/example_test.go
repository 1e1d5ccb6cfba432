package session_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab/measurement"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// train takes steps of a session until so many are taken in all, on a bench that is made anew each time.
func train(path string, steps int) (result session.Result, resumed int, err error) {
	net := &network.Network{Dim: 2, Pos: []float64{0, 0, 0.1, 0, 0.05, -0.05}, Held: []bool{true, true, true, true, false, false},
		Elements: []network.Element{{Nodes: [2]int{0, 2}}, {Nodes: [2]int{1, 2}}}}
	bench, err := twin.New(net, []float64{100, 100}, twin.Config{Seed: 1, Camera: twin.Camera{Noise: 6e-6}})
	if err != nil {
		return result, 0, err
	}
	down, right := network.Port{Node: 2, Dir: [3]float64{0, -1}}, network.Port{Node: 2, Dir: [3]float64{1}}
	ctx := context.Background()
	s, err := session.Open(ctx, atomicfile.OS{}, path, session.Setup{Bench: bench,
		Specimen: measurement.NewSpecimen(net, []network.Port{down}, []network.Port{right}),
		Loss:     task.MeanSquare{Scale: 1e-3}, Batch: learn.Batch{Set: &task.Set{N: 1, P: 1, Q: 1, F: []float64{0.2}, Want: []float64{5e-4}}},
		Design: design.Uniform(2, 50, 200, 100), Protocol: measurement.DefaultProtocol()})
	if err != nil {
		return result, 0, err
	}
	resumed = s.Resumed().Steps
	result, err = s.Run(ctx, steps)
	return result, resumed, errors.Join(err, s.Close(ctx))
}

// A weight on two bars that hang at a right angle is to move to the right. The session is left after four steps; whoever
// opens its journal again goes on there.
func Example() {
	dir, err := os.MkdirTemp("", "session")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, steps := range []int{4, 8} {
		result, resumed, err := train(filepath.Join(dir, "journal.jsonl"), steps)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d steps were there, %d are taken: %.0f and %.0f N/m\n", resumed, result.Steps, result.Stiffness[0], result.Stiffness[1])
	}
	// Output:
	// 0 steps were there, 4 are taken: 87 and 113 N/m
	// 4 steps were there, 8 are taken: 77 and 123 N/m
}
