package ingest_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/ingest"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/spec"
)

// One triangle of one, as several programs write it, and two or three of its details.
const (
	lammpsFile = `LAMMPS data file, units = si

3 atoms
3 bonds
2 atom types
2 bond types

-2 4 xlo xhi
-2 4 ylo yhi
-0.5 0.5 zlo zhi

Masses

1 1.0
2 1.0 # wall

Bond Coeffs # harmonic

1 5 1
2 10 1.118033988749895

Atoms # bond

3 1 1 0.5 1 0 0 0 0
1 1 2 0 0 0 0 0 0
2 1 2 1 0 0 0 0 0

Velocities

1 0 0 0

Bonds

1 1 1 2
2 2 2 3
3 2 1 3
`
	msh22 = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n2\n0 7 \"wall\"\n1 8 \"bonds of it\"\n$EndPhysicalNames\n$Comments\nx\n$EndComments\n$Nodes\n4\n1 0 0 0\n2 1 0 0\n3 0.5 1 0\n4 9 9 0\n$EndNodes\n" +
		"$Elements\n5\n1 15 2 7 1 1\n2 15 2 7 2 2\n3 1 2 8 3 1 2\n4 1 2 8 3 2 3\n5 1 2 8 3 1 3\n$EndElements\n"
	msh41 = "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$PhysicalNames\n1\n1 2 \"wall\"\n$EndPhysicalNames\n$Entities\n0 1 1 0\n5 0 0 0 1 0 0 1 2 0\n1 0 0 0 1 1 0 0 0\n$EndEntities\n" +
		"$Nodes\n2 3 1 3\n1 5 0 2\n1\n2\n0 0 0\n1 0 0\n2 1 0 1\n3\n0.5 1 0\n$EndNodes\n$Elements\n2 2 1 2\n1 5 1 1\n1 1 2\n2 1 2 1\n2 1 2 3\n$EndElements\n"
	mshFaces   = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n3\n1 0 0 0\n2 1 0 0\n3 0.5 1 0\n$EndNodes\n$Elements\n1\n1 2 2 0 1 1 2 3\n$EndElements\n"
	compasFile = `{"dtype": "compas.datastructures/Network", "data": {"dna": {"x": 0.0, "y": 0.0, "z": 0.0}, "dea": {"q": 0.0}, "node": {"0": {"x": 0, "is_support": true}, "1": {"x": 1.0, "y": 0.0, "is_support": true}, "2": {"x": 0.5, "y": 1.0, "z": 0.0, "is_support": false}}, "edge": {"0": {"1": {"q": 1.5}, "2": {}}, "1": {"2": {}}}, "max_node": 2}}`
	compasMesh = `{"vertex": {"0": {"x": 0, "y": 0, "z": 0}, "1": {"x": 1, "y": 0, "z": 0}, "2": {"x": 0.5, "y": 1, "z": 0}}, "face": {"0": [0, 1, 2]}}`
	nodeLink   = `{"directed": false, "nodes": [{"id": "a", "x": 0, "y": 0}, {"id": "b", "pos": [1, 0]}, {"id": "c", "pos": [0.5, 1.0]}], "links": [{"source": "a", "target": "b", "k": 10, "weight": 3}, {"source": "b", "target": "c"}, {"source": "a", "target": "c", "rest_length": 1.2}]}`
	graphFile  = `<?xml version='1.0' encoding='utf-8'?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="d2" for="edge" attr.name="stiffness" attr.type="double"/><key id="d0" for="node" attr.name="x" attr.type="double"/><key id="d1" for="node" attr.name="y" attr.type="double"/><key id="d3" for="node" attr.name="wall" attr.type="boolean"/>` +
		`<graph edgedefault="undirected"><node id="0"><data key="d0">0.0</data><data key="d1">0</data><data key="d3">true</data></node><node id="1"><data key="d0">1</data><data key="d1">0</data><data key="d3">True</data></node><node id="2"><data key="d0">0.5</data><data key="d1">1</data></node>` +
		`<edge source="0" target="1"><data key="d2">10</data></edge><edge source="1" target="2"><data key="d2">20</data></edge><edge source="0" target="2"/></graph></graphml>`
	springable = "PARAMETERS\n# half a side\n  h, 1/2\n  k, 5.0, [1;2.5;4]\nNODES\n0, 0.0, 0.0, 1, 1\n1, 2*h, 0, 0, 1\n2, h, (3-1)*h**1, 0, 0\nSPRINGS\n0-1, 2*k\n1-2, k, 1.2\n0-2, BEZIER(u_i=[1;2]; f_i=[1;2])\nANGULAR SPRINGS\n0-1-2, 3\nLOADING\n2, Y, -1.0\n"
	enmFile    = "3\n0 0\n1 0\n0.5 1\n3\n1 2 10 1\n2 3 20 1.25\n1 3 20 1.118\n"
	dxfFile    = "999\nmade by hand\n0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n6\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nLINE\n8\nwall\n10\n0\n20\n0\n30\n0\n11\n1\n21\n0\n31\n0\n0\nLWPOLYLINE\n8\nrest\n90\n3\n70\n0\n10\n1.0000000001\n20\n0\n10\n0.5\n20\n1\n10\n0\n20\n0\n0\nLINE\n8\nwall\n10\n1\n20\n0\n11\n0\n21\n0\n0\nCIRCLE\n8\nrest\n10\n0\n20\n0\n40\n1\n0\nENDSEC\n0\nEOF\n"
	inpFile    = "*HEADING\ntriangle\n*Node, nset=all\n1, 0., 0.\n2, 1., 0., 0.\n3, 0.5, 1., 0.\n*Element, type=T2D2, elset=b\n1, 1, 2\n2, 2, 3\n*Element, type=SPRINGA, elset=s\n3, 1, 3\n*Element, type=CPS3\n4, 1, 2, 3\n*Nset, nset=wall\n1, 2,\n*Spring, elset=s\n\n20.,\n*Boundary\nwall, 1, 2\n"
)

