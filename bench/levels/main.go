// Command levels measures how good networks of a few stiffnesses are, and what is proven of it, on the lattice of a published study (beams.go).
//
//	go run ./bench/levels                     the table of docs/records.md
//	go run ./bench/levels -boxes 20000000     longer proofs
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"strings"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/bound"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
)

func main() {
	starts := flag.Int("starts", 25, "starts")
	seed := flag.Uint64("seed", 1, "seed")
	boxes := flag.Int("boxes", 3_000_000, "boxes of a proof, at most")
	flag.Parse()
	rig := newBeams()
	set, loss := wanted()
	fmt.Printf("%-24s %10s %10s %10s %6s   %s\n", "levels (N/m)", "best", "mean", "sd", "hits", "lower bound")
	for _, levels := range [][]float64{{2120}, {2120, 2300}, {1, 2300}, {1, 2120, 2300}, {1, 1150, 2300}, {1, 767, 1533, 2300}} {
		k := make([]float64, 21)
		for i := range k {
			k[i] = levels[len(levels)-1]
		}
		if err := rig.SetStiffness(k); err != nil {
			log.Fatal(err)
		}
		d := design.Uniform(21, levels[0], levels[len(levels)-1], levels[len(levels)-1])
		d.Places = make([][]float64, 21)
		for i := range d.Places {
			d.Places[i] = levels
		}
		p := learn.NewProblem(rig, &rule.Backprop{}, loss, d, learn.Batch{Set: set})
		m := optim.NewLevelSearch(21)
		m.Seed = *seed
		x := d.StartPoint()
		for range *starts {
			if _, err := m.Step(p, x); err != nil {
				log.Fatal(err)
			}
		}
		f := m.Found()
		q := &bound.Task{Network: rig, Set: set, Loss: loss, Boxes: *boxes, Best: make([]float64, 21), Value: f.Best}
		for i := range 21 {
			q.Modes, q.Levels = append(q.Modes, int32(i)), append(q.Levels, levels)
			q.Best[i] = d.StiffnessOf(i, x[i])
		}
		r, err := bound.Prove(context.Background(), q)
		if err != nil {
			log.Fatal(err)
		}
		said := fmt.Sprintf("%.6g, %d boxes, %d left", r.Lower, r.Boxes, r.Open)
		if r.Proven {
			said = fmt.Sprintf("proven, %d boxes", r.Boxes)
		}
		relaxed := ""
		if !math.IsInf(f.Relaxed, 0) && len(levels) > 1 {
			relaxed = fmt.Sprintf("; without levels %.4g", f.Relaxed)
		}
		fmt.Printf("%-24s %10.6g %10.4g %10.2g %6d   %s%s\n", strings.Trim(fmt.Sprint(levels), "[]"), r.Best, f.Mean, f.Sd, f.Hits, said, relaxed)
	}
}
