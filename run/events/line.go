package events

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strconv"
)

// A line is a record as JSON whose last key is a CRC-32C of all that stands
// before it, so that a byte that changed is found, and a line that was read
// while it was written.
const (
	sumKey  = `,"sum":"`
	sumSize = len(sumKey) + 8 + len(`"}`)
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendLine adds a record to text as a line with its newline.
func appendLine(text []byte, r *Record) ([]byte, error) {
	from := len(text)
	if plain(r) {
		text = appendEpoch(text, r)
	} else {
		body, err := json.Marshal(r)
		if err != nil {
			return text, fmt.Errorf("the log cannot hold record %d: %w", r.Seq, err)
		}
		text = append(text, body[:len(body)-1]...)
	}
	sum := crc32.Checksum(text[from:], castagnoli)
	text = append(text, sumKey...)
	text = hex.AppendEncode(text, binary.BigEndian.AppendUint32(nil, sum))
	return append(text, "\"}\n"...), nil
}

// plain reports whether a record is no more than the numbers of an epoch. A quick
// training has thousands of them a second.
func plain(r *Record) bool {
	return r.Kind == KindEpoch && r.Head == nil && r.Load == nil && r.Verdict == nil && r.Epochs == 0 && r.Version == "" && r.Status == "" && r.Text == ""
}

// appendEpoch writes what json.Marshal would, up to the last brace.
func appendEpoch(text []byte, r *Record) []byte {
	text = strconv.AppendInt(append(text, `{"seq":`...), int64(r.Seq), 10)
	if r.Time != 0 {
		text = strconv.AppendFloat(append(text, `,"time":`...), r.Time, 'f', -1, 64)
	}
	text = strconv.AppendInt(append(text, `,"kind":"epoch","epoch":`...), int64(r.Epoch), 10)
	text = strconv.AppendInt(append(text, `,"steps":`...), int64(r.Steps), 10)
	number := func(key string, v *float64) {
		if v != nil && !math.IsNaN(*v) && !math.IsInf(*v, 0) {
			text = strconv.AppendFloat(append(text, key...), *v, 'g', -1, 64)
		}
	}
	number(`,"loss":`, r.Loss)
	number(`,"train_accuracy":`, r.TrainAccuracy)
	number(`,"train_error":`, r.TrainError)
	number(`,"test_loss":`, r.TestLoss)
	number(`,"test_accuracy":`, r.TestAccuracy)
	number(`,"test_error":`, r.TestError)
	number(`,"validation_loss":`, r.ValidLoss)
	number(`,"validation_accuracy":`, r.ValidAccuracy)
	number(`,"validation_error":`, r.ValidError)
	for i, v := range r.Theta {
		if i == 0 {
			text = append(text, `,"theta":[`...)
		} else {
			text = append(text, ',')
		}
		text = strconv.AppendFloat(text, v, 'g', -1, 64)
	}
	if len(r.Theta) > 0 {
		text = append(text, ']')
	}
	return text
}

// parseLine reads a line without its newline. due is its number.
func parseLine(line []byte, due int) (r Record, err error) {
	at := len(line) - sumSize
	if at < 1 || string(line[at:at+len(sumKey)]) != sumKey || string(line[len(line)-2:]) != `"}` {
		return r, errors.New("it has no checksum")
	}
	body := line[:at]
	if sum := fmt.Sprintf("%08x", crc32.Checksum(body, castagnoli)); sum != string(line[at+len(sumKey):len(line)-2]) {
		return r, errors.New("its checksum does not match")
	}
	if err := json.Unmarshal(append(body[:at:at], '}'), &r); err != nil {
		return r, err
	}
	switch {
	case r.Seq != due:
		return r, fmt.Errorf("it has the number %d, and %d is due", r.Seq, due)
	case r.Kind == "":
		return r, errors.New("it is of no kind")
	case (r.Kind == KindHead) != (due == 1) || (r.Head == nil) == (due == 1):
		return r, errors.New("the head comes first, and only there")
	case due == 1 && r.Head.Format != 1:
		return r, fmt.Errorf("%w %d, and this program reads format 1", ErrFormat, r.Head.Format)
	}
	return r, nil
}

// Line reads one line of a log, with or without its newline. Unlike Parse it knows nothing of the lines before.
func Line(text []byte) (Record, error) {
	text = bytes.TrimSuffix(text, []byte("\n"))
	var due struct {
		Seq int `json:"seq"`
	}
	if err := json.Unmarshal(text, &due); err != nil {
		return Record{}, err
	}
	return parseLine(text, due.Seq)
}

// ErrFormat says that another version wrote a log; nothing is written over it.
var ErrFormat = errors.New("the log has format")

// DamagedError says where a log is not one.
type DamagedError struct {
	Path string
	Line int // from 1, which is the number of the record
	Err  error
}

func (e *DamagedError) Error() string { return fmt.Sprintf("%s: line %d: %v", e.Path, e.Line, e.Err) }

// Unwrap gives the cause.
func (e *DamagedError) Unwrap() error { return e.Err }
