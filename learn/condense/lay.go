package condense

import (
	"errors"
	"slices"

	"github.com/elastrain/elastrain/mechanics/body"
	"github.com/elastrain/elastrain/mechanics/law"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/sparse"
)

// lay lays out parts and the rest.
func (r *Rig) lay(pieces []*piece, changes [][]written) error {
	b := r.Eq.Body
	all := b.Rows()
	number, in := make([]int32, b.Space.N), make([]bool, len(b.Elements)) // unknowns in the rest, -1 for none; elements in parts
	for _, p := range pieces {
		for _, node := range p.inside {
			r.free(node, func(unknown int32) { number[unknown] = -1 })
		}
		for _, i := range p.elements {
			in[i] = true
		}
	}
	for unknown, is := range number {
		if is == 0 {
			number[unknown] = int32(len(r.rest))
			r.rest = append(r.rest, int32(unknown))
		}
	}
	for i := range b.Elements {
		if !in[i] {
			r.modes(i, func(mode int) { r.rows.add(all, mode, func(unknown int32) int32 { return number[unknown] }) })
		}
	}
	known := map[string]*group{}
	for _, p := range pieces {
		r.parts = append(r.parts, r.part(p, all, changes, known))
	}
	r.entry = sparse.NewCliquePattern(len(r.rest), func(yield func([]int) bool) {
		clique := make([]int, 0, 32)
		of := func(list []int32, by []int32) bool {
			clique = clique[:0]
			for _, i := range list {
				if by != nil {
					i = by[i]
				}
				clique = append(clique, int(i))
			}
			return yield(clique)
		}
		for i := range r.rows.mode {
			if col, _ := r.rows.row(i); !of(col, nil) {
				return
			}
		}
		for _, p := range r.parts {
			if !of(p.unknowns[p.ni:], number) {
				return
			}
		}
	})
	if r.solver = sparse.NewAbreast(r.entry, mostProducts); r.solver == nil {
		return errors.New("what is left of it fills in much, which fronts factorise better")
	}
	r.base, r.sums = make([]float64, r.solver.Entries()), make([]float64, r.entry.Entries())
	for i := range r.rows.mode {
		r.start = append(r.start, len(r.pair))
		col, _ := r.rows.row(i)
		for a, row := range col {
			for _, other := range col[:a+1] {
				r.pair = append(r.pair, r.entry.Index(int(row), int(other)))
			}
		}
	}
	for _, p := range r.parts {
		edge := p.unknowns[p.ni:]
		for a, row := range edge {
			p.place = append(p.place, r.solver.Place(int(number[row])))
			for _, other := range edge[:a+1] {
				p.entry = append(p.entry, r.solver.EntryOf(r.entry.Index(int(number[row]), int(number[other]))))
			}
		}
	}
	for j := range r.rest {
		for _, i := range r.entry.Row[r.entry.Ptr[j]:r.entry.Ptr[j+1]] {
			r.columns = append(r.columns, int32(r.solver.Place(int(i))), int32(r.solver.Place(j)))
		}
	}
	r.of = make([][]*part, r.solver.Pieces())
	for k := range r.of {
		from, to, _, _ := r.solver.Piece(k)
		for _, p := range r.parts {
			if len(p.place) > 0 && p.place[0] >= from && p.place[0] < to { // its edge is a clique, in one piece
				r.of[k] = append(r.of[k], p)
			}
		}
	}
	r.ports(number)
	return nil
}

// free visits the unknowns of a node.
func (r *Rig) free(node int, visit func(unknown int32)) {
	s := &r.Eq.Body.Space
	for _, c := range s.At[node*len(s.Parts) : (node+1)*len(s.Parts)] {
		if c.Free() {
			visit(int32(c))
		}
	}
}

// modes visits the modes of an element.
func (r *Rig) modes(i int, visit func(mode int)) {
	el := &r.Eq.Body.Elements[i]
	for mode := range len(el.Kind.Modes(r.Eq.Body.Space.Dim)) {
		visit(r.Eq.Body.ModeOf(i) + mode)
	}
}

// part lays out one.
func (r *Rig) part(of *piece, all *body.Rows, changes [][]written, known map[string]*group) *part {
	b := r.Eq.Body
	p := &part{}
	take := func(unknown int32) { p.unknowns = append(p.unknowns, unknown) }
	for _, node := range of.inside {
		r.free(node, take)
	}
	p.ni = len(p.unknowns)
	for _, node := range of.edge {
		r.free(node, take)
	}
	p.nb = len(p.unknowns) - p.ni
	local := func(unknown int32) int32 { return int32(slices.Index(p.unknowns, unknown)) }
	var inputs []int
	slices.Sort(of.elements)
	for _, i := range of.elements {
		if changes[i] == nil {
			r.modes(i, func(mode int) { p.rows.add(all, mode, local) })
		}
		for _, c := range changes[i] {
			inputs = append(inputs, c.by)
		}
	}
	p.fixed = len(p.rows.mode)
	slices.Sort(inputs)
	inputs = slices.Compact(inputs)
	for _, i := range of.elements {
		if changes[i] == nil {
			continue
		}
		at, el := b.ModeOf(i), &b.Elements[i]
		m := member{law: el.Law.(law.Linear), first: len(p.rows.mode), theta: b.ThetaOf(i), modes: len(el.Kind.Modes(b.Space.Dim))}
		m.span = law.Span{N: 1, Theta: make([]float64, len(el.Theta)), Size: []float64{el.Kind.Size(&b.Built[i])}}
		for mode := range m.modes {
			p.rows.add(all, at+mode, local)
		}
		for _, c := range changes[i] {
			c.input = slices.Index(inputs, c.by)
			m.changes = append(m.changes, c.change)
		}
		p.set = append(p.set, m)
	}
	p.base = make([]float64, p.n()*p.n())
	key := keyOf(inputs)
	if p.group = known[key]; p.group == nil {
		p.group = &group{inputs: inputs, state: make([]int32, block)}
		known[key], r.groups = p.group, append(r.groups, p.group)
	}
	p.group.parts = append(p.group.parts, p)
	return p
}

func keyOf(inputs []int) string {
	key := make([]byte, 0, 4*len(inputs))
	for _, i := range inputs {
		key = append(key, byte(i), byte(i>>8), byte(i>>16), byte(i>>24))
	}
	return string(key)
}

// ports finds what inputs load and outputs read.
func (r *Rig) ports(number []int32) {
	s := &r.Eq.Body.Space
	terms := func(list []term, port int, p statics.Port) []term {
		for _, t := range p {
			for c, by := range s.Shares(statics.Column(s, t)) {
				if c.Free() {
					list = append(list, term{r.solver.Place(int(number[c])), port, t.Weight * by})
				}
			}
		}
		return list
	}
	for i := range r.In {
		if len(r.In[i].Write) == 0 {
			r.in = terms(r.in, i, r.In[i].Port)
		}
	}
	for o, p := range r.Out {
		r.out = terms(r.out, o, p)
	}
	for _, list := range []*[]term{&r.in, &r.out} {
		slices.SortStableFunc(*list, func(a, b term) int { return a.column - b.column })
	}
}

// within is the terms on the columns from and to of a piece.
func within(list []term, from, to int) []term {
	first, _ := slices.BinarySearchFunc(list, from, func(t term, column int) int { return t.column - column })
	last, _ := slices.BinarySearchFunc(list, to, func(t term, column int) int { return t.column - column })
	return list[first:last]
}
