package hang

import (
	"fmt"
	"math"
	"strings"

	"github.com/elastrain/elastrain/network"
)

// The drawing is in units that a page scales to its width.
const (
	pictureWidth = 400.0
	marginWidth  = 84.0 // room for the arrows of strings on the rim
	arrowLength  = 42.0
)

// view places the nodes of a network on the drawing, y downwards.
type view struct {
	scale, left, top float64 // units a metre; where the corner of the network is, m
	height           float64 // of the drawing
}

// flat is a place in the plane of the drawing, m: space is seen obliquely.
func flat(p []float64) (x, y float64) {
	x = p[0]
	if len(p) > 1 {
		y = p[1]
	}
	if len(p) > 2 {
		x += 0.45 * p[2]
		y += 0.30 * p[2]
	}
	return x, y
}

func newView(net *network.Network) view {
	left, right, bottom, top := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for node := range net.Nodes() {
		x, y := flat(net.At(node))
		left, right, bottom, top = min(left, x), max(right, x), min(bottom, y), max(top, y)
	}
	v := view{left: left, top: top, scale: 1}
	if wide := max(right-left, top-bottom); wide > 0 {
		v.scale = (pictureWidth - 2*marginWidth) / wide
	}
	v.height = 2*marginWidth + v.scale*(top-bottom)
	return v
}

func (v view) at(p []float64) (x, y float64) {
	x, y = flat(p)
	return marginWidth + v.scale*(x-v.left), marginWidth + v.scale*(v.top-y)
}

// Picture draws the lattice as SVG with an arrow and a mass for every string.
// Supports are squares, nodes carry their numbers.
func Picture(net *network.Network, hangs []Hang) string {
	v := newView(net)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s" font-family="sans-serif">`+"\n",
		pictureWidth, v.height, label(hangs))
	b.WriteString(`<path stroke="#555" stroke-width="3" fill="none" d="`)
	for _, el := range net.Elements {
		if el.Kind != network.Bar || el.Cut {
			continue
		}
		x0, y0 := v.at(net.At(el.Nodes[0]))
		x1, y1 := v.at(net.At(el.Nodes[1]))
		fmt.Fprintf(&b, "M%.1f %.1fL%.1f %.1f", x0, y0, x1, y1)
	}
	b.WriteString("\"/>\n")
	loaded := make([]bool, net.Nodes())
	for _, h := range hangs {
		loaded[h.Node] = true
	}
	for node := range net.Nodes() {
		x, y := v.at(net.At(node))
		held := true
		for axis := range net.Dim {
			held = held && net.Held[node*net.Dim+axis]
		}
		switch {
		case loaded[node]:
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="13" fill="#b00020"/><text x="%.1f" y="%.1f" font-size="15" font-weight="bold" fill="#fff" text-anchor="middle">%d</text>`+"\n", x, y, x, y+5.3, node+1)
		case held:
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="20" height="20" fill="#000"/><text x="%.1f" y="%.1f" font-size="13" fill="#fff" text-anchor="middle">%d</text>`+"\n", x-10, y-10, x, y+4.6, node+1)
		default:
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="10" fill="#fff" stroke="#555" stroke-width="2"/><text x="%.1f" y="%.1f" font-size="12" text-anchor="middle">%d</text>`+"\n", x, y, x, y+4.2, node+1)
		}
	}
	for _, h := range hangs {
		v.arrow(&b, net.At(h.Node), &h)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// arrow draws a string from the rim of its node, with the mass at its end.
func (v view) arrow(b *strings.Builder, from []float64, h *Hang) {
	x, y := v.at(from)
	dx, dy := flat(h.Pull.Dir[:len(from)])
	size := math.Hypot(dx, dy)
	if size < 1e-6 { // along the line of sight
		dx, dy, size = 0, -1, 1
	}
	dx, dy = dx/size, -dy/size
	ex, ey := x+(13+arrowLength)*dx, y+(13+arrowLength)*dy
	fmt.Fprintf(b, `<path stroke="#b00020" stroke-width="5" fill="none" d="M%.1f %.1fL%.1f %.1f"/>`, x+13*dx, y+13*dy, ex-10*dx, ey-10*dy)
	fmt.Fprintf(b, `<path fill="#b00020" d="M%.1f %.1fL%.1f %.1fL%.1f %.1fz"/>`, ex, ey, ex-14*dx-8*dy, ey-14*dy+8*dx, ex-14*dx+8*dy, ey-14*dy-8*dx)
	anchor, tx, ty := "middle", ex, ey
	switch { // beside a level string above its end, otherwise beyond the end
	case math.Abs(dx) > 0.7:
		ty -= 12
	case dy > 0:
		ty += 17
	default:
		ty -= 6
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" font-size="17" font-weight="bold" fill="#b00020" text-anchor="%s">%s</text>`+"\n", tx, ty, anchor, grams(h.Mass))
}

// label says the picture in words for those who cannot see it.
func label(hangs []Hang) string {
	if len(hangs) == 0 {
		return "the lattice without weights"
	}
	words := make([]string, len(hangs))
	for i, h := range hangs {
		words[i] = fmt.Sprintf("%s on node %d", grams(h.Mass), h.Node+1)
	}
	return strings.Join(words, ", ")
}
