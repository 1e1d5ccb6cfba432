package studio

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/listing"
	"github.com/elastrain/elastrain/snapshot"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open serves a folder until the test ends.
func open(t testing.TB, dir string, more ...func(*Config)) *Server {
	t.Helper()
	c := Config{Dir: dir, Page: fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>page</title>")}, "studio.js": {Data: []byte("1")}, "engine.wasm.gz": {Data: packed("wasm")}}, Version: "1"}
	for _, change := range more {
		change(&c)
	}
	s, err := New(c, "", 0)
	check(t, err)
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

// browser is one that was let in.
type browser struct {
	t testing.TB
	s *Server
	*http.Client
	key string // that it was given beside the cookie
}

func enter(t testing.TB, s *Server) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	check(t, err)
	b := &browser{t, s, &http.Client{Jar: jar, Transport: &http.Transport{}}, ""}
	t.Cleanup(b.CloseIdleConnections)
	r, text := b.ask("GET", strings.TrimPrefix(s.Address(false), s.Plain(false)), "")
	if b.key = r.Header.Get(keyHeader); r.StatusCode != 200 || b.key == "" {
		t.Fatalf("not let in: %d %s", r.StatusCode, text)
	}
	return b
}

// ask sends a request with headers "Name: value" and returns the answer.
func (b *browser) ask(method, path, body string, headers ...string) (*http.Response, string) {
	b.t.Helper()
	q, err := http.NewRequest(method, b.s.Plain(false)+path, strings.NewReader(body))
	check(b.t, err)
	if b.key != "" {
		q.Header.Set(keyHeader, b.key)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			q.Host = value
		} else {
			q.Header.Add(name, value)
		}
	}
	r, err := b.Do(q)
	check(b.t, err)
	text, err := io.ReadAll(r.Body)
	check(b.t, err)
	check(b.t, r.Body.Close())
	return r, string(text)
}

func (b *browser) get(path string) (int, string) {
	b.t.Helper()
	r, text := b.ask("GET", path, "")
	return r.StatusCode, text
}

// post sends what a page of the studio would.
func (b *browser) post(path string, v any) (int, string) {
	b.t.Helper()
	body, err := json.Marshal(v)
	check(b.t, err)
	r, text := b.ask("POST", path, string(body), "Content-Type: application/json", "Origin: "+strings.TrimSuffix(b.s.Plain(false), "/"))
	return r.StatusCode, text
}

// list is the rows of the list, by id.
func (b *browser) list() map[string]*Row {
	b.t.Helper()
	b.s.list.refresh(true)
	code, text := b.get("api/runs")
	var list struct{ Runs []*Row }
	if err := json.Unmarshal([]byte(text), &list); err != nil || code != 200 {
		b.t.Fatalf("%d %v %s", code, err, text)
	}
	all := map[string]*Row{}
	for _, r := range list.Runs {
		all[r.ID] = r
	}
	return all
}

// longest is how long anything is waited for. It ends what hangs and says nothing of how quick something is: a machine may be busy.
const longest = 2 * time.Minute

// event is one of a stream.
type event struct{ name, id, data string }

// stream reads events until one is wanted no more.
func (b *browser) stream(path, last string, want func(event) bool) {
	b.t.Helper()
	ctx, end := context.WithTimeout(context.Background(), longest)
	defer end()
	q, err := http.NewRequestWithContext(ctx, "GET", b.s.Plain(false)+path, nil)
	check(b.t, err)
	q.Header.Set(keyHeader, b.key)
	if last != "" {
		q.Header.Set("Last-Event-ID", last)
	}
	r, err := b.Do(q)
	check(b.t, err)
	defer r.Body.Close()
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "text/event-stream" {
		b.t.Errorf("%s: %d %s", path, r.StatusCode, r.Header.Get("Content-Type"))
		return
	}
	var e event
	lines := bufio.NewReader(r.Body)
	for {
		text, err := lines.ReadString('\n')
		if err != nil {
			b.t.Errorf("%s: the stream ends with %v", path, err)
			return
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(text, "\n"), ": ")
		switch name {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "":
			if e.data != "" && !want(e) {
				return
			}
			e = event{}
		}
	}
}

// seqs are the numbers of the records of an event.
func seqs(t testing.TB, e event) (list []int) {
	t.Helper()
	var d struct{ Records []struct{ Seq int } }
	check(t, json.Unmarshal([]byte(e.data), &d))
	for _, r := range d.Records {
		list = append(list, r.Seq)
	}
	return list
}

// make writes a run directory as far as the studio reads it, and returns its log.
func makeRun(t testing.TB, dir, id string) *events.Log {
	t.Helper()
	at := filepath.Join(dir, filepath.FromSlash(id))
	check(t, os.MkdirAll(at, 0o777))
	manifest, err := json.Marshal(map[string]any{"format": 1, "kind": "train", "identity": id, "epochs": 100})
	check(t, err)
	check(t, os.WriteFile(filepath.Join(at, listing.ManifestName), manifest, 0o666))
	check(t, os.WriteFile(filepath.Join(at, "spec.yaml"), []byte("elastrain: 1\n"), 0o666))
	log, err := events.Open(atomicfile.OS{}, at)
	check(t, err)
	t.Cleanup(func() { check(t, log.Close()) })
	if log.Count() == 0 {
		check(t, log.Tell(events.Record{Kind: events.KindHead, Head: &events.Head{Format: 1, ID: events.NewID(), Of: "run", Kind: "train", Title: id, Spec: "a.yaml", Nodes: 3,
			Blocks: []snapshot.Block{{Kind: "bar", Names: []string{"stiffness"}, Elements: 3}}}}))
		check(t, log.Tell(events.Record{Kind: events.KindBegin, Epochs: 100}))
		check(t, log.Flush())
	}
	return log
}

// grow tells some epochs more.
func grow(t testing.TB, log *events.Log, epochs int) {
	t.Helper()
	for range epochs {
		n := log.Epoch() + 1
		loss := 1 / float64(n+1)
		check(t, log.Tell(events.Record{Kind: events.KindEpoch, Epoch: n, Steps: n, Loss: &loss, Theta: []float64{1, 2, float64(n)}}))
	}
	check(t, log.Flush())
}

// hold makes this process the one that trains a run.
func hold(t testing.TB, dir, id string) {
	t.Helper()
	lock, err := atomicfile.Lock(filepath.Join(dir, filepath.FromSlash(id), listing.LockName))
	check(t, err)
	t.Cleanup(func() { check(t, lock.Unlock()) })
}

func escape(s string) string { return url.QueryEscape(s) }

func packed(text string) []byte {
	var b bytes.Buffer
	z := newGzip(&b)
	_, _ = z.Write([]byte(text)) // into memory
	_ = z.Close()
	return b.Bytes()
}
