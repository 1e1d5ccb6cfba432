package engine_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/studio/engine"
)

// A trained lattice without two bonds scores as the command `damage --cut` says, and its file keeps what it says.
func TestCutAsTheCommand(t *testing.T) {
	for _, name := range []string{"iris", "frame", "angles"} {
		e := &engine.Engine{}
		opened := example(t, e, name).good(t)
		id := opened.head["id"]
		ask(t, e, "train", map[string]any{"id": id, "do": "begin", "epochs": 5}).good(t)
		_, last := trained(t, e, id, 5)
		theta := last.f8(t, "theta")
		r := ask(t, e, "cut", map[string]any{"id": id, "bonds": []int{5, 9}}, message.F8("theta", theta, len(theta)))
		if r.head["error"] != nil {
			t.Errorf("%s: %v", name, r.head["error"])
			continue
		}
		text := r.head["text"].(string)
		if !strings.Contains(text, "cut: [5, 9]") || strings.Count(text, "#") == 0 {
			t.Errorf("%s: %s", name, text)
		}
		score := ask(t, e, "score", map[string]any{"id": r.head["id"]}).good(t)

		was := built(t, name)
		file, err := spec.Parse(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		x, err := experiment.Build(file, given, experiment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := x.StartFrom(x.Inherit(was, theta)); err != nil {
			t.Fatal(err)
		}
		want, err := x.NewProblem().Evaluate(x.Train)
		if err != nil {
			t.Fatal(err)
		}
		if got := score.head["parts"].([]any)[0].(map[string]any)["loss"].(float64); got != want.Loss {
			t.Errorf("%s: loss %v, want %v", name, got, want.Loss)
		}
		if cut := r.arrays["cut"]; name == "iris" && (cut.U1[4] != 1 || cut.U1[8] != 1 || cut.U1[0] != 0) {
			t.Errorf("%s: cut %v", name, cut.U1)
		}
		ask(t, e, "solve", map[string]any{"id": id}).good(t) // the whole one is still open
	}
}

// A cut that leaves a mechanism is refused with its motion, whose largest component is one.
func TestCutToAMechanism(t *testing.T) {
	e := &engine.Engine{}
	text := strings.Replace(square, "[4, 1]]", "[4, 1], [1, 3]]", 1)
	id := ask(t, e, "open", map[string]any{"text": text}).good(t).head["id"]
	r := ask(t, e, "cut", map[string]any{"id": id, "bonds": []int{5}})
	wrong, ok := r.head["error"].(map[string]any)
	if !ok || wrong["code"] != "E0701" {
		t.Fatalf("%v", r.head)
	}
	if mode := r.f8(t, "mode"); len(mode) != 12 || math.Abs(largest(mode)-1) > 1e-12 {
		t.Errorf("mode %v", r.f8(t, "mode"))
	}
	for _, bonds := range [][]int{{}, {0}, {77}} {
		if r := ask(t, e, "cut", map[string]any{"id": id, "bonds": bonds}); r.head["error"] == nil {
			t.Errorf("bonds %v: %v", bonds, r.head)
		}
	}
}

// Files are edited and completed as package spec does, and examples open with the files that come with them.
func TestEditCompleteExamples(t *testing.T) {
	e := &engine.Engine{}
	r := ask(t, e, "edit", map[string]any{"text": square, "set": [][2]string{{"learn.epochs", "20"}}, "remove": []string{"learn.method"}}).good(t)
	if got := r.head["text"].(string); !strings.Contains(got, "learn: {epochs: 20}") {
		t.Error(got)
	}
	if r := ask(t, e, "edit", map[string]any{"text": square, "set": [][2]string{{"learn.epochs", "["}}}); r.head["error"] == nil {
		t.Error("half a list is taken")
	}
	r = ask(t, e, "complete", map[string]any{"text": "learn:\n  met", "line": 2, "column": 6}).good(t)
	if o := r.head["options"].([]any); len(o) != 1 || o[0].(map[string]any)["label"] != "method" || r.head["from"].(float64) != 3 {
		t.Errorf("%v", r.head)
	}
	if s := ask(t, e, "schema", nil).good(t).head["schema"].(map[string]any); s["properties"] == nil {
		t.Errorf("schema %v", s)
	}
	r = ask(t, e, "examples", nil).good(t)
	var names []string
	for _, v := range r.head["examples"].([]any) {
		v := v.(map[string]any)
		names = append(names, v["name"].(string))
		var files []message.Array
		if list, ok := v["files"].([]any); ok {
			for _, f := range list {
				a := r.arrays["file:"+f.(string)]
				files = append(files, message.U1(a.Name, a.U1, len(a.U1)))
			}
		}
		if v["name"] != "digits" && v["name"] != "digits-comb" {
			ask(t, e, "open", map[string]any{"name": v["name"], "text": v["text"]}, files...).good(t)
		}
	}
	if !slices.Contains(names, "iris") || !slices.Contains(names, "flowers") || slices.Contains(names, "mnist") || slices.Contains(names, "large-lattice") || slices.Contains(names, "lab-iris") {
		t.Errorf("examples %v", names)
	}
}
