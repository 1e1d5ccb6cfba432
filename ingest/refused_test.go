package ingest_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/ingest"
)

// zipped are arrays as a file of NumPy.
func zipped(t *testing.T, arrays ...npz.Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npz.Write(&b, arrays); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func places(n int) npz.Array {
	pos := []float64{0, 0, 1, 0, 0.5, 1, 3, 3, 4, 4}
	return npz.Array{Name: "positions", Shape: []int{n, 2}, Data: pos[:2*n]}
}

// What may be meant in two ways, or would be read in part, is refused and not guessed.
func TestNotGuessed(t *testing.T) {
	ends := npz.Int32s("elements", []int32{1, 2, 2, 3, 1, 3}, 3, 2)
	k := func(v ...float64) npz.Array { return npz.Array{Name: "stiffness", Shape: []int{len(v)}, Data: v} }
	twice := npz.Int32s("elements", []int32{1, 2, 2, 3, 2, 1}, 3, 2)
	corner := strings.Replace(compasMesh, "[0, 1, 2]", "[0, 1, null]", 1)
	for _, c := range []struct{ file, text, want string }{
		{"a.npz", string(zipped(t, places(5), ends)), "the bonds name nodes 1 to 3 of 5, so they may count from 0 or from 1; leave out the nodes without bonds"},
		{"a.npz", string(zipped(t, places(3), ends, k(1, 2))), "`stiffness` is 2, and there are 3 bonds"},
		{"a.npz", string(zipped(t, places(3), ends, npz.Array{Name: "k", Shape: []int{3}, Data: []string{"a", "b", "c"}})), "`k` is no array of real numbers"},
		{"a.npz", string(zipped(t, places(3), twice)), "a second bond joins nodes 2 and 1; remove one of them"},
		{"a.mat", "\x00\x00\x00\x00\x03\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00P\x00", "this is a MAT file of version 4; save it with"},
		{"a.txt", "5\n0 0\n1 0\n0.5 1\n3 3\n4 4\n3\n1 2\n2 3\n1 3\n", "may count from 0 or from 1"},
		{"a.json", `{"nodes": [[0, 0], [1, 0], [0.5, 1], [3, 3], [4, 4]], "links": [[1, 2], [2, 3], [1, 3]]}`, "may count from 0 or from 1"},
		{"a.json", `{"nodes": [[0, 0], [1], [0.5, 1]], "links": [[1, 2], [2, 3], [1, 3]]}`, "node 2 has 1 coordinates, and the node before it 2; give every node all of its coordinates"},
		{"a.json", `{"nodes": [{"id": 1, "x": 0, "y": 0}, {"id": 2, "x": 1}], "links": [{"source": 1, "target": 2}]}`, "node 2 has 1 coordinates"},
		{"a.json", `{"nodes": [{"id": 1, "pos": [0, 0]}, {"id": 2, "pos": []}], "links": [{"source": 1, "target": 2}]}`, "node 2 has no place"},
		{"a.json", `{"nodes": [{"id": 1, "x": 0, "y": 0}], "adjacency": [[]]}`, "another form of a graph in JSON"},
		{"a.json", corner, "has a corner that is no node"},
		{"a.graphml", strings.Replace(graphFile, `<data key="d1">0</data>`, "", 1), "coordinates, and the node before it"},
		{"a.data", strings.Replace(lammpsFile, "Atoms # bond", "Atoms # atomic", 1), "an atom of 9 words; those of style atomic have 5, or with their images 8"},
	} {
		n, err := ingest.Read(ingest.Input{Name: c.file, Data: []byte(c.text)})
		var bad *ingest.Error
		if n != nil || !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.file, err, c.want)
		}
	}
}

