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
	for _, c := range []struct{ nodes, bonds, want string }{
		{"", bonds, "table of nodes: the table is empty; its first line must name the columns, such as x,y or x (mm),y (mm), with or without a first column node"},
		{nodes, "\n \n", "table of bonds: the table is empty; its first line must name the columns, such as a,b or bond,a,b,stiffness"},
		{"0,0\n1,0\n", bonds, "table of nodes, line 1: the first line has numbers where the names of the columns are due; put a line such as x,y"},
		{nodes, "1;2\n", "table of bonds, line 1: the first line has numbers"},
		{"node\n1\n", bonds, "table of nodes, line 1: there is no column x: there are `node`; name them as in x,y"},
		{"x,z\n1,2\n", bonds, "line 1: there is a column z and none for y: there are `x`, `z`"},
		{"x,X (mm)\n1,2\n", bonds, "table of nodes, line 1, column X (mm): column 1 `x` says the same; rename or remove one of them"},
		{"x (px),y\n1,2\n", bonds, `table of nodes, line 1, column x (px): pixels are of any size; turn them into lengths, such as`},
		{nodes, "a,c\n1,2\n", "table of bonds, line 1: there are no two columns for the ends of the bonds: there are `a`, `c`; name them as in a,b"},
		{"x,y\n", bonds, "table of nodes, line 1: there are no rows below the column names; add one row for each of the nodes"},
		{nodes, "a,b", "table of bonds, line 1: there are no rows"},
		{"x,y\n0,0\n\n1\n", bonds, "table of nodes, line 4: 1 fields, but the header has 2; fill in the missing ones"},
		{"x,y\n0,0,5\n", bonds, "line 2: 3 fields, but the header has 2"},
		{"x,y\n0,16 mm\n", bonds, `table of nodes, line 2, column y: "16 mm" is not a number; write a coordinate without a unit`},
		{"x,y\n,0\n", bonds, `line 2, column x: empty`},
		{"x,y\n0,0\nNaN,0\n", bonds, `line 3, column x: "NaN" is not a finite number`},
		{"x,y\n0,-Inf\n", bonds, `line 2, column y: "-Inf" is not a finite number`},
		{"x,y\n0,1e999\n", bonds, `line 2, column y: "1e999" is too large`},
		{"x,y\n0,-1e101\n", bonds, `line 2, column y: "-1e101" is beyond 1e+100 m; check`},
		{"x\n" + strings.Repeat("z", 100) + "\n", bonds, `column x: "` + strings.Repeat("z", 40) + `... (100 letters)" is not a number`},
		{"node,x\n1,0\n1,1\n", bonds, "table of nodes, line 3, column node: number 1 was used on line 2; give every row a number of its own"},
		{"node,x\na,0\nb,1\na,2\n", bonds, `line 4, column node: "a" was used on line 2`},
		{"node,x\na,0\n,1\n", bonds, "line 3, column node: empty; give every row"},
		{"node,x\n-1,0\n1,1\n", bonds, `line 2, column node: "-1" is below 1; number the rows from 1, or from 0 without gaps`},
		{"node,x\n0,0\n5,1\n", bonds, `line 2, column node: "0" is below 1`},
		{"node,x\n1.5,0\n", bonds, `line 2, column node: "1.5" is not a whole number`},
		{"node,x\n99999999999999999999,0\n", bonds, `line 2, column node: "99999999999999999999" is out of range`},
		{nodes, "a,b\n1,3\n", "table of bonds, line 2, column b: node 3 does not exist; the network has nodes 1 to 2"},
		{nodes, "a,b\n0,2\n", "table of bonds, line 2, column b: node 2 does not exist; a bond names node 0, so 2 nodes are 0 to 1"},
		{nodes, "a,b\n-1,1\n", `table of bonds, line 2, column a: "-1" is below 1; node numbers count from 1, or all from 0`},
		{"node,x,y\n1,0,0\n2,1,0\n", "a,b\n0,1\n", `table of bonds, line 2, column a: node 0 does not exist; the network has nodes 1 to 2`},
		{"node,x,y\n10,0,0\n20,1,0\n", "a,b\n1,2\n", `node 1 does not exist; the network has nodes 10, 20`},
		{"node,x,y\n0,0,0\n1,1,0\n", "a,b\n1,2\n", `node 2 does not exist; the table of nodes has 0 to 1`},
		{"node,x,y\np,0,0\nq,1,0\n", "a,b\np,r\n", `column b: node "r" does not exist; the 2 nodes have names`},
		{nodes, "a,b\n1,99999999999999999999\n", `line 2, column b: "99999999999999999999" is out of range`},
		{nodes, "a,b\n1,x\n", `line 2, column b: "x" is not a whole number; write the number of a node`},
		{nodes, "a,b\n1,2\n2,2\n", "table of bonds, line 3: the bond joins node 2 to itself; give it two different ends"},
		{nodes, "bond,a,b\n1,1,2\n1,2,1\n", "line 3, column bond: number 1 was used on line 2"},
		{nodes, "a,b,stiffness\n1,2,0\n", `line 2, column stiffness: a stiffness of "0"; a stiffness is larger than zero`},
		{nodes, "a,b,k (N/kg)\n1,2,5\n", `column k (N/kg): "N/kg" is no unit of stiffness`},
		{nodes, "a,b,width (mm)\n1,2,two\n", `column width (mm): "two" is not a number`},
		{nodes, "a,b,l0\n1,2,1.1\n", `table of bonds, line 2, column l0: the bond is 1.1 m long here, and its nodes are 1 m apart; bonds of a lattice that moves little are unstressed where the nodes are`},
	} {
		n, err := ReadCSV(strings.NewReader(c.nodes), strings.NewReader(c.bonds))
		var e *CSVError
		if n != nil || !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// One triangle of one metre, as other programs write it. The nodes come out as
// written, the numbers as their table has them.
func TestTablesOfOthers(t *testing.T) {
	want := &Network{Dim: 2, Pos: []float64{0, 0, 1, 0, 0.5, 1}, Held: make([]bool, 6),
		Elements: []Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}, {Nodes: [2]int{0, 2}}}}
	plain := []int(nil)
	for name, c := range map[string]struct {
		nodes, length, bonds string
		numbers              []int
		notes                string
	}{
		"semicolons, gaps, mm": {"Node;X;Y\n10;0;0\n20;1000;0\n35;500;1000\n", "mm", "type;a;b\n1;10;20\n1;20;35\n2;10;35\n", []int{10, 20, 35}, "the numbers of the nodes leave some out; they are kept: 10, 20, 35|`type` is not read"},
		"other order":          {"id,x,y\n35,0.5,1\n10,0,0\n20,1,0\n", "", "id,from,to\n7,20,35\n9,10,35\n4,10,20\n", []int{10, 20, 35}, "the numbers of the nodes leave some out; they are kept: 10, 20, 35|the numbers of the bonds leave some out, so they are numbered 1 to 3 in this order: 4 is 1, 9 is 3"},
		"lammps":               {"id type x y\n1 1 0 0\n2 1 1 0\n3 2 0.5 1\n", "", "id type atom1 atom2\n1 1 1 2\n2 1 2 3\n3 1 1 3\n", plain, "`type` is not read|`type` is not read"},
		"pandas, from 0":       {",x,y\n0,0,0\n1,1,0\n2,0.5,1\n", "", ",source,target\n0,0,1\n1,1,2\n2,0,2\n", plain, "the bonds count the nodes from 0: what is 0 there is node 1 here"},
		"meshio, from 0":       {"node,x,y\n0,0,0\n1,1,0\n2,0.5,1\n", "", "edge,n1,n2\n0,0,1\n1,1,2\n2,0,2\n", plain, "the nodes count from 0: what is 0 there is 1 here|the bonds count from 0: what is 0 there is 1 here"},
		"german excel":         {"\ufeffKnoten;x (mm);y (mm)\r\n1;0,0;0,0\r\n2;1000,0;0,0\r\n3;500,0;1000,0\r\n", "", "Stab;von;nach\r\n1;1;2\r\n2;2;3\r\n3;1;3\r\n", plain, `decimal commas are read as decimal points, such as "0,0" on line 2`},
		"names":                {"name,x [cm],y [cm]\nA,0,0\nB,100,0\nC,50,100\n", "", "u,v,q\nA,B,1\nB,C,1\nA,C,1\n", plain, "the nodes have names and are numbered by their rows: \"A\" is 1, \"C\" is 3|`q` is not read"},
		"numpy":                {"# x y\n0.0e+00 0.0e+00\n1.0e+00 0\n5.0e-01 1\n", "", "# i j\n0 1\n1 2\n0 2\n", plain, "the bonds count the nodes from 0: what is 0 there is node 1 here"},
		"matlab":               {"x_in\ty_in\n0\t0\n39.37007874015748\t0\n19.68503937007874\t39.37007874015748\n", "", "node1\tnode2\n1\t2\n2\t3\n1\t3\n", plain, ""},
		"paraview":             {"\"Points:0\",\"Points:1\"\n0,0\n1,0\n0.5,1\n", "", "v0,v1\n0,1\n1,2\n0,2\n", plain, "the bonds count the nodes from 0: what is 0 there is node 1 here"},
		"reals for numbers":    {"node,x,y\n1.0,0,0\n2.0,1,0\n3.0,0.5,1\n", "", "a,b\n1.0,2.0\n2.0,3.0\n1.0,3.0\n", plain, ""},
		"comments":             {"# nodes\nx,y\n0,0\n# the right one\n1,0\n0.5,1\n", "", "% bonds\na,b\n1,2\n2,3\n// last\n1,3\n", plain, ""},
	} {
		n, err := ReadNodes(strings.NewReader(c.nodes), Options{Length: c.length})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, err := ReadBonds(strings.NewReader(c.bonds), n, Options{Length: c.length})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := &Network{Dim: n.Dim, Pos: n.Pos, Elements: b.Elements, Held: want.Held}
		if !got.Equal(want) || !slices.Equal(n.Numbers, c.numbers) {
			t.Errorf("%s: %+v, numbers %v", name, got, n.Numbers)
		}
		if notes := strings.Join(append(n.Notes, b.Notes...), "|"); notes != c.notes {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}

// Columns that have no usual names are named.
func TestNamedColumns(t *testing.T) {
	o := Options{Length: "mm", Columns: map[string]string{"node": "Pt", "x": "Horizontal", "y": "Vertical", "a": "P1", "b": "P2", "stiffness": "EA/L (N/mm)", "length": "free"}}
	nodes, err := ReadNodes(strings.NewReader("Pt;Vertical;Horizontal;x\n7;0;0;9\n8;0;16;9\n"), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadBonds(strings.NewReader("free;a;P1;P2;EA/L (N/mm);l0\n16;1;7;8;2,5;3\n"), nodes, o)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(nodes.Pos, []float64{0, 0, 0.016, 0}) || !slices.Equal(nodes.Numbers, []int{7, 8}) || b.Elements[0].Nodes != [2]int{0, 1} || !slices.Equal(b.Stiffness, []float64{2500}) {
		t.Errorf("%+v, %+v", nodes, b)
	}
	o.Columns["y"] = "Hoch"
	if _, err := ReadNodes(strings.NewReader("Pt;Vertical;Horizontal\n7;0;0\n"), o); err == nil || !strings.Contains(err.Error(), "table of nodes, line 1: there is no column `Hoch`, which is named for y: there are `Pt`, `Vertical`, `Horizontal`; write the name as it stands") {
		t.Error(err)
	}
	if _, err := ReadNodes(strings.NewReader("east,north\n0,0\n"), Options{}); err == nil || !strings.Contains(err.Error(), `or say which they are, as in `+"`columns: {x: \"Pos A\"") {
		t.Error(err)
	}
}

func TestStartsOfBonds(t *testing.T) {
	n, err := ReadNodes(strings.NewReader("x (mm)\n0\n16\n40\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadBonds(strings.NewReader("bond,a,b,k (N/mm),width (mm),length (mm)\n2,2,3,,2.5,24.0001\n1,1,2,0.1,1.5,16\n"), n, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(b.Stiffness, []float64{100, 0}) || !slices.Equal(b.Width, []float64{0.0015, 0.0025}) || !slices.Equal(b.Lines, []int{3, 2}) {
		t.Errorf("%+v", b)
	}
	if len(b.Notes) != 1 || !strings.Contains(b.Notes[0], "differ from the distances of their nodes by up to 4e-06 of them") {
		t.Errorf("notes %q", b.Notes)
	}
}

// A size in metres that no lattice has is said, where nobody gave a unit.
func TestUnitIsMissed(t *testing.T) {
	for text, want := range map[string]int{"x,y\n0,0\n1000,5\n": 1, "x (m),y (m)\n0,0\n1000,5\n": 0, "x,y\n0,0\n1,5\n": 0} {
		n, err := ReadNodes(strings.NewReader(text), Options{})
		if err != nil || len(n.Notes) != want || want > 0 && !strings.Contains(n.Notes[0], "the network is 1000 m large") {
			t.Errorf("%q: %v, %v", text, n, err)
		}
	}
	n, err := ReadNodes(strings.NewReader("x,y\n0,0\n1000,5\n"), Options{Length: "mm"})
	if err != nil || len(n.Notes) != 0 || n.Pos[2] != 1 {
		t.Errorf("%v, %v", n, err)
	}
	if _, err := ReadNodes(strings.NewReader("x (mm)\n0\n"), Options{Length: "m"}); err == nil || !strings.Contains(err.Error(), "the header says mm, and the unit of the table is given as m") {
		t.Error(err)
	}
}

func TestNumbers(t *testing.T) {
	n := &Network{Dim: 1, Pos: make([]float64, 3), NodeNumbers: []int{10, 20, 35}}
	if n.NodeNumber(2) != 35 {
		t.Errorf("%d", n.NodeNumber(2))
	}
	if node, ok := n.FindNode(20); node != 1 || !ok {
		t.Errorf("%d %v", node, ok)
	}
	if _, ok := n.FindNode(2); ok {
		t.Error("there is no node 2")
	}
	n.NodeNumbers = nil
	for number, want := range map[int]bool{0: false, 1: true, 3: true, 4: false} {
		if node, ok := n.FindNode(number); ok != want || ok && node != number-1 {
			t.Errorf("node %d: %d, %v", number, node, ok)
		}
	}
	if got := Numbers([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13}, 0); got != "1, 2, 3, 4, 5, 6, 7, 8, ... 13" {
		t.Error(got)
	}
	if got := Numbers(nil, 14); got != "1..14" {
		t.Error(got)
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

func TestReadCSVEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("reads four million rows")
	}
	_, _, err := ReadNodesCSV(io.MultiReader(strings.NewReader("x\n"), strings.NewReader(strings.Repeat("0\n", MaxNodes+1))))
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

// The table of a trained network is a table of bonds to start from.
func TestWriteBondTable(t *testing.T) {
	n := &Network{Dim: 1, Pos: []float64{0, 0.016, 0.04}, Held: make([]bool, 3), NodeNumbers: []int{10, 20, 35},
		Elements: []Element{{Nodes: [2]int{0, 1}}, {Nodes: [2]int{1, 2}}, {Nodes: [2]int{0, 2}, Cut: true}, {Kind: Ground}}}
	var out bytes.Buffer
	if err := n.WriteBondTable(&out, []float64{100.1, 1.0 / 3, 7, 9}, []float64{0.0017, 0.0025, 1, 1}); err != nil {
		t.Fatal(err)
	}
	want := "bond,a,b,length (m),stiffness (N/m),width (mm)\n1,10,20,0.016,100.1,1.7\n2,20,35,0.024,0.3333333333333333,2.5\n3,10,35,0.04,,\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	nodes := &NodeTable{Dim: 1, Pos: n.Pos, Numbers: n.NodeNumbers}
	if _, err := ReadBonds(&out, nodes, Options{Length: "mm"}); err == nil /* the header counts */ || !strings.Contains(err.Error(), "the header says m, and the unit of the table is given as mm") {
		t.Error(err)
	}
	b, err := ReadBonds(strings.NewReader(want), nodes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(b.Stiffness, []float64{100.1, 1.0 / 3, 0}) || !slices.Equal(b.Width, []float64{0.0017, 0.0025, 0}) || b.Elements[1].Nodes != [2]int{1, 2} {
		t.Errorf("%+v", b)
	}
	if err := n.WriteBondTable(full{}, make([]float64, 4), nil); !errors.Is(err, errFull) {
		t.Errorf("a full disk gives %v", err)
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
	f.Add("sep=;\nNode;X (mm)\n10;1,5\n20;2\n")
	f.Add("# x y\n0 1\n2 3\n")
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
	f.Add("id;von;nach;k (N/mm);width;l0\n7;0;1;2,5;;1\n5;1;2;1;3;1\n", 3)
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
	if !errors.As(err, &e) || e.Cause == "" || e.Line < 0 || len(err.Error()) > 900 {
		t.Fatalf("error %v", err)
	}
}

// A column that looks like stiffnesses and is not called so is told of; others are not.
func TestColumnsLikeStiffness(t *testing.T) {
	nodes, err := ReadNodes(strings.NewReader("x,y\n0,0\n1,0\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for header, told := range map[string]bool{"kappa": true, "spring_k": true, "Steifigkeit": true, "axial stiffn.": true, "c (N/mm)": true, "colour": false, "keys": false, "force (N)": false, "area": false} {
		b, err := ReadBonds(strings.NewReader("a,b,"+header+"\n1,2,5\n"), nodes, Options{})
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		if said := strings.Contains(strings.Join(b.Notes, "; "), "call it `stiffness`"); said != told {
			t.Errorf("%s: %q", header, b.Notes)
		}
	}
}

// A coordinate without a unit beside one with a unit is not read as metres.
func TestUnitOfOneCoordinateAlone(t *testing.T) {
	const nodes = "node,x (mm),y\n1,0,0\n2,10,10\n"
	if _, err := ReadNodes(strings.NewReader(nodes), Options{}); err == nil || !strings.Contains(err.Error(), "column y: another coordinate has a unit, and this one has none") {
		t.Error(err)
	}
	if n, err := ReadNodes(strings.NewReader(nodes), Options{Length: "mm"}); err != nil || n.Pos[3] != 0.01 {
		t.Errorf("%+v, %v", n, err)
	}
}
