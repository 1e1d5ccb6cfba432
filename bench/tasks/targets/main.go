// Command targets measures the curve of many targets in docs/how-to-tasks.md: how often disordered networks learn given tensions in
// so many of their bonds to rounding, by the rest lengths of all others, against the count of their states of self-stress.
//
//	go run ./bench/tasks/targets -draws 10 -figure many-targets.png
package main

import (
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/spec"
)

var shares = []float64{0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2}

func main() {
	draws := flag.Int("draws", 10, "networks, each with targets of its own, a point")
	nodes := flag.Int("nodes", 40, "nodes")
	picture := flag.String("figure", "", "file of the figure")
	flag.Parse()
	var curves []figure.Series
	right, all := 0, 0
	fmt.Printf("| targets | bonds a node | states of self-stress | %s | half succeed at |\n|%s\n", heads(), strings.Repeat("---|", len(shares)+4))
	for _, choose := range []struct {
		name string
		take func(*draw, int) []int
	}{{"any bonds", (*draw).any}, {"at most one a node", (*draw).apart}, {"bonds that can go together", (*draw).together}} {
		group := figure.Series{Name: choose.name, Marker: figure.Dot, X: shares, Y: make([]float64, len(shares))}
		tried := make([]float64, len(shares))
		for _, z := range []float64{4.4, 4.8, 5.2} {
			success := make([]float64, len(shares))
			counted := make([]int, len(shares))
			self := 0
			for i := range *draws {
				d, err := newDraw(*nodes, z, uint64(i+1))
				if err != nil {
					log.Fatal(err)
				}
				self = d.self()
				for s, share := range shares {
					targets := choose.take(d, int(share*float64(self)+0.5))
					if targets == nil {
						continue // there are not so many of that kind
					}
					learned, err := d.learn(targets)
					if err != nil {
						log.Fatal(err)
					}
					if learned == d.independent(targets) {
						right++
					}
					all++
					counted[s]++
					if learned {
						success[s]++
					}
				}
			}
			var cells []string
			var curve figure.Series
			for s, n := range counted {
				if n == 0 {
					cells = append(cells, "")
					continue
				}
				group.Y[s] += 100 * success[s]
				tried[s] += float64(n)
				success[s] /= float64(n)
				cells = append(cells, fmt.Sprintf("%.0f %%", 100*success[s]))
				curve.X, curve.Y = append(curve.X, shares[s]), append(curve.Y, 100*success[s])
			}
			fmt.Printf("| %s | %.1f | %d | %s | %s |\n", choose.name, z, self, strings.Join(cells, " | "), half(curve))
		}
		for s, n := range tried {
			group.Y[s] /= n // not a number where there are not so many of that kind: a gap
		}
		curves = append(curves, group)
	}
	fmt.Printf("\nthe rank of the states of self-stress in the targets foretold %d of %d\n", right, all)
	if *picture != "" {
		p := figure.Curves{XName: "targets by states of self-stress", YName: "networks that learned all (%)", X: figure.Linear, Y: figure.Linear, YMin: 0, YMax: 100, Series: curves}
		image, err := figure.PNG(p, 15*vg.Centimeter, 9*vg.Centimeter, 150)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(filepath.Clean(*picture), image, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

func heads() string {
	var h []string
	for _, s := range shares {
		h = append(h, fmt.Sprintf("%g", s))
	}
	return strings.Join(h, " | ")
}

// half is where a curve falls through one half, between two shares.
func half(c figure.Series) string {
	for i := 1; i < len(c.Y); i++ {
		if c.Y[i-1] >= 50 && c.Y[i] < 50 {
			return fmt.Sprintf("%.3f", c.X[i-1]+(c.X[i]-c.X[i-1])*(c.Y[i-1]-50)/(c.Y[i-1]-c.Y[i]))
		}
	}
	return "-"
}

// draw is a disordered network on three held coordinates with so many bonds a node, and an order of its bonds.
type draw struct {
	net    *network.Network
	bonds  [][2]int
	order  []int
	random *rand.Rand
}

func newDraw(nodes int, z float64, seed uint64) (*draw, error) {
	net, err := lattice.Disordered(nodes, 2, 10e-3, seed)
	if err != nil {
		return nil, err
	}
	d := &draw{net: net, random: rand.New(rand.NewPCG(seed, 7))}
	for i := range net.Elements {
		d.bonds = append(d.bonds, net.Elements[i].Nodes)
	}
	for _, i := range d.random.Perm(len(d.bonds)) { // bonds go while the network stands
		if float64(len(d.bonds)) <= z*float64(nodes)/2 {
			break
		}
		i %= len(d.bonds)
		if fewer := append(append([][2]int(nil), d.bonds[:i]...), d.bonds[i+1:]...); rank(d.rows(fewer)) == 2*nodes-3 {
			d.bonds = fewer
		}
	}
	d.order = d.random.Perm(len(d.bonds))
	return d, nil
}

// self is the count of states of self-stress: bonds less unknowns, no mechanism (Maxwell and Calladine).
func (d *draw) self() int { return len(d.bonds) - (2*d.net.Nodes() - 3) }

// any are the first bonds of the order.
func (d *draw) any(n int) []int { return d.order[:min(n, len(d.order))] }

// apart are bonds no two of which meet; nil where the order has not so many.
func (d *draw) apart(n int) (list []int) {
	met := map[int]bool{}
	for _, i := range d.order {
		if b := d.bonds[i]; len(list) < n && !met[b[0]] && !met[b[1]] {
			met[b[0]], met[b[1]], list = true, true, append(list, i)
		}
	}
	if len(list) < n {
		return nil
	}
	return list
}

// together are bonds without which the network still stands, and beyond the count of its states any others.
func (d *draw) together(n int) (list []int) {
	for _, i := range d.order {
		if len(list) < n && d.independent(append(append([]int(nil), list...), i)) {
			list = append(list, i)
		}
	}
	for _, i := range d.order {
		if len(list) < n && !contains(list, i) {
			list = append(list, i)
		}
	}
	return list
}

func contains(list []int, v int) bool {
	for _, w := range list {
		if v == w {
			return true
		}
	}
	return false
}

// independent reports whether the states of self-stress give these bonds any tensions: then the network stands without them.
func (d *draw) independent(targets []int) bool {
	var rest [][2]int
	for i, b := range d.bonds {
		if !contains(targets, i) {
			rest = append(rest, b)
		}
	}
	return rank(d.rows(rest)) == 2*d.net.Nodes()-3
}

// learn trains the rest lengths of all bonds that are no targets, until those have tensions of either sign, of 0.5 to 1.5 uN.
func (d *draw) learn(targets []int) (bool, error) {
	var text strings.Builder
	text.WriteString("elastrain: 1\nnetwork:\n  nodes:\n")
	for i := range d.net.Nodes() {
		p := d.net.At(i)
		fmt.Fprintf(&text, "    - [%.17g m, %.17g m]\n", p[0], p[1])
	}
	text.WriteString("  bonds:\n")
	for _, b := range d.bonds {
		fmt.Fprintf(&text, "    - [%d, %d]\n", b[0]+1, b[1]+1)
	}
	var fixed, free []string
	for i := range d.bonds {
		if contains(targets, i) {
			fixed = append(fixed, fmt.Sprint(i+1))
		} else {
			free = append(free, fmt.Sprint(i+1))
		}
	}
	fmt.Fprintf(&text, "elements:\n  - {kind: bar, bonds: [%s], stiffness: 100 N/m}\n", strings.Join(fixed, ", "))
	for _, i := range free {
		var at int
		if _, err := fmt.Sscan(i, &at); err != nil {
			return false, err
		}
		long := d.length(at - 1)
		fmt.Fprintf(&text, "  - {kind: bar, bonds: [%s], stiffness: 100 N/m, rest: %.17g..%.17g m at %.17g m}\n", i, long*(1-1e-4), long*(1+1e-4), long*(1+1e-7*d.random.Float64()))
	}
	fmt.Fprintf(&text, "supports: {pinned: [1], rollers: [{node: %d, held: y}]}\n", d.far()+1)
	text.WriteString("task:\n  kind: behaviour\n  cases:\n    - push: [{node: 2, along: x, force: 0 N}]\n      want:\n")
	for _, i := range targets {
		stretch := (0.5 + d.random.Float64()) * 1e-5 // mm; 100 N/m of it is the tension
		if d.random.IntN(2) == 0 {
			stretch = -stretch
		}
		fmt.Fprintf(&text, "        - {nodes: [%d, %d], stretch: %.17g mm}\n", d.bonds[i][0]+1, d.bonds[i][1]+1, stretch)
	}
	text.WriteString("learn: {method: levenberg-marquardt, epochs: 60}\n")
	file, err := spec.Parse("targets.yaml", []byte(text.String()))
	if err != nil {
		return false, err
	}
	x, err := experiment.Build(file, os.ReadFile, experiment.Options{})
	if err != nil {
		return false, err
	}
	trainer, err := x.NewTrainer()
	if err != nil {
		return false, err
	}
	after, err := trainer.Run(nil)
	if err != nil {
		return false, err
	}
	return after.Train.Relative < 1e-9, nil
}
