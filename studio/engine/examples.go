package engine

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/spec"
)

// Example is an experiment to start from.
type Example struct {
	Name  string   `json:"name"`
	Title string   `json:"title"`
	Text  string   `json:"text"`
	Files []string `json:"files,omitempty"` // that it reads; arrays file:NAME have them
}

// mostExampleNodes is how large an example may be that a page offers.
const mostExampleNodes = 2000

// examples lists those that need nothing of this machine.
func (e *Engine) examples(*request) (*answer, error) {
	list := []Example{}
	var arrays []message.Array
	for _, name := range examples.Names() {
		text, _ := examples.Text(name)
		file, err := spec.Parse(name, text)
		if err != nil {
			return nil, err
		}
		if file.Spec.Lab != nil || file.Spec.Task.Data == "mnist" { // a bench, or pictures that are not built in
			continue
		}
		one := Example{Name: name, Title: examples.Summary(name), Text: string(text)}
		net, err := experiment.BuildNetwork(file, func(name string) ([]byte, error) {
			content, ok := examples.Content(name)
			if !ok {
				return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
			}
			return content, nil
		})
		var missing *fs.PathError
		switch {
		case errors.As(err, &missing):
			continue
		case err != nil:
			return nil, err
		case net.Nodes() > mostExampleNodes:
			continue
		}
		for _, f := range examples.Files() {
			if !strings.Contains(string(text), f.Name) {
				continue
			}
			content, _ := examples.Content(f.Name)
			one.Files = append(one.Files, f.Name)
			if !slices.ContainsFunc(arrays, func(a message.Array) bool { return a.Name == filePrefix+f.Name }) {
				arrays = append(arrays, message.U1(filePrefix+f.Name, content, len(content)))
			}
		}
		list = append(list, one)
	}
	return &answer{map[string]any{"examples": list}, arrays}, nil
}

// schema is the JSON Schema of experiment files.
func (e *Engine) schema(*request) (*answer, error) {
	return &answer{head: map[string]any{"schema": json.RawMessage(spec.Schema())}}, nil
}
