package lab

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/elastrain/elastrain/internal/testnet"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// desk is a bench for tests: linear mechanics, and faults on request. Its noise
// depends on the seed, the stiffness, the load and the number of the look at
// it, and not on what was done before: a measurement that is repeated after a
// crash says the same.
type desk struct {
	net    *network.Network
	eq     *mechanics.Equilibrium
	k      []float64
	limits Limits
	rigid  bool // does not stiffen

	seed      uint64
	sigma     float64 // noise of every coordinate, m
	says      float64 // what the marks say of their noise
	memory    bool    // the noise depends on what was done before as well
	camera    float64 // size of the random rigid motion of every frame, m and rad
	magnify   func(at time.Duration) float64
	tau       time.Duration // of settling
	creep     float64       // m/s along x of every free node, always
	bend      float64       // u becomes u + bend u^2 (1/m), which no sign change undoes
	tilt      float64       // makes the answer unsymmetric: a share of u_x is added to u_y
	tamper    func(f *Frame, looked int)
	deliver   func(now []Frame) []Frame // what Measure answers
	onVerb    func(verb string) error
	fixedMark bool

	armed     bool
	load      []Force
	last      []float64
	hung      time.Duration
	clock     time.Duration
	looked    int
	total     int // frames
	loads     int
	safes     int
	stiffness int
}

func newDesk(net *network.Network, k []float64, sigma float64, seed uint64) *desk {
	return &desk{net: net, eq: mechanics.NewEquilibrium(net, nil), k: slices.Clone(k), sigma: sigma, seed: seed, fixedMark: true,
		limits: Limits{Force: 10, TotalForce: 100, Stiffness: [2]float64{1e-3, 1e6}}}
}

func (d *desk) verb(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.onVerb != nil {
		return d.onVerb(name)
	}
	return nil
}

func (d *desk) Hello(ctx context.Context) (Card, error) {
	return Card{Name: "desk", Version: "1", Dim: d.net.Dim, Nodes: d.net.Nodes(), Elements: len(d.net.Elements), Stiffens: !d.rigid, Limits: d.limits}, d.verb(ctx, "Hello")
}

func (d *desk) Arm(ctx context.Context, l Limits) error {
	d.armed = true
	return d.verb(ctx, "Arm")
}

func (d *desk) Safe(ctx context.Context) error {
	d.armed, d.load = false, nil
	d.safes++
	return d.verb(ctx, "Safe")
}

func (d *desk) Ping(ctx context.Context) error { return d.verb(ctx, "Ping") }

func (d *desk) Wait(ctx context.Context, t time.Duration) error {
	d.clock += t
	return ctx.Err()
}

func (d *desk) Load(ctx context.Context, load []Force) (time.Duration, error) {
	if err := d.verb(ctx, "Load"); err != nil {
		return 0, err
	}
	d.last = d.displacements(d.clock + time.Second)
	d.clock += time.Second
	d.load, d.hung, d.looked = slices.Clone(load), d.clock, 0
	d.loads++
	return d.clock, nil
}

func (d *desk) SetStiffness(ctx context.Context, k []float64) error {
	if err := d.verb(ctx, "SetStiffness"); err != nil {
		return err
	}
	d.k = slices.Clone(k)
	d.stiffness++
	return nil
}

// displacements at a time, of every node.
func (d *desk) displacements(at time.Duration) []float64 {
	if err := d.eq.SetStiffness(d.k); err != nil {
		panic(err)
	}
	u := make([]float64, d.eq.C.N)
	for _, f := range d.load {
		for axis := range d.net.Dim {
			if i := d.eq.C.Unknown[f.Node*d.net.Dim+axis]; i >= 0 {
				u[i] += f.F[axis]
			}
		}
	}
	d.eq.Displace(u)
	all := make([]float64, len(d.net.Pos))
	for i, unknown := range d.eq.C.Unknown {
		if unknown >= 0 {
			v := u[unknown]
			all[i] = v + d.bend*v*v
		}
	}
	if d.tilt != 0 {
		for i := 0; i+1 < len(all); i += 2 {
			if d.eq.C.Unknown[i+1] >= 0 {
				all[i+1] += d.tilt * all[i]
			}
		}
	}
	if d.tau > 0 && d.last != nil {
		left := math.Exp(-float64(at-d.hung) / float64(d.tau))
		for i := range all {
			all[i] += (d.last[i] - all[i]) * left
		}
	}
	return all
}

// random is the source of one look.
func (d *desk) random() *rand.Rand {
	h := fnv.New64a()
	put := func(v uint64) { _ = binary.Write(h, binary.LittleEndian, v) }
	put(uint64(d.looked))
	for _, k := range d.k {
		put(math.Float64bits(k))
	}
	for _, f := range d.load {
		put(uint64(f.Node))
		for _, v := range f.F {
			put(math.Float64bits(v))
		}
	}
	if d.memory {
		put(uint64(d.total))
	}
	return rand.New(rand.NewPCG(d.seed, h.Sum64()))
}

