// Package checkpoint keeps the state of a run so that it can go on exactly
// where it was.
//
// Its one idea: a checkpoint is a list of named binary sections, and a damaged
// one is never taken for a good one. Every byte is covered by a checksum;
// [Decode] says which part is damaged, and [Store.Latest] goes back to the
// newest checkpoint that is whole and says which it skipped and why. What the
// sections mean is the business of those who fill them.
//
// # File format
//
// All integers are little-endian, all checksums CRC-32C of Castagnoli.
//
//	offset  bytes
//	0       8      "ELTRCKP1"
//	8       4      version of the format, now 1
//	12      4      number of sections
//	16      8      size of the file in bytes
//	24      4      checksum of bytes 0 to 23
//	28             the sections, each
//	        2        length of the name, 1 to 255
//	                 name, UTF-8
//	        8        length of the payload
//	                 payload
//	        4        checksum of this section up to here
//	end-32  32     SHA-256 of everything before
//
// The first 28 bytes will mean the same in every version. So a file that was
// cut off, one that is damaged and one that is too new can be told apart.
package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unicode/utf8"
)

const (
	magic      = "ELTRCKP1"
	version    = 1
	headerSize = 28
	frameSize  = 2 + 8 + 4 // of a section without name and payload
	maxName    = 255
)

// MaxSize is the size in bytes of the largest checkpoint, 4 GiB.
const MaxSize = 4 << 30

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Section is one named part of a checkpoint.
type Section struct {
	Name    string // 1 to 255 bytes of UTF-8, unique in its checkpoint
	Payload []byte
}

// ErrDamaged is wrapped by every error about bytes that are not, or no longer,
// those of a checkpoint.
var ErrDamaged = errors.New("checkpoint is damaged")

// ErrVersion is wrapped by the error about a whole checkpoint in a format that
// this program does not know.
var ErrVersion = errors.New("unknown checkpoint format")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// Encode returns the checkpoint with these sections in this order. Equal
// sections give equal bytes. It panics if a name is empty, too long, no UTF-8
// or used twice, or if the result would exceed MaxSize.
func Encode(sections []Section) []byte {
	size, err := encodedSize(sections)
	if err != nil {
		panic("checkpoint: " + err.Error())
	}
	var b bytes.Buffer
	b.Grow(int(size))
	_ = encodeTo(&b, sections, size) // a buffer returns no errors
	return b.Bytes()
}

// encodeTo writes the checkpoint of sections that encode to size bytes, and
// copies no payload.
func encodeTo(w io.Writer, sections []Section, size int64) error {
	digest := sha256.New()
	w = io.MultiWriter(digest, w)
	head := append(make([]byte, 0, headerSize), magic...)
	head = binary.LittleEndian.AppendUint32(head, version)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(sections)))
	head = binary.LittleEndian.AppendUint64(head, uint64(size))
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, s := range sections {
		head = binary.LittleEndian.AppendUint16(head[:0], uint16(len(s.Name)))
		head = append(head, s.Name...)
		head = binary.LittleEndian.AppendUint64(head, uint64(len(s.Payload)))
		sum := crc32.Update(crc32.Checksum(head, castagnoli), castagnoli, s.Payload)
		for _, part := range [][]byte{head, s.Payload, binary.LittleEndian.AppendUint32(nil, sum)} {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
	}
	_, err := w.Write(digest.Sum(nil))
	return err
}

// encodedSize is the size of the file in bytes. It is an error if the sections
// cannot be encoded.
func encodedSize(sections []Section) (int64, error) {
	size := int64(headerSize + sha256.Size)
	names := make(map[string]bool, len(sections))
	for i, s := range sections {
		if err := checkName(s.Name); err != nil {
			return 0, fmt.Errorf("section %d: %w", i+1, err)
		}
		if names[s.Name] {
			return 0, fmt.Errorf("two sections are named `%s`", s.Name)
		}
		names[s.Name] = true
		size += int64(frameSize + len(s.Name) + len(s.Payload))
		if size > MaxSize {
			return 0, fmt.Errorf("with section `%s` the checkpoint exceeds %d bytes", s.Name, int64(MaxSize))
		}
	}
	return size, nil
}

func checkName(name string) error {
	if len(name) < 1 || len(name) > maxName || !utf8.ValidString(name) {
		return fmt.Errorf("its name %.300q is not 1 to %d bytes of UTF-8", name, maxName)
	}
	return nil
}

