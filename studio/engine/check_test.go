package engine_test

import (
	"math"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/studio/engine"
)

// square is four bars that no diagonal holds; 1 and 2 are pinned.
const square = `elastrain: 1
network:
  nodes: [[0 mm, 0 mm], [10 mm, 0 mm], [10 mm, 10 mm], [0 mm, 10 mm]]
  bonds: [[1, 2], [2, 3], [3, 4], [4, 1]]
supports: {pinned: [1, 2]}
bonds: {stiffness: 10..200 N/m}
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: x, force: 1 N}]
      want: [{node: 4, along: x, move: 1 mm}]
learn: {method: l-bfgs, epochs: 10}
`

// A floppy lattice is drawn with its motion: nodes 3 and 4 go along x together, and nothing is stretched.
func TestCheckOfAFloppyLattice(t *testing.T) {
	e := &engine.Engine{}
	r := ask(t, e, "check", map[string]any{"name": "square.yaml", "text": square}).good(t)
	wrong := r.head["errors"].([]any)
	first := wrong[0].(map[string]any)
	if len(wrong) != 1 || first["code"] != "E0701" || first["line"].(float64) != 2 || first["end"].(float64) <= first["column"].(float64) {
		t.Errorf("errors %v", wrong)
	}
	if n := len(r.head["mechanisms"].([]any)); n != 1 {
		t.Fatalf("%d mechanisms", n)
	}
	mode, points, ends := r.f8(t, "mode0"), r.f8(t, "points"), r.i4(t, "ends")
	if math.Abs(mode[6]-1) > 1e-9 || math.Abs(mode[9]-1) > 1e-9 || math.Abs(mode[7]) > 1e-9 {
		t.Errorf("the motion is %v", mode)
	}
	for b := range len(ends) / 2 {
		stretch := 0.0
		for axis := range 3 {
			i, j := 3*int(ends[2*b])+axis, 3*int(ends[2*b+1])+axis
			stretch += (points[j] - points[i]) * (mode[j] - mode[i])
		}
		if math.Abs(stretch) > 1e-12 {
			t.Errorf("the motion stretches bond %d", b+1)
		}
	}
	if len(points) != 12 || r.head["shape"].(map[string]any)["nodes"].(float64) != 4 {
		t.Errorf("shape %v", r.head["shape"])
	}
}

// So is one of several kinds of elements: the same square of beams that are hinged by being bars, with an angle that holds nothing.
func TestCheckOfAFloppyBody(t *testing.T) {
	text := strings.Replace(square, "bonds: {", "elements:\n  - {kind: angle, nodes: [[3, 2, 1]], angular: 1e-6..1e-3 N m}\nbonds: {", 1)
	text = strings.Replace(text, "[4, 1]]", "[4, 1], [4, 5]]", 1)
	text = strings.Replace(text, "[0 mm, 10 mm]]", "[0 mm, 10 mm], [0 mm, 20 mm]]", 1)
	e := &engine.Engine{}
	r := ask(t, e, "check", map[string]any{"text": text}).good(t)
	if len(r.head["errors"].([]any)) == 0 {
		t.Fatalf("no errors: %v", r.head)
	}
	if len(r.head["mechanisms"].([]any)) == 0 {
		t.Fatalf("no mechanisms: %v", r.head)
	}
	mode := r.f8(t, "mode0")
	most := 0.0
	for _, v := range mode {
		most = max(most, math.Abs(v))
	}
	if math.Abs(most-1) > 1e-12 || math.Abs(mode[12]) < 0.5 {
		t.Errorf("node 5 hangs by one bond: %v", mode)
	}
}

// Errors stand at their lines, and a file that is no experiment has no shape.
func TestCheckOfErrors(t *testing.T) {
	e := &engine.Engine{}
	r := ask(t, e, "check", map[string]any{"text": strings.Replace(square, "200 N/m", "200 N", 1) + "lern: 1\n"}).good(t)
	lines := []float64{}
	for _, f := range r.head["errors"].([]any) {
		f := f.(map[string]any)
		lines = append(lines, f["line"].(float64))
		if f["message"] == "" || f["code"] == "" {
			t.Errorf("%v", f)
		}
	}
	if len(lines) != 2 || lines[0] != 6 || lines[1] != 13 {
		t.Errorf("lines %v", lines)
	}
	if r.head["shape"] != nil {
		t.Error("a shape of nothing")
	}
	ok := ask(t, e, "check", map[string]any{"text": strings.Replace(square, "[4, 1]]", "[4, 1], [1, 3]]", 1)}).good(t)
	if len(ok.head["errors"].([]any)) != 0 || ok.head["learn"].(float64) != 5 || len(ok.head["mechanisms"].([]any)) != 0 {
		t.Errorf("a square with a diagonal: %v", ok.head)
	}
}

// What nobody can answer is an error, and none is a panic.
func TestRefusals(t *testing.T) {
	e := &engine.Engine{}
	id := example(t, e, "behaviour").good(t).head["id"]
	for _, c := range []struct {
		verb string
		head map[string]any
		says string
	}{
		{"slove", nil, "no verb"},
		{"solve", map[string]any{"id": 99}, "not open"},
		{"solve", map[string]any{"id": id, "input": []float64{1, 2, 3, 4, 5, 6, 7}}, "inputs"},
		{"solve", map[string]any{"id": id, "sample": map[string]any{"part": "training", "i": -1}}, "no sample -1"},
		{"solve", map[string]any{"id": id, "sample": map[string]any{"part": "test", "i": 0}}, "no test part"},
		{"solve", map[string]any{"id": id, "smaple": 1}, "smaple"},
		{"open", map[string]any{"text": ""}, "empty"},
		{"open", map[string]any{"text": strings.Replace(square, "[4, 1]]", "{table: bonds.csv}", 1)}, ""},
	} {
		r := ask(t, e, c.verb, c.head)
		wrong, ok := r.head["error"].(map[string]any)
		if !ok || !strings.Contains(wrong["message"].(string), c.says) {
			t.Errorf("%s %v: %v", c.verb, c.head, r.head)
		}
	}
	for _, whole := range []string{"", "{", "{}", "7 {}\n", "5 {\"arrays\":[]}\nabcde", "-1 {}\n", "x\n"} {
		if r := parse(t, e.Call("open", []byte(whole))); r.head["error"] == nil {
			t.Errorf("%q: %v", whole, r.head)
		}
	}
}

// Of many experiments the oldest goes.
func TestOldestGoes(t *testing.T) {
	e := &engine.Engine{}
	first := example(t, e, "chain").good(t).head["id"]
	var second any
	for i := range engine.MostOpen {
		id := example(t, e, "chain").good(t).head["id"]
		if i == 0 {
			second = id
		}
		if i == engine.MostOpen-2 {
			ask(t, e, "solve", map[string]any{"id": first}).good(t) // used again
		}
	}
	if r := ask(t, e, "solve", map[string]any{"id": first}); r.head["error"] != nil {
		t.Errorf("the first was used last but one: %v", r.head)
	}
	if r := ask(t, e, "solve", map[string]any{"id": second}); r.head["error"] == nil {
		t.Error("the second is still open")
	}
	ask(t, e, "close", map[string]any{"id": first}).good(t)
	if r := ask(t, e, "solve", map[string]any{"id": first}); r.head["error"] == nil {
		t.Error("what was closed is open")
	}
}
