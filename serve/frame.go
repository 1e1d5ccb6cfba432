// Package serve answers the requests of another program over a pipe: it keeps networks with their factorisations, takes
// loads to readings, and slopes of the readings back to parameters and loads. docs/serve.md is the protocol.
package serve

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

const (
	// MostHeader caps the line of a request: an experiment file of 1 MiB fits with every character escaped.
	MostHeader = 8 << 20
	// mostArrays caps the arrays of a request.
	mostArrays = 64
	// piece is by how much room for a payload grows: a count is believed only as far as bytes come.
	piece = 4 << 20
)

// Array is numbers with a shape, as they stand behind the line of a message: little-endian, row by row, without gaps.
type Array struct {
	Name  string `json:"name"`
	Type  string `json:"type"` // f8: numbers of 64 bits; i4: whole numbers of 32 bits; u1: bytes
	Shape []int  `json:"shape"`

	F8 []float64 `json:"-"`
	I4 []int32   `json:"-"`
	U1 []byte    `json:"-"`
}

// width is the bytes of one number; 0 of an unknown type.
func (a *Array) width() int {
	return map[string]int{"f8": 8, "i4": 4, "u1": 1}[a.Type]
}

// count is the numbers of an array; -1 where its shape is none, or has more than most.
func (a *Array) count(most int) int {
	n := 1
	for _, d := range a.Shape {
		if d < 0 {
			return -1
		}
		if d == 0 {
			n = 0
		}
	}
	for _, d := range a.Shape {
		if n > 0 && d > most/n {
			return -1
		}
		n *= d
	}
	return n
}

// RequestError says that a request cannot be answered.
type RequestError struct{ Text, Help string }

func (e *RequestError) Error() string { return e.Text }

func refuse(help, format string, args ...any) error {
	return &RequestError{fmt.Sprintf(format, args...), help}
}

// errBroken ends a session: what follows in the pipe can no longer be told apart.
type brokenError struct{ RequestError }

func broken(format string, args ...any) error {
	return &brokenError{RequestError{fmt.Sprintf(format, args...), "begin every request with a line: the number of bytes that follow it, a blank, and a JSON object; or the object alone where none follow"}}
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
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	size := 0
	if line[0] != '{' {
		number, rest, found := bytes.Cut(line, []byte(" "))
		size, err = strconv.Atoi(string(number))
		if !found || err != nil || size < 0 {
			return nil, broken("a request begins with %.40q, which is neither a JSON object nor a number of bytes", line)
		}
		line = rest
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
	return q, q.unpack(payload)
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
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	err := d.Decode(q)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something stands behind the object")
		}
	}
	if err != nil {
		var number struct {
			ID int64 `json:"id"`
		}
		_ = json.Unmarshal(line, &number) // where it is no JSON there is no number
		*q = Request{ID: number.ID}
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return refuse("docs/serve.md lists the keys of a request", "`%s` is of the wrong kind: %s, at byte %d of the line", kind.Field, kind.Value, kind.Offset)
		}
		return refuse("docs/serve.md lists the keys of a request", "the line of a request cannot be read: %v", err)
	}
	return nil
}

// unpack gives the arrays of a request their numbers. NaN and infinity are refused: they are no load and no stiffness.
func (q *Request) unpack(payload []byte) error {
	if len(q.Arrays) > mostArrays {
		return refuse("", "a request has %d arrays, and at most %d are taken", len(q.Arrays), mostArrays)
	}
	left := payload
	for i := range q.Arrays {
		a := &q.Arrays[i]
		width := a.width()
		if width == 0 {
			return refuse("the types are f8, i4 and u1", "array %q has type %q", a.Name, a.Type)
		}
		n := a.count(len(left) / width)
		if n < 0 {
			return refuse("the bytes that follow the line are those of its arrays, one after the other", "array %q has shape %v, and %d bytes are left for it", a.Name, a.Shape, len(left))
		}
		part := left[:n*width]
		left = left[n*width:]
		for _, earlier := range q.Arrays[:i] {
			if earlier.Name == a.Name {
				return refuse("", "array %q stands there twice", a.Name)
			}
		}
		switch a.Type {
		case "f8":
			a.F8 = make([]float64, n)
			for k := range a.F8 {
				a.F8[k] = math.Float64frombits(binary.LittleEndian.Uint64(part[8*k:]))
			}
			for k, v := range a.F8 {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return refuse("look at what it was computed from", "array %q holds %v at place %s (from 0)", a.Name, v, place(k, a.Shape))
				}
			}
		case "i4":
			a.I4 = make([]int32, n)
			for k := range a.I4 {
				a.I4[k] = int32(binary.LittleEndian.Uint32(part[4*k:]))
			}
		default:
			a.U1 = part
		}
	}
	if len(left) > 0 {
		return refuse("", "%d bytes follow the line that are in no array", len(left))
	}
	return nil
}

// place is the place of number k of an array, as NumPy writes it.
func place(k int, shape []int) string {
	at := make([]int, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		at[i], k = k%shape[i], k/shape[i]
	}
	return fmt.Sprint(at)
}

// f8, i4 and u1 make arrays.
func f8(name string, v []float64, shape ...int) Array {
	return Array{Name: name, Type: "f8", Shape: shape, F8: v}
}

func i4(name string, v []int32, shape ...int) Array {
	return Array{Name: name, Type: "i4", Shape: shape, I4: v}
}

func u1(name string, v []byte, shape ...int) Array {
	return Array{Name: name, Type: "u1", Shape: shape, U1: v}
}

// write puts a message out: its line, and what its arrays hold.
func write(out *bufio.Writer, line any, arrays []Array) error {
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("the answer cannot be written as JSON: %w", err)
	}
	size := 0
	for i := range arrays {
		a := &arrays[i]
		size += 8*len(a.F8) + 4*len(a.I4) + len(a.U1)
	}
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
	return out.Flush()
}
