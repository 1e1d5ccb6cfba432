package inputs

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/network"
)

// arrow is a network of hubs: its stiffness matrix is an arrow, diagonal but for a few nodes at its end.
//
// A hub carries input springs: branches, each a spring of its own and an input spring in series with a node between that
// nothing else touches, and input springs that go straight to ground. Hubs meet only at tops: nodes that carry no input spring, are
// read and may be joined with each other. So the node of a branch is eliminated in series, and a hub by one division.
type arrow struct {
	c *mechanics.Compatibility

	hubs  []int32   // unknown of each hub, group by group
	tops  []int32   // unknown of each top
	place []spot    // of each unknown
	force []float64 // constant load of each hub
	rest  []float64 // of each top
	out   []reading

	groups []group
	// Branches of hub j are first[j]..first[j+1], whole fours; straight input springs straight[j]..straight[j+1].
	first, straight []int32
	rows, straights []int32 // row of the table of values that each follows
	values          []value // the table
	pairs           [][2]int32

	// Of each mode its number in the vector of the arrow, and how many times it counts there; -1 for one that nothing moves.
	slot []int32
	by   []float64
	// Where parts of that vector begin: branches (own and input spring in turn), straight input springs, springs of hubs to ground,
	// of hubs to tops, of tops to ground, of pairs of tops, and its end.
	atStraight, atGround, atTops, atRest, atPairs, end int
}

// group is the hubs that are joined to the same tops.
type group struct {
	first, hubs int
	tops        []int32
	at          int // of its springs to tops: hub by hub, one for each top
}

// spot says what an unknown is.
type spot struct {
	kind   role
	number int32 // of the hub or top; of the hub of a branch
	own    int32 // modes of a branch: its own spring and its input spring
	input  int32
}

type role uint8

const (
	top role = iota
	hub
	branch
)

// value is a row of the table: what an input spring has of its stiffness.
type value struct {
	column     int32
	complement bool
}

// reading is an output: shares of tops.
type reading []term

// newArrow finds the hubs of a plan. The error says why it has none, in the words of people.
func newArrow(p *Plan) (*arrow, error) {
	c := mechanics.NewCompatibility(p.Net)
	a := &arrow{c: c, place: make([]spot, c.N), slot: make([]int32, c.M), by: make([]float64, c.M)}
	for i := range p.Columns {
		if p.Columns[i].Push != nil {
			return nil, fmt.Errorf("input %d is a force", i+1)
		}
	}
	if len(p.Written) == 0 {
		return nil, fmt.Errorf("no element follows an input")
	}
	s := &sorting{arrow: a, plan: p, written: make([]int32, c.M), at: make([][]int32, c.N), ports: p.ports(c)}
	for _, step := range []func() error{s.modes, s.branches, s.hubs, s.readings} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	s.group()
	s.vector()
	return a, nil
}

// sorting is the work of newArrow.
type sorting struct {
	*arrow
	plan    *Plan
	ports   *ports
	written []int32   // of each mode its number in plan.Written, -1 for a spring of its own
	at      [][]int32 // modes of each unknown
}

// ends are the unknowns of a mode: one (the other end is held) or two, -1 for none.
func (a *arrow) ends(m int32) (from, to int32) {
	at := a.c.Ptr[m]
	switch a.c.Ptr[m+1] - at {
	case 0:
		return -1, -1
	case 1:
		return a.c.Col[at], -1
	}
	return a.c.Col[at], a.c.Col[at+1]
}

// node names the node of an unknown.
func (a *arrow) node(unknown int32) int {
	node, _ := a.c.Place(int(unknown))
	return network.Number(a.c.Numbers, node)
}

// modes looks at every element: it joins two nodes that move along one line, or a node to ground.
func (s *sorting) modes() error {
	c := s.c
	for m := range s.written {
		s.written[m] = -1
	}
	for i := range s.plan.Written {
		s.written[c.Mode[s.plan.Written[i].Element]] = int32(i)
	}
	for m := range int32(c.M) {
		at := c.Ptr[m]
		n := c.Ptr[m+1] - at
		if n > 2 || n == 2 && math.Abs(c.Val[at]+c.Val[at+1]) > 1e-14*math.Abs(c.Val[at]) {
			return fmt.Errorf("element %d stretches by more than the difference of two displacements: nodes of hub networks move along one line each", m+1)
		}
		if n > 0 {
			s.by[m] = c.Val[at] * c.Val[at]
		}
		for ; at < c.Ptr[m+1]; at++ {
			s.at[c.Col[at]] = append(s.at[c.Col[at]], m)
		}
	}
	return nil
}

