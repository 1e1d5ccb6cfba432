package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/elastrain/elastrain/figure"
	"gonum.org/v1/plot/vg"
)

// family is lattices of one kind in growing sizes, and what theory says of nested
// dissection on them (A. George 1973 in the plane; R. J. Lipton, D. J. Rose and
// R. E. Tarjan, SIAM J. Numer. Anal. 16 (1979) 346).
type family struct {
	name    string
	letter  string
	most    float64 // unknowns
	edges   []int
	flops   float64 // exponent of the arithmetic
	entries growthLaw
}

// growthLaw is how the entries of L grow: n^power, and times log n if told so.
type growthLaw struct {
	power float64
	log   bool
}

func (l growthLaw) at(n float64) float64 {
	v := math.Pow(n, l.power)
	if l.log {
		v *= math.Log(n)
	}
	return v
}

func (l growthLaw) String() string {
	if l.log {
		return "n log n"
	}
	return fmt.Sprintf("n^{%.3g}", l.power)
}

var families = []family{
	{"2-D triangular", "t", 1e6, []int{22, 40, 71, 126, 224, 398, 707}, 1.5, growthLaw{1, true}},
	{"3-D face-centred cubic", "f", 3e5, []int{9, 12, 16, 22, 30, 42, 58}, 2, growthLaw{4. / 3, false}},
}

// unknowns of a lattice with that many nodes along an edge.
func (f *family) unknowns(edge int) float64 {
	e := float64(edge)
	if f.letter == "t" {
		return 2 * e * e
	}
	return 1.5 * e * e * e
}

// quantity is something that grows.
type quantity struct {
	name string
	of   func(*report) float64
	law  func(*family) growthLaw
}

var quantities = []quantity{
	{"factorisation, s", func(r *report) float64 { return r.Factor }, (*family).arithmetic},
	{"arithmetic, flops", func(r *report) float64 { return r.Flops }, (*family).arithmetic},
	{"entries of L", func(r *report) float64 { return r.Entries }, func(f *family) growthLaw { return f.entries }},
	{"peak memory, MiB", func(r *report) float64 { return r.Peak }, func(f *family) growthLaw { return f.entries }},
}

func (f *family) arithmetic() growthLaw { return growthLaw{power: f.flops} }

// measurements are one report for each size.
type measurements struct {
	family  *family
	reports []*report
}

// grow measures every lattice of at most so many unknowns in a process of its own,
// prints tables with fitted exponents and draws them.
func grow(path string, most float64, threads int, out, log io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var all []measurements
	for i := range families {
		f := &families[i]
		m := measurements{family: f}
		for _, edge := range f.edges {
			if f.unknowns(edge) > 1.01*min(most, f.most) {
				break
			}
			name := f.letter + strconv.Itoa(edge)
			fmt.Fprintln(log, name)
			s := &side{name: ours, threads: threads, command: func(lattice string, runs int) []string {
				return []string{self, lattice, "-json", "-rounds", strconv.Itoa(runs), "-threads", strconv.Itoa(threads)}
			}}
			trial, err := s.trial(name, time.Hour)
			if err != nil {
				return err
			}
			r, err := s.run(name, runsFor(turn, trial.LeastStep), time.Hour)
			if err != nil {
				return err
			}
			m.reports = append(m.reports, r)
		}
		all = append(all, m)
	}
	writeGrowth(out, all)
	picture, err := figure.SVG(growthPicture(all), 17*vg.Centimeter, 13*vg.Centimeter)
	if err != nil {
		return err
	}
	return os.WriteFile(path, picture, 0o644)
}

// writeGrowth prints a table for each family, and the exponents.
func writeGrowth(out io.Writer, all []measurements) {
	for _, m := range all {
		fmt.Fprintf(out, "%s:\n\n| unknowns |", m.family.name)
		for _, q := range quantities {
			fmt.Fprintf(out, " %s |", q.name)
		}
		fmt.Fprint(out, "\n|---|---|---|---|---|\n")
		for _, r := range m.reports {
			fmt.Fprintf(out, "| %d |", r.N)
			for _, q := range quantities {
				fmt.Fprintf(out, " %s |", growing(q.of(r)))
			}
			fmt.Fprintln(out)
		}
		fmt.Fprint(out, "| exponent, of theory |")
		for _, q := range quantities {
			x, y := m.curve(q)
			upper := len(x) / 2
			law := strings.NewReplacer("{", "", "}", "").Replace(q.law(m.family).String())
			fmt.Fprintf(out, " %s, %s |", digits(exponent(x[upper:], y[upper:])), law)
		}
		fmt.Fprint(out, "\n\n")
	}
}

// growing writes numbers of any size.
func growing(v float64) string {
	if v >= 1e5 {
		return fmt.Sprintf("%.3g", v)
	}
	return digits(v)
}

// curve is a quantity against unknowns, where it is known.
func (m *measurements) curve(q quantity) (x, y []float64) {
	for _, r := range m.reports {
		if v := q.of(r); v > 0 {
			x, y = append(x, float64(r.N)), append(y, v)
		}
	}
	return x, y
}

// exponent is the slope of the least-squares line through the logarithms; 0 for
// fewer than two points.
func exponent(x, y []float64) float64 {
	n, sx, sy, sxx, sxy := float64(len(x)), 0., 0., 0., 0.
	for i := range x {
		u, v := math.Log(x[i]), math.Log(y[i])
		sx, sy, sxx, sxy = sx+u, sy+v, sxx+u*u, sxy+u*v
	}
	if len(x) < 2 {
		return 0
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// growthPicture has a panel for each quantity. The lines of theory go through
// the largest lattice: what matters is their slope.
func growthPicture(all []measurements) figure.Picture {
	grid := figure.Grid{Columns: 2}
	for _, q := range quantities {
		panel := figure.Curves{XName: "unknowns n", YName: q.name, X: figure.Log, Y: figure.Log}
		for i := range all {
			m := &all[i]
			x, y := m.curve(q)
			if len(x) == 0 {
				continue
			}
			law, last := q.law(m.family), len(x)-1
			theory := make([]float64, len(x))
			for j := range x {
				theory[j] = y[last] * law.at(x[j]) / law.at(x[last])
			}
			panel.Series = append(panel.Series, figure.Series{Name: m.family.name, X: x, Y: y},
				figure.Series{Name: law.String(), X: x, Y: theory, Dashed: true})
		}
		grid.Panels = append(grid.Panels, figure.Panel{Picture: panel})
	}
	return grid
}
