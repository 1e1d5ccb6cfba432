package inputs

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/task"
)

// rails is a network in the making: nodes that move along one line.
type rails struct {
	Plan
	random *rand.Rand
	spring []float64
}

func newRails(columns int, least float64) *rails {
	r := &rails{random: rand.New(rand.NewPCG(3, 9))}
	r.Net = &network.Network{Dim: 2}
	r.Columns, r.Least = make([]Column, columns), least
	return r
}

// node adds a node that moves along x, or is held. Its place makes bars lie at all angles.
func (r *rails) node(held bool) int {
	n := r.Net.Nodes()
	r.Net.Pos = append(r.Net.Pos, float64(n), 0.3*r.random.Float64())
	r.Net.Held = append(r.Net.Held, held, true)
	return n
}

// join adds a spring, to ground where both ends are one.
func (r *rails) join(from, to int) int {
	e := network.Element{Kind: network.Bar, Nodes: [2]int{from, to}}
	if from == to {
		e.Kind, e.Dir = network.Ground, [3]float64{1}
	}
	r.Net.Elements = append(r.Net.Elements, e)
	r.spring = append(r.spring, math.Exp(r.random.NormFloat64()))
	return len(r.Net.Elements) - 1
}

// write lets a spring follow some input.
func (r *rails) write(element int) {
	r.Written = append(r.Written, Written{Element: element, Column: r.random.IntN(len(r.Columns)), Complement: r.random.IntN(2) == 0})
}

// hub adds a hub with so many branches, joined to tops.
func (r *rails) hub(branches int, tops ...int) int {
	h := r.node(false)
	r.join(h, h)
	for range branches {
		p := r.node(false)
		r.join(h, p)
		r.write(r.join(p, p))
	}
	for _, t := range tops {
		r.join(h, t)
	}
	r.Probe = append(r.Probe, Load{network.Port{Node: h, Dir: [3]float64{1}}, 0.5 + r.random.Float64()})
	return h
}

func (r *rails) read(node int) {
	r.Out = append(r.Out, network.Port{Node: node, Dir: [3]float64{1}})
}

// tops adds nodes that hubs can be joined to, with a spring to ground each.
func (r *rails) tops(n int) (list []int) {
	for range n {
		t := r.node(false)
		r.join(t, t)
		list = append(list, t)
	}
	return list
}

// set is samples with inputs of 0 and 1 among others.
func (r *rails) set(n int) *task.Set {
	s := &task.Set{N: n, P: len(r.Columns), Q: len(r.Out)}
	for range n * s.P {
		s.F = append(s.F, math.Max(0, math.Min(1, 1.4*r.random.Float64()-0.2)))
	}
	for range n * s.Q {
		s.Want = append(s.Want, r.random.NormFloat64())
	}
	return s
}

// hubNetworks are networks of every shape that has hubs.
func hubNetworks() map[string]*rails {
	list := make(map[string]*rails)
	all := newRails(6, 0)
	tops := all.tops(4)
	for range 5 {
		all.hub(5, tops...)
	}
	for _, t := range tops {
		all.read(t)
	}
	list["all to all"] = all

	comb := newRails(5, 0.03)
	for i, t := range comb.tops(3) {
		for range 2 + i {
			comb.hub(3+i, t)
		}
		comb.read(t)
	}
	list["comb"] = comb

	bar := newRails(5, 0.1) // combs along elastic bars, a load on one of them, a mean and a pair that are read
	tops = bar.tops(6)
	for i, t := range tops {
		bar.hub(4, t)
		if i%3 != 0 {
			bar.join(tops[i-1], t)
		}
	}
	bar.Probe = append(bar.Probe, Load{network.Port{Node: tops[2], Dir: [3]float64{1}}, -0.4})
	bar.Out = append(bar.Out, network.Port{Dir: [3]float64{1}, Mean: &network.Group{Nodes: tops[:3]}, Node: tops[0]})
	bar.Out = append(bar.Out, network.Port{Dir: [3]float64{1}, Pair: true, Node: tops[3], Other: tops[5]})
	list["elastic bars"] = bar

	odd := newRails(7, 0) // patterns at random, and every other way to build a branch
	tops = odd.tops(5)
	wall := odd.node(true)
	for i := range 9 {
		var joined []int
		for _, t := range tops {
			if odd.random.IntN(2) == 0 {
				joined = append(joined, t)
			}
		}
		h := odd.hub(i%5, joined...)
		odd.write(odd.join(h, h)) // an input spring straight to ground
		p := odd.node(false)
		odd.write(odd.join(p, h)) // the input spring at the hub
		odd.join(p, wall)
		if len(joined) > 0 {
			odd.join(joined[0], h) // a second spring beside the first
		}
		odd.write(odd.join(wall, h))
	}
	odd.Net.Elements = append(odd.Net.Elements, network.Element{Kind: network.Bar, Nodes: [2]int{wall, tops[0]}, Cut: true})
	odd.spring = append(odd.spring, 1)
	odd.join(wall, tops[1])
	for _, t := range tops {
		odd.read(t)
	}
	list["odd"] = odd
	return list
}

