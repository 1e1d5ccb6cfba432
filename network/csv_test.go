package network

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func TestReadCSV(t *testing.T) {
	want := &Network{Dim: 2, Pos: []float64{0, 0, 0.016, 0, 0.008, -1.5}, Held: make([]bool, 6),
		Elements: []Element{{Nodes: [2]int{1, 0}}, {Nodes: [2]int{1, 2}}}}
	for _, c := range []struct{ name, nodes, bonds string }{
		{"plain", "x,y\n0,0\n0.016,0\n8e-3,-1.5\n", "a,b\n2,1\n2,3\n"},
		{"numbered", "node,x,y\n1,0,0\n2,0.016,0\n3,8e-3,-1.5\n", "bond,a,b\n1,2,1\n2,2,3\n"},
		{"in another order", "node,x,y\n3,8e-3,-1.5\n1,0,0\n2,0.016,0\n", "bond,a,b\n2,2,3\n1,2,1\n"},
		{"from a spreadsheet", "\ufeffx, y\r\n0,0\r\n\r\n 0.016 ,0\r\n8e-3,-1.5", "\"a\",\"b\"\r\n\"2\",\" 1\"\r\n2,3\r\n\r\n"},
		{"from a spreadsheet that quotes", "\ufeff\"x\",\"y\"\n\"0\",0\n0.016,0\n8e-3,-1.5", "a,b\n2,1\n2,3"},
	} {
		got, err := ReadCSV(strings.NewReader(c.nodes), strings.NewReader(c.bonds))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if !got.Equal(want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, want)
		}
	}
}

func TestReadCSVErrors(t *testing.T) {
	const nodes, bonds = "x,y\n0,0\n1,0\n", "a,b\n1,2\n"
	long := strings.Repeat("1", 70000)
	for _, c := range []struct{ nodes, bonds, want string }{
		{"", bonds, "table of nodes: the table is empty; its first line must name the columns: x or x,y or x,y,z, with or without a first column node"},
		{nodes, "\n \n", "table of bonds, line 2: the table is empty; its first line must name the columns: a,b, with or without a first column bond"},
		{"0,0\n1,0\n", bonds, `table of nodes, line 1: the columns are named "0,0"; they must be x or x,y or x,y,z, with or without a first column node`},
		{"y,x\n0,0\n", bonds, `line 1: the columns are named "y,x"`},
		{"x;y\n0;0\n", bonds, `the columns are named "x;y"; separate columns by commas; they must be`},
		{"node\n1\n", bonds, `the columns are named "node"`},
		{nodes, "a,b,bond\n1,2,1\n", `table of bonds, line 1: the columns are named "a,b,bond"`},
		{"x,y\n", bonds, "table of nodes, line 1: there are no rows below the column names; add one row for each of the nodes"},
		{nodes, "a,b", "table of bonds, line 1: there are no rows"},
		{"x,y\n0,0\n\n1\n", bonds, "table of nodes, line 4: the first line names 2 columns, but the row has 1; give one value for each column"},
		{"x,y\n0,0,\n", bonds, "line 2: the first line names 2 columns, but the row has 3"},
		{"x,y\n0,16 mm\n", bonds, `table of nodes, line 2, column y: "16 mm" is not a number; write metres without a unit, such as 0.016`},
		{"x,y\n,0\n", bonds, `line 2, column x: "" is not a number`},
		{"x,y\n0,0\nNaN,0\n", bonds, `line 3, column x: "NaN" is not a finite length`},
		{"x,y\n0,-Inf\n", bonds, `line 2, column y: "-Inf" is not a finite length`},
		{"x,y\n0,1e999\n", bonds, `line 2, column y: "1e999" is not a finite length`},
		{"x,y\n0,-1e101\n", bonds, `line 2, column y: "-1e101" is beyond 1e+100 m`},
		{"x\n" + strings.Repeat("z", 100) + "\n", bonds, `column x: "` + strings.Repeat("z", 40) + `..." is not a number`},
		{"node,x\n1,0\n1,1\n", bonds, "table of nodes, line 3, column node: number 1 was used on line 2; give every row a number of its own"},
		{"node,x\n1,0\n4,1\n", bonds, "table of nodes, line 3, column node: number 4 in a table of 2 rows; number the rows from 1 without gaps"},
		{"node,x\n0,0\n", bonds, `line 2, column node: "0" is below 1; rows are numbered from 1`},
		{"node,x\n1.5,0\n", bonds, `line 2, column node: "1.5" is not a whole number`},
		{"x\n0\n" + long + "\n", bonds, "table of nodes, line 3: the line is longer than 65536 bytes; check that the file is a CSV table"},
		{nodes, long, "table of bonds, line 1: the line is longer"},
		{nodes, "a,b\n1,3\n", "table of bonds, line 2, column b: node 3 does not exist; the network has nodes 1 to 2"},
		{nodes, "a,b\n0,1\n", `table of bonds, line 2, column a: "0" is below 1; node numbers count from 1`},
		{nodes, "a,b\n1,99999999999999999999\n", `line 2, column b: "99999999999999999999" is out of range`},
		{nodes, "a,b\n1,x\n", `line 2, column b: "x" is not a whole number`},
		{nodes, "a,b\n1,2\n2,2\n", "table of bonds, line 3: the bond joins node 2 to itself; give it two different ends"},
		{nodes, "bond,a,b\n1,1,2\n1,2,1\n", "line 3, column bond: number 1 was used on line 2"},
	} {
		n, err := ReadCSV(strings.NewReader(c.nodes), strings.NewReader(c.bonds))
		var e *CSVError
		if n != nil || !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

func TestReadCSVPassesOnReadErrors(t *testing.T) {
	broken := errors.New("cable pulled")
	for _, text := range []string{"", "x\n0\n"} {
		_, _, err := ReadNodesCSV(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), "reading stopped") {
			t.Errorf("after %q: %v", text, err)
		}
	}
}

// rows gives a header and then one row for ever.
type rows struct{ header, row string }

func (r *rows) Read(p []byte) (int, error) {
	n := copy(p, r.header)
	r.header = r.header[n:]
	for len(r.header) == 0 && n+len(r.row) <= len(p) {
		n += copy(p[n:], r.row)
	}
	return n, nil
}

func TestReadCSVEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("reads four million rows")
	}
	_, _, err := ReadNodesCSV(&rows{"x\n", "0\n"})
	if err == nil || !strings.Contains(err.Error(), "line 4000002: more than 4000000 nodes; use a smaller network") {
		t.Error(err)
	}
}

