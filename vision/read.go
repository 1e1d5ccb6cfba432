package vision

import (
	"errors"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/vision/camera"
)

// Options of a reading. The zero value is right for a lattice whose nodes move
// by less than 0.4 of the least distance between two of them.
type Options struct {
	// Gate is how far from its expected place a node may be seen, m; 0: 0.4 of the
	// least distance between two nodes. A node that moved more than 0.6 of that
	// distance may be taken for its neighbour if the neighbour is hidden.
	Gate float64
	// MinSeen is the share of nodes that must be seen; 0: half of them.
	MinSeen float64
	// MaxResidual is how badly the marks of the frame may fit, root mean square of a
	// coordinate in pixels; 0: 1 pixel.
	MaxResidual float64
}

const gateOfGap = 0.4

func (o Options) withDefaults(l *Layout) (Options, error) {
	for _, v := range []float64{o.Gate, o.MinSeen, o.MaxResidual} {
		if !(v >= 0) || math.IsInf(v, 0) {
			return o, fmt.Errorf("gate, least share of nodes and largest residual must be finite and not negative; they are %g, %g, %g", o.Gate, o.MinSeen, o.MaxResidual)
		}
	}
	if o.Gate == 0 {
		o.Gate = gateOfGap * l.gap()
		if len(l.Nodes) == 1 {
			o.Gate = 3 * l.MarkerDiameter
		}
	}
	if o.MinSeen == 0 {
		o.MinSeen = 0.5
	}
	if o.MaxResidual == 0 {
		o.MaxResidual = 1
	}
	return o, nil
}

// Mark is what became of one mark of the layout.
type Mark struct {
	X     [2]float64 // m, in the coordinates of the design
	Sigma float64    // standard deviation of each coordinate, m, the frame's share included
	Pixel [2]float64 // centre in the photograph
	Size  float64    // diameter in the photograph, pixels
	Seen  bool       // false: the rest means nothing, except for Why
	Why   string     // it was not seen
}

// Reading is what a photograph says.
type Reading struct {
	Nodes []Mark // len Layout.Nodes
	Frame []Mark // len Layout.Frame; X is where the frame's other marks put it
	Fit   *camera.Fit
	// ResidualMicrons is the root mean square distance of the frame's marks from
	// where the layout has them, a coordinate, µm; 0 with only four of them.
	ResidualMicrons float64
	// Magnification is the length of the scale bar as seen over its true length, and
	// its standard deviation; 0 without a scale bar or if it was not seen.
	Magnification, MagnificationSigma float64
	Scale                             [2]Mark // ends of the scale bar
	PixelsPerMetre                    float64 // at the middle of the nodes
	// Turn is the angle from the picture's right to the design's x axis, radians,
	// counterclockwise.
	Turn     float64
	Strays   [][2]float64 // pixels of marks of a node's size that belong to none
	Warnings []string
}

// Reader reads photographs of one layout through one lens. It may be used by
// many goroutines.
type Reader struct {
	layout  Layout
	lens    *camera.Lens
	options Options
}

// NewReader checks that photographs of the layout can be read at all. A nil lens
// has no distortion.
func NewReader(layout Layout, lens *camera.Lens, options Options) (*Reader, error) {
	if err := layout.Check(); err != nil {
		return nil, err
	}
	if err := lens.Check(); err != nil {
		return nil, err
	}
	options, err := options.withDefaults(&layout)
	if err != nil {
		return nil, err
	}
	return &Reader{layout, lens, options}, nil
}

// Read is NewReader and [Reader.Read] in one, with the nodes expected at rest.
func Read(g *Grey, layout Layout, lens *camera.Lens, options Options) (*Reading, error) {
	r, err := NewReader(layout, lens, options)
	if err != nil {
		return nil, err
	}
	return r.Read(g, nil)
}

