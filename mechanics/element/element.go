// Package element says how elements deform: a bar, a beam, an angular spring, a
// pipe.
//
// Its one idea: a kind of element is a few functions of the places and the
// motion of its own ends. It knows no network, no support, no unknown, no cell
// and no law; who joins elements to a body (package body) expands its local
// coordinates into unknowns. So a new kind is one file here, and a physics that
// asks only for Rows, Stretch and Curve gets linear statics, finite deformation,
// the tangent, buckling, prestress and the derivative by node positions from it.
//
// Local coordinates are numbered end by end, and at each end in the order of
// Parts: of a beam in the plane x1 y1 turn1 x2 y2 turn2.
package element

import (
	"fmt"
	"math"
)

// Part is one component of what a node does.
type Part uint8

const (
	X Part = iota // displacement, m; its force, N
	Y
	Z
	TurnX // rotation about an axis, rad; its moment, N m
	TurnY
	TurnZ
	Potential // of a flow: V or Pa; its current, A or m3/s
)

// Parts in all.
const Parts = int(Potential) + 1

// String is the part in the words of a message: x, turn about z, potential.
func (p Part) String() string {
	switch {
	case p <= Z:
		return "xyz"[p : p+1]
	case p <= TurnZ:
		return "turn about " + "xyz"[p-TurnX:p-TurnX+1]
	}
	return "potential"
}

// Along are the displacements in a space of dim dimensions.
func Along(dim int) []Part { return []Part{X, Y, Z}[:dim] }

// Turning are displacements and rotations in a space of dim dimensions: x y turn
// in the plane, x y z and three turns in space. On a line nothing turns.
func Turning(dim int) []Part {
	switch dim {
	case 2:
		return []Part{X, Y, TurnZ}
	case 3:
		return []Part{X, Y, Z, TurnX, TurnY, TurnZ}
	}
	return Along(dim)
}

// Built is one element as it was built.
type Built struct {
	Dim int
	At  []float64  // places of its ends, m; ends x Dim
	Dir [3]float64 // unit vector of an element that has a direction of its own
	Up  [3]float64 // of a beam in space: its y axis lies in the plane of itself and Up
}

// Ends is the number of ends.
func (b *Built) Ends() int { return len(b.At) / b.Dim }

// Mode is one deformation of a kind of element, e, and the force that does work on it, t.
type Mode struct {
	Name        string // elongation, bending, ...
	Unit, Force string // of e and of t: m and N, rad and N m, V and A
}

// Kind is one sort of element.
type Kind interface {
	// Name is the word in experiment files and tables.
	Name() string
	// Ends is the number of nodes that an element joins.
	Ends() int
	// Parts are the components that it uses at each of its nodes.
	Parts(dim int) []Part
	// Modes are its deformations.
	Modes(dim int) []Mode
	// Check refuses an element that cannot be, such as one without length. The error says what is wrong and, after
	// a semicolon, the way out.
	Check(b *Built) error
	// Rows sets c to the derivative of every deformation by every local coordinate, as built: Modes x local, zeros too.
	Rows(b *Built, c []float64)
	// Size is the number that laws ask of the geometry: the length as built, m; 1 where there is none.
	Size(b *Built) float64
}

// Finite is a Kind whose ends may move far.
type Finite interface {
	Kind
	// Stretch sets e to the deformations when the ends have moved by u (len local) and c to their derivatives there
	// (Modes x local). e keeps its digits where u is small, and does not jump where turns are large.
	Stretch(b *Built, u, e, c []float64)
	// Curve adds to h (local x local, the lower triangle used) the second derivatives of the deformations, each times its
	// t: sum over modes of t d2e/du2.
	Curve(b *Built, u, t, h []float64)
	// SizeSlope sets d to the derivative of Size by the places of the ends (len local; 0 for what is no place).
	SizeSlope(b *Built, d []float64)
}

// Swift is a Finite kind that does many elements at once, for speed: the same as one after the other. Slices hold what
// Finite takes and gives, element after element; at is the places of their ends and size their sizes as built.
type Swift interface {
	Finite
	// StretchAll is Stretch.
	StretchAll(dim int, at, size, u, e, c []float64)
	// TangentAll sets h to slope c^T c + t d2e where StretchAll left e and c: of each element the lower triangle, row by row.
	TangentAll(dim int, size, e, c, t, slope, h []float64)
}

// Bowed is a Kind that bends between its ends: an axial force works on the bow even where the ends stand still, which
// makes one beam a good column.
type Bowed interface {
	// Bow adds to h the second derivative of that shortening, times the forces t, at the places as built.
	Bow(b *Built, t, h []float64)
}

// Bending is a Kind that bends: Moment is the largest bending moment along it, where its modes bear the forces t.
type Bending interface{ Moment(t []float64) float64 }

// Placeless is a Kind that does not ask where its ends lie.
type Placeless interface{ Placeless() }

// difference of two places, and its length.
func between(b *Built, i, j int) (d [3]float64, l float64) {
	for axis := range b.Dim {
		d[axis] = b.At[j*b.Dim+axis] - b.At[i*b.Dim+axis]
	}
	return d, math.Sqrt(dot(d, d))
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func scale(a [3]float64, by float64) [3]float64 { return [3]float64{a[0] * by, a[1] * by, a[2] * by} }

// noLength refuses an element whose ends lie in one place.
func noLength(b *Built) error {
	if _, l := between(b, 0, 1); !(l > 0) || math.IsInf(l, 0) {
		return fmt.Errorf("its ends are at the same place, so it has no direction; move one of them")
	}
	return nil
}
