package inputs

import "slices"

// vector lays out the stiffnesses of an arrow as its loops read them, and says of each mode where it is.
func (s *sorting) vector() {
	h := len(s.arrow.hubs)
	own := make([][]int32, h)   // nodes of the branches of each hub
	plain := make([][]int32, h) // modes of its straight input springs
	s.inOrder(own, plain)

	table := s.table(own, plain)
	row := func(mode int32) int32 { return table[s.follows(mode)] }
	s.first, s.straight = make([]int32, h+1), make([]int32, h+1)
	for j := range h {
		for _, u := range own[j] {
			p := &s.place[u]
			s.slot[p.own], s.slot[p.input] = int32(2*len(s.rows)), int32(2*len(s.rows)+1)
			s.rows = append(s.rows, row(p.input))
		}
		for len(s.rows)%4 != 0 {
			s.rows = append(s.rows, 0) // of no stiffness
		}
		s.first[j+1] = int32(len(s.rows))
	}
	s.atStraight = 2 * len(s.rows)
	for j := range h {
		for _, m := range plain[j] {
			s.slot[m] = int32(s.atStraight + len(s.straights))
			s.straights = append(s.straights, row(m))
		}
		s.straight[j+1] = int32(len(s.straights))
	}
	s.atGround = s.atStraight + len(s.straights)
	s.atTops = s.atGround + h
	s.atRest = s.atTops
	for g := range s.groups {
		s.groups[g].at = s.atRest
		s.atRest += s.groups[g].hubs * len(s.groups[g].tops)
	}
	s.atPairs = s.atRest + len(s.tops)
	s.constant()
	s.end = s.atPairs + len(s.pairs)
}

// inOrder lists what hubs carry, in the order of the elements.
func (s *sorting) inOrder(own, plain [][]int32) {
	for m := range int32(s.c.M) {
		if s.written[m] < 0 {
			continue
		}
		from, to := s.ends(m)
		node := from
		if to >= 0 && s.place[to].kind == branch {
			node = to
		}
		switch {
		case node < 0:
		case s.place[node].kind == branch:
			j := s.place[node].number
			own[j] = append(own[j], node)
		default:
			j := s.place[node].number
			plain[j] = append(plain[j], m)
		}
	}
}

// constant places the springs that are no part of a branch and follow no input.
func (s *sorting) constant() {
	of := make([]int, len(s.arrow.hubs)) // group of each hub
	for g := range s.groups {
		for j := range s.groups[g].hubs {
			of[s.groups[g].first+j] = g
		}
	}
	pair := make(map[[2]int32]int32)
	for m := range int32(s.c.M) {
		from, to := s.ends(m)
		if from < 0 {
			s.slot[m] = -1
			continue
		}
		if s.written[m] >= 0 || s.place[from].kind == branch || to >= 0 && s.place[to].kind == branch {
			continue
		}
		if to >= 0 && s.place[from].kind == top {
			from, to = to, from
		}
		a := &s.place[from]
		switch {
		case to < 0 && a.kind == hub:
			s.slot[m] = int32(s.atGround) + a.number
		case to < 0:
			s.slot[m] = int32(s.atRest) + a.number
		case a.kind == hub:
			g := &s.groups[of[a.number]]
			o, _ := slices.BinarySearch(g.tops, s.place[to].number)
			s.slot[m] = int32(g.at + (int(a.number)-g.first)*len(g.tops) + o)
		default:
			b := &s.place[to]
			key := [2]int32{max(a.number, b.number), min(a.number, b.number)}
			n, ok := pair[key]
			if !ok {
				n = int32(len(s.pairs))
				pair[key], s.pairs = n, append(s.pairs, key)
			}
			s.slot[m] = int32(s.atPairs) + n
		}
	}
}

// follows is what a written mode has of its stiffness.
func (s *sorting) follows(mode int32) value {
	w := &s.plan.Written[s.written[mode]]
	return value{int32(w.Column), w.Complement}
}

// table lists what input springs follow, column by column, and the row of each.
func (s *sorting) table(own, plain [][]int32) map[value]int32 {
	row := make(map[value]int32)
	for j := range own {
		for _, u := range own[j] {
			row[s.follows(s.place[u].input)] = 0
		}
		for _, m := range plain[j] {
			row[s.follows(m)] = 0
		}
	}
	for v := range row {
		s.values = append(s.values, v)
	}
	slices.SortFunc(s.values, func(a, b value) int {
		if a.column != b.column || a.complement == b.complement {
			return int(a.column - b.column)
		}
		if b.complement {
			return -1
		}
		return 1
	})
	for i, v := range s.values {
		row[v] = int32(i)
	}
	return row
}
