package body

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics/element"
)

// Column is what a component of a node is to the equations: a free unknown from
// 0, or Held, Absent, or a given value, -3 - its number.
type Column int32

const (
	Held   Column = -1 // kept at zero by a support
	Absent Column = -2 // no element asks for it: a node of bars does not turn
)

// Given is the column of the i-th given value: a moved support, a held
// potential, an imposed strain.
func Given(i int) Column { return Column(-3 - i) }

// Free reports whether the column is an unknown.
func (c Column) Free() bool { return c >= 0 }

// IsGiven reports whether its value is given, and which.
func (c Column) IsGiven() (number int, ok bool) { return int(-3 - c), c <= -3 && c > firstTied }

// Space numbers the unknowns of a body: node by node, and at each node in the
// order of Parts; then the strains of a cell.
type Space struct {
	Dim    int
	Parts  []element.Part // that some node has, ascending
	At     []Column       // node-major; len nodes x len(Parts)
	Strain []Column       // of a periodic cell: exx, eyy, gxy in the plane; nil for a body that ends
	N, G   int            // free unknowns, given values

	tied [][]Share // what components follow that given readings tie to others
}

// Column is that of a part at a node; Absent where the space has no such part.
func (s *Space) Column(node int, part element.Part) Column {
	for i, p := range s.Parts {
		if p == part {
			return s.At[node*len(s.Parts)+i]
		}
	}
	return Absent
}

// Place names a free unknown: its node, from 0, and part; node is -1 for a strain, and part then its number.
func (s *Space) Place(unknown int) (node int, part element.Part) {
	for i, c := range s.At {
		if int(c) == unknown {
			return i / len(s.Parts), s.Parts[i%len(s.Parts)]
		}
	}
	for i, c := range s.Strain {
		if int(c) == unknown {
			return -1, element.Part(i)
		}
	}
	panic(fmt.Sprintf("body: unknown %d of %d", unknown, s.N))
}

// Support says that a node does not move along a part, or moves as it is told.
type Support struct {
	Node  int
	Part  element.Part
	Given bool // its displacement is given anew for every load
}

// newSpace numbers what the elements ask for and the supports leave.
func newSpace(p *Plan, nodes int) (Space, error) {
	s := Space{Dim: p.Dim}
	var used [element.Parts]bool
	asked := make([]bool, nodes*element.Parts)
	for i := range p.Elements {
		el := &p.Elements[i]
		for _, part := range el.Kind.Parts(p.Dim) {
			used[part] = true
			for _, node := range el.Nodes {
				asked[node*element.Parts+int(part)] = true
			}
		}
	}
	slot := [element.Parts]int{}
	for part, is := range used {
		if is {
			slot[part] = len(s.Parts)
			s.Parts = append(s.Parts, element.Part(part))
		}
	}
	const free = math.MinInt32
	s.At = make([]Column, nodes*len(s.Parts))
	for node := range nodes {
		for i, part := range s.Parts {
			s.At[node*len(s.Parts)+i] = Absent
			if asked[node*element.Parts+int(part)] {
				s.At[node*len(s.Parts)+i] = free
			}
		}
	}
	for i, support := range p.Supports {
		if support.Node < 0 || support.Node >= nodes {
			return s, fmt.Errorf("support %d is on node %d, and there are %d nodes", i+1, support.Node+1, nodes)
		}
		if int(support.Part) >= element.Parts || !used[support.Part] {
			continue // nothing there to hold
		}
		at := &s.At[support.Node*len(s.Parts)+slot[support.Part]]
		switch {
		case *at == Absent:
		case support.Given && *at == free:
			*at = Given(s.G)
			s.G++
		case !support.Given:
			*at = Held
		}
	}
	// Given readings come last, so that moved supports and imposed strains keep their numbers.
	imposed := s.G
	for _, how := range p.Strain {
		if how == StrainGiven {
			s.G++
		}
	}
	ties, err := s.tie(p.Given, func(t Term) (int, bool) {
		if t.Node < 0 || t.Node >= nodes || int(t.Part) >= element.Parts || !used[t.Part] {
			return 0, false
		}
		return t.Node*len(s.Parts) + slot[t.Part], true
	}, free)
	if err != nil {
		return s, err
	}
	for _, t := range ties {
		s.At[t.at] = Held // it has no number of its own
	}
	number := func(c *Column) {
		if *c == free {
			*c = Column(s.N)
			s.N++
		}
	}
	for i := range s.At {
		number(&s.At[i])
	}
	for _, how := range p.Strain {
		c := Column(free)
		switch how {
		case StrainGiven:
			c = Given(imposed)
			imposed++
		case StrainHeld:
			c = Held
		}
		number(&c)
		s.Strain = append(s.Strain, c)
	}
	s.number(ties)
	return s, nil
}
