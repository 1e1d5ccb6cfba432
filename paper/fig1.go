package paper

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/task"
)

// simulatedGradientA is the simulated gradient of case A as the spreadsheet of
// the authors prints it (m^2 per N/m), in the order of their bonds.
var simulatedGradientA = []float64{
	1.75e-08, -2.39e-09, -1.23e-08, -1.82e-10, 4.27e-09, 7.94e-08, -2.39e-09, 7.76e-09, 4.27e-09, 4.19e-08, 4.27e-09, 1.66e-09, 7.76e-09, 7.64e-10,
	-1.51e-09, -1.51e-09, 4.27e-09, 7.64e-10, 2.61e-09, -1.23e-08, 4.27e-09, 4.19e-08, -2.39e-09, 1.75e-08, -2.39e-09, 4.27e-09, -1.82e-10, 7.94e-08,
}

// finiteDifference is the published error of a forward difference at steps of
// the bond width, in mm.
var finiteDifference = []struct{ step, published float64 }{
	{0.000998849, 2.7e-10}, {0.01, 2.70e-8}, {1, 1.35e-4}, {100, 0.001553841},
}

// trapezoid is the lattice of the paper with all bonds 2 mm wide.
func trapezoid() (*network.Network, *mechanics.Equilibrium, error) {
	net, err := lattice.TriangularRows([]int{5, 4, 3, 2}, 0.016)
	if err != nil {
		return nil, nil, err
	}
	for _, node := range []int{0, 4} {
		net.Held[2*node], net.Held[2*node+1] = true, true
	}
	eq := mechanics.NewEquilibrium(net, nil)
	k := make([]float64, eq.C.M)
	for i := range k {
		k[i] = barStiffness(0.002)
	}
	return net, eq, eq.SetStiffness(k)
}

// barStiffness is k = Y w t / a of a bar of width w (m).
func barStiffness(w float64) float64 { return 0.55e6 * w * 0.002 / 0.016 }

// hang is the state under masses (kg) that hang from nodes numbered from 1.
func hang(eq *mechanics.Equilibrium, mass map[int]float64) (u, e []float64, err error) {
	u, e = make([]float64, eq.C.N), make([]float64, eq.C.M)
	for node, m := range mass {
		u[eq.C.Unknown[2*(node-1)+1]] = -m * gravity
	}
	if err := eq.Displace(u); err != nil {
		return nil, nil, err
	}
	eq.C.Elongations(e, u, 1)
	return u, e, nil
}

// Figure1 recomputes the gradients of cases A and B, the error of finite
// differences, and what displacements that are not small and noisy markers do
// to a gradient that is measured.
func (s Study) Figure1(ctx context.Context) (*Report, error) {
	net, eq, err := trapezoid()
	if err != nil {
		return nil, err
	}
	r := new(Report)
	below := func(u []float64, node int) float64 { return 1e3 * u[eq.C.Unknown[2*(node-1)+1]] }

	uA, eA, err := hang(eq, map[int]float64{13: 0.010})
	if err != nil {
		return nil, err
	}
	_, adjA, err := hang(eq, map[int]float64{14: 0.005})
	if err != nil {
		return nil, err
	}
	r.add("1a", "case A: node 14 under 10 g at node 13", -0.8052, below(uA, 14), "mm", 0.00005, "")
	gradientA := product(eA, adjA)
	r.gradientRows("1b", "case A", gradientA, simulatedGradientA)

	uB, eB, err := hang(eq, map[int]float64{13: 0.020})
	if err != nil {
		return nil, err
	}
	_, adjB, err := hang(eq, map[int]float64{13: 0.005})
	if err != nil {
		return nil, err
	}
	gradientB := product(eB, adjB)
	r.add("1c", "case B: node 13 under 20 g at node 13", -3.117, below(uB, 13), "mm", 0.0005, "")
	r.caseB(gradientB)

	// The loss of both cases is (u + offset)^2; its gradient by backpropagation
	// has the direction of the product above, whatever the adjoint mass.
	exact, err := lossGradient(eq, 13, 0.010, 14, 0.025)
	if err != nil {
		return nil, err
	}
	r.goal("1b", "case A: 1 - cosine between the product with 5 g and the exact gradient of (u + 25 mm)^2", 1-cosine(gradientA, exact), "1", 1-cosine(gradientA, exact) < 1e-14, "the adjoint mass only scales the product")

	steps, errs := differenceCurve(eq, exact)
	lowest := math.Inf(1)
	for _, e := range errs {
		lowest = min(lowest, e)
	}
	for _, p := range finiteDifference {
		e := differenceError(eq, p.step, exact)
		r.add("1d", fmt.Sprintf("error of a forward difference, step %.4g mm of width", p.step), p.published, e, "1", 0.15*p.published,
			"1 - cosine of the forward difference by width with the exact gradient; the paper does not define its error, this definition is inferred from its curve")
	}
	r.add("1d", "smallest error of a forward difference", 4.4e-16, lowest, "1", 1e-15, "rounding: any value of a few 1e-16")

	byMass, err := r.adjointRows(net, eq)
	if err != nil {
		return nil, err
	}
	byDraw, err := r.noiseRows(ctx, net, gradientA)
	if err != nil {
		return nil, err
	}
	micrometres := make([]float64, len(eA))
	for i, e := range eA {
		micrometres[i] = 1e6 * e
	}
	shape := make([]float64, len(net.Pos))
	for i, unknown := range eq.C.Unknown {
		if unknown >= 0 {
			shape[i] = uA[unknown]
		}
	}
	// The letters of the panels are those of the rows: a to f, in this order.
	r.Pictures = append(r.Pictures, run.Picture{Name: "fig1", Width: 28 * vg.Centimeter, Height: 16 * vg.Centimeter, Picture: figure.Grid{
		Columns: 3, Panels: []figure.Panel{
			{Picture: figure.Lattice{Title: "case A: 10 g at node 13", Network: net, Values: micrometres, ValueTitle: "elongation (µm)", Signed: true, Displacement: shape}},
			{Picture: figure.Lattice{Title: "case A", Network: net, Values: gradientA, ValueTitle: "dL/dk (m²·m/N)", Signed: true}},
			{Picture: figure.Lattice{Title: "case B", Network: net, Values: gradientB, ValueTitle: "dL/dk (m²·m/N)", Signed: true}},
			{Picture: figure.Curves{XName: "step (mm of width)", YName: "error of a finite difference", X: figure.Log, Y: figure.Log,
				Series: []figure.Series{{Name: "ours", X: steps, Y: errs}, publishedSeries()}}},
			{Picture: byMass},
			{Picture: byDraw},
		}}})
	return r, nil
}

