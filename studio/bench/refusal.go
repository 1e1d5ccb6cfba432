package bench

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab/driver"
)

// refusal is what a page is told that asked for something that cannot be done: what is wrong and the way out.
type refusal struct {
	status  int
	message string
	help    string
}

func (r *refusal) Error() string { return r.message }

// Help is the way out.
func (r *refusal) Help() string { return r.help }

// said is an error as pages have it.
type said struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	Help    string `json:"help,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	End     int    `json:"end,omitempty"`
}

// errorCode is that of what cannot be done as it was asked.
const errorCode = "E0804"

// words are an error for a page, with the status of its reply.
func words(err error) (status int, e said) {
	var own *refusal
	if errors.As(err, &own) {
		return own.status, said{Code: errorCode, Message: own.message, Help: own.help}
	}
	f := (&cli.Terminal{}).Describe(err)
	e = said{Code: f.Code, Message: f.Message, Help: f.Help}
	if len(f.Places) > 0 {
		e.Line, e.Column, e.End = f.Places[0].Line, f.Places[0].Column, f.Places[0].Column+f.Places[0].Width
	}
	return http.StatusUnprocessableEntity, e
}

// refuse answers with an error.
func refuse(w http.ResponseWriter, err error) {
	status, e := words(err)
	send(w, status, map[string]said{"error": e})
}

// send answers with JSON.
func send(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil { // a number that JSON does not have
		status, text = http.StatusInternalServerError, []byte(`{"error":{"message":"the answer cannot be written"}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a browser that has gone needs no answer
}

// clean makes a text of a page fit for a journal: one line without control characters, of at most so many.
func clean(text string) string {
	const most = 500
	return driver.Clean(text, most)
}
