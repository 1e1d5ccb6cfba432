package driver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Protocol is the version of the messages in this file.
const Protocol = 1

// MaxLine is the most bytes of one message, without its newline.
const MaxLine = 16 << 20

// The verbs.
const (
	Hello        = "hello"
	Arm          = "arm"
	Load         = "load"
	Hold         = "hold"
	Measure      = "measure"
	SetStiffness = "set_stiffness"
	Safe         = "safe"
	Ping         = "ping"
)

// Request is what the host asks. It is written without spaces and with its
// fields in this order, so that a driver without a JSON library can read it.
type Request struct {
	ID       uint64      `json:"id"`
	Verb     string      `json:"verb"`
	Protocol int         `json:"protocol,omitempty"` // hello
	Limits   *lab.Limits `json:"limits,omitempty"`   // arm
	Forces   []NodeForce `json:"forces,omitzero"`    // load, hold; empty: take all loads off
	Holds    []NodeHold  `json:"holds,omitempty"`    // hold
	Repeats  int         `json:"repeats,omitempty"`  // measure
	K        []float64   `json:"k,omitzero"`         // set_stiffness, N/m, of elements 1, 2, ...; of a card with values those
}

// NodeForce is a force as people and drivers read it.
type NodeForce struct {
	Node int       `json:"node"` // from 1
	F    []float64 `json:"f"`    // N; len Card.Dim
}

// NodeHold is a lab.Hold as people and drivers read it.
type NodeHold struct {
	Node int       `json:"node"` // from 1
	Dir  []float64 `json:"dir"`  // of unit length; len Card.Dim
	Move float64   `json:"move"` // m
}

// Holds writes holds for the wire.
func Holds(list []lab.Hold, dim int) []NodeHold {
	out := make([]NodeHold, len(list))
	for i, h := range list {
		out[i] = NodeHold{Node: h.Node + 1, Dir: append([]float64(nil), h.Dir[:dim]...), Move: h.Move}
	}
	return out
}

// holds reads them back.
func holds(list []NodeHold, card lab.Card) ([]lab.Hold, error) {
	out := make([]lab.Hold, len(list))
	for i, h := range list {
		if len(h.Dir) != card.Dim {
			return nil, fmt.Errorf("the direction along which node %d is held has %d components, not %d", h.Node, len(h.Dir), card.Dim)
		}
		out[i].Node, out[i].Move = h.Node-1, h.Move
		copy(out[i].Dir[:], h.Dir)
	}
	return out, nil
}

// Forces writes loads for the wire: those on one node add up, so that a driver
// finds every node once. It is never nil.
func Forces(load []lab.Force, dim int) []NodeForce {
	out := make([]NodeForce, 0, len(load))
	at := make(map[int]int, len(load)) // place in out of each node
	for _, f := range load {
		i, there := at[f.Node]
		if !there {
			i = len(out)
			at[f.Node] = i
			out = append(out, NodeForce{Node: f.Node + 1, F: make([]float64, dim)})
		}
		for axis := range dim {
			out[i].F[axis] += f.F[axis]
		}
	}
	return out
}

// forces reads them back.
func forces(list []NodeForce, card lab.Card) ([]lab.Force, error) {
	load := make([]lab.Force, len(list))
	for i, f := range list {
		if len(f.F) != card.Dim {
			return nil, fmt.Errorf("the force on node %d has %d components, not %d", f.Node, len(f.F), card.Dim)
		}
		load[i].Node = f.Node - 1
		copy(load[i].F[:], f.F)
	}
	return load, nil
}

// units of every number on the wire. A driver that has others is refused
// rather than converted: a factor of 1000 in a force breaks the lattice.
type units struct {
	Length    string `json:"length"`
	Force     string `json:"force"`
	Time      string `json:"time"`
	Stiffness string `json:"stiffness"`
}

var si = units{Length: "m", Force: "N", Time: "s", Stiffness: "N/m"}

// head is what every answer has.
type head struct {
	ID    *uint64    `json:"id"`
	Error *wireError `json:"error,omitempty"`
}

type wireError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type helloAnswer struct {
	ID       uint64     `json:"id"`
	Protocol int        `json:"protocol"`
	Name     string     `json:"name"`
	Version  string     `json:"version"`
	Units    units      `json:"units"`
	Dim      int        `json:"dim"`
	Nodes    int        `json:"nodes"`
	Elements int        `json:"elements"`
	Stiffens bool       `json:"stiffens"`
	Limits   lab.Limits `json:"limits"`
	Values   int        `json:"values,omitempty"`     // how many numbers set_stiffness takes; left out: elements
	Unit     string     `json:"value_unit,omitempty"` // of those that change, where they have one; left out: each has its own
	Removes  bool       `json:"removes,omitempty"`    // an element may be set to 0, and is out then
	Holds    int        `json:"holds,omitempty"`      // how many places are held at once; left out: there is no stage
	Watchdog float64    `json:"watchdog"`             // s
}

