package measurement

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/network/lattice"
	"github.com/elastrain/elastrain/task"
)

// frame is a honeycomb of slender beams, its bottom row clamped, pushed at the top and read at three nodes, that moves by
// some 2 mm.
type frame struct {
	*Estimator
	truth  *statics.Equilibrium // the lattice as it is
	sigma  float64              // noise of a coordinate, m
	random *rand.Rand
	hidden map[int]bool // nodes that no look shows
	loads  int
}

func newFrame(t testing.TB, sigma float64, seed uint64) *frame {
	t.Helper()
	net, err := lattice.Honeycomb(3, 2, 0.015)
	check(t, err)
	net.Elements = slices.DeleteFunc(net.Elements, func(el network.Element) bool { // leave hexagons, which bend
		a, b := net.At(el.Nodes[0]), net.At(el.Nodes[1])
		return math.Hypot(a[0]-b[0], a[1]-b[1]) > 0.016
	})
	plan := &body.Plan{Dim: 2, Pos: net.Pos}
	for _, el := range net.Elements {
		plan.Elements = append(plan.Elements, body.Element{Kind: element.Beam{}, Law: law.Rectangle{Young: 2e6, Thickness: 0.01}, Nodes: el.Nodes[:], Theta: []float64{0.002}})
	}
	low, top := math.Inf(1), 0
	for node := range net.Nodes() {
		low = min(low, net.At(node)[1])
		if net.At(node)[1] > net.At(top)[1] {
			top = node
		}
	}
	net.Held = make([]bool, len(net.Pos))
	for node := range net.Nodes() {
		if net.At(node)[1] < low+1e-9 {
			for axis := range 2 {
				net.Held[2*node+axis] = true
			}
			for _, part := range element.Turning(2) {
				plan.Supports = append(plan.Supports, body.Support{Node: node, Part: part})
			}
		}
	}
	b, err := body.New(plan)
	check(t, err)
	random := rand.New(rand.NewPCG(seed, 1))
	theta := make([]float64, b.P)
	for i := range theta {
		theta[i] = 0.002 * (0.8 + 0.4*random.Float64())
	}
	model, truth := statics.New(b, false), statics.New(b, false)
	check(t, truth.Set(theta))
	in := []network.Port{{Node: top, Dir: [3]float64{0, -1, 0}}, {Node: top, Dir: [3]float64{1, 0, 0}}}
	var out []network.Port
	for _, node := range []int{top - 1, net.Nodes() / 2, net.Nodes()/2 + 1} {
		out = append(out, network.Port{Node: node, Dir: [3]float64{0.6, 0.8, 0}})
	}
	p := quick()
	f := &frame{Estimator: &Estimator{Specimen: NewBodySpecimen(net, model, in, out), Protocol: &p, Theta: theta,
		Loss: task.MeanSquare{Scale: 1e-3}}, truth: truth, random: random}
	set := &task.Set{N: 2, P: 2, Q: 3, F: []float64{0.01, 0, 0, 0.01}}
	f.Batch = learn.Batch{Set: set}
	var far float64
	for i := range set.N {
		r := f.response(t, f.Specimen.Forces(in, set.Force(i)))
		for _, u := range r.U {
			far = max(far, math.Abs(u))
		}
	}
	for i := range set.F {
		set.F[i] *= 2e-3 / far
	}
	for i := range set.N {
		r := f.response(t, f.Specimen.Forces(in, set.Force(i)))
		for _, p := range out {
			u, _, _ := r.Along(p, 2)
			set.Want = append(set.Want, 0.7*u)
		}
	}
	f.sigma = sigma
	return f
}

