package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/network"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/studio/engine"
)

// reply is what a verb answered.
type reply struct {
	head   map[string]any
	arrays map[string]*message.Array
	text   []byte
}

// ask calls a verb with the keys and arrays of a request.
func ask(t testing.TB, e *engine.Engine, verb string, head map[string]any, arrays ...message.Array) *reply {
	t.Helper()
	if head == nil {
		head = map[string]any{}
	}
	if len(arrays) > 0 {
		head["arrays"] = arrays
	}
	var out bytes.Buffer
	if err := message.Write(&out, head, arrays); err != nil {
		t.Fatal(err)
	}
	return parse(t, e.Call(verb, out.Bytes()))
}

func parse(t testing.TB, text []byte) *reply {
	t.Helper()
	object, payload, err := message.Split(text)
	if err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	r := &reply{map[string]any{}, map[string]*message.Array{}, text}
	var list struct{ Arrays []message.Array }
	if err := json.Unmarshal(object, &r.head); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(object, &list); err != nil {
		t.Fatal(err)
	}
	// NaN and infinity travel in arrays, so they are taken apart here and not by message.Unpack.
	for i := range list.Arrays {
		a := &list.Arrays[i]
		n := a.Count(math.MaxInt32) * a.Width()
		raw := *a
		raw.Shape = []int{n}
		raw.Type = "u1"
		if err := message.Unpack([]message.Array{raw}, payload[:n]); err != nil {
			t.Fatal(err)
		}
		a.U1 = payload[:n]
		payload = payload[n:]
		r.arrays[a.Name] = a
	}
	if len(payload) > 0 {
		t.Fatalf("%d bytes are in no array", len(payload))
	}
	return r
}

// f8 are the numbers of an array.
func (r *reply) f8(t testing.TB, name string) []float64 {
	t.Helper()
	a := r.arrays[name]
	if a == nil || a.Type != "f8" {
		t.Fatalf("no array %s in %v", name, r.head)
	}
	return message.Float64s(a.U1)
}

func (r *reply) i4(t testing.TB, name string) []int32 {
	t.Helper()
	a := r.arrays[name]
	if a == nil || a.Type != "i4" {
		t.Fatalf("no array %s in %v", name, r.head)
	}
	return message.Int32s(a.U1)
}

// good fails the test where the answer is an error.
func (r *reply) good(t testing.TB) *reply {
	t.Helper()
	if e, ok := r.head["error"]; ok {
		t.Fatalf("%v", e)
	}
	return r
}

// example opens an example.
func example(t testing.TB, e *engine.Engine, name string, overrides ...string) *reply {
	t.Helper()
	text, ok := examples.Text(name)
	if !ok {
		t.Fatalf("no example %s", name)
	}
	var files []message.Array
	for _, f := range examples.Files() {
		content, _ := examples.Content(f.Name)
		files = append(files, message.U1("file:"+f.Name, content, len(content)))
	}
	return ask(t, e, "open", map[string]any{"name": name + ".yaml", "text": string(text), "overrides": overrides}, files...)
}

// heavy are examples that need files which are not built in, or take long.
var heavy = map[string]bool{"mnist": true, "large-lattice": true}

// given are the files that examples name.
func given(name string) ([]byte, error) {
	for _, f := range examples.Files() {
		if f.Name == name {
			content, _ := examples.Content(name)
			return content, nil
		}
	}
	return nil, fs.ErrNotExist
}

// built is an example as the commands build it.
func built(t testing.TB, name string, overrides ...string) *experiment.Experiment {
	t.Helper()
	text, _ := examples.Text(name)
	file, err := spec.Parse(name+".yaml", text, overrides...)
	if err != nil {
		t.Fatal(err)
	}
	x, err := experiment.Build(file, given, experiment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// near fails where two lists differ by more than a share of the largest number of either.
func near(t *testing.T, what string, a, b []float64, within float64) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%s: %d numbers and %d", what, len(a), len(b))
		return
	}
	most := 0.0
	for i := range a {
		most = max(most, math.Abs(a[i]), math.Abs(b[i]))
	}
	for i := range a {
		if math.Abs(a[i]-b[i]) > within*most || math.IsNaN(a[i]) != math.IsNaN(b[i]) {
			t.Errorf("%s: number %d is %v and %v", what, i, a[i], b[i])
			return
		}
	}
}