// branches finds the nodes between a spring of a hub and an input spring to ground that nothing else touches, no load and no reading.
func (s *sorting) branches() error {
	busy := make([]bool, s.c.N)
	for u, f := range s.ports.probe {
		busy[u] = f != 0
	}
	for _, out := range s.ports.out {
		for _, t := range out {
			busy[t.unknown] = true
		}
	}
	for u, modes := range s.at {
		if busy[u] || len(modes) != 2 {
			continue
		}
		long, short := modes[0], modes[1]
		if _, to := s.ends(long); to < 0 {
			long, short = short, long
		}
		from, to := s.ends(long)
		if _, second := s.ends(short); to < 0 || second >= 0 || (s.written[long] < 0) == (s.written[short] < 0) {
			continue
		}
		if int(from) == u {
			from = to
		}
		own, input := long, short
		if s.written[long] >= 0 {
			own, input = short, long
		}
		s.place[u] = spot{kind: branch, number: from, own: own, input: input}
	}
	return nil
}

// hubs are the nodes that carry branches or input springs.
func (s *sorting) hubs() error {
	carry := func(u, m int32) error {
		if s.place[u].kind == branch {
			return fmt.Errorf("element %d joins nodes %d and %d, each of which has an input spring: they are branches of each other and of no hub", m+1, s.node(u), s.node(s.place[u].number))
		}
		s.place[u].kind = hub
		return nil
	}
	for _, p := range s.place {
		if p.kind == branch {
			long := p.own
			if _, to := s.ends(long); to < 0 {
				long = p.input
			}
			if err := carry(p.number, long); err != nil {
				return err
			}
		}
	}
	for m, w := range s.written {
		if w < 0 {
			continue
		}
		from, to := s.ends(int32(m))
		if from < 0 || s.place[from].kind == branch || to >= 0 && s.place[to].kind == branch {
			continue
		}
		if to >= 0 {
			return fmt.Errorf("element %d follows an input between nodes %d and %d: input springs of hub networks go to ground", m+1, s.node(from), s.node(to))
		}
		if err := carry(from, int32(m)); err != nil {
			return err
		}
	}
	for u := range s.place {
		if s.place[u].kind == hub {
			s.arrow.hubs = append(s.arrow.hubs, int32(u))
		}
		if s.place[u].kind == top {
			s.place[u].number = int32(len(s.tops))
			s.tops = append(s.tops, int32(u))
		}
	}
	for m := range int32(s.c.M) {
		from, to := s.ends(m)
		if to >= 0 && s.place[from].kind == hub && s.place[to].kind == hub {
			return fmt.Errorf("element %d joins nodes %d and %d, which both carry input springs: hubs are joined to outputs only", m+1, s.node(from), s.node(to))
		}
	}
	if len(s.arrow.hubs) == 0 {
		return fmt.Errorf("no node that moves carries an input spring")
	}
	return nil
}

// readings are on tops.
func (s *sorting) readings() error {
	for _, terms := range s.ports.out {
		var r reading
		for _, t := range terms {
			if s.place[t.unknown].kind != top {
				return fmt.Errorf("node %d is read and carries an input spring", s.node(t.unknown))
			}
			r = append(r, term{s.place[t.unknown].number, t.by})
		}
		s.out = append(s.out, r)
	}
	return nil
}

// group sorts hubs by the tops that they are joined to.
func (s *sorting) group() {
	joined := make(map[int32][]int32)
	key := make(map[int32]string)
	for _, u := range s.arrow.hubs {
		var list []int32
		for _, m := range s.at[u] {
			from, to := s.ends(m)
			if from == u {
				from = to
			}
			if from >= 0 && s.place[from].kind == top {
				list = append(list, s.place[from].number)
			}
		}
		slices.Sort(list)
		joined[u] = slices.Compact(list)
		key[u] = fmt.Sprint(joined[u])
	}
	slices.SortStableFunc(s.arrow.hubs, func(a, b int32) int { return strings.Compare(key[a], key[b]) })
	for j, u := range s.arrow.hubs {
		s.place[u].number = int32(j)
		if j == 0 || key[u] != key[s.arrow.hubs[j-1]] {
			s.groups = append(s.groups, group{first: j, tops: joined[u]})
		}
		s.groups[len(s.groups)-1].hubs++
	}
	for u := range s.place {
		if p := &s.place[u]; p.kind == branch {
			p.number = s.place[p.number].number
		}
	}
	s.force, s.rest = make([]float64, len(s.arrow.hubs)), make([]float64, len(s.tops))
	for j, u := range s.arrow.hubs {
		s.force[j] = s.ports.probe[u]
	}
	for i, u := range s.tops {
		s.rest[i] = s.ports.probe[u]
	}
}
