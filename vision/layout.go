package vision

import (
	"errors"
	"fmt"
	"math"
)

// Spot is a round mark at a known place of the design.
type Spot struct {
	X        [2]float64 // m
	Diameter float64    // m
}

// Layout is what the photograph should show. Lengths are in metres, y points up.
type Layout struct {
	Nodes          [][2]float64 // at rest
	MarkerDiameter float64      // of the marks on the nodes
	// Frame is the marks beside the lattice that do not move: at least five, or
	// four of different sizes, arranged so that the photograph can be read only one
	// way; see Check.
	Frame []Spot
	// Scale is two marks at a distance that was measured with something better than
	// the printer that made the frame; nil: none.
	Scale *ScaleBar
	// Light says that marks are lighter than what is around them; else darker.
	Light bool
}

// ScaleBar is two marks and their true distance.
type ScaleBar struct {
	A, B   Spot    // about where they are
	Length float64 // m
}

const (
	mostFrame = 16
	mostNodes = 5000
)

// Check tells whether photographs of the layout can be read, before any is
// taken: the numbers make sense, no marks overlap, and there is no second way to
// lay the frame over itself, turned or mirrored.
func (l *Layout) Check() error {
	if len(l.Nodes) == 0 || len(l.Nodes) > mostNodes {
		return fmt.Errorf("a layout with %d nodes cannot be read; it needs 1 to %d", len(l.Nodes), mostNodes)
	}
	if len(l.Frame) < 4 || len(l.Frame) > mostFrame {
		return fmt.Errorf("the layout has %d marks on the frame; it needs 4 to %d", len(l.Frame), mostFrame)
	}
	names, spots := l.spots()
	for i, s := range spots {
		if !finite(s.X[0]) || !finite(s.X[1]) {
			return fmt.Errorf("%s has a coordinate that is not a number", names(i))
		}
		if !(s.Diameter > 0) || !finite(s.Diameter) {
			return fmt.Errorf("%s has a diameter of %g m; it must be positive", names(i), s.Diameter)
		}
		for j, o := range spots[:i] {
			if d := math.Hypot(s.X[0]-o.X[0], s.X[1]-o.X[1]); d < 0.75*(s.Diameter+o.Diameter) {
				return fmt.Errorf("%s and %s are %.3g mm apart; around each mark half its diameter must stay free", names(j), names(i), 1e3*d)
			}
		}
	}
	if l.Scale != nil && !(l.Scale.Length > 0 && finite(l.Scale.Length)) {
		return fmt.Errorf("the scale bar has a length of %g m; it must be positive", l.Scale.Length)
	}
	return l.oneReading(spots)
}

// spots lists all marks: frame, nodes, scale bar.
func (l *Layout) spots() (name func(int) string, all []Spot) {
	all = append(all, l.Frame...)
	for _, x := range l.Nodes {
		all = append(all, Spot{x, l.MarkerDiameter})
	}
	if l.Scale != nil {
		all = append(all, l.Scale.A, l.Scale.B)
	}
	return func(i int) string {
		switch {
		case i < len(l.Frame):
			return frameName(i)
		case i < len(l.Frame)+len(l.Nodes):
			return nodeName(i - len(l.Frame))
		}
		return "the scale bar"
	}, all
}

// oneReading photographs the design from straight above and asks for every way
// to find the frame in it.
func (l *Layout) oneReading(spots []Spot) error {
	seen := make([]sight, len(spots))
	for i, s := range spots {
		seen[i] = sight{u: [2]float64{s.X[0], -s.X[1]}, diameter: s.Diameter}
	}
	if len(bases(l.Frame)) == 0 {
		return errors.New("the marks of the frame lie nearly on a line: spread them around the lattice")
	}
	best, second, err := findFrame(constellation{l.Frame, l.Nodes, l.MarkerDiameter, gateOfGap * l.gap(), len(l.Nodes)}, seen, search{reach: 0.6, size: 0.25, doubt: 0.05})
	if err != nil && !errors.Is(err, ErrAmbiguousFrame) {
		return fmt.Errorf("photographs of this layout cannot be read: %w", err)
	}
	if err == nil {
		return nil
	}
	// Both ways find all marks; one of them is the right one.
	wrong := second
	if isIdentity(second.at) {
		wrong = best
	}
	how := "turned"
	if wrong.mirrored {
		how = "mirrored"
	}
	name, _ := l.spots()
	for i, at := range wrong.at {
		if at != i && at >= 0 {
			return fmt.Errorf("the marks of the frame can be read in two ways: %s, %s would look like %s; "+
				"put one more mark out of the middle of one side, or give the marks different sizes", how, name(at), frameName(i))
		}
	}
	return err
}

func isIdentity(at []int) bool {
	for i, v := range at {
		if v != i {
			return false
		}
	}
	return true
}

// gap is the least distance between two nodes.
func (l *Layout) gap() float64 {
	least := math.Inf(1)
	for i, a := range l.Nodes {
		for _, b := range l.Nodes[:i] {
			least = min(least, math.Hypot(a[0]-b[0], a[1]-b[1]))
		}
	}
	return least
}

func nodeName(i int) string  { return fmt.Sprintf("node %d", i+1) }
func frameName(i int) string { return fmt.Sprintf("frame mark %d", i+1) }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
