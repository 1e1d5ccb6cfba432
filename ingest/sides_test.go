package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/ingest"
)

// square is a unit square of two triangles, as meshing programs save it: with the lines around it, of which one has a name.
const (
	square = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n2\n1 1 \"bottom\"\n2 1 \"plate\"\n$EndPhysicalNames\n$Nodes\n5\n1 0 0 0\n2 1 0 0\n3 1 1 0\n4 0 1 0\n5 2 2 0\n$EndNodes\n" +
		"$Elements\n%d\n1 1 2 1 1 1 2\n2 1 2 0 2 2 3\n3 1 2 0 3 3 4\n4 1 2 0 4 4 1\n5 2 2 1 1 1 2 3\n6 2 2 1 1 1 3 4\n%s$EndElements\n"
	squareDeck = "*NODE\n1, 0., 0.\n2, 1., 0.\n3, 1., 1.\n4, 0., 1.\n5, 2., 2.\n*ELEMENT, type=B31H, ELSET=Line1\n1, 1, 2\n2, 2, 3\n%s*ELEMENT, type=%s, ELSET=Surface1\n5, 1, 2, 3\n6, 1, 3, 4\n*ELSET, ELSET=bottom\n1.0\n*ELSET, ELSET=plate, GENERATE\n5, 6, 1\n"
	squareMesh = `{"dtype": "compas.datastructures/Mesh", "data": {"vertex": {"1": {"x": 0, "y": 0, "z": 0}, "2": {"x": 1, "y": 0, "z": 0}, "3": {"x": 1, "y": 1, "z": 0}, "4": {"x": 0, "y": 1, "z": 0}, "5": {"x": 2, "y": 2, "z": 0}}, "face": {"0": [1, 2, 3], "1": [1, 3, 4]}, %s}}`
)