// Decode takes a checkpoint apart. The payloads are parts of data, not copies.
//
// It accepts exactly what Encode returns: a changed bit, missing or additional
// bytes and repeated names are errors that wrap ErrDamaged and name the place.
// It allocates no more than a small multiple of what data holds, whatever the
// lengths in it claim.
func Decode(data []byte) ([]Section, error) {
	count, err := decodeHeader(data)
	if err != nil {
		return nil, err
	}
	end := len(data) - sha256.Size
	rest := data[headerSize:end]
	// Each section takes at least one byte of name beside its frame.
	if count > len(rest)/(frameSize+1) {
		return nil, damaged("%d bytes cannot hold %d sections", len(data), count)
	}
	sections := make([]Section, 0, count)
	names := make(map[string]bool, count)
	for i := range count {
		var s Section
		if s, rest, err = decodeSection(rest, i+1); err != nil {
			return nil, err
		}
		if names[s.Name] {
			return nil, damaged("two sections are named `%s`", s.Name)
		}
		names[s.Name] = true
		sections = append(sections, s)
	}
	if len(rest) > 0 {
		return nil, damaged("%d bytes follow the last section", len(rest))
	}
	if sha256.Sum256(data[:end]) != [sha256.Size]byte(data[end:]) {
		return nil, damaged("the SHA-256 at its end does not match")
	}
	return sections, nil
}

// decodeHeader returns the number of sections. Afterwards data has the size
// the header says, and room for header and digest.
func decodeHeader(data []byte) (count int, err error) {
	if len(data) < len(magic) || string(data[:len(magic)]) != magic {
		if len(data) < len(magic) && string(data) == magic[:len(data)] {
			return 0, damaged("file ends in the middle: it has %d bytes, less than its header", len(data))
		}
		return 0, damaged("it does not start with %q; this is no checkpoint", magic)
	}
	if len(data) < headerSize {
		return 0, damaged("file ends in the middle: it has %d bytes, less than its header", len(data))
	}
	if crc32.Checksum(data[:24], castagnoli) != binary.LittleEndian.Uint32(data[24:]) {
		return 0, damaged("its header does not match its checksum")
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != version {
		return 0, fmt.Errorf("%w: version %d, and this program reads version %d; use the program that wrote it, or a newer one", ErrVersion, v, version)
	}
	size := binary.LittleEndian.Uint64(data[16:])
	switch {
	case size > MaxSize || size < headerSize+sha256.Size:
		return 0, damaged("its header claims an impossible size of %d bytes", size)
	case uint64(len(data)) < size:
		return 0, damaged("file ends in the middle: it has %d of %d bytes", len(data), size)
	case uint64(len(data)) > size:
		return 0, damaged("%d bytes follow its end", uint64(len(data))-size)
	}
	// As an int64, for an int of 32 bits would turn a large count negative.
	n := int64(binary.LittleEndian.Uint32(data[12:]))
	if n > int64(len(data)) {
		return 0, damaged("%d bytes cannot hold %d sections", len(data), n)
	}
	return int(n), nil
}

// decodeSection takes section number i, counted from 1, off the front of data.
func decodeSection(data []byte, i int) (s Section, rest []byte, err error) {
	bad := func(why string) (Section, []byte, error) {
		if checkName(s.Name) == nil {
			return Section{}, nil, damaged("section `%s` is damaged: %s", s.Name, why)
		}
		return Section{}, nil, damaged("section number %d is damaged: %s", i, why)
	}
	if len(data) < frameSize {
		return bad("it runs beyond the end of the file")
	}
	nameLen := int(binary.LittleEndian.Uint16(data))
	if nameLen > len(data)-frameSize {
		return bad("its name runs beyond the end of the file")
	}
	s.Name = string(data[2 : 2+nameLen])
	start := 2 + nameLen + 8
	payloadLen := binary.LittleEndian.Uint64(data[start-8:])
	if payloadLen > uint64(len(data)-start-4) {
		return bad("it runs beyond the end of the file")
	}
	end := start + int(payloadLen)
	if crc32.Checksum(data[:end], castagnoli) != binary.LittleEndian.Uint32(data[end:]) {
		return bad("its checksum does not match")
	}
	if err := checkName(s.Name); err != nil {
		return bad(err.Error())
	}
	s.Payload = data[start:end:end]
	return s, data[end+4:], nil
}
