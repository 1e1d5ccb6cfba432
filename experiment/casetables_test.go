package experiment

import (
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// Loads and targets of a table are those that the file could list, and so is what is resolved.
func TestCaseTables(t *testing.T) {
	const head = "elastrain: 1\nnetwork: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}\nbonds: {stiffness: 100..170 N/m}\nsupports: {pinned: [1, 5]}\ntask:\n  kind: behaviour\n  cases:\n"
	const listed = head + "    - {push: [{node: 13, along: y, force: -49 mN}, {node: 11, along: x, force: 5.5 mN}], want: [{node: 14, along: y, move: -0.5 mm}, {node: 12, along: x, move: 0 mm}, {node: 12, along: y, move: -0.2 mm}]}\n" +
		"    - {push: [{node: 14, along: x, force: 10 mN}], want: [{node: 13, along: x, move: 0.3 mm}, {node: 12, along: -x, move: 0.1 mm}]}\n"
	const tables = head + "    - {loads: loads.csv, targets: targets.csv}\n    - {push: [{node: 14, along: x, force: 10 mN}], want: [{node: 13, along: x, move: 0.3 mm}], targets: rows.csv}\n"
	files := map[string]string{
		"loads.csv":   "Node;Fx (mN);Fy [mN];remark\n13;0;-49;\n11;5,5;;a\n",
		"targets.csv": "node,ux_mm,uy (mm)\n14,,-0.5\n12,0,-0.2\n",
		"rows.csv":    "case,node,along,move (um)\n1,99,y,5\n2,12,-x,100\n",
	}
	built := func(text string) (*spec.File, error) {
		file, err := spec.Parse("a.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Build(file, func(name string) ([]byte, error) { return []byte(files[name]), nil }, Options{})
		return file, err
	}
	want, err := built(listed)
	if err != nil {
		t.Fatal(err)
	}
	got, err := built(tables)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Resolved()) != string(want.Resolved()) {
		t.Errorf("resolved\n%s\nwant\n%s", got.Resolved(), want.Resolved())
	}
	for table, c := range map[string]struct{ text, want string }{
		"no unit":    {"node,fx\n13,1\n", "loads.csv: line 1, column 2 `fx`: the unit is missing"},
		"wrong unit": {"node,fx (mm)\n13,1\n", `"mm" is no unit of a force that is read`},
		"no node":    {"x,fx (N)\n13,1\n", "there is no column of nodes: there are `x`, `fx (N)`"},
		"no force":   {"node,ux (mm)\n13,1\n", "there is no column of the force"},
		"unknown":    {"node,fx (N)\n99,1\n", "loads.csv: line 2: node 99 does not exist"},
		"twice":      {"node,fx (N)\n13,1\n13,2\n", "line 3, column 2 `fx (N)`: node 13 has a force along x on line 2 already"},
		"third axis": {"node,fx (N),fz (N)\n13,1,2\n", "column 3 `fz (N)`: the network has 2 dimensions"},
		"direction":  {"node,along,force (N)\n13,up,2\n", `line 2, column 2 ` + "`along`" + `: "up" is no direction here`},
		"a word":     {"node,fx (N)\n13,one\n", `"one" is not a number`},
		"nothing":    {"node,fx (N)\n13,0\n", "there is no force for case 1"},
		"of another": {"case,node,fx (N)\n2,13,1\n", "there is no force for case 1"},
		"empty":      {"", "empty file"},
	} {
		files["loads.csv"] = c.text
		if _, err := built(tables); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", table, err, c.want)
		}
	}
}

func FuzzReadVectors(f *testing.F) {
	f.Add("node,ux (mm)\n1,2\n", 1)
	f.Add("case;node;along;move [um]\n1;2;-x;1,5\n", 2)
	f.Fuzz(func(t *testing.T, text string, dim int) {
		rows, _, err := readVectors([]byte(text), moveColumns, 1, 1+(dim%3+3)%3)
		if err == nil && len(rows) == 0 {
			t.Fatal("no rows and no error")
		}
		for _, r := range rows {
			if r.value-r.value != 0 || len(r.along) != 3 {
				t.Fatalf("%+v", r)
			}
		}
	})
}