func TestFormats(t *testing.T) {
	wall := []int{0, 1}
	for name, c := range map[string]struct {
		file, text, format string
		k                  []float64
		set                string
		notes              []string
		numbers            []int
	}{
		"lammps":        {"a.data", lammpsFile, "lammps", []float64{10, 20, 20}, "wall", []string{"all nodes lie in the plane z = 0"}, nil},
		"gmsh 2.2":      {"a.msh", msh22, "msh", nil, "wall", []string{"nodes without bonds are left out: 1 of 4", "the file says no unit of length"}, nil},
		"gmsh faces":    {"a.msh", mshFaces, "msh", nil, "", []string{"the edges of the faces and bodies of the file (1 of them) are bonds, each once"}, nil},
		"compas":        {"a.json", compasFile, "compas", nil, "is_support", []string{"the nodes count from 0", "attributes of edges not read: `q`"}, nil},
		"a mesh":        {"a.json", compasMesh, "compas", nil, "", []string{"the edges of the faces and bodies of the file (1 of them) are bonds"}, nil},
		"node-link":     {"a.json", nodeLink, "node-link", []float64{10, 0, 0}, "", []string{"the nodes have names", "attributes of links not read: `weight`"}, nil},
		"lists":         {"a.json", `{"nodes": [[0, 0], [1, 0], [0.5, 1]], "edges": [[0, 1], [1, 2], [0, 2]]}`, "node-link", nil, "", []string{"the nodes count from 0"}, nil},
		"lists of 1":    {"a.json", `{"nodes": [[0, 0], [1, 0], [0.5, 1]], "edges": [[1, 2], [2, 3], [1, 3]]}`, "node-link", nil, "", nil, nil},
		"named nodes":   {"a.json", `{"nodes": {"0": {"x": 0, "y": 0, "wall": true}, "1": {"x": 1, "y": 0, "wall": true}, "2": {"x": 0.5, "y": 1}}, "edges": [[0, 1, {"k": 10}], [1, 2], ["0", 2]]}`, "node-link", []float64{10, 0, 0}, "wall", []string{"the nodes count from 0"}, nil},
		"named links":   {"a.json", `{"node": {"0": [0, 0], "1": [1, 0], "2": [0.5, 1]}, "edges": {"0": {"source": 0, "target": 1}, "1": {"source": "1", "target": 2}, "2": {"source": 0, "target": 2}}}`, "compas", nil, "", nil, nil},
		"links by node": {"a.json", `{"nodes": {"0": [0, 0], "1": [1, 0], "2": [0.5, 1]}, "edges": {"0": {"1": {"k": 10}, "2": {}}, "1": {"2": {}}}}`, "node-link", []float64{10, 0, 0}, "", nil, nil},
		"listed faces":  {"a.json", `{"vertices": [[0, 0], [1, 0], [0.5, 1]], "faces": [[0, 1, 2]]}`, "node-link", nil, "", []string{"the edges of the faces"}, nil},
		"with a mark":   {"a.json", "\ufeff" + compasMesh, "compas", nil, "", nil, nil},
		"UTF-16":        {"a.txt", "\xff\xfe" + wide(enmFile), "enm", []float64{10, 20, 20}, "", nil, nil},
		"CR":            {"a.txt", strings.ReplaceAll(enmFile, "\n", "\r"), "enm", []float64{10, 20, 20}, "", nil, nil},
		"z of rounding": {"a.msh", strings.Replace(msh22, "2 1 0 0", "2 1 0 1e-12", 1), "msh", nil, "wall", []string{"all nodes lie in the plane z = 0"}, nil},
		"graphml":       {"a.graphml", graphFile, "graphml", []float64{10, 20, 0}, "wall", []string{"the nodes count from 0"}, nil},
		"springable":    {"a.csv", springable, "springable", []float64{10, 5, 0}, "fixed y", []string{"1 springs have a curve", "`ANGULAR SPRINGS`, `LOADING` not read"}, nil},
		"enm":           {"a.txt", enmFile, "enm", []float64{10, 20, 20}, "", nil, nil},
		"enm from 0":    {"a.dat", strings.NewReplacer("1 2 10", "0 1 10", "2 3 20", "1 2 20", "1 3 20", "0 2 20").Replace(enmFile), "enm", []float64{10, 20, 20}, "", []string{"the bonds count the nodes from 0"}, nil},
		"dxf":           {"a.dxf", dxfFile, "dxf", nil, "wall", []string{"1 bonds are drawn twice", "`CIRCLE` not read"}, nil},
		"inp":           {"a.inp", inpFile, "inp", []float64{0, 0, 20}, "fixed x", []string{"its lines along such edges (3) are no second bonds"}, nil},
		"gaps":          {"a.txt", strings.ReplaceAll(enmFile, "\n", "\r\n"), "enm", []float64{10, 20, 20}, "", nil, nil},
		"by words":      {"a.lattice", lammpsFile, "lammps", []float64{10, 20, 20}, "type 2", nil, nil},
		"numbers":       {"a.data", strings.NewReplacer("3 1 1 0.5", "35 1 1 0.5", "2 1 2 1 0", "20 1 2 1 0", "1 1 2 0", "10 1 2 0", "1 1 1 2", "1 1 10 20", "2 2 2 3", "2 2 20 35", "3 2 1 3", "3 2 10 35").Replace(lammpsFile), "lammps", []float64{10, 20, 20}, "wall", []string{"they are kept: 10, 20, 35"}, []int{10, 20, 35}},
	} {
		n, err := ingest.Read(ingest.Input{Name: c.file, Data: []byte(c.text)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		joined := [][2]int{}
		for _, el := range n.Bonds.Elements {
			joined = append(joined, [2]int{min(el.Nodes[0], el.Nodes[1]), max(el.Nodes[0], el.Nodes[1])})
		}
		slices.SortFunc(joined, func(a, b [2]int) int { return 10*(a[0]-b[0]) + a[1] - b[1] })
		if n.Format != c.format || n.Nodes.Dim != 2 || !slices.Equal(n.Nodes.Pos, []float64{0, 0, 1, 0, 0.5, 1}) || !slices.Equal(joined, [][2]int{{0, 1}, {0, 2}, {1, 2}}) || !slices.Equal(n.Nodes.Numbers, c.numbers) {
			t.Errorf("%s: %s, %+v, bonds %v", name, n.Format, n.Nodes, joined)
		}
		if !slices.EqualFunc(n.Bonds.Stiffness, c.k, func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*b }) {
			t.Errorf("%s: stiffnesses %v, want %v", name, n.Bonds.Stiffness, c.k)
		}
		if c.set != "" && !slices.ContainsFunc(n.Sets, func(s ingest.Set) bool { return s.Name == c.set && slices.Equal(s.Nodes, wall) }) {
			t.Errorf("%s: no set %s of the first two nodes: %v", name, c.set, n.Sets)
		}
		for _, want := range c.notes {
			if !strings.Contains(strings.Join(n.Notes, "|"), want) {
				t.Errorf("%s: no note %q in %q", name, want, n.Notes)
			}
		}
	}
	n, err := ingest.Read(ingest.Input{Name: "a.msh", Data: []byte(msh41), Length: "mm"})
	if err != nil || !slices.Equal(n.Nodes.Pos, []float64{0, 0, 0.001, 0, 0.0005, 0.001}) || len(n.Bonds.Elements) != 3 || len(n.Sets) != 1 || n.Sets[0].Name != "wall" || !slices.Equal(n.Sets[0].Nodes, wall) {
		t.Errorf("gmsh 4.1: %+v, %v", n, err)
	}
}

func wide(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.WriteByte(c)
		b.WriteByte(0)
	}
	return b.String()
}

