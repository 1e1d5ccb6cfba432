package rule_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// Masses at the nodes make the amplitudes at w and 2w others than at rest. What the products are off by, each by the stiffness of its bond,
// stays below the bound that rule.Frequency states, and tends to zero as w² does.
func TestFrequencyMasses(t *testing.T) {
	c := mechanics.NewCompatibility(testnet.Trapezoid())
	k := testnet.Stiffness(28, 100, 170, 2)
	rows := mat.NewDense(c.M, c.N, nil)
	unit, e := make([]float64, c.N), make([]float64, c.M)
	for j := range c.N {
		clear(unit)
		unit[j] = 1
		c.Elongations(e, unit, 1)
		rows.SetCol(j, e)
	}
	dense := mat.NewSymDense(c.N, nil)
	for i := range c.N {
		for j := range i + 1 {
			sum := 0.0
			for m := range c.M {
				sum += rows.At(m, i) * k[m] * rows.At(m, j)
			}
			dense.SetSym(i, j, sum)
		}
	}
	mass := make([]float64, c.N)
	for i := range mass {
		mass[i] = 1 + 0.5*math.Sin(float64(i))
	}
	scaled := mat.NewSymDense(c.N, nil)
	for i := range c.N {
		for j := range i + 1 {
			scaled.SetSym(i, j, dense.At(i, j)/math.Sqrt(mass[i]*mass[j]))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(scaled, false) {
		t.Fatal("no eigenvalues")
	}
	first := eigen.Values(nil)[0]
	swing := func(port network.Port, square float64) []float64 { // elongations of the amplitude
		d := mat.NewDense(c.N, c.N, nil)
		d.Copy(dense)
		f := mat.NewVecDense(c.N, nil)
		for i := range c.N {
			d.Set(i, i, d.At(i, i)-square*mass[i])
		}
		unknown, value := c.Load(port)
		for a, u := range unknown {
			f.SetVec(int(u), value[a])
		}
		var u mat.VecDense
		if err := u.SolveVec(d, f); err != nil {
			t.Fatal(err)
		}
		e := make([]float64, c.M)
		c.Elongations(e, u.RawVector().Data, 1)
		return e
	}
	in, out := testnet.Port(11, 0, -1), testnet.Port(13, 0, 1)
	energy := func(e []float64) (sum float64) {
		for m, v := range e {
			sum += k[m] * v * v
		}
		return math.Sqrt(sum)
	}
	e0, a0 := swing(in, 0), swing(out, 0)
	last := 0.0
	for _, r := range []float64{0.4, 0.2, 0.1, 0.01} {
		ew, aw := swing(in, r*r*first), swing(out, 4*r*r*first)
		off := 0.0
		for m := range k {
			off += k[m] * math.Abs(ew[m]*aw[m]-e0[m]*a0[m])
		}
		bound := (1/((1-r*r)*(1-4*r*r)) - 1) * energy(e0) * energy(a0)
		if !(off <= bound) || !(off > 1e-3*bound) {
			t.Errorf("at %g of the first frequency products are off by %g, and the bound is %g", r, off, bound)
		}
		if power := math.Log(last/off) / math.Log(10); r == 0.01 && math.Abs(power-2) > 0.1 {
			t.Errorf("the error falls with the power %.2f of the frequency", power)
		}
		last = off
	}
}

// A rig whose loads do not add up is refused.
func TestFrequencyRefuses(t *testing.T) {
	rig, set := far(t)
	if _, err := (&rule.Frequency{}).Gradient(rig, task.MeanSquare{Scale: 0.1}, learn.Batch{Set: set}, make([]float64, rig.Modes())); !errors.Is(err, rule.ErrSwing) {
		t.Errorf("%v", err)
	}
}

// Where a displacement is given, nudges are measured by the force that it takes, not by its number of metres: a network a thousand times as
// stiff is nudged a thousand times as hard.
func TestNudgesAreForces(t *testing.T) {
	var hung [2]float64
	for i, stiff := range []float64{1, 1000} {
		given := testnet.Port(11, 0, -1)
		given.Given = true
		rig := learn.NewExact(mechanics.NewEquilibrium(testnet.Trapezoid(), nil), []network.Port{given}, []network.Port{testnet.Port(13, 0, 1)})
		free := learn.NewExact(mechanics.NewEquilibrium(testnet.Trapezoid(), nil), []network.Port{testnet.Port(11, 0, -1)}, []network.Port{testnet.Port(11, 0, -1)})
		for _, r := range []*learn.Exact{rig, free} {
			if err := r.SetStiffness(testnet.Stiffness(28, 100*stiff, 170*stiff, 2)); err != nil {
				t.Fatal(err)
			}
		}
		push, err := learn.Push(rig, []float64{1e-3})
		if err != nil {
			t.Fatal(err)
		}
		moved := &learn.Measurement{Out: make([]float64, 1)}
		if err := free.Apply([]float64{push}, nil, moved); err != nil || math.Abs(moved.Out[0]-1e-3) > 1e-15 {
			t.Errorf("the force %g moves the input by %g, not 1 mm; %v", push, moved.Out[0], err)
		}
		seen := &heard{Exact: rig}
		set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{1e-3}, Want: []float64{1e-4}}
		if _, err := (&rule.Nudge{}).Gradient(seen, task.MeanSquare{Scale: 1e-4}, learn.Batch{Set: set}, make([]float64, 28)); err != nil {
			t.Fatal(err)
		}
		if hung[i] = seen.most; math.Abs(hung[i]/(1e-3*push)-1) > 1e-12 {
			t.Errorf("a nudge of %g beside a force of %g", hung[i], push)
		}
	}
	if math.Abs(hung[1]/hung[0]/1000-1) > 1e-9 {
		t.Errorf("nudges of %v", hung)
	}
}

// heard notes the largest load at an output.
type heard struct {
	*learn.Exact
	most float64
}

func (h *heard) EnergyRate(in, out []float64, scale float64, seen, g []float64) error {
	for _, v := range out {
		h.most = max(h.most, math.Abs(v))
	}
	return h.Exact.EnergyRate(in, out, scale, seen, g)
}
