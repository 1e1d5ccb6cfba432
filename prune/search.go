package prune

import (
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"unsafe"
)

// A search goes on from several networks at once: from the best Width of all that have one bond less than those before. So it finds sets of bonds of which no
// single one lowers the loss most, and with them fewer bonds.
//
// With a = root(k_a) c_a the rows of the bonds, A = a^T D^-1 b joins any two of them, and the ports, and a bond b that goes changes it by one product (Sherman and Morrison 1950)
//
//	A' = A + c c^T     c = A_b / root(1 - A_bb)
//
// so each network is a few columns c beside the factorisation of the first one. Shares A_bb only grow, as sums of squares that cancel nothing.

// softestSearched is the share of the stiffness along a bond that the others must keep up when it goes in a search, which does not factorise what it passes
// through: so much of sixteen digits is left. What the search finds is taken out bond by bond afterwards, and factorised.
const softestSearched = 1e-6

// SearchBytes is about how much memory a search takes that goes on from so many networks of so many bonds, loaded and read at so many ports: of the networks
// with one bond less and those before, shares, answers and columns of every bond, and all bonds that may go next.
func SearchBytes(width, bonds, ports int) int64 {
	const number = 8
	return int64(width) * int64(bonds) * (2*number*int64(ports+2) + int64(unsafe.Sizeof(next{})))
}

// planned takes out the bond (from 0) that a search has found to go next; -1 where none is left and a new search finds none, or where that bond cannot go after all.
func (p *pruning) planned(ctx context.Context) (bond, tried int, err error) {
	if p.Width < 2 {
		return -1, 0, nil
	}
	for {
		if len(p.plan) == 0 {
			found, err := p.search(ctx)
			if err != nil || len(found) == 0 {
				return -1, 0, err
			}
			p.plan = nil
			for _, bond := range found {
				p.plan = append(p.plan, bond+1)
			}
		}
		bond, p.plan = p.plan[0]-1, p.plan[1:]
		if p.net.Elements[bond].Cut {
			continue // with its node, which bore nothing
		}
		v, err := p.try(bond)
		if err != nil {
			return -1, 0, err
		}
		if v != nil && p.accepts(&p.now, v) {
			if out, err := p.goes(bond); err != nil || out {
				return bond, 0, err
			}
		}
		p.plan = nil
		return -1, 0, nil
	}
}

// branch is a network of a search.
type branch struct {
	gone    []int       // bonds that went in the search, from 0, in order
	columns [][]float64 // c of each: M bonds, and the ports
	ports   [][]float64 // A of each port with all bonds
	share   []float64   // A_bb of each mode; 1 where nothing is left to go
	g       []float64   // answers at all ports to forces at all of them
	now     Verdict
}

// search are the bonds (from 0) to take out next, in order: of networks that do what is wanted, one with the fewest bonds out; where none does, the best; where the score is to be
// kept, one with the most out. It is empty where nothing that goes lowers the loss.
func (p *pruning) search(ctx context.Context) ([]int, error) {
	s := &searching{pruning: p, known: map[int][]float64{}}
	level := []*branch{s.root()}
	best := level[0]
	for out := 1; len(level) > 0; out++ {
		if p.Most > 0 && len(p.gone)+out > p.Most {
			break
		}
		list, err := s.candidates(ctx, level)
		if err != nil || len(list) == 0 {
			return best.gone, err
		}
		if level, err = s.choose(level, list); err != nil {
			return nil, err
		}
		if len(level) == 0 {
			break
		}
		if p.Until == 0 || level[0].now.Loss < best.now.Loss {
			best = level[0]
		}
		for _, b := range level {
			if p.Until > 0 && b.now.miss() <= p.Until {
				return b.gone, nil
			}
		}
		if p.Passed != nil {
			p.Passed(out, level[0].now)
		}
	}
	return best.gone, nil
}

// searching is a search under way.
type searching struct {
	*pruning
	known map[int][]float64 // A of a bond with all others and the ports, in the first network
}

// next is a bond that may go from a network of a search, and the loss without it.
type next struct {
	from, bond int
	loss       float64
}

// root is the network as it is.
func (s *searching) root() *branch {
	r, m := s.mod.Responses(), s.eq.C.M
	b := &branch{share: make([]float64, m), g: slices.Clone(r.S), now: s.now}
	for i, c := range s.mod.SelfCompliance() {
		if b.share[i] = s.k[i] * c; c == 0 {
			b.share[i] = 1 // it is cut, or joins supports
		}
	}
	for port := range s.ports {
		a := make([]float64, m)
		for i := range a {
			a[i] = math.Sqrt(s.k[i]) * r.E[i*r.Stride+port]
		}
		b.ports = append(b.ports, a)
	}
	return b
}

