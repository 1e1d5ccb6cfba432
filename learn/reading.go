package learn

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/task"
)

// Reading is a rig with the electronics beside it that turn its outputs into logits, one a class:
//
//	z_c = gain direction_c (y_plus(c) - y_minus(c) - tare_c) + offset_c
//
// Gain, offsets, tares and directions (1 or -1) are parameters beside those of the rig, after them, in this order. Gain and offsets learn as
// stiffnesses do. Tares do not go down a slope: they stay, or follow the mean of the readings while it learns (Stateful).
// Directions stay.
type Reading struct {
	rig   Differentiable
	pairs []Pair
	rate  float64 // at which tares follow; 0: they stay

	k    []float64 // parameters: of the rig, gain, offsets, tares, directions
	tare []float64 // of every class: a part of k
	way  []float64 // directions of every class: the last of k
	mean []float64 // of the differences of the batch that went forward last

	inner task.Set  // the set of the batch with the outputs of the rig
	y     []float64 // outputs of the batch; B x Q of the rig
	d     []float64 // differences less tares; B x C
	slope []float64 // dL/dy; B x Q of the rig

	logits []float64 // of Means
}

// Pair is the outputs, from 0, whose difference is read for a class. Minus is -1 where one output is read by itself.
type Pair struct{ Plus, Minus int }

// Stateful is a rig that remembers more than its parameters: what it remembers changes between steps, and belongs to checkpoints.
type Stateful interface {
	Rig
	// Stepped is called after every step of an optimiser, with nothing in between.
	Stepped()
	// Hold writes what it remembers over those of the parameters k (len Modes) that are state, whatever stands there.
	Hold(k []float64)
	// State are live slices; Restore copies into them.
	State() []optim.Field
	Restore(saved []optim.Field) error
}

var (
	_ Differentiable = (*Reading)(nil)
	_ Stateful       = (*Reading)(nil)
	_ Measured       = (*Reading)(nil)
)

// NewReading reads a rig class by class. The gain starts at one, offsets and tares at zero; see Prepare.
func NewReading(rig Differentiable, pairs []Pair) (*Reading, error) {
	_, q := rig.Ports()
	if len(pairs) < 2 {
		return nil, fmt.Errorf("%d classes are read; a decision needs two", len(pairs))
	}
	taken := make([]int, q)
	for c, p := range pairs {
		for _, o := range []int{p.Plus, p.Minus} {
			switch {
			case o == -1 && p.Plus != -1:
			case o < 0 || o >= q:
				return nil, fmt.Errorf("class %d reads output %d; the outputs are 1 to %d", c+1, o+1, q)
			case taken[o] > 0:
				return nil, fmt.Errorf("classes %d and %d read output %d; give each outputs of its own", taken[o], c+1, o+1)
			default:
				taken[o] = c + 1
			}
		}
	}
	m, n := rig.Modes(), len(pairs)
	r := &Reading{rig: rig, pairs: pairs, k: make([]float64, m+1+3*n), mean: make([]float64, n)}
	copy(r.k, rig.Stiffness())
	r.k[m], r.tare, r.way = 1, r.k[m+1+n:m+1+2*n], r.k[m+1+2*n:]
	for c := range r.way {
		r.way[c] = 1
	}
	return r, nil
}

// Differences pairs output c with output c + n of 2 n outputs.
func Differences(n int) []Pair {
	pairs := make([]Pair, n)
	for c := range pairs {
		pairs[c] = Pair{c, c + n}
	}
	return pairs
}

// Follow lets tares follow the mean of the readings of every batch: after a step tare += rate (mean - tare). 0: they stay.
func (r *Reading) Follow(rate float64) { r.rate = rate }

// Over is the same reading of another rig of the same parameters and ports. Parameters, tares and means are shared.
func (r *Reading) Over(rig Differentiable) *Reading {
	other := *r
	other.rig, other.y, other.slope, other.d = rig, nil, nil, nil
	return &other
}

