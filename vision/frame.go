package vision

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/elastrain/elastrain/vision/camera"
)

// sight is a round thing seen in the picture.
type sight struct {
	u        [2]float64 // undistorted pixel
	diameter float64    // pixels
}

// search says how close a thing must be to where a mark of the frame should be.
type search struct {
	reach float64 // distance, in diameters of the mark
	size  float64 // relative error of the diameter
	doubt float64 // two ways that fit better than this, in diameters, cannot be told apart
}

// framing is one way to find the frame among the things seen.
type framing struct {
	at       []int // thing of each mark of the frame, -1 if it was not seen
	score    int   // marks of the frame found
	nodes    int   // nodes near which a thing of their size is
	mirrored bool
	rms      float64 // of the fit, in mean mark diameters; 0 for four marks
	h        camera.Homography
}

// What a camera before a flat specimen can do to shapes.
const (
	mostStretch = 1.8        // ratio of the magnifications along two directions at a point: tilts to 56 degrees
	mostChange  = 2.2        // ratio of the magnifications at two marks
	chance      = 0.5        // ways that find a smaller share of the nodes of the best way are left out
	mostBases   = 12         // groups of four marks from which the search begins
	mostTries   = 50_000_000 // comparisons after which the search gives up
)

// constellation is the marks whose arrangement tells how the photograph was
// taken: the frame, whose places are known, and the nodes, which have moved by
// less than the gate.
type constellation struct {
	frame    []Spot
	nodes    [][2]float64
	diameter float64 // of the nodes' marks
	gate     float64
	atLeast  int // nodes that must be confirmed; with fewer it is another picture
}

// findFrame finds the way to lay the constellation over the things seen, and says
// whether it is the only one. Every assignment of four marks of the frame to four
// things that a camera could have produced fixes a homography. The nodes tell
// chance from sense: of the ways that put them where something of their size is,
// the one that finds most marks of the frame is the best. If there are two such,
// it returns the second as well, and ErrAmbiguousFrame.
func findFrame(c constellation, seen []sight, limits search) (best, second framing, err error) {
	f := frameSearch{constellation: c, seen: seen, search: limits, least: min(5, len(c.frame))}
	all := bases(c.frame)
	all = all[:min(len(all), mostBases)]
	f.from(all)
	if f.least > 4 && f.best < len(c.nodes)/2 {
		// Of a frame half hidden four marks may be left; then the nodes alone confirm.
		f.least = 4
		f.from(all)
	}
	if f.tries > mostTries {
		return best, second, fmt.Errorf("%w among %d round things: give them a diameter of their own", ErrFrame, len(seen))
	}
	if len(f.found) == 0 {
		return best, second, fmt.Errorf("%w among %d round things", ErrFrame, len(seen))
	}
	for i := range f.found {
		f.adjust(&f.found[i])
	}
	slices.SortStableFunc(f.found, func(a, b framing) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.rms, b.rms))
	})
	best = f.found[0]
	// A thing beside a mark can stand in for it, but then the others fit worse.
	if len(f.found) > 1 && f.found[1].score == best.score && f.found[1].rms < max(3*best.rms, limits.doubt) {
		return best, f.found[1], ErrAmbiguousFrame
	}
	if best.mirrored {
		return best, second, ErrMirrored
	}
	return best, second, nil
}

// bases lists groups of four marks, widest first; groups with three marks nearly
// on a line are left out.
func bases(frame []Spot) [][4]int {
	type group struct {
		of    [4]int
		width float64
	}
	var groups []group
	for a := range frame {
		for b := range a {
			for c := range b {
				for d := range c {
					g := group{of: [4]int{a, b, c, d}, width: math.Inf(1)}
					for skip := range 4 {
						var t [3][2]float64
						for i, k := range slices.Delete([]int{a, b, c, d}, skip, skip+1) {
							t[i] = frame[k].X
						}
						g.width = min(g.width, math.Abs(area(t[0], t[1], t[2])))
					}
					groups = append(groups, g)
				}
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(b.width, a.width) })
	var out [][4]int
	for _, g := range groups {
		if g.width > 0.02*groups[0].width {
			out = append(out, g.of)
		}
	}
	return out
}

// area is twice the signed area of the triangle.
func area(a, b, c [2]float64) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

type frameSearch struct {
	search
	constellation
	seen  []sight
	found []framing // all that find nearly as many nodes as the best
	best  int       // the most nodes found
	least int       // marks of the frame that must be found
	tries int
}

// from tries the bases, until one has shown a way that finds the whole frame and
// most nodes: it has then shown every other such way too.
func (f *frameSearch) from(bases [][4]int) {
	for _, base := range bases {
		f.assign(base)
		if slices.ContainsFunc(f.found, func(g framing) bool { return g.score == len(f.frame) && 10*g.nodes >= 9*len(f.nodes) }) {
			return
		}
	}
}

// assign tries every assignment of the four marks, leaving out early what no
// camera can produce.
func (f *frameSearch) assign(base [4]int) {
	var x [4]Spot
	for i, k := range base {
		x[i] = f.frame[k]
	}
	for i, a := range f.seen {
		for j, b := range f.seen {
			if i == j || !f.pairFits(x[0], x[1], a, b) {
				continue
			}
			for k, c := range f.seen {
				if f.tries++; f.tries > mostTries {
					return
				}
				if k == i || k == j {
					continue
				}
				affine, ok := f.triple(x, a, b, c)
				if !ok {
					continue
				}
				for l, d := range f.seen {
					if l == i || l == j || l == k || !affine.near(x[3], d) {
						continue
					}
					f.four(x, [4]sight{a, b, c, d})
				}
			}
		}
	}
}

// pairFits compares diameters with distance and with each other.
func (f *frameSearch) pairFits(x, y Spot, a, b sight) bool {
	scale := math.Hypot(a.u[0]-b.u[0], a.u[1]-b.u[1]) / math.Hypot(x.X[0]-y.X[0], x.X[1]-y.X[1])
	// Along a direction that the tilt shortens, distances shrink more than areas.
	side := math.Sqrt(mostStretch) * (1 + f.size)
	for _, r := range []float64{a.diameter / (x.Diameter * scale), b.diameter / (y.Diameter * scale)} {
		if r > side*math.Sqrt(mostChange) || r < 1/(side*math.Sqrt(mostChange)) {
			return false
		}
	}
	ratio := a.diameter * y.Diameter / (b.diameter * x.Diameter)
	return ratio < mostChange && ratio > 1/mostChange
}

// affinity maps the plane to pixels about the first mark.
type affinity struct {
	x0, u0 [2]float64
	m      [4]float64
}

func (f *frameSearch) triple(x [4]Spot, a, b, c sight) (affinity, bool) {
	t := affinity{x0: x[0].X, u0: a.u}
	e1, e2 := minus(x[1].X, x[0].X), minus(x[2].X, x[0].X)
	g1, g2 := minus(b.u, a.u), minus(c.u, a.u)
	det := e1[0]*e2[1] - e1[1]*e2[0]
	t.m = [4]float64{
		(g1[0]*e2[1] - g2[0]*e1[1]) / det, (g2[0]*e1[0] - g1[0]*e2[0]) / det,
		(g1[1]*e2[1] - g2[1]*e1[1]) / det, (g2[1]*e1[0] - g1[1]*e2[0]) / det,
	}
	scale := math.Sqrt(math.Abs(t.m[0]*t.m[3] - t.m[1]*t.m[2]))
	if stretch(t.m) > mostStretch*1.2 {
		return t, false
	}
	for i, s := range []sight{a, b, c} {
		if r := s.diameter / (x[i].Diameter * scale); r > mostChange || r < 1/mostChange {
			return t, false
		}
	}
	return t, true
}

// near tells whether perspective may have moved the image of the mark to s.
func (t affinity) near(x Spot, s sight) bool {
	e := minus(x.X, t.x0)
	u := [2]float64{t.u0[0] + t.m[0]*e[0] + t.m[1]*e[1], t.u0[1] + t.m[2]*e[0] + t.m[3]*e[1]}
	reach := 0.5 * math.Hypot(u[0]-t.u0[0], u[1]-t.u0[1])
	return math.Hypot(s.u[0]-u[0], s.u[1]-u[1]) < reach
}

func minus(a, b [2]float64) [2]float64 { return [2]float64{a[0] - b[0], a[1] - b[1]} }

// stretch is the ratio of the singular values of a 2×2 matrix.
func stretch(m [4]float64) float64 {
	sum := math.Hypot(m[0]+m[3], m[1]-m[2])
	difference := math.Hypot(m[0]-m[3], m[1]+m[2])
	return (sum + difference) / max(math.Abs(sum-difference), 1e-300)
}

// four judges the homography through four things and keeps it if no equal one is
// there yet.
func (f *frameSearch) four(x [4]Spot, s [4]sight) {
	var plane, pixel [4][2]float64
	for i := range 4 {
		plane[i], pixel[i] = x[i].X, s[i].u
	}
	h, ok := camera.FromFour(plane, pixel)
	if !ok {
		return
	}
	g := framing{at: make([]int, len(f.frame)), h: h}
	least, most := math.Inf(1), 0.0
	for i, m := range f.frame {
		g.at[i] = -1
		u, ok := h.Map(m.X)
		if !ok {
			return
		}
		j := h.Jacobian(m.X)
		det := j[0]*j[3] - j[1]*j[2]
		scale := math.Sqrt(math.Abs(det))
		if stretch(j) > mostStretch {
			return
		}
		if mirrored := det > 0; i > 0 && mirrored != g.mirrored {
			return
		} else {
			g.mirrored = mirrored
		}
		least, most = min(least, scale), max(most, scale)
		g.at[i] = f.nearest(u, m.Diameter*scale, g.at[:i])
		if g.at[i] >= 0 {
			g.score++
		}
	}
	if most > mostChange*least || g.score < f.least {
		return
	}
	for _, known := range f.found {
		if slices.Equal(known.at, g.at) {
			return
		}
	}
	g.nodes = f.support(h)
	if g.nodes < f.atLeast || float64(g.nodes) < chance*float64(f.best) {
		return
	}
	if g.nodes > f.best {
		f.best = g.nodes
		f.found = slices.DeleteFunc(f.found, func(o framing) bool { return float64(o.nodes) < chance*float64(f.best) })
	}
	f.found = append(f.found, g)
}

// support counts the nodes near which something of their size is.
func (f *frameSearch) support(h camera.Homography) int {
	count := 0
	for _, x := range f.nodes {
		u, ok := h.Map(x)
		if !ok {
			return 0
		}
		scale := h.Scale(x)
		for _, s := range f.seen {
			if math.Abs(s.diameter/(f.diameter*scale)-1) < f.size && math.Hypot(s.u[0]-u[0], s.u[1]-u[1]) < f.gate*scale {
				count++
				break
			}
		}
	}
	return count
}

// nearest is the thing close enough to u, of the right size and not taken; else -1.
func (f *frameSearch) nearest(u [2]float64, diameter float64, taken []int) int {
	at, least := -1, f.reach*diameter
	for i, s := range f.seen {
		d := math.Hypot(s.u[0]-u[0], s.u[1]-u[1])
		if d < least && math.Abs(s.diameter/diameter-1) < f.size && !slices.Contains(taken, i) {
			at, least = i, d
		}
	}
	return at
}

// adjust fits the homography to all marks found.
func (f *frameSearch) adjust(g *framing) {
	var pairs []camera.Pair
	mean := 0.0
	for i, at := range g.at {
		if at >= 0 {
			pairs = append(pairs, camera.Pair{Plane: f.frame[i].X, Radius: f.frame[i].Diameter / 2, Pixel: f.seen[at].u, Sigma: 1})
			mean += f.seen[at].diameter / float64(g.score)
		}
	}
	if fit, err := camera.FitHomography(pairs); err == nil {
		g.h, g.rms = fit.Homography, fit.RMS/mean
	}
}
