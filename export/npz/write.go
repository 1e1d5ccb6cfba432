package npz

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// maxMember is the number of bytes of the largest array written. Beyond it a
// zip archive needs extensions that not all readers know.
const maxMember = math.MaxUint32 - 1<<16

// Write writes the arrays as one .npz file, in the order given. Equal arrays
// give equal bytes.
//
// It is an error, and nothing is written, if a name is unfit or used twice, if
// data and shape do not match, or if an array has 4 GiB or more.
func Write(w io.Writer, arrays []Array) error {
	names := make(map[string]bool, len(arrays))
	for _, a := range arrays {
		if err := a.check(); err != nil {
			return fmt.Errorf("npz: array %.300q: %w", a.Name, err)
		}
		if names[a.Name] {
			return fmt.Errorf("npz: two arrays are named %q", a.Name)
		}
		names[a.Name] = true
	}
	archive := zip.NewWriter(w)
	for _, a := range arrays {
		if err := a.writeTo(archive); err != nil {
			return fmt.Errorf("npz: array %q: %w", a.Name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("npz: %w", err)
	}
	return nil
}

func (a Array) check() error {
	if err := checkName(a.Name); err != nil {
		return err
	}
	t, n, err := a.describe()
	if err != nil {
		return err
	}
	want, err := count(a.Shape)
	if err != nil {
		return err
	}
	if n != want {
		return fmt.Errorf("it has %d numbers, but its shape %v wants %d", n, a.Shape, want)
	}
	if int64(n)*int64(t.size()) > maxMember {
		return fmt.Errorf("it has %d numbers, which is 4 GiB or more; split it", n)
	}
	return nil
}

func (a Array) writeTo(archive *zip.Writer) error {
	t, n, _ := a.describe()
	head := encodeHeader(t, a.Shape)
	// Size and checksum come before the data, not after it: some readers (that
	// of Java, which MATLAB uses) want them there if nothing is compressed.
	// That takes one more pass over the data.
	sum := crc32.NewIEEE()
	sum.Write(head)
	_ = writeNumbers(sum, t, a.Data) // a hash returns no errors
	size := uint64(len(head)) + uint64(n)*uint64(t.size())
	member, err := archive.CreateRaw(&zip.FileHeader{
		Name:          a.Name + ".npy",
		Method:        zip.Store,
		Flags:         0x800, // the name is UTF-8
		ReaderVersion: 20,    // version 2.0 of the zip format
		//lint:ignore SA1019 CreateRaw writes this field as it is and does not look at Modified
		ModifiedDate:       1<<5 | 1, // 1980-01-01, the first day of the zip format
		CRC32:              sum.Sum32(),
		CompressedSize64:   size,
		UncompressedSize64: size,
	})
	if err != nil {
		return err
	}
	if _, err := member.Write(head); err != nil {
		return err
	}
	return writeNumbers(member, t, a.Data)
}

// writeNumbers writes the numbers as little-endian bytes.
func writeNumbers(w io.Writer, t dtype, data any) error {
	switch data := data.(type) {
	case []float64:
		return writeBlocks(w, data, 8, func(b []byte, x float64) { binary.LittleEndian.PutUint64(b, math.Float64bits(x)) })
	case []int64:
		return writeBlocks(w, data, 8, func(b []byte, x int64) { binary.LittleEndian.PutUint64(b, uint64(x)) })
	case []int32:
		return writeBlocks(w, data, 4, func(b []byte, x int32) { binary.LittleEndian.PutUint32(b, uint32(x)) })
	case []bool:
		return writeBlocks(w, data, 1, func(b []byte, x bool) {
			b[0] = 0
			if x {
				b[0] = 1
			}
		})
	case []string:
		return writeBlocks(w, data, t.size(), func(b []byte, text string) {
			clear(b)
			for i, r := range []rune(text) {
				binary.LittleEndian.PutUint32(b[4*i:], uint32(r))
			}
		})
	default:
		_, err := w.Write(data.([]uint8))
		return err
	}
}

// writeBlocks writes numbers of size bytes each, in blocks of some KB.
func writeBlocks[T any](w io.Writer, data []T, size int, put func(b []byte, x T)) error {
	block := make([]byte, 0, max(min(len(data)*size, 32<<10/size*size), size))
	for i, x := range data {
		block = block[:len(block)+size]
		put(block[len(block)-size:], x)
		if len(block) == cap(block) || i == len(data)-1 {
			if _, err := w.Write(block); err != nil {
				return err
			}
			block = block[:0]
		}
	}
	return nil
}