// Inner is the rig that is read.
func (r *Reading) Inner() Differentiable { return r.rig }

// First is the place of the gain among the parameters; those of the rig are before it, offsets, tares and directions after it.
func (r *Reading) First() int { return r.rig.Modes() }

// Tares are the tares now; do not modify.
func (r *Reading) Tares() []float64 { return r.tare }

// Directions are the directions now; do not modify.
func (r *Reading) Directions() []float64 { return r.way }

// Ports implements Rig: an output a class.
func (r *Reading) Ports() (inputs, outputs int) {
	p, _ := r.rig.Ports()
	return p, len(r.pairs)
}

// Modes implements Rig.
func (r *Reading) Modes() int { return len(r.k) }

// Stiffness implements Rig.
func (r *Reading) Stiffness() []float64 { return r.k }

// Units implements Measured: an offset may be zero, and is measured by one; a tare by what is worth as much.
func (r *Reading) Units() []float64 {
	gain := r.k[r.First()]
	units := append(Units(r.rig), gain)
	for range r.pairs {
		units = append(units, 1)
	}
	for range r.pairs {
		units = append(units, 1/gain)
	}
	for range r.pairs {
		units = append(units, 1)
	}
	return units
}

// SetStiffness implements Rig.
func (r *Reading) SetStiffness(k []float64) error {
	m := r.First()
	if !(k[m] > 0) || !AllFinite(k[m:]) {
		return &NotFiniteError{What: "the gain, an offset or a tare of the reading"}
	}
	if err := r.rig.SetStiffness(k[:m]); err != nil {
		return err
	}
	copy(r.k, k)
	return nil
}

// read sets the logits of one sample, and its differences less tares if wanted.
func (r *Reading) read(y, d, z []float64) {
	m := r.First()
	gain, offset := r.k[m], r.k[m+1:]
	for c, p := range r.pairs {
		v := y[p.Plus]
		if p.Minus >= 0 {
			v -= y[p.Minus]
		}
		v -= r.tare[c]
		if d != nil {
			d[c] = v
		}
		z[c] = gain*r.way[c]*v + offset[c]
	}
}

// Logits are the logits z of what the outputs y of the rig read, at the parameters set last.
func (r *Reading) Logits(y, z []float64) { r.read(y, nil, z) }

// Slopes are the derivatives y by the outputs of the rig that belong to derivatives z by the logits.
func (r *Reading) Slopes(z, y []float64) {
	r.load(z, y)
	for o := range y {
		y[o] *= r.k[r.First()]
	}
}

// load sets the loads at the outputs of the rig for loads at the classes: at the two ends of a difference, one each way.
func (r *Reading) load(z, y []float64) {
	clear(y)
	for c, p := range r.pairs {
		y[p.Plus] = r.way[c] * z[c]
		if p.Minus >= 0 {
			y[p.Minus] = -r.way[c] * z[c]
		}
	}
}

// Apply implements Rig: a load at a class is a pair of loads at the outputs that are read for it.
func (r *Reading) Apply(in, out []float64, m *Measurement) error {
	_, q := r.rig.Ports()
	inner := Measurement{Out: make([]float64, q)}
	if m.Elongation != nil {
		inner.Elongation = m.Elongation[:r.First()]
		clear(m.Elongation[r.First():])
	}
	var load []float64
	if out != nil {
		load = make([]float64, q)
		r.load(out, load)
	}
	if err := r.rig.Apply(in, load, &inner); err != nil {
		return err
	}
	r.read(inner.Out, nil, m.Out)
	return nil
}

