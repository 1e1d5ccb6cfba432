package session

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// seal gives every line of a journal a checksum over itself and all lines above
// it, so that a bit that flips anywhere is found at its line. The line
//
//	{"name":"stop","doc":{...},"sum":"0123456789abcdef"}
//
// has the first digits of the SHA-256 of what stands above and of its own text
// up to the sum. Journals of before have lines without a sum; those of a later
// version stand only below them.
type seal struct {
	above  [sha256.Size]byte // of all lines so far
	sealed bool              // a line with a sum was there
}

const (
	sealKey    = `,"sum":"`
	sealDigits = 16
	sealSize   = len(sealKey) + sealDigits + len(`"}`)
)

// next is the sum after a line whose text up to its own sum is text.
func (s *seal) next(text []byte) [sha256.Size]byte {
	return sha256.Sum256(append(s.above[:len(s.above):len(s.above)], text...))
}

// close adds the sum to an envelope. It counts once the line is taken.
func (s *seal) close(envelope []byte) []byte {
	text := envelope[:len(envelope)-1]
	sum := s.next(text)
	return fmt.Appendf(nil, "%s%s%s\"}", text, sealKey, hex.EncodeToString(sum[:])[:sealDigits])
}

// take checks a whole line and returns its envelope.
func (s *seal) take(line []byte) (e envelope, err error) {
	text := line
	if at := len(line) - sealSize; at > 0 && bytes.HasPrefix(line[at:], []byte(sealKey)) && bytes.HasSuffix(line, []byte(`"}`)) {
		text = line[:at]
		sum := s.next(text)
		if written := line[at+len(sealKey) : len(line)-2]; hex.EncodeToString(sum[:])[:sealDigits] != string(written) {
			return e, errSum
		}
		s.above, s.sealed = sum, true
		return e, json.Unmarshal(append(text[:at:at], '}'), &e)
	}
	if s.sealed {
		return e, errors.New("it has no checksum, and a line above has one")
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return e, err
	}
	if again, err := json.Marshal(e); err != nil || !bytes.Equal(again, line) {
		return e, errors.New("it is not as a journal has it: something follows, precedes or is spelt otherwise")
	}
	s.above = s.next(text)
	return e, nil
}

var errSum = errors.New("its checksum does not fit: a byte of it, or of a line without a checksum above it, was changed")

// broken reports whether a last line without a newline is damage, not what a
// crash left: a whole document and one byte more.
func broken(rest []byte) bool {
	return len(rest) > 1 && json.Valid(rest[:len(rest)-1])
}
