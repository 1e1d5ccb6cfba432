package twin

import (
	"math"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
)

// camera sees the lattice and the marks on its frame.
type camera struct {
	config  *Config
	net     *network.Network
	unknown []int32 // of each node and axis, -1 where held
	middle  [3]float64
	marks   [][3]float64 // on the frame
	drift   float64      // direction of the drift of the camera, rad
	gain    []float64    // how far each node is seen to move by how far it moves; nil: as far

	noise, motion, scale, dropped, duplicated, stale, missing source

	last, before lab.Frame // the frame taken last, and the last one before the loads changed
	any, anyOld  bool
}

// rim is how far outside the lattice the marks of the frame are, as a share of
// its size.
const rim = 0.1

func newCamera(net *network.Network, c *Config) *camera {
	s := func(name string) source { return stream(c.Seed, name) }
	cam := &camera{config: c, net: net, noise: s("noise"), motion: s("camera motion"), scale: s("magnification"),
		dropped: s("dropped"), duplicated: s("duplicated"), stale: s("stale"), missing: s("missing"),
		drift: 2 * math.Pi * stream(c.Seed, "camera drift").Float64()}
	switch {
	case c.Known != nil:
		cam.gain = c.Known.Mark
	case c.Camera.Marks > 0:
		marks := s("mark gain")
		for range net.Nodes() {
			cam.gain = append(cam.gain, 1+c.Camera.Marks*marks.NormFloat64())
		}
	}
	next := int32(0)
	for _, held := range net.Held {
		if held {
			cam.unknown = append(cam.unknown, -1)
			continue
		}
		cam.unknown = append(cam.unknown, next)
		next++
	}
	lo, hi := net.Bounds()
	size := 0.0
	for axis := range lo {
		cam.middle[axis] = (lo[axis] + hi[axis]) / 2
		size = max(size, hi[axis]-lo[axis])
	}
	for corner := range 1 << net.Dim {
		var x [3]float64
		for axis := range net.Dim {
			if x[axis] = lo[axis] - rim*size; corner>>axis&1 == 1 {
				x[axis] = hi[axis] + rim*size
			}
		}
		cam.marks = append(cam.marks, x)
	}
	return cam
}

// keep remembers the frame taken last as one from before a change of the loads.
func (c *camera) keep() { c.before, c.anyOld = c.last, c.any }

// look takes a frame of the lattice at the displacements u. It may not come.
// Every stream draws the same numbers whatever happens to the frame.
func (c *camera) look(u []float64, now time.Duration) (f lab.Frame, came bool) {
	f = c.photograph(u, now)
	went := c.config.Frames
	drop, duplicate, stale := c.dropped.Float64() < went.Dropped, c.duplicated.Float64() < went.Duplicated, c.stale.Float64() < went.Stale
	previous, anyPrevious := c.last, c.any
	c.last, c.any = f, true
	switch {
	case drop:
		return lab.Frame{}, false
	case stale && c.anyOld:
		f = c.before
	case duplicate && anyPrevious:
		f = previous
	}
	f.Nodes, f.Fixed = slices.Clone(f.Nodes), slices.Clone(f.Fixed) // the caller may change its own
	return f, true
}

// photograph is the frame as it should be.
func (c *camera) photograph(u []float64, now time.Duration) lab.Frame {
	see := c.view(now)
	f := lab.Frame{At: now, Nodes: make([]lab.Mark, c.net.Nodes()), Fixed: make([]lab.Mark, len(c.marks))}
	for node := range f.Nodes {
		var x [3]float64
		for axis, p := range c.net.At(node) {
			x[axis] = p
			if i := c.unknown[node*c.net.Dim+axis]; i >= 0 {
				if moved := u[i]; c.gain != nil {
					x[axis] += c.gain[node] * moved
				} else {
					x[axis] += moved
				}
			}
		}
		f.Nodes[node] = c.mark(see(x))
		if c.missing.Float64() < c.config.Frames.Missing {
			f.Nodes[node] = lab.Mark{}
		}
	}
	for i, x := range c.marks {
		f.Fixed[i] = c.mark(see(x))
	}
	return f
}

// mark adds the noise of the camera to a place.
func (c *camera) mark(x [3]float64) lab.Mark {
	for axis := range c.net.Dim {
		x[axis] += c.config.Camera.Noise * c.noise.NormFloat64()
	}
	return lab.Mark{X: x, Sigma: c.config.Camera.Noise, Seen: true}
}

// view is where the camera of this frame sees a place: shifted, turned and
// magnified about the middle of the lattice.
func (c *camera) view(now time.Duration) func([3]float64) [3]float64 {
	cfg, t := c.config.Camera, now.Seconds()
	along, across := math.Cos(c.drift), math.Sin(c.drift)
	shift := [3]float64{cfg.Shift*c.motion.NormFloat64() + cfg.ShiftRate*t*along, cfg.Shift*c.motion.NormFloat64() + cfg.ShiftRate*t*across}
	if c.net.Dim == 1 {
		shift[1] = 0
	}
	turn := cfg.Rotation*c.motion.NormFloat64() + cfg.RotationRate*t
	if c.net.Dim == 1 {
		turn = 0
	}
	scale := 1 + cfg.Magnification*c.scale.NormFloat64() + cfg.MagnificationRate*t
	sin, cos := math.Sincos(turn)
	return func(x [3]float64) [3]float64 {
		for axis := range x {
			x[axis] -= c.middle[axis]
		}
		x = [3]float64{scale * (cos*x[0] - sin*x[1]), scale * (sin*x[0] + cos*x[1]), scale * x[2]}
		for axis := range x {
			x[axis] += c.middle[axis] + shift[axis]
		}
		return x
	}
}
