package insitu

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/network"
)

// Sheet is the drawing, at true size, of what lies below a lattice: the marks of
// the frame, the places of the nodes and bonds, and a ruler. It is SVG in
// millimetres, with y up as in the design.
func (l *Lab) Sheet() string {
	s, net := l.Sight, l.Experiment.Network
	lo, hi := s.Layout.Frame[0].X, s.Layout.Frame[0].X
	for _, spot := range s.Layout.Frame {
		for axis := range 2 {
			lo[axis], hi[axis] = min(lo[axis], spot.X[axis]-spot.Diameter), max(hi[axis], spot.X[axis]+spot.Diameter)
		}
	}
	const margin, foot = 10.0, 14.0 // mm
	width, height := 1e3*(hi[0]-lo[0])+2*margin, 1e3*(hi[1]-lo[1])+2*margin+foot
	at := func(x []float64) (float64, float64) {
		return 1e3*(x[0]-lo[0]) + margin, 1e3*(hi[1]-x[1]) + margin
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.2fmm" height="%.2fmm" viewBox="0 0 %.2f %.2f" font-family="sans-serif">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<rect width="%.2f" height="%.2f" fill="white"/>`+"\n", width, height)
	for i := range net.Elements {
		el := &net.Elements[i]
		if el.Kind != network.Bar || el.Cut {
			continue
		}
		x1, y1 := at(net.At(el.Nodes[0]))
		x2, y2 := at(net.At(el.Nodes[1]))
		fmt.Fprintf(&b, `<line x1="%.3f" y1="%.3f" x2="%.3f" y2="%.3f" stroke="#ddd" stroke-width="0.3"/>`+"\n", x1, y1, x2, y2)
	}
	for i := range net.Nodes() {
		x, y := at(net.At(i))
		fmt.Fprintf(&b, `<circle cx="%.3f" cy="%.3f" r="%.3f" fill="none" stroke="#ccc" stroke-width="0.2"/><text x="%.3f" y="%.3f" font-size="2.4" fill="#999">%d</text>`+"\n",
			x, y, 500*s.Layout.MarkerDiameter, x+600*s.Layout.MarkerDiameter, y-600*s.Layout.MarkerDiameter, i+1)
		if net.Held[2*i] || net.Held[2*i+1] {
			fmt.Fprintf(&b, `<path d="M%.3f %.3fh4M%.3f %.3fv4" stroke="#999" stroke-width="0.2"/>`+"\n", x-2, y, x, y-2)
		}
	}
	for _, spot := range s.Layout.Frame {
		x, y := at(spot.X[:])
		fmt.Fprintf(&b, `<circle cx="%.3f" cy="%.3f" r="%.3f"/>`+"\n", x, y, 500*spot.Diameter)
	}
	ruler := height - foot/2
	fmt.Fprintf(&b, `<path d="M%.2f %.2fh50m-50 -1.5v3m50 -3v3" stroke="black" stroke-width="0.2" fill="none"/>`+"\n", margin, ruler)
	fmt.Fprintf(&b, `<text x="%.2f" y="%.2f" font-size="2.6">50 mm: measure it. Print at 100 %%; no other size will do.</text>`+"\n</svg>\n", margin, ruler+4)
	return b.String()
}
