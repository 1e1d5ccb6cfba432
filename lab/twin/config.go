package twin

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Config says what the bench is and what is wrong with it. Standard deviations
// are of independent normal draws.
type Config struct {
	Seed   uint64
	Fixed  bool // the stiffness cannot be changed: every trained state is a new specimen
	Finite bool // displacements are not small (package mechanics/finite); else linear theory
	Limits lab.Limits

	Fabrication Fabrication
	Bias        Bias
	Update      Update
	Failures    []Failure
	Creep       Creep
	Known       *Known // in place of what Fabrication, Bias, Update.Drift and Camera.Marks draw; nil: they do
	Weights     Weights
	Camera      Camera
	Frames      Frames
	Stage       *Stage // nil: it has none
}

// Stage holds nodes where it is told, as well as it can.
type Stage struct {
	Error float64 // standard deviation of each place, drawn anew each time, m
}

// Fabrication is how the bonds came out of the printer.
type Fabrication struct {
	Width   float64 // relative standard deviation of the width of each bond
	Modulus float64 // relative standard deviation of the modulus of the whole print
	Hinges  Hinges
	Cracked float64 // chance of each bond to be cracked: a tenth to six tenths of its stiffness are left, any as likely
}

// Known is a specimen that is known, such as one that a passport allows.
type Known struct {
	Share []float64 // of the stiffness that is asked for, of every bond; 0: it is cut; len elements
	Rate  []float64 // relative change in an hour since it was set; len elements
	Mark  []float64 // how far each node is seen to move by how far it moves; len nodes
}

// Bias is a lasting difference between the stiffness that was asked for and
// what the bond has: k becomes (1 + Factor x) k + Offset y, x and y normal, one of each a bond.
type Bias struct {
	Factor float64
	Offset float64 // N/m
}

// Update is what happens when the stiffness is changed.
type Update struct {
	Error  float64   // relative standard deviation of each bond at each command
	Levels []float64 // the stiffnesses that the bonds can have, N/m; none means any
	Drift  float64   // relative standard deviation of the change of each bond in an hour
}

// Failure is a bond that breaks: with the given command, loads and changes of
// stiffness being counted from 1. A bond from 0.
type Failure struct{ Element, Command int }

// Creep is how a new displacement is reached: at once, but for a share that
// decays as exp(-t/Time).
type Creep struct {
	Share float64
	Time  time.Duration
}

// Weights are what loads are made of.
type Weights struct {
	Quantum float64       // kg: the force on a node is a whole number of these; 0 means any
	Gravity float64       // m/s^2; 0 means 9.80665
	Hanging time.Duration // that a change of the loads takes
}

// Felt is a load as these weights make it: one force on each of so many nodes.
func (w Weights) Felt(nodes int, load []lab.Force) []lab.Force {
	on := make([]lab.Force, nodes)
	for node := range on {
		on[node].Node = node
	}
	for _, f := range load {
		for axis, v := range f.F {
			on[f.Node].F[axis] += v
		}
	}
	quantum := w.Quantum * w.Gravity
	if w.Gravity == 0 {
		quantum = w.Quantum * gravity
	}
	for node := range on {
		f := &on[node].F
		size := math.Hypot(math.Hypot(f[0], f[1]), f[2])
		if quantum == 0 || size == 0 {
			continue
		}
		for axis := range f {
			f[axis] *= math.Round(size/quantum) * quantum / size
		}
	}
	return on
}

// gravity is the standard one, m/s^2.
const gravity = 9.80665

// Camera is what stands between the lattice and the numbers. It moves in the
// plane of the first two axes, about the middle of the lattice.
type Camera struct {
	Noise             float64       // standard deviation of each coordinate of a marker, m
	Marks             float64       // lasting: relative standard deviation of how far each is seen to move by how far it moves
	Shift             float64       // of each frame: standard deviation along each axis, m
	Rotation          float64       // of each frame: standard deviation, rad
	Magnification     float64       // of each frame: standard deviation of the scale less 1
	ShiftRate         float64       // drift along a fixed random direction, m/s
	RotationRate      float64       // drift, rad/s
	MagnificationRate float64       // drift of the scale, 1/s
	Period            time.Duration // between frames; 0 means 1 s
}

