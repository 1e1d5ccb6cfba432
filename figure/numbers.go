package figure

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/elastrain/elastrain/network"
)

// beside is a node with its number next to it.
type beside struct {
	node int
	at   vg.Point
	t    text
}

// placeNumbers chooses, where nodes are too close to carry their numbers, as
// many as can stand beside their nodes without touching: ports first, then the
// first and the last node, then the others in order.
func (l *layout) placeNumbers() {
	if !l.p.NodeNumbers || l.numbers {
		return
	}
	n := l.p.Network
	order := make([]int, 0, n.Nodes()+8)
	for _, q := range slices.Concat(l.p.Inputs, l.p.Outputs) {
		order = append(order, q.Node)
	}
	order = append(order, 0, n.Nodes()-1)
	rest := make([]int, n.Nodes())
	for i := range rest {
		rest[i] = i
	}
	if n.Dim == 3 { // near nodes hide the others
		slices.SortStableFunc(rest, func(a, b int) int { return cmp.Compare(l.shape.depth[b], l.shape.depth[a]) })
	}
	done := make([]bool, n.Nodes())
	taken := newShelf(l.extent)
	for _, m := range l.marks {
		taken.put(m.box)
	}
	for _, i := range append(order, rest...) {
		if done[i] || !l.shape.ok[i] {
			continue
		}
		done[i] = true
		b := beside{node: i, at: l.at(l.shape, i).Add(vg.Point{X: 1.5, Y: 1.5}), t: text{size: 6, colour: ink, halo: 0.9}}
		r := textBox(strconv.Itoa(i+1), b.at, b.t)
		if r.Max.X > l.extent.Max.X || r.Max.Y > l.extent.Max.Y || taken.touches(r) {
			continue
		}
		// Room around it keeps the network visible.
		taken.put(box(r.Min.X-6, r.Min.Y-4, r.Max.X+6, r.Max.Y+4))
		l.some = append(l.some, b)
	}
}

// drawNumbers draws the numbers beside nodes.
func (l *layout) drawNumbers(c draw.Canvas) {
	for _, b := range l.some {
		fill(c, circle(l.at(l.shape, b.node), 1.1), ink)
		write(c, strconv.Itoa(b.node+1), b.at, b.t)
	}
}

// leftOut says what has no room, and how wide a picture would have it.
func (l *layout) leftOut() []string {
	var out []string
	n := l.p.Network
	if nodes := n.Nodes(); l.p.NodeNumbers && !l.numbers && len(l.some) < nodes {
		out = append(out, fmt.Sprintf("%d of %d nodes are numbered", len(l.some), nodes))
	}
	if l.p.BondNumbers && l.bondSize == 0 {
		bars := 0
		for _, e := range n.Elements {
			if e.Kind == network.Bar {
				bars++
			}
		}
		if bars > 0 {
			out = append(out, fmt.Sprintf("the %d bonds are too short here to be numbered", bars))
		}
	}
	if l.unnamed > 0 {
		out = append(out, fmt.Sprintf("%d of %d ports have no room for their names", l.unnamed, len(l.p.Inputs)+len(l.p.Outputs)))
	}
	return out
}

// shelf finds out quickly whether a rectangle touches one of many others.
type shelf struct {
	area vg.Rectangle
	rows [][]vg.Rectangle
}

const shelfHeight = vg.Length(12)

func newShelf(area vg.Rectangle) *shelf {
	return &shelf{area, make([][]vg.Rectangle, int(area.Size().Y/shelfHeight)+1)}
}

// span is the rows that a rectangle lies in.
func (s *shelf) span(r vg.Rectangle) (from, to int) {
	row := func(y vg.Length) int {
		return min(max(int((y-s.area.Min.Y)/shelfHeight), 0), len(s.rows)-1)
	}
	return row(r.Min.Y), row(r.Max.Y)
}

func (s *shelf) put(r vg.Rectangle) {
	from, to := s.span(r)
	for i := from; i <= to; i++ {
		s.rows[i] = append(s.rows[i], r)
	}
}

func (s *shelf) touches(r vg.Rectangle) bool {
	from, to := s.span(r)
	for i := from; i <= to; i++ {
		if slices.ContainsFunc(s.rows[i], func(o vg.Rectangle) bool { return overlap(o, r) }) {
			return true
		}
	}
	return false
}
