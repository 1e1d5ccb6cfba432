package part

import "fmt"

// dotHeight is how far dots stand above the part, mm.
const dotHeight = 0.4

// Body is the part as a closed surface.
func (p *Plan) Body() (*Mesh, error) {
	if p.spatial() {
		return p.solid()
	}
	flat := *p
	flat.Kerf = 0 // a printer adds what it makes, a laser takes it away
	o, err := flat.Outline()
	if err != nil {
		return nil, err
	}
	return o.Extrude(mm * p.Thickness)
}

// Extrude makes a body of an outline, of a height (mm) from z = 0, with its dots on top.
func (o *Outline) Extrude(height float64) (*Mesh, error) {
	b := &builder{}
	lift := func(p Point, z float64) [3]float64 { return [3]float64{p[0], p[1], z} }
	faces, err := triangulate(o.Rings)
	if err != nil {
		return nil, err
	}
	for _, t := range faces {
		b.triangle(lift(t[2], 0), lift(t[1], 0), lift(t[0], 0))
	}
	if len(o.Dots) > 0 {
		rings := append([]Ring{}, o.Rings...)
		for _, dot := range o.Dots {
			hole := make(Ring, len(dot))
			for i, p := range dot {
				hole[len(dot)-1-i] = p
			}
			rings = append(rings, hole)
		}
		if faces, err = triangulate(rings); err != nil {
			return nil, err
		}
	}
	for _, t := range faces {
		b.triangle(lift(t[0], height), lift(t[1], height), lift(t[2], height))
	}
	wall := func(r Ring, from, to float64) {
		for i, p := range r {
			q := r[(i+1)%len(r)]
			b.triangle(lift(p, from), lift(q, from), lift(q, to))
			b.triangle(lift(p, from), lift(q, to), lift(p, to))
		}
	}
	for _, r := range o.Rings {
		wall(r, 0, height)
	}
	for _, dot := range o.Dots {
		wall(dot, height, height+dotHeight)
		for i := range len(dot) - 2 {
			b.triangle(lift(dot[0], height+dotHeight), lift(dot[i+1], height+dotHeight), lift(dot[i+2], height+dotHeight))
		}
	}
	m := b.sorted()
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("the body could not be closed: %w", err)
	}
	return m, nil
}
