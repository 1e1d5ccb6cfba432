package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// beside is a node with its number next to it, or a bond with its number on it.
type beside struct {
	index int
	at    vg.Point
	t     text
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
		if p := l.at(l.shape, i); n.Nodes() > 10*single && taken.touches(box(p.X-1, p.Y-1, p.X+1, p.Y+1)) {
			continue // of so many nodes others have more room
		}
		for _, side := range []vg.Point{{X: 1.5, Y: 1.5}, {X: 1.5, Y: -1.5}, {X: -1.5, Y: 1.5}, {X: -1.5, Y: -1.5}} {
			b := beside{index: i, at: l.at(l.shape, i).Add(side), t: text{size: 6, colour: ink, halo: 0.9}}
			if side.X < 0 {
				b.t.h = 1
			}
			if side.Y < 0 {
				b.t.v = 1
			}
			r := textBox(strconv.Itoa(n.NodeNumber(i)), b.at, b.t)
			if !inside(r, l.extent) || taken.touches(r) {
				continue
			}
			// Room around it keeps the network visible.
			taken.put(box(r.Min.X-6, r.Min.Y-4, r.Max.X+6, r.Max.Y+4))
			l.some = append(l.some, b)
			break
		}
	}
}

// inside tells whether a rectangle lies in another.
func inside(r, in vg.Rectangle) bool {
	return r.Min.X >= in.Min.X && r.Max.X <= in.Max.X && r.Min.Y >= in.Min.Y && r.Max.Y <= in.Max.Y
}

// placeBondNumbers chooses where the numbers of the bonds stand: at their middles
// or, where a node or another number is in the way, elsewhere along the bond. A
// number without any place is left out. In space near bonds come first.
func (l *layout) placeBondNumbers() {
	if l.bondSize == 0 && l.p.Drives == nil {
		return
	}
	taken := newShelf(l.extent)
	for i, ok := range l.shape.ok {
		if r := 0.8 * l.node; ok {
			at := l.at(l.shape, i)
			taken.put(box(at.X-r, at.Y-r, at.X+r, at.Y+r))
		}
	}
	var bars []int
	for i, e := range l.p.Network.Elements {
		if l.isBar(e) && l.bondLabel(i) != "" {
			bars = append(bars, i)
		}
	}
	if l.p.Network.Dim == 3 {
		slices.SortStableFunc(bars, func(a, b int) int { return cmp.Compare(l.middleDepth(b), l.middleDepth(a)) })
	}
	for _, i := range bars {
		e := l.p.Network.Elements[i]
		t := text{colour: ink, h: 0.5, v: 0.5}
		if e.Cut {
			t.colour = soft
		}
		a, b := l.at(l.shape, e.Nodes[0]), l.at(l.shape, e.Nodes[1])
		if l.p.Drives != nil && l.p.Drives[i] != "" {
			t.colour = driven
		}
		if at, ok := l.alongBond(taken, l.bondLabel(i), a, b, &t); ok {
			l.onBonds = append(l.onBonds, beside{i, at, t})
		}
	}
}

// bondLabel is what stands on a bond: its number, and the input that sets it.
func (l *layout) bondLabel(i int) string {
	name := ""
	if l.p.Drives != nil {
		name = shorten(l.p.Drives[i], driveSize, false, 60)
	}
	switch {
	case l.bondSize == 0:
		return name
	case name == "":
		return strconv.Itoa(i + 1)
	}
	return strconv.Itoa(i+1) + ": " + name
}

// driveSize is how large names of inputs stand on bonds without numbers.
const driveSize = vg.Length(6)

// driven is their colour.
var driven = color.RGBA{R: 0, G: 90, B: 130, A: 255}

// alongBond finds a place for the number of a bond, if need be a little smaller.
func (l *layout) alongBond(taken *shelf, number string, a, b vg.Point, t *text) (vg.Point, bool) {
	large := l.bondSize
	if large == 0 {
		large = driveSize
	}
	for _, size := range []vg.Length{large, 0.75 * large} {
		t.size, t.halo = size, 0.2*size
		for _, share := range []vg.Length{0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72} {
			at := a.Add(b.Sub(a).Scale(share))
			if r := textBox(number, at, *t); !taken.touches(r) {
				taken.put(r)
				return at, true
			}
		}
	}
	return vg.Point{}, false
}

// drawBondNumbers draws the numbers on the bonds, over white rims.
func (l *layout) drawBondNumbers(c draw.Canvas) {
	for _, b := range l.onBonds {
		write(c, l.bondLabel(b.index), b.at, b.t)
	}
}

// drawNumbers draws the numbers beside nodes.
func (l *layout) drawNumbers(c draw.Canvas) {
	for _, b := range l.some {
		fill(c, circle(l.at(l.shape, b.index), 1.1), ink)
		write(c, strconv.Itoa(l.p.Network.NodeNumber(b.index)), b.at, b.t)
	}
}

// leftOut says what has no room, and how wide a picture would have it.
func (l *layout) leftOut() []string {
	var out []string
	n := l.p.Network
	if nodes := n.Nodes(); l.p.NodeNumbers && !l.numbers && len(l.some) < nodes {
		out = append(out, fmt.Sprintf("%d of %d nodes are numbered", len(l.some), nodes))
	}
	if l.p.BondNumbers {
		bars := 0
		for _, e := range n.Elements {
			if l.isBar(e) {
				bars++
			}
		}
		if l.bondSize == 0 {
			out = append(out, fmt.Sprintf("0 of %d bonds are numbered", bars))
		} else if len(l.onBonds) < bars {
			out = append(out, fmt.Sprintf("%d of %d bonds are numbered", len(l.onBonds), bars))
		}
	}
	named, here := 0, 0
	for _, name := range l.p.Drives {
		if name != "" {
			named++
		}
	}
	for _, b := range l.onBonds {
		if l.p.Drives != nil && l.p.Drives[b.index] != "" {
			here++
		}
	}
	if here < named {
		out = append(out, fmt.Sprintf("%d of %d bonds have no room for the names of their inputs", named-here, named))
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
