package spec

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// offered completes at the mark | of a text.
func offered(t *testing.T, text string) (labels []string, from int, list []Completion) {
	t.Helper()
	before, after, ok := strings.Cut(text, "|")
	if !ok {
		t.Fatal("no mark")
	}
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	from, list = Complete([]byte(before+after), line, column)
	for _, c := range list {
		labels = append(labels, c.Label)
	}
	return labels, from, list
}

func TestComplete(t *testing.T) {
	for _, c := range []struct {
		text      string
		has, lack []string
		from      int
	}{
		{"|", []string{"elastrain", "network", "task"}, []string{"lattice"}, 1},
		{"elastrain: 1\nne|", []string{"network"}, []string{"elastrain", "task"}, 1},
		{"elastrain: 1\nnetwork:\n  |\ntask:\n  kind: behaviour\n", []string{"lattice", "size", "cut"}, []string{"network", "kind"}, 3},
		{"network:\n  size: [3, 3]\n  la|\n  cut: [1]\n", []string{"lattice"}, []string{"size", "cut"}, 3},
		{"network:\n  |\n  size: [3, 3]\n  cut: [1]\n", []string{"lattice"}, []string{"size", "cut"}, 3},
		{"network: {lattice: tri|, size: [3, 3]}", []string{"triangular"}, []string{"chain"}, 20},
		{"network: {lattice: triangular, |", []string{"size", "spacing"}, []string{"lattice"}, 32},
		{"learn:\n  method: |", []string{"adam", "l-bfgs"}, nil, 11},
		{"learn:\n  method: l-|", []string{"l-bfgs"}, []string{"adam"}, 11},
		{"bonds:\n  stiffness: 20 |", []string{"20 N/m", "20 N/mm"}, nil, 14},
		{"task:\n  kind: behaviour\n  cases:\n    - push:\n        - no|\n", []string{"node", "nodes"}, []string{"cases"}, 11},
		{"task:\n  kind: behaviour\n  cases:\n    - push: [{node: 3, |}]\n", []string{"along", "force"}, []string{"node"}, 24},
		{"task:\n  kind: behaviour\n  cases:\n    - push: [{node: 3, along: x, force: 1 N}]\n      |\n", []string{"want"}, []string{"push", "kind"}, 7},
		{"task:\n  kind: behaviour\n  cases:\n  - push: [{node: 3}]\n  - |\n", []string{"push", "want"}, []string{"kind"}, 5},
		{"# la|", nil, []string{"lattice"}, 5},
		{"title: \"net|", nil, []string{"network"}, 12},
		{"nonsense:\n  |", nil, []string{"network"}, 3},
	} {
		labels, from, _ := offered(t, c.text)
		for _, want := range c.has {
			if !slices.Contains(labels, want) {
				t.Errorf("%q: no %q in %v", c.text, want, labels)
			}
		}
		for _, not := range c.lack {
			if slices.Contains(labels, not) {
				t.Errorf("%q: %q in %v", c.text, not, labels)
			}
		}
		if from != c.from {
			t.Errorf("%q: the word begins in column %d, want %d", c.text, from, c.from)
		}
	}
	if _, _, list := offered(t, "network:\n  lat|"); len(list) != 1 || list[0].Apply != "lattice: " || list[0].Info == "" || list[0].Detail == "" {
		t.Errorf("%+v", list)
	}
	if labels, _, _ := offered(t, "task:\n  kind: behaviour\n  |"); slices.Contains(labels, "data") {
		t.Errorf("data are offered to a behaviour: %v", labels)
	}
}

// Every key of every example is offered where it stands, when its line is taken out.
func TestCompleteEveryKey(t *testing.T) {
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	tried := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		src, clean, _ := newSource(name, text)
		tree, errs := parseYAML(src, clean, 0)
		if errs != nil {
			t.Fatal(errs)
		}
		nodes := map[string]*node{}
		tree.index("", nodes)
		if len(nodes) > 400 {
			continue
		}
		for path, n := range nodes {
			if n.key.src == nil {
				continue
			}
			key := path[strings.LastIndexByte(path, '.')+1:]
			lines := append([]string(nil), src.lines...)
			line := []rune(lines[n.key.line-1])
			end := min(n.end.column-1, len(line))
			if n.end.line > n.key.line {
				end = len(line)
			}
			lines[n.key.line-1] = string(line[:n.key.column-1]) + string(line[end:])
			_, list := Complete([]byte(strings.Join(lines, "\n")), n.key.line, n.key.column)
			tried++
			if !slices.ContainsFunc(list, func(c Completion) bool { return c.Label == key }) {
				t.Errorf("%s:%d: %s is not offered", name, n.key.line, path)
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d keys were tried", tried)
	}
}

func FuzzComplete(f *testing.F) {
	f.Add("a: {b: [1, \"2\"]} # c\nd:\n  - e: 1\n    f: 2\n", 3, 4)
	f.Fuzz(func(t *testing.T, text string, line, column int) { Complete([]byte(text), line, column) })
}
