package export_test

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/export"
	"github.com/elastrain/elastrain/snapshot"
)

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// section is the lines of a file from one that begins so to the next empty one or another that begins so.
func section(text []byte, begin, end string) []string {
	_, rest, _ := strings.Cut(string(text), "\n"+begin)
	_, rest, _ = strings.Cut(rest, "\n")
	rest, _, _ = strings.Cut(rest, end)
	return strings.Split(strings.TrimSpace(rest), "\n")
}

// A graph has every node and bond with its numbers.
func TestGraphML(t *testing.T) {
	in := input(t, build(t, "behaviour", ""), 1)
	type data struct {
		Key  string `xml:"key,attr"`
		Text string `xml:",chardata"`
	}
	var doc struct {
		Keys []struct {
			ID   string `xml:"id,attr"`
			Name string `xml:"attr.name,attr"`
		} `xml:"key"`
		Graph struct {
			Nodes []struct {
				ID   string `xml:"id,attr"`
				Data []data `xml:"data"`
			} `xml:"node"`
			Edges []struct {
				Source string `xml:"source,attr"`
				Target string `xml:"target,attr"`
				Data   []data `xml:"data"`
			} `xml:"edge"`
		} `xml:"graph"`
	}
	if err := xml.Unmarshal(written(t, "graphml", in), &doc); err != nil {
		t.Fatal(err)
	}
	of := func(list []data, name string) string {
		for _, k := range doc.Keys {
			for _, d := range list {
				if k.Name == name && d.Key == k.ID {
					return d.Text
				}
			}
		}
		return ""
	}
	if len(doc.Graph.Nodes) != 14 || len(doc.Graph.Edges) != 28 {
		t.Fatalf("%d nodes, %d edges", len(doc.Graph.Nodes), len(doc.Graph.Edges))
	}
	node, c := doc.Graph.Nodes[10], &in.Cases[0]
	if node.ID != "11" || of(node.Data, "input") != "node 11" || number(t, of(node.Data, "displacement_y")) != c.Displacement[21] || of(node.Data, "held_x") != "false" {
		t.Errorf("node 11: %+v", node)
	}
	edge, el := doc.Graph.Edges[17], in.Elements[17]
	if edge.Source != fmt.Sprint(el.Nodes[0]+1) || edge.Target != fmt.Sprint(el.Nodes[1]+1) || number(t, of(edge.Data, "stiffness")) != in.Theta[17] || number(t, of(edge.Data, "force")) != c.Force[17] {
		t.Errorf("bond 18: %+v", edge)
	}
}

// The morph target of a .glb file is the displacement, magnified as it says.
func TestGLB(t *testing.T) {
	in := input(t, build(t, "truss3d", ""), 1)
	for _, scale := range []float64{1, math.NaN()} {
		in.Scale = scale
		text := written(t, "glb", in)
		if int(binary.LittleEndian.Uint32(text[8:])) != len(text) || string(text[:4]) != "glTF" {
			t.Fatal("no header")
		}
		size := int(binary.LittleEndian.Uint32(text[12:]))
		var doc struct {
			Accessors   []struct{ BufferView, Count int }
			BufferViews []struct{ ByteOffset, ByteLength int }
			Meshes      []struct {
				Primitives []struct {
					Attributes struct{ POSITION int }
					Targets    []struct{ POSITION int }
				}
				Extras struct{ Magnification float64 }
			}
		}
		if err := json.Unmarshal(text[20:20+size], &doc); err != nil {
			t.Fatal(err)
		}
		floats := func(accessor int) (list []float32) {
			at := doc.BufferViews[doc.Accessors[accessor].BufferView]
			b := text[28+size+at.ByteOffset:][:at.ByteLength]
			for ; len(b) > 0; b = b[4:] {
				list = append(list, math.Float32frombits(binary.LittleEndian.Uint32(b)))
			}
			return list
		}
		p, by := doc.Meshes[0].Primitives[0], doc.Meshes[0].Extras.Magnification
		x, u := floats(p.Attributes.POSITION), floats(p.Targets[0].POSITION)
		if len(x) != 6*len(in.Elements) || len(u) != len(x) || scale == 1 && by != 1 {
			t.Fatalf("%d and %d numbers of %d lines, magnified %g", len(x), len(u), len(in.Elements), by)
		}
		most := 0.0
		for i := range in.Elements {
			for end, node := range in.Elements[i].Nodes {
				far := 0.0
				for axis := range 3 {
					at := 6*i + 3*end + axis
					if want := by * in.Cases[0].Displacement[3*node+axis]; x[at] != float32(in.Drawn.At(node)[axis]) || u[at] != float32(want) {
						t.Fatalf("bond %d, end %d, axis %d: at %g, moves %g, want %g", i+1, end+1, axis, x[at], u[at], want)
					}
					far = math.Hypot(far, float64(u[at]))
				}
				most = max(most, far)
			}
		}
		lo, hi := in.Drawn.Bounds()
		across := math.Hypot(math.Hypot(hi[0]-lo[0], hi[1]-lo[1]), hi[2]-lo[2])
		if scale != 1 && math.Abs(most-across/10) > 1e-6*across {
			t.Errorf("the largest displacement is drawn as %g, want a tenth of %g", most, across)
		}
	}
}

