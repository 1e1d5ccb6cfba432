package studio

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/elastrain/elastrain/internal/cli"
)

// handler answers a request, or says why not.
type handler func(http.ResponseWriter, *http.Request) error

// refusal is a request that is not answered.
type refusal struct {
	status     int
	Text, Help string
}

func (e *refusal) Error() string { return e.Text }

func refused(status int, help, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...), help}
}

// failure is an error as the page is told of it.
type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Help    string `json:"help"`
}

// Failed is a command that did not do what it was started for, in its own words: the object that --json prints.
type Failed struct{ Failure json.RawMessage }

func (e *Failed) Error() string {
	var f failure
	if json.Unmarshal(e.Failure, &f) != nil {
		return "the command failed"
	}
	return f.Message
}

const refusedCode = "E0804"

// refuse answers with an error.
func refuse(w http.ResponseWriter, err error) {
	var r *refusal
	if errors.As(err, &r) {
		send(w, r.status, map[string]failure{"error": {refusedCode, r.Text, r.Help}})
		return
	}
	send(w, http.StatusInternalServerError, map[string]failure{"error": {refusedCode, err.Error(), ""}})
}

// fail answers with an error of any kind.
func (s *Server) fail(w http.ResponseWriter, err error) {
	var r *refusal
	var failed *Failed
	status := http.StatusUnprocessableEntity
	switch {
	case errors.As(err, &r):
		refuse(w, err)
		return
	case errors.As(err, &failed):
		send(w, status, map[string]any{"error": failed.Failure})
		return
	case errors.Is(err, fs.ErrNotExist):
		status = http.StatusNotFound
	}
	send(w, status, map[string]any{"error": (&cli.Terminal{}).Describe(err)})
}

// send answers with JSON.
func send(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil { // a number that JSON does not have
		status, text = http.StatusInternalServerError, []byte(`{"error":{"code":"E0704","message":"a number that is to be told is infinite or not a number","help":""}}`)
	}
	sendText(w, status, "application/json", text)
}

// answer is send for handlers.
func answer(w http.ResponseWriter, v any) error {
	send(w, http.StatusOK, v)
	return nil
}

// tagged answers with JSON that has a tag, in a line where the tag is known.
func tagged(w http.ResponseWriter, r *http.Request, tag string, text []byte) {
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	sendText(w, http.StatusOK, "application/json", text)
}

func sendText(w http.ResponseWriter, status int, kind string, text []byte) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerWithin)) // what took long has its time still to be written
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text) // who has gone is not told
}

// bodyWithin is the longest that a body may take to come.
const bodyWithin = 30 * time.Second

// body reads what a request carries: of this kind, at most so many bytes, in time.
func body(w http.ResponseWriter, r *http.Request, kind string, most int64) ([]byte, error) {
	return bodyIn(w, r, kind, most, bodyWithin)
}

func bodyIn(w http.ResponseWriter, r *http.Request, kind string, most int64, within time.Duration) ([]byte, error) {
	if is, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || is != kind {
		return nil, refused(http.StatusUnsupportedMediaType, "send "+kind, "the request is of another kind")
	}
	if r.ContentLength > most {
		return nil, refused(http.StatusRequestEntityTooLarge, "send less at once", "the request has more than %d bytes", most)
	}
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(time.Now().Add(within)); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, refused(http.StatusRequestEntityTooLarge, "send less at once", "the request has more than %d bytes", most)
	case err != nil:
		return nil, refused(http.StatusRequestTimeout, "send it again", "the request did not come whole: %v", err)
	}
	return text, control.SetReadDeadline(time.Time{})
}

// mostJSON caps a JSON body: an experiment file of 1 MiB fits with every character escaped.
const mostJSON = 8 << 20

// take reads a JSON body, strictly.
func take(w http.ResponseWriter, r *http.Request, v any) error {
	text, err := body(w, r, "application/json", mostJSON)
	if err != nil {
		return err
	}
	if err := decode(text, v); err != nil {
		return refused(http.StatusBadRequest, "docs/studio-api.md lists what a request holds", "the request cannot be read: %v", err)
	}
	return nil
}