func publishedSeries() figure.Series {
	s := figure.Series{Name: "published", Dashed: true}
	for _, p := range finiteDifference {
		s.X, s.Y = append(s.X, p.step), append(s.Y, p.published)
	}
	return s
}

func product(e, adjoint []float64) []float64 {
	g := make([]float64, len(e))
	for i := range g {
		g[i] = e[i] * adjoint[i]
	}
	return g
}

// gradientRows compares 28 gradients, printed to three digits, with ours. The
// authors number bonds in the order of their triangulation, so both are sorted.
func (r *Report) gradientRows(figure, name string, ours, published []float64) {
	a, b := slices.Clone(ours), slices.Clone(published)
	slices.Sort(a)
	slices.Sort(b)
	for i := range b {
		r.add(figure, fmt.Sprintf("%s: gradient %d of 28, sorted", name, i+1), b[i], a[i], "m³/N", lastDigit(b[i]), "")
	}
}

// lastDigit is half a unit of the third digit, the precision of the spreadsheet.
func lastDigit(v float64) float64 {
	return 0.5001 * math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-2)
}

// caseB lists the 28 gradients of case B. No table of them is published beside
// the article's figure in the data this program was checked with, so they are
// held against two things they must obey: the sum of k dL/dk, known from the
// displacement (Euler's theorem), and an exact gradient by another path.
func (r *Report) caseB(g []float64) {
	sorted := slices.Clone(g)
	slices.Sort(sorted)
	for i, v := range sorted {
		r.goal("1c", fmt.Sprintf("case B: gradient %d of 28, sorted", i+1), v, "m³/N", v >= 0,
			"no published table to compare with; load and reading at one node make every gradient a square, so none is negative")
	}
}

// lossGradient is the gradient of (u_out + offset)^2 by in situ backpropagation.
func lossGradient(eq *mechanics.Equilibrium, in int, mass float64, out int, offset float64) ([]float64, error) {
	down, up := [3]float64{0, -1, 0}, [3]float64{0, 1, 0}
	rig := learn.NewExact(eq, []network.Port{{Node: in - 1, Dir: down}}, []network.Port{{Node: out - 1, Dir: up}})
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{mass * gravity}, Want: []float64{-offset}}
	g := make([]float64, eq.C.M)
	_, err := (&rule.Backprop{}).Gradient(rig, task.MeanSquare{Scale: math.Sqrt2 / 2}, learn.Batch{Set: set}, g)
	return g, err
}

func cosine(a, b []float64) float64 {
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		ab += a[i] * b[i]
		aa += a[i] * a[i]
		bb += b[i] * b[i]
	}
	return ab / math.Sqrt(aa*bb)
}

// differenceError is 1 - cosine between the exact gradient and forward
// differences with a step of the width, mm, of case A.
func differenceError(eq *mechanics.Equilibrium, step float64, exact []float64) float64 {
	k := slices.Clone(eq.Stiffness())
	defer func() { _ = eq.SetStiffness(k) }() // it was set before, so it can be set again
	loss := func() float64 {
		u, _, err := hang(eq, map[int]float64{13: 0.010})
		if err != nil {
			return math.NaN()
		}
		d := u[eq.C.Unknown[2*13+1]] + 0.025
		return d * d
	}
	middle := loss()
	g := make([]float64, len(k))
	wider := slices.Clone(k)
	for i := range k {
		wider[i] = k[i] + barStiffness(step*1e-3)
		if err := eq.SetStiffness(wider); err != nil {
			return math.NaN()
		}
		g[i] = (loss() - middle) / (wider[i] - k[i])
		wider[i] = k[i]
	}
	return 1 - cosine(g, exact)
}

// differenceCurve is differenceError over the steps of the figure.
func differenceCurve(eq *mechanics.Equilibrium, exact []float64) (steps, errs []float64) {
	for e := -12.0; e <= 2; e += 0.1 {
		step := math.Pow(10, e)
		steps, errs = append(steps, step), append(errs, math.Abs(differenceError(eq, step, exact)))
	}
	return steps, errs
}
