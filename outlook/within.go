package outlook

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/learn/optim"
)

// Every entry of S has a reach: the least and the most that stiffnesses in their ranges make of it by itself. What S can do
// whose entries each stay within theirs is more than a network can, whose entries hang together, and far less than any S.

// climb looks for the stiffnesses in their ranges that make the sum of weights times targets largest, and returns the targets
// there: from the start, and from the best of the networks that were drawn, up the slope as far as it goes. What it finds
// need not be the largest of all, though from several starts it mostly is.
func (l *looking) climb(t *aims, weights []float64) (best []float64, err error) {
	c := &climbing{t: t, weights: weights, k: make([]float64, l.x.Parameters()), slope: make([]float64, l.x.Parameters())}
	d := l.x.Design
	d.Init(c.k)
	x := make([]float64, len(d.Free))
	for j, i := range d.Free {
		c.lo, c.hi = append(c.lo, math.Log(d.Gain[i]*d.Lo[i])), append(c.hi, math.Log(d.Gain[i]*d.Hi[i]))
		x[j] = math.Min(math.Max(math.Log(c.k[i]), c.lo[j]), c.hi[j])
	}
	starts := [][]float64{x}
	if drawn := t.nearest(weights); drawn != nil {
		starts = append(starts, drawn)
	}
	none := make([]float64, len(x))
	most := math.Inf(-1)
	for _, x := range starts {
		c.size = 0
		value, err := c.Eval(x, none)
		if err != nil {
			continue // a network that does not stand
		}
		c.size = math.Max(math.Abs(value), c.spread)
		method := optim.NewLBFGS(len(x))
		before := math.Inf(1)
		for range 200 {
			report, err := method.Step(c, x)
			if err != nil || report.Done || before-report.Value < 1e-7 {
				break
			}
			before = report.Value
		}
		if value, err = c.Eval(x, none); err == nil && -value*c.size > most {
			most, best = -value*c.size, c.values
		}
	}
	if best == nil {
		return nil, fmt.Errorf("no network of the ranges can be answered")
	}
	return best, nil
}

// climbing is the search of climb: variables are logarithms of stiffnesses, the value minus the sum, by its size at first.
type climbing struct {
	t        *aims
	weights  []float64
	k, slope []float64
	lo, hi   []float64
	values   []float64
	size     float64
	spread   float64 // of what the targets weigh together
}

func (c *climbing) Dim() int                { return len(c.lo) }
func (c *climbing) Box() (lo, hi []float64) { return c.lo, c.hi }

func (c *climbing) Eval(x, g []float64) (float64, error) {
	d := c.t.l.x.Design
	for j, i := range d.Free {
		c.k[i] = math.Exp(x[j])
	}
	values, err := c.t.at(c.k, c.weights, c.slope)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", optim.ErrNoValue, err)
	}
	sum := 0.0
	c.spread = 0
	for i, v := range values {
		sum -= c.weights[i] * v
		c.spread = math.Max(c.spread, math.Abs(c.weights[i]*v))
	}
	c.values = values
	size := c.size
	if !(size > 0) {
		size = 1
	}
	for j, i := range d.Free {
		g[j] = -c.slope[i] * c.k[i] / size
	}
	return sum / size, nil
}

// nearest is the logarithms of the stiffnesses of the drawn network whose targets weigh most; nil where none was drawn.
func (t *aims) nearest(weights []float64) (x []float64) {
	if t.drawn == nil {
		random := rand.New(rand.NewPCG(t.l.x.Spec.Seed, streamMaps))
		k, none := make([]float64, t.l.x.Parameters()), make([]float64, t.l.x.Parameters())
		for range mostDrawn {
			t.l.drawn(k, random)
			values, err := t.at(k, make([]float64, len(t.of)), none)
			if err != nil {
				continue
			}
			logs := make([]float64, 0, len(t.l.x.Design.Free))
			for _, i := range t.l.x.Design.Free {
				logs = append(logs, math.Log(k[i]))
			}
			t.drawn = append(t.drawn, drawnNetwork{values, logs})
		}
	}
	most := math.Inf(-1)
	for _, n := range t.drawn {
		sum := 0.0
		for i, v := range n.values {
			sum += weights[i] * v
		}
		if sum > most {
			most, x = sum, slices.Clone(n.logs)
		}
	}
	return x
}

// mostDrawn networks are drawn to begin a climb from the best of them.
const mostDrawn = 64

type drawnNetwork struct{ values, logs []float64 }

// aims are outputs under loads: target i is output out[i] under load[of[i]].
type aims struct {
	l    *looking
	load [][]float64
	of   []int
	out  []int

	drawn []drawnNetwork
}

