package part

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/peterstace/simplefeatures/geom"
)

// Point is a place in the plane, mm.
type Point [2]float64

// Ring is a closed line, whose last point is joined to its first. Outer ones turn
// counter-clockwise, holes clockwise. It never touches itself or another.
type Ring []Point

// Area that a ring encloses, mm2; negative of holes.
func (r Ring) Area() float64 {
	twice := 0.0
	for i, p := range r {
		q := r[(i+1)%len(r)]
		twice += (p[0]-r[0][0])*(q[1]-r[0][1]) - (p[1]-r[0][1])*(q[0]-r[0][0])
	}
	return twice / 2
}

// Outline is a flat part of one piece: its edge, and then its holes. Dots are marked on it.
type Outline struct {
	Rings  []Ring
	Dots   []Ring
	Radius float64 // of a dot, mm
}

// Area of the part, mm2.
func (o *Outline) Area() float64 {
	sum := 0.0
	for _, r := range o.Rings {
		sum += r.Area()
	}
	return sum
}

const mm = 1e3 // of a metre

// shapes are joined and cut.
type shapes struct {
	chord      float64 // mm
	fine       float64 // what coordinates of the outline are rounded to, mm: numbers that single precision has, too
	solid, cut []geom.Geometry
}

// ring is a closed line on a grid finer than that of the outline, so that shapes that meet do so exactly.
func (s *shapes) ring(points []Point) geom.LineString {
	grid := s.fine / 1024
	flat := make([]float64, 0, 2*len(points)+2)
	for _, p := range append(points[:len(points):len(points)], points[0]) {
		flat = append(flat, math.Round(p[0]/grid)*grid, math.Round(p[1]/grid)*grid)
	}
	return geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
}

func (s *shapes) polygon(points []Point) geom.Geometry {
	p := geom.NewPolygon([]geom.LineString{s.ring(points)})
	return p.AsGeometry()
}

// arc is points on a circle from one angle on, over a turn of either sign, the last one included; no chord lies further
// from it than asked.
func arc(centre Point, radius, from, turn, chord float64) (points []Point) {
	step := math.Pi / 6
	if chord < radius {
		step = min(step, 2*math.Acos(1-chord/radius))
	}
	n := max(1, int(math.Ceil(math.Abs(turn)/step-1e-9)))
	for i := range n + 1 {
		s, c := math.Sincos(from + turn*float64(i)/float64(n))
		points = append(points, Point{centre[0] + radius*c, centre[1] + radius*s})
	}
	return points
}

// circle is a whole circle, drawn so that its polygon has the area of the circle.
func circle(centre Point, radius, chord float64) []Point {
	points := arc(centre, radius, 0, 2*math.Pi, chord)
	n := len(points) - 1
	step := 2 * math.Pi / float64(n)
	return arc(centre, radius*math.Sqrt(step/math.Sin(step)), 0, 2*math.Pi, chord)[:n]
}

// bar is a rectangle about a line, of a width.
func bar(a, b Point, width float64) []Point {
	l := math.Hypot(b[0]-a[0], b[1]-a[1])
	nx, ny := -(b[1]-a[1])/l*width/2, (b[0]-a[0])/l*width/2
	return []Point{{a[0] - nx, a[1] - ny}, {b[0] - nx, b[1] - ny}, {b[0] + nx, b[1] + ny}, {a[0] + nx, a[1] + ny}}
}

// Outline joins the struts of a flat part. Every shape is drawn wider by the cut of the laser, which runs on the outline.
func (p *Plan) Outline() (*Outline, error) {
	if p.spatial() {
		return nil, &Error{"struts that stand in space or are round have no outline to cut", "write their body, as stl or 3mf"}
	}
	s := &shapes{chord: mm * p.Chord, fine: min(1.0/1024, 4*p.fine())}
	spread := mm * p.Kerf / 2 // to every side
	for i := range p.Struts {
		strut := &p.Struts[i]
		s.solid = append(s.solid, s.polygon(bar(p.at(strut.Ends[0]), p.at(strut.Ends[1]), mm*strut.Width+2*spread)))
	}
	for i := range p.Joints {
		j := &p.Joints[i]
		r := mm*j.Radius + spread
		s.solid = append(s.solid, s.polygon(arc(p.at(i), r, 0, 2*math.Pi, s.chord)[1:]))
		p.fillets(s, i, spread)
		if j.HoleSize > 0 {
			s.hole(p.at(i), mm*j.HoleSize/2-spread)
		}
	}
	p.extras(s, spread)
	o, err := p.join(s)
	if err != nil || p.Kerf == 0 {
		return o, err
	}
	plain := *p
	plain.Kerf = 0
	uncut, err := plain.Outline()
	if err != nil {
		return nil, err
	}
	if len(o.Rings) != len(uncut.Rings) { // a window has closed, or fallen into several
		return nil, &Error{fmt.Sprintf("a cut %s wide does not fit into every window and hole of the part: there are %d, and it would leave %d", length(p.Kerf), len(uncut.Rings)-1, len(o.Rings)-1),
			"take a narrower cut, narrower struts or a larger lattice"}
	}
	return o, nil
}

