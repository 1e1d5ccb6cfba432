package prune

import (
	"math"

	"github.com/elastrain/elastrain/network"
)

// Moduli is what a cell is wanted to be: the same in every direction, with a Poisson's ratio or a ratio of bulk to shear modulus.
type Moduli struct {
	Poisson   *float64 `json:"poisson,omitempty"`
	BulkShear *float64 `json:"bulk_over_shear,omitempty"` // above 0
}

// Cell is how a cell answers a pull along any direction.
type Cell struct {
	Poisson   float64 `json:"poisson"` // mean over directions
	Least     float64 `json:"poisson_least"`
	Most      float64 `json:"poisson_most"`
	Stiffer   float64 `json:"stiffer_by"`      // largest modulus over the least, less 1
	BulkShear float64 `json:"bulk_over_shear"` // of the mean over directions
}

// directions in which a cell is pulled, over half a turn.
const directions = 36

// cellOf reads strains exx, eyy, gxy under unit stresses sxx, syy, sxy (3 x 3, in any unit). With it comes the spread of its modulus over the directions, as a
// share of the mean, and the mean square of nu - want.
func cellOf(s []float64, want float64) (c Cell, spread, off float64) {
	c.Least, c.Most = math.Inf(1), math.Inf(-1)
	stiff, soft, sum, square := math.Inf(-1), math.Inf(1), 0.0, 0.0
	shear := 0.0
	for i := range directions {
		sin, cos := math.Sincos(math.Pi * float64(i) / directions)
		pull, turn := [3]float64{cos * cos, sin * sin, cos * sin}, [3]float64{-2 * cos * sin, 2 * cos * sin, cos*cos - sin*sin}
		var e, g [3]float64
		for o := range e {
			for j := range pull {
				e[o] += s[3*o+j] * pull[j]
				g[o] += s[3*o+j] * turn[j]
			}
		}
		along := cos*cos*e[0] + sin*sin*e[1] + cos*sin*e[2]
		across := sin*sin*e[0] + cos*cos*e[1] - cos*sin*e[2]
		nu, modulus := -across/along, 1/along
		c.Poisson += nu / directions
		c.Least, c.Most = min(c.Least, nu), max(c.Most, nu)
		off += (nu - want) * (nu - want) / directions
		stiff, soft = max(stiff, modulus), min(soft, modulus)
		sum += modulus / directions
		square += modulus * modulus / directions
		shear += (-2*cos*sin*g[0] + 2*cos*sin*g[1] + (cos*cos-sin*sin)*g[2]) / directions
	}
	c.Stiffer = stiff/soft - 1
	c.BulkShear = shear / (s[0] + s[1] + s[3] + s[4])
	return c, math.Sqrt(max(square/(sum*sum)-1, 0)), off
}

// moduliAim is a cell that is wanted to have some moduli.
type moduliAim struct{ want *Moduli }

func (m moduliAim) part() string { return "cell" }

func (m moduliAim) ports() (in, out []network.Port) {
	for i := range 3 {
		in = append(in, network.Port{Part: network.Strain, Other: i})
	}
	return in, in
}

// judge implements aim. The loss is the mean square of what nu is off over all directions (or the square of what the logarithm of the ratio is off), and the
// square of the spread of the modulus; its root is the error.
func (m moduliAim) judge(s []float64) (v Verdict, err error) {
	want := 0.0
	if m.want.Poisson != nil {
		want = *m.want.Poisson
	}
	cell, spread, off := cellOf(s, want)
	if m.want.BulkShear != nil {
		l := math.Log(cell.BulkShear / *m.want.BulkShear)
		off = l * l
	}
	v.Loss, v.Cell = off+spread*spread, &cell
	e := math.Sqrt(v.Loss)
	v.Error = &e
	return v, nil
}

// slope is dL/dS (len S), by differences of judge, which is a smooth function of nine numbers.
func (m moduliAim) slope(s []float64) ([]float64, error) {
	g, largest := make([]float64, len(s)), 0.0
	for _, v := range s {
		largest = max(largest, math.Abs(v))
	}
	at := append([]float64(nil), s...)
	for i := range s {
		difference := func(h float64) float64 {
			at[i] = s[i] + h
			up, _ := m.judge(at)
			at[i] = s[i] - h
			down, _ := m.judge(at)
			at[i] = s[i]
			return (up.Loss - down.Loss) / (2 * h)
		}
		h := 1e-4 * largest
		g[i] = (4*difference(h/2) - difference(h)) / 3
	}
	return g, nil
}
