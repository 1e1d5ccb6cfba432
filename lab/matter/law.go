package matter

import (
	"fmt"
	"math"
)

// Law is how one bond can be given a stiffness. Stiffnesses are N/m, settings
// whatever the bench understands. Methods take positive, finite stiffnesses.
type Law interface {
	// Reach is the reachable stiffness that is nearest to wanted, coming from a
	// bond that has stiffness from, and the setting that gives it. Where two are
	// equally near, it is the one nearer to from. To ask for what was reached
	// changes nothing.
	Reach(from, wanted float64) (setting, reached float64)
	// Steps are the reachable stiffnesses next below and next above from; from
	// itself where there is none. A law without levels returns its range.
	Steps(from float64) (below, above float64)
}

// Bonds are the laws of all elements of a lattice, one each.
type Bonds []Law

// Same gives every bond the same law.
func Same(bonds int, law Law) Bonds {
	b := make(Bonds, bonds)
	for i := range b {
		b[i] = law
	}
	return b
}

// Error says which bond was asked for what no bond can have.
type Error struct {
	Bond  int // from 0
	Cause string
}

func (e *Error) Error() string { return fmt.Sprintf("bond %d: %s", e.Bond+1, e.Cause) }

// Apply is what to set, and what stiffness then is reached, if every bond goes
// from one stiffness to the nearest reachable to the wanted one. It fails with
// *Error on stiffnesses that are not positive and finite. Slices are of len
// bonds, N/m.
func (b Bonds) Apply(from, wanted []float64) (setting, reached []float64, err error) {
	b.sizes(from, wanted)
	setting, reached = make([]float64, len(b)), make([]float64, len(b))
	for i, law := range b {
		if err := check(i, from[i], "has"); err != nil {
			return nil, nil, err
		}
		if err := check(i, wanted[i], "is to have"); err != nil {
			return nil, nil, err
		}
		setting[i], reached[i] = law.Reach(from[i], wanted[i])
	}
	return setting, reached, nil
}

// Project replaces every wanted stiffness by the nearest that can be reached
// from where the bond is: the projection onto what matter allows.
func (b Bonds) Project(from, wanted []float64) error {
	_, reached, err := b.Apply(from, wanted)
	if err == nil {
		copy(wanted, reached)
	}
	return err
}

// Steps are the next reachable stiffnesses of every bond; see Law.
func (b Bonds) Steps(from []float64) (below, above []float64, err error) {
	b.sizes(from, from)
	below, above = make([]float64, len(b)), make([]float64, len(b))
	for i, law := range b {
		if err := check(i, from[i], "has"); err != nil {
			return nil, nil, err
		}
		below[i], above[i] = law.Steps(from[i])
	}
	return below, above, nil
}

// Range is the least and the greatest stiffness that each bond can ever be given
// from where it is: the bounds of a design that matter can follow.
func (b Bonds) Range(from []float64) (lo, hi []float64, err error) {
	ends := make([]float64, len(b))
	for i := range ends {
		ends[i] = math.SmallestNonzeroFloat64
	}
	if _, lo, err = b.Apply(from, ends); err != nil {
		return nil, nil, err
	}
	for i := range ends {
		ends[i] = math.MaxFloat64
	}
	_, hi, err = b.Apply(from, ends)
	return lo, hi, err
}

func (b Bonds) sizes(from, wanted []float64) {
	if len(from) != len(b) || len(wanted) != len(b) {
		panic(fmt.Sprintf("matter: %d and %d stiffnesses for %d bonds", len(from), len(wanted), len(b)))
	}
}

func check(bond int, k float64, verb string) error {
	if !(k > 0) || math.IsInf(k, 1) {
		return &Error{bond, fmt.Sprintf("it %s stiffness %v N/m: a stiffness is positive and finite", verb, k)}
	}
	return nil
}

// Continuous is a bond that takes any stiffness in a range; its setting is the
// stiffness.
type Continuous struct{ Lo, Hi float64 } // N/m

// Reach implements Law.
func (c Continuous) Reach(_, wanted float64) (setting, reached float64) {
	k := min(max(wanted, c.Lo), c.Hi)
	return k, k
}

// Steps implements Law.
func (c Continuous) Steps(from float64) (below, above float64) {
	return min(c.Lo, from), max(c.Hi, from)
}
