// Package cli is how the command line speaks: results on stdout, everything
// else on stderr, errors as pictures of the line at fault, one exit code a kind
// of failure.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/elastrain/elastrain/internal/atomicfile"
	"github.com/elastrain/elastrain/mechanics"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// Exit codes.
const (
	Done        = 0
	NotMet      = 1   // ran, but a goal or check was not met
	BadUsage    = 2   // bad flags, spec or data
	Mechanics   = 3   // mechanism, singular, not finite
	RigFault    = 4   // a fault of the bench
	Storage     = 5   // disk full, unwritable, damaged
	Stopped     = 75  // stopped cleanly at a checkpoint: run again to go on
	Interrupted = 130 // Ctrl-C
)

// Terminal is where a command speaks.
type Terminal struct {
	In       io.Reader
	Out, Err io.Writer
	JSON     bool // one JSON object on Out and nothing else there
	Quiet    bool // no progress
	Color    bool // on Err
	Live     bool // Err is a terminal that can be redrawn
}

// NotMetError says that a command ran and its check failed.
type NotMetError struct{ Text string }

func (e *NotMetError) Error() string { return e.Text }

// UsageError is a bad flag or argument.
type UsageError struct{ Text, Help string }

func (e *UsageError) Error() string { return e.Text }

// Printf writes a result for people; nothing under JSON.
func (t *Terminal) Printf(format string, args ...any) {
	if !t.JSON {
		fmt.Fprintf(t.Out, format, args...)
	}
}

// Notef writes a remark for people on Err; nothing when quiet.
func (t *Terminal) Notef(format string, args ...any) {
	if !t.Quiet {
		fmt.Fprintf(t.Err, format, args...)
	}
}

// Object writes one JSON object.
func (t *Terminal) Object(v any) error {
	e := json.NewEncoder(t.Out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// Fail shows an error and returns the exit code that belongs to it.
func (t *Terminal) Fail(err error) int {
	code, text := t.describe(err)
	fmt.Fprint(t.Err, text)
	return code
}

func (t *Terminal) describe(err error) (int, string) {
	var many spec.Errors
	var one *spec.Error
	switch {
	case errors.As(err, &many) && len(many) > 0:
		code := BadUsage
		for _, e := range many {
			if strings.HasPrefix(e.Code, "E07") {
				code = Mechanics
			}
		}
		return code, many.Render(t.Color)
	case errors.As(err, &one):
		return BadUsage, one.Render(t.Color)
	}
	var directory *run.DirectoryError
	var usage *UsageError
	var notMet *NotMetError
	var singular *mechanics.SingularError
	var stiffness *mechanics.StiffnessError
	var inaccurate *mechanics.InaccurateError
	var file *atomicfile.Error
	var path *os.PathError
	var table *data.Error
	if code, text, ok := t.bench(err); ok {
		return code, text
	}
	switch {
	case errors.Is(err, atomicfile.ErrDiskFull):
		return Storage, t.plain("E0603", "the disk is full: "+err.Error(), "make room and run the same command again: it goes on from the last checkpoint")
	case errors.As(err, &directory):
		code := Storage
		switch directory.Code {
		case "E0601", "E0605":
			code = BadUsage
		case "E0702":
			code = Mechanics
		}
		return code, t.plain(directory.Code, directory.Error(), directory.Help)
	case errors.As(err, &usage):
		return BadUsage, t.plain("E0801", usage.Text, usage.Help)
	case errors.As(err, &notMet):
		return NotMet, notMet.Text + "\n"
	case errors.As(err, &singular), errors.As(err, &stiffness), errors.As(err, &inaccurate):
		return Mechanics, t.plain("E0702", err.Error(), "raise the lower bound of the bonds, or add a bond or a support")
	case errors.Is(err, task.ErrStill):
		return Mechanics, t.plain("E0703", err.Error(), "choose other ports, or start: random")
	case errors.As(err, &file), errors.As(err, &path), errors.Is(err, os.ErrPermission):
		return Storage, t.plain("E0603", err.Error(), "see that the place exists and may be written to, or choose another")
	case errors.Is(err, run.ErrStopped):
		return Stopped, "stopped at a checkpoint; the same command goes on from there\n"
	case errors.Is(err, context.Canceled):
		return Stopped, "stopped: " + err.Error() + "\n"
	case errors.As(err, &table):
		code := "E0402"
		if table.Value != "" {
			code = "E0407"
		}
		what, way, _ := strings.Cut(err.Error(), "; ")
		return BadUsage, t.plain(code, what, way)
	}
	return BadUsage, t.plain("", err.Error(), "")
}

// plain renders an error that has no line of a file.
func (t *Terminal) plain(code, text, help string) string {
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
	return s
}