// Frames are the chances that a frame goes wrong, each 0 to 1.
type Frames struct {
	Dropped    float64 // it does not come
	Duplicated float64 // the one before comes again
	Stale      float64 // the last one from before the loads came again; it says when it was taken
	Missing    float64 // of each marker of the lattice: it is not found
}

// check says what of a Config no bench can have.
func (c *Config) check(elements int) error {
	var problem error
	refuse := func(format string, args ...any) {
		if problem == nil {
			problem = fmt.Errorf("twin: "+format, args...)
		}
	}
	for _, v := range []struct {
		name  string
		value float64
		most  float64
	}{
		{"scatter of the width", c.Fabrication.Width, 1}, {"scatter of the modulus", c.Fabrication.Modulus, 1},
		{"chance of a cracked bond", c.Fabrication.Cracked, 1}, {"sensitivity of the marks", c.Camera.Marks, 1},
		{"length of a hinge", c.Fabrication.Hinges.Length, math.MaxFloat64}, {"width of a hinge", c.Fabrication.Hinges.Width, math.MaxFloat64},
		{"bias by a factor", c.Bias.Factor, 1}, {"bias by an offset", c.Bias.Offset, math.MaxFloat64},
		{"error of an update", c.Update.Error, 1}, {"drift of the stiffness", c.Update.Drift, 1},
		{"creeping share", c.Creep.Share, 1}, {"quantum of the weights", c.Weights.Quantum, math.MaxFloat64}, {"gravity", c.Weights.Gravity, math.MaxFloat64},
		{"noise", c.Camera.Noise, math.MaxFloat64}, {"shift", c.Camera.Shift, math.MaxFloat64}, {"rotation", c.Camera.Rotation, math.MaxFloat64},
		{"magnification", c.Camera.Magnification, 1},
		{"chance of a dropped frame", c.Frames.Dropped, 1}, {"chance of a duplicated frame", c.Frames.Duplicated, 1},
		{"chance of a stale frame", c.Frames.Stale, 1}, {"chance of a missing marker", c.Frames.Missing, 1},
	} {
		if !(v.value >= 0 && v.value <= v.most) {
			refuse("the %s is %g; it is 0 to %g", v.name, v.value, v.most)
		}
	}
	if s := c.Stage; s != nil && !(s.Error >= 0 && s.Error <= math.MaxFloat64) {
		refuse("the error of the stage is %g m; it is zero or more", s.Error)
	}
	for _, v := range []float64{c.Camera.ShiftRate, c.Camera.RotationRate, c.Camera.MagnificationRate} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			refuse("a drift of the camera is %g", v)
		}
	}
	for _, v := range c.Update.Levels {
		if !(v > 0) || math.IsInf(v, 0) {
			refuse("a level of stiffness is %g N/m; it is positive", v)
		}
	}
	if c.Creep.Share > 0 && c.Creep.Time <= 0 {
		refuse("creep needs a time")
	}
	if min(c.Creep.Time, c.Weights.Hanging, c.Camera.Period) < 0 {
		refuse("a time is negative")
	}
	if h := c.Fabrication.Hinges; h.Length > 0 && h.Width == 0 {
		refuse("hinges need a width")
	}
	if k := c.Known; k != nil && (len(k.Share) != elements || len(k.Rate) != elements) {
		refuse("a known specimen has %d bonds with %d rates, and the lattice %d bonds", len(k.Share), len(k.Rate), elements)
	}
	for _, f := range c.Failures {
		if f.Element < 0 || f.Element >= elements {
			refuse("bond %d cannot fail: the bonds are 1 to %d", f.Element+1, elements)
		}
	}
	return problem
}

// nearest is the level next to k, or k where there are none.
func (u Update) nearest(k float64) float64 {
	if len(u.Levels) == 0 {
		return k
	}
	return slices.MinFunc(u.Levels, func(a, b float64) int {
		if d := math.Abs(a-k) - math.Abs(b-k); d < 0 {
			return -1
		} else if d > 0 {
			return 1
		}
		return 0
	})
}