// response is what a camera says of a load.
func (f *frame) response(t testing.TB, load []lab.Force) *Response {
	t.Helper()
	b, net := f.truth.Body, f.Specimen.Net
	s, hung := b.NewState(), make([]float64, b.Space.N)
	for _, l := range load {
		for axis := range 2 {
			if c := b.Space.Column(l.Node, element.Part(axis)); c.Free() {
				hung[c] += l.F[axis]
			}
		}
	}
	_, err := f.truth.Rest(&statics.Load{F: hung}, s)
	check(t, err)
	n := len(net.Pos)
	r := &Response{U: make([]float64, n), USigma: make([]float64, n), Seen: make([]bool, net.Nodes()), Scale: 1,
		E: make([]float64, len(net.Elements)), ESigma: make([]float64, len(net.Elements)), Known: make([]bool, len(net.Elements))}
	for node := range net.Nodes() {
		r.Seen[node] = !f.hidden[node]
		for axis := range 2 {
			if i := 2*node + axis; !net.Held[i] && r.Seen[node] {
				r.U[i], r.USigma[i] = b.Value(s, node, element.Part(axis))+f.sigma*f.random.NormFloat64(), f.sigma
			}
		}
	}
	return r
}

func (f *frame) source(t testing.TB) Source {
	return func(ask Ask, _ []lab.Frame) (*Record, *Response, error) {
		f.loads++
		return &Record{Load: ask.Load, Quiet: true}, f.response(t, ask.Load), nil
	}
}

// exactOf is the gradient of the theory for a frame.
func (f *frame) exact(t testing.TB) []float64 {
	t.Helper()
	port := func(p network.Port) (q statics.Port) {
		for axis := range 2 {
			q = append(q, statics.Term{Node: p.Node, Part: element.Part(axis), Weight: p.Dir[axis]})
		}
		return q
	}
	var in []learn.Input
	var out []statics.Port
	for _, p := range f.Specimen.In {
		in = append(in, learn.Input{Port: port(p), Given: -1})
	}
	for _, p := range f.Specimen.Out {
		out = append(out, port(p))
	}
	g := make([]float64, f.truth.Body.P)
	_, err := (&rule.Backprop{}).Gradient(learn.NewStatics(f.truth, in, out), f.Loss, f.Batch, g)
	check(t, err)
	return g
}

// Without noise, a frame of which a camera sees positions alone has the gradient of the theory, by every way of loading,
// and by a nudged rule as far as its nudge is small.
func TestGradientOfAFrame(t *testing.T) {
	for _, perSample := range []bool{false, true} {
		for _, alternate := range []bool{false, true} {
			f := newFrame(t, 0, 5)
			f.Protocol.PerSample, f.Protocol.Ports, f.Protocol.Alternate = perSample, !perSample, alternate
			truth := f.exact(t)
			for _, by := range []learn.Rule{nil, &rule.Nudge{Load: 1e-3 * f.Batch.Set.F[0]}} {
				f.Rule = by
				g, err := f.Gradient(f.source(t))
				check(t, err)
				if far := 1 - cosine(g.G, truth); !(far < 1e-10) {
					t.Errorf("per sample %v, alternating %v, %T: 1 - cosine = %g", perSample, alternate, by, far)
				}
				if size := math.Sqrt(dots(g.G, g.G) / dots(truth, truth)); math.Abs(size-1) > 1e-6 {
					t.Errorf("per sample %v, alternating %v, %T: it is %g times as large", perSample, alternate, by, size)
				}
			}
		}
	}
}