type loadAnswer struct {
	ID      uint64   `json:"id"`
	Applied *float64 `json:"applied"` // s
}

type measureAnswer struct {
	ID     uint64      `json:"id"`
	Frames []wireFrame `json:"frames"`
}

// wireFrame is a lab.Frame with a list a mark; null is a mark that was not seen.
type wireFrame struct {
	At         *float64    `json:"at"` // s
	Nodes      [][]float64 `json:"nodes"`
	Sigma      []float64   `json:"sigma,omitempty"` // of the nodes; none, or one a node
	Fixed      [][]float64 `json:"fixed,omitempty"`
	FixedSigma []float64   `json:"fixed_sigma,omitempty"`
	Images     []lab.Image `json:"images,omitempty"`
}

// onWire writes a frame.
func onWire(f *lab.Frame, dim int) wireFrame {
	at := f.At.Seconds()
	out := wireFrame{At: &at, Images: f.Images}
	out.Nodes, out.Sigma = marksOnWire(f.Nodes, dim)
	out.Fixed, out.FixedSigma = marksOnWire(f.Fixed, dim)
	return out
}

func marksOnWire(marks []lab.Mark, dim int) (points [][]float64, sigma []float64) {
	known := false
	points, sigma = make([][]float64, len(marks)), make([]float64, len(marks))
	for i := range marks {
		m := &marks[i]
		if !m.Seen {
			continue
		}
		points[i] = append([]float64(nil), m.X[:dim]...)
		sigma[i] = m.Sigma
		known = known || m.Sigma != 0
	}
	if !known {
		sigma = nil
	}
	return points, sigma
}

// seconds reads a time on the clock of the bench.
func seconds(s *float64) (time.Duration, error) {
	const most = 9e9 // about what a Duration holds
	switch {
	case s == nil:
		return 0, errors.New("is missing")
	case !(*s >= 0 && *s < most):
		return 0, fmt.Errorf("is %g s; the clock of the driver counts seconds from 0", *s)
	}
	return time.Duration(math.Round(*s * 1e9)), nil
}

// errLong is returned for a line of more than MaxLine bytes.
var errLong = fmt.Errorf("a line is longer than %d MiB", MaxLine>>20)

// readLine reads a line without its newline. At the end of the input it returns
// io.EOF, or io.ErrUnexpectedEOF if the last line has no newline: then some of
// it may be missing. Of a line that is too long all is read and nothing kept.
func readLine(r *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if !long {
			line = append(line, part...)
		}
		if len(bytes.TrimRight(line, "\r\n")) > most {
			long, line = true, nil
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		case long:
			return nil, errLong
		}
		return bytes.TrimRight(line, "\r\n"), nil
	}
}

// unmarshal reads JSON and says what is wrong in the words of the protocol.
func unmarshal(line []byte, into any) error {
	err := json.Unmarshal(line, into)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		what := "the message"
		if kind.Field != "" {
			what = `"` + kind.Field + `"`
		}
		return fmt.Errorf("%s holds a %s where %s is due", what, kind.Value, goWords(kind))
	case errors.As(err, &syntax):
		// Python's json module writes NaN, which is no JSON.
		if bytes.Contains(line, []byte("NaN")) || bytes.Contains(line, []byte("Infinity")) {
			return errors.New("NaN and Infinity are no numbers of JSON; a mark that was not seen is null")
		}
		return fmt.Errorf("no JSON: %v after %d bytes", syntax, syntax.Offset)
	case err != nil:
		return fmt.Errorf("no JSON: %w", err)
	}
	return nil
}

// goWords says what was expected without the names of Go types.
func goWords(e *json.UnmarshalTypeError) string {
	switch e.Type.Kind().String() {
	case "float64", "float32":
		return "a number"
	case "int", "int64", "uint64":
		return "a whole number that fits"
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	case "slice", "array":
		return "a list"
	}
	return "an object"
}

// marshal writes a message and its newline.
func marshal(message any) ([]byte, error) {
	line, err := json.Marshal(message)
	if err != nil {
		return nil, err
	}
	if len(line) > MaxLine {
		return nil, errLong
	}
	return append(line, '\n'), nil
}

// quote shows the start of a line that a driver wrote.
func quote(line []byte) string {
	const most = 80
	if len(line) > most {
		return fmt.Sprintf("%q...", line[:most])
	}
	return fmt.Sprintf("%q", line)
}
