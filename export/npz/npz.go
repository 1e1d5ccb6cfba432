// Package npz writes and reads .npz files, the way arrays travel to and from
// Python: numpy.load("network.npz")["k"].
//
// Its one idea: a .npz file is a zip archive with one .npy file an array, and
// of the two formats only the small part is needed that arrays of plain
// numbers use. So writing is exact, equal arrays give equal bytes (no times,
// no compression, the order given), and reading can be strict: a damaged or
// malicious file is an error, never a panic, and never takes more memory than
// its limits allow.
//
// The package github.com/sbinet/npyio is not used. Its reader (v0.6.0) panics on
// malformed headers and on negative or absurd shapes, allocates whatever a
// header claims, and takes a file that ends in the middle for a whole one; its
// writer knows no shapes but those of a []T and of a float64 matrix.
package npz

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/elastrain/elastrain/internal/excerpt"
)

// Array is a named array of any number of dimensions.
type Array struct {
	Name string

	// Shape is the length along each axis; empty for a single number.
	Shape []int

	// Data is a []float64, []int64, []int32, []uint8, []bool or []string in C order
	// (the last index runs fastest); len is the product of Shape. Strings hold no NUL.
	Data any
}

const (
	maxName = 255 // bytes
	maxDims = 64  // as in NumPy
	maxText = 1 << 16
)

// Float64s returns an array of these numbers.
func Float64s(name string, data []float64, shape ...int) Array {
	return Array{Name: name, Shape: shape, Data: data}
}

// Int32s returns an array of these numbers.
func Int32s(name string, data []int32, shape ...int) Array {
	return Array{Name: name, Shape: shape, Data: data}
}

// Strings returns an array of texts, which NumPy has as <U.
func Strings(name string, data []string, shape ...int) Array {
	return Array{Name: name, Shape: shape, Data: data}
}

// Find returns the array with this name. If there is none, the error says
// which there are.
func Find(arrays []Array, name string) (Array, error) {
	names := make([]string, len(arrays))
	for i, a := range arrays {
		if a.Name == name {
			return a, nil
		}
		names[i] = a.Name
	}
	if len(names) == 0 {
		return Array{}, fmt.Errorf("the file has no array %q; it is empty", name)
	}
	return Array{}, fmt.Errorf("the file has no array %q, only %s", excerpt.Of(name, 200), excerpt.Of(strings.Join(names, ", "), 1000))
}

// dtype is a type of number, in the notation of NumPy.
type dtype string

const (
	float64Type dtype = "<f8"
	float32Type dtype = "<f4" // read only, as float64
	int64Type   dtype = "<i8"
	int32Type   dtype = "<i4"
	uint8Type   dtype = "|u1"
	boolType    dtype = "|b1"
)

// size is the number of bytes of one number; 0 for a type not known here.
func (t dtype) size() int {
	switch t {
	case float64Type, int64Type:
		return 8
	case float32Type, int32Type:
		return 4
	case uint8Type, boolType:
		return 1
	}
	if digits, text := strings.CutPrefix(string(t), "<U"); text {
		if n, err := strconv.Atoi(digits); err == nil && n > 0 && n <= maxText {
			return 4 * n
		}
	}
	return 0
}

// textType is that of texts of at most so many characters.
func textType(characters int) dtype { return dtype("<U" + strconv.Itoa(max(characters, 1))) }

// describe returns the type and the number of elements of a.Data.
func (a Array) describe() (t dtype, n int, err error) {
	switch data := a.Data.(type) {
	case []float64:
		return float64Type, len(data), nil
	case []int64:
		return int64Type, len(data), nil
	case []int32:
		return int32Type, len(data), nil
	case []uint8:
		return uint8Type, len(data), nil
	case []bool:
		return boolType, len(data), nil
	case []string:
		most := 0
		for i, text := range data {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				return "", 0, fmt.Errorf("text %d is no UTF-8, or has a NUL in it", i)
			}
			most = max(most, utf8.RuneCountInString(text))
		}
		if most > maxText {
			return "", 0, fmt.Errorf("a text has %d characters, more than %d", most, maxText)
		}
		return textType(most), len(data), nil
	}
	return "", 0, fmt.Errorf("its data is a %T; want []float64, []int64, []int32, []uint8, []bool or []string", a.Data)
}

// count is the number of elements of an array with this shape.
func count(shape []int) (int, error) {
	if len(shape) > maxDims {
		return 0, fmt.Errorf("it has %d dimensions, more than %d", len(shape), maxDims)
	}
	for _, length := range shape {
		if length < 0 {
			return 0, fmt.Errorf("its shape %v is negative", shape)
		}
	}
	// Without this (0, 1<<62, 1<<62) would be too large, although it is empty.
	if slices.Contains(shape, 0) {
		return 0, nil
	}
	n := 1
	for _, length := range shape {
		if n > math.MaxInt/8/length { // so that the number of bytes fits, too
			return 0, fmt.Errorf("its shape %v is too large", shape)
		}
		n *= length
	}
	return n, nil
}

// checkName accepts what is safe as the name of a member of a zip archive and
// of a Python variable or key.
func checkName(name string) error {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) {
		return fmt.Errorf("a name must be 1 to %d bytes of UTF-8", maxName)
	}
	for _, r := range name {
		if r < ' ' || r == 0x7f || r == '/' || r == '\\' {
			return errors.New("a name must not contain slashes or control characters")
		}
	}
	return nil
}
