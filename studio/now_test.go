package studio_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/studio"
)

// What a page asks of a log at once is what the stream tells: every record, from the number on, of the log that it knows.
func TestRecordsAtOnce(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "runs", "one")
	if err := os.MkdirAll(run, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(run, "manifest.json"), []byte(`{"format":1,"kind":"train"}`), 0o666); err != nil {
		t.Fatal(err)
	}
	log, err := events.Open(atomicfile.OS{}, run)
	if err != nil {
		t.Fatal(err)
	}
	records := []events.Record{{Kind: events.KindHead, Head: &events.Head{Format: 1, ID: "a", Of: "run", Kind: "train"}}}
	for i := range 5 {
		loss := 1 / float64(i+1)
		records = append(records, events.Record{Kind: events.KindEpoch, Epoch: i, Steps: i, Loss: &loss})
	}
	for _, r := range records {
		if err := log.Tell(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}

	s, err := studio.New(studio.Config{Dir: dir, Page: fstest.MapFS{"index.html": {Data: []byte("a page")}}}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser, key := &http.Client{Jar: jar}, ""
	get := func(address string) []byte {
		t.Helper()
		q, err := http.NewRequest("GET", address, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Elastrain-Key", key)
		r, err := browser.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		if given := r.Header.Get("Elastrain-Key"); given != "" {
			key = given
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%d %v %s", r.StatusCode, err, text)
		}
		return text
	}
	get(s.Address(false))
	ask := func(query string) (seqs []int, mark string) {
		t.Helper()
		var a struct {
			Records []struct{ Seq int }
			More    bool
			Mark    string
			Now     struct{ State string }
		}
		text := get(s.Plain(false) + "api/run/log?id=runs/one&now=1" + query)
		if err := json.Unmarshal(text, &a); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if a.More || a.Now.State == "" {
			t.Errorf("the answer says more=%t and the state %q", a.More, a.Now.State)
		}
		for _, r := range a.Records {
			seqs = append(seqs, r.Seq)
		}
		return seqs, a.Mark
	}
	check := func(what string, got []int, want ...int) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: records %v, want %v", what, got, want)
		}
	}
	all, mark := ask("")
	check("all", all, 1, 2, 3, 4, 5, 6)
	from, _ := ask("&from=5")
	check("from 5", from, 5, 6)
	none, _ := ask("&after=6@" + mark)
	check("after the last", none)
	other, _ := ask("&after=6@0000")
	check("after the last of another log", other, 1, 2, 3, 4, 5, 6)
}
