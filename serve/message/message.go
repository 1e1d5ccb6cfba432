// Package message is the form in which networks are talked with: a line of JSON, and behind it the bytes of the arrays that the
// line lists. docs/serve.md describes it.
package message

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// Most caps the line of a message: an experiment file of 1 MiB fits with every character escaped.
const Most = 8 << 20

// mostArrays caps the arrays of a message.
const mostArrays = 64

// Error says that a request cannot be answered.
type Error struct{ Text, Help string }

func (e *Error) Error() string { return e.Text }

// Refuse makes an Error.
func Refuse(help, format string, args ...any) error {
	return &Error{fmt.Sprintf(format, args...), help}
}

// Split takes a whole message apart: the object of its line, and the bytes behind it.
func Split(whole []byte) (object, payload []byte, err error) {
	line, payload, found := bytes.Cut(whole, []byte("\n"))
	if !found {
		return nil, nil, Refuse("", "the message has no end of its line")
	}
	size, object, err := Head(bytes.TrimSpace(line))
	if err != nil {
		return nil, nil, err
	}
	if size != len(payload) {
		return nil, nil, Refuse("", "the line says that %d bytes follow it, and %d do", size, len(payload))
	}
	return object, payload, nil
}

// Head takes the line of a message apart: how many bytes follow it, and its object.
func Head(line []byte) (size int, object []byte, err error) {
	if len(line) > 0 && line[0] == '{' {
		return 0, line, nil
	}
	number, rest, found := bytes.Cut(line, []byte(" "))
	size, err = strconv.Atoi(string(number))
	if !found || err != nil || size < 0 {
		return 0, nil, Refuse("", "a message begins with %.40q, which is neither a JSON object nor a number of bytes", line)
	}
	return size, rest, nil
}

// Decode reads the object of a line strictly: a key that nobody knows would be passed over in silence. Where names the document
// that lists the keys.
func Decode(object []byte, into any, where string) error {
	d := json.NewDecoder(bytes.NewReader(object))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something stands behind the object")
		}
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return Refuse(where, "`%s` is of the wrong kind: %s, at byte %d of the line", kind.Field, kind.Value, kind.Offset)
	}
	if err != nil {
		return Refuse(where, "the line of a request cannot be read: %v", err)
	}
	return nil
}

// Write puts a message out: its line, and what its arrays hold.
func Write(out io.Writer, line any, arrays []Array) error {
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("the answer cannot be written as JSON: %w", err)
	}
	size := Size(arrays)
	if size > 0 {
		text = append(strconv.AppendInt(nil, int64(size), 10), append([]byte{' '}, text...)...)
	}
	if _, err := out.Write(append(text, '\n')); err != nil {
		return err
	}
	var b [8]byte
	for i := range arrays {
		a := &arrays[i]
		for _, v := range a.F8 {
			binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
			if _, err := out.Write(b[:]); err != nil {
				return err
			}
		}
		for _, v := range a.I4 {
			binary.LittleEndian.PutUint32(b[:], uint32(v))
			if _, err := out.Write(b[:4]); err != nil {
				return err
			}
		}
		if _, err := out.Write(a.U1); err != nil {
			return err
		}
	}
	return nil
}
