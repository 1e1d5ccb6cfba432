package spec

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func edited(t *testing.T, text string, set []Change, remove ...string) string {
	t.Helper()
	out, err := Edit([]byte(text), set, remove)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return string(out)
}

// What changes is what is asked for, and nothing else.
func TestEdit(t *testing.T) {
	const text = `# A lattice.
elastrain: 1   # version
network: {lattice: triangular, size: [4, 4], spacing: 16 mm}

supports:
  pinned: [1, 2]  # the ground
# Bonds learn.
bonds:
  stiffness: 20..200 N/m
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: x, force: 1 N}]
      want:
        - {node: 4, along: x, move: 1 mm}   # there
        - node: 5
          along: y
          move: 2 mm
learn:
  method: adam # or another
`
	for _, c := range []struct {
		set      []Change
		remove   []string
		was, now string
	}{
		{[]Change{{"network.cut", "[3, 5]"}}, nil, "spacing: 16 mm}", "spacing: 16 mm, cut: [3, 5]}"},
		{[]Change{{"network.size", "[5, 6]"}}, nil, "[4, 4]", "[5, 6]"},
		{[]Change{{"supports.pinned", "[1]"}}, nil, "pinned: [1, 2]  # the ground", "pinned: [1]  # the ground"},
		{[]Change{{"supports.rollers", "[{node: 3, held: y}]"}}, nil, "# the ground\n", "# the ground\n  rollers: [{node: 3, held: y}]\n"},
		{[]Change{{"supports", "{pinned: [9]}"}}, nil, "supports:\n  pinned: [1, 2]  # the ground\n", "supports: {pinned: [9]}  # the ground\n"},
		{[]Change{{"task.cases[1].want[2].move", "3 mm"}}, nil, "move: 2 mm", "move: 3 mm"},
		{[]Change{{"task.cases[1].want[3]", "{node: 6, along: x, move: 0 mm}"}}, nil, "          move: 2 mm\n", "          move: 2 mm\n        - {node: 6, along: x, move: 0 mm}\n"},
		{[]Change{{"task.cases[2].push[1].node", "7"}}, nil, "          move: 2 mm\n", "          move: 2 mm\n    - {push: [{node: 7}]}\n"},
		{[]Change{{"learn.method", "l-bfgs"}}, nil, "adam # or", "l-bfgs # or"},
		{[]Change{{"learn.epochs", "50"}}, nil, "# or another\n", "# or another\n  epochs: 50\n"},
		{[]Change{{"title", `"A, b: c"`}}, nil, "# version\n", "# version\ntitle: \"A, b: c\"\n"},
		{[]Change{{"material.thickness", "3 mm"}}, nil, "task:\n", "material: {thickness: 3 mm}\ntask:\n"},
		{nil, []string{"network.spacing"}, ", spacing: 16 mm}", "}"},
		{nil, []string{"network.lattice"}, "lattice: triangular, ", ""},
		{nil, []string{"task.cases[1].want[1]"}, "        - {node: 4, along: x, move: 1 mm}   # there\n", ""},
		{nil, []string{"task.cases[1].want[2].node"}, "- node: 5\n          along", "- along"},
		{nil, []string{"supports.pinned"}, "supports:\n  pinned: [1, 2]  # the ground\n", ""},
		{nil, []string{"bonds"}, "bonds:\n  stiffness: 20..200 N/m\n", ""},
	} {
		want := strings.Replace(text, c.was, c.now, 1)
		if want == text {
			t.Fatalf("%q is not in the text", c.was)
		}
		if c.set != nil && c.set[0].Path == "material.thickness" { // where the format has it
			got := edited(t, text, c.set)
			if !strings.Contains(got, "\nmaterial: {thickness: 3 mm}\n") {
				t.Errorf("no material in\n%s", got)
			}
			continue
		}
		if got := edited(t, text, c.set, c.remove...); got != want {
			t.Errorf("%v %v gives\n%s\nwant\n%s", c.set, c.remove, got, want)
		}
	}
	if got := edited(t, strings.ReplaceAll(text, "\n", "\r\n"), []Change{{"learn.epochs", "5"}}); !strings.Contains(got, "\r\n  epochs: 5\r\n") || strings.Contains(strings.ReplaceAll(got, "\r\n", ""), "\n") {
		t.Errorf("ends of lines: %q", got)
	}
	if got := edited(t, "", []Change{{"elastrain", "1"}, {"network.lattice", "chain"}}); got != "\nelastrain: 1\nnetwork: {lattice: chain}" && got != "elastrain: 1\nnetwork: {lattice: chain}\n" {
		t.Errorf("an empty file becomes %q", got)
	}
	for _, bad := range []Change{{"learn.method[1]", "2"}, {"network..x", "1"}, {"learn.epochs", "[1"}, {"learn.epochs", ""}, {"", "1"}, {"task.cases[9]", "1"}, {"learn", "1\n2"}} {
		if out, err := Edit([]byte(text), []Change{bad}, nil); err == nil {
			t.Errorf("%v is taken:\n%s", bad, out)
		}
	}
	if _, err := Edit([]byte(text), nil, []string{"learn.rate"}); err == nil {
		t.Error("what is not there is taken out")
	}
}

// Every value of every example can be replaced and taken out, and every list can get one more entry; comments outside of it stay.
func TestEditEverything(t *testing.T) {
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	changes := 0
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
		paths := slices.Sorted(maps.Keys(nodes))
		for i, path := range paths {
			n := nodes[path]
			if path == "" || os.Getenv("ELASTRAIN_LONG") == "" && i%(1+len(paths)/8) > 0 {
				continue
			}
			set := []Change{{path, "[1, {a: b c}]"}}
			if n.kind == list {
				set = append(set, Change{path + "[3]", "'x y'"})
			}
			for _, c := range set[:1] {
				out, err := Edit(text, []Change{c}, nil)
				if err != nil {
					t.Errorf("%s: %s: %v", name, path, err)
					continue
				}
				if lost := strings.Count(string(text), "#") - strings.Count(string(out), "#"); lost > 0 && !n.block {
					t.Errorf("%s: %s: %d comments are lost:\n%s", name, path, lost, out)
				}
			}
			if _, err := Edit(text, set, nil); err != nil {
				t.Errorf("%s: %s: %v", name, path, err)
			}
			if _, err := Edit(text, nil, []string{path}); err != nil {
				t.Errorf("%s: without %s: %v", name, path, err)
			}
			changes += 3
		}
	}
	if changes < 500 {
		t.Errorf("only %d changes were tried", changes)
	}
}

// No text and no path makes an edit panic, and what it writes says what it shall.
func FuzzEdit(f *testing.F) {
	f.Add("a: {b: [1, 2]} # c\nd:\n  - e: 1\n    f: 2\n", "a.b[2]", "{x: y}", false)
	f.Add("a:\n- b\n- - c\n", "a[1]", "1", true)
	f.Add("a: |\n  b\n  c\nd: ~\n", "d.x", "'1'", false)
	f.Fuzz(func(t *testing.T, text, path, value string, remove bool) {
		out, err := edit([]byte(text), path, value, remove)
		if err == nil && len(out) == 0 && !remove {
			t.Error("nothing is left")
		}
	})
}
