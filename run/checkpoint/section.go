package checkpoint

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"unsafe"
)

// Float64s returns a section with these numbers, bit by bit: negative zeros
// and the payloads of NaNs survive. The numbers may not change before the
// section is written: the state of a large training is not copied for it.
func Float64s(name string, v []float64) Section { return words(name, v, math.Float64bits) }

// Int64s returns a section with these numbers; see Float64s.
func Int64s(name string, v []int64) Section {
	return words(name, v, func(x int64) uint64 { return uint64(x) })
}

// Uint64s returns a section with these numbers; see Float64s.
func Uint64s(name string, v []uint64) Section {
	return words(name, v, func(x uint64) uint64 { return x })
}

// littleEndian says that numbers lie in memory as they do in a file.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// words is a section of 64-bit numbers.
func words[T float64 | int64 | uint64](name string, v []T, bits func(T) uint64) Section {
	if littleEndian && len(v) > 0 {
		return Section{Name: name, Payload: unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), 8*len(v))}
	}
	b := make([]byte, 0, 8*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, bits(x))
	}
	return Section{Name: name, Payload: b}
}

// JSON returns a section with v as JSON. It is meant for counters, names and
// settings; numbers that must survive exactly, and NaN at all, belong in
// Float64s. It is an error if v has no JSON form.
func JSON(name string, v any) (Section, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return Section{}, fmt.Errorf("section `%s`: %w", name, err)
	}
	return Section{Name: name, Payload: b}, nil
}

// Float64s returns the numbers of a section made by Float64s.
func (s Section) Float64s() ([]float64, error) {
	return decodeWords(s, math.Float64frombits)
}

// Float64At is number i, from 0, of a section made by Float64s, for readers that want few of many. It panics where there is none.
func (s Section) Float64At(i int) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(s.Payload[8*i:]))
}

// Int64s returns the numbers of a section made by Int64s.
func (s Section) Int64s() ([]int64, error) {
	return decodeWords(s, func(x uint64) int64 { return int64(x) })
}

// Uint64s returns the numbers of a section made by Uint64s.
func (s Section) Uint64s() ([]uint64, error) {
	return decodeWords(s, func(x uint64) uint64 { return x })
}

func decodeWords[T any](s Section, from func(uint64) T) ([]T, error) {
	if len(s.Payload)%8 != 0 {
		return nil, fmt.Errorf("section `%s` has %d bytes, which is no multiple of 8; it does not hold numbers of 64 bits", s.Name, len(s.Payload))
	}
	v := make([]T, len(s.Payload)/8)
	for i := range v {
		v[i] = from(binary.LittleEndian.Uint64(s.Payload[8*i:]))
	}
	return v, nil
}

// JSON stores a section made by JSON in what v points to. A field that v does
// not have is an error, for then another program wrote the section.
func (s Section) JSON(v any) error {
	d := json.NewDecoder(bytes.NewReader(s.Payload))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("section `%s`: %w", s.Name, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("section `%s`: something follows the JSON value", s.Name)
	}
	return nil
}

// Find returns the section with this name. If there is none, the error says
// which there are.
func Find(sections []Section, name string) (Section, error) {
	names := make([]string, len(sections))
	for i, s := range sections {
		if s.Name == name {
			return s, nil
		}
		names[i] = "`" + s.Name + "`"
	}
	if len(names) == 0 {
		return Section{}, fmt.Errorf("the checkpoint has no section `%s`; it is empty", name)
	}
	return Section{}, fmt.Errorf("the checkpoint has no section `%s`, only %s; another version of the program wrote it", name, strings.Join(names, ", "))
}