// Forward implements Differentiable.
func (r *Reading) Forward(batch Batch, out []float64) error {
	_, q := r.rig.Ports()
	b, n := batch.Len(), len(r.pairs)
	if cap(r.y) < b*q {
		r.y, r.slope, r.d = make([]float64, b*q), make([]float64, b*q), make([]float64, b*n)
	}
	r.y, r.slope, r.d = r.y[:b*q], r.slope[:b*q], r.d[:b*n]
	r.inner = *batch.Set
	r.inner.Q, r.inner.Want = q, nil
	batch.Set = &r.inner
	if err := r.rig.Forward(batch, r.y); err != nil {
		return err
	}
	clear(r.mean)
	for i := range b {
		d := r.d[i*n : (i+1)*n]
		r.read(r.y[i*q:(i+1)*q], d, out[i*n:(i+1)*n])
		for c, v := range d {
			r.mean[c] += v
		}
	}
	for c := range r.mean {
		r.mean[c] = r.mean[c]/float64(max(b, 1)) + r.tare[c]
	}
	return nil
}

// Backward implements Differentiable.
func (r *Reading) Backward(slope, g []float64) error {
	_, q := r.rig.Ports()
	m, n := r.First(), len(r.pairs)
	gain := r.k[m]
	clear(g[m:])
	for i := range len(slope) / n {
		s, d := slope[i*n:(i+1)*n], r.d[i*n:(i+1)*n]
		y := r.slope[i*q : (i+1)*q]
		r.load(s, y)
		for o := range y {
			y[o] *= gain
		}
		for c, v := range s {
			g[m] += v * r.way[c] * d[c]
			g[m+1+c] += v
			g[m+1+n+c] -= gain * r.way[c] * v
			g[m+1+2*n+c] += gain * v * d[c]
		}
	}
	return r.rig.Backward(r.slope, g[:m])
}

// Prepare sets the tares to the mean readings of a batch at the parameters set last, and returns the gain at which the
// logits would have a standard deviation of one over it, offsets left out. It fails with task.ErrStill where all samples read
// the same.
func (r *Reading) Prepare(batch Batch) (gain float64, err error) {
	clear(r.tare)
	n := len(r.pairs)
	if err := r.Forward(batch, make([]float64, batch.Len()*n)); err != nil {
		return 0, err
	}
	copy(r.tare, r.mean)
	sum, most := 0.0, 0.0
	for i, v := range r.d {
		most = max(most, math.Abs(v))
		v -= r.tare[i%n]
		sum += v * v
	}
	if sum <= float64(len(r.d))*most*most*rounding*rounding {
		return 0, task.ErrStill
	}
	gain = 1 / math.Sqrt(sum/float64(len(r.d)))
	if !(gain <= math.MaxFloat64) {
		return 0, task.ErrStill
	}
	return gain, nil
}

// Means sets mean to the mean readings of a batch, of each class, whatever the tares are; it is made where it is nil.
func (r *Reading) Means(batch Batch, mean []float64) ([]float64, error) {
	n := len(r.pairs)
	if len(r.logits) < batch.Len()*n {
		r.logits = make([]float64, batch.Len()*n)
	}
	err := r.Forward(batch, r.logits[:batch.Len()*n])
	return append(mean[:0], r.mean...), err
}

// rounding is the share of a reading below which samples do not differ.
const rounding = 1e-13

// Hold implements Stateful: tares.
func (r *Reading) Hold(k []float64) { copy(k[r.First()+1+len(r.tare):], r.tare) }

// Stepped implements Stateful.
func (r *Reading) Stepped() {
	if r.rate == 0 {
		return
	}
	for c, v := range r.mean {
		r.tare[c] += r.rate * (v - r.tare[c])
	}
}

// State implements Stateful.
func (r *Reading) State() []optim.Field { return []optim.Field{{Name: "tare", Data: r.tare}} }

// Restore implements Stateful.
func (r *Reading) Restore(saved []optim.Field) error {
	if len(saved) != 1 || saved[0].Name != "tare" || len(saved[0].Data) != len(r.tare) || !AllFinite(saved[0].Data) {
		return fmt.Errorf("the saved reading does not have the %d tares of this one", len(r.tare))
	}
	copy(r.tare, saved[0].Data)
	return nil
}