// A meshed square has the edges of its faces as bonds, once, whatever lines are saved beside them; their names are sets.
func TestMeshedSquare(t *testing.T) {
	edges := [][2]int{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {2, 3}}
	beam := append(slices.Clone(edges), [2]int{2, 4})
	for name, c := range map[string]struct {
		file, text string
		bonds      [][2]int
		bottom     []int // the set of the edge; nil: none
		notes      []string
	}{
		"gmsh":            {"a.msh", fmt.Sprintf(square, 6, ""), edges, []int{0, 1}, []string{"faces and bodies of the file (2 of them) are bonds, each once", "lines along such edges (4)"}},
		"gmsh, with more": {"a.msh", fmt.Sprintf(square, 7, "7 1 2 0 5 3 5\n"), beam, []int{0, 1}, []string{"its other lines (1) are bonds too"}},
		"deck":            {"a.inp", fmt.Sprintf(squareDeck, "", "S3R"), edges, []int{0, 1}, []string{"lines along such edges (2)"}},
		"deck of meshio":  {"a.inp", fmt.Sprintf(squareDeck, "7, 3, 5\n", "R3D3"), beam, []int{0, 1}, []string{"its other lines (1)"}},
		"compas":          {"a.json", fmt.Sprintf(squareMesh, `"edgedata": {"1-2": {"stiffness": 7}}`), edges, nil, []string{"lines along such edges (1)"}},
		"compas, cells":   {"a.json", fmt.Sprintf(squareMesh, `"edge": {"3": {"5": {}}}`), beam, nil, []string{"its other lines (1)"}},
	} {
		n, err := ingest.Read(ingest.Input{Name: c.file, Data: []byte(c.text)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := joined(n); !slices.Equal(got, c.bonds) || n.Nodes.Dim != 2 {
			t.Errorf("%s: bonds %v, want %v", name, got, c.bonds)
		}
		for set, want := range map[string][]int{"bottom": c.bottom, "plate": {0, 1, 2, 3}} {
			if at := slices.IndexFunc(n.Sets, func(s ingest.Set) bool { return s.Name == set }); c.bottom != nil && (at < 0 || !slices.Equal(n.Sets[at].Nodes, want)) {
				t.Errorf("%s: set %s of %v, want %v", name, set, n.Sets, want)
			}
		}
		notes := strings.Join(n.Notes, "|")
		for _, want := range c.notes {
			if !strings.Contains(notes, want) {
				t.Errorf("%s: no note %q in %q", name, want, notes)
			}
		}
		if strings.Contains(notes, "twice") {
			t.Errorf("%s: an edge of two faces alarms: %q", name, notes)
		}
		if k := n.Bonds.Stiffness; name == "compas" && (k == nil || k[0] != 7) {
			t.Errorf("%s: the stiffness of an edge is lost: %v", name, k)
		}
	}
}

func joined(n *ingest.Network) (list [][2]int) {
	for _, el := range n.Bonds.Elements {
		list = append(list, [2]int{min(el.Nodes[0], el.Nodes[1]), max(el.Nodes[0], el.Nodes[1])})
	}
	slices.SortFunc(list, func(a, b [2]int) int { return 10*(a[0]-b[0]) + a[1] - b[1] })
	return list
}

// A truss of lines stays one, groups of one number in two dimensions stay apart, and a geometry whose faces were not saved is told.
func TestLinesAlone(t *testing.T) {
	mesh := fmt.Sprintf(square, 6, "")
	truss := strings.NewReplacer("$Elements\n6\n", "$Elements\n4\n", "5 2 2 1 1 1 2 3\n6 2 2 1 1 1 3 4\n", "").Replace(mesh)
	bare := strings.NewReplacer("$PhysicalNames\n2\n1 1 \"bottom\"\n2 1 \"plate\"\n$EndPhysicalNames\n", "").Replace(mesh)
	surface := strings.Replace(strings.Replace(msh41, "0 1 1 0\n", "0 1 1 0\n", 1), "2 2 1 2\n1 5 1 1\n1 1 2\n2 1 2 1\n2 1 2 3\n", "1 1 1 1\n1 5 1 1\n1 1 2\n", 1)
	for name, c := range map[string]struct {
		text  string
		bonds int
		sets  []string
		note  string // "" for none of faces
	}{
		"truss":   {truss, 4, []string{"bottom"}, ""},
		"bare":    {bare, 5, []string{"curve group 1", "surface group 1"}, "are bonds, each once"},
		"unsaved": {surface, 1, []string{"wall"}, "the file has 1 surfaces without faces, so its lines alone are bonds"},
	} {
		n, err := ingest.Read(ingest.Input{Name: "a.msh", Data: []byte(c.text)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var sets []string
		for _, s := range n.Sets {
			sets = append(sets, s.Name)
		}
		notes := strings.Join(n.Notes, "|")
		if len(n.Bonds.Elements) != c.bonds || !slices.Equal(sets, c.sets) || !strings.Contains(notes, c.note) || c.note == "" && strings.Contains(notes, "faces") {
			t.Errorf("%s: %d bonds, %q, %q", name, len(n.Bonds.Elements), sets, notes)
		}
	}
}

// Elements of several points that this house writes are no faces.
func TestOwnElements(t *testing.T) {
	text := fmt.Sprintf(square, 6, "")
	text += "$ElementData\n1\n\"kind (1 bar, 2 fold)\"\n1\n0\n3\n0\n1\n6\n1 1\n2 1\n3 1\n4 1\n5 2\n6 2\n$EndElementData\n"
	n, err := ingest.Read(ingest.Input{Name: "a.msh", Data: []byte(text)})
	if err != nil || len(n.Bonds.Elements) != 4 || !strings.Contains(strings.Join(n.Notes, "|"), "of other elements than linear springs") {
		t.Errorf("%+v, %v", n, err)
	}
}

// Faces of drawings: two 3DFACEs, of which one is a triangle whose line to the other is invisible, and a polyface mesh of the same square.
func TestDrawnFaces(t *testing.T) {
	const head, foot = "0\nSECTION\n2\nENTITIES\n", "0\nENDSEC\n0\nEOF\n"
	face := func(flags int, corners ...string) string {
		text := fmt.Sprintf("0\n3DFACE\n8\nplate\n70\n%d\n", flags)
		for i, c := range corners {
			x, y, _ := strings.Cut(c, " ")
			text += fmt.Sprintf("1%[1]d\n%[2]s\n2%[1]d\n%[3]s\n3%[1]d\n0\n", i, x, y)
		}
		return text
	}
	mesh := "0\nPOLYLINE\n8\nplate\n66\n1\n70\n64\n71\n4\n72\n2\n10\n0\n20\n0\n30\n0\n"
	for _, c := range []string{"0 0", "1 0", "1 1", "0 1"} {
		x, y, _ := strings.Cut(c, " ")
		mesh += fmt.Sprintf("0\nVERTEX\n8\nplate\n70\n192\n10\n%s\n20\n%s\n30\n0\n", x, y)
	}
	record := func(corners string) string {
		return "0\nVERTEX\n8\nplate\n70\n128\n10\n0\n20\n0\n30\n0\n" + corners
	}
	line := "0\nLINE\n8\nbottom\n10\n0\n20\n0\n11\n1\n21\n0\n"
	edges := [][2]int{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {2, 3}}
	around := [][2]int{{0, 1}, {0, 3}, {1, 2}, {2, 3}}
	for name, c := range map[string]struct {
		text  string
		bonds [][2]int
	}{
		"faces":           {line + face(0, "0 0", "1 0", "1 1", "1 1") + face(0, "0 0", "1 1", "0 1", "0 1"), edges},
		"invisible edges": {line + face(4, "0 0", "1 0", "1 1", "1 1") + face(1, "0 0", "1 1", "0 1", "0 1"), edges},
		"one face":        {line + face(0, "0 0", "1 0", "1 1", "0 1"), around},
		"polyface":        {line + mesh + record("71\n1\n72\n2\n73\n3\n") + record("71\n1\n72\n3\n73\n4\n") + "0\nSEQEND\n", edges},
		"invisible":       {line + mesh + record("71\n1\n72\n2\n73\n-3\n") + record("71\n-1\n72\n3\n73\n4\n") + "0\nSEQEND\n", around},
	} {
		n, err := ingest.Read(ingest.Input{Name: "a.dxf", Data: []byte(head + c.text + foot)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if name == "invisible edges" { // 1-3 is hidden in the second face, and drawn by the first: its fourth corner stands for it
			if !strings.Contains(strings.Join(n.Notes, "|"), "invisible") {
				t.Errorf("%s: %q", name, n.Notes)
			}
		}
		bottom := slices.IndexFunc(n.Sets, func(s ingest.Set) bool { return s.Name == "bottom" && slices.Equal(s.Nodes, []int{0, 1}) })
		if got := joined(n); !slices.Equal(got, c.bonds) || n.Nodes.Dim != 2 || bottom < 0 || strings.Contains(strings.Join(n.Notes, "|"), "twice") {
			t.Errorf("%s: bonds %v of %v, want %v; %v, %q", name, got, n.Nodes.Pos, c.bonds, n.Sets, n.Notes)
		}
	}
	if _, err := ingest.Read(ingest.Input{Name: "a.dxf", Data: []byte(head + mesh + record("71\n1\n72\n2\n73\n9\n") + "0\nSEQEND\n" + foot)}); err == nil || !strings.Contains(err.Error(), "has corner 9, and there are 4") {
		t.Error(err)
	}
}

// Triangulations of arrays are meshes, with or without the lines around them; four nodes in space are not guessed.
func TestFacesOfArrays(t *testing.T) {
	pos := npz.Array{Name: "p", Shape: []int{4, 2}, Data: []float64{0, 0, 1, 0, 1, 1, 0, 1}}
	space := npz.Array{Name: "p", Shape: []int{4, 3}, Data: []float64{0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 1}}
	square, around := [][2]int{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {2, 3}}, [][2]int{{0, 1}, {0, 3}, {1, 2}, {2, 3}}
	two := func(name string) npz.Array { return npz.Int32s(name, []int32{0, 1, 2, 0, 2, 3}, 2, 3) }
	edges := npz.Int32s("edges", []int32{0, 1, 1, 2, 2, 3, 3, 0}, 4, 2)
	for name, c := range map[string]struct {
		arrays []npz.Array
		bonds  [][2]int
	}{
		"triangles":     {[]npz.Array{pos, two("t")}, square},
		"with edges":    {[]npz.Array{pos, edges, two("triangles")}, square},
		"loosely named": {[]npz.Array{pos, edges, two("t")}, around},
		"quads":         {[]npz.Array{pos, npz.Int32s("elements", []int32{0, 1, 2, 3}, 1, 4)}, around},
		"tetrahedra":    {[]npz.Array{space, npz.Int32s("tetra", []int32{0, 1, 2, 3}, 1, 4)}, append(slices.Clone(square[:4]), [2]int{1, 3}, [2]int{2, 3})},
	} {
		n, err := ingest.Read(ingest.Input{Name: "a.npz", Data: zipped(t, c.arrays...)})
		if err != nil || !slices.Equal(joined(n), c.bonds) {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
	}
	if _, err := ingest.Read(ingest.Input{Name: "a.npz", Data: zipped(t, space, npz.Int32s("elements", []int32{0, 1, 2, 3}, 1, 4))}); err == nil || !strings.Contains(err.Error(), "may be quadrangles or tetrahedra; call it `quads` or `tetrahedra`") {
		t.Error(err)
	}
	if _, err := ingest.Read(ingest.Input{Name: "a.npz", Data: zipped(t, pos, npz.Int32s("tri", []int32{0, 1, 9}, 1, 3))}); err == nil || !strings.Contains(err.Error(), "`tri`, row 1: node 9 does not exist") {
		t.Error(err)
	}
}
