package measurement

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/network"
)

// noiseFloor predicts the error of a gradient from the noise of the answers to two loads.
func (s *Specimen) noiseFloor(sigma float64, a, b *pair) (Finding, error) {
	miss, size := 0.0, 0.0
	if s.Model != nil {
		var err error
		if miss, size, err = s.bodyNoise(a, b); err != nil {
			return Finding{}, err
		}
	}
	for i := range a.E {
		if s.Model != nil || !a.Known[i] || !b.Known[i] {
			continue
		}
		x, y, sx, sy := a.E[i], b.E[i], a.ESigma[i], b.ESigma[i]
		miss += x*x*sy*sy + y*y*sx*sx + sx*sx*sy*sy
		size += x * x * y * y
	}
	f := Finding{Name: "noise", Value: math.Sqrt(miss / size), WarnAt: 0.15, FailAt: 0.5,
		Means: fmt.Sprintf("a coordinate scatters by %.3g um in one frame; a gradient of such loads will be wrong by this share of its length", 1e6*sigma)}
	if !(size > 0) {
		return untold(f, "no bond answers to both loads: see whether they hang, and whether the marks at the ends of the bonds are seen; or take larger loads"), nil
	}
	return judged(f, "take more repeats, larger loads, larger marks, or a camera that is nearer"), nil
}

// bodyNoise is the variance of the gradient that two answers give and its square, each parameter being measured by itself.
// The model has the parameters that were set last.
func (s *Specimen) bodyNoise(a, b *pair) (miss, size float64, err error) {
	theta := append([]float64(nil), s.Model.Theta()...)
	m, err := newBody(s, theta)
	if err != nil {
		return 0, 0, err
	}
	g, t := make([]float64, len(theta)), &Gradient{Sigma: make([]float64, len(theta)), Known: make([]bool, len(theta))}
	for i := range t.Known {
		t.Known[i] = true
	}
	m.known(a.Response, t.Known)
	m.known(b.Response, t.Known)
	if err := m.product(a, b, 1, &doubt{turns: make([]float64, len(s.Out)*len(s.Out))}, g, t); err != nil {
		return 0, 0, err
	}
	for i, v := range theta {
		if t.Known[i] {
			miss += v * v * t.Sigma[i]
			size += v * v * g[i] * g[i]
		}
	}
	return miss, size, nil
}

// repeatability compares three measurements of one load.
func (s *Specimen) repeatability(r ...*Response) Finding {
	sum, count := 0.0, 0.0
	for i := range r[0].U {
		node := i / s.Net.Dim
		mean, variance, seen := 0.0, 0.0, true
		for _, a := range r {
			mean += a.U[i] / float64(len(r))
			variance += a.USigma[i] * a.USigma[i] / float64(len(r))
			seen = seen && a.Seen[node]
		}
		if !seen || s.Net.Held[i] {
			continue
		}
		for _, a := range r {
			d := (a.U[i] - mean) / math.Sqrt(max(variance, 1e-24))
			sum += d * d
		}
		count += float64(len(r) - 1)
	}
	f := Finding{Name: "repeatability", WarnAt: 1.5, FailAt: 3,
		Means: "how much the same load scatters when it is hung again, by what the noise of the marks explains"}
	f.Value, f.Sigma = math.Sqrt(sum/count), 1/math.Sqrt(2*count) // NaN where no mark was seen
	return judged(f, "hang the load at the same point each time; look for friction at pulleys and strings, and for clamps that slip")
}

