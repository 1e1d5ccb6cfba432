// Package cli is how the command line speaks: results on stdout, everything
// else on stderr, errors as pictures of the line at fault, one exit code a kind
// of failure.
package cli

import (
	"fmt"
	"io"
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

	printed bool     // an object stands on Out
	sources []string // files that the experiment names and that were read
}

// NotMetError says that a command ran and its check failed.
type NotMetError struct{ Text string }

func (e *NotMetError) Error() string { return e.Text }

// UsageError is a bad flag or argument.
type UsageError struct {
	Text, Help string
	File       string // that is at fault; may be empty
}

func (e *UsageError) Error() string { return e.Text }

// Printf writes a result for people; nothing under JSON.
func (t *Terminal) Printf(format string, args ...any) {
	t.Exactly(shown(fmt.Sprintf(format, args...)))
}

// Exactly writes a result for other programs, byte for byte; nothing under JSON.
func (t *Terminal) Exactly(text string) {
	if !t.JSON {
		fmt.Fprint(t.Out, text)
	}
}

// Notef writes a remark for people on Err; nothing when quiet.
func (t *Terminal) Notef(format string, args ...any) {
	if !t.Quiet {
		fmt.Fprint(t.Err, shown(fmt.Sprintf(format, args...)))
	}
}
