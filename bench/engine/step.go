package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// stepper does what training does in each step, without a loss: new stiffnesses,
// a factorisation, the answers at the ports, products mode by mode.
type stepper interface {
	// step does one step with the stiffnesses k. It allocates nothing once t has room.
	step(k []float64, t *times) error
	gradient() []float64
	// elongations are the seconds of e = C u by themselves, several times; 0 where they are not apart.
	elongations(runs int) (seconds []float64)
	// displace sets the stiffnesses k and solves for one load in place.
	displace(k, load []float64) error
	describe(r *report)
}

// trusses are steps of a lattice of bars.
type trusses struct {
	q       *mechanics.Equilibrium
	r       *mechanics.Responses
	weights []float64 // outputs x inputs: the sum over samples of their loads and slopes
	g       []float64 // the gradient by each stiffness
}

// network is the lattice in terms of package network, with its ports.
func (l *lattice) network() (net *network.Network, in, out []network.Port) {
	net = &network.Network{Dim: l.dim, Pos: l.pos}
	node := make([]int, l.unknowns()/l.dim) // of each free node
	for i, f := range l.free {
		for range l.dim {
			net.Held = append(net.Held, f < 0)
		}
		if f >= 0 {
			node[f] = i
		}
	}
	net.Elements = make([]network.Element, l.bonds())
	for m := range net.Elements {
		net.Elements[m].Nodes = [2]int{int(l.end[2*m]), int(l.end[2*m+1])}
	}
	ports := func(unknowns []int32) (list []network.Port) {
		for _, u := range unknowns {
			p := network.Port{Node: node[int(u)/l.dim]}
			p.Dir[int(u)%l.dim] = 1
			list = append(list, p)
		}
		return list
	}
	return net, ports(l.in), ports(l.out)
}

// newStepper prepares a lattice and returns the seconds that takes from its
// compatibility matrix to a solver that waits for stiffnesses.
func newStepper(l *lattice, threads int) (stepper, float64, error) {
	if l.rows != nil {
		return newFrames(l, threads)
	}
	net, in, out := l.network()
	analyze := 0.0
	var failed error
	q := mechanics.NewEquilibrium(net, func(c *mechanics.Compatibility) mechanics.Solver {
		start := now()
		s, err := newSolver(c)
		failed = err
		analyze = now() - start
		return s
	})
	if failed != nil {
		return nil, 0, failed
	}
	if err := sameUnknowns(l, q.C); err != nil {
		return nil, 0, err
	}
	setThreads(q.Solver, threads)
	s := &trusses{q: q, r: mechanics.NewResponses(q.C, in, out), g: make([]float64, l.bonds())}
	given := portWeights()
	for o := range outputs {
		for i := range inputs {
			s.weights = append(s.weights, given[i*outputs+o])
		}
	}
	return s, analyze, nil
}

// portWeights stand for the sum over samples of their loads and slopes; inputs x outputs.
func portWeights() (w []float64) {
	for i := range inputs * outputs {
		w = append(w, 0.1*float64(i%7-3))
	}
	return w
}

// sameUnknowns fails where Elastrain does not number the unknowns as the lattice does.
func sameUnknowns(l *lattice, c *mechanics.Compatibility) error {
	for i, u := range c.Unknown {
		want := int32(-1)
		if f := l.free[i/l.dim]; f >= 0 {
			want = f*int32(l.dim) + int32(i%l.dim)
		}
		if u != want {
			return fmt.Errorf("axis %d of node %d is unknown %d, in the lattice %d", i%l.dim, i/l.dim, u, want)
		}
	}
	return nil
}

// times are the seconds of each part of each step.
type times struct{ factor, respond, bond, step []float64 }

func (s *trusses) step(k []float64, t *times) error {
	t0 := now()
	if err := s.q.SetStiffness(k); err != nil {
		return err
	}
	t1 := now()
	if err := s.q.Respond(s.r); err != nil {
		return err
	}
	t2 := now()
	s.r.Weigh(s.g, s.weights, -1)
	t.add(t0, t1, t2, now())
	return nil
}