// candidates are all bonds that may go next, the best first; those of one loss by their networks and numbers.
func (s *searching) candidates(ctx context.Context, level []*branch) (list []next, err error) {
	for from, b := range level {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for bond := range s.bars {
			if s.net.Elements[bond].Cut {
				continue
			}
			mode := int(s.eq.C.Mode[bond])
			left := 1 - b.share[mode]
			if left < softestSearched {
				continue
			}
			n := len(s.ports)
			for i := range n {
				gain := b.ports[i][mode] / left
				for j := range n {
					s.lattice.g[i*n+j] = b.g[i*n+j] + gain*b.ports[j][mode]
				}
			}
			if s.outputs(s.lattice.g, s.s) != nil {
				continue
			}
			v, err := s.aim.judge(s.s)
			if err == nil && !math.IsNaN(v.Loss) && s.accepts(&b.now, &v) {
				list = append(list, next{from, bond, v.Loss})
			}
		}
	}
	slices.SortFunc(list, func(a, b next) int {
		return cmp.Or(cmp.Compare(a.loss, b.loss), cmp.Compare(a.from, b.from), cmp.Compare(a.bond, b.bond))
	})
	return list, nil
}

// choose makes the networks of the next level: the first of the list, without those that lack the same bonds as one before.
func (s *searching) choose(level []*branch, list []next) ([]*branch, error) {
	seen := map[string]bool{}
	var chosen []next
	for _, c := range list {
		key := setOf(append(slices.Clone(level[c.from].gone), c.bond))
		if seen[key] {
			continue
		}
		seen[key] = true
		if chosen = append(chosen, c); len(chosen) == s.Width {
			break
		}
	}
	if err := s.learnColumns(chosen); err != nil {
		return nil, err
	}
	var made []*branch
	for _, c := range chosen {
		of, err := s.without(level[c.from], c)
		if err != nil {
			return nil, err
		}
		made = append(made, of)
	}
	return made, nil
}

// setOf names a set of bonds, whatever their order.
func setOf(bonds []int) string {
	slices.Sort(bonds)
	var key []byte
	for _, bond := range bonds {
		key = binary.AppendUvarint(key, uint64(bond))
	}
	return string(key)
}

// learnColumns solves for A of bonds that it is not known of, eight at a time.
func (s *searching) learnColumns(list []next) error {
	const width = 8
	var wanted []int
	for _, c := range list {
		if s.known[c.bond] == nil && !slices.Contains(wanted, c.bond) {
			wanted = append(wanted, c.bond)
		}
	}
	c, r := s.eq.C, s.mod.Responses()
	u, e := make([]float64, c.N*width), make([]float64, c.M*width)
	for bonds := range slices.Chunk(wanted, width) {
		clear(u)
		for lane, bond := range bonds {
			mode := c.Mode[bond]
			for a := c.Ptr[mode]; a < c.Ptr[mode+1]; a++ {
				u[int(c.Col[a])*width+lane] += c.Val[a]
			}
		}
		if err := s.eq.Solver.Solve(u, width); err != nil {
			return err
		}
		c.Elongations(e, u, width)
		for lane, bond := range bonds {
			mode := int(c.Mode[bond])
			root := math.Sqrt(s.k[mode])
			column := make([]float64, c.M+len(s.ports))
			for i := range c.M {
				column[i] = root * math.Sqrt(s.k[i]) * e[i*width+lane]
			}
			for port := range s.ports {
				column[c.M+port] = root * r.E[mode*r.Stride+port]
			}
			s.known[bond] = column
		}
	}
	return nil
}

// without is a network of a search without one more bond.
func (s *searching) without(b *branch, c next) (of *branch, err error) {
	m, n := s.eq.C.M, len(s.ports)
	mode := int(s.eq.C.Mode[c.bond])
	column := slices.Clone(s.known[c.bond])
	for _, before := range b.columns {
		for i, v := range before {
			column[i] += before[mode] * v
		}
	}
	root := math.Sqrt(1 - b.share[mode])
	for i := range column {
		column[i] /= root
	}
	of = &branch{gone: append(slices.Clone(b.gone), c.bond), columns: append(slices.Clone(b.columns), column), share: slices.Clone(b.share), g: slices.Clone(b.g)}
	for i := range m {
		of.share[i] += column[i] * column[i]
	}
	for _, bond := range of.gone {
		of.share[s.eq.C.Mode[bond]] = 1
	}
	for i := range n {
		ports := slices.Clone(b.ports[i])
		for j := range m {
			ports[j] += column[m+i] * column[j]
		}
		of.ports = append(of.ports, ports)
		for j := range n {
			of.g[i*n+j] += column[m+i] * column[m+j]
		}
	}
	copy(s.lattice.g, of.g)
	if err = s.outputs(s.lattice.g, s.s); err == nil {
		of.now, err = s.aim.judge(s.s)
	}
	return of, err
}
