package experiment

import (
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

const fourRows = "elastrain: 1\nnetwork: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}\nbonds: {stiffness: 100..170 N/m}\n" +
	"sets:\n  - {name: top, y: max}\n  - {name: corners, set: top, x: min}\n  - {name: bottom, y: min}\n  - {name: middle, x: -40..-24 mm, y: -20..0 mm}\n" +
	"supports: {pinned: PINNED}\ntask:\n  kind: behaviour\n  cases:\n    - push: [{mean: bottom, along: -y, force: 49 mN}]\n      want: [{node: WANT, along: y, move: -0.5 mm}]\n"

// Nodes that are said by where they are, are the numbers that somebody would have counted.
func TestNodesByPlace(t *testing.T) {
	for text, want := range map[string][]int{
		"[1, 5]":       {1, 5},
		"top":          {1, 2, 3, 4, 5},
		"[corners, 1]": {5, 1},
		"{y: max}":     {1, 2, 3, 4, 5},
		"[{set: top, x: min}, {set: top, x: max}]":       {5, 1},
		"{near: [0 mm, 0 mm], within: 17 mm}":            {1, 2, 6},
		"[{near: [-60 mm, 2 mm]}, 1]":                    {5, 1},
		"middle":                                         {3, 7, 8},
		"{y: 0 mm, x: -20..0 mm}":                        {1, 2},
		"{x: -100.. mm, y: max}":                         {1, 2, 3, 4, 5},
		"{nodes: [1, 2, 13], y: max}":                    {1, 2},
		"[1..2, {set: middle, y: -13.8564064605510 mm}]": {1, 2, 7, 8},
	} {
		file, err := spec.Parse("a.yaml", []byte(strings.NewReplacer("PINNED", text, "WANT", "{near: [-32 mm, -28 mm], nodes: [11, 13]}").Replace(fourRows)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		x, err := Build(file, nil, Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := x.Spec.Supports.Pinned; !slices.Equal(got, want) || x.Spec.Task.Cases[0].Want[0].Node != 11 || !slices.Equal(x.Spec.Task.Cases[0].Push[0].Mean, []int{13, 14}) {
			t.Errorf("%s: pinned %v, want %v; output %d, push %v", text, got, want, x.Spec.Task.Cases[0].Want[0].Node, x.Spec.Task.Cases[0].Push[0].Mean)
		}
		again, err := spec.Parse("b.yaml", file.Resolved())
		if err != nil || again.Pending() || !slices.Equal(again.Spec.Supports.Pinned, want) {
			t.Errorf("%s: what is resolved has %v, %v", text, again, err)
		}
	}
	for text, want := range map[string]string{
		"tp":                           `there is no set "tp"`,
		"[1, corner]":                  `there is no set "corner"`,
		"{x: 7 mm}":                    "no node lies there",
		"{z: min}":                     "the network has no z axis",
		"{near: [0 mm]}":               "the place has 1 coordinates",
		"{near: [16 m, 0 mm]}":         "the nearest node is 16000 mm away from that place, and the network is 64 mm large",
		"{}":                           "nothing says where these nodes are",
		"{near: [-8 mm, 0 mm]}":        "nodes 1 and 2 are as near to that place",
		"{nodes: [99]}":                "node 99 does not exist",
		"{set: nowhere}":               `there is no set "nowhere"`,
		"{name: left, x: min}":         "a place that is said here has no name",
		"{x: left}":                    "not a length",
		"{y: max, within: 5 mm}":       "`within` goes only with `near`",
		"[{x: min}, 99]":               "supported node 99 does not exist",
		"[two]":                        "`two` is not a number",
		"{x: min, y: 1 N}":             "is a force",
		"[{near: [0 mm, 0 mm], s: 1}]": "has no key `s`",
	} {
		file, err := spec.Parse("a.yaml", []byte(strings.NewReplacer("PINNED", text, "WANT", "8").Replace(fourRows)))
		if err == nil {
			_, err = Build(file, nil, Options{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{"top": "the set `top` is 5 nodes, and here one is due", "{y: min}": "this place is 2 nodes"} {
		file, err := spec.Parse("a.yaml", []byte(strings.NewReplacer("PINNED", "[1, 5]", "WANT", text).Replace(fourRows)))
		if err == nil {
			_, err = Build(file, nil, Options{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for sets, want := range map[string]string{
		"[{name: a, x: min}, {name: a, x: max}]": "there are two sets `a`",
		"[{x: min}]":                             "a set needs a name that begins with a letter",
		"[{name: a}]":                            "nothing says which nodes are in the set `a`",
		"[{name: a, set: b}, {name: b, set: a}]": "name one another in a circle",
	} {
		text := strings.NewReplacer("PINNED", map[bool]string{true: "a", false: "[1, 5]"}[strings.Contains(sets, "set: a")], "WANT", "8", "sets:\n", "sets: "+sets+"\nx:\n").Replace(fourRows)
		before, rest, _ := strings.Cut(text, "x:\n")
		_, after, _ := strings.Cut(rest, "supports:")
		text = strings.Replace(before+"supports:"+after, "mean: bottom", "node: 13", 1)
		file, err := spec.Parse("a.yaml", []byte(text))
		if err == nil {
			_, err = Build(file, nil, Options{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", sets, err, want)
		}
	}
}

// Names that a file has for its nodes are sets.
func TestSetsOfAFile(t *testing.T) {
	text := "elastrain: 1\nnetwork: {file: a.graphml, unit: mm}\nbonds: {stiffness: 1..100 N/m}\nsupports: {pinned: wall}\n" +
		"task:\n  kind: behaviour\n  cases:\n    - push: [{node: {y: max}, along: x, force: 1 mN}]\n      want: [{node: {y: max}, along: y, move: 1 um}]\n"
	graph := `<graphml><key id="x" for="node" attr.name="x" attr.type="double"/><key id="y" for="node" attr.name="y" attr.type="double"/><key id="w" for="node" attr.name="wall" attr.type="boolean"/><graph>` +
		`<node id="7"><data key="x">0</data><data key="y">0</data><data key="w">true</data></node><node id="9"><data key="x">10</data><data key="y">0</data><data key="w">true</data></node><node id="12"><data key="x">5</data><data key="y">8</data></node>` +
		`<edge source="7" target="12"/><edge source="9" target="12"/></graph></graphml>`
	files := func(string) ([]byte, error) { return []byte(graph), nil }
	file, err := spec.Parse("a.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	x, err := Build(file, files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(x.Spec.Supports.Pinned, []int{7, 9}) || x.Spec.Task.Cases[0].Want[0].Node != 12 || x.Network.Pos[2] != 0.01 {
		t.Errorf("%v, %v", x.Spec.Supports.Pinned, x.Network.Pos)
	}
	twins := strings.Replace(graph, `<data key="x">10</data>`, `<data key="x">5</data>`, 1)
	twins = strings.Replace(twins, `<data key="y">8</data>`, `<data key="y">0</data>`, 1)
	if file, err = spec.Parse("a.yaml", []byte(text)); err == nil {
		_, err = Build(file, func(string) ([]byte, error) { return []byte(twins), nil }, Options{})
	}
	if err == nil || !strings.Contains(err.Error(), "E0303") {
		t.Errorf("two nodes at one place: %v", err)
	}
	file, err = spec.Parse("a.yaml", []byte(text), "supports.pinned=walls")
	if err == nil {
		_, err = Build(file, files, Options{})
	}
	if err == nil || !strings.Contains(err.Error(), `there is no set "walls"`) {
		t.Error(err)
	}
}
