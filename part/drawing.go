package part

import (
	"bufio"
	"fmt"
	"io"
)

// Layers of a drawing: the edge, the holes, which are cut first, and what is only marked.
var layers = [3]string{"CUT", "HOLES", "MARKS"}

// layer are the rings of a layer.
func (o *Outline) layer(i int) []Ring {
	return [3][]Ring{o.Rings[:1], o.Rings[1:], o.Dots}[i]
}

// bounds are the corners of the drawing.
func (o *Outline) bounds() (lo, hi Point) {
	lo, hi = o.Rings[0][0], o.Rings[0][0]
	for _, p := range o.Rings[0] {
		for a := range p {
			lo[a], hi[a] = min(lo[a], p[a]), max(hi[a], p[a])
		}
	}
	return lo, hi
}

// WriteSVG draws the outline at its true size: every contour is one closed path, in a layer that says what is done with it.
func (o *Outline) WriteSVG(w io.Writer, title string) error {
	out := bufio.NewWriter(w)
	lo, hi := o.bounds()
	const edge = 1
	width, height := hi[0]-lo[0]+2*edge, hi[1]-lo[1]+2*edge
	fmt.Fprintf(out, `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="%.4fmm" height="%.4fmm" viewBox="0 0 %.4f %.4f">
<title>%s</title>
`, width, height, width, height, escaped(title))
	for i, name := range layers {
		fmt.Fprintf(out, `<g id="%s" inkscape:groupmode="layer" inkscape:label="%s" fill="none" stroke="%s" stroke-width="0.05">`+"\n", name, name, [3]string{"#ff0000", "#0000ff", "#00a000"}[i])
		for _, r := range o.layer(i) {
			for k, p := range r {
				fmt.Fprintf(out, "%s%.4f %.4f", map[bool]string{true: `<path d="M`, false: " L"}[k == 0], p[0]-lo[0]+edge, hi[1]-p[1]+edge)
			}
			out.WriteString(" Z\"/>\n")
		}
		out.WriteString("</g>\n")
	}
	out.WriteString("</svg>\n")
	return out.Flush()
}

// WriteDXF draws the outline as DXF of release 12, in millimetres: every contour is one closed polyline.
func (o *Outline) WriteDXF(w io.Writer) error {
	out := bufio.NewWriter(w)
	lo, hi := o.bounds()
	tag := func(code int, value any) { fmt.Fprintf(out, "%3d\n%v\n", code, value) }
	number := func(code int, v float64) { fmt.Fprintf(out, "%3d\n%.4f\n", code, v) }
	tag(0, "SECTION")
	tag(2, "HEADER")
	tag(9, "$ACADVER")
	tag(1, "AC1009")
	tag(9, "$INSUNITS")
	tag(70, 4)
	for i, name := range []string{"$EXTMIN", "$EXTMAX"} {
		tag(9, name)
		number(10, [2]Point{lo, hi}[i][0])
		number(20, [2]Point{lo, hi}[i][1])
		number(30, 0)
	}
	tag(0, "ENDSEC")
	tag(0, "SECTION")
	tag(2, "TABLES")
	tag(0, "TABLE")
	tag(2, "LAYER")
	tag(70, len(layers))
	for i, name := range layers {
		tag(0, "LAYER")
		tag(2, name)
		tag(70, 0)
		tag(62, [3]int{1, 5, 3}[i])
		tag(6, "CONTINUOUS")
	}
	tag(0, "ENDTAB")
	tag(0, "ENDSEC")
	tag(0, "SECTION")
	tag(2, "ENTITIES")
	for i, name := range layers {
		for _, r := range o.layer(i) {
			tag(0, "POLYLINE")
			tag(8, name)
			tag(66, 1)
			number(10, 0)
			number(20, 0)
			number(30, 0)
			tag(70, 1)
			for _, p := range r {
				tag(0, "VERTEX")
				tag(8, name)
				number(10, p[0])
				number(20, p[1])
				number(30, 0)
			}
			tag(0, "SEQEND")
			tag(8, name)
		}
	}
	tag(0, "ENDSEC")
	tag(0, "EOF")
	return out.Flush()
}
