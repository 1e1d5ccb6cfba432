package bench

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
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

// words are an error for a page, with the status of its reply.
func words(err error) (status int, e said) {
	var own *refusal
	var file spec.Errors
	var dir *run.DirectoryError
	var helps interface{ Help() string }
	switch {
	case errors.As(err, &own):
		return own.status, said{Message: own.message, Help: own.help}
	case errors.As(err, &file) && len(file) > 0:
		first := file[0]
		return http.StatusUnprocessableEntity, said{Code: first.Code, Message: first.Message, Help: first.Help, Line: first.Line, Column: first.Column, End: first.Column + first.Width}
	case errors.As(err, &dir):
		return http.StatusConflict, said{Code: dir.Code, Message: dir.Error(), Help: dir.Help}
	case errors.As(err, &helps):
		return http.StatusUnprocessableEntity, said{Message: err.Error(), Help: helps.Help()}
	}
	return http.StatusUnprocessableEntity, said{Message: err.Error()}
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
