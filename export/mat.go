package export

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/snapshot"
)

var matFormat = Format{
	Name: "mat", Ending: ".mat", Cases: AllCases, Wants: Wants{Gradient: true, Matrix: true, Samples: true},
	Holds: "everything that .npz holds, with C as a sparse matrix; MAT version 5",
	Opens: "MATLAB, Octave, SciPy",
	Lacks: func(in *Input) []string {
		_, large := matArrays(in.Snapshot)
		if len(large) == 0 {
			return nil
		}
		return []string{fmt.Sprintf("%s would have 2 GiB or more, which this format cannot hold: left out; a .npz file holds up to 4 GiB an array", strings.Join(large, ", "))}
	},
	Write: writeMAT,
}

// mostMAT is the bytes of the largest variable.
const mostMAT = math.MaxInt32 - 1<<10

// Numbers of the format for types of data and classes of arrays.
const (
	miINT8, miUINT8, miUINT16, miINT32, miUINT32, miDOUBLE, miMATRIX = 1, 2, 4, 5, 6, 9, 14
	mxCELL, mxCHAR, mxSPARSE, mxDOUBLE, mxUINT8                      = 1, 4, 5, 6, 9
	logical                                                          = 0x0200
)

// matArrays are the arrays of a file, and the names of those that are too large.
func matArrays(s *snapshot.Snapshot) (list []npz.Array, large []string) {
	for _, a := range arrays(s) {
		if strings.HasPrefix(a.Name, "C_") && !strings.HasPrefix(a.Name, "C_column_") {
			continue // the sparse matrix has them
		}
		n := 1
		for _, length := range a.Shape {
			n *= length
		}
		if 8*n > mostMAT {
			large = append(large, a.Name)
			continue
		}
		list = append(list, a)
	}
	return list, large
}

func writeMAT(w io.Writer, in *Input) error {
	text := fmt.Sprintf("MATLAB 5.0 MAT-file, made from %s", strings.ToValidUTF8(in.Source, "?"))
	head := append([]byte(text), []byte(strings.Repeat(" ", 124))...)[:124]
	for i, c := range head {
		if c < ' ' || c > '~' {
			head[i] = '?'
		}
	}
	clear(head[116:])
	if _, err := w.Write(append(head, 0x00, 0x01, 'I', 'M')); err != nil {
		return err
	}
	list, _ := matArrays(in.Snapshot)
	for _, a := range list {
		if err := writeMATArray(w, a); err != nil {
			return err
		}
	}
	if in.C == nil {
		return nil
	}
	return writeSparse(w, "C", in.Modes, in.C)
}

// padded is a length with what fills it up to 8 bytes.
func padded(n int) int { return (n + 7) / 8 * 8 }

// matHead begins a variable whose data takes so many bytes, tags and filling counted: its tag, flags, dimensions and name.
func matHead(name string, class, nzmax uint32, shape []int, data int) []byte {
	dims := shape
	switch len(dims) {
	case 0:
		dims = []int{1, 1}
	case 1:
		dims = []int{dims[0], 1}
	}
	size := 16 + 8 + padded(4*len(dims)) + 8 + padded(len(name)) + data
	b := make([]byte, 0, 8+size)
	put := func(values ...uint32) {
		for _, v := range values {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	put(miMATRIX, uint32(size), miUINT32, 8, class, nzmax, miINT32, uint32(4*len(dims)))
	for _, n := range dims {
		put(uint32(n))
	}
	b = fill(b)
	put(miINT8, uint32(len(name)))
	return fill(append(b, name...))
}

// fill brings bytes to a multiple of 8.
func fill(b []byte) []byte { return append(b, make([]byte, padded(len(b))-len(b))...) }

// writeMATArray writes an array: numbers as doubles, flags as logicals, texts as a cell of character rows. A list is a column.
func writeMATArray(w io.Writer, a npz.Array) error {
	switch data := a.Data.(type) {
	case []float64:
		return writeColumns(w, a, miDOUBLE, mxDOUBLE, 8, len(data), func(b []byte, i int) []byte {
			return binary.LittleEndian.AppendUint64(b, math.Float64bits(data[i]))
		})
	case []int32:
		return writeColumns(w, a, miDOUBLE, mxDOUBLE, 8, len(data), func(b []byte, i int) []byte {
			return binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(data[i])))
		})
	case []uint8:
		return writeColumns(w, a, miUINT8, mxUINT8|logical, 1, len(data), func(b []byte, i int) []byte { return append(b, data[i]) })
	case []string:
		return writeTexts(w, a.Name, data)
	}
	return fmt.Errorf("array %s: no variable of a .mat file holds a %T", a.Name, a.Data)
}

