package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/studio/engine"
)

// lattice is an experiment on a triangular lattice, whose task pushes a node.
func lattice(rows, columns, push int) string {
	return fmt.Sprintf(`elastrain: 1
network: {lattice: triangular, size: %d x %d, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m, start: 100 N/m}
supports: {pinned: [1, 2]}
task:
  kind: behaviour
  cases:
    - push: [{node: %d, along: -y, force: 1 mN}]
      want: [{node: 3, along: x, move: 0.1 mm}]
learn: {method: adam, epochs: 5}
`, rows, columns, push)
}

// clock is a time that grows by a millisecond whenever it is asked for.
func clock() func() float64 {
	ms := 0.0
	return func() float64 { ms++; return ms }
}

// What cannot be built because it is too large is not built to be drawn either.
func TestTooLargeToDraw(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, text := range []string{lattice(2000, 2000, 999999999), lattice(1000, 2000, 999999999), strings.Replace(lattice(1, 1, 9), "size: 1 x 1", "rows: 2000000-1999999", 1)} {
		r := ask(t, &engine.Engine{Memory: 1 << 26}, "check", map[string]any{"text": text})
		if list, _ := r.head["errors"].([]any); len(list) == 0 || r.head["shape"] != nil || len(r.text) > 1<<16 {
			t.Errorf("%d bytes: %.300s", len(r.text), r.text)
		}
	}
	if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 64<<20 {
		t.Errorf("it took %d MB", (after.TotalAlloc-before.TotalAlloc)>>20)
	}
	if r := ask(t, &engine.Engine{}, "check", map[string]any{"text": lattice(30, 30, 999999999)}); r.head["shape"] == nil {
		t.Errorf("a small one is not drawn: %.300s", r.text)
	}
}

// A training that is asked for nonsense answers, soon, and goes on as before.
func TestTrainNonsense(t *testing.T) {
	e := &engine.Engine{Now: clock()}
	id := ask(t, e, "open", map[string]any{"text": lattice(4, 4, 12)}).head["id"]
	ask(t, e, "train", map[string]any{"id": id, "do": "begin"})
	for _, more := range []map[string]any{
		{"do": "go", "ms": 1e300}, {"do": "go", "ms": 60001}, {"do": "go", "epochs": math.MaxInt64}, {"do": "go", "epochs": -1}, {"do": "go", "epochs": 1e9},
		{"do": "extend", "epochs": math.MaxInt64}, {"do": "extend", "epochs": 100_000_000}, {"do": "begin", "epochs": math.MaxInt64}, {"do": "again"},
	} {
		more["id"] = id
		if r := ask(t, e, "train", more); r.head["error"] == nil {
			t.Errorf("%v: %.200s", more, r.text)
		}
	}
	r := ask(t, e, "train", map[string]any{"id": id, "do": "go", "ms": 60000})
	if r.head["epoch"] != 5.0 || r.head["done"] != true {
		t.Errorf("%.300s", r.text)
	}
}

// Whatever message comes, each verb answers with a message, no fault among them, in bounded time.
func FuzzCall(f *testing.F) {
	verbs := []string{"version", "check", "open", "close", "solve", "gradient", "score", "train", "cut", "edit", "complete", "schema", "none"}
	small, err := json.Marshal(lattice(3, 3, 6))
	if err != nil {
		f.Fatal(err)
	}
	for i := range verbs {
		for _, line := range []string{"{}", "{\"id\":1}", "{\"id\":1,\"input\":[1e300]}", "{\"id\":1,\"sample\":{\"part\":\"training\",\"i\":0}}", "{\"id\":1,\"do\":\"begin\"}", "{\"id\":1,\"do\":\"go\",\"ms\":1e9}",
			"{\"id\":1,\"bonds\":[1,-1,9223372036854775807]}", "{\"text\":" + string(small) + "}", "{\"text\":" + string(small) + ",\"overrides\":[\"learn.epochs=1e9\"],\"name\":\"\\u0000\"}",
			"{\"text\":\"a: 1\",\"line\":1,\"column\":9,\"set\":[[\"b[1].c\",\"x\"]],\"remove\":[\"a\"]}", "{\"arrays\":[{\"name\":\"theta\",\"type\":\"f8\",\"shape\":[4294967296,4294967296]}]}",
			"{\"id\":1,\"arrays\":[{\"name\":\"theta\",\"type\":\"u1\",\"shape\":[]}]}", "null", strings.Repeat("[", 20000), "9999999999999999999 {}", "8 {\"id\":1,\"arrays\":[{\"name\":\"theta\",\"type\":\"f8\",\"shape\":[1]}]}\n12345678"} {
			if !strings.Contains(line, "\n") {
				line += "\n"
			}
			f.Add(uint8(i), []byte(line))
		}
	}
	f.Fuzz(func(t *testing.T, verb uint8, whole []byte) {
		e := &engine.Engine{Memory: 1 << 26, Threads: 1, Now: clock()}
		ask(t, e, "open", map[string]any{"text": lattice(3, 3, 6)})
		for range 2 { // the second time the first has been
			reply := e.Call(verbs[int(verb)%len(verbs)], whole)
			object, _, err := message.Split(reply)
			if err != nil || !json.Valid(object) {
				t.Fatalf("%v: %.200q", err, reply)
			}
			if bytes.Contains(object, []byte(`"trace"`)) {
				t.Fatalf("%.700s", object)
			}
		}
		if r := ask(t, e, "version", nil); r.head["error"] != nil {
			t.Fatalf("%s", r.text)
		}
	})
}
