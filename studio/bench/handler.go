package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/insitu"
)

const (
	mostBody    = 1 << 20 // bytes of a request that is no photograph
	mostStreams = 64      // pages that look on at once
	mostUploads = 6       // photographs that come at once, each held in memory
	heartbeat   = 15 * time.Second
	glance      = time.Second // how often what other processes do is looked at
	writeWithin = 20 * time.Second
)

// Handler answers below /api/bench. Whoever mounts it sees to who is let in.
func (h *Host) Handler() http.Handler {
	mux := http.NewServeMux()
	var streams, uploads atomic.Int32
	route := func(pattern string, do func(http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			if err := do(w, r); err != nil {
				refuse(w, err)
			}
		})
	}
	route("GET /api/bench", func(w http.ResponseWriter, r *http.Request) error {
		s, err := h.State(r.URL.Query().Get("id"))
		if err == nil {
			send(w, http.StatusOK, s)
		}
		return err
	})
	route("GET /api/bench/record", func(w http.ResponseWriter, r *http.Request) error {
		record, err := h.Record(r.URL.Query().Get("id"))
		if err == nil {
			send(w, http.StatusOK, record)
		}
		return err
	})
	route("GET /api/bench/picture", h.picture)
	route("GET /api/bench/events", func(w http.ResponseWriter, r *http.Request) error {
		if streams.Add(1) > mostStreams {
			streams.Add(-1)
			return &refusal{http.StatusServiceUnavailable, "too many pages look on", "close some"}
		}
		defer streams.Add(-1)
		return h.stream(w, r)
	})
	route("POST /api/bench/start", func(w http.ResponseWriter, r *http.Request) error {
		var q struct {
			Spec      string   `json:"spec"`
			Overrides []string `json:"overrides"`
		}
		if err := read(w, r, &q); err != nil {
			return err
		}
		id, err := h.Start(q.Spec, q.Overrides)
		if err == nil {
			send(w, http.StatusOK, map[string]string{"id": id})
		}
		return err
	})
	route("POST /api/bench/answer", func(w http.ResponseWriter, r *http.Request) error {
		var q struct{ ID, Turn, Answer, Reason string }
		if err := read(w, r, &q); err != nil {
			return err
		}
		l := h.live(q.ID)
		if l == nil || !l.running() {
			return notRunning
		}
		again, err := l.page.answer(q.Turn, q.Answer, clean(q.Reason))
		if err == nil {
			h.changed(q.ID)
			send(w, http.StatusOK, map[string]bool{"again": again})
		}
		return err
	})
	route("POST /api/bench/photo", func(w http.ResponseWriter, r *http.Request) error {
		if uploads.Add(1) > mostUploads {
			uploads.Add(-1)
			return &refusal{http.StatusServiceUnavailable, "too many photographs come at once", "send it again in a moment"}
		}
		defer uploads.Add(-1)
		return h.photo(w, r)
	})
	route("POST /api/bench/do", func(w http.ResponseWriter, r *http.Request) error {
		var q struct{ ID, Do, Reason string }
		if err := read(w, r, &q); err != nil {
			return err
		}
		if err := h.do(q.ID, q.Do, clean(q.Reason)); err != nil {
			return err
		}
		h.changed(q.ID)
		s, err := h.State(q.ID)
		if err == nil {
			send(w, http.StatusOK, s)
		}
		return err
	})
	return mux
}

// do is what the buttons do.
func (h *Host) do(id, what, reason string) error {
	l := h.live(id)
	running := l != nil && l.running()
	end := func(status, why string) error {
		if reason != "" {
			why = reason
		}
		if running {
			return l.safe(&ending{status, why})
		}
		if err := h.unlinked(id); err != nil {
			return err
		}
		return insitu.End(atomicfile.OS{}, filepath.Join(h.dir, filepath.FromSlash(id)), status, why)
	}
	switch what {
	case "resume":
		return h.Resume(id)
	case "pause":
		if running {
			return l.pause()
		}
		return notRunning
	case "safe":
		if running {
			return l.safe(nil)
		}
		return &refusal{http.StatusConflict, "nobody runs this session here, so nothing moves", "take all weights off by hand; resume asks for that first"}
	case "stop":
		return end("success", "stopped by hand")
	case "abort":
		return end("abort", "given up by hand")
	}
	return &refusal{http.StatusBadRequest, fmt.Sprintf("%.40q is nothing that can be done", what), "pause, safe, resume, stop or abort"}
}

// read takes the JSON of a request.
func read(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		return &refusal{http.StatusBadRequest, "the request cannot be read: " + err.Error(), "it is JSON"}
	}
	return nil
}

// stream tells the state of a session whenever it is another. Each event has all of it, so a page that was away misses
// nothing.
func (h *Host) stream(w http.ResponseWriter, r *http.Request) error {
	id := r.URL.Query().Get("id")
	s, err := h.State(id)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	write := func(text string) error {
		_ = control.SetWriteDeadline(time.Now().Add(writeWithin)) // a recorder of tests has none
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
		return control.Flush()
	}
	glances := time.NewTicker(glance)
	defer glances.Stop()
	last, told := "", time.Now()
	for {
		text, err := json.Marshal(s)
		if err != nil {
			return nil // it cannot be told here any more
		}
		switch now := string(text); {
		case now != last:
			err, last, told = write("data: "+now+"\n\n"), now, time.Now()
		case time.Since(told) > heartbeat:
			err, told = write(":\n\n"), time.Now()
		}
		if err != nil {
			return nil // the page has gone
		}
		signal := h.signal(id)
		if next, err := h.State(id); err == nil {
			next.Seconds = steady(s.Seconds, next.Seconds)
			if again, err := json.Marshal(next); err == nil && string(again) != last {
				s = next
				continue
			}
		}
		select {
		case <-signal:
		case <-glances.C:
		case <-r.Context().Done():
			return nil
		}
		if next, err := h.State(id); err == nil {
			next.Seconds = steady(s.Seconds, next.Seconds)
			s = next
		}
	}
}

// steady keeps a time that is left as it was said, as long as it has changed little: a page counts down by itself.
func steady(was, is float64) float64 {
	if d := is - was; was > 0 && is > 0 && d < 0.05*was && -d < 0.05*was {
		return was
	}
	return is
}