// A .msh file has the values of every state at every node.
func TestMSH(t *testing.T) {
	in := input(t, build(t, "iris", ""), 3)
	text := written(t, "msh", in)
	blocks := strings.Split(string(text), "$NodeData\n1\n\"displacement (m)\"\n")[1:]
	if len(blocks) != 3 {
		t.Fatalf("%d states of displacements", len(blocks))
	}
	for step, block := range blocks {
		lines := strings.Split(block, "\n")
		if strings.Join(lines[:6], " ") != fmt.Sprintf("1 %d 3 %d 3 14", step, step) {
			t.Fatalf("step %d begins with %q", step, lines[:6])
		}
		for node, line := range lines[6 : 6+14] {
			cells := strings.Fields(line)
			if got := number(t, cells[1]); cells[0] != strconv.Itoa(node+1) || got != in.Cases[step].Displacement[2*node] {
				t.Errorf("step %d, node %d: %q, want %g", step, node+1, line, in.Cases[step].Displacement[2*node])
			}
		}
	}
	elements := section(text, "$Elements", "$EndElements")
	if len(elements) != 29 || elements[28] != fmt.Sprintf("28 1 2 1 1 %d %d", in.Elements[27].Nodes[0]+1, in.Elements[27].Nodes[1]+1) {
		t.Errorf("elements end with %q", elements[len(elements)-1])
	}
}

// A deck has the springs, supports and loads, every number in a field that CalculiX reads.
func TestInp(t *testing.T) {
	in := input(t, build(t, "behaviour", ""), 1)
	text := string(written(t, "inp", in))
	for line := range strings.Lines(text) {
		for _, cell := range strings.Split(strings.TrimSpace(line), ",") {
			if cell = strings.TrimSpace(cell); strings.Contains(cell, "e") && !strings.HasPrefix(line, "*") && (len(cell) > 20 || !strings.Contains(cell, ".")) {
				t.Errorf("CalculiX does not read %q", cell)
			}
		}
	}
	for _, want := range []string{"*ELEMENT, TYPE=SPRINGA, ELSET=E1\n1, 2, 1\n*SPRING, ELSET=E1\n\n1.375000000000e+02,\n", "\n1, 1, 1\n1, 2, 2\n1, 3, 3\n2, 3, 3\n", "*CLOAD, OP=NEW\n11, 2, -4.900000000000e-02\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the deck lacks %q", want)
		}
	}
	if n := strings.Count(text, "TYPE=SPRINGA"); n != 28 {
		t.Errorf("%d springs", n)
	}
	f, _ := export.Named("inp")
	for name, want := range map[string]string{"frame": "no beam", "cell": "no beam", "large-deformation": "moves far", "hardening": "law hardening", "flow": "no pipe"} {
		if err := f.Fits(input(t, build(t, name, ""), 1)); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "; ") {
			t.Errorf("%s: %v, want %q and a way out", name, err, want)
		}
	}
}

