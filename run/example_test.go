package run_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

const twoSprings = `
elastrain: 1
network: {lattice: chain, size: 2, spacing: 10 mm}
bonds: {stiffness: 50..500 N/m, start: 100 N/m}
supports: {pinned: [1]}
task:
  kind: behaviour
  cases: [{push: [{node: 3, along: x, force: 0.1 N}], want: [{node: 3, along: x, move: 1 mm}]}]
learn: {method: levenberg-marquardt}
`

// A training into a directory. The same request again finds it there and has nothing left to do; whoever comes later reads the
// trained network out of it as plain data.
func Example() {
	dir, err := os.MkdirTemp("", "runs")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for range 2 {
		file, err := spec.Parse("two.yaml", []byte(twoSprings))
		if err != nil {
			fmt.Println(err)
			return
		}
		r, err := run.Open(run.Request{File: file, Parent: dir, Name: "two", NoFigures: true})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("complete:", r.Complete())
		_, err = r.Train(context.Background())
		if err = errors.Join(err, r.Close()); err != nil {
			fmt.Println(err)
			return
		}
	}
	s, err := run.Snapshot(atomicfile.OS{}, filepath.Join(dir, "two"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %.1f N/m; node 3 moves by %.3f mm\n", s.Blocks[0].Names[0], s.Theta, 1e3*s.Cases[0].Output[0])
	// Output:
	// complete: false
	// complete: true
	// stiffness: [200.0 200.0] N/m; node 3 moves by 1.000 mm
}
