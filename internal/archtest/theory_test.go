package archtest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/mechanics/element"
	"github.com/elastrain/elastrain/mechanics/law"
)

// rows are the cells of a table of a Markdown text that begins with a line of these columns.
func rows(t *testing.T, text, header string) (list [][]string) {
	t.Helper()
	_, body, ok := strings.Cut(text, header+"\n")
	if !ok {
		t.Fatalf("no table with the columns %s", header)
	}
	for i, line := range strings.Split(body, "\n") {
		if !strings.HasPrefix(line, "|") {
			break
		}
		if i == 0 {
			continue // the line below the header
		}
		cells := strings.Split(strings.ReplaceAll(strings.Trim(line, "|"), `\|`, ""), "|")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		if want := strings.Count(header, "|") - 1; len(cells) != want {
			t.Errorf("%d cells and not %d: %s", len(cells), want, line)
		}
		list = append(list, cells)
	}
	return list
}

// The tables of the theory and of the guide have every kind and every law, no other, and every parameter with its unit.
func TestTheoryHasEveryLaw(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	theory, guide := read("theory.md"), read("how-to-elements.md")
	var kinds, laws []string // that there are
	param := map[string][]law.Param{}
	for _, kind := range element.Kinds() {
		kinds = append(kinds, "`"+kind.Name()+"`")
		for _, name := range law.Names(kind.Name()) {
			key := "`" + kind.Name() + "` `" + name + "`"
			laws = append(laws, key)
			for _, has := range []string{"", "width"} {
				l, err := law.For(kind.Name(), name, &law.Given{Young: 1, Thickness: 1, Shear: 1, Points: [][2]float64{{0, 0}, {1, 1}}, Has: func(p string) bool { return p == has }})
				if err != nil {
					t.Fatal(err)
				}
				param[key] = append(param[key], l.Params()...)
			}
			if !strings.Contains(guide, "`"+name+"`") || !strings.Contains(guide, "| `"+kind.Name()+"` |") {
				t.Errorf("the table of docs/how-to-elements.md lacks %s", key)
			}
		}
	}
	var toldKinds, toldLaws []string
	for _, cells := range rows(t, theory, "| kind | deformations e | force t |") {
		toldKinds = append(toldKinds, cells[0])
	}
	for _, cells := range rows(t, theory, "| kind | law | force t | energy W | parameters | source |") {
		key := cells[0] + " " + cells[1]
		toldLaws = append(toldLaws, key)
		for _, p := range param[key] {
			if unit := strings.TrimSuffix(p.Unit, "/rad"); !strings.Contains(cells[4], "`"+p.Name+"`") || !strings.Contains(cells[4], unit) {
				t.Errorf("the row of %s lacks the parameter %s in %s", key, p.Name, p.Unit)
			}
		}
	}
	for _, told := range []struct {
		what      string
		got, want []string
	}{{"kinds", toldKinds, kinds}, {"laws", toldLaws, laws}} {
		slices.Sort(told.got)
		slices.Sort(told.want)
		if !slices.Equal(told.got, told.want) {
			t.Errorf("%s of docs/theory.md are\n%v\nand there are\n%v", told.what, told.got, told.want)
		}
	}
}
