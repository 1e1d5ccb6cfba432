package vision

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// candidate is a blob that may be the mark of a node.
type candidate struct {
	blob int
	x    [2]float64 // m
	disc disc
	good bool // everything about it is as it must be
	why  string
	node int     // nearest expected place, within the gate; -1: none
	near float64 // distance to it, m
}

const (
	sizeSpread     = 0.10 // of a mark's diameter against the median of all
	contrastSpread = 0.35 // of a mark's contrast against the median of all
	// clearly is how much nearer than the next node without a mark a mark must be.
	clearly = 2.0
)

// nodes gives every node its mark, where exactly one can be it.
func (p *photo) nodes(out *Reading, expected [][2]float64) (problems []error) {
	candidates := p.candidates(expected)
	of := make([][]*candidate, len(expected))
	for i := range candidates {
		c := &candidates[i]
		if c.node >= 0 {
			of[c.node] = append(of[c.node], c)
		} else if c.good && !p.nearScale(c.x) {
			out.Strays = append(out.Strays, c.disc.c)
		}
	}
	alone := make([]*candidate, len(expected))
	for node, list := range of {
		good := goodOnes(list)
		switch {
		case len(good) > 1:
			e := &TwoCandidates{Node: node, Other: -1}
			for _, c := range good {
				e.At = append(e.At, c.disc.c)
			}
			problems = append(problems, e)
			out.Nodes[node].Why = fmt.Sprintf("%d marks may be it", len(good))
		case len(good) == 1 && len(list) > 1:
			out.Nodes[node].Why = "beside a good mark lies another thing of its size"
		case len(good) == 1:
			alone[node] = good[0]
		case len(list) > 0:
			out.Nodes[node].Why = list[0].why
		default:
			out.Nodes[node].Why = "no mark is near where it should be"
		}
	}
	for node, c := range alone {
		if c == nil {
			continue
		}
		if other := p.rival(c, node, expected, alone); other >= 0 {
			problems = append(problems, &TwoCandidates{Node: node, At: [][2]float64{c.disc.c}, Other: other})
			out.Nodes[node].Why = fmt.Sprintf("its mark may be that of node %d", other+1)
			continue
		}
		p.accept(&out.Nodes[node], c)
	}
	return problems
}

func goodOnes(list []*candidate) (good []*candidate) {
	for _, c := range list {
		if c.good {
			good = append(good, c)
		}
	}
	return good
}

// rival is a node without a mark of its own that is not clearly farther from this
// one; -1 if there is none.
func (p *photo) rival(c *candidate, node int, expected [][2]float64, alone []*candidate) int {
	for other, x := range expected {
		if other != node && alone[other] == nil && math.Hypot(c.x[0]-x[0], c.x[1]-x[1]) < clearly*c.near {
			return other
		}
	}
	return -1
}

func (p *photo) accept(m *Mark, c *candidate) {
	u, ok := p.lens.Undistort(c.disc.c)
	if !ok {
		m.Why = "it is outside the calibrated part of the lens"
		return
	}
	x, ok := p.fit.DiscAt(p.fit.Inverse, u, p.layout.MarkerDiameter/2)
	if !ok {
		m.Why = "it lies on the horizon"
		return
	}
	scale := p.fit.Scale(x)
	*m = Mark{
		X: x, Pixel: c.disc.c, Seen: true, Size: c.disc.size * p.layout.MarkerDiameter * scale,
		Sigma: math.Sqrt(c.disc.sigma*c.disc.sigma+p.fit.Variance(x)) / scale,
	}
}

// candidates lists every blob that has about the size of a node's mark, with the
// node whose gate it lies in, and judges it.
func (p *photo) candidates(expected [][2]float64) []candidate {
	var list []candidate
	for i, b := range p.blobs {
		if p.used[i] || b.long > 2*b.short {
			continue
		}
		x, u, ok := p.place(b.c)
		if !ok {
			continue
		}
		j := p.picture(p.fit.Homography, x, u)
		size := b.diameter / (p.layout.MarkerDiameter * math.Sqrt(math.Abs(j[0]*j[3]-j[1]*j[2])))
		if size < 0.6 || size > 1.5 {
			continue
		}
		c := candidate{blob: i, x: x, node: -1, disc: disc{c: b.c}}
		for node, e := range expected {
			if d := math.Hypot(x[0]-e[0], x[1]-e[1]); d <= p.options.Gate && (c.node < 0 || d < c.near) {
				c.node, c.near = node, d
			}
		}
		list = append(list, c)
	}
	p.judge(list)
	return list
}

// place is where on the specimen the pixel c looks at.
func (p *photo) place(c [2]float64) (x, u [2]float64, ok bool) {
	u, ok = p.lens.Undistort(c)
	if !ok {
		return x, u, false
	}
	x, ok = p.fit.Plane(p.fit.Inverse, u)
	return x, u, ok
}