func largest(x []float64) (most float64) {
	for _, v := range x {
		most = math.Max(most, math.Abs(v))
	}
	return most
}

func farthest(x, y []float64) (most float64) {
	for i := range x {
		if d := math.Abs(x[i] - y[i]); !(d <= most) {
			most = d
		}
	}
	return most
}

// batchRig is a rig of this package.
type batchRig interface {
	learn.Differentiable
	SetThreads(n int)
}

// answer is readings of all samples, and the gradient for random slopes.
func answer(t testing.TB, r batchRig, k []float64, set *task.Set, slope []float64) (out, g []float64) {
	t.Helper()
	if err := r.SetStiffness(k); err != nil {
		t.Fatal(err)
	}
	out, g = make([]float64, set.N*set.Q), make([]float64, len(k))
	if err := r.Forward(learn.Batch{Set: set}, out); err != nil {
		t.Fatal(err)
	}
	if err := r.Backward(slope, g); err != nil {
		t.Fatal(err)
	}
	return out, g
}

func slopes(n int) []float64 {
	random := rand.New(rand.NewPCG(8, 8))
	s := make([]float64, n)
	for i := range s {
		s[i] = random.NormFloat64()
	}
	return s
}

func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestHubsAreTheWholeNetwork: readings, gradients and elongations are those of the network with all nodes of its branches.
func TestHubsAreTheWholeNetwork(t *testing.T) {
	for name, r := range hubNetworks() {
		for _, n := range []int{1, 31, 70} {
			set := r.set(n)
			slope := slopes(n * set.Q)
			whole, err := NewRefactor(&r.Plan)
			must(t, whole, err)
			hubs, err := NewHubs(&r.Plan)
			must(t, hubs, err)
			out, g := answer(t, whole, r.spring, set, slope)
			out2, g2 := answer(t, hubs, r.spring, set, slope)
			if d := farthest(out, out2); !(d <= 1e-12*largest(out)) {
				t.Errorf("%s, %d samples: readings differ by %.1e of the largest", name, n, d/largest(out))
			}
			if d := farthest(g, g2); !(d <= 1e-10*largest(g)) {
				t.Errorf("%s, %d samples: gradients differ by %.1e of the largest", name, n, d/largest(g))
			}
			error := make([]float64, set.Q)
			error[0] = 0.3
			var a, b learn.Measurement
			for _, m := range []*learn.Measurement{&a, &b} {
				m.Out, m.Elongation = make([]float64, set.Q), make([]float64, hubs.Modes())
			}
			if err := whole.Apply(set.Force(0), error, &a); err != nil {
				t.Fatal(err)
			}
			if err := hubs.Apply(set.Force(0), error, &b); err != nil {
				t.Fatal(err)
			}
			if d := farthest(append(a.Out, a.Elongation...), append(b.Out, b.Elongation...)); !(d <= 1e-12*largest(a.Elongation)) {
				t.Errorf("%s: one sample under loads at its outputs differs by %.1e", name, d)
			}
		}
	}
}

