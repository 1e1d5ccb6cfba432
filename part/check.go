package part

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// gap is what has to lie between two struts for the machine to keep them apart, m.
func (p *Plan) gap() float64 { return max(p.Feature, p.Kerf) }

// check finds what the machine cannot make: struts and walls too thin, struts that touch where they do not meet, struts that
// vanish in their joints.
func (p *Plan) check() error {
	for i := range p.Struts {
		s := &p.Struts[i]
		thin := min(s.Width, s.Height)
		if p.Dim == 2 {
			thin = s.Width
		}
		if thin < p.Feature {
			return &Error{fmt.Sprintf("%s is %s wide, less than the least feature of the machine, %s", p.bond(i), length(thin), length(p.Feature)),
				"give bonds a larger least width and train again, or choose a finer machine"}
		}
		free := p.length(i) - p.Joints[s.Ends[0]].Radius - p.Joints[s.Ends[1]].Radius
		if free <= 0 {
			return &Error{fmt.Sprintf("%s vanishes in its joints: it is %s long, and they reach %s and %s into it", p.bond(i), length(p.length(i)), length(p.Joints[s.Ends[0]].Radius), length(p.Joints[s.Ends[1]].Radius)),
				"make struts narrower, or holes and dots smaller, or the lattice larger"}
		}
	}
	for _, hole := range []struct {
		name string
		size float64
	}{{"holes of pins", p.Pins}, {"holes of ears", p.Ears}, {"dots", p.Dots}, {"sides of the frame", p.Frame}} {
		if hole.size > 0 && hole.size < p.Feature {
			return &Error{fmt.Sprintf("the %s are %s, less than the least feature of the machine, %s", hole.name, length(hole.size), length(p.Feature)), "make them larger"}
		}
	}
	if p.Kerf > 0 {
		for _, hole := range []float64{p.Pins, p.Ears} {
			if hole > 0 && hole <= p.Kerf {
				return &Error{fmt.Sprintf("a hole of %s is no wider than the cut of %s", length(hole), length(p.Kerf)), "make it larger"}
			}
		}
	}
	if err := p.corners(); err != nil {
		return err
	}
	return p.touching()
}

// corners finds struts that run side by side as they leave a joint.
func (p *Plan) corners() error {
	for n := range p.Joints {
		j := &p.Joints[n]
		for at, i := range j.Struts {
			for _, k := range j.Struts[:at] {
				a, b := p.along(i, n), p.along(k, n)
				cos := a[0]*b[0] + a[1]*b[1] + a[2]*b[2]
				sin := math.Sqrt(max(0, 1-cos*cos))
				reach := ((p.Struts[i].Width + p.Struts[k].Width) / 2 * (1 + max(cos, 0)) / 2) / sin
				if cos > 0 && !(reach < min(p.length(i), p.length(k))/2) {
					return &Error{fmt.Sprintf("%s and bond %d leave node %d at an angle of %.3g degrees and are one for half of their length", p.bond(i), p.Struts[k].Number, j.Number, math.Acos(min(cos, 1))*180/math.Pi),
						"make them narrower, or place their nodes so that they part"}
				}
			}
		}
	}
	return nil
}

// along is the direction in which a strut leaves a joint.
func (p *Plan) along(strut, joint int) [3]float64 {
	ends := p.Struts[strut].Ends
	a, b := p.Joints[joint].At, p.Joints[ends[0]+ends[1]-joint].At
	l := p.length(strut)
	return [3]float64{(b[0] - a[0]) / l, (b[1] - a[1]) / l, (b[2] - a[2]) / l}
}

// touching finds struts that have no node in common and yet touch, or come nearer than the machine keeps apart.
func (p *Plan) touching() error {
	order := make([]int, len(p.Struts))
	left, right, widest := make([]float64, len(order)), make([]float64, len(order)), 0.0
	for i := range order {
		order[i] = i
		a, b := p.Joints[p.Struts[i].Ends[0]].At[0], p.Joints[p.Struts[i].Ends[1]].At[0]
		left[i], right[i] = min(a, b), max(a, b)
		widest = max(widest, p.thickest(i))
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(left[a], left[b]), cmp.Compare(a, b)) })
	for at, i := range order {
		for _, k := range order[at+1:] {
			if left[k] > right[i]+widest+p.gap() {
				break
			}
			a, b := &p.Struts[i], &p.Struts[k]
			if a.Ends[0] == b.Ends[0] || a.Ends[0] == b.Ends[1] || a.Ends[1] == b.Ends[0] || a.Ends[1] == b.Ends[1] {
				continue
			}
			d := distance(p.Joints[a.Ends[0]].At, p.Joints[a.Ends[1]].At, p.Joints[b.Ends[0]].At, p.Joints[b.Ends[1]].At)
			if free := d - (p.thickest(i)+p.thickest(k))/2; free <= 0 {
				return &Error{fmt.Sprintf("%s and %s meet where there is no node; made of one piece they would be joined there", p.bond(min(i, k)), p.bond(max(i, k))),
					"take one of them away, put a node where they meet, or make them narrower"}
			} else if free < p.gap() {
				return &Error{fmt.Sprintf("between %s and %s there is only %s, and the machine keeps %s apart", p.bond(min(i, k)), p.bond(max(i, k)), length(free), length(p.gap())),
					"make them narrower, or choose a finer machine"}
			}
		}
	}
	return nil
}

// thickest is the larger side of a strut that counts.
func (p *Plan) thickest(i int) float64 {
	return max(p.Struts[i].Width, p.third(p.Struts[i].Height))
}

// length is a length as people read it.
func length(m float64) string { return fmt.Sprintf("%.4g mm", mm*m) }

// distance between two straight lines from a to b and from c to d.
func distance(a, b, c, d [3]float64) float64 {
	u, v, w := minus(b, a), minus(d, c), minus(a, c)
	uu, uv, vv, uw, vw := dot(u, u), dot(u, v), dot(v, v), dot(u, w), dot(v, w)
	clamp := func(x float64) float64 { return min(max(x, 0), 1) }
	s, t := 0.0, 0.0
	if det := uu*vv - uv*uv; det > 1e-12*uu*vv {
		s = clamp((uv*vw - vv*uw) / det)
	}
	if vv > 0 {
		t = clamp((uv*s + vw) / vv)
	}
	if uu > 0 {
		s = clamp((uv*t - uw) / uu)
	}
	if vv > 0 {
		t = clamp((uv*s + vw) / vv)
	}
	best := math.Inf(1)
	try := func(s, t float64) {
		var e [3]float64
		for i := range e {
			e[i] = w[i] + s*u[i] - t*v[i]
		}
		best = min(best, math.Sqrt(dot(e, e)))
	}
	try(s, t)
	for _, end := range []float64{0, 1} { // of parallel lines
		if vv > 0 {
			try(end, clamp((uv*end+vw)/vv))
		}
		if uu > 0 {
			try(clamp((uv*end-uw)/uu), end)
		}
	}
	return best
}

func minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }
func dot(a, b [3]float64) float64      { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }
