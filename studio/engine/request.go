package engine

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/elastrain/elastrain/serve/message"
)

// request is the line of a message: what its verb needs of it.
type request struct {
	ID     int             `json:"id"` // of an experiment that is open
	Arrays []message.Array `json:"arrays"`

	// check, open
	Name      string   `json:"name"` // that errors give the file
	Text      string   `json:"text"`
	Overrides []string `json:"overrides"`

	// solve, gradient
	Sample *sample   `json:"sample"`
	Input  []float64 `json:"input"` // amplitudes

	// train
	Do     string   `json:"do"`
	Epochs int      `json:"epochs"`
	MS     *float64 `json:"ms"`

	Bonds []int `json:"bonds"` // of cut: numbers, from 1

	// edit, complete
	Set    [][2]string `json:"set"`
	Remove []string    `json:"remove"`
	Line   int         `json:"line"`
	Column int         `json:"column"`
}

// sample is one of a part, from 0.
type sample struct {
	Part string `json:"part"`
	I    int    `json:"i"`
}

// read takes a message apart.
func read(whole []byte) (*request, error) {
	object, payload, err := message.Split(whole)
	if err != nil {
		return nil, err
	}
	q := &request{}
	if err := message.Decode(object, q, "docs/studio-engine.md lists the keys of every verb"); err != nil {
		return nil, err
	}
	return q, message.Unpack(q.Arrays, payload)
}

// array is the array of a name; nil where there is none.
func (q *request) array(name string) *message.Array {
	for i := range q.Arrays {
		if q.Arrays[i].Name == name {
			return &q.Arrays[i]
		}
	}
	return nil
}

// theta are the parameters of a request; nil where it has none.
func (q *request) theta() ([]float64, error) {
	a := q.array("theta")
	switch {
	case a == nil:
		return nil, nil
	case a.Type != "f8" || len(a.Shape) != 1:
		return nil, message.Refuse("", "array theta has type %s and shape %v; it is f8, a number for each parameter", a.Type, a.Shape)
	}
	return a.F8, nil
}

// filePrefix marks arrays that are files.
const filePrefix = "file:"

// files are those that a request carries, by name.
func (q *request) files() (files, error) {
	list := files{}
	for i := range q.Arrays {
		a := &q.Arrays[i]
		name, is := strings.CutPrefix(a.Name, filePrefix)
		if !is {
			continue
		}
		if a.Type != "u1" {
			return nil, message.Refuse("files are arrays of bytes", "the file %q comes as an array of type %s", name, a.Type)
		}
		list[name] = a.U1
	}
	return list, nil
}

// files are what an experiment names, by name.
type files map[string][]byte

// read is an experiment.Files.
func (f files) read(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("it does not come with the experiment: %w", fs.ErrNotExist)}
	}
	return text, nil
}
