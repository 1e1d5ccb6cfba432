package export_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

// variable is one of a .mat file, read by the letter of its format.
type variable struct {
	class uint32
	dims  []int
	parts [][]byte // behind the name
}

// matFile reads the variables of a .mat file.
func matFile(t *testing.T, text []byte) map[string]variable {
	t.Helper()
	if len(text) < 128 || string(text[124:128]) != "\x00\x01IM" {
		t.Fatal("no header")
	}
	all := map[string]variable{}
	for rest := text[128:]; len(rest) > 0; {
		kind, body, after := element(t, rest)
		if kind != 14 {
			t.Fatalf("an element of type %d", kind)
		}
		rest = after
		name, v := variableOf(t, body)
		all[name] = v
	}
	return all
}

func variableOf(t *testing.T, body []byte) (string, variable) {
	_, flags, body := element(t, body)
	v := variable{class: binary.LittleEndian.Uint32(flags)}
	_, dims, body := element(t, body)
	for ; len(dims) > 0; dims = dims[4:] {
		v.dims = append(v.dims, int(binary.LittleEndian.Uint32(dims)))
	}
	_, name, body := element(t, body)
	for len(body) > 0 {
		var part []byte
		_, part, body = element(t, body)
		v.parts = append(v.parts, part)
	}
	return string(name), v
}

// element takes an element apart: a tag of type and length, data, and what fills it up to 8 bytes.
func element(t *testing.T, b []byte) (kind uint32, data, after []byte) {
	t.Helper()
	kind, n := binary.LittleEndian.Uint32(b), int(binary.LittleEndian.Uint32(b[4:]))
	end := 8 + (n+7)/8*8
	if end > len(b) {
		t.Fatalf("an element of %d bytes where %d are left", n, len(b)-8)
	}
	return kind, b[8 : 8+n], b[end:]
}

// A .mat file has the numbers of the .npz file, the first index running fastest, and C as a sparse matrix.
func TestMAT(t *testing.T) {
	in := input(t, build(t, "iris", ""), 3)
	all, arrays := matFile(t, written(t, "mat", in)), arraysOf(t, written(t, "npz", in))
	u, want := all["displacement"], arrays["displacement"]
	data := want.Data.([]float64)
	for k := range 3 {
		for node := range 14 {
			for axis := range 2 {
				got := math.Float64frombits(binary.LittleEndian.Uint64(u.parts[0][8*(k+3*(node+14*axis)):]))
				if w := data[(k*14+node)*2+axis]; got != w {
					t.Fatalf("displacement of node %d in case %d is %g, want %g", node+1, k+1, got, w)
				}
			}
		}
	}
	if u.class != 6 || len(u.dims) != 3 || u.dims[0] != 3 || u.dims[1] != 14 || u.dims[2] != 2 {
		t.Errorf("displacement: class %d, dimensions %v", u.class, u.dims)
	}
	if v := all["stiffness"]; len(v.dims) != 2 || v.dims[0] != 28 || v.dims[1] != 1 {
		t.Errorf("stiffness has dimensions %v, want a column", v.dims)
	}
	if v := all["held"]; v.class != 9|0x200 || !bytes.Equal(v.parts[0][:2], []byte{1, 0}) {
		t.Errorf("held: class %#x, %v", v.class, v.parts[0])
	}
	names := all["output_names"]
	if len(names.parts) != 3 || names.class != 1 {
		t.Fatalf("output_names: class %d, %d texts", names.class, len(names.parts))
	}
	if _, text := variableOf(t, names.parts[1]); string(text.parts[0]) != "v\x00e\x00r\x00s\x00i\x00c\x00o\x00l\x00o\x00r\x00" {
		t.Errorf("the second output is %q", text.parts[0])
	}
	c := all["C"]
	ir, jc, pr := c.parts[0], c.parts[1], c.parts[2]
	dense := map[[2]int32]float64{}
	for column := range len(jc)/4 - 1 {
		last := int32(-1)
		for i := binary.LittleEndian.Uint32(jc[4*column:]); i < binary.LittleEndian.Uint32(jc[4*column+4:]); i++ {
			row := int32(binary.LittleEndian.Uint32(ir[4*i:]))
			if row <= last {
				t.Fatalf("rows of column %d do not ascend", column)
			}
			last = row
			dense[[2]int32{row, int32(column)}] = math.Float64frombits(binary.LittleEndian.Uint64(pr[8*i:]))
		}
	}
	row, column, value := arrays["C_row"].Data.([]int32), arrays["C_column"].Data.([]int32), arrays["C_value"].Data.([]float64)
	if c.class != 5 || c.dims[0] != 28 || c.dims[1] != 24 || len(dense) != len(value) {
		t.Errorf("C: class %d, dimensions %v, %d entries, want %d", c.class, c.dims, len(dense), len(value))
	}
	for i := range value {
		if dense[[2]int32{row[i], column[i]}] != value[i] {
			t.Errorf("C(%d,%d) is %g, want %g", row[i], column[i], dense[[2]int32{row[i], column[i]}], value[i])
		}
	}
}
