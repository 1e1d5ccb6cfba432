package npz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A .npy file starts with this, then the version (2 bytes), the length of the
// header (2 bytes in version 1, 4 in versions 2 and 3) and the header: a
// Python dictionary as text. The numbers follow.
const npyMagic = "\x93NUMPY"

// maxHeader is the length of the longest header accepted. That of an array of
// plain numbers with maxDims dimensions is far shorter.
const maxHeader = 10_000

// header describes the numbers of a .npy file.
type header struct {
	typ     dtype
	fortran bool  // the first index runs fastest, not the last
	shape   []int // not nil
}

// encodeHeader returns the start of a .npy file, byte for byte as NumPy writes
// it, up to the first number.
func encodeHeader(t dtype, shape []int) []byte {
	var text strings.Builder
	fmt.Fprintf(&text, "{'descr': '%s', 'fortran_order': False, 'shape': (", t)
	for i, length := range shape {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString(strconv.Itoa(length))
	}
	if len(shape) == 1 {
		text.WriteByte(',') // Python's tuple of one
	}
	text.WriteString("), }")
	// NumPy leaves room for the first length to grow to 21 digits.
	if len(shape) > 0 {
		text.WriteString(strings.Repeat(" ", 21-len(strconv.Itoa(shape[0]))))
	}
	// Spaces and a newline fill it up, so that the numbers start at a multiple
	// of 64 bytes.
	start := len(npyMagic) + 4
	text.WriteString(strings.Repeat(" ", 64-(start+text.Len()+1)%64))
	text.WriteByte('\n')

	b := append([]byte(npyMagic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(text.Len()))
	return append(b, text.String()...)
}

// headerLength returns the length of the header and where it starts, from the
// first 12 bytes of the file, or fewer if it has no more.
func headerLength(b []byte) (start, length int, err error) {
	if len(b) < 10 || string(b[:6]) != npyMagic {
		return 0, 0, errors.New("it is no .npy file")
	}
	switch version := b[6]; {
	case version == 1:
		start, length = 10, int(binary.LittleEndian.Uint16(b[8:]))
	case version <= 3 && version > 0 && len(b) >= 12:
		start, length = 12, int(min(binary.LittleEndian.Uint32(b[8:]), maxHeader+1))
	default:
		return 0, 0, fmt.Errorf("its .npy version %d is unknown", version)
	}
	if length > maxHeader {
		return 0, 0, fmt.Errorf("its header is longer than %d bytes", maxHeader)
	}
	return start, length, nil
}

// parseHeader reads the dictionary. It must have the three keys of the format
// in any order, each once, and nothing else.
func parseHeader(text string) (header, error) {
	var h header
	s := scanner{rest: text}
	s.expect("{")
	seen := map[string]bool{}
	for !s.next("}") && s.err == nil {
		key := s.quoted()
		if seen[key] {
			s.fail("key %q appears twice", key)
		}
		seen[key] = true
		s.expect(":")
		switch key {
		case "descr":
			h.typ = s.dtype()
		case "fortran_order":
			h.fortran = s.boolean()
		case "shape":
			h.shape = s.tuple()
		default:
			s.fail("unknown key %q", key)
		}
		if !s.next(",") {
			s.expect("}")
			break
		}
	}
	if s.err == nil && strings.TrimRight(s.rest, " \n") != "" {
		s.fail("something follows it")
	}
	if s.err == nil && len(seen) < 3 {
		s.fail("it lacks one of descr, fortran_order, shape")
	}
	if s.err != nil {
		return header{}, s.err
	}
	return h, nil
}

// scanner takes tokens off the front of a header. After an error it takes no more.
type scanner struct {
	rest string
	err  error
}

func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("its header: %s", fmt.Sprintf(format, args...))
	}
}

// next takes the token if it comes next.
func (s *scanner) next(token string) bool {
	s.rest = strings.TrimLeft(s.rest, " ")
	after, found := strings.CutPrefix(s.rest, token)
	if found && s.err == nil {
		s.rest = after
		return true
	}
	return false
}

func (s *scanner) expect(token string) {
	if !s.next(token) {
		s.fail("want %s before %.20q", token, s.rest)
	}
}

// quoted takes a string in single or double quotes. No string of the format
// contains an escape.
func (s *scanner) quoted() string {
	for _, quote := range []string{"'", `"`} {
		if s.next(quote) {
			text, after, found := strings.Cut(s.rest, quote)
			if !found {
				s.fail("a string without end")
			}
			s.rest = after
			return text
		}
	}
	s.fail("want a string before %.20q", s.rest)
	return ""
}

func (s *scanner) dtype() dtype {
	if s.next("[") {
		s.fail("it holds records; save each field as an array of its own")
		return ""
	}
	t := dtype(s.quoted())
	switch {
	case s.err != nil:
	case t == "|O":
		s.fail("it holds Python objects, which are never read; save plain numbers")
	case t.size() == 0:
		s.fail("numbers of type %.20q are not known here; save with .astype('<f8'), or '<i8', '<i4', '|u1', '|b1'", string(t))
	}
	return t
}

func (s *scanner) boolean() bool {
	if s.next("True") {
		return true
	}
	s.expect("False")
	return false
}

// tuple takes a tuple of lengths: (), (3,), (3, 4) or (3, 4,).
func (s *scanner) tuple() []int {
	shape := []int{}
	s.expect("(")
	for !s.next(")") && s.err == nil {
		shape = append(shape, s.length())
		if len(shape) > maxDims {
			s.fail("more than %d dimensions", maxDims)
		}
		if !s.next(",") {
			if len(shape) == 1 {
				s.fail("its shape is no tuple")
			}
			s.expect(")")
			break
		}
	}
	return shape
}

func (s *scanner) length() int {
	s.rest = strings.TrimLeft(s.rest, " ")
	digits := len(s.rest) - len(strings.TrimLeft(s.rest, "0123456789"))
	n, err := strconv.Atoi(s.rest[:digits])
	if err != nil {
		s.fail("want a length before %.30q", s.rest)
	}
	s.rest = s.rest[digits:]
	s.next("L") // a long integer of Python 2
	return n
}