// LAMMPS has half of every stiffness and the length as built; its angles are degrees.
func TestLAMMPS(t *testing.T) {
	f, _ := export.Named("lammps")
	in := input(t, build(t, "angles", ""), 1)
	text := files(t, f, in, -1)[""]
	bonds, angles := section(text, "Bond Coeffs", "\n\n\n"), section(text, "Angle Coeffs", "\n\n\n")
	checked := 0
	for i := range in.Elements {
		el := &in.Elements[i]
		switch el.Kind {
		case "bar":
			cells := strings.Fields(bonds[i])
			if k, l := number(t, cells[1]), number(t, cells[2]); k != in.Theta[el.Theta]/2 || math.Abs(l-in.Drawn.BondLength(i)) > 1e-15 {
				t.Errorf("bond %d: %q", el.Number, bonds[i])
			}
			checked++
		case "angle":
			cells := strings.Fields(angles[el.Number-1])
			degrees := number(t, cells[2])
			if k := number(t, cells[1]); k != in.Theta[el.Theta]/2 || math.Abs(degrees-60*math.Round(degrees/60)) > 1e-9 || degrees < 59 {
				t.Errorf("angle %d: %q", el.Number, angles[el.Number-1])
			}
			checked++
		}
	}
	if checked != len(in.Elements) {
		t.Errorf("%d of %d elements are there", checked, len(in.Elements))
	}
	if err := f.Fits(input(t, build(t, "cell", ""), 1)); err == nil {
		t.Error("a periodic cell was taken")
	}
	list := f.Missing(input(t, build(t, "hardening", ""), 1))
	if err := f.Fits(input(t, build(t, "hardening", ""), 1)); err == nil && len(list) == 0 {
		t.Error("nothing is said of bonds that harden")
	}
}

// Tables read back to the same bits, with units in their headers and an empty cell where there is no number.
func TestTables(t *testing.T) {
	f, _ := export.Named("csv")
	in := input(t, build(t, "frame", ""), 1)
	in.Theta[3] = 0.1 + 0.2
	all := map[string][][]string{}
	for name, text := range files(t, f, in, -1) {
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = rows
	}
	cell := func(table string, row int, column string) string {
		for i, name := range all[table][0] {
			if name == column {
				return all[table][row][i]
			}
		}
		t.Fatalf("%s has no column %q, only %q", table, column, all[table][0])
		return ""
	}
	if got := number(t, cell("-elements.csv", 4, "width (m)")); got != in.Theta[3] {
		t.Errorf("width of beam 4 is %g", got)
	}
	c := &in.Cases[0]
	for node := range in.Drawn.Nodes() {
		if number(t, cell("-states-of-nodes.csv", node+1, "displacement_y (m)")) != c.Displacement[2*node+1] || number(t, cell("-states-of-nodes.csv", node+1, "rotation_z (rad)")) != c.Turns[node] {
			t.Errorf("node %d: %q", node+1, all["-states-of-nodes.csv"][node+1])
		}
	}
	if number(t, cell("-states-of-elements.csv", 1, "moment_of_symmetric_bending (N m)")) != c.Force[1] {
		t.Errorf("moment of beam 1: %q", all["-states-of-elements.csv"][1])
	}
	mixed := input(t, build(t, "angles", ""), 1)
	mixed.History = snapshot.History{Epochs: []int{0, 5}, Theta: append(append([]float64(nil), mixed.Theta...), mixed.Theta...), Scores: []snapshot.Score{{Epoch: 0, Loss: 2, TestLoss: math.NaN()}}}
	tables := files(t, f, mixed, -1)
	if n := strings.Count(string(tables["-history.csv"]), "\n5,"); n != len(mixed.Theta) {
		t.Errorf("%d parameters at epoch 5", n)
	}
	if !strings.HasPrefix(string(tables["-scores.csv"]), "epoch,steps,loss,train_accuracy,train_error,test_loss,") || !strings.Contains(string(tables["-scores.csv"]), "\n0,0,2,0,0,,") {
		t.Errorf("scores: %q", tables["-scores.csv"])
	}
	if !strings.Contains(string(tables["-states-of-elements.csv"]), "\ntraining,1,angle,1,,") {
		t.Error("an angle has an elongation")
	}
}
