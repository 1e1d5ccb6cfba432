package inputs

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rigtest"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/task"
)

// plain is a plan with samples and stiffnesses.
type plain struct {
	plan *Plan
	set  *task.Set
	k    []float64
}

// grid is a triangular lattice with many input springs, two pushed ports and a probe; its stiffnesses lie far apart.
func grid(t testing.TB, columns, rows, springs, samples int, least float64) plain {
	t.Helper()
	net, err := lattice.Triangular(columns, rows, 1)
	if err != nil {
		t.Fatal(err)
	}
	net.Held = make([]bool, len(net.Pos))
	for i := range columns {
		net.Held[2*i], net.Held[2*i+1] = true, true
	}
	r := newRails((springs+1)/2+2, least)
	bars := len(net.Elements)
	r.Net = net
	for range bars {
		r.spring = append(r.spring, math.Exp(2*r.random.NormFloat64()))
	}
	for i := range springs { // beside springs that stay: half of them to ground
		node := columns + r.random.IntN(net.Nodes()-columns)
		if i%2 == 0 {
			r.join(node, node)
		} else {
			old := net.Elements[r.random.IntN(bars)]
			r.join(old.Nodes[0], old.Nodes[1])
		}
		r.Written = append(r.Written, Written{Element: len(net.Elements) - 1, Column: i / 2, Complement: i%3 == 0})
	}
	end := net.Nodes() - 1
	for i := range 2 {
		r.Columns[len(r.Columns)-1-i].Push = &network.Port{Node: end - i, Dir: [3]float64{0.6, -0.8}}
	}
	r.Probe = []Load{{network.Port{Node: end - 2, Dir: [3]float64{0.6, 0.8}}, 0.3}}
	for i := range 9 {
		r.Out = append(r.Out, network.Port{Node: end - i, Dir: [3]float64{1}})
	}
	return plain{&r.Plan, r.set(samples), r.spring}
}

// TestWoodburyIsTheWholeNetwork: readings and gradients by both ways are those of a factorisation for every sample.
func TestWoodburyIsTheWholeNetwork(t *testing.T) {
	list := map[string]plain{"lattice": grid(t, 6, 7, 30, 21, 0), "leaky": grid(t, 6, 7, 30, 70, 0.05), "large": grid(t, 16, 14, 26, 5, 0), "few": grid(t, 5, 5, 1, 3, 0)}
	for name, r := range hubNetworks() {
		if name != "odd" {
			list[name] = plain{&r.Plan, r.set(35), r.spring}
		}
	}
	for name, p := range list {
		slope := slopes(p.set.N * p.set.Q)
		whole, err := NewRefactor(p.plan)
		must(t, whole, err)
		out, g := answer(t, whole, p.k, p.set, slope)
		for _, way := range []string{"products", "solves"} {
			w, err := NewWoodbury(p.plan)
			must(t, w, err)
			w.way = way
			out2, g2 := answer(t, w, p.k, p.set, slope)
			if w.Why() != nil {
				t.Errorf("%s: %v", name, w.Why())
			}
			if d := farthest(out, out2) / largest(out); !(d <= 1e-10) {
				t.Errorf("%s: readings differ by %.1e of the largest", name, d)
			}
			if d := farthest(g, g2) / largest(g); !(d <= 1e-10) {
				t.Errorf("%s by %s: gradients differ by %.1e of the largest", name, way, d)
			}
		}
	}
}

func TestWoodburyComplexStep(t *testing.T) {
	for _, least := range []float64{0, 0.1} {
		p := grid(t, 4, 4, 8, 2, least)
		for i := range p.k { // of one size: rounding is not what is looked for
			p.k[i] = 1 + math.Abs(math.Sin(float64(i)))
		}
		slope := slopes(p.set.N * p.set.Q)
		want := complexGradient(p.plan, p.k, p.set, slope)
		for _, way := range []string{"products", "solves"} {
			w, err := NewWoodbury(p.plan)
			must(t, w, err)
			w.way = way
			_, g := answer(t, w, p.k, p.set, slope)
			if d := farthest(g, want) / largest(want); !(d < 1e-12) {
				t.Errorf("least %g by %s: complex steps differ by %.1e", least, way, d)
			}
		}
	}
}