// Under 6 um of noise the gradient points where it should, and its standard deviations are those it has. ELASTRAIN_DRAWS is
// how often it is measured.
func TestNoiseOfAFrame(t *testing.T) {
	draws := 200
	if often := os.Getenv("ELASTRAIN_DRAWS"); often != "" {
		var err error
		draws, err = strconv.Atoi(often)
		check(t, err)
	}
	for _, c := range []struct {
		name      string
		perSample bool
		alternate bool
		rule      learn.Rule
		most      float64 // mean square of errors by deviations
	}{{"ports", false, false, nil, 1.25}, {"samples", true, false, nil, 1.25}, {"samples, alternating", true, true, nil, 1.25},
		{"nudged", true, false, &rule.Nudge{}, 1.5}} { // what noise does to the nudge itself is not in the claim

		f := newFrame(t, 6e-6, 5)
		f.Protocol.PerSample, f.Protocol.Ports, f.Protocol.Alternate = c.perSample, !c.perSample, c.alternate
		if nudge, ok := c.rule.(*rule.Nudge); ok {
			nudge.Load, f.Rule = 0.5*f.Batch.Set.F[0], nudge
		}
		truth := f.exact(t)
		cos, worst := 0.0, 1.0
		var clear, dim scores // of derivatives that stand out of the noise, and of the others
		for range draws {
			g, err := f.Gradient(f.source(t))
			check(t, err)
			a := cosine(g.G, truth)
			cos, worst = cos+a/float64(draws), min(worst, a)
			for i := range truth {
				switch z := (g.G[i] - truth[i]) / g.Sigma[i]; {
				case g.Sigma[i] == 0: // both ends are clamped
					if g.G[i] != 0 {
						t.Errorf("beam %d does not move and has the derivative %g", i+1, g.G[i])
					}
				case math.Abs(truth[i]) > 3*g.Sigma[i]:
					clear.add(z)
				default:
					dim.add(z)
				}
			}
		}
		t.Logf("%s: cosine %.5f, at worst %.5f; %s; without signal %s", c.name, cos, worst, &clear, &dim)
		if worst < 0.99 {
			t.Errorf("%s: cosine %.4f at worst", c.name, worst)
		}
		// As of a normal distribution: a mean square of 1, 4.6 % beyond two, 0.3 % beyond three. Products of noise by noise
		// have longer tails.
		if !(clear.square() > 0.8 && clear.square() < c.most) || clear.beyond(2) > 0.07*c.most || clear.beyond(3) > 0.012*c.most {
			t.Errorf("%s: errors by standard deviations: %s", c.name, &clear)
		}
		if !(dim.square() > 0.85 && dim.square() < 1.15) || dim.beyond(3) > 0.03 {
			t.Errorf("%s: errors by standard deviations without signal: %s", c.name, &dim)
		}
	}
}

// scores are errors by the standard deviations that were claimed.
type scores []float64

func (s *scores) add(z float64) { *s = append(*s, z) }

func (s *scores) square() float64 { return dots(*s, *s) / float64(len(*s)) }

func (s *scores) beyond(most float64) float64 {
	count := 0.0
	for _, z := range *s {
		if math.Abs(z) > most {
			count++
		}
	}
	return count / float64(len(*s))
}

func (s *scores) String() string {
	return fmt.Sprintf("%d errors, mean square %.3f, beyond 2 %.4f, beyond 3 %.4f", len(*s), s.square(), s.beyond(2), s.beyond(3))
}

// A node that no look shows is completed too, and the widths of its beams get no derivative.
func TestHiddenNodeOfAFrame(t *testing.T) {
	f := newFrame(t, 0, 5)
	truth := f.exact(t)
	hidden := 3
	f.hidden = map[int]bool{hidden: true}
	g, err := f.Gradient(f.source(t))
	check(t, err)
	missing := 0
	for i, el := range f.Specimen.Net.Elements {
		if el.Nodes[0] == hidden || el.Nodes[1] == hidden {
			missing++
			if g.Known[i] || g.G[i] != 0 {
				t.Errorf("beam %d of the hidden node has the derivative %g", i+1, g.G[i])
			}
		} else if math.Abs(g.G[i]-truth[i]) > 1e-9*math.Sqrt(dots(truth, truth)) {
			t.Errorf("beam %d: %g, want %g", i+1, g.G[i], truth[i])
		}
	}
	if missing == 0 || g.Missing != missing {
		t.Errorf("%d without data, want %d", g.Missing, missing)
	}
}
