package experiment

import (
	"errors"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

// prepared is by how many training samples a reading is prepared: evenly spread over them.
const prepared = 512

// widest is how far a gain of which the file says nothing may go from its start, as a factor either way: only to keep it a number.
const widest = 1e6

// buildReading puts the electronics of the file between the outputs and the loss: gain, offsets and tares, as parameters after
// those of the body.
func (b *builder) buildReading() {
	r := b.Spec.Task.Reading
	unit := b.OutputsUnit()
	if unit == "" {
		b.fail("E0410", "task.reading", "one gain reads all outputs, and they are read in different units").WithHelp("read displacements alone, or rotations, or potentials")
		return
	}
	if r.Gain.IsSet() && unit != "m" {
		b.fail("E0410", "task.reading.gain", "this gain is for displacements, and the outputs are read in %s", unit).WithHelp("leave `gain` out: it learns from where the logits have a standard deviation of one")
		return
	}
	if b.Design.Bounds != design.Projection {
		b.fail("E0501", "learn.bounds", "a gain and offsets have no two bounds, which a %s needs", b.Spec.Learn.Bounds).WithHelp("use bounds: projection")
		return
	}
	if m, err := b.ofNone(); err == nil && r.Follow > 0 && m.FullBatch() {
		b.fail("E0501", "task.reading.follow", "%s compares losses between steps, and tares that follow change them", b.Spec.Learn.Method).
			WithHelp("leave `follow` out, or use adam, momentum or gradient-descent")
		return
	}
	if r.Follow > 0 && r.Tare == "none" {
		b.failKey("E0410", "task.reading.follow", "there are no tares to follow the readings").WithHelp("leave `follow` out, or write tare: mean")
		return
	}
	if r := ruleOf(b.Spec); contrasts(r) {
		b.fail("E0501", "learn.rule", "%s loads or holds the outputs, and gain and offsets feel no load", r.Name()).
			WithHelp("use rule: backprop, or leave `reading` out")
		return
	}
	whole, ok := b.Rig.(learn.Differentiable)
	if !ok {
		panic("experiment: the rig of a body is not differentiable")
	}
	pairs := make([]learn.Pair, len(b.Out))
	for o := range pairs {
		pairs[o] = learn.Pair{Plus: o, Minus: -1} // a pair of nodes is one port
	}
	rig, err := learn.NewReading(whole, pairs)
	if err != nil {
		b.failBy("E0404", "task.outputs", err)
		return
	}
	rig.Follow(r.Follow)
	b.Reading = rig
	gain, tares, ways, err := b.prepare()
	if errors.Is(err, task.ErrStill) {
		b.fail("E0703", "task", "all outputs read the same under every input at the start").
			WithHelp("the pushes are zero, the outputs are not joined to the inputs, or symmetry holds them: choose other ports, or `start: random` in bonds")
		return
	}
	if err != nil {
		b.solidError(err)
		return
	}
	b.addReading(gain, tares, ways)
	theta := make([]float64, rig.Modes())
	b.Design.Init(theta)
	if err := rig.SetStiffness(theta); err != nil {
		b.solidError(err)
		return
	}
	b.Rig = rig
}

// prepare finds gain, tares and directions for the stiffnesses as they are now.
func (x *Experiment) prepare() (gain float64, tares, ways []float64, err error) {
	r := x.Spec.Task.Reading
	some := x.Train
	if some.N > prepared {
		some = train.Spread(some, prepared)
	}
	if gain, err = x.Reading.Prepare(learn.Batch{Set: some}); err != nil {
		return 0, nil, nil, err
	}
	switch x.directions() {
	case "each":
		x.Reading.Direct(learn.Batch{Set: some})
	case "common":
		x.Reading.DirectAll(learn.Batch{Set: some})
	}
	tares, ways = append(tares, x.Reading.Tares()...), append(ways, x.Reading.Directions()...)
	if r.Tare == "none" {
		clear(tares)
	}
	if r.Gain.IsSet() {
		gain = min(max(gain, r.Gain.Min), r.Gain.Max)
		if r.Gain.Start != nil {
			gain = *r.Gain.Start
		}
	}
	return gain, tares, ways, nil
}

// directions are those in force: hubs and their outputs have one sense, in which all of them are pulled.
func (x *Experiment) directions() string {
	if own := x.Spec.Task.Reading.Directions; own != "" {
		return own
	}
	if x.Spec.Hubs != nil || x.Spec.Comb != nil {
		return "common"
	}
	return "each"
}

// startUnread is StartFrom for the parameters of the network alone.
func (x *Experiment) startUnread(k []float64) error {
	theta := make([]float64, x.Reading.Modes())
	x.Design.Init(theta)
	at := copy(theta, k)
	if err := x.StartFrom(theta); err != nil {
		return err
	}
	gain, tares, ways, err := x.prepare()
	if err != nil {
		return err
	}
	theta[at] = gain
	copy(theta[at+1+len(tares):], append(tares, ways...))
	return x.StartFrom(theta)
}

// addReading adds the parameters of the reading to those of the body.
func (b *builder) addReading(gain float64, tares, ways []float64) {
	r, d := b.Spec.Task.Reading, b.Design
	lo, hi, speed := gain/widest, gain*widest, r.GainRate
	if r.Gain.IsSet() {
		lo, hi = r.Gain.Min, r.Gain.Max
		if !r.Gain.Learns() {
			speed = 0
		}
	}
	d.Append([]float64{gain}, lo, hi, gain, speed, true)
	speed = r.OffsetRate
	if r.Offsets == "none" {
		speed = 0
	}
	d.Append(make([]float64, len(tares)), math.Inf(-1), math.Inf(1), 1, speed, false)
	d.Append(tares, math.Inf(-1), math.Inf(1), 1/gain, 0, false)
	d.Append(ways, -1, 1, 1, 0, false)
}

// Electronics is what stands between the outputs and the classes; nil where nothing is said of it.
func (x *Experiment) Electronics() *learn.Electronics {
	r := x.Spec.Task.Reading
	if r == nil {
		return nil
	}
	e := learn.Electronics{Readings: len(x.Out), Gains: 1, Offsets: len(x.Out), Tares: len(x.Out)}
	for i := range x.Out {
		switch p := &x.Out[i]; {
		case p.Pair:
			e.Readings, e.Differences = e.Readings+1, e.Differences+1
		case p.Mean != nil:
			e.Readings, e.Means = e.Readings+len(p.Mean.Nodes)-1, e.Means+1
		}
	}
	if r.Offsets == "none" {
		e.Offsets = 0
	}
	if r.Tare == "none" {
		e.Tares = 0
	}
	return &e
}

// ReadingParams are the parameters of the reading, in their order, after all others; none where there is no reading.
func (x *Experiment) ReadingParams() (list []law.Param) {
	if x.Reading == nil {
		return nil
	}
	unit := x.OutputsUnit()
	list = append(list, law.Param{Name: "gain", Unit: map[bool]string{true: "1", false: "1/" + unit}[unit == "1"]})
	for range x.Out {
		list = append(list, law.Param{Name: "offset", Unit: "1"})
	}
	for range x.Out {
		list = append(list, law.Param{Name: "tare", Unit: unit})
	}
	for range x.Out {
		list = append(list, law.Param{Name: "direction", Unit: "1"})
	}
	return list
}

// ReadingOf is the class, from 1, that a parameter of the reading belongs to; 0 for the gain.
func (x *Experiment) ReadingOf(i int) int {
	if i == 0 {
		return 0
	}
	return (i-1)%len(x.Out) + 1
}

// ReadUnit is the unit of what the rig answers at output o: that of the output, or 1 of a logit.
func (x *Experiment) ReadUnit(o int) string {
	if x.Reading != nil {
		return "1"
	}
	return x.OutputUnit(o)
}

// readings are the numbers of the reading among parameters theta; nil where there is none.
func (x *Experiment) readings(theta []float64) *snapshot.Reading {
	if x.Reading == nil {
		return nil
	}
	at, n := x.Reading.First(), len(x.Out)
	return &snapshot.Reading{First: at, Gain: theta[at], Offsets: append([]float64{}, theta[at+1:at+1+n]...), Tares: append([]float64{}, theta[at+1+n:at+1+2*n]...),
		Directions: append([]float64{}, theta[at+1+2*n:]...)}
}

// signed reports whether the largest output names the class, and not the one that moves most to either side.
func (x *Experiment) signed() bool { return x.Spec.Task.Reading != nil }
