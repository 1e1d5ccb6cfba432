package paper

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/figure"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/twin"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/mechanics/finite"
	"github.com/elastrain/elastrain/network"
)

// adjointMass is the published error of the gradient of case A at masses (g) of
// the adjoint load, a few points of the curve.
var adjointMass = []struct{ mass, published float64 }{
	{2.010082335, 3.5e-06}, {4.019664776, 1.37e-05}, {5.024455997, 2.13e-05}, {10.0484121, 8.17e-05},
	{15.0723682, 0.000177118}, {20.09632431, 0.000304486}, {24.99468151, 0.000457069},
}

// measuredGradientA is the gradient that the authors measured in case A (mean of
// three repeats, m^2 per N/m), bonds as in simulatedGradientA.
var measuredGradientA = []float64{
	1.97e-08, -3.01e-09, -1.25e-08, -2.11e-09, 6.59e-09, 7.52e-08, -3.12e-09, 4.53e-09, 1.61e-09, 3.86e-08, 4.21e-09, 2.32e-09, 5.72e-09, 2.87e-10,
	-1.01e-09, -2.03e-10, 4.44e-09, 1.1e-09, 3.09e-09, -1.7e-08, 5.22e-09, 3.39e-08, 9.81e-10, 1.58e-08, -6.34e-09, -2.14e-09, 4.14e-09, 7.42e-08,
}

// kinematics is how the two states of a gradient are found and its elongations read.
type kinematics struct {
	name          string
	finiteForward bool                                               // 10 g, read in the same way; else by linear theory
	sameForward   bool                                               // the gradient to compare with has that forward state too
	adjoint       func(q *finite.Equilibrium, u []float64) []float64 // elongations from displacements that are not small
	softening     float64                                            // of the bonds, against k = Y w t / a
}

// byDistance is the change of the distance of the end points.
func byDistance(q *finite.Equilibrium, u []float64) []float64 {
	e := make([]float64, q.C.M)
	q.Elongations(e, u)
	return e
}

// byProjection is the displacement along the bond as designed.
func byProjection(q *finite.Equilibrium, u []float64) []float64 {
	e := make([]float64, q.C.M)
	q.C.Elongations(e, u, 1)
	return e
}

// byDeformedBond is the displacement along the bond as it stands.
func byDeformedBond(q *finite.Equilibrium, u []float64) []float64 {
	e := make([]float64, q.C.M)
	q.Rates(e, u, u)
	return e
}

// distanceOfEnds is the kinematics whose error lies next to the published curve
// among those that assume nothing about the bonds.
var distanceOfEnds = kinematics{name: "linear forward state, finite adjoint state, distance of the end points", adjoint: byDistance, softening: 1}

// adjointErrors is 1 - cosine between the gradient of case A by linear theory
// and the product with an adjoint state of the given masses (g).
func adjointErrors(net *network.Network, eq *mechanics.Equilibrium, way kinematics, masses []float64) ([]float64, error) {
	q := finite.New(net)
	k := make([]float64, q.C.M)
	for i := range k {
		k[i] = way.softening * barStiffness(0.002)
	}
	if err := q.SetStiffness(k); err != nil {
		return nil, err
	}
	state := func(node int, gram float64) ([]float64, error) {
		u, f := make([]float64, q.C.N), make([]float64, q.C.N)
		f[q.C.Unknown[2*(node-1)+1]] = -gram * 1e-3 * gravity
		_, err := q.Displace(u, f)
		return u, err
	}
	_, forward, err := hang(eq, map[int]float64{13: 0.010})
	if err != nil {
		return nil, err
	}
	_, adjoint, err := hang(eq, map[int]float64{14: 0.005})
	if err != nil {
		return nil, err
	}
	exact := product(forward, adjoint)
	if way.finiteForward {
		u, err := state(13, 10)
		if err != nil {
			return nil, err
		}
		forward = way.adjoint(q, u)
		if way.sameForward {
			exact = product(forward, adjoint)
		}
	}
	errs := make([]float64, len(masses))
	for i, m := range masses {
		u, err := state(14, m)
		if err != nil {
			return nil, err
		}
		errs[i] = 1 - cosine(product(forward, way.adjoint(q, u)), exact)
	}
	return errs, nil
}

// adjointRows sets the error of the gradient against the mass of the adjoint load.
func (r *Report) adjointRows(net *network.Network, eq *mechanics.Equilibrium) (figure.Picture, error) {
	var masses, published []float64
	for _, p := range adjointMass {
		masses, published = append(masses, p.mass), append(published, p.published)
	}
	ours, err := adjointErrors(net, eq, distanceOfEnds, masses)
	if err != nil {
		return nil, err
	}
	for i, m := range masses {
		r.add("1e", fmt.Sprintf("gradient error of an adjoint load of %.3g g", m), published[i], ours[i], "1", 0.2*published[i],
			distanceOfEnds.name+"; other kinematics are in docs/reproduction.md")
	}
	r.add("1e", "power of the adjoint mass with which the error grows", power(masses, published), power(masses, ours), "1", 0.02, "slope of a line through the points above, all in logarithms")
	return figure.Curves{XName: "adjoint mass (g)", YName: "error of the gradient", X: figure.Log, Y: figure.Log,
		Series: []figure.Series{{Name: "ours", X: masses, Y: ours}, {Name: "published", X: masses, Y: published, Dashed: true}}}, nil
}

