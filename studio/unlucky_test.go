package studio

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/listing"
)

// What a run was trained from is not written over, whatever name a file is given.
func TestNoFileIntoARun(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, dir, "runs/a")
	b := enter(t, open(t, dir))
	spec := filepath.Join(dir, "runs", "a", "spec.yaml")
	before, err := os.ReadFile(spec)
	check(t, err)
	was := sum(before)
	for _, name := range []string{"runs/a/spec.yaml", "runs/a/resolved.yaml", "runs/a/files/new.yaml", "runs/a/x/y/z.yaml"} {
		if code, text := b.post("api/spec", map[string]string{"name": name, "text": "elastrain: 1\n", "was": was}); code != http.StatusConflict || !strings.Contains(text, "another name") {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	if after, err := os.ReadFile(spec); err != nil || sum(after) != was {
		t.Errorf("%q, %v", after, err)
	}
	if code, text := b.post("api/spec", map[string]string{"name": "runs/beside.yaml", "text": "elastrain: 1\n"}); code != 200 {
		t.Errorf("%d %s", code, text)
	}
}

// A run that cannot be read but is being trained stays where its process writes.
func TestNoTrashUnderATraining(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, dir, "a")
	check(t, os.WriteFile(filepath.Join(dir, "a", listing.ManifestName), []byte("no JSON"), 0o666))
	hold(t, dir, "a")
	b := enter(t, open(t, dir))
	if r := b.list()["a"]; r.State != broken {
		t.Fatalf("%+v", r)
	}
	if code, text := b.post("api/run/do", map[string]string{"id": "a", "do": "trash"}); code != http.StatusConflict || !strings.Contains(text, "being trained") {
		t.Errorf("%d %s", code, text)
	}
}

// slow is an engine that waits before it answers.
type slow struct {
	calls *atomic.Int32
	go_   chan struct{}
}

func (s slow) Call(string, []byte) []byte {
	s.calls.Add(1)
	<-s.go_
	return []byte("{}\n")
}

// What a page has asked that is closed meanwhile is not computed, and no more questions are held than a few.
func TestNothingIsComputedForNobody(t *testing.T) {
	var calls atomic.Int32
	going := make(chan struct{})
	s := open(t, t.TempDir(), func(c *Config) { c.Engine = func() Engine { return slow{&calls, going} } })
	b := enter(t, s)
	ask := func(ctx context.Context) {
		q, err := http.NewRequestWithContext(ctx, "POST", s.Plain(false)+"api/engine/solve", strings.NewReader("{}\n"))
		check(t, err)
		q.Header.Set("Content-Type", "application/octet-stream")
		q.Header.Set("Origin", strings.TrimSuffix(s.Plain(false), "/"))
		q.Header.Set(keyHeader, b.key)
		if r, err := b.Do(q); err == nil {
			_, _ = io.Copy(io.Discard, r.Body)
			_ = r.Body.Close()
		}
	}
	first := make(chan struct{})
	go func() { ask(context.Background()); close(first) }()
	for calls.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, end := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer end()
	gone := make(chan struct{})
	for range 3 * mostHeld {
		go func() { ask(ctx); gone <- struct{}{} }()
	}
	for range 3 * mostHeld {
		<-gone
	}
	if n := len(s.engines.held); n > mostHeld {
		t.Errorf("%d questions are held", n)
	}
	for over := time.Now().Add(longest); len(s.engines.held) > 1 && time.Now().Before(over); { // the server notices that they have gone
		time.Sleep(time.Millisecond)
	}
	close(going)
	<-first
	ask(context.Background())
	if n := calls.Load(); n != 2 {
		t.Errorf("%d questions were computed, want 2", n)
	}
}