// writeColumns writes numbers with the first index running fastest.
func writeColumns(w io.Writer, a npz.Array, typ, class uint32, size, n int, put func(b []byte, i int) []byte) error {
	b := matHead(a.Name, class, 0, a.Shape, 8+padded(n*size))
	b = binary.LittleEndian.AppendUint32(b, typ)
	b = binary.LittleEndian.AppendUint32(b, uint32(n*size))
	stride := make([]int, len(a.Shape)) // of each axis in the order of the array
	step := 1
	for axis := len(a.Shape) - 1; axis >= 0; axis-- {
		stride[axis] = step
		step *= a.Shape[axis]
	}
	at := make([]int, len(a.Shape))
	from := 0
	for range n {
		b = put(b, from)
		for axis := range at {
			at[axis]++
			if from += stride[axis]; at[axis] < a.Shape[axis] {
				break
			}
			from -= at[axis] * stride[axis]
			at[axis] = 0
		}
		if len(b) >= 1<<15 {
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	b = append(b, make([]byte, padded(n*size)-n*size)...)
	_, err := w.Write(b)
	return err
}

// writeTexts writes a cell array of one column.
func writeTexts(w io.Writer, name string, data []string) error {
	var cells []byte
	for _, text := range data {
		units := utf16.Encode([]rune(text))
		rows := 1
		if len(units) == 0 {
			rows = 0
		}
		cells = append(cells, matHead("", mxCHAR, 0, []int{rows, len(units)}, 8+padded(2*len(units)))...)
		cells = binary.LittleEndian.AppendUint32(cells, miUINT16)
		cells = binary.LittleEndian.AppendUint32(cells, uint32(2*len(units)))
		for _, u := range units {
			cells = binary.LittleEndian.AppendUint16(cells, u)
		}
		cells = fill(cells)
	}
	_, err := w.Write(append(matHead(name, mxCELL, 0, []int{len(data)}, len(cells)), cells...))
	return err
}

// writeSparse writes a matrix column by column.
func writeSparse(w io.Writer, name string, rows int, m *snapshot.Matrix) error {
	n, columns := len(m.Value), len(m.Columns)
	begin := make([]int32, columns+1)
	for _, c := range m.Column {
		begin[c+1]++
	}
	for c := range columns {
		begin[c+1] += begin[c]
	}
	next := append([]int32(nil), begin...)
	order := make([]int32, n) // entries, by column and then by row
	for i, c := range m.Column {
		order[next[c]] = int32(i)
		next[c]++
	}
	b := matHead(name, mxSPARSE, uint32(max(n, 1)), []int{rows, columns}, 8+padded(4*n)+8+padded(4*(columns+1))+8+8*n)
	put := func(v uint32) { b = binary.LittleEndian.AppendUint32(b, v) }
	put(miINT32)
	put(uint32(4 * n))
	for _, i := range order {
		put(uint32(m.Mode[i]))
	}
	b = fill(b)
	put(miINT32)
	put(uint32(4 * (columns + 1)))
	for _, v := range begin {
		put(uint32(v))
	}
	b = fill(b)
	put(miDOUBLE)
	put(uint32(8 * n))
	for _, i := range order {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.Value[i]))
	}
	_, err := w.Write(b)
	return err
}
