// Package body joins elements under their laws to one body, and takes every
// product that physics and learning ask of it.
//
// Its one idea: a body is immutable plain data, and everything about it is a sum
// over its elements of what their kinds (how they deform) and laws (how force
// follows) say: forces, tangent, and the derivative of a loss by every
// parameter, a dt/dtheta, which is written here and nowhere else. Whatever
// changes stands in a State or in a Work, so that any number of goroutines may
// share a body.
package body

import (
	"fmt"
	"math"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// Element is one element of a plan.
type Element struct {
	Kind    element.Kind
	Law     law.Law
	Nodes   []int    // that it joins; from 0
	Shift   [][3]int // of a periodic cell: by how many lattice vectors each end lies away from its node; nil for none
	Dir, Up [3]float64
	Theta   []float64 // parameters of its law
	Number  int       // what people call it; 0: its place in the plan, from 1
}

// Strain says what a strain of a periodic cell is.
type Strain uint8

const (
	StrainFree  Strain = iota // an unknown, loaded by stress times area
	StrainGiven               // imposed
	StrainHeld                // zero
)

// Plan is what a body is made of.
type Plan struct {
	Dim      int
	Pos      []float64 // m; node-major, nodes x Dim
	Elements []Element
	Supports []Support
	Cell     [][3]float64 // lattice vectors of a periodic cell, Dim of them; nil for a body that ends
	Strain   []Strain     // of a cell in the plane: exx, eyy, gxy
	Moves    []Move       // places of nodes that are parameters, after those of all laws
	Given    [][]Term     // weighted readings that are told their values, each by a load along itself; numbered after the others
}

// Run is the elements of one kind under one law.
type Run struct {
	Kind     element.Kind
	Law      law.Law
	Elements []int32 // ascending
	// First mode, parameter and size of the run; those of its elements follow one after the other.
	Mode, Theta, Size    int
	Modes, Params, Local int // of one element
	First                int // local coordinate of the run; see flat

	row, place int           // first entry of de/dlocal, and of the places of its ends
	plain      bool          // every local coordinate is one unknown, or none
	swift      element.Swift // its kind, where it takes many elements at once
}

// Body is a network under its laws.
type Body struct {
	Space    Space
	Pos      []float64
	Elements []Element
	Built    []element.Built // of each element, its images shifted
	Runs     []Run
	M        int       // modes in all
	P        int       // parameters in all, places included
	Sizes    []float64 // of the elements, run by run
	Area     float64   // of a periodic cell, m2
	Moves    []Move

	drawn   []float64   // places by the plan, where there are moves
	movable []int32     // elements whose shape follows them
	shifts  [][]float64 // by how much the ends of each lie away from their nodes

	cell [][3]float64 // its lattice vectors

	flat

	place []int32 // position of each element in its run
	run   []int32 // its run

	// Local coordinates expand into terms: mostly one unknown, of an image the strains as well.
	local []int32 // first local coordinate of each element; len elements+1
	ptr   []int32 // terms of each local coordinate; len local+1
	term  []term
}

type term struct {
	col Column
	by  float64
}

// New checks a plan and builds its body.
func New(p *Plan) (*Body, error) {
	if p.Dim < 1 || p.Dim > 3 || len(p.Pos)%p.Dim != 0 {
		return nil, fmt.Errorf("body: %d coordinates in %d dimensions", len(p.Pos), p.Dim)
	}
	nodes := len(p.Pos) / p.Dim
	b := &Body{Pos: p.Pos, cell: p.Cell, Elements: p.Elements, Built: make([]element.Built, len(p.Elements)),
		place: make([]int32, len(p.Elements)), run: make([]int32, len(p.Elements)), local: []int32{0}, ptr: []int32{0}}
	for i := range p.Elements {
		if err := b.build(p, i, nodes); err != nil {
			return nil, fmt.Errorf("element %d (%s): %w", i+1, p.Elements[i].Kind.Name(), err)
		}
	}
	var err error
	if b.Space, err = newSpace(p, nodes); err != nil {
		return nil, err
	}
	b.sortRuns(p.Dim)
	b.number()
	for i := range p.Elements {
		b.expand(p, i)
	}
	b.join()
	if err := b.initMoves(p); err != nil {
		return nil, err
	}
	if p.Cell != nil {
		b.Area = math.Abs(p.Cell[0][0]*p.Cell[1][1] - p.Cell[0][1]*p.Cell[1][0])
	}
	return b, nil
}

// build places the ends of an element and checks it.
func (b *Body) build(p *Plan, i, nodes int) error {
	el := &p.Elements[i]
	if len(el.Nodes) != el.Kind.Ends() {
		return fmt.Errorf("it joins %d nodes, and such an element joins %d", len(el.Nodes), el.Kind.Ends())
	}
	if modes := len(el.Kind.Modes(p.Dim)); el.Law.Modes() != modes && el.Law.Modes() != 0 {
		return fmt.Errorf("the law %s is for %d deformations, and the element has %d", el.Law.Name(), el.Law.Modes(), modes)
	}
	if params := el.Law.Params(); len(el.Theta) != len(params) {
		return fmt.Errorf("the law %s has %d parameters, and %d are given", el.Law.Name(), len(params), len(el.Theta))
	}
	built := element.Built{Dim: p.Dim, At: make([]float64, len(el.Nodes)*p.Dim), Dir: el.Dir, Up: el.Up}
	for end, node := range el.Nodes {
		if node < 0 || node >= nodes {
			return fmt.Errorf("it joins node %d, and there are %d nodes", node+1, nodes)
		}
		shift := b.shift(el, end)
		for axis := range p.Dim {
			built.At[end*p.Dim+axis] = p.Pos[node*p.Dim+axis] + shift[axis]
		}
	}
	b.Built[i] = built
	if err := el.Kind.Check(&b.Built[i]); err != nil {
		return err
	}
	return nil
}

// shift is how far an end of an element lies from its node: whole lattice vectors of the cell.
func (b *Body) shift(el *Element, end int) (s [3]float64) {
	if el.Shift == nil {
		return s
	}
	return b.offset(el.Shift[end])
}

// sortRuns puts elements of one kind and law into one run, in the order in which they first appear.
func (b *Body) sortRuns(dim int) {
	type key struct {
		kind element.Kind
		law  law.Law
	}
	known := map[key]int{}
	for i := range b.Elements {
		el := &b.Elements[i]
		k := key{el.Kind, el.Law}
		at, ok := known[k]
		if !ok {
			at = len(b.Runs)
			known[k] = at
			swift, _ := el.Kind.(element.Swift)
			b.Runs = append(b.Runs, Run{Kind: el.Kind, Law: el.Law, Modes: len(el.Kind.Modes(dim)), Params: len(el.Law.Params()),
				Local: el.Kind.Ends() * len(el.Kind.Parts(b.Space.Dim)), swift: swift})
		}
		r := &b.Runs[at]
		b.run[i], b.place[i] = int32(at), int32(len(r.Elements))
		r.Elements = append(r.Elements, int32(i))
	}
	size := 0
	for at := range b.Runs {
		r := &b.Runs[at]
		r.Mode, r.Theta, r.Size = b.M, b.P, size
		b.M += len(r.Elements) * r.Modes
		b.P += len(r.Elements) * r.Params
		size += len(r.Elements)
		for _, i := range r.Elements {
			b.Sizes = append(b.Sizes, r.Kind.Size(&b.Built[i]))
		}
	}
}

// expand lists the terms of the local coordinates of an element.
func (b *Body) expand(p *Plan, i int) {
	el := &b.Elements[i]
	for end, node := range el.Nodes {
		shift := b.shift(el, end)
		for _, part := range el.Kind.Parts(p.Dim) {
			for c, by := range b.Space.Shares(b.Space.Column(node, part)) {
				b.term = append(b.term, term{c, by})
			}
			if len(b.Space.Strain) == 3 {
				b.image(part, shift)
			}
			b.ptr = append(b.ptr, int32(len(b.term)))
		}
	}
	b.local = append(b.local, int32(len(b.ptr)-1))
}

// image adds what the strains of the cell do to an image shifted by s: u_x + exx s_x + gxy s_y/2, u_y + gxy s_x/2 + eyy s_y.
func (b *Body) image(part element.Part, s [3]float64) {
	add := func(strain int, by float64) {
		if c := b.Space.Strain[strain]; by != 0 && c != Held {
			b.term = append(b.term, term{c, by})
		}
	}
	switch part {
	case element.X:
		add(0, s[0])
		add(2, s[1]/2)
	case element.Y:
		add(1, s[1])
		add(2, s[0]/2)
	}
}

// Theta is the parameters of all elements as planned, run by run, and moves of zero (len P).
func (b *Body) Theta() []float64 {
	theta := make([]float64, b.P)
	for i := range b.Elements {
		copy(theta[b.ThetaOf(i):], b.Elements[i].Theta)
	}
	return theta
}

// ThetaOf is the place of the first parameter of an element.
func (b *Body) ThetaOf(i int) int {
	r := &b.Runs[b.run[i]]
	return r.Theta + int(b.place[i])*r.Params
}

// ModeOf is the place of the first mode of an element.
func (b *Body) ModeOf(i int) int {
	r := &b.Runs[b.run[i]]
	return r.Mode + int(b.place[i])*r.Modes
}

// Name is an element in a message: bar 12.
func (b *Body) Name(i int) string {
	number := b.Elements[i].Number
	if number == 0 {
		number = i + 1
	}
	return fmt.Sprintf("%s %d", b.Elements[i].Kind.Name(), number)
}
