package studio

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/run/events"
)

// A run is in the state that its lock and the end of its log tell.
func TestStates(t *testing.T) {
	dir := t.TempDir()
	end := func(kind, text string) func(*events.Log) {
		return func(l *events.Log) {
			check(t, l.Tell(events.Record{Kind: kind, Epoch: 3, Text: text}))
			check(t, l.Flush())
		}
	}
	for _, c := range []struct {
		id     string
		change func(*events.Log)
		held   bool
		state  string
		why    string
	}{
		{"killed", nil, false, stopped, "its process is gone"},
		{"alive", nil, true, running, ""},
		{"paused", end(events.KindPause, "stopped at a checkpoint"), false, paused, "stopped at a checkpoint"},
		{"resumed", end(events.KindPause, "stopped at a checkpoint"), true, running, ""},
		{"failed", end(events.KindFault, "the network lost its stiffness"), false, fault, "the network lost its stiffness"},
		{"ended", end(events.KindEnd, "Converged."), false, ended, "Converged."},
	} {
		log := makeRun(t, dir, "runs/"+c.id)
		grow(t, log, 4)
		if c.change != nil {
			c.change(log)
		}
		if c.held {
			hold(t, dir, "runs/"+c.id)
		}
		b := enter(t, open(t, dir))
		r := b.list()["runs/"+c.id]
		if r == nil || r.State != c.state || !strings.HasPrefix(r.Why, c.why) || c.why == "" && r.Why != "" {
			t.Fatalf("%s: %+v", c.id, r)
		}
		if r.Epoch != 3 || r.Epochs != 100 || *r.Loss != 0.25 || len(r.Spark) != 4 || r.Spark[0] != 1 || r.Spark[3] != 0.25 || r.Title != "runs/"+c.id || r.Began == 0 || r.Nodes != 3 {
			t.Errorf("%s: %+v", c.id, r)
		}
	}
}

// A long log is summed up from places spread over it, by the same numbers.
func TestLongSpark(t *testing.T) {
	dir := t.TempDir()
	log := makeRun(t, dir, "a")
	grow(t, log, 5000)
	if info, err := os.Stat(filepath.Join(dir, "a", events.Name)); err != nil || info.Size() < 2*wholeLog {
		t.Fatal("the log is too short for this test")
	}
	r := enter(t, open(t, dir)).list()["a"]
	if n := len(r.Spark); n < mostSpark-2 || n > mostSpark || r.Spark[n-1] != 1.0/5000 || r.Epoch != 4999 {
		t.Fatalf("%+v", r)
	}
	for i := 1; i < len(r.Spark); i++ {
		if !(r.Spark[i] < r.Spark[i-1]) {
			t.Errorf("loss %d is %g behind %g", i, r.Spark[i], r.Spark[i-1])
		}
	}
}

// The list tells when it is another, and not when it is not; what has not changed is not read again.
func TestListFollows(t *testing.T) {
	dir := t.TempDir()
	for n := range 30 {
		grow(t, makeRun(t, dir, fmt.Sprintf("runs/%02d", n)), 1)
	}
	s := open(t, dir)
	b := enter(t, s)
	first := b.list()
	known := s.list.known["runs/07"].row
	r, _ := b.ask("GET", "api/runs", "")
	if r, text := b.ask("GET", "api/runs", "", "If-None-Match: "+r.Header.Get("ETag")); r.StatusCode != 304 || text != "" {
		t.Errorf("%d %.100s", r.StatusCode, text)
	}
	count := 0
	b.stream("api/runs/events", "", func(e event) bool {
		if e.name != "change" {
			t.Errorf("%+v", e)
		}
		if count++; count == 1 {
			grow(t, makeRun(t, dir, "runs/new"), 1)
		}
		return count < 2
	})
	if list := b.list(); list["runs/new"] == nil {
		t.Error("the new run is not listed")
	}
	if len(first) != 30 || s.list.known["runs/07"].row != known {
		t.Error("a run that has not changed was read again")
	}
}

