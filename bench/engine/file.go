package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
)

// A lattice file is little endian, without padding:
//
//	int64   magic, dim, nodes, bonds, free nodes, inputs, outputs
//	float64 position            nodes x dim
//	int32   number among the free nodes, -1 where held; nodes
//	int32   ends                bonds x 2
//	float64 direction           bonds x dim
//	float64 stiffness           bonds
//	int32   unknowns loaded     inputs
//	int32   unknowns read       outputs
//	int64   n, entries of the lower triangle of D
//	int64   start of each column, n + 1
//	int32   row                 entries
//	float64 value               entries
//
// That of a frame has another magic and two more numbers in its header, the unknowns of a free node and the modes of a
// bond; instead of directions it has the rows of C, bonds x modes x the unknowns of both ends, zeros too, and a
// stiffness for each mode.
//
// Peers read all of it; Elastrain reads what comes before the matrix, and the
// matrix only to check its answers.
const magic, frameMagic = 0x4d4e4e31, 0x4d4e4e32

// mostCount keeps a damaged header from taking the machine's memory.
const mostCount = 1 << 31

// readLattice reads a lattice file up to the matrix.
func readLattice(path string) (*lattice, error) {
	l, _, err := read(path, false)
	return l, err
}

// readMatrix reads the matrix of a lattice file.
func readMatrix(path string) (*matrix, error) {
	_, a, err := read(path, true)
	return a, err
}

func read(path string, withMatrix bool) (*lattice, *matrix, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	r := &reader{from: bufio.NewReaderSize(f, 1<<16)}
	l, a := r.lattice(), (*matrix)(nil)
	if withMatrix {
		a = r.matrix(l)
	}
	if r.err == nil {
		r.err = l.check()
	}
	if r.err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, r.err)
	}
	return l, a, nil
}

// reader reads numbers until the first error.
type reader struct {
	from  io.Reader
	chunk [1 << 12]byte
	err   error
}

func (r *reader) lattice() *lattice {
	var h [7]int
	for i := range h {
		h[i] = r.count(mostCount)
	}
	switch {
	case r.err != nil:
		return &lattice{}
	case h[0] != magic && h[0] != frameMagic:
		r.err = fmt.Errorf("not a lattice file")
		return &lattice{}
	case h[1] != 2 && h[1] != 3:
		r.err = fmt.Errorf("a lattice of %d dimensions", h[1])
		return &lattice{}
	}
	l := &lattice{dim: h[1], each: h[1]}
	modes := 1
	if h[0] == frameMagic {
		if l.each, modes = r.count(6), r.count(6); r.err == nil && (l.each < l.dim || modes < 1) {
			r.err = fmt.Errorf("a frame of %d unknowns a node and %d modes a bond", l.each, modes)
		}
	}
	l.pos = r.floats(h[2] * h[1])
	l.free = r.ints(h[2])
	l.end = r.ints(2 * h[3])
	if h[0] == frameMagic {
		l.rows = r.floats(h[3] * modes * 2 * l.each)
	} else {
		r.skip(8 * h[3] * h[1])
	}
	l.k = r.floats(h[3] * modes)
	l.in, l.out = r.ints(h[5]), r.ints(h[6])
	return l
}

func (r *reader) matrix(l *lattice) *matrix {
	n, entries := r.count(mostCount), r.count(mostCount)
	if r.err == nil && n != l.unknowns() {
		r.err = fmt.Errorf("a matrix of %d rows for %d unknowns", n, l.unknowns())
	}
	a := &matrix{}
	for i := 0; i <= n && r.err == nil; i++ {
		a.ptr = append(a.ptr, int64(r.count(entries)))
	}
	a.row, a.val = r.ints(entries), r.floats(entries)
	if r.err == nil && a.ptr[n] != int64(entries) {
		r.err = fmt.Errorf("columns of %d entries, not %d", a.ptr[n], entries)
	}
	return a
}

// count reads an int64 from 0 to most.
func (r *reader) count(most int) int {
	b := r.bytes(8)
	if r.err != nil {
		return 0
	}
	v := binary.LittleEndian.Uint64(b)
	if v > uint64(most) {
		r.err = fmt.Errorf("the number %d is more than %d", int64(v), most)
		return 0
	}
	return int(v)
}

// bytes reads the next few; they are valid until the next call.
func (r *reader) bytes(n int) []byte {
	if r.err == nil {
		_, r.err = io.ReadFull(r.from, r.chunk[:n])
	}
	return r.chunk[:n]
}

func (r *reader) skip(n int) {
	if r.err == nil {
		_, r.err = io.CopyN(io.Discard, r.from, int64(n))
	}
}

func (r *reader) floats(n int) []float64 {
	if r.err != nil {
		return nil
	}
	x := make([]float64, n)
	for at := 0; at < n && r.err == nil; {
		b := r.bytes(8 * min(n-at, len(r.chunk)/8))
		for ; len(b) > 0; b = b[8:] {
			x[at] = math.Float64frombits(binary.LittleEndian.Uint64(b))
			at++
		}
	}
	return x
}

func (r *reader) ints(n int) []int32 {
	if r.err != nil {
		return nil
	}
	x := make([]int32, n)
	for at := 0; at < n && r.err == nil; {
		b := r.bytes(4 * min(n-at, len(r.chunk)/4))
		for ; len(b) > 0; b = b[4:] {
			x[at] = int32(binary.LittleEndian.Uint32(b))
			at++
		}
	}
	return x
}

// writeLattice writes a lattice file with its matrix.
func writeLattice(path string, l *lattice) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<16)
	a := l.assemble()
	n := l.unknowns()
	header := []int64{magic, int64(l.dim), int64(l.nodes()), int64(l.bonds()), int64(n / l.each), int64(len(l.in)), int64(len(l.out))}
	rows := l.rows
	if rows == nil {
		rows = make([]float64, l.bonds()*l.dim)
		for m := range l.bonds() {
			l.direction(m, rows[m*l.dim:(m+1)*l.dim])
		}
	} else {
		header[0] = frameMagic
		header = append(header, int64(l.each), int64(l.modes()))
	}
	for _, part := range []any{header, l.pos, l.free, l.end, rows, l.k, l.in, l.out,
		[]int64{int64(n), int64(len(a.row))}, a.ptr, a.row, a.val} {
		if err = binary.Write(w, binary.LittleEndian, part); err != nil {
			break
		}
	}
	if err == nil {
		err = w.Flush()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}
