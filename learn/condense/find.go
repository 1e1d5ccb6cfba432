package condense

import (
	"slices"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/statics"
)

const (
	mostInside = 24 // unknowns that are eliminated in a part
	mostEdge   = 12 // by which it hangs on the rest
	mostAt     = 64 // elements at a node that is eliminated
)

// piece is a part as it is found: its elements, the nodes that are eliminated, and those by which it hangs on the rest.
type piece struct{ elements, inside, edge []int }

// finder finds parts.
type finder struct {
	rig   *learn.Statics
	free  [][]int32 // unknowns of every node
	at    [][]int   // elements at every node
	set   []bool    // elements that inputs set
	port  []bool    // nodes that are loaded or read
	of    []int     // part that each element belongs to, -1: none
	edges []int     // parts that hang on a node
	parts []*piece
}

// find lists the parts of a body: every element that an input sets is in one of them.
func find(rig *learn.Statics, set []bool) []*piece {
	b := rig.Eq.Body
	s := &b.Space
	nodes := len(s.At) / len(s.Parts)
	f := &finder{rig: rig, set: set, free: make([][]int32, nodes), at: make([][]int, nodes), port: make([]bool, nodes), of: fill(len(b.Elements)), edges: make([]int, nodes)}
	for i, c := range s.At {
		if c.Free() {
			f.free[i/len(s.Parts)] = append(f.free[i/len(s.Parts)], int32(c))
		}
	}
	for i := range b.Elements {
		for _, node := range b.Elements[i].Nodes {
			if len(f.free[node]) > 0 && !slices.Contains(f.at[node], i) {
				f.at[node] = append(f.at[node], i)
			}
		}
	}
	hang := func(p statics.Port) {
		for _, t := range p {
			f.port[t.Node] = true
		}
	}
	for i := range rig.In {
		if len(rig.In[i].Write) == 0 {
			hang(rig.In[i].Port)
		}
	}
	for _, p := range rig.Out {
		hang(p)
	}
	for i, is := range set {
		if is && f.of[i] < 0 {
			f.begin(i)
		}
	}
	for n := range f.parts {
		f.grow(n)
	}
	return f.parts
}

func fill(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = -1
	}
	return list
}

// begin makes the part of an element that inputs set: its free nodes that are no ports are eliminated, with all that
// such nodes are joined to by elements. Where too much comes together, each element is a part by itself.
func (f *finder) begin(element int) {
	b := f.rig.Eq.Body
	p := &piece{elements: []int{element}}
	unknowns := 0
	for next := 0; next < len(p.elements) && unknowns <= mostInside; next++ {
		i := p.elements[next]
		if !f.set[i] {
			continue
		}
		for _, node := range b.Elements[i].Nodes {
			if f.port[node] || len(f.free[node]) == 0 || len(f.at[node]) > mostAt || slices.Contains(p.inside, node) {
				continue
			}
			p.inside = append(p.inside, node)
			unknowns += len(f.free[node])
			for _, other := range f.at[node] {
				if !slices.Contains(p.elements, other) {
					p.elements = append(p.elements, other)
				}
			}
		}
	}
	taken := slices.ContainsFunc(p.elements, func(i int) bool { return f.of[i] >= 0 })
	p.edge = f.edgeOf(p)
	if taken || unknowns > mostInside || f.count(p.edge) > mostEdge {
		p.inside, p.elements = nil, []int{element}
		p.edge = f.edgeOf(p)
	}
	f.take(p)
}

// edgeOf is the free nodes of the elements of a part that are not eliminated.
func (f *finder) edgeOf(p *piece) (edge []int) {
	for _, i := range p.elements {
		for _, node := range f.rig.Eq.Body.Elements[i].Nodes {
			if len(f.free[node]) > 0 && !slices.Contains(p.inside, node) && !slices.Contains(edge, node) {
				edge = append(edge, node)
			}
		}
	}
	return edge
}

func (f *finder) count(nodes []int) (n int) {
	for _, node := range nodes {
		n += len(f.free[node])
	}
	return n
}

// take notes what a new part has.
func (f *finder) take(p *piece) {
	n := len(f.parts)
	f.parts = append(f.parts, p)
	for _, i := range p.elements {
		f.of[i] = n
	}
	for _, node := range p.edge {
		f.edges[node]++
	}
}

// grow eliminates nodes at the edge of a part as long as that does not make the edge longer: a part that hangs at the end
// of a chain takes the chain.
func (f *finder) grow(n int) {
	p := f.parts[n]
	if len(p.inside) == 0 {
		return
	}
	for again := true; again; {
		again = false
		for _, node := range p.edge {
			if f.port[node] || f.edges[node] > 1 || len(f.at[node]) > mostAt || f.count(p.inside)+len(f.free[node]) > mostInside {
				continue
			}
			larger := &piece{elements: slices.Clone(p.elements), inside: append(slices.Clone(p.inside), node)}
			foreign := false
			for _, i := range f.at[node] {
				foreign = foreign || f.of[i] >= 0 && f.of[i] != n
				if !slices.Contains(larger.elements, i) {
					larger.elements = append(larger.elements, i)
				}
			}
			larger.edge = f.edgeOf(larger)
			if foreign || f.count(larger.edge) > f.count(p.edge) {
				continue
			}
			for _, old := range p.edge {
				f.edges[old]--
			}
			for _, i := range larger.elements {
				f.of[i] = n
			}
			for _, at := range larger.edge {
				f.edges[at]++
			}
			*p = *larger
			again = true
			break
		}
	}
}