// judge fits a disc to every candidate and compares it with the others: marks of
// one photograph look alike.
func (p *photo) judge(list []candidate) {
	var sizes, contrasts []float64
	for i := range list {
		c := &list[i]
		if !p.blobs[c.blob].round {
			c.why = "what is there is not round"
			continue
		}
		d, ok := p.disc(c.disc.c, p.fit.Homography, Spot{c.x, p.layout.MarkerDiameter})
		switch {
		case !ok:
			c.why = "what is there does not look like a disc"
		case d.disturbed > mostDisturbed:
			c.why = "it is partly hidden or in glare"
		default:
			c.disc, c.good = d, true
			sizes, contrasts = append(sizes, d.size), append(contrasts, d.contrast)
		}
	}
	size, contrast := median(sizes), median(contrasts)
	for i := range list {
		c := &list[i]
		switch {
		case !c.good:
		case math.Abs(c.disc.size/size-1) > sizeSpread:
			c.good, c.why = false, fmt.Sprintf("what is there has %.0f %% of the diameter of the other marks", 100*c.disc.size/size)
		case math.Abs(c.disc.contrast/contrast-1) > contrastSpread:
			c.good, c.why = false, fmt.Sprintf("what is there has %.0f %% of the contrast of the other marks", 100*c.disc.contrast/contrast)
		}
	}
}

// nearScale tells whether x is where an end of the scale bar should be.
func (p *photo) nearScale(x [2]float64) bool {
	bar := p.layout.Scale
	return bar != nil && (bar.A.near(x) || bar.B.near(x))
}

func (s Spot) near(x [2]float64) bool {
	return math.Hypot(x[0]-s.X[0], x[1]-s.X[1]) < 2*s.Diameter
}

// scaleBar measures the two marks of the scale bar.
func (p *photo) scaleBar(out *Reading) {
	bar := p.layout.Scale
	if bar == nil {
		return
	}
	var ends [2]Mark
	for k, spot := range []Spot{bar.A, bar.B} {
		var found []Mark
		for i, b := range p.blobs {
			x, _, ok := p.place(b.c)
			if p.used[i] || !b.round || !ok || !spot.near(x) {
				continue
			}
			d, ok := p.disc(b.c, p.fit.Homography, spot)
			if !ok || d.disturbed > mostDisturbed || math.Abs(d.size-1) > 0.3 {
				continue
			}
			u, _ := p.lens.Undistort(d.c)
			if x, ok := p.fit.DiscAt(p.fit.Inverse, u, spot.Diameter/2); ok {
				scale := p.fit.Scale(x)
				found = append(found, Mark{
					X: x, Pixel: d.c, Seen: true, Size: d.size * spot.Diameter * scale,
					Sigma: math.Sqrt(d.sigma*d.sigma+p.fit.Variance(x)) / scale,
				})
			}
		}
		if len(found) != 1 {
			out.Warnings = append(out.Warnings, fmt.Sprintf("the scale bar was not measured: %d marks may be its end %d", len(found), k+1))
			return
		}
		ends[k] = found[0]
	}
	out.Scale = ends
	out.Magnification = math.Hypot(ends[0].X[0]-ends[1].X[0], ends[0].X[1]-ends[1].X[1]) / bar.Length
	out.MagnificationSigma = math.Hypot(ends[0].Sigma, ends[1].Sigma) / bar.Length
}

// warn says what a person should know before accepting the reading.
func (p *photo) warn(out *Reading) {
	say := func(format string, args ...any) { out.Warnings = append(out.Warnings, fmt.Sprintf(format, args...)) }
	for i, m := range out.Frame {
		if !m.Seen {
			say("%s was not used: %s", frameName(i), m.Why)
		}
	}
	if p.fit.RMS > 0.3*p.options.MaxResidual {
		say("the frame fits to %.2f pixels (%.0f µm) only", p.fit.RMS, out.ResidualMicrons)
	}
	if off := math.Abs(out.Magnification - 1); out.Magnification != 0 && off > max(1e-3, 4*out.MagnificationSigma) {
		say("the scale bar measures %.2f %% of its length: the frame is not to scale", 100*out.Magnification)
	}
	var sizes []float64
	for _, m := range out.Nodes {
		if m.Seen {
			sizes = append(sizes, m.Size)
		}
	}
	slices.SortFunc(sizes, cmp.Compare[float64])
	if len(sizes) > 0 && sizes[0] < 8 {
		say("marks measure only %.1f pixels across; from 10 on they are measured well", sizes[0])
	}
	switch n := len(out.Strays); {
	case n == 1:
		say("a mark of a node's size belongs to no node")
	case n > 1:
		say("%d marks of a node's size belong to no node", n)
	}
	for i, m := range out.Nodes {
		if !m.Seen {
			say("%s is not seen: %s", nodeName(i), m.Why)
		}
	}
}

// Shift is how far each node was seen from where it is at rest, m. It says false
// for nodes that were not seen.
func (r *Reading) Shift(layout *Layout, node int) ([2]float64, bool) {
	m := r.Nodes[node]
	return minus(m.X, layout.Nodes[node]), m.Seen
}
