package tracks

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Node is where a node of the lattice was seen.
type Node struct {
	X     [2]float64 // m
	Sigma float64    // standard deviation of a coordinate, m; 0 unknown
	Seen  bool
}

// TwoParticles says that more than one particle may be a node.
type TwoParticles struct {
	Node  int          // from 0
	Frame int          // as in the file
	At    [][2]float64 // m
}

func (e *TwoParticles) Error() string {
	return fmt.Sprintf("two candidates for node %d in frame %d, at (%.3f, %.3f) mm and (%.3f, %.3f) mm: narrow the gate, or leave one out of the file",
		e.Node+1, e.Frame, 1e3*e.At[0][0], 1e3*e.At[0][1], 1e3*e.At[1][0], 1e3*e.At[1][1])
}

// NotFollowed says that nothing tells which point of a frame is which of another.
type NotFollowed struct {
	Format           string
	Node             int // from 0
	Reference, Frame int // as in the file
}

func (e *NotFollowed) Error() string {
	return fmt.Sprintf("the %s file does not number its particles, so node %d cannot be followed from frame %d to %d; add a column `particle` that numbers them", e.Format, e.Node+1, e.Reference, e.Frame)
}

// NoFrame says that a frame is not among those of the file.
type NoFrame struct{ Frame, Count, First, Last int }

func (e *NoFrame) Error() string {
	return fmt.Sprintf("there is no frame %d; there are %d, from %d to %d", e.Frame, e.Count, e.First, e.Last)
}

// Has is an error if there is no point in one of the frames.
func (s *Set) Has(frames ...int) error {
	there := map[int]bool{}
	for _, p := range s.Points {
		there[p.Frame] = true
	}
	for _, f := range frames {
		if !there[f] {
			list := slices.Sorted(maps.Keys(there))
			return &NoFrame{f, len(list), list[0], list[len(list)-1]}
		}
	}
	return nil
}

// Follow gives the places of the nodes in a frame. In the reference frame a node is
// the only particle within the gate (m) of its place in the design; from there the
// file's particle numbers say which it is. A node whose particle the other program
// lost is not Seen.
func (s *Set) Follow(nodes [][2]float64, gate float64, reference, frame int) ([]Node, error) {
	if s.Moves() {
		return nil, fmt.Errorf("a %s file has displacements, no particles; use At", s.Format)
	}
	out := make([]Node, len(nodes))
	for i, x := range nodes {
		var near []Point
		for _, p := range s.Points {
			if p.Frame == reference && math.Hypot(p.X[0]-x[0], p.X[1]-x[1]) <= gate {
				near = append(near, p)
			}
		}
		switch {
		case len(near) == 0:
			continue
		case len(near) > 1:
			return nil, &TwoParticles{Node: i, Frame: reference, At: [][2]float64{near[0].X, near[1].X}}
		case near[0].Particle < 0 && frame != reference:
			return nil, &NotFollowed{s.Format, i, reference, frame}
		}
		for _, p := range s.Points {
			if p.Frame != frame || p.Particle != near[0].Particle || frame == reference && p != near[0] {
				continue
			}
			if out[i].Seen {
				return nil, &TwoParticles{Node: i, Frame: frame, At: [][2]float64{out[i].X, p.X}}
			}
			out[i] = Node{X: p.X, Sigma: p.Sigma, Seen: true}
		}
	}
	if frame == reference {
		return out, s.onePhotograph(out)
	}
	return out, nil
}

// onePhotograph refuses a file of one frame that has two or more points for every node: the places of the first
// photograph of several would pass for those of the last.
func (s *Set) onePhotograph(out []Node) error {
	for _, n := range out {
		if !n.Seen {
			return nil
		}
	}
	for _, p := range s.Points {
		if p.Frame != s.Points[0].Frame {
			return nil
		}
	}
	if len(out) == 0 || len(s.Points) == len(out) || len(s.Points)%len(out) != 0 {
		return nil
	}
	return fmt.Errorf("%d points are %d for each of the %d nodes, and nothing tells several photographs apart; add a column `frame` that numbers them, or leave out the points that are no nodes",
		len(s.Points), len(s.Points)/len(out), len(out))
}

// Apart counts the points of a frame that are none of the nodes that were found in it.
func (s *Set) Apart(nodes []Node, frame int) int {
	count := 0
	for _, p := range s.Points {
		if p.Frame == frame {
			count++
		}
	}
	for _, n := range nodes {
		if n.Seen {
			count--
		}
	}
	return count
}

// At gives the places of the nodes in a frame of a displacement field: a plane is
// fitted to the displacements of the points within the radius (m) of the node,
// which follows a homogeneous strain exactly. A node is Seen if at least three
// points that are not on a line lie around it, or one alone, which is its mark.
func (s *Set) At(nodes [][2]float64, radius float64, frame int) ([]Node, error) {
	if !s.Moves() {
		return nil, fmt.Errorf("a %s file has no displacements; use Follow", s.Format)
	}
	out := make([]Node, len(nodes))
	for i, x := range nodes {
		var f plane
		var mark Point
		for _, p := range s.Points {
			if dx, dy := (p.X[0]-x[0])/radius, (p.X[1]-x[1])/radius; p.Frame == frame && dx*dx+dy*dy <= 1 {
				f.add(dx, dy, p.U)
				mark = p
			}
		}
		if f.n == 1 {
			out[i] = Node{X: [2]float64{x[0] + mark.U[0], x[1] + mark.U[1]}, Sigma: mark.Sigma, Seen: true}
		} else if u, ok := f.middle(); ok {
			out[i] = Node{X: [2]float64{x[0] + u[0], x[1] + u[1]}, Seen: true}
		}
	}
	return out, nil
}

// plane is the sums for a least-squares plane through displacements.
type plane struct {
	n, x, y, xx, xy, yy float64
	u, xu, yu           [2]float64
}

func (f *plane) add(x, y float64, u [2]float64) {
	f.n++
	f.x += x
	f.y += y
	f.xx += x * x
	f.xy += x * y
	f.yy += y * y
	for k := range 2 {
		f.u[k] += u[k]
		f.xu[k] += x * u[k]
		f.yu[k] += y * u[k]
	}
}

// middle is the plane's value at the origin, by Cramer's rule.
func (f *plane) middle() (u [2]float64, ok bool) {
	a, b, c := f.xx*f.yy-f.xy*f.xy, f.xy*f.y-f.x*f.yy, f.x*f.xy-f.xx*f.y
	det := f.n*a + f.x*b + f.y*c
	// Over n³ it is the product of the spreads along both axes.
	if !(f.n >= 3 && det > 1e-6*f.n*f.n*f.n) {
		return u, false
	}
	for k := range 2 {
		u[k] = (f.u[k]*a + f.xu[k]*b + f.yu[k]*c) / det
	}
	return u, true
}