// Runs go into the trash and come back to where they were, unless another is there.
func TestTrash(t *testing.T) {
	dir := t.TempDir()
	grow(t, makeRun(t, dir, "runs/a"), 2)
	grow(t, makeRun(t, dir, "runs/b"), 2)
	hold(t, dir, "runs/b")
	b := enter(t, open(t, dir))
	do := func(id, what string) (int, string) {
		return b.post("api/run/do", map[string]string{"id": id, "do": what})
	}
	if code, text := do("runs/b", "trash"); code != 409 {
		t.Errorf("a run that is trained: %d %s", code, text)
	}
	trashed := func() (ids []string) {
		for _, r := range b.s.trash.rows() {
			ids = append(ids, r.ID)
		}
		return ids
	}
	for range 2 {
		if code, text := do("runs/a", "trash"); code != 200 {
			t.Fatalf("%d %s", code, text)
		}
		ids := trashed()
		if list := b.list(); list["runs/a"] != nil || len(list) != 1 || len(ids) != 1 || !strings.HasSuffix(ids[0], "/runs/a") {
			t.Fatalf("%v %v", list, ids)
		}
		if code, text := do(ids[0], "restore"); code != 200 || !strings.Contains(text, `"id":"runs/a"`) {
			t.Fatalf("%d %s", code, text)
		}
		if list := b.list(); list["runs/a"] == nil || len(trashed()) != 0 {
			t.Fatal("it has not come back")
		}
		if names, err := os.ReadDir(filepath.Join(dir, trashName)); err == nil {
			t.Errorf("%v is left", names)
		}
	}
	do("runs/a", "trash")
	grow(t, makeRun(t, dir, "runs/a"), 1)
	if code, text := do(trashed()[0], "restore"); code != 409 || !strings.Contains(text, "another run") {
		t.Errorf("%d %s", code, text)
	}
	if code, _ := do("runs/a", "trash"); code != 200 || len(trashed()) != 2 {
		t.Errorf("%d %v", code, trashed())
	}
}

// An experiment file is written only where nothing of another editor is lost.
func TestSpecs(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("elastrain: 1\ntitle: \"first\"\nnetwork: {nodes: n.csv}\n"), 0o666))
	check(t, os.WriteFile(filepath.Join(dir, "other.yaml"), []byte("services: {}\n"), 0o666))
	grow(t, makeRun(t, dir, "runs/x"), 1)
	b := enter(t, open(t, dir))
	if code, text := b.get("api/specs"); code != 200 || !strings.Contains(text, `"title":"first"`) || strings.Contains(text, "other") || strings.Contains(text, "runs") {
		t.Errorf("%d %s", code, text)
	}
	_, text := b.get("api/spec?name=a.yaml")
	was := text[strings.Index(text, `"was":"`)+7:][:64]
	save := func(name, text, was string) int {
		code, _ := b.post("api/spec", map[string]string{"name": name, "text": text, "was": was})
		return code
	}
	for i, c := range []struct {
		name, text, was string
		want            int
	}{
		{"a.yaml", "second", "", 409},
		{"a.yaml", "second", strings.Repeat("0", 64), 409},
		{"a.yaml", "second", was, 200},
		{"a.yaml", "third", was, 409},                      // somebody else has written it since
		{"a.yaml", "second", was, 200},                     // what is to stand there stands there
		{"gone.yaml", "x", was, 409},                       // was read and is gone
		{"new/deep/b.yml", "x", "", 200},                   //
		{"a.txt", "x", "", 400},                            //
		{".hidden.yaml", "x", "", 400},                     //
		{"-flag.yaml", "x", "", 400},                       //
		{"line\n.yaml", "x", "", 400},                      //
		{"a.yaml/b.yaml", "x", "", 422},                    // a file is no folder
		{strings.Repeat("n", 300) + ".yaml", "x", "", 422}, // no name for a file
	} {
		if got := save(c.name, c.text, c.was); got != c.want {
			t.Errorf("%d: %s: %d, want %d", i, c.name, got, c.want)
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "a.yaml")); err != nil || string(text) != "second" {
		t.Errorf("%q %v", text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// A folder that cannot be written is shown all the same.
func TestReadOnly(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	grow(t, makeRun(t, dir, "a"), 1)
	check(t, os.Chmod(dir, 0o555))
	defer os.Chmod(dir, 0o777)
	b := enter(t, open(t, dir))
	if _, text := b.get("api/about"); !strings.Contains(text, `"writable":false`) || b.list()["a"] == nil {
		t.Error(text)
	}
}

// Thousands of runs stay quick.
func BenchmarkList(b *testing.B) {
	dir := b.TempDir()
	for n := range 2000 {
		log := makeRun(b, dir, fmt.Sprintf("runs/%04d", n))
		grow(b, log, 50)
	}
	s := open(b, dir)
	began := time.Now()
	s.list.refresh(true)
	first := time.Since(began)
	time.Sleep(settled)
	s.list.refresh(true)
	for b.Loop() {
		s.list.refresh(true)
	}
	b.ReportMetric(float64(first.Milliseconds()), "ms/first")
}
