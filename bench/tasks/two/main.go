// Command two measures the table of two behaviours on 21 beams in docs/how-to-tasks.md: sessions on the simulated twin over seeds, and a
// figure of what is left against the loads that were hung.
//
//	go run ./bench/tasks/two -seeds 20 -figure two-behaviours.png
//	go run ./bench/tasks/two -seeds 20 lab.method=resilient
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"image/color"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

const goal = 1e-3 // mm^2

func main() {
	seeds := flag.Int("seeds", 20, "seeds")
	first := flag.Int("first", 1, "first seed")
	start := flag.String("start", "", "table of the beams at the start, such as elements.csv of a run")
	picture := flag.String("figure", "", "file of the figure")
	flag.Parse()
	dir, err := os.MkdirTemp("", "two")
	if err != nil {
		log.Fatal(err)
	}
	var curves []figure.Series
	var reached []float64
	fmt.Printf("| seed | first below %g mm^2 after | ended after | mean square at the end, without noise (mm^2) | falls | |\n|---|---|---|---|---|---|\n", goal)
	for seed := *first; seed < *first+*seeds; seed++ {
		s, err := session(dir, seed, *start, flag.Args())
		if err != nil {
			log.Fatal(err)
		}
		curves = append(curves, figure.Series{X: s.loads, Y: s.square, Colour: color.Gray{Y: 0x60}})
		at := "-"
		if s.reached > 0 {
			at = fmt.Sprint(s.reached, " loads")
			reached = append(reached, float64(s.reached))
		}
		fmt.Printf("| %d | %s | %d loads | %.6f | %d | %s |\n", seed, at, s.hung, s.end, s.falls, s.why)
	}
	slices.Sort(reached)
	if n := len(reached); n > 0 {
		fmt.Printf("\nbelow %g mm^2: %d of %d seeds, after %g to %g loads, median %g\n", goal, n, *seeds, reached[0], reached[n-1], reached[n/2])
	}
	if *picture != "" {
		if err := draw(*picture, curves); err != nil {
			log.Fatal(err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		log.Fatal(err)
	}
}

type outcome struct {
	loads, square []float64 // hung before each look at the outputs was over, and their mean square error, mm^2
	reached       int       // loads; 0: never
	end           float64   // mm^2, without noise; NaN where the session ended with a fault
	hung          int       // loads in all
	falls         int       // steps that were taken back; their loads count
	why           string
}

// session trains one specimen on the twin.
func session(dir string, seed int, start string, changes []string) (*outcome, error) {
	text, err := os.ReadFile("examples/two-behaviours.yaml")
	if err != nil {
		return nil, err
	}
	file, err := spec.Parse("two-behaviours.yaml", text, append([]string{fmt.Sprint("seed=", seed)}, changes...)...)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	var begin *insitu.Start
	if start != "" {
		table, err := os.ReadFile(filepath.Clean(start))
		if err != nil {
			return nil, err
		}
		begin = &insitu.Start{Name: start, Text: string(table)}
	}
	t, err := insitu.Open(ctx, insitu.Request{File: file, Start: begin, Files: os.ReadFile, Parent: dir, Name: fmt.Sprint("seed", seed), Exact: true})
	if err != nil {
		return nil, err
	}
	result, failed := t.Train(ctx)
	o := &outcome{end: math.NaN()}
	if t.Session != nil {
		loads := 0
		for _, s := range t.Session.Log().Steps {
			loads += len(s.Phases)
			if o.hung = loads; s.Fell != "" {
				o.falls++
				continue
			}
			o.add(loads, s.Loss)
		}
	}
	if err := t.Close(ctx); failed == nil && err != nil {
		return nil, err
	}
	if failed != nil {
		if errors.Is(failed, context.Canceled) {
			return nil, failed
		}
		o.why = strings.SplitN(failed.Error(), ";", 2)[0]
		return o, nil
	}
	o.why, o.hung = result.Why, result.Loads
	o.add(result.Loads, *result.After.Loss)
	o.end = *result.Truth.Loss / 2
	return o, nil
}

// add is a look at the outputs.
func (o *outcome) add(loads int, loss float64) {
	o.loads, o.square = append(o.loads, float64(loads)), append(o.square, loss/2)
	if o.reached == 0 && loss/2 < goal {
		o.reached = loads
	}
}

func draw(path string, curves []figure.Series) error {
	p := figure.Curves{XName: "loads hung", YName: "mean square error (mm²)", X: figure.Linear, Y: figure.Log, Series: curves,
		Lines: []figure.Reference{{Label: "goal", At: goal}, {Label: "Lee et al. 2022, 111 h", At: 0.006}}}
	image, err := figure.PNG(p, 13*vg.Centimeter, 8*vg.Centimeter, 150)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Clean(path), image, 0o644)
}
