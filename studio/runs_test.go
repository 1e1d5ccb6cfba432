package studio

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/listing"
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
	if info, err := os.Stat(filepath.Join(dir, "a", events.Name)); err != nil || info.Size() < 1<<19 {
		t.Fatal("the log is too short for this test")
	}
	r := enter(t, open(t, dir)).list()["a"]
	if n := len(r.Spark); n < listing.MostSpark-2 || n > listing.MostSpark || r.Spark[n-1] != 1.0/5000 || r.Epoch != 4999 {
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

// Whoever asks for rows is told all of them at first and then those that are another or gone, so that together they are the list;
// a hundred who do so are told the same bytes, and nobody looks on when they have gone.
func TestListTellsRows(t *testing.T) {
	dir := t.TempDir()
	for n := range 3 {
		grow(t, makeRun(t, dir, fmt.Sprintf("runs/%d", n)), 1)
	}
	log := makeRun(t, dir, "runs/grows")
	s := open(t, dir)
	b := enter(t, s)
	const viewers = 20
	var all sync.WaitGroup
	var begun sync.WaitGroup
	begun.Add(viewers)
	type row struct {
		ID    string
		Epoch int
	}
	for range viewers {
		all.Go(func() {
			have := map[string]row{}
			first := true
			b.stream("api/runs/events?rows=1", "", func(e event) bool {
				var d struct {
					Runs []row
					Gone []string
				}
				if (e.name == "list") != first || !first && e.name != "rows" || json.Unmarshal([]byte(e.data), &d) != nil || first && len(d.Runs) != 4 || !first && len(d.Runs) > 2 {
					t.Errorf("%+v", e)
				}
				for _, r := range d.Runs {
					have[r.ID] = r
				}
				for _, id := range d.Gone {
					delete(have, id)
				}
				if first {
					first = false
					begun.Done()
				}
				return !(len(have) == 4 && have["runs/1"].ID == "" && have["runs/new"].ID != "" && have["runs/grows"].Epoch == 6)
			})
		})
	}
	begun.Wait()
	grow(t, log, 7)
	check(t, os.RemoveAll(filepath.Join(dir, "runs", "1")))
	grow(t, makeRun(t, dir, "runs/new"), 1)
	all.Wait()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		s.list.mu.Lock()
		going, watchers := s.list.going, s.list.watchers
		s.list.mu.Unlock()
		if !going && watchers == 0 {
			break
		}
		if time.Since(began) > longest {
			t.Fatalf("%d watchers are left, somebody looks: %v", watchers, going)
		}
	}
}

// What is told to many is told less often: all viewers of a log together get at most a hundred events a second.
func TestManyAreToldLessOften(t *testing.T) {
	dir := t.TempDir()
	log := makeRun(t, dir, "a")
	hold(t, dir, "a")
	b := enter(t, open(t, dir))
	const viewers = 30
	var events atomic.Int64
	var all, begun sync.WaitGroup
	begun.Add(viewers)
	ended := make(chan struct{})
	for range viewers {
		all.Go(func() {
			next := 1
			b.stream("api/run/log?id=a", "", func(e event) bool {
				if e.name == "" {
					if events.Add(1); next == 1 {
						begun.Done()
					}
					for _, n := range seqs(t, e) {
						if n != next {
							t.Errorf("record %d comes where %d is due", n, next)
						}
						next++
					}
				}
				select {
				case <-ended:
					return false
				default:
					return true
				}
			})
		})
	}
	begun.Wait() // each that comes has the log read at once, which all are told
	began, before := time.Now(), events.Load()
	for time.Since(began) < 1500*time.Millisecond || events.Load() < before+viewers && time.Since(began) < longest {
		grow(t, log, 1)
		time.Sleep(10 * time.Millisecond)
	}
	told, took := float64(events.Load()-before), time.Since(began).Seconds()
	close(ended)
	grow(t, log, 1)
	all.Wait()
	if told < viewers || told > 100*took+2*viewers { // one look may have begun before, and one is for the beginning
		t.Errorf("%g events for %d viewers in %.1f s", told, viewers, took)
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
