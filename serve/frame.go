// Package serve answers the requests of another program over a pipe: it keeps networks with their factorisations, takes
// loads to readings, and slopes of the readings back to parameters and loads. docs/serve.md is the protocol.
package serve

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/elastrain/elastrain/serve/message"
)

// MostHeader caps the line of a request.
const MostHeader = message.Most

// piece is by how much room for a payload grows: a count is believed only as far as bytes come.
const piece = 4 << 20

// Array is numbers with a shape.
type Array = message.Array

// RequestError says that a request cannot be answered.
type RequestError = message.Error

func refuse(help, format string, args ...any) error { return message.Refuse(help, format, args...) }

// errBroken ends a session: what follows in the pipe can no longer be told apart.
type brokenError struct{ RequestError }

func broken(format string, args ...any) error {
	return &brokenError{RequestError{Text: fmt.Sprintf(format, args...), Help: "begin every request with a line: the number of bytes that follow it, a blank, and a JSON object; or the object alone where none follow"}}
}

// Unwrap makes it a RequestError.
func (e *brokenError) Unwrap() error { return &e.RequestError }

// reader takes requests off a pipe.
type reader struct {
	in   *bufio.Reader
	most int // bytes of a payload
}

func newReader(in io.Reader, most int) *reader {
	return &reader{bufio.NewReaderSize(in, 1<<16), most}
}

// next is the next request. It fails with io.EOF at the end, with *brokenError where the pipe cannot be read on, and with any other
// error where it can. The request holds its number as far as it was understood.
func (r *reader) next() (*Request, error) {
	whole, err := r.line()
	if err != nil {
		return nil, err
	}
	size, line, err := message.Head(whole)
	if err != nil {
		return nil, broken("%v", err)
	}
	q := &Request{}
	bad := decode(line, q)
	if size > r.most {
		if err := r.skip(size); err != nil {
			return q, err
		}
		return q, refuse("ask for fewer loads at once, or raise --memory", "the arrays of a request have %d bytes, and at most %d are taken", size, r.most)
	}
	payload, err := r.payload(size)
	if err != nil {
		return q, err
	}
	if bad != nil {
		return q, bad
	}
	return q, message.Unpack(q.Arrays, payload)
}

// line is the next line that is not empty, without its end.
func (r *reader) line() ([]byte, error) {
	var whole []byte
	for {
		part, err := r.in.ReadSlice('\n')
		if len(whole)+len(part) > MostHeader {
			return nil, broken("the line of a request has more than %d bytes", MostHeader)
		}
		whole = append(whole, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(bytes.TrimSpace(whole)) > 0:
			return nil, broken("the input ends within the line of a request")
		case err != nil:
			return nil, err
		}
		if whole = bytes.TrimSpace(whole); len(whole) > 0 {
			return whole, nil
		}
	}
}

// payload reads so many bytes.
func (r *reader) payload(size int) ([]byte, error) {
	b := make([]byte, 0, min(size, piece))
	for len(b) < size {
		from, to := len(b), min(size, len(b)+piece)
		if cap(b) < to {
			b = append(make([]byte, 0, min(size, 2*cap(b)+piece)), b...)
		}
		b = b[:to]
		if _, err := io.ReadFull(r.in, b[from:]); err != nil {
			return nil, ended(err)
		}
	}
	return b, nil
}

// skip passes so many bytes over.
func (r *reader) skip(size int) error {
	_, err := io.CopyN(io.Discard, r.in, int64(size))
	return ended(err)
}

func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return broken("the input ends within the arrays of a request")
	}
	return err
}

// decode reads the line of a request, strictly: a key that nobody knows would be passed over in silence. Of a request that it
// refuses it keeps the number.
func decode(line []byte, q *Request) error {
	err := message.Decode(line, q, "docs/serve.md lists the keys of a request")
	if err != nil {
		var number struct {
			ID int64 `json:"id"`
		}
		_ = json.Unmarshal(line, &number) // where it is no JSON there is no number
		*q = Request{ID: number.ID}
	}
	return err
}