// What is there and not read is told; what a file declares for all is taken.
func TestToldOrTaken(t *testing.T) {
	read := func(name, text string) *ingest.Network {
		t.Helper()
		n, err := ingest.Read(ingest.Input{Name: name, Data: []byte(text)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	both := read("a.msh", strings.Replace(strings.Replace(msh22, "$Elements\n5\n", "$Elements\n6\n", 1), "$EndElements", "6 2 2 8 3 1 2 3\n$EndElements", 1))
	if notes := strings.Join(both.Notes, "\n"); !strings.Contains(notes, "its lines along such edges (3) are no second bonds") {
		t.Error(notes)
	}
	own := read("a.npz", string(zipped(t, places(3), npz.Int32s("elements", []int32{1, 2, 2, 3, 1, 3}, 3, 2), npz.Array{Name: "held", Shape: []int{3, 2}, Data: make([]uint8, 6)},
		npz.Array{Name: "cut", Shape: []int{3}, Data: make([]uint8, 3)}, npz.Array{Name: "theta", Shape: []int{3}, Data: []float64{1, 2, 3}})))
	if notes := strings.Join(own.Notes, "\n"); !strings.Contains(notes, "of other elements than linear springs") {
		t.Error(notes)
	}
	graph := func(head, edge string) *ingest.Network {
		return read("a.graphml", `<graphml>`+head+`<key id="x" for="node" attr.name="x" attr.type="double"/><key id="y" for="node" attr.name="y" attr.type="double"><default>0</default></key>
<key id="k" for="edge" attr.name="stiffness" attr.type="double"><default>7</default></key><key id="w" for="edge" attr.name="kind" attr.type="string"/>
<graph><node id="1"><data key="x">0</data></node><node id="2"><data key="x">1</data></node><node id="3"><data key="x">0</data><data key="y">1</data></node>
<edge source="1" target="2"/><edge source="2" target="3"><data key="k">9</data>`+edge+`</edge></graph></graphml>`)
	}
	if n := graph("", ""); n.Bonds.Stiffness == nil || n.Bonds.Stiffness[0] != 7 || n.Bonds.Stiffness[1] != 9 || n.Nodes.Dim != 2 {
		t.Errorf("%+v", n.Bonds)
	}
	if notes := strings.Join(graph("<!-- SI units -->", `<data key="w">beam</data>`).Notes, "\n"); !strings.Contains(notes, "of other elements than linear springs: `beam`") {
		t.Error(notes)
	}
}

// Decks whose nodes stand in other coordinates or are made by cards that are not read would be other lattices.
func TestDecksThatSayMore(t *testing.T) {
	for from, to := range map[string][2]string{
		"*Node, nset=all":            {"*Node, nset=all, system=C", "line 3: nodes in cylindrical or spherical coordinates are not read; write x, y and z"},
		"*Nset, nset=wall":           {"*NGEN, nset=wall", "*NGEN makes or moves nodes and elements, and is not read"},
		"1, 1, 2\n":                  {"1, 1, 2, 3\n", "line 8: an element of type T2D2 with 3 nodes; it has two"},
		"2, 2, 3\n*Element, type=SP": {"2, 2\n*Element, type=SP", "line 9: an element of 1 nodes; the line is cut off"},
	} {
		if !strings.Contains(inpFile, from) {
			t.Fatalf("no %q", from)
		}
		n, err := ingest.Read(ingest.Input{Name: "a.inp", Data: []byte(strings.Replace(inpFile, from, to[0], 1))})
		var bad *ingest.Error
		if n != nil || !errors.As(err, &bad) || !strings.Contains(err.Error(), to[1]) {
			t.Errorf("%s: %v", to[0], err)
		}
	}
	n, err := ingest.Read(ingest.Input{Name: "a.inp", Data: []byte(strings.Replace(inpFile, "*Spring, elset=s", "*Spring, elset=other", 1))})
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(n.Notes, "\n"); !strings.Contains(notes, "no element is in the set \"other\" of *SPRING") {
		t.Error(notes)
	}
}

// A periodic cell is none without its vectors; with them bonds go where the file says.
func TestCellsKeepTheirImages(t *testing.T) {
	graph := `<graphml><!-- SI units --><key id="x" for="node" attr.name="x" attr.type="double"/><key id="y" for="node" attr.name="y" attr.type="double"/><key id="s" for="edge" attr.name="shift_1" attr.type="int"/>
<graph><node id="1"><data key="x">0</data><data key="y">0</data></node><node id="2"><data key="x">1</data><data key="y">0</data></node><node id="3"><data key="x">0</data><data key="y">1</data></node>
<edge source="1" target="2"><data key="s">0</data></edge><edge source="2" target="1"><data key="s">1</data></edge><edge source="1" target="3"><data key="s">0</data></edge></graph></graphml>`
	arrays := string(zipped(t, places(3), npz.Int32s("elements", []int32{1, 2, 2, 3, 1, 3}, 3, 2), npz.Array{Name: "held", Shape: []int{3, 2}, Data: make([]uint8, 6)},
		npz.Array{Name: "cut", Shape: []int{3}, Data: make([]uint8, 3)}, npz.Array{Name: "strain", Shape: []int{1, 3}, Data: []float64{1, 2, 3}}))
	for name, text := range map[string]string{"a.graphml": graph, "a.npz": arrays} {
		if n, err := ingest.Read(ingest.Input{Name: name, Data: []byte(text)}); err == nil || !strings.Contains(err.Error(), "of a periodic cell and does not hold its vectors") {
			t.Errorf("%s: %v, %v", name, n, err)
		}
	}
	n, err := ingest.Read(ingest.Input{Name: "a.graphml", Data: []byte(graph), Cell: [][]float64{{2, 0}, {0, 2}}})
	if err != nil || n.Bonds.Elements[1].Shift != [3]int{1} || n.Bonds.Elements[0].Shift != [3]int{} {
		t.Errorf("%+v, %v", n, err)
	}
}