func (d *desk) frame() Frame {
	d.clock += 100 * time.Millisecond
	random := d.random()
	u := d.displacements(d.clock)
	f := Frame{At: d.clock}
	sin, cos := math.Sincos(d.camera * random.NormFloat64())
	shift := [3]float64{d.camera * random.NormFloat64(), d.camera * random.NormFloat64()}
	scale := 1.0
	if d.magnify != nil {
		scale = d.magnify(d.clock)
	}
	see := func(x [3]float64, noise float64) Mark {
		x = [3]float64{scale*(cos*x[0]-sin*x[1]) + shift[0], scale*(sin*x[0]+cos*x[1]) + shift[1], scale * x[2]}
		for axis := range d.net.Dim {
			x[axis] += noise * random.NormFloat64()
		}
		if d.net.Dim == 1 {
			x[1], x[2] = 0, 0
		}
		return Mark{X: x, Sigma: d.says, Seen: true}
	}
	for node := range d.net.Nodes() {
		var x [3]float64
		for axis := range d.net.Dim {
			i := node*d.net.Dim + axis
			x[axis] = d.net.Pos[i] + u[i]
			if axis == 0 && d.eq.C.Unknown[i] >= 0 {
				x[0] += d.creep * d.clock.Seconds()
			}
		}
		f.Nodes = append(f.Nodes, see(x, d.sigma))
	}
	if d.fixedMark {
		// Marks of the frame are large and many, and so seen better.
		for _, x := range [][3]float64{{0.03, 0.03}, {-0.1, 0.03}, {0.03, -0.07}, {-0.1, -0.07}} {
			f.Fixed = append(f.Fixed, see(x, d.sigma/4))
		}
	}
	if d.tamper != nil {
		d.tamper(&f, d.looked)
	}
	d.looked++
	d.total++
	return f
}

func (d *desk) Measure(ctx context.Context, repeats int) ([]Frame, error) {
	if err := d.verb(ctx, "Measure"); err != nil {
		return nil, err
	}
	var frames []Frame
	for range repeats {
		frames = append(frames, d.frame())
	}
	if d.deliver != nil {
		frames = d.deliver(frames)
	}
	return frames, nil
}

// quick is a protocol without settling, for benches that rest at once.
func quick() Protocol {
	p := DefaultProtocol()
	p.Settle = Settle{}
	return p
}

func fill(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

// trapezoid is the lattice of Li & Mao 2024 with 5 g at node 11, read at nodes
// 13 and 14, bonds of width 2 mm.
func trapezoid() (*Specimen, []float64) {
	s := NewSpecimen(testnet.Trapezoid(), []network.Port{testnet.Port(11, 0, -1)}, []network.Port{testnet.Port(13, 0, 1), testnet.Port(14, 0, 1)})
	return s, fill(28, 137.5)
}

// caseA is the experiment of Fig. 1: 10 g at node 13, L = (u_14 + 25 mm)^2.
func caseA() (*Estimator, []float64) {
	s := NewSpecimen(testnet.Trapezoid(), []network.Port{testnet.Port(13, 0, -1)}, []network.Port{testnet.Port(14, 0, 1)})
	set := &task.Set{N: 1, P: 1, Q: 1, F: []float64{9.8 * 0.010}, Want: []float64{-0.025}}
	p := quick()
	return &Estimator{Specimen: s, Protocol: &p, Loss: task.MeanSquare{Scale: math.Sqrt(0.5)}, Batch: learn.Batch{Set: set}}, fill(28, 137.5)
}

// widths is the design of the paper: 1.5 to 2.5 mm.
func widths() *design.Design {
	d := &design.Design{Lo: fill(28, 0.0015), Hi: fill(28, 0.0025), Gain: fill(28, 5.5e5*0.002/0.016), Start: fill(28, 0.002), Unit: fill(28, 1e-3)}
	for i := range 28 {
		d.Free = append(d.Free, int32(i))
	}
	return d
}

func armed(t testing.TB, d *desk, net *network.Network) *Guard {
	t.Helper()
	g := NewGuard(d, net, nil)
	check(t, g.Arm(context.Background(), Limits{}))
	return g
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// live is the source of phases of a bench.
func live(t testing.TB, d *desk, e *Estimator) Source {
	m := &Measurer{Bench: armed(t, d, e.Specimen.Net), Specimen: e.Specimen, Protocol: e.Protocol}
	return func(ask Ask, zero []Frame) (*Record, *Response, error) {
		return m.Phase(context.Background(), ask.Load, zero)
	}
}