func floats(v any) (out []float64) {
	for _, x := range v.([]any) {
		out = append(out, x.(float64))
	}
	return out
}

// What solve answers of every example is what `elastrain solve --json` prints: outputs, energy, displacements, deformations, forces and
// reactions.
func TestSolveAsTheCommand(t *testing.T) {
	for _, name := range examples.Names() {
		if heavy[name] {
			continue
		}
		e := &engine.Engine{}
		opened := example(t, e, name).good(t)
		r := ask(t, e, "solve", map[string]any{"id": opened.head["id"], "sample": map[string]any{"part": "training", "i": 0}}).good(t)
		x := built(t, name)
		solid, err := x.AsSolid(x.Rig.Stiffness())
		if err != nil {
			t.Fatal(err)
		}
		a, err := x.Answer(solid, x.Train.Force(0))
		if err != nil {
			t.Fatal(err)
		}
		near(t, name+": outputs", floats(r.head["outputs"]), a.Outputs, 1e-9)
		if x.Solid != nil || !slices.ContainsFunc(x.In, func(p network.Port) bool { return p.Drive > 0 }) {
			near(t, name+": energy", []float64{r.head["energy"].(float64)}, []float64{a.Energy}, 1e-9)
		}
		u := r.f8(t, "u")
		for _, n := range a.Nodes {
			node, _ := x.Network.FindNode(n.Node)
			for axis, part := range []string{"x", "y", "z"} {
				if v, ok := n.Value[part]; ok && math.Abs(v-u[3*node+axis]) > 1e-9*largest(u) {
					t.Errorf("%s: node %d %s is %v, the command says %v", name, n.Node, part, u[3*node+axis], v)
				}
			}
		}
		modes := map[string]experiment.ModeAnswer{}
		for _, m := range a.Elements {
			key := fmt.Sprint(m.Kind, m.Element)
			if _, ok := modes[key]; !ok {
				modes[key] = m
			}
		}
		shape := opened.head["shape"].(map[string]any)
		kinds, kind, number := shape["kinds"].([]any), opened.i4(t, "kind"), opened.i4(t, "number")
		force, elongation := r.f8(t, "force"), r.f8(t, "e")
		compared := 0
		for i := range force {
			m, ok := modes[fmt.Sprint(kinds[kind[i]], number[i])]
			if !ok {
				continue
			}
			compared++
			if math.Abs(m.Force-force[i]) > 1e-9*largest(force) || math.Abs(m.Deformation-elongation[i]) > 1e-9*largest(elongation) {
				t.Errorf("%s: %s %d bears %v at %v, the command says %v at %v", name, kinds[kind[i]], number[i], force[i], elongation[i], m.Force, m.Deformation)
				break
			}
		}
		if compared == 0 {
			t.Errorf("%s: no element was compared", name)
		}
		var pulls, reactions []float64
		for _, f := range a.Supports {
			node, _ := x.Network.FindNode(f.Node)
			for _, v := range r.head["reactions"].([]any) {
				if v := v.(map[string]any); int(v["node"].(float64)) == node && v["part"] == f.Part {
					pulls, reactions = append(pulls, f.Force), append(reactions, v["value"].(float64))
				}
			}
		}
		size := largest(force) // reactions may be nothing but what rounding leaves of forces
		near(t, name+": reactions", append(reactions, size), append(pulls, size), 1e-9)
	}
}

// What score says of every example is what the trainer says before its first step.
func TestScoreAsTheTrainer(t *testing.T) {
	for _, name := range examples.Names() {
		if heavy[name] {
			continue
		}
		e := &engine.Engine{}
		r := ask(t, e, "score", map[string]any{"id": example(t, e, name).good(t).head["id"]}).good(t)
		x := built(t, name)
		score, err := x.NewProblem().Evaluate(x.Train)
		if err != nil {
			t.Fatal(err)
		}
		part := r.head["parts"].([]any)[0].(map[string]any)
		for key, v := range map[string]float64{"loss": score.Loss, "accuracy": score.Accuracy, "error": score.Relative} {
			got, ok := part[key].(float64)
			if ok == math.IsNaN(v) || ok && got != v {
				t.Errorf("%s: %s is %v, the trainer has %v", name, key, part[key], v)
			}
		}
	}
}

func largest(v []float64) float64 {
	most := 0.0
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	return most
}
