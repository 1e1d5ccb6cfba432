package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/studio/bench"
)

// A session is begun from an experiment file of a folder, and looked at by the directory that it has.
func Example() {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	text, err := os.ReadFile("../../examples/lab-behaviour.yaml")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "mine.yaml"), text, 0o666)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	h, err := bench.Open(dir, bench.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := h.Start("mine.yaml", []string{"lab.steps=1"}) // on the twin, which asks nobody
	if err != nil {
		fmt.Println(err)
		return
	}
	for len(h.Running()) > 0 {
		time.Sleep(time.Millisecond)
	}
	s, err := h.State(id)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %s after step %d of %d: %s\n", s.ID, s.Phase, s.Step, s.Steps, s.Why)
	fmt.Println(h.Close(0))
	// Output:
	// runs/mine@lab.steps=1-lab: ended after step 1 of 1: all steps that were asked for are taken
	// <nil>
}
