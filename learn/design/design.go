// Package design maps the unit-free variables x that an optimiser moves to the
// stiffnesses k that a network has, and derivatives back: dL/dx = dL/dk dk/dx.
//
// Every free element has one variable. Its design parameter theta (a stiffness
// in N/m, or a width in metres with k = Y w t / L) lies between Lo and Hi;
// Bounds says how x is kept from leading it outside.
package design

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
)

// Bounds is how a parameter is kept in its range.
type Bounds uint8

const (
	// Projection: theta = Lo + (Hi - Lo) x with x in [0, 1], cut off at the ends.
	// Where Hi is infinite, theta = Lo + Unit x with x >= 0.
	Projection Bounds = iota
	// Sigmoid: theta = Lo + (Hi - Lo) / (1 + exp(-Steepness x)), as in Li & Mao.
	Sigmoid
	// Softplus: theta = Lo + Unit log(1 + exp(Steepness x)) / Steepness, for
	// parameters bounded below only.
	Softplus
)

// Design is the map x -> theta -> k. Slices over elements have the length M of
// the modes of the network (bars and springs to ground have one mode each).
type Design struct {
	Bounds    Bounds
	Steepness float64
	SkipChain bool // leave dtheta/dx out of Chain, as the authors' program does

	Lo, Hi []float64 // range of theta; len M
	Gain   []float64 // dk/dtheta: 1 for a stiffness, Y t / L for a width; len M
	Start  []float64 // theta at the start; len M
	Unit   []float64 // theta that counts as one where Hi is infinite; len M, nil where none is
	Free   []int32   // modes that learn; the others keep Start

	Levels []int       // how many parameters each can have, at equal ratios from Lo to Hi (levels.go); len M, 0 or nil: any
	Places [][]float64 // in place of a number of levels: the parameters that each can have, rising; len M, nil: any

	Signed bool // parameters may lie below zero, as those of driven elements do; their laws know which

	Log   []bool    // of which x is a logarithm (scale.go); len M, nil: of none
	Speed []float64 // theta at Speed x instead of x (scale.go); len M, nil: 1 everywhere
}

// Uniform is n parameters that all learn between lo and hi, from start, kept there by projection.
func Uniform(n int, lo, hi, start float64) *Design {
	d := &Design{Steepness: 1, Lo: make([]float64, n), Hi: make([]float64, n), Gain: make([]float64, n), Start: make([]float64, n)}
	for i := range n {
		d.Lo[i], d.Hi[i], d.Gain[i], d.Start[i] = lo, hi, 1, start
		d.Free = append(d.Free, int32(i))
	}
	return d
}

// StartPoint is the x at which learning starts (len Dim).
func (d *Design) StartPoint() []float64 {
	x := make([]float64, d.Dim())
	for j, i := range d.Free {
		x[j] = d.Latent(j, d.Start[i])
	}
	return x
}

// Part is the design of some modes alone, in that order: one process has them where a lattice is shared out over several.
func (d *Design) Part(modes []int32) *Design {
	p := &Design{Bounds: d.Bounds, Steepness: d.Steepness, SkipChain: d.SkipChain, Signed: d.Signed,
		Lo: chosen(d.Lo, modes), Hi: chosen(d.Hi, modes), Gain: chosen(d.Gain, modes), Start: chosen(d.Start, modes), Unit: chosen(d.Unit, modes),
		Levels: chosen(d.Levels, modes), Places: chosen(d.Places, modes), Log: chosen(d.Log, modes), Speed: chosen(d.Speed, modes)}
	learns := make([]bool, len(d.Lo))
	for _, i := range d.Free {
		learns[i] = true
	}
	for at, i := range modes {
		if learns[i] {
			p.Free = append(p.Free, int32(at))
		}
	}
	return p
}

// chosen are some of the values of a slice over modes, which may be nil.
func chosen[T any](v []T, modes []int32) []T {
	if v == nil {
		return nil
	}
	some := make([]T, len(modes))
	for at, i := range modes {
		some[at] = v[i]
	}
	return some
}

// Dim is the number of variables.
func (d *Design) Dim() int { return len(d.Free) }

// At is the parameter theta of free element j at x, and its slope dtheta/dx.
func (d *Design) At(j int, x float64) (theta, slope float64) {
	i := d.Free[j]
	if d.Speed == nil {
		return d.at(i, x)
	}
	theta, slope = d.at(i, d.Speed[i]*x)
	return theta, d.Speed[i] * slope
}