// complexRead is the readings of a sample for complex stiffnesses, by elimination on the whole network.
func complexRead(p *Plan, k []complex128, in []float64) []complex128 {
	c := mechanics.NewCompatibility(p.Net)
	ports := p.ports(c)
	k = slices.Clone(k)
	for i := range p.Written {
		w := &p.Written[i]
		k[c.Mode[w.Element]] *= complex(p.share(w, in[w.Column]), 0)
	}
	d := make([][]complex128, c.N)
	for i := range d {
		d[i] = make([]complex128, c.N)
	}
	for m := range c.M {
		for a := c.Ptr[m]; a < c.Ptr[m+1]; a++ {
			for b := c.Ptr[m]; b < c.Ptr[m+1]; b++ {
				d[c.Col[a]][c.Col[b]] += k[m] * complex(c.Val[a]*c.Val[b], 0)
			}
		}
	}
	f := make([]float64, c.N)
	ports.load(in, f)
	u := make([]complex128, c.N)
	for i, v := range f {
		u[i] = complex(v, 0)
	}
	for j := range d {
		for i := j + 1; i < c.N; i++ {
			if l := d[i][j] / d[j][j]; l != 0 {
				for r := j; r < c.N; r++ {
					d[i][r] -= l * d[j][r]
				}
				u[i] -= l * u[j]
			}
		}
	}
	for j := c.N - 1; j >= 0; j-- {
		for r := j + 1; r < c.N; r++ {
			u[j] -= d[j][r] * u[r]
		}
		u[j] /= d[j][j]
	}
	out := make([]complex128, len(p.Out))
	for o, terms := range ports.out {
		for _, t := range terms {
			out[o] += complex(t.by, 0) * u[t.unknown]
		}
	}
	return out
}

// complexGradient is d(sum of slope out)/dk by complex steps.
func complexGradient(p *Plan, spring []float64, set *task.Set, slope []float64) []float64 {
	g := make([]float64, len(spring))
	for m := range g {
		g[m] = complexSlope(p, spring, m, set, slope)
	}
	return g
}

// complexSlope is that of one spring.
func complexSlope(p *Plan, spring []float64, m int, set *task.Set, slope []float64) (g float64) {
	k := make([]complex128, len(spring))
	for i, v := range spring {
		k[i] = complex(v, 0)
	}
	h := 1e-30 * spring[m]
	k[m] += complex(0, h)
	for s := range set.N {
		for o, u := range complexRead(p, k, set.Force(s)) {
			g += slope[s*set.Q+o] * imag(u) / h
		}
	}
	return g
}

func TestHubsComplexStep(t *testing.T) {
	for name, r := range hubNetworks() {
		set := r.set(2)
		slope := slopes(2 * set.Q)
		hubs, err := NewHubs(&r.Plan)
		must(t, hubs, err)
		_, g := answer(t, hubs, r.spring, set, slope)
		want := complexGradient(&r.Plan, r.spring, set, slope)
		for m := range g { // by ln k, each mode for itself against the largest
			g[m] *= r.spring[m]
			want[m] *= r.spring[m]
		}
		if d := farthest(g, want) / largest(want); !(d < 1e-12) {
			t.Errorf("%s: complex steps differ by %.1e", name, d)
		}
	}
}

