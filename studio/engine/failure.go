package engine

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/spec"
)

// Failure is one thing that is wrong, at its place in the experiment file where it has one.
type Failure struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	Help    string `json:"help,omitempty"`
	Note    string `json:"note,omitempty"`
	Label   string `json:"label,omitempty"`  // a few words beside the caret
	Line    int    `json:"line,omitempty"`   // from 1
	Column  int    `json:"column,omitempty"` // from 1, in characters
	End     int    `json:"end,omitempty"`    // column behind what is at fault
	Path    string `json:"path,omitempty"`   // key of the experiment file
	Trace   string `json:"trace,omitempty"`  // of a fault of the program
}

// failures are what an error says, one after the other.
func failures(err error) []Failure {
	var many spec.Errors
	var one *spec.Error
	if errors.As(err, &one) {
		many = spec.Errors{one}
	}
	if all := (spec.Errors)(nil); errors.As(err, &all) && len(all) > 0 {
		many = all
	}
	if len(many) == 0 {
		return []Failure{plain(err)}
	}
	list := make([]Failure, len(many))
	for i, e := range many {
		list[i] = Failure{Code: e.Code, Message: e.Message, Help: e.Help, Note: e.Note, Label: e.Label, Line: e.Line, Column: e.Column, Path: e.Path}
		if e.Line > 0 {
			list[i].End = e.Column + max(e.Width, 1)
		}
	}
	return list
}

// plain is an error that has no line.
func plain(err error) Failure {
	var refused *message.Error
	var fault *faultError
	var unsupported *json.UnsupportedValueError
	if told, ok := experiment.Tell(err); ok {
		return Failure{Code: told.Code, Message: told.Message, Help: told.Help}
	}
	switch {
	case errors.As(err, &refused):
		return Failure{Code: "E0803", Message: refused.Text, Help: refused.Help}
	case errors.As(err, &fault):
		return Failure{Message: fault.Error(), Help: "this is a mistake in elastrain: report it with the experiment file", Trace: fault.where}
	case errors.As(err, &unsupported):
		return Failure{Code: "E0704", Message: "a number of the answer is infinite or not a number", Help: "look at the largest and the smallest quantities of the file: forces, lengths, stiffnesses, the rate"}
	}
	what, way, _ := strings.Cut(err.Error(), "; ")
	return Failure{Message: what, Help: way}
}

// failed is the message of an error: the first thing that is wrong, and all of them.
func failed(err error, arrays []message.Array) []byte {
	list := failures(err)
	return written(map[string]any{"error": struct {
		Failure
		Errors []Failure `json:"errors"`
	}{list[0], list}}, arrays)
}