// Read reads one photograph. expected is where the nodes should be (m; len
// Layout.Nodes), for instance as a simulation predicts; nil: at rest.
//
// With an error about nodes ([TwoCandidates], [TooFew]; several are joined) the
// reading is returned as well, so that a person can look at it; nodes in doubt are
// not Seen. With any other error it is nil.
func (r *Reader) Read(g *Grey, expected [][2]float64) (*Reading, error) {
	if expected == nil {
		expected = r.layout.Nodes
	}
	if len(expected) != len(r.layout.Nodes) {
		panic(fmt.Sprintf("vision: %d expected places for %d nodes", len(expected), len(r.layout.Nodes)))
	}
	if err := r.lens.Fits(g.W, g.H); err != nil {
		return nil, err
	}
	p := &photo{Reader: r, grey: g, blobs: findBlobs(g, r.layout.Light, r.mostDiameter(g))}
	out := &Reading{Nodes: make([]Mark, len(r.layout.Nodes)), Frame: make([]Mark, len(r.layout.Frame))}
	if err := p.frame(out, expected); err != nil {
		return nil, err
	}
	problems := p.nodes(out, expected)
	p.scaleBar(out)
	p.warn(out)
	seen, needed := 0, int(math.Ceil(r.options.MinSeen*float64(len(out.Nodes))))
	for _, m := range out.Nodes {
		if m.Seen {
			seen++
		}
	}
	if seen < needed {
		problems = append(problems, &TooFew{seen, len(out.Nodes), needed})
	}
	return out, errors.Join(problems...)
}

// mostDiameter is the most pixels that a mark can measure across if the whole
// frame is in the picture.
func (r *Reader) mostDiameter(g *Grey) float64 {
	diameter, extent := r.layout.MarkerDiameter, 0.0
	for i, a := range r.layout.Frame {
		diameter = max(diameter, a.Diameter)
		for _, b := range r.layout.Frame[:i] {
			extent = max(extent, math.Hypot(a.X[0]-b.X[0], a.X[1]-b.X[1]))
		}
	}
	const perspective = 1.3
	return max(leastDiameter, perspective*diameter/extent*math.Hypot(float64(g.W), float64(g.H)))
}

// photo is a photograph while it is read.
type photo struct {
	*Reader
	grey  *Grey
	blobs []blob
	used  []bool // blobs that are marks of the frame
	fit   *camera.Fit
}

// mostDisturbed is the share of a mark's area that may look different from a disc.
const mostDisturbed = 0.03

