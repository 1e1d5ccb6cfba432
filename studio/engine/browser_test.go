package engine_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/studio/engine"
)

// asked is a question to an engine.
type asked struct {
	verb    string
	message []byte
}

// question makes one.
func question(t *testing.T, verb string, head map[string]any, arrays ...message.Array) asked {
	t.Helper()
	if arrays != nil {
		head["arrays"] = arrays
	}
	var out bytes.Buffer
	if err := message.Write(&out, head, arrays); err != nil {
		t.Fatal(err)
	}
	return asked{verb, out.Bytes()}
}

// questions are every verb on small examples of all kinds; experiments are numbered as they are opened.
func questions(t *testing.T) (list []asked) {
	id := 0
	names := []string{"iris", "frame", "xor", "flow"}
	if exact {
		names = append(names, "behaviour", "left-right", "regression", "flowers", "comb", "chain", "truss3d", "frame3d", "angles", "fold",
			"hardening", "large-deformation", "arch", "geometry", "rest-length", "cell", "fibres", "levels")
	}
	for _, name := range names {
		text, ok := examples.Text(name)
		if !ok {
			t.Fatalf("no example %s", name)
		}
		head := func() map[string]any { return map[string]any{"name": name, "text": string(text)} }
		var files []message.Array
		for _, f := range examples.Files() {
			if bytes.Contains(text, []byte(f.Name)) {
				content, _ := examples.Content(f.Name)
				files = append(files, message.U1("file:"+f.Name, content, len(content)))
			}
		}
		id++
		sample := map[string]any{"part": "training", "i": 0}
		list = append(list, question(t, "check", head(), files...), question(t, "open", head(), files...),
			question(t, "solve", map[string]any{"id": id, "sample": sample}), question(t, "gradient", map[string]any{"id": id, "sample": sample}),
			question(t, "score", map[string]any{"id": id}), question(t, "train", map[string]any{"id": id, "do": "begin", "epochs": 3}),
			question(t, "train", map[string]any{"id": id, "do": "go", "ms": 60000}), question(t, "train", map[string]any{"id": id, "do": "extend", "epochs": 2}),
			question(t, "train", map[string]any{"id": id, "do": "go", "ms": 60000}))
		if name == "iris" || name == "frame" {
			list = append(list, question(t, "cut", map[string]any{"id": id, "bonds": []int{5}}))
			id++
			list = append(list, question(t, "solve", map[string]any{"id": id, "sample": sample}))
		}
		list = append(list, question(t, "close", map[string]any{"id": id}))
	}
	return append(list, question(t, "check", map[string]any{"text": square}), question(t, "check", map[string]any{"text": "elastrain: 2"}),
		question(t, "edit", map[string]any{"text": square, "set": [][2]string{{"learn.epochs", "7"}}}),
		question(t, "complete", map[string]any{"text": "learn:\n  ", "line": 2, "column": 3}),
		question(t, "examples", map[string]any{}), question(t, "schema", map[string]any{}), question(t, "solve", map[string]any{"id": 99}))
}

// The engine that pages run answers every verb as this program does: where this build has no assembly, to the last bit; else within 1e-9 of
// the largest number of each array.
func TestBrowserAnswersAsThisProgram(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node on this machine, which runs the engine as a browser does")
	}
	list := questions(t)
	dir := t.TempDir()
	var in bytes.Buffer
	piece := func(b []byte) {
		_ = binary.Write(&in, binary.LittleEndian, uint32(len(b))) // into memory
		in.Write(b)
	}
	for _, q := range list {
		piece([]byte(q.verb))
		piece(q.message)
	}
	questionFile, answerFile := filepath.Join(dir, "questions"), filepath.Join(dir, "answers")
	if err := os.WriteFile(questionFile, in.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(node, "testdata/ask.cjs", "../web/src/engine/wasm_exec.js", "../page/engine.wasm.gz", questionFile, answerFile).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	answers, err := os.ReadFile(answerFile)
	if err != nil {
		t.Fatal(err)
	}
	here := &engine.Engine{Threads: 1, Now: func() float64 { return 0 }}
	for i, q := range list {
		n := int(binary.LittleEndian.Uint32(answers))
		theirs, ours := answers[4:4+n], here.Call(q.verb, q.message)
		answers = answers[4+n:]
		what := fmt.Sprintf("question %d, %s", i+1, q.verb)
		if bytes.Equal(theirs, ours) {
			continue
		}
		if exact {
			t.Errorf("%s %.300s:\nthe browser answers %.300s\nthis program       %.300s", what, q.message, theirs, ours)
			continue
		}
		alike(t, what, parse(t, theirs), parse(t, ours))
	}
}

// alike compares two answers within 1e-9.
func alike(t *testing.T, what string, a, b *reply) {
	for name, array := range a.arrays {
		if array.Type == "f8" {
			near(t, what+": "+name, a.f8(t, name), b.f8(t, name), 1e-9)
		} else if other := b.arrays[name]; other == nil || !bytes.Equal(array.U1, other.U1) {
			t.Errorf("%s: array %s differs", what, name)
		}
	}
	if (a.head["error"] == nil) != (b.head["error"] == nil) {
		t.Errorf("%s: %v and %v", what, a.head["error"], b.head["error"])
	}
	if o, ok := a.head["outputs"].([]any); ok && o != nil {
		near(t, what+": outputs", floats(a.head["outputs"]), floats(b.head["outputs"]), 1e-9)
	}
}