// at is At of mode i without its speed.
func (d *Design) at(i int32, x float64) (theta, slope float64) {
	if d.Log != nil && d.Log[i] {
		return d.logAt(i, x)
	}
	lo, hi := d.Lo[i], d.Hi[i]
	switch d.Bounds {
	case Sigmoid:
		s := 1 / (1 + elementary.Exp(-d.Steepness*x))
		return lo + (hi-lo)*s, (hi - lo) * d.Steepness * s * (1 - s)
	case Softplus:
		return lo + d.Unit[i]*softplus(d.Steepness*x)/d.Steepness, d.Unit[i] / (1 + elementary.Exp(-d.Steepness*x))
	}
	if math.IsInf(hi, 1) {
		if math.IsInf(lo, -1) {
			lo = 0
		}
		return lo + d.Unit[i]*x, d.Unit[i]
	}
	return lo*(1-x) + hi*x, hi - lo // exact at both ends
}

// Theta is the parameter of free element j at x.
func (d *Design) Theta(j int, x float64) float64 {
	theta, _ := d.At(j, x)
	return theta
}

// softplus is log(1 + exp(z)) without overflow.
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(elementary.Exp(-math.Abs(z))) }

// Stiffness writes the stiffness of every mode at x into k (len M, N/m) and its
// derivative dk/dx of every variable into slope (len Dim; nil if not wanted).
// Frozen modes are left as Init wrote them.
func (d *Design) Stiffness(x, k, slope []float64) {
	for j, i := range d.Free {
		theta, dtheta := d.At(j, x[j])
		if d.leveled(i) {
			level := d.nearest(i, theta)
			theta, dtheta = level, dtheta*level/theta
		}
		k[i] = d.Gain[i] * theta
		if slope != nil {
			slope[j] = d.Gain[i] * dtheta
		}
	}
}

// Init writes the stiffness of every mode at the start into k (len M).
func (d *Design) Init(k []float64) {
	for i := range k {
		k[i] = d.Gain[i] * d.Start[i]
	}
}

// Chain turns dL/dk (len M) into dL/dx (len Dim) with the slope from Stiffness.
func (d *Design) Chain(slope, gk, gx []float64) {
	for j, i := range d.Free {
		gx[j] = gk[i]
		if !d.SkipChain {
			gx[j] *= slope[j]
		}
	}
}

// Latent is the x at which free element j has the parameter theta. Sigmoid and
// Softplus reach their bounds only at infinity: a theta nearer to a bound than
// 1e-9 of the range is moved to that distance.
func (d *Design) Latent(j int, theta float64) float64 {
	i := d.Free[j]
	if d.Speed == nil {
		return d.latent(i, theta)
	}
	return d.latent(i, theta) / d.Speed[i]
}

// latent is Latent of mode i without its speed.
func (d *Design) latent(i int32, theta float64) float64 {
	if d.Log != nil && d.Log[i] {
		return d.logLatent(i, theta)
	}
	lo, hi := d.Lo[i], d.Hi[i]
	switch d.Bounds {
	case Sigmoid:
		s := min(max((theta-lo)/(hi-lo), 1e-9), 1-1e-9)
		return elementary.Log(s/(1-s)) / d.Steepness
	case Softplus:
		z := max((theta-lo)/d.Unit[i], 1e-9) * d.Steepness
		return (z + elementary.Log(-math.Expm1(-z))) / d.Steepness // inverse of softplus
	}
	if math.IsInf(hi, 1) {
		if math.IsInf(lo, -1) {
			return theta / d.Unit[i]
		}
		return max((theta-lo)/d.Unit[i], 0)
	}
	if theta == hi {
		return 1
	}
	return min(max((theta-lo)/(hi-lo), 0), 1)
}

// Box is the range of each variable (len Dim), nil when x is unbounded.
func (d *Design) Box() (lo, hi []float64) {
	if d.Bounds != Projection {
		return nil, nil
	}
	lo, hi = make([]float64, d.Dim()), make([]float64, d.Dim())
	for j, i := range d.Free {
		hi[j] = 1
		if math.IsInf(d.Hi[i], 1) {
			hi[j] = math.Inf(1)
		}
		if math.IsInf(d.Lo[i], -1) {
			lo[j] = math.Inf(-1)
		}
		if d.Log != nil && d.Log[i] {
			lo[j], hi[j] = d.logBox(i)
		}
		if d.Speed != nil {
			lo[j], hi[j] = lo[j]/d.Speed[i], hi[j]/d.Speed[i]
		}
	}
	return lo, hi
}

