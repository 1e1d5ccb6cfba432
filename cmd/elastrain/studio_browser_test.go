//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// opened is a studio that runs as a process, and a browser that was let in.
type opened struct {
	t       *testing.T
	dir     string
	process *exec.Cmd
	said    *bytes.Buffer
	base    string
	shown   shown
	browser *http.Client
}

// openStudio starts elastrain studio in a folder. With a browser of an earlier one no token is used.
func openStudio(t *testing.T, dir string, browser *http.Client, args ...string) *opened {
	t.Helper()
	program, err := exec.LookPath("elastrain")
	if err != nil {
		t.Fatal(err)
	}
	o := &opened{t: t, dir: dir, said: new(bytes.Buffer), browser: browser}
	o.process = exec.Command(program, append([]string{"studio", "--no-open", "--json"}, args...)...)
	o.process.Dir, o.process.Stderr = dir, o.said
	o.process.Env = append(os.Environ(), victim+"=1") // of what it starts as well
	out, err := o.process.StdoutPipe()
	if err == nil {
		err = o.process.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.process.Process.Kill(); _ = o.process.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &o.shown) != nil {
		t.Fatalf("%q %v\n%s", line, err, o.said)
	}
	o.base = fmt.Sprintf("http://127.0.0.1:%d/", o.shown.Port)
	if browser == nil {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		o.browser = &http.Client{Jar: jar, Transport: &keyed{}}
		r, err := o.browser.Get(o.shown.Address)
		if err != nil || r.StatusCode != 200 {
			t.Fatalf("not let in: %v %v", r, err)
		}
		_ = r.Body.Close()
	}
	return o
}

// keyed shows the key that came with the cookie, as the page does.
type keyed struct{ key atomic.Value }

func (k *keyed) RoundTrip(q *http.Request) (*http.Response, error) {
	if key, is := k.key.Load().(string); is {
		q = q.Clone(q.Context())
		q.Header.Set("Elastrain-Key", key)
	}
	r, err := http.DefaultTransport.RoundTrip(q)
	if err == nil && r.Header.Get("Elastrain-Key") != "" {
		k.key.Store(r.Header.Get("Elastrain-Key"))
	}
	return r, err
}

// row is what the page is told of a run.
type row struct {
	ID, State, Why string
	Epoch, Epochs  int
}

// ask sends a request; a body makes it a POST of the page's.
func (o *opened) ask(path string, body any) (int, string) {
	o.t.Helper()
	q, err := http.NewRequest("GET", o.base+path, nil)
	if body != nil {
		var text []byte
		if text, err = json.Marshal(body); err == nil {
			q, err = http.NewRequest("POST", o.base+path, bytes.NewReader(text))
		}
	}
	if err != nil {
		o.t.Fatal(err)
	}
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Origin", strings.TrimSuffix(o.base, "/"))
	}
	r, err := o.browser.Do(q)
	if err != nil {
		o.t.Error(err)
		return 0, ""
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		o.t.Error(err)
	}
	return r.StatusCode, string(text)
}

// do carries out an order and returns the run.
func (o *opened) do(path string, body map[string]any) row {
	o.t.Helper()
	code, text := o.ask(path, body)
	var a struct{ Run row }
	if code != 200 || json.Unmarshal([]byte(text), &a) != nil {
		o.t.Fatalf("%s %v: %d %s", path, body, code, text)
	}
	return a.Run
}

// state waits until a run is in a state.
func (o *opened) state(id, want string) row {
	o.t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		_, text := o.ask("api/run?id="+url.QueryEscape(id), nil)
		var a struct{ Run row }
		if json.Unmarshal([]byte(text), &a) == nil && a.Run.State == want {
			return a.Run
		}
		if time.Since(began) > patience {
			o.t.Fatalf("%s is not %s: %s", id, want, text)
		}
	}
}

// follow reads records of a log behind one, until the number of the last that is wanted.
func (o *opened) follow(id, behind string, to int) (seqs []int, last string) {
	o.t.Helper()
	q, err := http.NewRequest("GET", o.base+"api/run/log?id="+url.QueryEscape(id), nil)
	if err != nil {
		o.t.Fatal(err)
	}
	if behind != "" {
		q.Header.Set("Last-Event-ID", behind)
	}
	r, err := o.browser.Do(q)
	if err != nil {
		o.t.Error(err)
		return nil, behind
	}
	defer r.Body.Close()
	last = behind
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if id, is := strings.CutPrefix(lines.Text(), "id: "); is {
			last = id
		}
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		var d struct{ Records []struct{ Seq int } }
		if !is || json.Unmarshal([]byte(data), &d) != nil {
			continue
		}
		for _, r := range d.Records {
			seqs = append(seqs, r.Seq)
		}
		if n := len(seqs); n > 0 && seqs[n-1] >= to {
			break
		}
	}
	return seqs, last
}