// add notes when the parts of a step began, and the last one ended.
func (t *times) add(t0, t1, t2, t3 float64) {
	t.factor = append(t.factor, t1-t0)
	t.respond = append(t.respond, t2-t1)
	t.bond = append(t.bond, t3-t2)
	t.step = append(t.step, t3-t0)
}

func (s *trusses) gradient() []float64 { return s.g }

func (s *trusses) displace(k, load []float64) error {
	if err := s.q.SetStiffness(k); err != nil {
		return err
	}
	return s.q.Displace(load)
}

func (s *trusses) describe(r *report) {
	r.Solver = s.q.Solver.Name()
	describe(s.q.Solver, r)
}

// measure does steps with growing stiffnesses. ownMatrix gives D of the
// lattice itself; it is asked for at the end, so that it is not part of the peak memory.
func measure(l *lattice, ownMatrix func() (*matrix, error), runs, threads int) (*report, error) {
	if runs < 1 {
		return nil, fmt.Errorf("%d runs: at least one is needed", runs)
	}
	s, analyze, err := newStepper(l, threads)
	if err != nil {
		return nil, err
	}
	room := func() []float64 { return make([]float64, 0, runs) }
	t := &times{room(), room(), room(), room()}
	k := make([]float64, len(l.k))
	r := &report{N: l.unknowns(), Bonds: l.bonds(), Runs: runs, Threads: threads, Analyze: analyze}
	for run := range runs {
		for m := range k {
			k[m] = l.k[m] * (1 + 1e-3*float64(run))
		}
		if err := s.step(k, t); err != nil {
			return nil, err
		}
		if run == 0 {
			for _, g := range s.gradient() {
				r.Checksum += math.Abs(g)
			}
		}
	}
	elongate := median(s.elongations(runs)) // a part of Respond, but bond by bond
	r.Factor, r.Solve, r.Bond, r.Step = median(t.factor), median(t.respond)-elongate, median(t.bond)+elongate, median(t.step)
	r.LeastFactor, r.LeastStep = slices.Min(t.factor), slices.Min(t.step)
	s.describe(r)
	r.Peak = peak()
	a, err := ownMatrix()
	if err != nil {
		return nil, err
	}
	r.Residual, err = residual(s, l, a)
	return r, err
}

func (s *trusses) elongations(runs int) (seconds []float64) {
	for range runs {
		start := now()
		s.q.C.Elongations(s.r.E, s.r.U, s.r.Stride)
		seconds = append(seconds, now()-start)
	}
	return seconds
}

// residual solves for the first input at the stiffnesses of the lattice and puts
// the answer into the matrix a of the lattice. It fails where they disagree.
func residual(s stepper, l *lattice, a *matrix) (float64, error) {
	load := make([]float64, l.unknowns())
	load[l.in[0]] = 1
	u := slices.Clone(load)
	if err := s.displace(l.k, u); err != nil {
		return 0, err
	}
	// Rounding leaves some 1e-16 |D| |u|, and both are of some tens here.
	res := a.residual(u, load)
	if !(res < 1e-9) {
		return res, fmt.Errorf("the residual is %.1e: this is not the solution of the lattice's own equations", res)
	}
	return res, nil
}

// began is when this program did, by the clock of the wall.
var began = time.Now()

// now is the seconds of the clock that steps are measured by: that of the wall, or, where ENGINE_CLOCK says so, of the
// processors that this process has taken. On a busy machine that tells more, for one thread.
func now() float64 {
	if byProcessor {
		return processor()
	}
	return time.Since(began).Seconds()
}

// byProcessor is set for all sides by -clock.
var byProcessor = os.Getenv("ENGINE_CLOCK") == "processor"

// median sorts x and returns its middle.
func median(x []float64) float64 {
	slices.Sort(x)
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}