// Share is where theta of free element j lies in its range: 0 at Lo, 1 at Hi,
// never 1 where Hi is infinite, and between both where there is no range.
func (d *Design) Share(j int, x float64) float64 {
	i := d.Free[j]
	if math.IsInf(d.Lo[i], -1) {
		return 0.5 + math.Atan(d.Theta(j, x)/d.Unit[i])/math.Pi
	}
	t := d.Theta(j, x) - d.Lo[i]
	if math.IsInf(d.Hi[i], 1) {
		return t / (t + d.Unit[i])
	}
	if d.Hi[i] == d.Lo[i] {
		return 0
	}
	return t / (d.Hi[i] - d.Lo[i])
}

// KKT is how far x is from a local optimum of the bounded problem: the most that
// one bond could lower the loss, to first order, by moving towards the bound
// that its slope points to (by one Unit at most where the range is open). At
// zero no bond can improve the loss. gk is dL/dk (len M); the unit is the loss'.
func (d *Design) KKT(x, gk []float64) float64 {
	worst := 0.0
	for j, i := range d.Free {
		theta := d.Theta(j, x[j])
		g := gk[i] * d.Gain[i]
		room := theta - d.Lo[i]
		if g < 0 {
			room = d.Hi[i] - theta
		}
		if math.IsInf(d.Hi[i], 1) {
			room = min(room, d.Unit[i])
		}
		worst = max(worst, math.Abs(g)*room)
	}
	return worst
}

// onBound is the share of the range within which a parameter counts as being on
// its bound (sigmoid and softplus only approach it).
const onBound = 1e-6

// OnBounds counts the free elements at their lower and upper bounds.
func (d *Design) OnBounds(x []float64) (lower, upper int) {
	for j, i := range d.Free {
		switch share := d.Share(j, x[j]); {
		case share <= onBound:
			lower++
		case share >= 1-onBound && !math.IsInf(d.Hi[i], 1):
			upper++
		}
	}
	return lower, upper
}

// Endless counts the free elements without an upper bound that have gone a million of their units.
func (d *Design) Endless(x []float64) (n int) {
	for j, i := range d.Free {
		if math.IsInf(d.Hi[i], 1) && !math.IsInf(d.Lo[i], -1) && d.Share(j, x[j]) >= 1-onBound {
			n++
		}
	}
	return n
}

// Validate reports a design that cannot work; one in which no bond learns can be looked at. Messages count elements from 1.
func (d *Design) Validate() error {
	for _, i := range d.Free {
		lo, hi := d.Lo[i], d.Hi[i]
		if err := d.checkScale(i); err != nil {
			return err
		}
		switch {
		case math.IsInf(lo, -1) && math.IsInf(hi, 1): // an offset of a reading, say
		case !(lo >= 0 || d.Signed && !math.IsInf(lo, -1) && lo == lo) || !(hi >= lo) || math.IsInf(lo, 1):
			return fmt.Errorf("bond %d: range %g..%g is empty or negative", i+1, lo, hi)
		case d.Start[i] < lo || d.Start[i] > hi:
			return fmt.Errorf("bond %d: start %g is outside its range %g..%g", i+1, d.Start[i], lo, hi)
		case d.Bounds == Sigmoid && math.IsInf(hi, 1):
			return fmt.Errorf("bond %d: a sigmoid needs an upper bound; use softplus or projection", i+1)
		case d.Bounds == Softplus && !math.IsInf(hi, 1):
			return fmt.Errorf("bond %d: softplus is for ranges without an upper bound; use sigmoid or projection", i+1)
		}
	}
	return nil
}

// Widths are the widths of the ranges in terms of k (len M); of a parameter without an upper end its size at k, of one that does not learn 0.
func (d *Design) Widths(k []float64) []float64 {
	width := make([]float64, len(d.Lo))
	for _, i := range d.Free {
		width[i] = math.Abs(d.Gain[i]) * (d.Hi[i] - d.Lo[i])
		if math.IsInf(width[i], 0) {
			width[i] = math.Abs(k[i])
		}
	}
	return width
}
