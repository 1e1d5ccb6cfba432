package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/run/watch"
	"github.com/elastrain/elastrain/serve"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task/data"
)

// Failure is an error as people and programs are told of it.
type Failure struct {
	Code     string  `json:"code"` // such as E0312; "" where there is none
	ExitCode int     `json:"exit_code"`
	Message  string  `json:"message"`
	Help     string  `json:"help"` // the way out; may be empty
	Places   []Place `json:"places"`

	text string // as it stands on Err
}

// Place is where an error is. A file with several errors has a place for each.
type Place struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`   // from 1; without it the file as a whole
	Column  int    `json:"column,omitempty"` // from 1, in characters of the line; in tables, in fields
	Width   int    `json:"width,omitempty"`  // characters at fault
	Key     string `json:"key,omitempty"`    // of the experiment file, such as task.outputs[2].node
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Label   string `json:"label,omitempty"` // a few words beside the caret
	Help    string `json:"help,omitempty"`
}

// Text is a failure as people are told of it, with the line of the file and the caret where it is at one.
func (f *Failure) Text() string { return f.text }

// Fail shows an error and returns the exit code that belongs to it.
func (t *Terminal) Fail(err error) int {
	f := t.Describe(err)
	t.Report(f)
	return f.ExitCode
}

// Report shows a failure: its text on Err and, under JSON, an object on Out,
// unless a result stands there already: there is never more than one.
func (t *Terminal) Report(f Failure) {
	fmt.Fprint(t.Err, harmless(f.text, t.Color))
	if t.JSON && !t.printed {
		_ = t.Object(map[string]Failure{"error": f}) // the failure may be that Out is broken; Err has the text
	}
}

// Describe finds the exit code and the words for an error.
func (t *Terminal) Describe(err error) Failure {
	err = missingRun(err)
	f := t.describe(err)
	f.plainWords(err)
	if f.Places == nil {
		f.Places = places(err)
	}
	return f
}

func (t *Terminal) describe(err error) Failure {
	var many spec.Errors
	var one *spec.Error
	switch {
	case errors.As(err, &many) && len(many) > 0:
		return t.inFile(many, many.Render(t.Color))
	case errors.As(err, &one):
		f := t.inFile(spec.Errors{one}, one.Render(t.Color))
		f.ExitCode = BadUsage
		return f
	}
	var directory *run.DirectoryError
	var usage *UsageError
	var goes *GoesOnError
	var request *serve.RequestError
	var notMet *NotMetError
	var notFinite *NotFiniteError
	var unsupported *json.UnsupportedValueError
	var file *atomicfile.Error
	var path *os.PathError
	var sink *watch.Error
	if f, ok := t.bench(err); ok {
		return f
	}
	told, known := experiment.Tell(err)
	switch {
	case errors.Is(err, atomicfile.ErrDiskFull):
		return t.plain(Storage, "E0603", "the disk is full: "+err.Error(), "make room and run the same command again: it goes on from the last checkpoint")
	case errors.As(err, &directory):
		code := Storage
		switch directory.Code {
		case "E0601", "E0605":
			code = BadUsage
		case "E0702", "E0704":
			code = Mechanics
		}
		return t.plain(code, directory.Code, directory.Error(), directory.Help)
	case errors.As(err, &usage):
		return t.plain(BadUsage, "E0801", usage.Text, usage.Help)
	case errors.As(err, &request):
		return t.plain(BadUsage, "E0803", request.Text, request.Help)
	case errors.As(err, &notMet):
		return remark(NotMet, notMet.Text, "")
	case errors.As(err, &notFinite):
		return t.plain(Mechanics, "E0704", notFinite.Error(), "look at the largest and the smallest quantities of the file: forces, lengths, stiffnesses")
	case errors.As(err, &unsupported): // a file of a run is JSON as well
		return t.plain(Mechanics, "E0704", "a number that is to be written is infinite or not a number", "look at the largest and the smallest quantities of the file: forces, lengths, stiffnesses, the rate")
	case known:
		if told.Usage {
			return t.plain(BadUsage, told.Code, told.Message, told.Help)
		}
		return t.plain(Mechanics, told.Code, told.Message, told.Help)
	case errors.As(err, &sink):
		return t.plain(Storage, "E0606", err.Error(), "see that it is there and lets you in, or leave it out: `elastrain follow` with the same flag hands everything on later")
	case errors.As(err, &file) && (file.Op == "open" || file.Op == "read"):
		return t.plain(Storage, "E0603", err.Error(), "see that it is there, is a file, and may be read")
	case errors.As(err, &file), errors.As(err, &path), errors.Is(err, os.ErrPermission):
		return t.plain(Storage, "E0603", err.Error(), "see that the place exists and may be written to, or choose another")
	case errors.As(err, &goes):
		return remark(Stopped, goes.Error(), "")
	case errors.Is(err, run.ErrStopped):
		return remark(Stopped, "stopped at a checkpoint; "+goesOn, "")
	case errors.Is(err, context.Canceled):
		return remark(Stopped, "stopped: "+err.Error(), "")
	}
	what, way, _ := strings.Cut(err.Error(), "; ")
	return t.plain(BadUsage, "E0801", what, way)
}

// inFile describes the errors of an experiment file.
func (t *Terminal) inFile(all spec.Errors, text string) Failure {
	first := all[0]
	f := Failure{Code: first.Code, ExitCode: BadUsage, Message: first.Message, Help: first.Help, text: text}
	for _, e := range all {
		if strings.HasPrefix(e.Code, "E07") {
			f.ExitCode = Mechanics
		}
		if e.Code == "E0905" { // a bench cannot do it
			f.ExitCode = RigFault
		}
		f.Places = append(f.Places, Place{File: e.File, Line: e.Line, Column: e.Column, Width: e.Width, Key: e.Path, Code: e.Code, Message: e.Message, Label: e.Label, Help: e.Help})
	}
	return f
}

// places is where an error is that has no line of an experiment file.
func places(err error) []Place {
	var table *data.Error
	var directory *run.DirectoryError
	var file *atomicfile.Error
	var path *os.PathError
	var usage *UsageError
	switch {
	case errors.As(err, &usage):
		if usage.File != "" {
			return []Place{{File: usage.File}}
		}
	case errors.As(err, &table):
		return []Place{{File: table.Name, Line: table.Line, Column: table.Column}}
	case errors.As(err, &directory):
		return []Place{{File: directory.Dir}}
	case errors.As(err, &file):
		return []Place{{File: file.Path}}
	case errors.As(err, &path):
		return []Place{{File: path.Path}}
	}
	return []Place{}
}

// remark is a failure that is no error of anybody, such as a stop that was asked for.
func remark(exit int, message, help string) Failure {
	f := Failure{ExitCode: exit, Message: message, Help: help, text: message + "\n"}
	if help != "" {
		f.text += help + "\n"
	}
	return f
}

// plain renders an error that has no line of a file.
func (t *Terminal) plain(exit int, code, text, help string) Failure {
	red, bold, off := "", "", ""
	if t.Color {
		red, bold, off = "\x1b[1;31m", "\x1b[1m", "\x1b[0m"
	}
	label := "error"
	if code != "" {
		label = "error[" + code + "]"
	}
	s := fmt.Sprintf("%s%s%s%s: %s%s\n", red, label, off, bold, text, off)
	if help != "" {
		s += "  = help: " + help + "\n"
	}
	if code != "" {
		s += "  = note: more: elastrain explain " + code + "\n"
	}
	return Failure{Code: code, ExitCode: exit, Message: text, Help: help, text: s}
}
