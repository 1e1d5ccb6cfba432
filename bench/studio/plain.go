package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// plain is the least that fifty viewers can be served by: answers from memory, and the lines of a file as they come,
// read once and written to every connection five times a second.
func plain(dir string) error {
	mux := http.NewServeMux()
	for _, name := range []string{"runs", "about"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		mux.HandleFunc("GET /api/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"1"`)
			if r.Header.Get("If-None-Match") == `"1"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = w.Write(text) // who has gone is not told
		})
	}
	mux.HandleFunc("GET /api/runs/events", func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush() // nothing is ever new
		<-r.Context().Done()
	})
	t := &told{path: filepath.Join(dir, "log"), news: make(chan struct{})}
	mux.HandleFunc("GET /api/run/log", t.serve)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go t.follow(ended)
	server := &http.Server{Handler: mux}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	err = answers("http://" + listener.Addr().String())
	close(ended)
	err = errors.Join(err, server.Close())
	if other := <-served; !errors.Is(other, http.ErrServerClosed) {
		err = errors.Join(err, other)
	}
	return err
}

// told is a file that many follow.
type told struct {
	path string
	mu   sync.Mutex
	text []byte // events so far
	read int64
	news chan struct{}
}

// follow reads what is new, as one event.
func (t *told) follow(ended chan struct{}) {
	for {
		if file, err := os.Open(t.path); err == nil {
			text, err := io.ReadAll(io.NewSectionReader(file, t.read, 1<<30))
			_ = file.Close() // it was only read
			if end := bytes.LastIndexByte(text, '\n'); err == nil && end >= 0 {
				t.take(text[:end])
				t.read += int64(end) + 1
			}
		}
		select {
		case <-ended:
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// take tells lines; parameters, of which there are few and long, are left out, as the studio does.
func (t *told) take(lines []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, `data: {"records":[`...)
	for i, line := range bytes.Split(lines, []byte("\n")) {
		if i > 0 {
			t.text = append(t.text, ',')
		}
		before, rest, has := bytes.Cut(line, []byte(`,"theta":[`))
		if t.text = append(t.text, before...); has {
			_, rest, _ = bytes.Cut(rest, []byte("]"))
			t.text = append(t.text, rest...)
		}
	}
	t.text = append(t.text, "]}\n\n"...)
	close(t.news)
	t.news = make(chan struct{})
}

// serve writes it, from its beginning.
func (t *told) serve(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	for at := 0; ; {
		t.mu.Lock()
		text, news := t.text[at:len(t.text):len(t.text)], t.news
		t.mu.Unlock()
		if len(text) > 0 {
			if _, err := w.Write(text); err != nil || control.Flush() != nil {
				return
			}
			at += len(text)
		}
		select {
		case <-r.Context().Done():
			return
		case <-news:
		}
	}
}
