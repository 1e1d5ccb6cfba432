package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// fine tells whether bars are so many and so short that they cannot be told apart
// in a room of a size: a picture of the mean value in small cells shows more, and
// takes a time and a memory that the size of the sheet bounds.
func (p Lattice) fine(room vg.Point, rest shape) bool {
	if len(p.Network.Elements) <= 10*single || rest.bond == 0 {
		return false
	}
	e := rest.extent()
	zoom := math.Min(float64(room.X)/(e.hi[0]-e.lo[0]), float64(room.Y)/(e.hi[1]-e.lo[1]))
	bond := 0.8 * zoom * rest.bond // some of the room goes to arrows and names
	if p.Network.Dim == 3 {
		return bond < 6
	}
	return bond < 2
}

// smooth is the mean of the values of an element and of those that it meets.
func smooth(n *network.Network, values []float64) []float64 {
	sum, count := make([]float64, n.Nodes()), make([]float64, n.Nodes())
	for i, e := range n.Elements {
		if finite(values[i]) && !e.Cut {
			for _, v := range e.Nodes {
				sum[v] += values[i]
				count[v]++
			}
		}
	}
	out := make([]float64, len(values))
	for i, e := range n.Elements {
		a, b := e.Nodes[0], e.Nodes[1]
		out[i] = (sum[a] + sum[b]) / (count[a] + count[b]) // NaN where there is none
	}
	return out
}

// mesh divides the part of the sheet that a shape covers into square cells.
type mesh struct {
	low        vg.Point
	side       vg.Length
	wide, high int
}

// newMesh has cells of a point, or larger ones where bonds are so long that some
// would stay empty.
func (l *layout) newMesh(s shape) mesh {
	e := s.extent()
	m := mesh{low: l.place(e.lo[0], e.lo[1]), side: max(1, 0.75*l.bondLength())}
	if l.p.Network.Dim < 3 {
		m.side = max(1, 0.7*l.bondLength())
	}
	high := l.place(e.hi[0], e.hi[1])
	m.wide, m.high = int((high.X-m.low.X)/m.side)+1, int((high.Y-m.low.Y)/m.side)+1
	return m
}

// cell is the index of the cell at a place.
func (m mesh) cell(p vg.Point) int {
	x := min(max(int((p.X-m.low.X)/m.side), 0), m.wide-1)
	y := min(max(int((p.Y-m.low.Y)/m.side), 0), m.high-1)
	return y*m.wide + x
}

// add adds the square of a cell to a path, a little larger than it is, so that no
// seams show between cells of different colours.
func (m mesh) add(p *vg.Path, cell int) {
	side := m.side + 0.3
	x, y := m.low.X+vg.Length(cell%m.wide)*m.side, m.low.Y+vg.Length(cell/m.wide)*m.side
	p.Move(vg.Point{X: x, Y: y})
	p.Line(vg.Point{X: x + side, Y: y})
	p.Line(vg.Point{X: x + side, Y: y + side})
	p.Line(vg.Point{X: x, Y: y + side})
	p.Close()
}

// drawCells fills the sheet with cells, each in the colour of the mean of the bars
// whose middles lie in it; in space, of those in front.
func (l *layout) drawCells(c draw.Canvas) {
	m := l.newMesh(l.shape)
	front := l.fronts(m)
	sum, count := make([]float64, len(front)), make([]int32, len(front))
	for i, e := range l.p.Network.Elements {
		if !l.isBar(e) || e.Cut || l.p.Values == nil || !finite(l.p.Values[i]) {
			continue
		}
		if cell := m.cell(l.middleAt(i)); l.middleDepth(i) >= front[cell]-l.rest.bond {
			sum[cell] += l.p.Values[i]
			count[cell]++
		}
	}
	const tones, fogs = 64, 16
	paths := make([]vg.Path, fogs*(tones+1))
	for cell, depth := range front {
		if math.IsInf(depth, -1) {
			continue
		}
		tone := tones // without a value
		if count[cell] > 0 && l.values.ok {
			tone = min(tones-1, int(l.values.place(sum[cell]/float64(count[cell]))*tones))
		}
		m.add(&paths[int(l.nearness(depth)*(fogs-1))*(tones+1)+tone], cell)
	}
	for i, p := range paths {
		if len(p) == 0 {
			continue
		}
		clr := color.Color(plainBar)
		if tone := i % (tones + 1); tone < tones {
			clr = l.values.colour(l.values.min + (float64(tone)+0.5)/tones*(l.values.max-l.values.min))
		} else if l.p.Values != nil {
			clr = missing
		}
		c.SetColor(l.fog(clr, float64(i/(tones+1))/(fogs-1)))
		c.Fill(p)
	}
}

// drawShadow fills the cells that a shape covers in one pale colour.
func (l *layout) drawShadow(c draw.Canvas, s shape) {
	m := l.newMesh(s)
	covered := make([]bool, m.wide*m.high)
	for _, e := range l.p.Network.Elements {
		if a, b := e.Nodes[0], e.Nodes[1]; e.Kind == network.Bar && !e.Cut && s.ok[a] && s.ok[b] {
			covered[m.cell(l.at(s, a).Add(l.at(s, b)).Scale(0.5))] = true
		}
	}
	var p vg.Path
	for cell, is := range covered {
		if is {
			m.add(&p, cell)
		}
	}
	if len(p) > 0 {
		fill(c, p, ghostArea)
	}
}
