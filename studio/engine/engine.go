// Package engine answers the pages of the studio: experiments are opened, loaded, scored, trained and cut, each by a verb that takes a
// message and gives one. It touches no file and no clock but those that it is handed, so that the same code runs in a browser and in
// the server. docs/studio-engine.md lists the verbs.
package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/elastrain/elastrain/serve/message"
)

const (
	// MostOpen is how many experiments are open at once; of one more the one that was used longest ago is closed.
	MostOpen = 8
	// defaultMemory caps what all of them may take, bytes.
	defaultMemory = 1 << 30
)

// Engine is the experiments that somebody has open. It is not for several goroutines at once.
type Engine struct {
	Version string
	Memory  int64 // bytes that the experiments may take; 0: a GiB
	Threads int   // 0: as many as the program may use
	// Now is a time in milliseconds, for budgets; nil: there is none, and budgets are not kept.
	Now func() float64

	open map[int]*opened
	last int // number given last
	uses int // calls so far
}

// Version says what answers.
type Version struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	Arch    string `json:"arch"`
}

// answer is what a verb gives: an object, and arrays with names.
type answer struct {
	head   any
	arrays []message.Array
}

// verbs are what can be asked, by name.
var verbs = map[string]func(*Engine, *request) (*answer, error){
	"version":  (*Engine).version,
	"check":    (*Engine).check,
	"open":     (*Engine).openOne,
	"close":    (*Engine).closeOne,
	"solve":    (*Engine).solve,
	"gradient": (*Engine).gradient,
	"score":    (*Engine).score,
	"train":    (*Engine).train,
	"cut":      (*Engine).cut,
	"edit":     (*Engine).edit,
	"complete": (*Engine).complete,
	"examples": (*Engine).examples,
	"schema":   (*Engine).schema,
}

// Call answers a message with a message. It never panics: a fault of the program is an error like any other.
func (e *Engine) Call(verb string, whole []byte) (reply []byte) {
	defer func() {
		if fault := recover(); fault != nil {
			reply = failed(&faultError{fault, string(debug.Stack())}, nil)
		}
	}()
	do, ok := verbs[verb]
	if !ok {
		return failed(message.Refuse("docs/studio-engine.md lists the verbs", "there is no verb %q", verb), nil)
	}
	q, err := read(whole)
	if err != nil {
		return failed(err, nil)
	}
	e.uses++
	a, err := do(e, q)
	if err != nil {
		var arrays []message.Array
		if a != nil {
			arrays = a.arrays
		}
		return failed(err, arrays)
	}
	return written(a.head, a.arrays)
}

// written is a message. Its line has the fields of head, and the list of the arrays.
func written(head any, arrays []message.Array) []byte {
	text, err := json.Marshal(head)
	if err == nil && len(arrays) > 0 {
		var list []byte
		if list, err = json.Marshal(arrays); err == nil {
			if text = text[:len(text)-1]; len(text) > 1 {
				text = append(text, ',')
			}
			text = append(append(append(text, `"arrays":`...), list...), '}')
		}
	}
	var out bytes.Buffer
	if err == nil {
		out.Grow(64 + len(text) + message.Size(arrays))
		err = message.Write(&out, json.RawMessage(text), arrays)
	}
	if err != nil {
		return failed(err, nil)
	}
	return out.Bytes()
}

func (e *Engine) version(*request) (*answer, error) {
	return &answer{head: Version{e.Version, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}}, nil
}

// faultError is a panic: a fault of the program.
type faultError struct {
	what  any
	where string
}

func (e *faultError) Error() string { return fmt.Sprintf("the engine has a fault: %v", e.what) }