// Rest lengths are kept where they are others than the distances of the nodes, with the place of the first.
func TestRestLengths(t *testing.T) {
	n, err := ingest.Read(ingest.Input{Name: "a.txt", Data: []byte(enmFile), Length: "mm", Springs: "N/mm"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(n.Bonds.Rest, []float64{0.001, 0.00125, 0.001118}, near) || n.Bonds.Stressed == nil || !strings.Contains(n.Bonds.Stressed.Error(), "line 7: the rest length of the bond between nodes 2 and 3 is 0.00125 m, and they are 0.00111803 m apart") {
		t.Errorf("%v, %v", n.Bonds.Rest, n.Bonds.Stressed)
	}
	if !slices.EqualFunc(n.Bonds.Stiffness, []float64{1e4, 2e4, 2e4}, near) {
		t.Errorf("%v", n.Bonds.Stiffness)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Abs(b) }

// The units of a file are those that it says; nothing is read in a unit that nobody said.
func TestUnits(t *testing.T) {
	lammps := func(units string) string { return strings.Replace(lammpsFile, "units = si", units, 1) }
	for name, c := range map[string]struct {
		file, text, length, springs string
		x, k                        float64 // of the second node and the first bond; 0: none
		note                        string
	}{
		"real":                  {"a.data", lammps("units = real"), "", "", 1e-10, 10 * 0.6947695456, ""},
		"metal":                 {"a.data", lammps("units = metal"), "Å", "", 1e-10, 160.2176634, ""},
		"micro":                 {"a.data", lammps("units = micro"), "", "", 1e-6, 1e-2, ""},
		"none":                  {"a.data", lammps("version 5"), "mm", "", 1e-3, 0, "the file says no unit of stiffness, so the bonds start as `bonds` says"},
		"none, stiffness known": {"a.data", lammps("version 5"), "mm", "N/mm", 1e-3, 1e4, ""},
		"lj":                    {"a.data", lammps("units = lj"), "mm", "N/m", 1e-3, 10, ""},
		"dxf in inches":         {"a.dxf", strings.Replace(dxfFile, "70\n6\n0\nENDSEC", "70\n1\n0\nENDSEC", 1), "", "", 0.0254, 0, ""},
		"dxf, after a name":     {"a.dxf", strings.Replace(dxfFile, "9\n$INSUNITS\n70\n6\n", "9\n$DIMPOST\n2\nSTANDARD\n9\n$INSUNITS\n70\n4\n", 1), "", "", 0.001, 0, ""},
		"dxf without":           {"a.dxf", strings.Replace(dxfFile, "70\n6\n0\nENDSEC", "70\n0\n0\nENDSEC", 1), "cm", "", 0.01, 0, ""},
	} {
		n, err := ingest.Read(ingest.Input{Name: c.file, Data: []byte(c.text), Length: c.length, Springs: c.springs})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if math.Abs(n.Nodes.Pos[2]-c.x) > 1e-12*c.x || (c.k == 0) != (n.Bonds.Stiffness == nil) || c.k > 0 && math.Abs(n.Bonds.Stiffness[0]-c.k) > 1e-9*c.k || !strings.Contains(strings.Join(n.Notes, "|"), c.note) {
			t.Errorf("%s: %v, %v, %q", name, n.Nodes.Pos, n.Bonds.Stiffness, n.Notes)
		}
	}
	for name, c := range map[string]struct{ file, text, length, springs, want string }{
		"other length":    {"a.data", lammpsFile, "mm", "", "line 1: the file says that its lengths are those of LAMMPS units si, and `unit` says mm"},
		"other stiffness": {"a.data", lammpsFile, "", "N/mm", "the file says that its stiffnesses are in LAMMPS units si"},
		"not said":        {"a.data", strings.Replace(lammpsFile, "LAMMPS data file, units = si", "LAMMPS Description", 1), "", "", "line 1: the file does not say its units, which LAMMPS has in its input script; write `unit: mm`"},
		"lj":              {"a.data", lammps("units = lj"), "", "", "line 1: the units are `lj`, which are none; write `unit: mm`"},
		"dxf":             {"a.dxf", dxfFile, "mm", "", "line 10: the file says that its lengths are m ($INSUNITS), and `unit` says mm"},
		"unknown":         {"a.msh", msh22, "parsec", "", `"parsec" is no unit of length`},
		"no stiffness":    {"a.txt", enmFile, "", "N", `"N" is no unit of stiffness`},
	} {
		if _, err := ingest.Read(ingest.Input{Name: c.file, Data: []byte(c.text), Length: c.length, Springs: c.springs}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// A square whose bonds go round a periodic box.
func TestPeriodicBox(t *testing.T) {
	text := "box, units = si\n\n2 atoms\n2 bonds\n1 atom types\n1 bond types\n\n0 2 xlo xhi\n0 1 ylo yhi\n-1 1 zlo zhi\n\nAtoms # bond\n\n1 1 1 0.5 0.25 0\n2 1 1 1.75 0.55 0\n\nBonds\n\n1 1 1 2\n2 1 1 2\n"
	if _, err := ingest.Read(ingest.Input{Name: "a.data", Data: []byte(text)}); err == nil || !strings.Contains(err.Error(), "line 19: the bond between nodes 1 and 2 spans more than half the box along x: it goes to an image in a periodic box, or the box is too small; if it is periodic, write `vectors: [[2 m, 0 m], [0 m, 1 m]]`") {
		t.Error(err)
	}
	text = strings.Replace(text, "2 bonds", "1 bonds", 1)
	text = strings.TrimSuffix(text, "2 1 1 2\n")
	n, err := ingest.Read(ingest.Input{Name: "a.data", Data: []byte(text), Cell: [][]float64{{2, 0}, {0, 1}}})
	if err != nil || n.Bonds.Elements[0] != (network.Element{Nodes: [2]int{0, 1}, Shift: [3]int{-1, 0}}) {
		t.Errorf("%+v, %v", n, err)
	}
}

// A cell of nine atoms with bonds to the right, up and along one diagonal is the triangular lattice without end, whatever leaves its box.
func TestPeriodicCell(t *testing.T) {
	text := "cell, units = si\n\n9 atoms\n27 bonds\n1 atom types\n1 bond types\n\n0 3 xlo xhi\n0 3 ylo yhi\n-1 1 zlo zhi\n\nAtoms # bond\n\n"
	for i := range 9 {
		text += fmt.Sprintf("%d 1 1 %d %d 0\n", i+1, i%3, i/3)
	}
	text += "\nBonds\n\n"
	number := 0
	for i := range 9 {
		for _, to := range [][2]int{{1, 0}, {0, 1}, {1, 1}} {
			number++
			text += fmt.Sprintf("%d 1 %d %d\n", number, i+1, (i%3+to[0])%3+3*((i/3+to[1])%3)+1)
		}
	}
	const cell = "elastrain: 1\nnetwork: {file: a.data, vectors: [[3 m, 0 m], [0 m, 3 m]]}\nbonds: {stiffness: 1..3 N/m}\nsupports: {pinned: [1]}\ntask: {kind: behaviour, cases: [{push: [{exx: 0.1 %}], want: [{eyy: -0.1 %}]}]}\n"
	file, err := spec.Parse("a.yaml", []byte(cell))
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, func(string) ([]byte, error) { return []byte(text), nil }, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range x.Network.Elements {
		if got, want := x.Network.BondLength(i), []float64{1, 1, math.Sqrt2}[i%3]; math.Abs(got-want) > 1e-12 {
			t.Errorf("bond %d is %g m long, want %g", i+1, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"a.xyz", "3\nframe\nC 0 0 0\n", "no format known here has such a name or begins so; known are files that end in .data"},
		{"a.csv", "x,y\n0,0\n", "the name ends in .csv, and the file is not such a file of springable; name tables of nodes and bonds under `nodes` and `bonds`"},
		{"a.data", strings.Replace(lammpsFile, "3 2 1 3\n", "", 1), "line 4: its head says 3 bonds, and there are 2 up to the end of the file, on line 35; the file is cut off"},
		{"a.data", lammpsFile[:strings.Index(lammpsFile, "Velocities")], "line 4: its head says 3 bonds, and there are 0 up to the end of the file"},
		{"a.json", `{"nodes": {"0": [0, 0], "1": [1, 0]}, "edges": [[0, 7]]}`, "link 1: node 7 does not exist"},
		{"a.data", strings.Replace(lammpsFile, "3 2 1 3\n", "3 2 1 9\n", 1), "line 36: node 9 does not exist"},
		{"a.data", strings.Replace(lammpsFile, "3 2 1 3\n", "3 2 2 1\n", 1), "line 36: a second bond joins nodes 2 and 1, as line 34 does; remove one of them"},
		{"a.data", strings.Replace(lammpsFile, "3 2 1 3\n", "3 2 3 3\n", 1), "line 36: the bond joins node 3 to itself"},
		{"a.data", strings.Replace(lammpsFile, "2 1 2 1 0", "2 1 2 1,5 0", 1), `line 26, column 4: "1,5" is not a number; write a decimal point`},
		{"a.data", strings.Replace(lammpsFile, "2 1 2 1 0", "1 1 2 1 0", 1), "line 26: node 1 was given before on line 25"},
		{"a.data", strings.Replace(lammpsFile, "Atoms # bond", "Atoms # dpd", 1), "atoms of style dpd are not known here"},
		{"a.data", strings.Replace(lammpsFile, "1 5 1\n", "1 -5 1\n", 1), "line 19: a stiffness of -10"},
		{"a.data", strings.Replace(lammpsFile, "1 5 1\n", "1 5 0\n", 1), "line 19: a rest length of 0; a rest length is larger than zero"},
		{"a.csv", strings.Replace(springable, "1-2, k, 1.2", "1-2, k, -1.2", 1), "line 11: a rest length of -1.2"},
		{"a.txt", strings.Replace(enmFile, "20 1.25", "20 0", 1), "line 7: a rest length of 0"},
		{"a.msh", strings.Replace(msh22, "2.2 0 8", "4.0 0 8", 1), "line 2: this is version 4.0 of the format; versions 2.2 and 4.1 are read"},
		{"a.msh", msh22[:len(msh22)-30], "cut off"},
		{"a.msh", strings.Replace(msh22, "3 1 2 8 3 1 2", "3 1 2 8 3 1 77", 1), "node 77 does not exist"},
		{"a.json", compasFile[:200], "it is no JSON"},
		{"a.json", strings.Replace(compasFile, `"x": 1.0`, `"x": "1"`, 1), "`x` is no number; write it without quotes"},
		{"a.json", strings.Replace(nodeLink, `"k": 10`, `"k": -1`, 1), "`k` is no number above zero"},
		{"a.json", strings.Replace(nodeLink, `"x": 0,`, ``, 1), "node a has no place"},
		{"a.graphml", strings.Replace(graphFile, `<data key="d0">1</data>`, "", 1), "node 1 has no place: no attribute x"},
		{"a.graphml", graphFile[:len(graphFile)-12], "it is no XML"},
		{"a.graphml", strings.Replace(graphFile, `target="2"/>`, `target="3"/>`, 1), "node 3 does not exist"},
		{"a.csv", strings.Replace(springable, "2*k", "2*kk", 1), `line 10, column 2: "kk" is neither a number nor a parameter`},
		{"a.csv", strings.Replace(springable, "h, 1/2", "h, 1/0", 1), "is no finite number"},
		{"a.txt", strings.Replace(enmFile, "3\n1 2", "4\n1 2", 1), "line 8: the file ends after 3 of 4 bonds; it is cut off"},
		{"a.txt", enmFile + "9 9\n", "something follows the 3 bonds"},
		{"a.txt", strings.Replace(enmFile, "1 0\n", "1\n", 1), "line 3: a node with 1 coordinates"},
		{"a.dxf", strings.Replace(dxfFile, "0\nEOF\n", "", 1), "the file ends without EOF"},
		{"a.dxf", strings.Replace(dxfFile, "11\n1\n21\n0\n31\n0\n", "11\n0\n21\n0\n31\n0\n", 1), "a line without length"},
		{"a.inp", "*NODE\n1, 0., 0.\n2, 1., 0.\n", "the deck has 2 nodes and no trusses, beams, springs, shells or solids"},
		{"a.inp", strings.Replace(inpFile, "*Node, nset=all", "*Part\n*Instance, name=a\n*Node", 1), "*INSTANCE is not read; write a flat deck"},
		{"a.npz", "PK\x03\x04", "is this a .npz file?"},
		{"a.mat", "MATLAB 5.0 MAT-file", "this is no MAT file of version 5"},
		{"a.mat", "\x89HDF\r\n", "version 7.3, which is HDF5; save it with"},
		{"a.msh", "", "the file is empty"},
	} {
		n, err := ingest.Read(ingest.Input{Name: c.file, Data: []byte(c.text)})
		var bad *ingest.Error
		if n != nil || !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.file, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for i, text := range []string{lammpsFile, msh22, msh41, mshFaces, compasFile, compasMesh, nodeLink, graphFile, springable, enmFile, dxfFile, inpFile} {
		f.Add([]string{"a.data", "a.msh", "a.msh", "a.msh", "a.json", "a.json", "a.json", "a.graphml", "a.csv", "a.txt", "a.dxf", "a.inp"}[i], []byte(text))
	}
	f.Add("a.mat", []byte("MATLAB 5.0 MAT-file"+strings.Repeat(" ", 107)+"IM\x0e\x00\x00\x00\x10\x00\x00\x00\x06\x00\x00\x00\x08\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		n, err := ingest.Read(ingest.Input{Name: name, Data: data, Cell: nil})
		if (n == nil) != (err != nil) {
			t.Fatal("a network and an error, or neither")
		}
		if err != nil {
			var bad *ingest.Error
			if !errors.As(err, &bad) || bad.Cause == "" || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Fatalf("%q", err)
			}
			return
		}
		nodes := len(n.Nodes.Pos) / n.Nodes.Dim
		for _, v := range n.Nodes.Pos {
			if v-v != 0 {
				t.Fatalf("a coordinate of %g", v)
			}
		}
		for i, el := range n.Bonds.Elements {
			if el.Nodes[0] < 0 || el.Nodes[0] >= nodes || el.Nodes[1] < 0 || el.Nodes[1] >= nodes {
				t.Fatalf("bond %d: %v of %d nodes", i, el.Nodes, nodes)
			}
		}
		for _, s := range n.Sets {
			for _, node := range s.Nodes {
				if node < 0 || node >= nodes {
					t.Fatalf("set %s: %d of %d nodes", s.Name, node, nodes)
				}
			}
		}
	})
}

func Example() {
	n, err := ingest.Read(ingest.Input{Name: "lattice.msh", Length: "mm", Data: []byte("$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n3\n1 0 0 0\n2 16 0 0\n3 8 14 0\n$EndNodes\n$Elements\n3\n1 1 0 1 2\n2 1 0 2 3\n3 1 0 1 3\n$EndElements\n")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Format, n.Nodes.Pos, len(n.Bonds.Elements), "bonds")
	for _, note := range n.Notes {
		fmt.Println(note)
	}
	// Output:
	// msh [0 0 0.016 0 0.008 0.014] 3 bonds
	// all nodes lie in the plane z = 0, so the network is plane
}
