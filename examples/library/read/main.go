// A run directory is read: the trained network, its parameters, and how it answers another load.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
)

func main() {
	dir := "runs/frame"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	trained, err := run.Load(atomicfile.OS{}, dir)
	if err != nil {
		log.Fatal(err)
	}
	x := trained.Experiment
	f := append([]float64(nil), x.Train.Force(0)...)
	for _, share := range []float64{0.5, 1, 2} {
		for i, v := range x.Train.Force(0) {
			f[i] = share * v
		}
		u, _, err := x.Deform(f)
		if err != nil {
			log.Fatal(err)
		}
		node := x.Out[0].Node
		fmt.Printf("%3.1f times the load: node %d moves by %.4f mm, %.4f mm\n", share, node+1, 1e3*u[2*node], 1e3*u[2*node+1])
	}
}