// reciprocity compares what a load at A does at B with what one at B does at A:
// by Maxwell and Betti they are equal for every elastic lattice, and in situ
// backpropagation rests on it.
//
// Where a load moves the other port by less than a twentieth of what it moves its own,
// that share of the own motion is what differences are compared with.
func (s *Specimen) reciprocity(c *Checkup, a, b *Response, linear Finding) (Finding, error) {
	ab, sab, ok := a.Along(c.B, s.Net.Dim)
	if !ok {
		return Finding{}, &MissingError{c.B.Node}
	}
	ba, sba, ok := b.Along(c.A, s.Net.Dim)
	if !ok {
		return Finding{}, &MissingError{c.A.Node}
	}
	aa, _, _ := a.Along(c.A, s.Net.Dim)
	bb, _, _ := b.Along(c.B, s.Net.Dim)
	size := max((math.Abs(ab)+math.Abs(ba))/2, 0.05*math.Sqrt(math.Abs(aa*bb)))
	f := Finding{Name: "reciprocity", Value: math.Abs(ab-ba) / size, Sigma: math.Hypot(sab, sba) / size, WarnAt: 0.03, FailAt: 0.1,
		Means: fmt.Sprintf("a load at A moves B by %.4g mm, the same at B moves A by %.4g mm; an elastic lattice moves both alike (Maxwell-Betti)", 1e3*ab, 1e3*ba)}
	if size == 0 {
		return untold(f, notMoved), nil
	}
	if c.A == c.B {
		f.Means = fmt.Sprintf("A and B are one port, which moves by %.4g mm and by %.4g mm: this tells of repeatability only; a task with another output would tell more", 1e3*ab, 1e3*ba)
	}
	do := "see whether both loads pull as planned (mass, direction, pulley friction) and whether supports hold; without this symmetry the measured gradient is not the derivative"
	const lighter = "use smaller loads (the forces of the task, protocol.adjoint); the symmetry is one of small displacements"
	if why, far := s.bends(c); far && why >= f.Value/2 {
		do = fmt.Sprintf("the lattice deforms too far: by theory large deformation alone makes %.2g %% of difference at this load; ", 100*why) + lighter
	} else if far && math.IsInf(why, 1) || linear.Value > linear.WarnAt && linear.Value > 2*linear.Sigma {
		do = "the answer is not proportional to the load either (linearity), so the lattice deforms too far; " + lighter + "; if that does not help, " + do
	}
	return judged(f, do), nil
}

// bends is how far theory has reciprocity fail because displacements are not small; +Inf
// where the lattice would not stand.
func (s *Specimen) bends(c *Checkup) (share float64, told bool) {
	if c.Finite == nil {
		return 0, false
	}
	along := func(load, read network.Port) float64 {
		u, err := c.Finite(s.Forces([]network.Port{load}, []float64{c.Force}))
		if err != nil {
			return math.Inf(1)
		}
		return Reading(read, u, s.Net.Dim)
	}
	ab, ba := along(c.A, c.B), along(c.B, c.A)
	if math.IsInf(ab, 0) || math.IsInf(ba, 0) {
		return math.Inf(1), true
	}
	share = 2 * math.Abs(ab-ba) / (math.Abs(ab) + math.Abs(ba))
	return share, !math.IsNaN(share)
}

// linearity compares the answer to a load with twice that to half of it.
func (s *Specimen) linearity(full, half *Response) Finding {
	var d, v, u []float64
	for i := range full.U {
		if node := i / s.Net.Dim; s.Net.Held[i] || !full.Seen[node] || !half.Seen[node] {
			continue
		}
		d = append(d, full.U[i]-2*half.U[i])
		v = append(v, full.USigma[i]*full.USigma[i]+4*half.USigma[i]*half.USigma[i])
		u = append(u, full.U[i])
	}
	r := relative(d, v, u)
	f := Finding{Name: "linearity", Value: r.value, Sigma: r.sigma, WarnAt: 0.03, FailAt: 0.1, Means: "how far the answer to the load is from twice that to half of it"}
	if len(u) > 0 && math.IsNaN(r.value) {
		return untold(f, notMoved)
	}
	return judged(f,
		"use smaller loads; look for bonds that buckle, strings that slant and stops that touch")
}

// hysteresis is how far the lattice stays from where it was when the load is gone.
func (s *Specimen) hysteresis(p *Protocol, r *Record, answer *Response) Finding {
	f := Finding{Name: "hysteresis", WarnAt: 0.01, FailAt: 0.03, Means: "how far from its zero the lattice stays after the load is gone, by how far it moved"}
	if len(r.After) == 0 {
		f.Verdict, f.Do = Warn, "the protocol takes no zero after the load, so it cannot be told; set drift"
		return f
	}
	reference, reach := s.reference(r.Zero), s.reach()
	zero, after := s.average(p, r.Zero, reference, answer.Sigma, reach), s.average(p, r.After, reference, answer.Sigma, reach)
	var d, v, u []float64
	for i, x := range answer.U {
		if node := i / s.Net.Dim; !s.Net.Held[i] && zero.seen[node] && after.seen[node] && answer.Seen[node] {
			axis := i % s.Net.Dim
			d = append(d, after.x[node][axis]-zero.x[node][axis])
			v = append(v, after.v[node]+zero.v[node])
			u = append(u, x)
		}
	}
	rel := relative(d, v, u)
	f.Value, f.Sigma = rel.value, rel.sigma
	if len(u) > 0 && math.IsNaN(rel.value) {
		return untold(f, notMoved)
	}
	return judged(f, "let it settle longer, load less, or look for friction and for clamps that slip")
}