// frame finds the marks of the frame and fits the homography to them.
func (p *photo) frame(out *Reading, expected [][2]float64) error {
	var seen []sight
	var from []int
	for i, b := range p.blobs {
		if u, ok := p.lens.Undistort(b.c); b.round && ok {
			seen = append(seen, sight{u, b.diameter})
			from = append(from, i)
		}
	}
	sky := constellation{
		frame: p.layout.Frame, nodes: expected, diameter: p.layout.MarkerDiameter, gate: p.options.Gate,
		// Half of those that must be seen in the end, so that too few is said as such.
		atLeast: int(p.options.MinSeen * float64(len(expected)) / 2),
	}
	found, _, err := findFrame(sky, seen, search{reach: 0.5, size: 0.2, doubt: 0.05})
	if err != nil {
		return err
	}
	p.used = make([]bool, len(p.blobs))
	var pairs []camera.Pair
	var who []int
	for i, spot := range p.layout.Frame {
		m := &out.Frame[i]
		if found.at[i] < 0 {
			m.Why = "nothing round of its size is there"
			continue
		}
		at := from[found.at[i]]
		p.used[at] = true
		d, ok := p.disc(p.blobs[at].c, found.h, spot)
		if !ok || d.disturbed > mostDisturbed {
			m.Why = "it is partly hidden or in glare"
			continue
		}
		u, ok := p.lens.Undistort(d.c)
		if !ok {
			m.Why = "it is outside the calibrated part of the lens"
			continue
		}
		m.Pixel, m.Size = d.c, d.size*spot.Diameter*found.h.Scale(spot.X)
		who = append(who, i)
		pairs = append(pairs, camera.Pair{Plane: spot.X, Radius: spot.Diameter / 2, Pixel: u, Sigma: d.sigma})
	}
	if len(pairs) < 4 {
		return fmt.Errorf("%w: only %d of %d are in full sight, four are needed", ErrFrame, len(pairs), len(p.layout.Frame))
	}
	if p.fit, err = camera.FitHomography(pairs); err != nil {
		return fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return p.judgeFrame(out, pairs, who)
}

func (p *photo) judgeFrame(out *Reading, pairs []camera.Pair, who []int) error {
	out.Fit = p.fit
	square, worst := 0.0, 0
	off := make([]float64, len(pairs))
	for k, pair := range pairs {
		spot := p.layout.Frame[who[k]]
		x, ok := p.fit.DiscAt(p.fit.Inverse, pair.Pixel, spot.Diameter/2)
		if !ok {
			return fmt.Errorf("%w: %s lies on the horizon", ErrFrame, frameName(who[k]))
		}
		m := &out.Frame[who[k]]
		m.X, m.Seen = x, true
		m.Sigma = math.Sqrt(pair.Sigma*pair.Sigma+p.fit.Variance(spot.X)) / p.fit.Scale(spot.X)
		off[k] = math.Hypot(x[0]-spot.X[0], x[1]-spot.X[1])
		square += off[k] * off[k]
		if off[k] > off[worst] {
			worst = k
		}
	}
	if free := float64(2*len(pairs) - 8); free > 0 {
		out.ResidualMicrons = 1e6 * math.Sqrt(square/free)
	}
	middle := p.middle()
	out.PixelsPerMetre = p.fit.Scale(middle)
	j := p.fit.Jacobian(middle)
	out.Turn = math.Atan2(-j[2], j[0])
	if p.fit.RMS > p.options.MaxResidual {
		return fmt.Errorf("%w: they miss it by %.2f pixels (%.0f µm), %s by %.0f µm: is the frame flat, is the lens calibrated, are they where the layout says?",
			ErrResidual, p.fit.RMS, out.ResidualMicrons, frameName(who[worst]), 1e6*off[worst])
	}
	return nil
}

func (r *Reader) middle() (c [2]float64) {
	for _, x := range r.layout.Nodes {
		c[0] += x[0] / float64(len(r.layout.Nodes))
		c[1] += x[1] / float64(len(r.layout.Nodes))
	}
	return c
}

// disc fits a mark of the layout's kind near the pixel c.
func (p *photo) disc(c [2]float64, h camera.Homography, spot Spot) (disc, bool) {
	u, ok := p.lens.Undistort(c)
	if !ok {
		return disc{}, false
	}
	inverse, ok := h.Inverse()
	if !ok {
		return disc{}, false
	}
	x, ok := h.Plane(inverse, u)
	if !ok {
		return disc{}, false
	}
	m, ok := shapeOf(p.picture(h, x, u), spot.Diameter/2)
	if !ok {
		return disc{}, false
	}
	if rx, ry := m.reach(); rx*ry > 1e6 || rx*ry < 1 {
		return disc{}, false
	}
	return p.grey.fitDisc(c, m, p.layout.Light)
}

// picture is the Jacobian of the real picture by the plane at x, seen at u
// without the lens.
func (p *photo) picture(h camera.Homography, x, u [2]float64) [4]float64 {
	j := h.Jacobian(x)
	if p.lens == nil {
		return j
	}
	const step = 0.5
	r, l := p.lens.Distort([2]float64{u[0] + step, u[1]}), p.lens.Distort([2]float64{u[0] - step, u[1]})
	d, t := p.lens.Distort([2]float64{u[0], u[1] + step}), p.lens.Distort([2]float64{u[0], u[1] - step})
	a := [4]float64{r[0] - l[0], d[0] - t[0], r[1] - l[1], d[1] - t[1]} // steps of one pixel
	return [4]float64{
		a[0]*j[0] + a[1]*j[2], a[0]*j[1] + a[1]*j[3],
		a[2]*j[0] + a[3]*j[2], a[2]*j[1] + a[3]*j[3],
	}
}
