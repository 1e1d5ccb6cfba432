package design

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/internal/elementary"
)

// A parameter of which x is a logarithm: theta = Lo exp(x), x from 0 to ln(Hi/Lo); where Lo is 0, theta = Unit exp(x) with x
// of either sign. A step of x is then a step of ln theta: Adam at a rate of 0.1 changes a stiffness by a tenth of itself,
// soft or stiff. Both ends of the range are reached exactly.
//
// A speed is how much faster than the others a parameter goes: theta is that of Speed x. Adam, whose steps know no size of
// slopes, takes Speed times as long steps of it; gradient descent Speed squared.

// logBase is theta at an x of 0.
func (d *Design) logBase(i int32) float64 {
	if d.Lo[i] > 0 {
		return d.Lo[i]
	}
	return d.Unit[i]
}

// logBox is the range of x.
func (d *Design) logBox(i int32) (lo, hi float64) {
	if d.Lo[i] == 0 {
		lo = math.Inf(-1)
	}
	return lo, elementary.Log(d.Hi[i] / d.logBase(i))
}

func (d *Design) logAt(i int32, x float64) (theta, slope float64) {
	theta = max(d.logBase(i)*elementary.Exp(x), d.Lo[i])
	if theta >= d.Hi[i]*(1-logRounding) {
		theta = d.Hi[i]
	}
	return theta, theta
}

// logRounding is within what part of Hi a parameter is Hi: exp(ln r) is r up to rounding, and a logarithm to compare with
// would cost as much as the step.
const logRounding = 1e-14

func (d *Design) logLatent(i int32, theta float64) float64 {
	lo, hi := d.logBox(i)
	if theta >= d.Hi[i] {
		return hi
	}
	return min(max(elementary.Log(theta/d.logBase(i)), lo), hi)
}

// checkScale refuses what has no logarithm, and speeds that lead nowhere.
func (d *Design) checkScale(i int32) error {
	if d.Speed != nil && !(d.Speed[i] > 0 && d.Speed[i] <= math.MaxFloat64) {
		return fmt.Errorf("parameter %d: it learns at %g times the rate; take a positive number", i+1, d.Speed[i])
	}
	open := d.Lo[i] == 0 || math.IsInf(d.Hi[i], 1) || math.IsInf(d.Lo[i], -1)
	switch {
	case d.Log == nil || !d.Log[i]:
	case d.Bounds != Projection:
		return fmt.Errorf("bond %d: a logarithmic scale has bounds of its own; use projection", i+1)
	case math.IsInf(d.Lo[i], -1):
		return fmt.Errorf("bond %d: a parameter that may be negative has no logarithm; use a linear scale", i+1)
	case open && (d.Unit == nil || !(d.Unit[i] > 0)), d.Start[i] == 0:
		return fmt.Errorf("bond %d: a range from zero has no logarithm; let it begin above zero, or use a linear scale", i+1)
	}
	return nil
}

// SetLog lets all parameters move on a logarithmic scale.
func (d *Design) SetLog() {
	d.Log = make([]bool, len(d.Lo))
	for i := range d.Log {
		d.Log[i] = true
	}
}

// Append adds a block of parameters, a gain or offsets of a reading, which all learn: at so many times the rate of the others,
// and if log, by their logarithms. At a speed of zero they do not learn. Unit is the size of one of them. What is there keeps its numbers and its bits.
func (d *Design) Append(start []float64, lo, hi, unit, speed float64, log bool) {
	m := len(d.Lo)
	if d.Unit == nil {
		d.Unit = make([]float64, m)
		for i := range d.Unit {
			d.Unit[i] = 1
		}
	}
	if d.Log == nil {
		d.Log = make([]bool, m)
	}
	if d.Speed == nil {
		d.Speed = make([]float64, m)
		for i := range d.Speed {
			d.Speed[i] = 1
		}
	}
	learn := speed > 0
	if !learn {
		speed = 1
	}
	for i, v := range start {
		if d.Levels != nil {
			d.Levels = append(d.Levels, 0)
		}
		if d.Places != nil {
			d.Places = append(d.Places, nil)
		}
		d.Lo, d.Hi, d.Gain, d.Start = append(d.Lo, lo), append(d.Hi, hi), append(d.Gain, 1), append(d.Start, v)
		d.Unit, d.Log, d.Speed = append(d.Unit, unit), append(d.Log, log), append(d.Speed, speed)
		if learn {
			d.Free = append(d.Free, int32(m+i))
		}
	}
}
