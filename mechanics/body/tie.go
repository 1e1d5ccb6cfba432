package body

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/elastrain/elastrain/mechanics/element"
)

// Term is a component of a node with its weight. Node -1 is a strain of the cell, and Part then its number.
type Term struct {
	Node   int
	Part   element.Part
	Weight float64
}

// Share is a part of what a component follows: an unknown or a given value, and how much of it.
type Share struct {
	Column Column
	By     float64
}

// tied components are numbered from here down.
const firstTied = -1 << 30

// tiedTo is the number of the tie that a component follows.
func (c Column) tiedTo() (number int, ok bool) { return int(firstTied - c), c <= firstTied }

// Shares are what a column is made of: itself, where it is an unknown or a given value, several where a given reading
// makes it follow others, and nothing where it is held or absent.
func (s *Space) Shares(c Column) func(yield func(Column, float64) bool) {
	return func(yield func(Column, float64) bool) {
		if number, ok := c.tiedTo(); ok {
			for _, share := range s.tied[number] {
				if !yield(share.Column, share.By) {
					return
				}
			}
		} else if c != Held && c != Absent {
			yield(c, 1)
		}
	}
}

// DependentError says that a given reading follows from the others that are given and from the supports.
type DependentError struct{ Reading int } // in Plan.Given, from 0

func (e *DependentError) Error() string {
	return fmt.Sprintf("given reading %d follows from the others that are given, and from the supports", e.Reading+1)
}

const (
	dependent  = 1e-12 // share of the largest weight that must be left to a reading when those before it are given
	negligible = 1e-15 // share of it that counts as none
)

// tie is one component that follows others, sum of by u + by g, while they have no numbers yet.
type tie struct {
	at    int             // of the component in Space.At
	free  map[int]float64 // by places in Space.At
	given map[int]float64 // by numbers of given values
}

// tie makes one component of each given reading follow the others: sum of w u = g is solved for the u of the largest weight.
// No tie speaks of another's component. The components are told by free; their numbers follow.
func (s *Space) tie(readings [][]Term, place func(Term) (int, bool), free Column) ([]tie, error) {
	var ties []tie
	for i, reading := range readings {
		t := tie{free: map[int]float64{}, given: map[int]float64{s.G: 1}}
		s.G++
		size := 0.0
		for _, term := range reading {
			at, ok := place(term)
			if !ok {
				continue
			}
			size = max(size, math.Abs(term.Weight))
			if g, is := s.At[at].IsGiven(); is {
				t.given[g] -= term.Weight
			} else if s.At[at] == free {
				t.free[at] += term.Weight
			}
		}
		for k := range ties {
			t.replace(&ties[k], -1)
		}
		t.at = -1
		for _, at := range slices.Sorted(maps.Keys(t.free)) {
			if math.Abs(t.free[at]) <= negligible*size {
				delete(t.free, at)
			} else if t.at < 0 || math.Abs(t.free[at]) > math.Abs(t.free[t.at]) {
				t.at = at
			}
		}
		if t.at < 0 || !(math.Abs(t.free[t.at]) > dependent*size) {
			return nil, &DependentError{i}
		}
		w := t.free[t.at]
		delete(t.free, t.at)
		for at := range t.free {
			t.free[at] /= -w
		}
		for g := range t.given {
			t.given[g] /= w
		}
		for k := range ties {
			ties[k].replace(&t, 1)
		}
		ties = append(ties, t)
	}
	return ties, nil
}

// replace puts what other says in place of its component; sign is that of given values in t: -1 where they stand on the
// other side of the equation.
func (t *tie) replace(other *tie, sign float64) {
	w := t.free[other.at]
	if w == 0 {
		return
	}
	delete(t.free, other.at)
	for at, by := range other.free {
		t.free[at] += w * by
	}
	for g, by := range other.given {
		t.given[g] += sign * w * by
	}
}

// number writes the ties with the numbers that unknowns have now.
func (s *Space) number(ties []tie) {
	for _, t := range ties {
		var shares []Share
		for _, at := range slices.Sorted(maps.Keys(t.free)) {
			if by := t.free[at]; by != 0 {
				shares = append(shares, Share{s.At[at], by})
			}
		}
		for _, g := range slices.Sorted(maps.Keys(t.given)) {
			if by := t.given[g]; by != 0 {
				shares = append(shares, Share{Given(g), by})
			}
		}
		s.At[t.at] = Column(firstTied - len(s.tied))
		s.tied = append(s.tied, shares)
	}
}
