package npz

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// Limits bound what Read accepts. A zero field means its default.
type Limits struct {
	Bytes  int64 // memory for the numbers of all arrays; default 1 GiB
	Arrays int   // number of arrays; default 1000
}

const (
	defaultBytes  = 1 << 30
	defaultArrays = 1000
)

// Read reads all arrays of a .npz file of size bytes, in the order of the file.
//
// It reads float64, int64, int32, uint8, bool and texts (<U), little-endian, in C or
// Fortran order, and returns them in C order. Arrays of float32 become float64.
// Other types, Python objects, names used twice, damaged data and whatever
// exceeds the limits are errors that name the array.
func Read(r io.ReaderAt, size int64, limits Limits) ([]Array, error) {
	if limits.Bytes <= 0 {
		limits.Bytes = defaultBytes
	}
	if limits.Arrays <= 0 {
		limits.Arrays = defaultArrays
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: %w; is this a .npz file?", err)
	}
	if len(archive.File) > limits.Arrays {
		return nil, fmt.Errorf("npz: the file has %d arrays, and at most %d are allowed here", len(archive.File), limits.Arrays)
	}
	arrays := make([]Array, 0, len(archive.File))
	names := make(map[string]bool, len(archive.File))
	left := limits.Bytes
	for _, f := range archive.File {
		a, used, err := readMember(f, left)
		if err == nil && names[a.Name] {
			err = errors.New("another array has the same name")
		}
		if err != nil {
			return nil, fmt.Errorf("npz: array %.300q: %w", f.Name, err)
		}
		names[a.Name] = true
		left -= used
		arrays = append(arrays, a)
	}
	return arrays, nil
}

// Shapes reads the names and shapes alone of what Read would read; Data stays nil. Arrays whose headers cannot be read are left out.
func Shapes(r io.ReaderAt, size int64) []Array {
	archive, err := zip.NewReader(r, size)
	if err != nil || len(archive.File) > defaultArrays {
		return nil
	}
	var arrays []Array
	for _, f := range archive.File {
		name, found := strings.CutSuffix(f.Name, ".npy")
		if !found {
			continue
		}
		member, err := f.Open()
		if err != nil {
			continue
		}
		h, _, err := readHeader(member)
		_ = member.Close() // nothing more is read
		if err != nil {
			continue
		}
		if _, err := count(h.shape); err == nil {
			arrays = append(arrays, Array{Name: name, Shape: h.shape})
		}
	}
	return arrays
}

// readMember reads one array that takes at most limit bytes of memory, and
// says how many it takes.
func readMember(f *zip.File, limit int64) (a Array, used int64, err error) {
	name, found := strings.CutSuffix(f.Name, ".npy")
	if !found {
		return a, 0, errors.New("it is no .npy file")
	}
	if err := checkName(name); err != nil {
		return a, 0, err
	}
	member, err := f.Open()
	if err != nil {
		return a, 0, err
	}
	defer func() { _ = member.Close() }() // its checksum is looked at where it ends
	h, length, err := readHeader(member)
	if err != nil {
		return a, 0, err
	}
	n, err := count(h.shape)
	if err != nil {
		return a, 0, err
	}
	memory := int64(n) * int64(h.typ.size())
	switch h.typ {
	case float32Type:
		memory *= 2
	case float64Type, int64Type, int32Type, uint8Type, boolType:
	default: // a text takes at most as much as its characters, and its place
		memory += 16 * int64(n)
	}
	// In this order: the file claims a size, the header claims a shape. Only if
	// they agree, are allowed, and can possibly be in the bytes that are really
	// there, memory is taken.
	if f.UncompressedSize64 != uint64(length)+uint64(n)*uint64(h.typ.size()) {
		return a, 0, fmt.Errorf("its shape %v does not fit its size of %d bytes", h.shape, f.UncompressedSize64)
	}
	if memory > limit {
		return a, 0, fmt.Errorf("it needs %d bytes, and only %d more are allowed here", memory, limit)
	}
	// Deflate cannot shrink data to less than one part in 1032.
	if f.UncompressedSize64/1032 > f.CompressedSize64 {
		return a, 0, fmt.Errorf("%d bytes cannot come out of %d", f.UncompressedSize64, f.CompressedSize64)
	}
	data, err := readNumbers(member, h.typ, n)
	if err != nil {
		return a, 0, err
	}
	// At the end the zip reader compares length and checksum.
	if _, err := io.Copy(io.Discard, member); err != nil {
		return a, 0, err
	}
	if h.fortran {
		data = toC(data, h.shape)
	}
	return Array{Name: name, Shape: h.shape, Data: data}, memory, nil
}

