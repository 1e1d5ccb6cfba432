package benchtest

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// Desk is a bench for tests: linear mechanics, and faults on request. Its noise
// depends on the seed, the stiffness, the load and the number of the look at
// it, and not on what was done before: a measurement that is repeated after a
// crash says the same.
type Desk struct {
	Net    *network.Network
	eq     *mechanics.Equilibrium
	K      []float64
	Limits lab.Limits
	Rigid  bool // does not stiffen

	Seed      uint64
	Sigma     float64 // noise of every coordinate, m
	Says      float64 // what the marks say of their noise
	Memory    bool    // the noise depends on what was done before as well
	Camera    float64 // size of the random rigid motion of every frame, m and rad
	Magnify   func(at time.Duration) float64
	Tau       time.Duration // of settling
	Creep     float64       // m/s along x of every free node, always
	Bend      float64       // u becomes u + bend u^2 (1/m), which no sign change undoes
	Tilt      float64       // makes the answer unsymmetric: a share of u_x is added to u_y
	Tamper    func(f *lab.Frame, looked int)
	Deliver   func(now []lab.Frame) []lab.Frame // what Measure answers
	OnVerb    func(verb string) error
	FixedMark bool

	Armed     bool
	Hanging   []lab.Force
	Last      []float64
	Hung      time.Duration
	Clock     time.Duration
	Looked    int
	Frames    int // taken
	Loads     int
	Safes     int
	Stiffened int
}

// NewDesk holds a network whose bonds have the stiffness k, seen with noise sigma (m).
func NewDesk(net *network.Network, k []float64, sigma float64, seed uint64) *Desk {
	return &Desk{Net: net, eq: mechanics.NewEquilibrium(net, nil), K: slices.Clone(k), Sigma: sigma, Seed: seed, FixedMark: true,
		Limits: lab.Limits{Force: 10, TotalForce: 100, Stiffness: [2]float64{1e-3, 1e6}}}
}

func (d *Desk) verb(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.OnVerb != nil {
		return d.OnVerb(name)
	}
	return nil
}

func (d *Desk) Hello(ctx context.Context) (lab.Card, error) {
	return lab.Card{Name: "desk", Version: "1", Dim: d.Net.Dim, Nodes: d.Net.Nodes(), Elements: len(d.Net.Elements), Stiffens: !d.Rigid, Limits: d.Limits}, d.verb(ctx, "Hello")
}

func (d *Desk) Arm(ctx context.Context, l lab.Limits) error {
	d.Armed = true
	return d.verb(ctx, "Arm")
}

func (d *Desk) Safe(ctx context.Context) error {
	d.Armed, d.Hanging = false, nil
	d.Safes++
	return d.verb(ctx, "Safe")
}

func (d *Desk) Ping(ctx context.Context) error { return d.verb(ctx, "Ping") }

func (d *Desk) Wait(ctx context.Context, t time.Duration) error {
	d.Clock += t
	return ctx.Err()
}

func (d *Desk) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	if err := d.verb(ctx, "Load"); err != nil {
		return 0, err
	}
	d.Last = d.Displacements(d.Clock + time.Second)
	d.Clock += time.Second
	d.Hanging, d.Hung, d.Looked = slices.Clone(load), d.Clock, 0
	d.Loads++
	return d.Clock, nil
}

func (d *Desk) SetStiffness(ctx context.Context, k []float64) error {
	if err := d.verb(ctx, "SetStiffness"); err != nil {
		return err
	}
	d.K = slices.Clone(k)
	d.Stiffened++
	return nil
}

// displacements at a time, of every node.
func (d *Desk) Displacements(at time.Duration) []float64 {
	if err := d.eq.SetStiffness(d.K); err != nil {
		panic(err)
	}
	u := make([]float64, d.eq.C.N)
	for _, f := range d.Hanging {
		for axis := range d.Net.Dim {
			if i := d.eq.C.Unknown[f.Node*d.Net.Dim+axis]; i >= 0 {
				u[i] += f.F[axis]
			}
		}
	}
	if err := d.eq.Displace(u); err != nil {
		panic(err)
	}
	all := make([]float64, len(d.Net.Pos))
	for i, unknown := range d.eq.C.Unknown {
		if unknown >= 0 {
			v := u[unknown]
			all[i] = v + d.Bend*v*v
		}
	}
	if d.Tilt != 0 {
		for i := 0; i+1 < len(all); i += 2 {
			if d.eq.C.Unknown[i+1] >= 0 {
				all[i+1] += d.Tilt * all[i]
			}
		}
	}
	if d.Tau > 0 && d.Last != nil {
		left := math.Exp(-float64(at-d.Hung) / float64(d.Tau))
		for i := range all {
			all[i] += (d.Last[i] - all[i]) * left
		}
	}
	return all
}

// random is the source of one look.
func (d *Desk) random() *rand.Rand {
	h := fnv.New64a()
	put := func(v uint64) { _ = binary.Write(h, binary.LittleEndian, v) }
	put(uint64(d.Looked))
	for _, k := range d.K {
		put(math.Float64bits(k))
	}
	for _, f := range d.Hanging {
		put(uint64(f.Node))
		for _, v := range f.F {
			put(math.Float64bits(v))
		}
	}
	if d.Memory {
		put(uint64(d.Frames))
	}
	return rand.New(rand.NewPCG(d.Seed, h.Sum64()))
}

func (d *Desk) frame() lab.Frame {
	d.Clock += 100 * time.Millisecond
	random := d.random()
	u := d.Displacements(d.Clock)
	f := lab.Frame{At: d.Clock}
	sin, cos := math.Sincos(d.Camera * random.NormFloat64())
	shift := [3]float64{d.Camera * random.NormFloat64(), d.Camera * random.NormFloat64()}
	scale := 1.0
	if d.Magnify != nil {
		scale = d.Magnify(d.Clock)
	}
	see := func(x [3]float64, noise float64) lab.Mark {
		x = [3]float64{scale*(cos*x[0]-sin*x[1]) + shift[0], scale*(sin*x[0]+cos*x[1]) + shift[1], scale * x[2]}
		for axis := range d.Net.Dim {
			x[axis] += noise * random.NormFloat64()
		}
		if d.Net.Dim == 1 {
			x[1], x[2] = 0, 0
		}
		return lab.Mark{X: x, Sigma: d.Says, Seen: true}
	}
	for node := range d.Net.Nodes() {
		var x [3]float64
		for axis := range d.Net.Dim {
			i := node*d.Net.Dim + axis
			x[axis] = d.Net.Pos[i] + u[i]
			if axis == 0 && d.eq.C.Unknown[i] >= 0 {
				x[0] += d.Creep * d.Clock.Seconds()
			}
		}
		f.Nodes = append(f.Nodes, see(x, d.Sigma))
	}
	if d.FixedMark {
		// Marks of the frame are large and many, and so seen better.
		for _, x := range [][3]float64{{0.03, 0.03}, {-0.1, 0.03}, {0.03, -0.07}, {-0.1, -0.07}} {
			f.Fixed = append(f.Fixed, see(x, d.Sigma/4))
		}
	}
	if d.Tamper != nil {
		d.Tamper(&f, d.Looked)
	}
	d.Looked++
	d.Frames++
	return f
}

func (d *Desk) Measure(ctx context.Context, repeats int) ([]lab.Frame, error) {
	if err := d.verb(ctx, "Measure"); err != nil {
		return nil, err
	}
	var frames []lab.Frame
	for range repeats {
		frames = append(frames, d.frame())
	}
	if d.Deliver != nil {
		frames = d.Deliver(frames)
	}
	return frames, nil
}
