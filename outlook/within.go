package outlook

import (
	"math"

	"github.com/elastrain/elastrain/learn/optim"
)

// Every entry of S has a reach: the least and the most that stiffnesses in their ranges make of it by itself. What S can do
// whose entries each stay within theirs is more than a network can, whose entries hang together, and far less than any S.

// climb looks for the stiffnesses in their ranges that make the sum of weights times targets largest: to the corner of
// the ranges that the slope points to, and again from there while that helps. It returns the targets there.
func (l *looking) climb(t *aims, weights []float64) (best []float64, err error) {
	x := l.x
	d := x.Design
	k := make([]float64, x.Parameters())
	d.Init(k)
	most := math.Inf(-1)
	slope := make([]float64, len(k))
	for range 8 {
		values, err := t.at(k, weights, slope)
		if err != nil {
			if best != nil {
				return best, nil // no network stands at that corner
			}
			return nil, err
		}
		sum := 0.0
		for i, v := range values {
			sum += weights[i] * v
		}
		if best != nil && !(sum > most+1e-12*math.Abs(most)) {
			return best, nil
		}
		most, best = sum, values
		for _, i := range d.Free {
			switch {
			case slope[i] > 0:
				k[i] = d.Gain[i] * d.Hi[i]
			case slope[i] < 0:
				k[i] = d.Gain[i] * d.Lo[i]
			}
		}
	}
	return best, nil
}

// aims are outputs under loads: target i is output out[i] under load[of[i]].
type aims struct {
	l    *looking
	load [][]float64
	of   []int
	out  []int
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
	l.fact("response", "with every entry of S no further than the ranges take it by itself, the best S found is right in %s of the training samples: the ranges forbid nothing, entry by entry", percent(reach.Training))
	return nil
}

// boxed is a fitting whose entries have ends.
type boxed struct {
	fitting
	lo, hi []float64
}

func (b *boxed) Box() (lo, hi []float64) { return b.lo, b.hi }