// power is the exponent of the power law through the points, by least squares in logarithms.
func power(x, y []float64) float64 {
	n, sx, sy, sxx, sxy := float64(len(x)), 0.0, 0.0, 0.0, 0.0
	for i := range x {
		a, b := math.Log(x[i]), math.Log(y[i])
		sx, sy, sxx, sxy = sx+a, sy+b, sxx+a*a, sxy+a*b
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

const (
	noiseDraws  = 400
	markerNoise = 6e-6 // m per coordinate
)

// measurement is how a gradient that was measured compares with the exact one.
type measurement struct {
	cosine, relative float64
	signs            int // bonds whose sign is right
}

func compare(measured, exact []float64) (m measurement) {
	off, size := 0.0, 0.0
	for i, g := range exact {
		off += (measured[i] - g) * (measured[i] - g)
		size += g * g
		if measured[i]*g > 0 {
			m.signs++
		}
	}
	m.cosine, m.relative = cosine(measured, exact), math.Sqrt(off/size)
	return m
}

// measureCaseA measures the gradient of case A on a twin once per draw: two
// states, each against a picture of its own of the unloaded lattice, the adjoint
// load being 5 g. Elongations are changes of the distance of two markers.
func measureCaseA(ctx context.Context, net *network.Network, exact []float64, config twin.Config, draws int) ([]measurement, error) {
	k := make([]float64, len(net.Elements))
	for i := range k {
		k[i] = barStiffness(0.002)
	}
	bench, err := twin.New(net, k, config)
	if err != nil {
		return nil, err
	}
	if err := bench.Arm(ctx, lab.Limits{}); err != nil {
		return nil, err
	}
	elongation := func(node int, kilogram float64) ([]float64, error) {
		e := make([]float64, len(net.Elements))
		for _, load := range [][]lab.Force{nil, {{Node: node - 1, F: [3]float64{0, -kilogram * gravity}}}} {
			if _, err := bench.Load(ctx, load); err != nil {
				return nil, err
			}
			frames, err := bench.Measure(ctx, 1)
			if err != nil {
				return nil, err
			}
			for i, el := range net.Elements {
				a, b := frames[0].Nodes[el.Nodes[0]].X, frames[0].Nodes[el.Nodes[1]].X
				e[i] = math.Hypot(a[0]-b[0], a[1]-b[1]) - e[i] // of the load less of none
			}
		}
		return e, nil
	}
	results := make([]measurement, draws)
	for i := range results {
		forward, err := elongation(13, 0.010)
		if err != nil {
			return nil, err
		}
		adjoint, err := elongation(14, 0.005)
		if err != nil {
			return nil, err
		}
		results[i] = compare(product(forward, adjoint), exact)
	}
	return results, nil
}

// noiseRows measures case A on the twin with noisy markers. The published
// experiment has errors of its own besides noise, so its relative error is larger.
func (r *Report) noiseRows(ctx context.Context, net *network.Network, exact []float64) (figure.Picture, error) {
	config := twin.Config{Seed: 1, Finite: true, Camera: twin.Camera{Noise: markerNoise}}
	draws, err := measureCaseA(ctx, net, exact, config, noiseDraws)
	if err != nil {
		return nil, err
	}
	published := compare(measuredGradientA, simulatedGradientA)
	what := fmt.Sprintf("case A on the twin, 6 um marker noise, mean of %d: ", noiseDraws)
	cos, _ := mean(draws, func(m measurement) float64 { return m.cosine })
	relative, spread := mean(draws, func(m measurement) float64 { return m.relative })
	signs, _ := mean(draws, func(m measurement) float64 { return float64(m.signs) })
	r.add("1f", what+"cosine", published.cosine, cos, "1", 0.002, "published: the measured gradient against the simulated one")
	r.beat("1f", what+"relative error", published.relative, relative, "1", math.Abs(relative-0.11) <= 0.01,
		fmt.Sprintf("noise alone makes 0.11 +- 0.01; from draw to draw it varies by %.2g, and the specimen departs from its model as well", spread))
	r.add("1f", what+"signs that are right, of 28", float64(published.signs), signs, "1", 1.5, "some bonds have a gradient near zero")
	byDraw := figure.Series{Name: "twin, 6 µm noise"}
	for i, d := range draws {
		byDraw.X, byDraw.Y = append(byDraw.X, 100*float64(i+1)/float64(len(draws))), append(byDraw.Y, d.relative)
	}
	slices.Sort(byDraw.Y)
	return figure.Curves{XName: "share of the measurements (%)", YName: "relative error up to", Y: figure.Linear, Series: []figure.Series{byDraw},
		Lines: []figure.Reference{{At: published.relative, Label: "published"}}}, nil
}