// at is the targets of a network, and the slope of their weighted sum by every stiffness, minus a product of elongations.
func (t *aims) at(k, weights, slope []float64) ([]float64, error) {
	r, err := t.l.respond(k)
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(t.of))
	for i := range values {
		for a, f := range t.load[t.of[i]] {
			values[i] += r.S[t.out[i]*r.P+a] * f
		}
	}
	clear(slope)
	back := make([]float64, r.Q)
	for s, f := range t.load {
		clear(back)
		asked := false
		for i, of := range t.of {
			if of == s && weights[i] != 0 {
				back[t.out[i]] += weights[i]
				asked = true
			}
		}
		if !asked {
			continue
		}
		for _, m := range t.l.x.Design.Free {
			e := r.E[int(m)*r.Stride:]
			in, out := 0.0, 0.0
			for a, v := range f {
				in += e[a] * v
			}
			for o, v := range back {
				out += e[r.P+o] * v
			}
			slope[m] -= in * out
		}
	}
	return values, nil
}

// bounded reports whether every stiffness that learns has both ends.
func (l *looking) bounded() bool {
	d := l.x.Design
	for _, i := range d.Free {
		if math.IsInf(d.Hi[i], 1) || !(d.Lo[i] > 0) {
			return false
		}
	}
	return d.Dim() > 0
}

// entries are the aims that are the entries of S.
func (l *looking) entries() *aims {
	t := &aims{l: l}
	p, q := len(l.x.In), len(l.x.Out)
	for a := range p {
		f := make([]float64, p)
		f[a] = 1
		t.load = append(t.load, f)
	}
	for e := range p * q {
		t.of, t.out = append(t.of, e%p), append(t.out, e/p)
	}
	return t
}

// reaches are the least and the most of each target by itself, as far as climbing and the networks seen so far tell.
func (l *looking) reaches(t *aims, seen [][]float64) (lo, hi []float64, err error) {
	n := len(t.of)
	lo, hi = make([]float64, n), make([]float64, n)
	weights := make([]float64, n)
	for i := range n {
		lo[i], hi[i] = math.Inf(1), math.Inf(-1)
		for _, sign := range []float64{1, -1} {
			weights[i] = sign
			values, err := l.climb(t, weights)
			if err != nil {
				return nil, nil, err
			}
			lo[i], hi[i] = math.Min(lo[i], values[i]), math.Max(hi[i], values[i])
		}
		weights[i] = 0
		for _, s := range seen {
			lo[i], hi[i] = math.Min(lo[i], s[i]), math.Max(hi[i], s[i])
		}
	}
	return lo, hi, nil
}

// withinReach is the best S whose entries are each within their reach.
func (l *looking) withinReach(maps [][]float64) error {
	x, out := l.x, l.report.Readout
	if out == nil || !l.bounded() || float64(x.Eq.C.M)*float64(len(x.In)+len(x.Out))*float64(l.report.Response.Entries) > 1e6 {
		return nil
	}
	lo, hi, err := l.reaches(l.entries(), maps)
	if err != nil {
		return err
	}
	set := l.hung()
	most := 0.0
	for e := range lo {
		size, _, _ := x.InputSize(e % set.P)
		lo[e], hi[e] = lo[e]*size, hi[e]*size
		most = math.Max(most, math.Max(math.Abs(lo[e]), math.Abs(hi[e])))
	}
	r := &readout{set: set, signed: x.Train.Signed}
	best := 0
	for _, sharp := range []float64{3, 10, 30, 100, 300, 1000, 3000} {
		f := &boxed{fitting{set: set, signed: r.signed, decay: 1e-9, z: make([]float64, 2*set.Classes)}, make([]float64, len(lo)), make([]float64, len(lo))}
		s := make([]float64, len(lo))
		for e := range lo {
			f.lo[e], f.hi[e] = lo[e]*sharp/most, hi[e]*sharp/most
			size, _, _ := x.InputSize(e % set.P)
			s[e] = math.Min(math.Max(maps[0][e]*size*sharp/most, f.lo[e]), f.hi[e])
		}
		method := optim.NewLBFGS(len(s))
		for range 300 {
			report, err := method.Step(f, s)
			if err != nil {
				return err
			}
			if report.Done {
				break
			}
		}
		best = max(best, r.right(set, s))
	}
	reach := Reach{Training: float64(best) / float64(set.N)}
	out.WithinReach = &reach
	if reach.Training < out.AsHung.Training-l.noise(set.N, out.AsHung.Training) {
		l.limit("response", "widen the ranges, choose other ports (`elastrain ports`), or give the lattice more bonds",
			"with every entry of S no further than the ranges take it by itself, the best S found is right in %s of the training samples, without ranges in %s", percent(reach.Training), percent(out.AsHung.Training))
		return nil
	}
	l.fact("response", "with every entry of S no further than the ranges take it by itself, the best S found is right in %s of the training samples, without ranges in %s: entry by entry the ranges forbid little", percent(reach.Training), percent(out.AsHung.Training))
	return nil
}

// boxed is a fitting whose entries have ends.
type boxed struct {
	fitting
	lo, hi []float64
}

func (b *boxed) Box() (lo, hi []float64) { return b.lo, b.hi }
