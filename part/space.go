package part

import (
	"fmt"
	"math"
)

// Bodies in space: each strut is a prism whose ends lie on balls about its nodes, and what lies between the ends at a node is
// their convex hull, with a ball in it as thick as the thickest strut. A ball is large enough that the ends on it do not
// meet; so every end is a face of the hull, and prisms and hulls fit together edge by edge.

const (
	apart = 1.04 // by how much wider than needed ends are kept apart
	inner = 1.05 // by how much deeper than its ball the ends of a joint lie
)

// spatial is whether struts are bodies of their own: those of flat parts are cut of a sheet.
func (p *Plan) spatial() bool { return p.Dim == 3 || p.Round }

// about is the radius of the circle about the section of a strut, m.
func (p *Plan) about(i int) float64 { return p.circumradius(&p.Struts[i]) }

func (p *Plan) circumradius(s *Strut) float64 {
	if s.Round {
		return s.Width / 2
	}
	return math.Hypot(s.Width, s.Height) / 2
}

// ball sets how far from a node the ends of its struts lie.
func (p *Plan) ball(n int) error {
	j := &p.Joints[n]
	core := 0.0
	for _, i := range j.Struts {
		core = max(core, p.about(i))
	}
	for _, i := range j.Struts {
		j.Radius = max(j.Radius, math.Hypot(inner*core, p.about(i)))
	}
	for at, i := range j.Struts {
		for _, k := range j.Struts[:at] {
			a, b := p.along(i, n), p.along(k, n)
			angle := math.Atan2(math.Sqrt(dot(cross(a, b), cross(a, b))), dot(a, b))
			if angle < 1e-3 {
				return &Error{fmt.Sprintf("%s and bond %d leave %s in the same direction", p.bond(i), p.Struts[k].Number, p.node(n)), "take one of them away"}
			}
			// asin(r1/R) + asin(r2/R) = angle
			r1, r2 := apart*p.about(i), apart*p.about(k)
			need := max(r1, r2)
			if angle < math.Pi/2 || math.Cos(angle) > -min(r1, r2)/max(r1, r2) {
				need = math.Sqrt(r1*r1+r2*r2+2*r1*r2*math.Cos(angle)) / math.Sin(angle)
			}
			j.Radius = max(j.Radius, need)
		}
	}
	return nil
}

// reach is how far from a node the end of a strut lies, m.
func (p *Plan) reach(strut, joint int) float64 {
	return p.reachOf(&p.Joints[joint], p.about(strut))
}

func (p *Plan) reachOf(j *Joint, circumradius float64) float64 {
	if !p.spatial() {
		return j.Radius
	}
	return math.Sqrt(max(0, j.Radius*j.Radius-circumradius*circumradius))
}

// fine is the grid of corners, mm: 4096 steps to the thinnest strut, a number of single precision.
func (p *Plan) fine() float64 { return math.Exp2(math.Floor(math.Log2(mm * p.thinnest() / 4096))) }

// thinnest is the least side of a section, m.
func (p *Plan) thinnest() float64 {
	least := math.Inf(1)
	for i := range p.Struts {
		least = min(least, p.Struts[i].Width)
		if p.spatial() {
			least = min(least, p.Struts[i].Height)
		}
	}
	return least
}

// section is the corners of the section of a strut, mm from its axis, counter-clockwise seen against its direction.
func (p *Plan) section(i int) [][3]float64 {
	s := &p.Struts[i]
	axis := p.along(i, s.Ends[0])
	u := [3]float64{-axis[1], axis[0], 0} // level
	if l := math.Hypot(u[0], u[1]); l > 1e-6 {
		u = [3]float64{u[0] / l, u[1] / l, 0}
	} else {
		u = [3]float64{1, 0, 0}
	}
	v := cross(axis, u)
	var flat []Point
	if s.Round {
		flat = circle(Point{}, mm*s.Width/2, mm*p.Chord)
	} else {
		w, h := mm*s.Width/2, mm*s.Height/2
		flat = []Point{{-w, -h}, {w, -h}, {w, h}, {-w, h}}
	}
	ring := make([][3]float64, len(flat))
	for k, q := range flat {
		for a := range axis {
			ring[k][a] = q[0]*u[a] + q[1]*v[a]
		}
	}
	return ring
}

