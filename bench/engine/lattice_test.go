package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestLatticesHaveTheSizesOfTheTables(t *testing.T) {
	for _, c := range []struct {
		name                            string
		nodes, bonds, unknowns, entries int
	}{
		// Counted by hand: width 22 and 23 rows; 19 x 19 x 20 points, every second one.
		{"t1e3", 506, 1429, 968, 6912},
		{"t22", 506, 1429, 968, 6912},
		{"t1e4", 5112, 15051, 10082, 74483},
		{"f1e4", 3610, 19476, 10287, 186786},
	} {
		l, err := generate(c.name)
		if err != nil {
			t.Fatal(err)
		}
		a := l.assemble()
		if l.nodes() != c.nodes || l.bonds() != c.bonds || l.unknowns() != c.unknowns || len(a.val) != c.entries {
			t.Errorf("%s: %d nodes, %d bonds, %d unknowns, %d entries, want %v", c.name, l.nodes(), l.bonds(), l.unknowns(), len(a.val), c)
		}
		direction := make([]float64, l.dim)
		for m := range l.bonds() {
			i, j := int(l.end[2*m]), int(l.end[2*m+1])
			l.direction(m, direction)
			square := 0.0
			for axis := range l.dim {
				off := l.pos[j*l.dim+axis] - l.pos[i*l.dim+axis]
				square += off * off
			}
			if want := float64(l.dim - 1); square < want-1e-9 || square > want+1e-9 { // lengths 1 and sqrt 2
				t.Fatalf("%s: bond %d has a squared length of %v", c.name, m, square)
			}
		}
	}
}

func TestPorts(t *testing.T) {
	l, err := generate("t22")
	if err != nil {
		t.Fatal(err)
	}
	// The top row is nodes 484 to 505, of which 1 and 20 are the first and last
	// that are loaded; the free ones start at 22.
	want := []int32{(485-22)*2 + 1, (491-22)*2 + 1, (497-22)*2 + 1, (504-22)*2 + 1}
	if !reflect.DeepEqual(l.in, want) {
		t.Errorf("inputs %v, want %v", l.in, want)
	}
	for i, u := range l.out {
		node := int(u)/2 + 22
		if x, share := l.pos[2*node], 21.5*(0.25+0.25*float64(i)); u%2 != 0 || x < share-0.5 || x > share+0.5 || node/22 != 11 {
			t.Errorf("output %d is unknown %d at x = %v in row %d, want x near %v in row 11", i, u, x, node/22, share)
		}
	}
}

func TestNamesOfLattices(t *testing.T) {
	for _, name := range []string{"", "t", "t3", "x10", "t3000", "f101", "t1e9", "-1", "b3", "b1e6"} {
		if _, err := generate(name); err == nil {
			t.Errorf("there is a lattice %q", name)
		}
	}
}

func TestFilesComeBack(t *testing.T) {
	for _, name := range []string{"t12", "f6", "b5"} {
		l, err := generate(name)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "a.lat")
		if err := writeLattice(path, l); err != nil {
			t.Fatal(err)
		}
		back, err := readLattice(path)
		if err != nil {
			t.Fatal(err)
		}
		a, err := readMatrix(path)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, l) || !reflect.DeepEqual(a, l.assemble()) {
			t.Errorf("%s does not come back from its file", name)
		}
	}
	if err := writeLattice(filepath.Join(t.TempDir(), "no", "a.lat"), &lattice{}); err == nil {
		t.Error("a file was written into a directory that does not exist")
	}
}

// Every damaged file is an error, and none a panic.
func TestDamagedFiles(t *testing.T) {
	l, err := generate("t4")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a.lat")
	if err := writeLattice(path, l); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ends := 7*8 + 8*len(l.pos) + 4*len(l.free)
	ports := ends + 4*len(l.end) + 8*l.dim*l.bonds() + 8*l.bonds()
	matrix := ports + 4*len(l.in) + 4*len(l.out)
	for _, c := range []struct {
		at    int
		value uint64
		bytes int
		want  string
	}{
		{0, 1, 8, "not a lattice file"},
		{8, 4, 8, "4 dimensions"},
		{16, 1 << 62, 8, "is more than"},
		{ends - 4, 77, 4, "free node 77"},
		{ends, 1000, 4, "ends at node 1000"},
		{ports, 999, 4, "no unknown 999"},
		{matrix, 3, 8, "3 rows"},
		{matrix + 16 + 8*l.unknowns(), 1, 8, "columns of 1 entries"},
	} {
		damaged := append([]byte{}, whole...)
		number := binary.LittleEndian.AppendUint64(nil, c.value)
		copy(damaged[c.at:], number[:c.bytes])
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readMatrix(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v with %d at %d, want %q", err, c.value, c.at, c.want)
		}
	}
	for length := 0; length < len(whole); length += 97 {
		if err := os.WriteFile(path, whole[:length], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readMatrix(path); err == nil {
			t.Errorf("a file of %d of %d bytes was read", length, len(whole))
		}
	}
	if _, err := readLattice(filepath.Join(dir, "none.lat")); err == nil {
		t.Error("a file that does not exist was read")
	}
}
