package driver

import (
	"errors"
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/lab"
)

// Error is a verb that was answered, but with no: the lattice is as it was, and
// the driver is well. It crosses the wire with its code. One that is no failure
// of the device is a *lab.RefusedError too, for errors.As.
type Error struct {
	Code    string
	Message string

	Driver, Verb string // who said so, and to what; empty where the host itself says no
}

// Codes of an Error.
const (
	Refused     = "refused"     // beyond a limit, or not what this bench can do
	NotArmed    = "not_armed"   // arm first
	BadRequest  = "bad_request" // the request cannot be read
	Failed      = "failed"      // the device could not
	Interrupted = "interrupted" // safe came first
	Stopped     = "stopped"     // a person said stop
	Fell        = "fell"        // the lattice as it is set does not bear it: it fell over, or out of reach
)

func (e *Error) Error() string {
	if e.Driver == "" {
		return e.Message
	}
	return e.who() + ": " + e.Message
}

// who is the driver with its verb.
func (e *Error) who() string { return fmt.Sprintf("%s, asked to %s", e.Driver, e.Verb) }

// Is makes errors.Is(err, &Error{Code: c}) ask for the code alone.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code && other.Message == ""
}

// As finds a *lab.RefusedError.
func (e *Error) As(target any) bool {
	refused, ok := target.(**lab.RefusedError)
	if !ok || e.Code != Refused && e.Code != NotArmed && e.Code != BadRequest && e.Code != Fell {
		return false
	}
	*refused = &lab.RefusedError{Verb: "the request", Cause: e.Message, Fell: e.Code == Fell}
	if e.Driver != "" {
		(*refused).Verb = e.who() + ": this"
	}
	return true
}

func refuse(code, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// asError gives any error of a bench a code.
func asError(err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	var refused *lab.RefusedError
	if errors.As(err, &refused) && refused.Fell {
		return &Error{Code: Fell, Message: err.Error()}
	}
	if errors.As(err, &refused) {
		return &Error{Code: Refused, Message: err.Error()}
	}
	return &Error{Code: Failed, Message: err.Error()}
}

// Kind is what a driver did against the protocol.
type Kind string

// Kinds of Fault.
const (
	Silent      Kind = "silent"      // no answer in time
	Gone        Kind = "gone"        // the process ended or the port closed
	Garbled     Kind = "garbled"     // a line that is no message of the protocol
	OutOfTurn   Kind = "out of turn" // an answer to another request, or none asked for
	Units       Kind = "units"       // not SI
	Incomplete  Kind = "incomplete"  // something is missing, or too much
	Implausible Kind = "implausible" // numbers that cannot be
	Stale       Kind = "stale"       // frames from before the load
)

// Safety is what is known of the lattice after a fault.
type Safety string

// What is known.
const (
	Confirmed Safety = "the driver has confirmed that it made the lattice safe"
	HungUp    Safety = "the driver ended by itself when its input was closed, as one does that makes the lattice safe"
	Unknown   Safety = "nobody has confirmed that the lattice is safe: look, and take the loads off by hand"
)

// Fault is the end of a driver that broke the protocol. The lattice was made
// safe as far as Safe says, and the driver was ended; open the bench anew.
type Fault struct {
	Driver string   // command or port
	Verb   string   // during which verb
	Kind   Kind     // what went wrong
	Detail string   // what exactly
	Safe   Safety   // how the lattice was left
	Said   []string // last lines of the driver's standard error
}

func (f *Fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s: %s; %s", f.Driver, f.Verb, f.Detail, f.Safe)
	if len(f.Said) > 0 {
		fmt.Fprintf(&b, "; its last words:\n  %s", strings.Join(f.Said, "\n  "))
	}
	return b.String()
}

// problem is a fault before anything was done about it.
type problem struct {
	kind   Kind
	detail string
}

func (p *problem) Error() string { return p.detail }

func wrong(kind Kind, format string, args ...any) error {
	return &problem{kind: kind, detail: Clean(fmt.Sprintf(format, args...), 2*mostMessage)} // it quotes the driver
}
