// Command growth measures what is said of veins and bone in docs/how-to-living.md, and draws both figures.
//
//	go run ./bench/growth -seeds 20 -out docs/images
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/rules"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

func main() {
	seeds := flag.Int("seeds", 20, "random starts of veins")
	out := flag.String("out", "", "directory of the figures; empty: none")
	flag.Parse()
	pictures := []run.Picture{veins(*seeds), bone()}
	if *out == "" {
		return
	}
	if err := run.WritePictures(atomicfile.OS{}, *out, pictures); err != nil {
		log.Fatal(err)
	}
}

func build(name string, changes ...string) *experiment.Experiment {
	text, _ := examples.Text(name)
	file, err := spec.Parse(name, text, changes...)
	if err != nil {
		log.Fatal(err)
	}
	x, err := experiment.Build(file, nil, experiment.Options{Threads: 1})
	if err != nil {
		log.Fatal(err)
	}
	return x
}

// grow takes steps until nothing changes by more than 1e-6 of itself a step.
func grow(x *experiment.Experiment, most int, each func(step int, theta []float64)) []float64 {
	p, at := x.NewProblem(), x.StartPoint()
	method, err := x.NewMethod()
	if err != nil {
		log.Fatal(err)
	}
	theta := make([]float64, x.Rig.Modes())
	x.Design.Init(theta)
	for step := range most {
		x.Design.Stiffness(at, theta, nil)
		each(step, theta)
		before := slices.Clone(at)
		if _, err := method.Step(p, at); err != nil {
			log.Fatal(err)
		}
		far := 0.0
		for i, v := range at {
			far = max(far, math.Abs(v-before[i]))
		}
		if far < 1e-6 {
			break
		}
	}
	x.Design.Stiffness(at, theta, nil)
	return theta
}

// veins counts loops against the power, where sinks take turns and where all draw at once.
func veins(seeds int) run.Picture {
	sinks := []int{1, 4, 7, 22, 28, 43, 46, 49}
	var push []string
	for _, n := range sinks {
		push = append(push, fmt.Sprintf("{node: %d, current: 1 A}", n))
	}
	steady := "task.cases=[{push: [" + strings.Join(push, ", ") + "], want: [{node: 1, potential: 0 V}]}]"
	curves := figure.Curves{XName: "power of the flow", Y: figure.Linear, YMin: 0, YMax: 38}
	curves.YName = fmt.Sprintf("independent loops (mean ± sd of %d starts)", seeds)
	for _, c := range []struct{ name, change string }{{"sinks take turns", "title=turns"}, {"all draw at once", steady}} {
		s := figure.Series{Name: c.name, Marker: figure.Dot}
		for _, power := range []float64{0.5, 0.8, 0.9, 0.95, 1, 1.02, 1.05, 1.1, 1.2, 1.35, 1.5} {
			var counts, left []float64
			for seed := range seeds {
				x := build("vein", c.change, fmt.Sprintf("learn.vein.power=%g", power), fmt.Sprintf("seed=%d", seed+1))
				theta := grow(x, 20000, func(int, []float64) {})
				alive, loops := loopsOf(x, theta)
				counts, left = append(counts, float64(loops)), append(left, float64(alive))
			}
			m, l := rules.MeanOf(counts), rules.MeanOf(left)
			fmt.Printf("vein, %s, power %g: %.1f ± %.1f loops, %.1f ± %.1f pipes of 84\n", c.name, power, m.Mean, m.Sd, l.Mean, l.Sd)
			s.X, s.Y, s.Lo, s.Hi = append(s.X, power), append(s.Y, m.Mean), append(s.Lo, m.Mean-m.Sd), append(s.Hi, m.Mean+m.Sd)
		}
		curves.Series = append(curves.Series, s)
	}
	return run.Picture{Name: "living-vein", Picture: curves, Width: 13 * vg.Centimeter, Height: 8 * vg.Centimeter}
}

// loopsOf counts pipes that live, with a thousandth of the widest or more, and the loops among them.
func loopsOf(x *experiment.Experiment, theta []float64) (alive, loops int) {
	root := make([]int, x.Network.Nodes())
	for i := range root {
		root[i] = i
	}
	find := func(n int) int {
		for root[n] != n {
			n = root[n]
		}
		return n
	}
	widest := slices.Max(theta)
	for i := range x.Network.Elements {
		if theta[i] < 1e-3*widest {
			continue
		}
		alive++
		a, b := find(x.Network.Elements[i].Nodes[0]), find(x.Network.Elements[i].Nodes[1])
		if a == b {
			loops++
		}
		root[a] = b
	}
	return alive, loops
}

// bone follows how far bonds are stretched while they grow.
func bone() run.Picture {
	x := build("bone")
	curves := figure.Curves{XName: "steps of time", YName: "elongation / set point", Y: figure.Linear, YMin: 0, YMax: 3}
	lines := map[string]*figure.Series{}
	names := []string{"most stretched bond", "median bond", "least of those above the least width"}
	for _, n := range names {
		lines[n] = &figure.Series{Name: n}
	}
	e0 := x.Spec.Learn.SetPoint
	_, q := x.Exact.Ports()
	m := learn.Measurement{Out: make([]float64, q), Elongation: make([]float64, x.Exact.Modes())}
	look := func(step int, k []float64) (above []float64) {
		if err := x.Exact.SetStiffness(k); err != nil {
			log.Fatal(err)
		}
		if err := x.Exact.Apply(x.Train.Force(0), nil, &m); err != nil {
			log.Fatal(err)
		}
		var all []float64
		for i, e := range m.Elongation {
			v := math.Abs(e) / e0
			all = append(all, v)
			if k[i] > x.Design.Gain[i]*x.Design.Lo[i]*(1+1e-9) {
				above = append(above, v)
			}
		}
		slices.Sort(all)
		slices.Sort(above)
		if step%10 == 0 {
			for i, v := range []float64{all[len(all)-1], all[len(all)/2], above[0]} {
				s := lines[names[i]]
				s.X, s.Y = append(s.X, float64(step)), append(s.Y, v)
			}
		}
		return above
	}
	k := grow(x, 2000, func(step int, k []float64) { look(step, k) })
	above := look(1, k)
	fmt.Printf("bone: %d of %d bonds above the least width, stretched by %.9f to %.9f of the set point; node 20 moves by %.4f mm, material %.4g of that at the start\n",
		len(above), len(k), above[0], above[len(above)-1], 1e3*m.Out[0], sum(k)/float64(len(k))/(x.Design.Gain[0]*x.Design.Start[0]))
	for _, n := range names {
		curves.Series = append(curves.Series, *lines[n])
	}
	return run.Picture{Name: "living-bone", Picture: curves, Width: 13 * vg.Centimeter, Height: 8 * vg.Centimeter}
}

func sum(v []float64) (s float64) {
	for _, x := range v {
		s += x
	}
	return s
}
