// Command divider measures how near a motion divider comes to its targets, one after the other, by the size of half a turn of its turnbuckles: the
// table of examples/motion-divider.yaml in docs/how-to-tasks.md.
//
//	go run ./bench/tasks/divider -figure docs/images/motion-divider.png
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// targets are how far the end is moved, mm, and the share of it that the node between shall move (Altman et al. 2024).
var targets = [][2]float64{{20, 0.16}, {-10, 0.32}, {7, 0.48}, {-12, 0.40}}

// sizes are half turns, mm: in how many of them the 35 mm of the range are divided; 0: none.
var sizes = []int{0, 500, 200, 100, 50}

func main() {
	picture := flag.String("figure", "", "file of the figure")
	flag.Parse()
	p := figure.Curves{XName: "steps, 100 a target", YName: "node between is off by (mm)", X: figure.Linear, Y: figure.Log, YMin: 1e-4, YMax: 20}
	fmt.Println("| half a turn | rule | 0.16 of 20 mm | 0.32 of -10 mm | 0.48 of 7 mm | 0.40 of -12 mm |\n|---|---|---|---|---|---|")
	for _, n := range sizes {
		for _, best := range []bool{false, true} {
			if best && n == 0 {
				continue
			}
			c := figure.Series{Name: "any length"}
			if n > 0 {
				c.Name = fmt.Sprintf("%.3g mm", 35/float64(n))
			}
			ends, err := learn(n, best, &c)
			if err != nil {
				log.Fatal(err)
			}
			rule := "coupled learning"
			if best {
				rule = "best of all"
			} else if n == 0 || n == 100 {
				p.Series = append(p.Series, c)
			}
			fmt.Printf("| %s | %s |", c.Name, rule)
			for _, v := range ends {
				fmt.Printf(" %.2g mm |", v)
			}
			fmt.Println()
		}
	}
	if *picture == "" {
		return
	}
	image, err := figure.PNG(p, 14*vg.Centimeter, 8*vg.Centimeter, 150)
	if err == nil {
		err = os.WriteFile(filepath.Clean(*picture), image, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// learn learns the targets one after the other and returns how far off each is at its end, mm; every step is added to a curve.
func learn(n int, best bool, c *figure.Series) (ends []float64, err error) {
	var k []float64
	text, _ := examples.Text("motion-divider")
	for i, target := range targets {
		wanted := target[0] * target[1]
		changes := []string{"matter=null", fmt.Sprintf("task.cases=[{push: [{node: 3, along: x, move: %g mm}], want: [{node: 2, along: x, move: %g mm}]}]", target[0], wanted)}
		if n > 0 {
			changes[0] = fmt.Sprintf("matter={levels: %d, spacing: distance}", n+1)
		}
		if best {
			changes = append(changes, "learn={method: levels-search, epochs: 3}")
		}
		file, err := spec.Parse("motion-divider", text, changes...)
		if err != nil {
			return nil, err
		}
		x, err := experiment.Build(file, os.ReadFile, experiment.Options{})
		if err != nil {
			return nil, err
		}
		if k != nil {
			if err := x.StartFrom(k); err != nil {
				return nil, err
			}
		}
		t, err := x.NewTrainer()
		if err != nil {
			return nil, err
		}
		off := func(r train.Record) float64 { return r.Train.Relative * math.Abs(wanted) }
		r, err := t.Run(func(r train.Record) {
			c.X, c.Y = append(c.X, float64(100*i+r.Epoch)), append(c.Y, off(r))
		})
		if err != nil {
			return nil, err
		}
		now, err := t.Stiffness()
		if err != nil {
			return nil, err
		}
		k = append([]float64(nil), now...)
		ends = append(ends, off(r))
		c.X, c.Y = append(c.X, float64(100*(i+1))), append(c.Y, math.NaN()) // a gap
	}
	return ends, nil
}
