package engine

import (
	"fmt"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/serve/message"
)

// Checked is what is wrong with an experiment, and what is to be known of it.
type Checked struct {
	Errors     []Failure            `json:"errors"`
	Warnings   []experiment.Warning `json:"warnings"`
	Notes      []string             `json:"notes"`
	Nodes      int                  `json:"nodes"`
	Elements   int                  `json:"elements"`
	Learn      int                  `json:"learn"`
	Mechanisms []Mechanism          `json:"mechanisms"`      // motions that cost nothing
	Shape      *Shape               `json:"shape,omitempty"` // as far as there is a lattice
}

// Mechanism is a motion that costs nothing. Array modeN has it, N its place in the list from 0.
type Mechanism struct {
	Text string `json:"text"`
}

// mostDrawn is how many nodes, and how many elements, of a lattice that cannot be built are told; a larger one has only its errors.
const mostDrawn = 1 << 20

// check looks at an experiment and keeps nothing. A lattice whose experiment cannot be built is told as far as it can be drawn.
func (e *Engine) check(q *request) (*answer, error) {
	from, err := q.source()
	if err != nil {
		return nil, err
	}
	c := &Checked{Errors: []Failure{}, Warnings: []experiment.Warning{}, Notes: []string{}, Mechanisms: []Mechanism{}}
	file, err := from.parse()
	if err != nil {
		c.Errors = failures(err)
		return &answer{head: c}, nil
	}
	x, err := e.build(file, from.files, nil)
	if err == nil {
		o := &opened{x: x, from: from, ready: true}
		if o.plain, err = x.Snapshot(experiment.View{}); err != nil {
			return nil, err
		}
		shape, arrays, err := shapeOf(o)
		if err != nil {
			return nil, err
		}
		if c.Warnings, err = x.Warnings(); err != nil {
			c.Errors = failures(err)
		}
		c.Shape, c.Nodes, c.Elements, c.Learn, c.Notes = shape, shape.Nodes, shape.Elements, x.Design.Dim(), append(c.Notes, x.Notes...)
		return &answer{c, arrays}, nil
	}
	c.Errors = failures(err)
	plain, err := experiment.Drawing(file, from.files.read, mostDrawn)
	if err != nil {
		return &answer{head: c}, nil // the errors say it
	}
	var arrays []message.Array
	c.Shape, arrays = lattice(plain.Built, plain.Elements, plain.Clamped, plain.Earthed)
	c.Shape.Title, c.Shape.Task = plain.Title, plain.Task
	c.Nodes, c.Elements = c.Shape.Nodes, c.Shape.Elements
	motions := experiment.Motions(file, from.files.read)
	c.Mechanisms = mechanisms(motions)
	return &answer{c, append(arrays, modes(motions)...)}, nil
}

func mechanisms(motions []mechanics.Motion) []Mechanism {
	list := make([]Mechanism, len(motions))
	for i, m := range motions {
		list[i].Text = m.String()
	}
	return list
}

// modes are the arrays of motions.
func modes(motions []mechanics.Motion) (arrays []message.Array) {
	for i, m := range motions {
		arrays = append(arrays, message.F8(fmt.Sprintf("mode%d", i), spread(m.U, m.Dim), len(m.U)/m.Dim, 3))
	}
	return arrays
}