// solid is the body of struts in space.
func (p *Plan) solid() (*Mesh, error) {
	grid := p.fine()
	b := &builder{}
	middle := make([]cell, len(p.Joints))
	for n := range p.Joints {
		for a, x := range p.Joints[n].At {
			middle[n][a] = int64(math.Round(mm * x / grid))
		}
	}
	place := func(c cell) [3]float64 {
		return [3]float64{float64(c[0]) * grid, float64(c[1]) * grid, float64(c[2]) * grid}
	}
	rings := make([][2][]cell, len(p.Struts)) // ends of every strut, from their nodes
	for i := range p.Struts {
		section := p.section(i)
		for end, n := range p.Struts[i].Ends {
			axis, reach := p.along(i, n), mm*p.reach(i, n)
			for _, q := range section {
				var c cell
				for a := range c {
					c[a] = int64(math.Round((q[a] + axis[a]*reach) / grid))
				}
				rings[i][end] = append(rings[i][end], c)
			}
		}
		from, to := p.Struts[i].Ends[0], p.Struts[i].Ends[1]
		for k := range section {
			next := (k + 1) % len(section)
			a, c := place(add(middle[from], rings[i][0][k])), place(add(middle[from], rings[i][0][next]))
			d, e := place(add(middle[to], rings[i][1][k])), place(add(middle[to], rings[i][1][next]))
			b.triangle(a, c, e)
			b.triangle(a, e, d)
		}
	}
	for n := range p.Joints {
		if err := p.joint(b, n, rings, grid, func(c cell) [3]float64 { return place(add(middle[n], c)) }); err != nil {
			return nil, err
		}
	}
	m := b.sorted()
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("the body could not be closed: %w", err)
	}
	return m, nil
}

// joint adds the hull of the ends at a node, without the ends themselves.
func (p *Plan) joint(b *builder, n int, rings [][2][]cell, grid float64, place func(cell) [3]float64) error {
	j := &p.Joints[n]
	var points []cell
	var owner []int // strut of each point, -1 of the ball
	core := 0.0
	for _, i := range j.Struts {
		end := 0
		if p.Struts[i].Ends[1] == n {
			end = 1
		}
		for _, c := range rings[i][end] {
			points, owner = append(points, c), append(owner, i)
		}
		core = max(core, mm*p.about(i))
	}
	for _, q := range sphere(core, mm*p.Chord) {
		points, owner = append(points, cell{int64(math.Round(q[0] / grid)), int64(math.Round(q[1] / grid)), int64(math.Round(q[2] / grid))}), append(owner, -1)
	}
	faces, err := hull(points)
	if err != nil {
		return fmt.Errorf("the joint at %s: %w", p.node(n), err)
	}
	for _, f := range faces {
		if s := owner[f[0]]; s >= 0 && s == owner[f[1]] && s == owner[f[2]] {
			continue // an end
		}
		b.triangle(place(points[f[0]]), place(points[f[1]]), place(points[f[2]]))
	}
	return nil
}

// sphere is points on a ball, mm.
func sphere(radius, chord float64) (points [][3]float64) {
	rows := max(4, int(math.Ceil(math.Pi/min(math.Pi/4, 4*math.Acos(max(0, 1-chord/radius))))))
	for i := range rows + 1 {
		s, c := math.Sincos(math.Pi * float64(i) / float64(rows))
		n := max(1, int(math.Round(2*float64(rows)*s)))
		for k := range n {
			t, u := math.Sincos(2 * math.Pi * (float64(k) + float64(i%2)/2) / float64(n))
			points = append(points, [3]float64{radius * s * u, radius * s * t, radius * c})
		}
	}
	return points
}

func add(a, b cell) cell { return cell{a[0] + b[0], a[1] + b[1], a[2] + b[2]} }
