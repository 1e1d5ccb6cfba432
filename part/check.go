package part

import (
	"fmt"
	"math"
)

// gap is what has to lie between two struts for the machine to keep them apart, m.
func (p *Plan) gap() float64 { return max(p.Feature, p.Kerf) }

// check finds what the machine cannot make: struts and walls too thin, struts that touch where they do not meet, struts that
// vanish in their joints.
func (p *Plan) check() error {
	for i := range p.Struts {
		s := &p.Struts[i]
		thin := s.Width
		if p.spatial() {
			thin = min(s.Width, s.Height)
		}
		if thin < p.Feature {
			return &Error{fmt.Sprintf("%s is %s wide, less than the least feature of the machine, %s", p.bond(i), length(thin), length(p.Feature)),
				"give bonds a larger least width and train again, or choose a finer machine"}
		}
		a, b := p.reach(i, s.Ends[0]), p.reach(i, s.Ends[1])
		if p.length(i)-a-b <= 0 {
			return &Error{fmt.Sprintf("%s vanishes in its joints: it is %s long, and they reach %s and %s into it", p.bond(i), length(p.length(i)), length(a), length(b)),
				"make struts narrower, or holes and dots smaller, or the lattice larger; joints are large where bonds leave at a small angle"}
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
	if !p.spatial() {
		if err := p.corners(); err != nil {
			return err
		}
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
					return &Error{fmt.Sprintf("%s and bond %d leave %s at an angle of %.3g degrees and are one for half of their length", p.bond(i), p.Struts[k].Number, p.node(n), math.Acos(min(cos, 1))*180/math.Pi),
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
	var err error
	p.pairs(func(i, k int) bool {
		_, _, d := nearest(p.ends(i), p.ends(k))
		if free := d - (p.thickest(i)+p.thickest(k))/2; free <= 0 {
			err = &Error{fmt.Sprintf("%s and %s touch where they have no node in common, and made of one piece they would be joined there", p.bond(min(i, k)), p.bond(max(i, k))),
				"take one of them away, put a node where they meet, or make them narrower"}
		} else if free < p.gap() {
			err = &Error{fmt.Sprintf("between %s and %s there is only %s, and the machine keeps %s apart", p.bond(min(i, k)), p.bond(max(i, k)), length(free), length(p.gap())),
				"make them narrower, or choose a finer machine"}
		}
		return err == nil
	})
	return err
}

// thickest is the larger side of a strut that counts.
func (p *Plan) thickest(i int) float64 {
	if p.spatial() {
		return 2 * p.about(i)
	}
	return p.Struts[i].Width
}

// length is a length as people read it.
func length(m float64) string { return fmt.Sprintf("%.4g mm", mm*m) }

// nearest is where two straight lines come nearest, as shares of their lengths, and how near.
func nearest(one, other [2][3]float64) (s, t, d float64) {
	u, v, w := minus(one[1], one[0]), minus(other[1], other[0]), minus(one[0], other[0])
	uu, uv, vv, uw, vw := dot(u, u), dot(u, v), dot(v, v), dot(u, w), dot(v, w)
	clamp := func(x float64) float64 { return min(max(x, 0), 1) }
	d = math.Inf(1)
	try := func(s1, t1 float64) {
		var e [3]float64
		for i := range e {
			e[i] = w[i] + s1*u[i] - t1*v[i]
		}
		if l := math.Sqrt(dot(e, e)); l < d {
			s, t, d = s1, t1, l
		}
	}
	for _, end := range []float64{0, 1} {
		if vv > 0 {
			try(end, clamp((uv*end+vw)/vv))
		}
		if uu > 0 {
			try(clamp((uv*end-uw)/uu), end)
		}
	}
	if uu == 0 && vv == 0 {
		try(0, 0)
	}
	if det := uu*vv - uv*uv; det > 1e-12*uu*vv {
		if s1, t1 := (uv*vw-vv*uw)/det, (uu*vw-uv*uw)/det; s1 > 0 && s1 < 1 && t1 > 0 && t1 < 1 {
			try(s1, t1)
		}
	}
	return s, t, d
}

// node names a joint as people know it.
func (p *Plan) node(n int) string {
	j := &p.Joints[n]
	if j.Cross != [2]int{} {
		return fmt.Sprintf("the crossing of bonds %d and %d", j.Cross[0], j.Cross[1])
	}
	return fmt.Sprintf("node %d", j.Number)
}

func minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }
func dot(a, b [3]float64) float64      { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }
