package measurement

import (
	"fmt"
	"math"
	"time"

	"github.com/elastrain/elastrain/internal/vec"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/network"
)

// Record is everything that was seen in one phase: the raw marks of the unloaded
// lattice, of the lattice under its load, and of the lattice unloaded again.
// Whatever is said of the phase follows from it by Reduce, now or years later.
type Record struct {
	Load    []lab.Force   `json:"load"`
	Holds   []lab.Hold    `json:"holds,omitempty"` // nodes that were held beside it
	Applied time.Duration `json:"applied"`         // when the load hung, on the clock of the bench
	Settled time.Duration `json:"settled"`         // when it was taken to be at rest
	Quiet   bool          `json:"quiet"`           // false: still moving at the timeout
	Speed   float64       `json:"speed"`           // of the marks when it was measured, m/s; 0 when it was not watched
	Zero    []lab.Frame   `json:"zero"`
	Loaded  []lab.Frame   `json:"loaded"`
	After   []lab.Frame   `json:"after,omitempty"`
}

// Response is what a load does to a lattice, with standard deviations.
type Response struct {
	U, USigma []float64 // displacement of every node, m; len nodes*Dim, node-major
	Seen      []bool    // false: the node was not seen well enough, its U means nothing; len nodes
	E, ESigma []float64 // elongation of every element, m; len elements
	Known     []bool    // false: an end was not seen; len elements
	Sigma     float64   // noise of one coordinate in one frame, m
	Drift     float64   // motion of the zero within the phase, in its standard deviations
	Scale     float64   // magnification under load by that at zero; 1 when it was not estimated
	Retaken   int       // frames that were taken because marks were hidden or strayed
}

// DriftError says that the zero of a phase moved too far for it to be used.
type DriftError struct{ Drift, Limit float64 }

func (e *DriftError) Error() string {
	return fmt.Sprintf("the unloaded lattice moved by %.1f standard deviations between the start and the end of the phase (limit %g): a mark, the camera or a clamp slips, or the lattice creeps; fasten it, or let it settle longer", e.Drift, e.Limit)
}

// state is the lattice in one state: the robust mean over its frames.
type state struct {
	x      [][3]float64
	v      []float64 // variance of each coordinate
	good   []int     // frames that count
	seen   []bool
	scale  float64 // mean magnification
	scaleV float64 // its variance
}

// reference are the anchors to which all frames of a phase are led back: those
// of the first unloaded frame that shows most of them.
func (s *Specimen) reference(zero []lab.Frame) []lab.Mark {
	var best []lab.Mark
	most := -1
	for i := range zero {
		a := lab.Anchors(s.Net, &zero[i])
		count := 0
		for _, m := range a {
			if m.Seen {
				count++
			}
		}
		if count > most {
			best, most = a, count
		}
	}
	return best
}

// reach is the distance of the farthest node from the centre of the lattice, m.
func (s *Specimen) reach() float64 {
	points := make([][3]float64, s.Net.Nodes())
	for i := range points {
		copy(points[i][:], s.Net.At(i))
	}
	c, far := vec.Mean(points), 0.0
	for _, p := range points {
		far = max(far, vec.Norm(vec.Sub(p, c)))
	}
	return far
}

// noise is the standard deviation of one coordinate of one mark in one frame:
// what the frames say of themselves, unless repeats scatter half as much again;
// then, or where they say nothing, the scatter.
func (s *Specimen) noise(p *Protocol, reference []lab.Mark, states ...[]lab.Frame) float64 {
	var jumps []float64
	said, marks := 0.0, 0
	for _, frames := range states {
		var before [][3]float64
		for i := range frames {
			f := &frames[i]
			motion := lab.Align(reference, lab.Anchors(s.Net, f), s.Net.Dim, 0, math.Inf(1)) // shift and rotation only
			now := make([][3]float64, len(f.Nodes))
			for node, m := range f.Nodes {
				if !m.Seen {
					continue
				}
				said, marks = said+m.Sigma*m.Sigma, marks+1
				now[node] = motion.Undo(m.X)
				if i == 0 || !frames[i-1].Nodes[node].Seen {
					continue
				}
				for axis := range s.Net.Dim {
					jumps = append(jumps, math.Abs(now[node][axis]-before[node][axis]))
				}
			}
			before = now
		}
	}
	sigma := p.Sigma
	if said > 0 {
		sigma = math.Sqrt(said / float64(marks))
	}
	if len(jumps) == 0 {
		return sigma
	}
	if scatter := perSigma * median(jumps) / math.Sqrt2; sigma == 0 || scatter > 1.5*sigma {
		sigma = scatter
	}
	return sigma
}

// average makes one state out of its frames.
func (s *Specimen) average(p *Protocol, frames []lab.Frame, reference []lab.Mark, sigma, reach float64) *state {
	nodes := s.Net.Nodes()
	st := &state{x: make([][3]float64, nodes), v: make([]float64, nodes), good: make([]int, nodes), seen: make([]bool, nodes), scale: 1}
	motion := make([]lab.Motion, len(frames))
	scales := 0.0
	for i := range frames {
		motion[i] = lab.Align(reference, lab.Anchors(s.Net, &frames[i]), s.Net.Dim, sigma, reach)
		scales += motion[i].Scale
		if motion[i].Scaled {
			st.scaleV += motion[i].ScaleE * motion[i].ScaleE / float64(len(frames)*len(frames))
		}
	}
	if len(frames) > 0 {
		st.scale = scales / float64(len(frames))
	}
	var at [][3]float64
	var axisValues []float64
	for node := range nodes {
		at = at[:0]
		for i := range frames {
			if m := frames[i].Nodes[node]; m.Seen {
				at = append(at, motion[i].Undo(m.X))
			}
		}
		var middle [3]float64
		for axis := range s.Net.Dim {
			axisValues = axisValues[:0]
			for _, x := range at {
				axisValues = append(axisValues, x[axis])
			}
			middle[axis] = median(axisValues)
		}
		kept := at[:0]
		for _, x := range at {
			d := vec.Sub(x, middle)
			if far := max(math.Abs(d[0]), math.Abs(d[1]), math.Abs(d[2])); far <= p.Outlier*sigma || far == 0 {
				kept = append(kept, x)
			}
		}
		st.good[node] = len(kept)
		st.seen[node] = len(kept) > 0 && 2*len(kept) >= p.Repeats
		if !st.seen[node] {
			continue
		}
		for axis := range s.Net.Dim {
			axisValues = axisValues[:0]
			for _, x := range kept {
				axisValues = append(axisValues, x[axis])
			}
			st.x[node][axis] = huber(axisValues, sigma)
		}
		st.v[node] = sigma * sigma / float64(len(kept))
	}
	return st
}

// Reduce is what the frames of a phase say about the answer to its load. It
// takes out the motion of the camera, averages, drops what strays and subtracts
// the mean of the zeros. The error may be a *DriftError; the response is whole
// then, but should not be used. A support is taken to hold: its displacement is
// 0 unless the protocol measures it.
func (s *Specimen) Reduce(p *Protocol, r *Record) (*Response, error) {
	dim, nodes := s.Net.Dim, s.Net.Nodes()
	reference, reach := s.reference(r.Zero), s.reach()
	sigma := s.noise(p, reference, r.Zero, r.Loaded, r.After)
	zero := s.average(p, r.Zero, reference, sigma, reach)
	loaded := s.average(p, r.Loaded, reference, sigma, reach)
	out := &Response{U: make([]float64, nodes*dim), USigma: make([]float64, nodes*dim), Seen: make([]bool, nodes),
		Sigma: sigma, Scale: loaded.scale / zero.scale, Retaken: max(0, len(r.Loaded)-p.Repeats)}
	var drift error
	if len(r.After) > 0 {
		after := s.average(p, r.After, reference, sigma, reach)
		out.Drift = s.merge(p, zero, after)
		if p.Drift > 0 && out.Drift > p.Drift {
			drift = &DriftError{out.Drift, p.Drift}
		}
	}
	moves := func(i int) bool { return p.MeasuredSupports || !s.Net.Held[i] }
	for node := range nodes {
		seen, at := zero.seen[node] && loaded.seen[node], node*dim
		out.Seen[node] = true
		for axis := range dim {
			if i := at + axis; moves(i) && seen {
				out.U[i] = loaded.x[node][axis] - zero.x[node][axis]
				out.USigma[i] = math.Sqrt(loaded.v[node] + zero.v[node])
			} else if moves(i) {
				out.Seen[node] = false
			}
		}
	}
	s.elongate(p, out, zero, loaded)
	return out, drift
}

// merge averages the zeros before and after into the first, so that an even
// drift cancels, and tells how far they lie apart: the root mean square over all
// coordinates, in standard deviations. A mark that moved much farther than the
// others has slipped and does not count as seen.
func (s *Specimen) merge(p *Protocol, zero, after *state) float64 {
	type apart struct {
		node int
		far  float64
	}
	var all []apart
	var sizes []float64
	sum, count := 0.0, 0
	for node := range zero.x {
		if !zero.seen[node] || !after.seen[node] {
			zero.seen[node] = zero.seen[node] && after.seen[node]
			continue
		}
		d, sd := vec.Sub(after.x[node], zero.x[node]), math.Sqrt(zero.v[node]+after.v[node])
		far := 0.0
		for axis := range s.Net.Dim {
			z := 0.0
			if d[axis] != 0 {
				z = math.Abs(d[axis]) / max(sd, 1e-12) // a picometre is nothing, also without noise
			}
			far = max(far, z)
			sizes = append(sizes, z)
			sum, count = sum+z*z, count+1
			zero.x[node][axis] += d[axis] / 2
		}
		zero.v[node] = (zero.v[node] + after.v[node]) / 4
		all = append(all, apart{node, far})
	}
	zero.scaleV = (zero.scaleV + after.scaleV) / 4
	if count == 0 {
		return 0
	}
	limit := p.Outlier * max(1, perSigma*median(sizes))
	for _, a := range all {
		if a.far > limit {
			zero.seen[a.node] = false
		}
	}
	return math.Sqrt(sum / float64(count))
}

// elongate fills in the elongations of a response whose displacements are there.
func (s *Specimen) elongate(p *Protocol, out *Response, zero, loaded *state) {
	dim, elements := s.Net.Dim, s.Net.Elements
	out.E, out.ESigma, out.Known = make([]float64, len(elements)), make([]float64, len(elements)), make([]bool, len(elements))
	at := func(v []float64, node int) (x [3]float64) {
		copy(x[:], v[node*dim:(node+1)*dim])
		return x
	}
	for i := range elements {
		el := &elements[i]
		a, b := el.Nodes[0], el.Nodes[1]
		if el.Cut || !out.Seen[a] || !out.Seen[b] {
			continue
		}
		out.Known[i] = true
		n := s.direction(el)
		u, variance := at(out.U, b), 0.0
		sa, sb := at(out.USigma, a), at(out.USigma, b)
		for axis := range n {
			variance += n[axis] * n[axis] * sb[axis] * sb[axis]
		}
		if el.Kind == network.Ground {
			out.E[i], out.ESigma[i] = vec.Dot(n, u), math.Sqrt(variance)
			continue
		}
		var bar [3]float64
		for axis := range dim {
			bar[axis] = s.Net.At(b)[axis] - s.Net.At(a)[axis]
		}
		for axis := range n {
			variance += n[axis] * n[axis] * sa[axis] * sa[axis]
		}
		d := vec.Sub(u, at(out.U, a))
		out.E[i] = vec.Dot(n, d)
		if p.EndPoints {
			out.E[i] = vec.Norm(vec.Add(bar, d)) - vec.Norm(bar)
		}
		variance += vec.Dot(bar, bar) * (zero.scaleV + loaded.scaleV)
		out.ESigma[i] = math.Sqrt(variance)
	}
}

// Along is the displacement of a port and its standard deviation, m; ok is
// false where a node of it was not seen.
func (r *Response) Along(p network.Port, dim int) (u, sigma float64, ok bool) {
	variance, ok := 0.0, true
	for node, dir := range p.Ends {
		for axis := range dim {
			u += dir[axis] * r.U[node*dim+axis]
			sd := dir[axis] * r.USigma[node*dim+axis]
			variance += sd * sd
		}
		ok = ok && r.Seen[node]
	}
	return u, math.Sqrt(variance), ok
}