func TestHubsSuite(t *testing.T) {
	for name, r := range hubNetworks() {
		hubs, err := NewHubs(&r.Plan)
		must(t, hubs, err)
		for _, fault := range rigtest.Faults(rigtest.Case{Rig: hubs, Theta: r.spring, Set: r.set(7), Loss: task.MeanSquare{Scale: 0.1}, Positive: true, Small: 1e-3}) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

// TestHubsThreads: same bits for any number of threads, kept strips or not, and no memory taken in a step.
func TestHubsThreads(t *testing.T) {
	for _, name := range []string{"odd", "comb", "elastic bars"} {
		t.Run(name, func(t *testing.T) { sameBits(t, hubNetworks()[name]) })
	}
}

func sameBits(t *testing.T, r *rails) {
	for _, n := range []int{70, 32*mostKept + 40} {
		set := r.set(n)
		slope := slopes(n * set.Q)
		var first [2][]float64
		for _, threads := range []int{1, 2, 3, 8} {
			hubs, err := NewHubs(&r.Plan)
			must(t, hubs, err)
			hubs.SetThreads(threads)
			out, g := answer(t, hubs, r.spring, set, slope)
			for i, x := range [][]float64{out, g} {
				if first[i] == nil {
					first[i] = x
				}
				for at := range x {
					if math.Float64bits(x[at]) != math.Float64bits(first[i][at]) {
						t.Fatalf("%d samples, %d threads: number %d is %x, and %x with one", n, threads, at, x[at], first[i][at])
					}
				}
			}
			step := func() {
				if err := hubs.SetStiffness(r.spring); err != nil {
					t.Fatal(err)
				}
				if err := hubs.Forward(learn.Batch{Set: set}, out); err != nil {
					t.Fatal(err)
				}
				if err := hubs.Backward(slope, g); err != nil {
					t.Fatal(err)
				}
			}
			if each := testing.AllocsPerRun(5, step); each > 0 {
				t.Errorf("%d threads: a step takes memory %g times", threads, each)
			}
		}
	}
}

// TestNoHubs: what is no network of hubs is told why.
func TestNoHubs(t *testing.T) {
	for want, change := range map[string]func(r *rails){
		"input 1 is a force": func(r *rails) {
			r.Columns = append([]Column{{Push: &network.Port{Dir: [3]float64{1}}}}, r.Columns...)
			shift(r)
		},
		"no element follows an input":   func(r *rails) { r.Written = nil },
		"hubs are joined to outputs":    func(r *rails) { r.join(r.hub(2), r.hub(2)) },
		"joins nodes 5 and 6, which":    func(r *rails) { r.Probe[0].At.Node = 5 },
		"is read and carries an input":  func(r *rails) { r.read(4) },
		"input springs of hub networks": func(r *rails) { r.write(r.join(4, 10)) },
		"difference of two":             func(r *rails) { r.Net.Held[2*4+1] = false },
		"branches of each other": func(r *rails) {
			a, b := r.node(false), r.node(false)
			r.write(r.join(a, a))
			r.write(r.join(b, b))
			r.join(a, b)
		},
	} {
		r := hubNetworks()["all to all"]
		change(r)
		if err := IsHubs(&r.Plan); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	for name, r := range hubNetworks() {
		if err := IsHubs(&r.Plan); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func shift(r *rails) {
	for i := range r.Written {
		r.Written[i].Column++
	}
}

// TestHubsRefuse: samples and stiffnesses that have no answer.
func TestHubsRefuse(t *testing.T) {
	r := newRails(1, 0)
	top := r.tops(1)[0]
	h := r.node(false)
	r.Written = append(r.Written, Written{Element: r.join(h, h)})
	r.Probe = []Load{{network.Port{Node: h, Dir: [3]float64{1}}, 1}}
	r.read(top)
	hubs, err := NewHubs(&r.Plan)
	must(t, hubs, err)
	for want, in := range map[string]float64{"sample 2: node 2 is free to move along x": 0, "sample 2 sets input 1 to 1.5": 1.5, "to NaN": math.NaN()} {
		if err := hubs.SetStiffness(r.spring); err != nil {
			t.Fatal(err)
		}
		err := hubs.Forward(learn.Batch{Set: &task.Set{N: 2, P: 1, Q: 1, F: []float64{1, in}}}, make([]float64, 2))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	floating := newRails(1, 0)
	top = floating.node(false)
	h = floating.node(false)
	floating.join(h, top)
	floating.Written = append(floating.Written, Written{Element: floating.join(h, h)})
	floating.Probe = r.Probe
	floating.read(top)
	hubs, err = NewHubs(&floating.Plan)
	must(t, hubs, err)
	must(t, 0, hubs.SetStiffness(floating.spring))
	err = hubs.Forward(learn.Batch{Set: &task.Set{N: 1, P: 1, Q: 1, F: []float64{0}}}, make([]float64, 1))
	if err == nil || !strings.Contains(err.Error(), "node 1 is free to move along x") {
		t.Error(err)
	}
	for _, k := range []float64{1e-70, 1e70} {
		var stiffness *mechanics.StiffnessError // which takes a step back
		if err := hubs.SetStiffness([]float64{1, k}); !errors.As(err, &stiffness) || !strings.Contains(err.Error(), fmt.Sprintf("element 2 has stiffness %.3g", k)) {
			t.Errorf("%g: %v", k, err)
		}
	}
}
