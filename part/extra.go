package part

import (
	"fmt"
	"math"
)

// Ear is a ring beside a joint, in which a weight hangs.
type Ear struct {
	Joint        int
	At           [2]float64 // m
	Hole, Radius float64    // diameter and outer radius, m
}

// Beam is a piece of the frame, or a tie between it and a joint.
type Beam struct {
	A, B  [2]float64 // m
	Width float64    // m
	Joint int        // that it holds; -1 of the frame itself
}

// addEars puts a ring at every node that is pushed, in the direction of the push. Where struts are in the way the hole is in the
// joint itself.
func (p *Plan) addEars() {
	if p.Ears == 0 {
		return
	}
	for i := range p.Joints {
		j := &p.Joints[i]
		size := math.Hypot(j.Push[0], j.Push[1])
		if !j.Pushed || j.HoleSize > 0 {
			continue
		}
		wall := p.wall(j)
		e := Ear{Joint: i, Hole: p.Ears, Radius: p.Ears/2 + wall}
		reach := j.Radius + e.Hole/2
		if size > 0 {
			e.At = [2]float64{j.At[0] + j.Push[0]/size*reach, j.At[1] + j.Push[1]/size*reach}
		}
		if size == 0 || !p.room(e) {
			j.HoleSize, j.Radius = p.Ears, max(j.Radius, e.Radius)
			continue
		}
		p.Ring = append(p.Ring, e)
	}
}

// room reports whether an ear touches no strut: those of its own joint may come as near as its hole.
func (p *Plan) room(e Ear) bool {
	at := [2][3]float64{{e.At[0], e.At[1]}, {e.At[0], e.At[1]}}
	for i := range p.Struts {
		s := &p.Struts[i]
		near := e.Radius + p.gap()
		if s.Ends[0] == e.Joint || s.Ends[1] == e.Joint {
			near = e.Hole/2 + p.wall(&p.Joints[e.Joint])/2
		}
		if _, _, d := nearest(at, p.ends(i)); d < near+s.Width/2 {
			return false
		}
	}
	return true
}

// addFrame puts a frame around, at a distance of its width, and joins what supports hold to its nearest side.
func (p *Plan) addFrame() error {
	if p.Frame == 0 {
		return nil
	}
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	grow := func(at [2]float64, r float64) {
		for a := range lo {
			lo[a], hi[a] = min(lo[a], at[a]-r), max(hi[a], at[a]+r)
		}
	}
	for i := range p.Joints {
		grow([2]float64(p.Joints[i].At[:2]), p.Joints[i].Radius)
	}
	for _, e := range p.Ring {
		grow(e.At, e.Radius)
	}
	for a := range lo { // the middle of the sides
		lo[a], hi[a] = lo[a]-1.5*p.Frame, hi[a]+1.5*p.Frame
	}
	corners := [4][2]float64{lo, {hi[0], lo[1]}, hi, {lo[0], hi[1]}}
	for i, a := range corners {
		p.Beams = append(p.Beams, Beam{A: a, B: corners[(i+1)%4], Width: p.Frame, Joint: -1})
	}
	held := 0
	for i := range p.Joints {
		j := &p.Joints[i]
		if !j.Held {
			continue
		}
		held++
		at := [2]float64(j.At[:2])
		to, best := at, math.Inf(1)
		for axis := range at {
			for _, side := range []float64{lo[axis], hi[axis]} {
				if d := math.Abs(side - at[axis]); d < best {
					best, to = d, at
					to[axis] = side
				}
			}
		}
		tie := Beam{A: at, B: to, Width: min(p.Frame, 2*j.Radius), Joint: i}
		if s := p.inTheWay(tie); s >= 0 {
			return &Error{fmt.Sprintf("the tie of node %d to the frame runs into %s", j.Number, p.bond(s)), "hold nodes at the edge of the network, or leave the frame away"}
		}
		p.Beams = append(p.Beams, tie)
	}
	if held == 0 {
		return &Error{"the frame has nothing to hold: no node is pinned or clamped", "pin nodes in `supports`, or leave the frame away"}
	}
	return nil
}

// inTheWay is a strut that a tie would touch, -1 for none.
func (p *Plan) inTheWay(b Beam) int {
	line := [2][3]float64{{b.A[0], b.A[1]}, {b.B[0], b.B[1]}}
	for i := range p.Struts {
		s := &p.Struts[i]
		if s.Ends[0] == b.Joint || s.Ends[1] == b.Joint {
			continue
		}
		if _, _, d := nearest(line, p.ends(i)); d < (b.Width+s.Width)/2+p.gap() {
			return i
		}
	}
	return -1
}

// extras draws ears, frame and ties.
func (p *Plan) extras(s *shapes, spread float64) {
	in := func(at [2]float64) Point { return Point{mm * at[0], mm * at[1]} }
	for _, b := range p.Beams {
		from, to, half := in(b.A), in(b.B), mm*b.Width/2+spread
		if b.Joint < 0 { // sides reach around their corners
			l := math.Hypot(to[0]-from[0], to[1]-from[1])
			dx, dy := (to[0]-from[0])/l*half, (to[1]-from[1])/l*half
			from, to = Point{from[0] - dx, from[1] - dy}, Point{to[0] + dx, to[1] + dy}
		}
		s.solid = append(s.solid, s.polygon(bar(from, to, 2*half)))
	}
	for _, e := range p.Ring {
		j := &p.Joints[e.Joint]
		s.solid = append(s.solid, s.polygon(bar(p.at(e.Joint), in(e.At), 2*(mm*min(j.Radius, e.Radius)+spread))),
			s.polygon(arc(in(e.At), mm*e.Radius+spread, 0, 2*math.Pi, s.chord)[1:]))
		s.hole(in(e.At), mm*e.Hole/2-spread)
	}
}