func TestWriteCSV(t *testing.T) {
	var nodes, bonds bytes.Buffer
	if err := triangle().WriteCSV(&nodes, &bonds); err != nil {
		t.Fatal(err)
	}
	if want := "node,x,y\n1,0,0\n2,3,0\n3,3,4\n4,9,9\n"; nodes.String() != want {
		t.Errorf("nodes %q, want %q", nodes.String(), want)
	}
	if want := "bond,a,b\n1,1,2\n2,2,3\n3,3,1\n4,3,4\n"; bonds.String() != want {
		t.Errorf("bonds %q, want %q", bonds.String(), want)
	}
	for fails := range 2 {
		writers := [2]io.Writer{io.Discard, io.Discard}
		writers[fails] = full{}
		if err := triangle().WriteCSV(writers[0], writers[1]); !errors.Is(err, errFull) {
			t.Errorf("a full disk gives %v", err)
		}
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := random(t)
		for i := range n.Elements {
			n.Elements[i].Cut = false
		}
		if len(n.Elements) == 0 {
			n.Elements = []Element{{Nodes: [2]int{0, 1}}}
		}
		n.Pos[0] = rapid.SampledFrom([]float64{math.Copysign(0, -1), 5e-324, -1e100, 0.1 + 0.2}).Draw(t, "odd")
		var nodes, bonds bytes.Buffer
		if err := n.WriteCSV(&nodes, &bonds); err != nil {
			t.Fatal(err)
		}
		back, err := ReadCSV(&nodes, &bonds)
		if err != nil {
			t.Fatal(err)
		}
		if !back.Equal(n) {
			t.Fatalf("got %+v, want %+v", back, n)
		}
	})
}

func FuzzReadNodesCSV(f *testing.F) {
	f.Add("x,y\n0,0\n0.016,1e-3\n")
	f.Add("node,x,y,z\n2,1,2,3\n1,4,5,6\n")
	f.Add("\ufeff\"x\"\r\n-0\r\n")
	f.Add("node,x\n1,NaN\n")
	f.Add("x;y\n1;2\n")
	f.Fuzz(func(t *testing.T, text string) {
		pos, dim, err := ReadNodesCSV(strings.NewReader(text))
		if err != nil {
			place(t, err)
			return
		}
		n := &Network{Dim: dim, Pos: pos, Held: make([]bool, len(pos))}
		for _, p := range n.Validate() {
			if p.Kind != SamePlace && p.Kind != Isolated {
				t.Fatalf("%q passes but has a problem: %v", text, p)
			}
		}
		var out bytes.Buffer
		if err := n.WriteNodesCSV(&out); err != nil {
			t.Fatal(err)
		}
		again, _, err := ReadNodesCSV(&out)
		if err != nil || !(&Network{Dim: dim, Pos: again, Held: n.Held}).Equal(n) {
			t.Fatalf("%q: %v became %v, %v", text, pos, again, err)
		}
	})
}

func FuzzReadBondsCSV(f *testing.F) {
	f.Add("a,b\n1,2\n2,3\n", 3)
	f.Add("bond,a,b\n2,1,2\n1,3,2\n", 3)
	f.Add("a,b\n1,1\n", 2)
	f.Add("a,b\n1,-7\n", 0)
	f.Fuzz(func(t *testing.T, text string, nodes int) {
		bonds, err := ReadBondsCSV(strings.NewReader(text), nodes)
		if err != nil {
			place(t, err)
			return
		}
		for _, e := range bonds {
			for _, node := range e.Nodes {
				if node < 0 || node >= nodes {
					t.Fatalf("%q passes but names node %d of %d", text, node+1, nodes)
				}
			}
		}
		n := &Network{Dim: 1, Elements: bonds}
		var out bytes.Buffer
		if err := n.WriteBondsCSV(&out); err != nil {
			t.Fatal(err)
		}
		again, err := ReadBondsCSV(&out, nodes)
		if err != nil || !slices.Equal(again, bonds) {
			t.Fatalf("%q: %v became %v, %v", text, bonds, again, err)
		}
	})
}

// place wants every error to be typed and to end within the text.
func place(t *testing.T, err error) {
	t.Helper()
	var e *CSVError
	if !errors.As(err, &e) || e.Cause == "" || e.Line < 0 || len(err.Error()) > 300 {
		t.Fatalf("error %v", err)
	}
}