// A program that has taken the port of a studio that is gone does not lead a browser elsewhere.
func TestAskedOfAnother(t *testing.T) {
	say := ""
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"address":`+strconv.Quote(say)+`}`)
	}))
	defer other.Close()
	at, err := url.Parse(other.URL)
	check(t, err)
	port, err := strconv.Atoi(at.Port())
	check(t, err)
	p := &Presence{PID: 1, Port: port, Secret: "x"}
	for _, say = range []string{"", "http://attacker.example/", "file:///etc/passwd", "--version", "http://127.0.0.1:1/", "http://127.0.0.1:" + at.Port() + "@attacker.example/", "http://x@127.0.0.1:" + at.Port() + "/",
		"javascript:alert(1)", "http://127.0.0.1:" + at.Port() + "/x?token=1", other.URL + "/#/x"} {
		if address, ok := p.Ask(context.Background(), false); ok {
			t.Errorf("%s is opened", address)
		}
	}
	say = other.URL + "/?token=T"
	if address, ok := p.Ask(context.Background(), false); !ok || address != say {
		t.Errorf("%q %v", address, ok)
	}
}

// A folder that is deleted, or moved away, under the studio is told to be gone, not to be empty; put back it is as before.
func TestFolderGone(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, "work")
	check(t, os.Mkdir(dir, 0o777))
	makeRun(t, dir, "a")
	b := enter(t, open(t, dir))
	ask := func(want int, when string) {
		t.Helper()
		for _, path := range []string{"api/runs", "api/specs", "api/runs?trash=1"} {
			if code, text := b.get(path); code != want || want != 200 && !strings.Contains(text, "deleted, moved") {
				t.Errorf("%s, %s: %d %s", path, when, code, text)
			}
		}
	}
	ask(200, "at first")
	check(t, os.Rename(dir, dir+"-moved"))
	ask(http.StatusGone, "moved")
	check(t, os.Mkdir(dir, 0o777))
	ask(http.StatusGone, "with another in its place")
	check(t, os.Remove(dir))
	check(t, os.Rename(dir+"-moved", dir))
	ask(200, "back")
	check(t, os.RemoveAll(dir))
	ask(http.StatusGone, "deleted")
}

// Of orders to delete one run that come at once one moves it, and nothing empty is left in the trash.
func TestTrashAtOnce(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, dir, "runs/a")
	b := enter(t, open(t, dir))
	codes := make(chan int)
	for range 4 {
		go func() {
			code, _ := b.post("api/run/do", map[string]string{"id": "runs/a", "do": "trash"})
			codes <- code
		}()
	}
	count := map[int]int{}
	for range 4 {
		count[<-codes]++
	}
	left, err := os.ReadDir(filepath.Join(dir, trashName))
	check(t, err)
	if count[200] != 1 || count[http.StatusNotFound] != 3 || len(left) != 1 {
		t.Errorf("%v, %v", count, left)
	}
}

// A command that no system takes is refused with the way out.
func TestLongCommand(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, dir, "a")
	b := enter(t, open(t, dir, func(c *Config) { c.Program = []string{os.Args[0]} }))
	cut := make([]int, 1<<20)
	for i := range cut {
		cut[i] = 7
	}
	if code, text := b.post("api/run/do", map[string]any{"id": "a", "do": "damage", "cut": cut}); code != http.StatusRequestEntityTooLarge || !strings.Contains(text, "network.cut") {
		t.Errorf("%d %.300s", code, text)
	}
}

// Words of a hostile log do not fill the list, nor turn the direction of what stands behind them.
func TestShortWords(t *testing.T) {
	dir := t.TempDir()
	log := makeRun(t, dir, "a")
	check(t, log.Tell(events.Record{Kind: events.KindFault, Text: "\u202e\x1b[31mno\x00 " + strings.Repeat("W", 100000)}))
	check(t, log.Flush())
	b := enter(t, open(t, dir))
	if r := b.list()["a"]; !strings.HasPrefix(r.Why, "[31mno W") || len(r.Why) > 500 || !strings.HasSuffix(r.Why, "W…") {
		t.Errorf("%.600q", r.Why)
	}
}
