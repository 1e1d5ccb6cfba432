package part

import (
	"cmp"
	"math"
	"slices"
)

// ray is a strut as it leaves a joint.
type ray struct {
	angle float64 // rad
	half  float64 // of its width, mm
	room  float64 // how far a fillet may reach along it, mm
}

// fillets fill the corners between neighbouring struts of a joint with arcs, and those between struts and a joint that is
// wider than they are. Where a strut is short they are smaller than asked, so that they reach to its middle at most.
func (p *Plan) fillets(s *shapes, joint int, spread float64) {
	radius := mm*p.Fillet - spread
	if radius <= 0 {
		return
	}
	j := &p.Joints[joint]
	var rays []ray
	for _, i := range j.Struts {
		ends := p.Struts[i].Ends
		other := ends[0] + ends[1] - joint
		a, b := p.at(joint), p.at(other)
		rays = append(rays, ray{math.Atan2(b[1]-a[1], b[0]-a[0]), mm*p.Struts[i].Width/2 + spread, mm * p.length(i) / 2})
	}
	slices.SortFunc(rays, func(a, b ray) int { return cmp.Or(cmp.Compare(a.angle, b.angle), cmp.Compare(a.half, b.half)) })
	for i, a := range rays {
		b := rays[(i+1)%len(rays)]
		between := b.angle - a.angle
		if i == len(rays)-1 {
			between += 2 * math.Pi
		}
		p.corner(s, joint, a, b, between, radius, mm*j.Radius+spread)
	}
}

// corner fills what lies between two struts, of which b stands at an angle from a.
func (p *Plan) corner(s *shapes, joint int, a, b ray, between, radius, disc float64) {
	sin, cos := math.Sincos(between)
	at := p.at(joint)
	if between < math.Pi-1e-3 && between > 1e-3 {
		// The centre is at half + radius from both axes: x along a, y along b.
		most := radius
		for _, r := range [][2]ray{{a, b}, {b, a}} {
			most = min(most, (r[0].room*sin-r[1].half-r[0].half*cos)/(1+cos))
		}
		x := (b.half + most + (a.half+most)*cos) / sin
		y := x*cos + (a.half+most)*sin
		if most > 0 && x > 0 && y > 0 && math.Hypot(x, a.half+most)-most >= disc {
			centre := turned(at, a.angle, x, a.half+most)
			points := []Point{at}
			points = append(points, arc(centre, most, a.angle-math.Pi/2, -(math.Pi-between), s.chord)...)
			s.solid = append(s.solid, s.polygon(points))
			return
		}
	}
	for side, r := range []ray{a, b} { // between each strut and the joint itself
		if disc <= r.half+s.chord {
			continue
		}
		most := min(radius, (r.room*r.room+r.half*r.half-disc*disc)/(2*(disc-r.half)))
		if most <= 0 {
			continue
		}
		x := math.Sqrt((disc+most)*(disc+most) - (r.half+most)*(r.half+most))
		lean := math.Atan2(r.half+most, x) // of the centre from the axis
		if lean > between/2 {
			continue // it lies beyond the other strut's half of the corner
		}
		turn := 1.0
		if side == 1 {
			turn = -1
		}
		centre := turned(at, r.angle, x, turn*(r.half+most))
		points := []Point{at}
		points = append(points, arc(centre, most, r.angle-turn*math.Pi/2, -turn*(math.Pi/2-lean), s.chord)...)
		s.solid = append(s.solid, s.polygon(points))
	}
}

// turned is a place by its coordinates along and across a direction.
func turned(at Point, angle, x, y float64) Point {
	s, c := math.Sincos(angle)
	return Point{at[0] + x*c - y*s, at[1] + x*s + y*c}
}