// readHeader reads up to the first number and says how many bytes that were.
func readHeader(r io.Reader) (h header, length int, err error) {
	b := make([]byte, 10, 12)
	if _, err := io.ReadFull(r, b); err != nil {
		return h, 0, ends(err)
	}
	if b[6] > 1 { // versions 2 and 3 have a longer length
		b = b[:12]
		if _, err := io.ReadFull(r, b[10:]); err != nil {
			return h, 0, ends(err)
		}
	}
	start, n, err := headerLength(b)
	if err != nil {
		return h, 0, err
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, 0, ends(err)
	}
	h, err = parseHeader(string(text))
	return h, start + n, err
}

func ends(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errors.New("it ends in the middle")
	}
	return err
}

// readNumbers reads n little-endian numbers.
func readNumbers(r io.Reader, t dtype, n int) (any, error) {
	switch t {
	case float64Type:
		return readBlocks(r, n, 8, func(b []byte) (float64, error) {
			return math.Float64frombits(binary.LittleEndian.Uint64(b)), nil
		})
	case float32Type:
		return readBlocks(r, n, 4, func(b []byte) (float64, error) {
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), nil
		})
	case int64Type:
		return readBlocks(r, n, 8, func(b []byte) (int64, error) { return int64(binary.LittleEndian.Uint64(b)), nil })
	case int32Type:
		return readBlocks(r, n, 4, func(b []byte) (int32, error) { return int32(binary.LittleEndian.Uint32(b)), nil })
	case boolType:
		return readBlocks(r, n, 1, func(b []byte) (bool, error) {
			if b[0] > 1 {
				return false, fmt.Errorf("%d is neither true nor false", b[0])
			}
			return b[0] == 1, nil
		})
	case uint8Type:
		return readBlocks(r, n, 1, func(b []byte) (uint8, error) { return b[0], nil })
	default:
		return readBlocks(r, n, t.size(), readText)
	}
}

// readText reads a text of 4 bytes a character, with NULs behind it.
func readText(b []byte) (string, error) {
	var text strings.Builder
	ended := false
	for ; len(b) > 0; b = b[4:] {
		r := binary.LittleEndian.Uint32(b)
		switch {
		case r == 0:
			ended = true
		case ended || r > utf8.MaxRune || !utf8.ValidRune(rune(r)):
			return "", errors.New("it is no text")
		default:
			text.WriteRune(rune(r))
		}
	}
	return text.String(), nil
}

func readBlocks[T any](r io.Reader, n, size int, get func(b []byte) (T, error)) ([]T, error) {
	data := make([]T, n)
	block := make([]byte, min(n*size, max(32<<10/size, 1)*size))
	for i := 0; i < n; {
		b := block[:min(len(block), (n-i)*size)]
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, ends(err)
		}
		for ; len(b) > 0; b = b[size:] {
			var err error
			if data[i], err = get(b[:size]); err != nil {
				return nil, fmt.Errorf("element %d: %w", i, err)
			}
			i++
		}
	}
	return data, nil
}

// toC brings data from Fortran order into C order.
func toC(data any, shape []int) any {
	switch data := data.(type) {
	case []float64:
		return transposed(data, shape)
	case []int64:
		return transposed(data, shape)
	case []int32:
		return transposed(data, shape)
	case []bool:
		return transposed(data, shape)
	case []string:
		return transposed(data, shape)
	default:
		return transposed(data.([]uint8), shape)
	}
}

func transposed[T any](data []T, shape []int) []T {
	out := make([]T, len(data))
	index := make([]int, len(shape)) // of the element, in C order
	for i := range out {
		from := 0
		for axis := len(shape) - 1; axis >= 0; axis-- {
			from = from*shape[axis] + index[axis]
		}
		out[i] = data[from]
		for axis := len(shape) - 1; axis >= 0; axis-- {
			if index[axis]++; index[axis] < shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
	return out
}
