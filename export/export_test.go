package export_test

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/spec"
)

// build makes the experiment of an example, or of a text.
func build(t testing.TB, name, text string) *experiment.Experiment {
	t.Helper()
	if text == "" {
		bytes, ok := examples.Text(name)
		if !ok {
			t.Fatalf("there is no example %s", name)
		}
		text = string(bytes)
	}
	file, err := spec.Parse(name+".yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join("..", "examples", name)) }, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// input is all there is of an experiment at its start, under its first cases.
func input(t testing.TB, x *experiment.Experiment, cases int) *export.Input {
	t.Helper()
	v := experiment.View{Gradient: true, Matrix: true, Samples: true}
	for i := range min(cases, x.Train.N) {
		v.Cases = append(v.Cases, i)
	}
	s, err := x.Snapshot(v)
	if err != nil {
		t.Fatal(err)
	}
	return &export.Input{Snapshot: s, Source: "a test", File: "test.data", Name: "test", Scale: math.NaN()}
}

// written is a file of a format.
func written(t testing.TB, format string, in *export.Input) []byte {
	t.Helper()
	f, ok := export.Named(format)
	if !ok {
		t.Fatalf("there is no format %s", format)
	}
	var b bytes.Buffer
	if err := f.Write(&b, in); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.Bytes()
}

// kinds are examples with every kind of element and network.
var kinds = []string{"behaviour", "iris", "frame", "frame3d", "angles", "fold", "flow", "cell", "geometry", "rest-length", "truss3d", "chain", "xor"}

// Every format writes every kind of network, twice the same, and ends with the error of its writer wherever that fails.
func TestFormatsTakeEveryNetwork(t *testing.T) {
	for _, name := range kinds {
		in := input(t, build(t, name, ""), 2)
		for i := range export.Formats {
			f := &export.Formats[i]
			if refused := f.Fits(in); refused != nil {
				continue
			}
			first, second := files(t, f, in, -1), files(t, f, in, -1)
			size := 0
			for file, text := range first {
				if size += len(text); !bytes.Equal(text, second[file]) {
					t.Errorf("%s as %s: two files differ", name, f.Name)
				}
			}
			if size == 0 {
				t.Errorf("%s as %s: nothing was written", name, f.Name)
			}
			if len(in.Elements) > 40 {
				continue // a full disk is the same for all
			}
			for _, most := range []int{0, 10, size / 2, size - 1} {
				files(t, f, in, most)
			}
		}
	}
}

// files are all files of a format by their endings; with most not below zero a disk takes so many bytes.
func files(t *testing.T, f *export.Format, in *export.Input, most int) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	left := most
	create := func(ending string, content func(io.Writer) error) error {
		var b bytes.Buffer
		var w io.Writer = &b
		if most >= 0 {
			w = &full{&left}
		}
		err := content(w)
		all[ending] = b.Bytes()
		return err
	}
	var err error
	if f.Write != nil {
		err = create("", func(w io.Writer) error { return f.Write(w, in) })
	} else {
		err = f.WriteAll(create, in)
	}
	if most < 0 && err != nil || most >= 0 && (err == nil || !strings.Contains(err.Error(), "the disk is full")) {
		t.Errorf("%s with room for %d bytes: %v", f.Name, most, err)
	}
	return all
}

// full is a disk that has so many bytes left.
type full struct{ left *int }

func (f *full) Write(b []byte) (int, error) {
	if *f.left -= len(b); *f.left < 0 {
		return 0, fmt.Errorf("the disk is full")
	}
	return len(b), nil
}

// The list of formats is whole: names and endings are there once, and each says what it is.
func TestFormats(t *testing.T) {
	seen := map[string]bool{}
	for i := range export.Formats {
		f := &export.Formats[i]
		if f.Name == "" || f.Holds == "" || f.Opens == "" || (f.Write == nil) == (f.WriteAll == nil) || seen[f.Name] || f.Ending != "" && seen[f.Ending] {
			t.Errorf("format %d, %q, is not whole, or there twice", i+1, f.Name)
		}
		seen[f.Name], seen[f.Ending] = true, true
		if got, ok := export.For("x/Y" + strings.ToUpper(f.Ending)); f.Ending != "" && (!ok || got.Name != f.Name) {
			t.Errorf("%s does not say the format %s", f.Ending, f.Name)
		}
	}
}

// arraysOf reads a .npz file.
func arraysOf(t *testing.T, text []byte) map[string]npz.Array {
	t.Helper()
	list, err := npz.Read(bytes.NewReader(text), int64(len(text)), npz.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]npz.Array{}
	for _, a := range list {
		all[a.Name] = a
	}
	return all
}

// What is in a .npz file is in balance: C^T t is the load at every component that may move, and C u the deformation.
func TestArraysAreInBalance(t *testing.T) {
	for _, name := range []string{"behaviour", "iris", "truss3d", "frame", "frame3d", "angles", "flow", "cell"} {
		in := input(t, build(t, name, ""), 3)
		all := arraysOf(t, written(t, "npz", in))
		row, column, value := all["C_row"].Data.([]int32), all["C_column"].Data.([]int32), all["C_value"].Data.([]float64)
		node, word, words := all["C_column_node"].Data.([]int32), all["C_column_component"].Data.([]int32), all["components"].Data.([]string)
		e := all["deformation"]
		if e.Data == nil {
			e = all["elongation"]
		}
		d, modes, n := in.Drawn.Dim, in.Modes, in.Drawn.Nodes()
		for k := range in.Cases {
			force, got := all["force"].Data.([]float64)[k*modes:], make([]float64, modes)
			balance, size := make([]float64, len(node)), 0.0
			for i := range row {
				c := column[i]
				balance[c] += value[i] * force[row[i]]
				size = max(size, math.Abs(force[row[i]]))
				got[row[i]] += value[i] * at(in, all, k, int(node[c])-1, words[word[c]-1])
			}
			worst, most := 0.0, 0.0
			for m := range got {
				if in.Finite {
					break
				}
				worst, most = max(worst, math.Abs(got[m]-e.Data.([]float64)[k*modes+m])), max(most, math.Abs(got[m]))
			}
			if worst > 1e-11*most {
				t.Errorf("%s, case %d: C u differs from the deformations by %g of %g", name, k+1, worst, most)
			}
			load := all["load"].Data.([]float64)[k*n*d:]
			for c, f := range balance {
				axis := strings.Index("xyz", words[word[c]-1])
				if node[c] == 0 || axis < 0 || in.Finite {
					continue
				}
				if f -= load[(int(node[c])-1)*d+axis]; math.Abs(f) > 1e-11*size {
					t.Errorf("%s, case %d: node %d is out of balance by %g N along %s", name, k+1, node[c], f, words[word[c]-1])
				}
			}
		}
	}
}

// at is the value of a component in a case.
func at(in *export.Input, all map[string]npz.Array, k, node int, component string) float64 {
	of := func(name string, i, parts int) float64 {
		return all[name].Data.([]float64)[k*len(all[name].Data.([]float64))/len(in.Cases)+i*parts]
	}
	d := in.Drawn.Dim
	switch {
	case node < 0:
		return of("strain", strings.Index("exx eyy gxy", component)/4, 1)
	case component == "potential":
		return of("potential", node, 1)
	case len(component) == 1:
		return of("displacement", node*d+strings.Index("xyz", component), 1)
	case d == 2:
		return of("rotation", node, 1)
	}
	return of("rotation", 3*node+strings.Index("xyz", component[len(component)-1:]), 1)
}

// vtu is a .vtu file read back: arrays by section and name.
func vtu(t *testing.T, text []byte) (points, cells int, arrays map[string][]float64) {
	t.Helper()
	begin := bytes.Index(text, []byte("<AppendedData encoding=\"raw\">\n_"))
	end := bytes.LastIndex(text, []byte("\n</AppendedData>"))
	if begin < 0 || end < 0 {
		t.Fatal("no appended data")
	}
	data := text[begin+len("<AppendedData encoding=\"raw\">\n_") : end]
	d := xml.NewDecoder(io.MultiReader(bytes.NewReader(text[:begin]), strings.NewReader("</VTKFile>")))
	arrays = map[string][]float64{}
	section, used := "", 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		el, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		a := map[string]string{}
		for _, attr := range el.Attr {
			a[attr.Name.Local] = attr.Value
		}
		number := func(name string) int {
			n, err := strconv.Atoi(a[name])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		switch el.Name.Local {
		case "Piece":
			points, cells = number("NumberOfPoints"), number("NumberOfCells")
		case "PointData", "CellData", "Points", "Cells":
			section = el.Name.Local
		case "DataArray":
			at := data[number("offset"):]
			size := int(binary.LittleEndian.Uint64(at))
			at, used = at[8:8+size], used+8+size
			var list []float64
			for len(at) > 0 {
				switch a["type"] {
				case "Float64":
					list, at = append(list, math.Float64frombits(binary.LittleEndian.Uint64(at))), at[8:]
				case "Int64":
					list, at = append(list, float64(int64(binary.LittleEndian.Uint64(at)))), at[8:]
				case "Int32":
					list, at = append(list, float64(int32(binary.LittleEndian.Uint32(at)))), at[4:]
				default:
					list, at = append(list, float64(at[0])), at[1:]
				}
			}
			rows := map[string]int{"PointData": points, "Points": points, "CellData": cells}[section]
			if section != "Cells" && len(list) != rows*number("NumberOfComponents") {
				t.Errorf("array %s has %d numbers for %d rows", a["Name"], len(list), rows)
			}
			arrays[section+"/"+a["Name"]] = list
		}
	}
	if used != len(data) {
		t.Errorf("%d bytes of arrays, and %d bytes of data", used, len(data))
	}
	return points, cells, arrays
}

// A .vtu file has every number of the state in its place, images of a cell too: a bond is as much longer as its ends go apart.
func TestVTU(t *testing.T) {
	for _, name := range kinds {
		in := input(t, build(t, name, ""), 1)
		points, cells, a := vtu(t, written(t, "vtu", in))
		if points < in.Drawn.Nodes() || cells != len(in.Elements) {
			t.Errorf("%s: %d points and %d cells of %d nodes and %d elements", name, points, cells, in.Drawn.Nodes(), len(in.Elements))
		}
		x, u := a["Points/Points"], a["PointData/displacement"]
		first, compared := 0, 0
		for i := range in.Elements {
			el := &in.Elements[i]
			ends := a["Cells/connectivity"][first:int(a["Cells/offsets"][i])]
			first += len(ends)
			if want := map[int]float64{1: 1, 2: 3, 3: 21, 4: 9}[len(el.Nodes)]; a["Cells/types"][i] != want || len(ends) != len(el.Nodes) {
				t.Errorf("%s: cell %d of %d nodes has type %g and %d points", name, i+1, len(el.Nodes), a["Cells/types"][i], len(ends))
			}
			if el.Kind != "bar" && el.Kind != "beam" && el.Kind != "beam3d" || in.Finite {
				continue
			}
			p, q := 3*int(ends[0]), 3*int(ends[1])
			long, e := 0.0, 0.0
			for axis := range 3 {
				long = math.Hypot(long, x[q+axis]-x[p+axis])
			}
			for axis := range 3 {
				e += (u[q+axis] - u[p+axis]) * (x[q+axis] - x[p+axis]) / long
			}
			want := in.Cases[0].Deformation[el.Mode]
			if got := a["CellData/elongation"][i]; got != want || math.Abs(e-want) > 1e-9*(math.Abs(want)+1e-6) {
				t.Errorf("%s: %s %d is longer by %g by its ends and %g as written, want %g", name, el.Kind, el.Number, e, got, want)
			}
			if a["CellData/force"][i] != in.Cases[0].Force[el.Mode] {
				t.Errorf("%s: %s %d has another force", name, el.Kind, el.Number)
			}
			compared++
		}
		if compared == 0 && !strings.Contains("flow fold rest-length xor", name) {
			t.Errorf("%s: no element was compared", name)
		}
	}
}

// A bond that is cut is no cell, and the others keep their numbers.
func TestVTULeavesOutWhatIsCut(t *testing.T) {
	in := input(t, build(t, "behaviour", ""), 1)
	whole := snapshot.Snapshot(*in.Snapshot)
	whole.Elements = append([]snapshot.Element(nil), whole.Elements...)
	whole.Elements[4].Cut = true
	in.Snapshot = &whole
	_, cells, a := vtu(t, written(t, "vtu", in))
	if cells != 27 || a["CellData/number"][3] != 4 || a["CellData/number"][4] != 6 {
		t.Errorf("%d cells with numbers %v", cells, a["CellData/number"])
	}
	f, _ := export.Named("vtu")
	if text := f.Missing(in); len(text) != 1 || !strings.Contains(text[0], "1 bond that is cut") {
		t.Errorf("said %q", text)
	}
}