func TestWoodburySuite(t *testing.T) {
	for _, least := range []float64{0, 0.1} {
		p := grid(t, 5, 4, 9, 6, least)
		w, err := NewWoodbury(p.plan)
		must(t, w, err)
		for _, fault := range rigtest.Faults(rigtest.Case{Rig: w, Theta: p.k, Set: p.set, Loss: task.MeanSquare{Scale: 0.1}, Positive: true, Small: 1e-3}) {
			t.Errorf("least %g: %s", least, fault)
		}
	}
}

// TestWoodburyThreads: same bits for any number of threads, samples kept or not, and no memory taken in a step.
func TestWoodburyThreads(t *testing.T) {
	for _, c := range []struct {
		p   plain
		way string
	}{{grid(t, 6, 7, 12, 70, 0), "products"}, {grid(t, 16, 14, 12, 70, 0.1), "solves"}, {grid(t, 5, 5, 6, mostSamples+9, 0), "products"}} {
		p := c.p
		slope := slopes(p.set.N * p.set.Q)
		var first [2][]float64
		for _, threads := range []int{1, 2, 3, 8} {
			w, err := NewWoodbury(p.plan)
			must(t, w, err)
			w.way = c.way
			w.SetThreads(threads)
			out, g := answer(t, w, p.k, p.set, slope)
			for i, x := range [][]float64{out, g} {
				if first[i] == nil {
					first[i] = x
				}
				for at := range x {
					if math.Float64bits(x[at]) != math.Float64bits(first[i][at]) {
						t.Fatalf("%d threads: number %d is %x, and %x with one", threads, at, x[at], first[i][at])
					}
				}
			}
			if each := testing.AllocsPerRun(3, func() { answerAgain(t, w, p, slope, out, g) }); each > 0 {
				t.Errorf("%s, %d threads: a step takes memory %g times", c.way, threads, each)
			}
		}
	}
}

func answerAgain(t *testing.T, r batchRig, p plain, slope, out, g []float64) {
	must(t, 0, r.SetStiffness(p.k))
	must(t, 0, r.Forward(learn.Batch{Set: p.set}, out))
	must(t, 0, r.Backward(slope, g))
}

// TestWoodburyFallsBack: networks that need their inputs to stand, or nearly, are factorised for each sample, and it is said why.
func TestWoodburyFallsBack(t *testing.T) {
	for want, springs := range map[string][]float64{"does not stand: node 2 is free to move along x": nil, "times as stiff": {1, 1e-9, 1}} {
		r := newRails(1, 0)
		top := r.tops(1)[0]
		h := r.node(false)
		if springs != nil {
			r.join(h, h)
		}
		r.Written = append(r.Written, Written{Element: r.join(h, h)})
		if springs == nil {
			springs = r.spring
		}
		r.Probe = []Load{{network.Port{Node: h, Dir: [3]float64{1}}, 1}, {network.Port{Node: top, Dir: [3]float64{1}}, 2}}
		r.Out = []network.Port{{Node: h, Dir: [3]float64{1}}, {Node: top, Dir: [3]float64{1}}}
		w, err := NewWoodbury(&r.Plan)
		must(t, w, err)
		set := &task.Set{N: 2, P: 1, Q: 2, F: []float64{1, 0.5}}
		out, g := answer(t, w, springs, set, []float64{1, 0, 0, 1})
		last := springs[len(springs)-1]
		if !(math.Abs(out[0]*last-1) < 1e-6 && math.Abs(out[2]*last-2) < 1e-6) || !(g[len(g)-1] < 0) {
			t.Errorf("%q: readings %v, gradient %v", want, out, g)
		}
		if w.Why() == nil || !strings.Contains(w.Why().Error(), want) {
			t.Errorf("%q: %v", want, w.Why())
		}
	}
}
