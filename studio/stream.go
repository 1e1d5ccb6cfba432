package studio

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Streams are server-sent events: a browser comes back by itself after a break and says what it has seen last.

const (
	mostStreams  = 256
	sendWithin   = 30 * time.Second      // a viewer that takes longer is let go; it comes back by itself
	heartbeat    = 15 * time.Second      // so that a viewer that has gone is noticed
	batchEvery   = 34 * time.Millisecond // between two batches of a log that was there
	sendEach     = 10 * time.Millisecond // with many viewers what is new is told less often: they are a load beside a training
	mostBatch    = 4096                  // records
	mostBatchLen = 1 << 20
)

// stream is an answer that goes on.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// stream begins one, unless there are too many.
func (s *Server) stream(w http.ResponseWriter) (*stream, func(), error) {
	if s.streams.Add(1) > mostStreams {
		s.streams.Add(-1)
		w.Header().Set("Retry-After", "5")
		return nil, nil, refused(http.StatusServiceUnavailable, "close some of the pages", "%d pages look at this already", mostStreams)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	out := &stream{w, http.NewResponseController(w)}
	return out, func() { s.streams.Add(-1) }, out.write([]byte("retry: 1000\n\n"))
}

// write sends a piece of text.
func (o *stream) write(text []byte) error {
	if err := o.control.SetWriteDeadline(time.Now().Add(sendWithin)); err != nil {
		return err
	}
	if _, err := o.w.Write(text); err != nil {
		return err
	}
	return o.control.Flush()
}

// eventText is an event as it is sent; the data are JSON, which has no newline.
func eventText(name, id string, data []byte) []byte {
	text := make([]byte, 0, len(name)+len(id)+len(data)+32)
	if name != "" {
		text = append(append(append(text, "event: "...), name...), '\n')
	}
	if id != "" {
		text = append(append(append(text, "id: "...), id...), '\n')
	}
	return append(append(append(text, "data: "...), data...), "\n\n"...)
}

// runsEvents tells when the list of runs is another: that it is, or with rows which rows are.
func (s *Server) runsEvents(w http.ResponseWriter, r *http.Request) error {
	ctx, end := s.life(r)
	defer end()
	out, leave, err := s.stream(w)
	if err != nil {
		return err
	}
	defer leave()
	rows := r.URL.Query().Get("rows") != ""
	s.list.list()
	defer s.list.watch()()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for told := -1; ; {
		now, news := s.list.latest()
		if now.count != told {
			text := now.whole
			switch {
			case !rows:
				text = eventText("change", "", strconv.AppendInt(nil, int64(now.count), 10))
			case now.count == told+1:
				text = now.changes
			}
			if told = now.count; out.write(text) != nil {
				return nil // the viewer has gone
			}
			beat.Reset(heartbeat)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-news:
		case <-beat.C:
			if out.write([]byte(": \n\n")) != nil {
				return nil
			}
		}
	}
}

// log tells the records of a run, those that are there and those that come, each once.
func (s *Server) log(w http.ResponseWriter, r *http.Request) error {
	row, err := s.list.row(r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	next, mark, err := position(r)
	if err != nil {
		return err
	}
	f := s.followers.get(row.ID)
	if r.URL.Query().Get("now") != "" {
		return s.logNow(w, r, f, next, mark)
	}
	ctx, end := s.life(r)
	defer end()
	out, leave, err := s.stream(w)
	if err != nil {
		return err
	}
	defer leave()
	defer f.enter()()
	f.catchUp(ctx)
	f.judge()
	v := &viewer{next: next, mark: mark, turn: -1}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		sent, more, news, err := v.turnOn(f, out)
		if err != nil {
			return nil // the viewer has gone
		}
		if sent {
			beat.Reset(heartbeat)
		}
		if more {
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(batchEvery):
			}
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-news:
		case <-beat.C:
			if out.write([]byte(": \n\n")) != nil {
				return nil
			}
		}
	}
}

// position is where a viewer goes on: behind the last event it has seen, or at the record it asks for.
func position(r *http.Request) (next int, mark string, err error) {
	text, last := r.URL.Query().Get("from"), r.Header.Get("Last-Event-ID")
	if last == "" {
		last = r.URL.Query().Get("after") // a page that begins anew cannot set the header
	}
	if last != "" {
		text, mark, _ = strings.Cut(last, "@")
	}
	if text == "" {
		return 1, "", nil
	}
	next, err = strconv.Atoi(text)
	if err != nil || next < 0 || next > 1<<40 {
		return 0, "", refused(http.StatusBadRequest, "records count from 1", "`%.40s` is no number of a record", text)
	}
	if last != "" {
		next++
	}
	return max(next, 1), mark, nil
}

// viewer is how far somebody who looks at a log is.
type viewer struct {
	next    int    // number of the record that is due
	mark    string // of the log it has seen; "" where it has seen none
	turn    int    // of the follower, at the last look
	state   string
	why     string
	trouble string
}

// turnOn tells a viewer what is new, if anything is; there may be more of it, else news is closed when something is.
func (v *viewer) turnOn(f *follower, out *stream) (sent, more bool, news chan struct{}, err error) {
	f.mu.Lock()
	news = f.news
	mark, state, why, trouble, known := f.log, f.state, f.why, f.trouble, len(f.lines)
	reset := v.turn >= 0 && f.turn != v.turn || known > 0 && v.mark != "" && v.mark != mark
	if v.turn = f.turn; reset {
		v.next = 1
	}
	var batch []byte
	to := v.next
	if known >= v.next {
		batch, to = f.batch(v.next)
	}
	f.mu.Unlock()
	var text []byte
	if reset {
		v.mark = ""
		text = eventText("reset", "", []byte("{}"))
	}
	if batch != nil {
		v.next, v.mark = to, mark
		if text == nil {
			text = batch // which all share
		} else {
			text = append(text, batch...)
		}
	}
	if state != v.state || why != v.why || trouble != v.trouble {
		v.state, v.why, v.trouble = state, why, trouble
		text = append(text[:len(text):len(text)], eventText("state", "", stateText(state, why, trouble))...)
	}
	if text == nil {
		return false, false, news, nil
	}
	return true, to <= known, news, out.write(text)
}

// joined is the last batch that was put together, as an event; viewers that are as far get the same.
type joined struct {
	from, to int
	text     []byte
}

// batch is the records from a number on, as an event, and the number behind them. f.mu is held.
func (f *follower) batch(from int) (text []byte, to int) {
	to, size := from, 0
	for to <= len(f.lines) && to-from < mostBatch && size < mostBatchLen {
		size += len(f.lines[to-1]) + 1
		to++
	}
	if f.joined.from == from && f.joined.to == to && f.joined.text != nil {
		return f.joined.text, to
	}
	text = fmt.Appendf(make([]byte, 0, size+64), "id: %d@%s\ndata: {\"records\":[", to-1, f.log)
	for i := from; i < to; i++ {
		if i > from {
			text = append(text, ',')
		}
		text = append(text, f.lines[i-1]...)
	}
	text = append(text, "]}\n\n"...)
	f.joined = joined{from, to, text}
	return text, to
}
