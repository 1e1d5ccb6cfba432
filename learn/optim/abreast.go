package optim

import (
	"math"

	"github.com/elastrain/elastrain/internal/kernel"
)

// Abreast is a first-order method of up to eight networks that step at the same time, each by a Method of its own with the bits that this has alone. Running means
// are in rows; all else of their state stays in the methods.
type Abreast struct {
	adam     []*Adam
	momentum []*Momentum
	mean     []kernel.Row // or the velocity
	square   []kernel.Row
	decay    [4]kernel.Row
	sum      kernel.Row
	scale    [4]kernel.Row
}

// NewAbreast puts methods side by side, nil where they cannot go: all are Adam, or all gradient descent with or without momentum.
func NewAbreast(list []Method) *Abreast {
	a := &Abreast{}
	n := 0
	for i, m := range list {
		switch m := m.(type) {
		case *Adam:
			a.adam = append(a.adam, m)
			n = len(m.mean)
			for j, v := range []float64{m.Beta1, 1 - m.Beta1, m.Beta2, 1 - m.Beta2} {
				a.decay[j][i] = v
			}
		case *Momentum:
			a.momentum = append(a.momentum, m)
			n = len(m.v)
			a.scale[0][i] = m.Decay
		}
	}
	if n == 0 || len(list) > kernel.Lanes || len(a.adam) != len(list) && len(a.momentum) != len(list) {
		return nil
	}
	a.mean = make([]kernel.Row, n)
	if a.adam != nil {
		a.square = make([]kernel.Row, n)
	}
	for lane := range list {
		for i, rows := range a.rows() {
			for j, v := range a.of(lane)[i] {
				rows[j][lane] = v
			}
		}
	}
	return a
}

// rows are the tables, and of the same of the method of a lane.
func (a *Abreast) rows() [2][]kernel.Row { return [2][]kernel.Row{a.mean, a.square} }

func (a *Abreast) of(lane int) [2][]float64 {
	if a.adam != nil {
		return [2][]float64{a.adam[lane].mean, a.adam[lane].square}
	}
	return [2][]float64{a.momentum[lane].v, nil}
}

// Store gives the method of a lane its state back.
func (a *Abreast) Store(lane int) {
	for i, rows := range a.rows() {
		for j := range rows {
			a.of(lane)[i][j] = rows[j][lane]
		}
	}
}

// Rest stops a lane: its variables stay where they are.
func (a *Abreast) Rest(lane int) {
	for _, rows := range a.rows() {
		for j := range rows {
			rows[j][lane] = 0
		}
	}
	for i := range a.scale {
		a.scale[i][lane] = 0
	}
}

// Step moves the variables x (len Dim) of lanes, a bit each, down the slopes g, inside a box that may be empty.
func (a *Abreast) Step(lanes uint8, x, g, lo, hi [][8]float64) {
	if a.adam == nil {
		for lane, m := range a.momentum {
			if lanes>>lane&1 != 0 {
				a.scale[1][lane] = m.Rate * m.next()
			}
		}
		kernel.MomentumMove(x, a.mean, g, (*[2]kernel.Row)(a.scale[:2]), lo, hi)
		return
	}
	kernel.AdamMoments(a.mean, a.square, g, &a.decay, &a.sum)
	for lane, m := range a.adam {
		if lanes>>lane&1 == 0 {
			continue
		}
		m.power[0] *= m.Beta1
		m.power[1] *= m.Beta2
		m.power[2]++
		grow1, grow2 := 1/(1-m.power[0]), 1/(1-m.power[1])
		epsilon := m.Absolute
		epsilon += m.Relative * math.Sqrt(a.sum[lane]*grow2/float64(len(x)))
		a.scale[0][lane], a.scale[1][lane], a.scale[2][lane], a.scale[3][lane] = grow2, epsilon, grow1, m.Rate*m.next()
	}
	kernel.AdamMove(x, a.mean, a.square, &a.scale, lo, hi)
}