// hole is cut out at the end.
func (s *shapes) hole(centre Point, radius float64) {
	if radius > 0 {
		s.cut = append(s.cut, s.polygon(circle(centre, radius, s.chord)))
	}
}

func (p *Plan) at(joint int) Point {
	a := p.Joints[joint].At
	return Point{mm * a[0], mm * a[1]}
}

// join makes one outline of the shapes, in an order that does not depend on how they were joined.
func (p *Plan) join(s *shapes) (*Outline, error) {
	whole, err := geom.UnionMany(s.solid)
	if err == nil && len(s.cut) > 0 {
		var holes geom.Geometry
		if holes, err = geom.UnionMany(s.cut); err == nil {
			whole, err = geom.Difference(whole, holes)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the struts could not be joined: %w", err)
	}
	body, ok := whole.AsPolygon()
	if !ok {
		return nil, p.pieces(whole)
	}
	o := &Outline{Rings: []Ring{tidy(body.ExteriorRing(), false, s.fine)}, Radius: mm * p.Dots / 2}
	for i := range body.NumInteriorRings() {
		r := tidy(body.InteriorRingN(i), true, s.fine)
		if -r.Area() > 100*s.fine*s.fine { // smaller ones are errors of rounding where shapes meet in one point

			o.Rings = append(o.Rings, r)
		}
	}
	slices.SortFunc(o.Rings[1:], func(a, b Ring) int { return slices.Compare(a[0][:], b[0][:]) })
	if p.Dots > 0 {
		for i := range p.Joints {
			if j := &p.Joints[i]; j.HoleSize == 0 && j.Number > 0 {
				o.Dots = append(o.Dots, circle(p.at(i), o.Radius, s.chord))
			}
		}
	}
	return o, nil
}

// pieces says why the part is not of one piece.
func (p *Plan) pieces(whole geom.Geometry) error {
	several, ok := whole.AsMultiPolygon()
	if !ok || several.NumPolygons() == 0 {
		return &Error{"nothing is left of the part", "make the holes smaller, or the struts wider"}
	}
	smallest := several.PolygonN(0)
	for i := range several.NumPolygons() {
		if q := several.PolygonN(i); q.Area() < smallest.Area() {
			smallest = q
		}
	}
	box := smallest.Envelope()
	var nodes []int
	for i := range p.Joints {
		at := p.at(i)
		if box.Contains(geom.XY{X: at[0], Y: at[1]}) {
			nodes = append(nodes, p.Joints[i].Number)
		}
	}
	return &Error{fmt.Sprintf("the part falls into %d pieces; the smallest has the nodes %v", several.NumPolygons(), nodes),
		"join them by bonds, or make holes smaller where they cut a joint in two; a frame joins what supports hold"}
}

// tidy is a ring in our sense of turning that starts at its lowest point from the left, without points that lie on the
// straight line of their neighbours.
func tidy(line geom.LineString, hole bool, fine float64) Ring {
	c := line.Coordinates()
	var r Ring
	for i := range c.Length() - 1 {
		xy := c.GetXY(i)
		r = append(r, Point{math.Round(xy.X/fine) * fine, math.Round(xy.Y/fine) * fine})
	}
	if (r.Area() < 0) != hole {
		slices.Reverse(r)
	}
	for more := true; more && len(r) > 3; {
		more = false
		kept := r[:0:0]
		for i, q := range r {
			a, b := r[(i+len(r)-1)%len(r)], r[(i+1)%len(r)]
			if len(kept) > 0 {
				a = kept[len(kept)-1]
			}
			long := math.Hypot(b[0]-a[0], b[1]-a[1])
			off := math.Abs((q[0]-a[0])*(b[1]-a[1]) - (q[1]-a[1])*(b[0]-a[0]))
			if off <= fine*long || q == a {
				more = true
				continue
			}
			kept = append(kept, q)
		}
		r = kept
	}
	first := 0
	for i := range r {
		if cmp.Or(cmp.Compare(r[i][0], r[first][0]), cmp.Compare(r[i][1], r[first][1])) < 0 {
			first = i
		}
	}
	return append(append(Ring{}, r[first:]...), r[:first]...)
}
