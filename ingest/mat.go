package ingest

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

var matFormat = Format{
	Name: "mat", Endings: []string{".mat"}, From: "MATLAB (-v7 and before), Octave (-v7), SciPy, Elastrain",
	Reads: arraysReads, Units: "SI where Elastrain wrote it, else `unit` and `stiffness_unit`",
	is: func(text []byte) bool {
		return bytes.HasPrefix(text, []byte("MATLAB 5.0")) || bytes.HasPrefix(text, []byte("MATLAB 7.3")) || bytes.HasPrefix(text, []byte("\x89HDF")) || isMAT4(text)
	},
	read: readMAT,
}

// matFile is a MAT file of version 5.
type matFile struct {
	order binary.ByteOrder
	left  int // bytes that may still be unpacked
}

// matSizes are the bytes of the types of data.
var matSizes = map[uint32]int{1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8}

func readMAT(d *draft) error {
	data := d.Data
	if bytes.HasPrefix(data, []byte("MATLAB 7.3")) || bytes.HasPrefix(data, []byte("\x89HDF")) {
		return &Error{Cause: "this is a MAT file of version 7.3, which is HDF5", Fix: "save it with `save('x.mat', '-v7')`"}
	}
	if isMAT4(data) {
		return &Error{Cause: "this is a MAT file of version 4", Fix: "save it with `save('x.mat', '-v7')`, of SciPy without format='4'"}
	}
	if len(data) < 128 || !bytes.HasPrefix(data, []byte("MATLAB 5.0")) {
		return &Error{Cause: "this is no MAT file of version 5", Fix: "save it with `save('x.mat', '-v7')`"}
	}
	m := &matFile{order: binary.LittleEndian, left: 4 * MostBytes}
	if string(data[126:128]) == "MI" {
		m.order = binary.BigEndian
	}
	var all []array
	for at := 128; at+8 <= len(data); {
		typ, size := m.order.Uint32(data[at:]), int(m.order.Uint32(data[at+4:]))
		if size < 0 || size > len(data)-at-8 {
			return &Error{Cause: "the file ends within a variable", Fix: "it is cut off"}
		}
		body := data[at+8 : at+8+size]
		at += 8 + size
		if typ == 15 { // compressed: not filled up to 8 bytes
			r, err := zlib.NewReader(bytes.NewReader(body))
			if err == nil {
				body, err = io.ReadAll(io.LimitReader(r, int64(m.left)+1))
			}
			if err != nil {
				return &Error{Cause: "a variable cannot be unpacked: " + err.Error(), Fix: "the file is damaged"}
			}
			if m.left -= len(body); m.left < 0 {
				return &Error{Cause: fmt.Sprintf("the variables take more than %d MiB", 4*MostBytes>>20), Fix: "save those of the network alone"}
			}
			if len(body) < 8 {
				continue
			}
			typ, body = m.order.Uint32(body), body[8:]
		} else {
			at = (at + 7) / 8 * 8
		}
		if typ != 14 {
			continue
		}
		a, ok, err := m.matrix(body)
		if err != nil {
			return err
		}
		if ok {
			all = append(all, a)
		}
	}
	return d.arrays(all)
}

// isMAT4 tells files of version 4: the type of a full matrix of numbers in either order of bytes, a size, and no or one imaginary part.
func isMAT4(b []byte) bool {
	if len(b) < 20 {
		return false
	}
	typ, imaginary := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[12:])
	if b[0] == 0 && b[1] == 0 {
		typ, imaginary = binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[12:])
	}
	return typ%10 <= 2 && typ/10%10 <= 5 && typ/100%10 == 0 && typ < 5000 && imaginary <= 1
}

// element reads a tag with its data, and what follows it.
func (m *matFile) element(b []byte) (typ uint32, data, rest []byte, err error) {
	broken := &Error{Cause: "a variable ends within its data", Fix: "the file is damaged"}
	if len(b) < 8 {
		return 0, nil, nil, broken
	}
	typ = m.order.Uint32(b)
	if small := typ >> 16; small != 0 {
		if small > 4 {
			return 0, nil, nil, broken
		}
		return typ & 0xffff, b[4 : 4+small], b[8:], nil
	}
	n := int(m.order.Uint32(b[4:]))
	if n < 0 || n > len(b)-8 {
		return 0, nil, nil, broken
	}
	return typ, b[8 : 8+n], b[min(8+(n+7)/8*8, len(b)):], nil
}

// matrix reads a variable of numbers; ok is false for others.
func (m *matFile) matrix(b []byte) (a array, ok bool, err error) {
	_, flags, b, err := m.element(b)
	if err != nil || len(flags) < 4 {
		return a, false, err
	}
	class := m.order.Uint32(flags) & 0xff
	_, dims, b, err := m.element(b)
	if err != nil {
		return a, false, err
	}
	count := 1
	for ; len(dims) >= 4; dims = dims[4:] {
		n := int(m.order.Uint32(dims))
		a.shape = append(a.shape, n)
		if n < 0 || count > 0 && n > math.MaxInt32/count {
			return a, false, &Error{Cause: "a variable of impossible size", Fix: "the file is damaged"}
		}
		count *= n
	}
	_, name, b, err := m.element(b)
	if err != nil {
		return a, false, err
	}
	a.name = string(name)
	if class < 6 || class > 15 || len(a.shape) != 2 || m.order.Uint32(flags)&0x800 != 0 {
		a.other = true // no full matrix of real numbers
		return a, true, nil
	}
	typ, data, _, err := m.element(b)
	if err != nil {
		return a, false, err
	}
	size := matSizes[typ]
	if size == 0 || len(data)/size < count {
		return a, false, &Error{Cause: fmt.Sprintf("the variable %.60q has fewer numbers than its size says", a.name), Fix: "the file is damaged"}
	}
	rows, columns := a.shape[0], a.shape[1]
	a.data = make([]float64, count)
	for i := range count { // column by column there
		a.data[i%rows*columns+i/rows] = m.number(typ, data[i*size:])
	}
	return a, true, nil
}

func (m *matFile) number(typ uint32, b []byte) float64 {
	switch typ {
	case 1:
		return float64(int8(b[0]))
	case 2:
		return float64(b[0])
	case 3:
		return float64(int16(m.order.Uint16(b)))
	case 4:
		return float64(m.order.Uint16(b))
	case 5:
		return float64(int32(m.order.Uint32(b)))
	case 6:
		return float64(m.order.Uint32(b))
	case 7:
		return float64(math.Float32frombits(m.order.Uint32(b)))
	case 12:
		return float64(int64(m.order.Uint64(b)))
	case 13:
		return float64(m.order.Uint64(b))
	}
	return math.Float64frombits(m.order.Uint64(b))
}
