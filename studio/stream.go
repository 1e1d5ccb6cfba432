package studio

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Streams are server-sent events: a browser comes back by itself after a break and says what it has seen last.

const (
	mostStreams  = 256
	sendWithin   = 30 * time.Second // a viewer that takes longer is let go; it comes back by itself
	heartbeat    = 15 * time.Second // so that a viewer that has gone is noticed
	batchEvery   = 34 * time.Millisecond
	mostBatch    = 4096 // records
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

// send sends an event; the data are JSON, which has no newline.
func (o *stream) send(event, id string, data []byte) error {
	var text []byte
	if event != "" {
		text = fmt.Appendf(text, "event: %s\n", event)
	}
	if id != "" {
		text = fmt.Appendf(text, "id: %s\n", id)
	}
	text = append(append(append(text, "data: "...), data...), "\n\n"...)
	return o.write(text)
}

// runsEvents tells when the list of runs is another.
func (s *Server) runsEvents(w http.ResponseWriter, r *http.Request) error {
	ctx, end := s.life(r)
	defer end()
	out, leave, err := s.stream(w)
	if err != nil {
		return err
	}
	defer leave()
	_, count := s.list.list()
	for {
		if err := out.send("change", "", strconv.AppendInt(nil, int64(count), 10)); err != nil {
			return nil // the viewer has gone
		}
		for told := count; count == told; {
			turn, cancel := context.WithTimeout(ctx, heartbeat)
			count = s.list.wait(turn, told)
			cancel()
			if ctx.Err() != nil {
				return nil
			}
			if count == told && out.write([]byte(": \n\n")) != nil {
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
		sent, news, err := v.turnOn(f, out)
		if err != nil {
			return nil // the viewer has gone
		}
		if sent {
			beat.Reset(heartbeat)
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

// turnOn tells a viewer what is new, if anything is; else news is closed when something is.
func (v *viewer) turnOn(f *follower, out *stream) (sent bool, news chan struct{}, err error) {
	f.mu.Lock()
	news = f.news
	mark, state, why, trouble, known := f.log, f.state, f.why, f.trouble, len(f.lines)
	reset := v.turn >= 0 && f.turn != v.turn || known > 0 && v.mark != "" && v.mark != mark
	if v.turn = f.turn; reset {
		v.next = 1
	}
	var batch []byte
	from, to := v.next, v.next
	if known >= from {
		batch, to = f.batch(from)
	}
	f.mu.Unlock()
	if reset {
		v.mark = ""
		if err := out.send("reset", "", []byte("{}")); err != nil {
			return true, news, err
		}
		sent = true
	}
	if batch != nil {
		v.next, v.mark = to, mark
		if err := out.send("", fmt.Sprintf("%d@%s", to-1, mark), batch); err != nil {
			return true, news, err
		}
		sent = true
	}
	if state != v.state || why != v.why || trouble != v.trouble {
		v.state, v.why, v.trouble = state, why, trouble
		if err := out.send("state", "", stateText(state, why, trouble)); err != nil {
			return true, news, err
		}
		sent = true
	}
	return sent, news, nil
}

// joined is the last batch that was put together; viewers that are as far get the same.
type joined struct {
	from, to int
	text     []byte
}

// batch is the records from a number on, as data of an event, and the number behind them. f.mu is held.
func (f *follower) batch(from int) (text []byte, to int) {
	to, size := from, 0
	for to <= len(f.lines) && to-from < mostBatch && size < mostBatchLen {
		size += len(f.lines[to-1]) + 1
		to++
	}
	if f.joined.from == from && f.joined.to == to && f.joined.text != nil {
		return f.joined.text, to
	}
	text = append(make([]byte, 0, size+16), `{"records":[`...)
	for i := from; i < to; i++ {
		if i > from {
			text = append(text, ',')
		}
		text = append(text, f.lines[i-1]...)
	}
	text = append(text, "]}"...)
	f.joined = joined{from, to, text}
	return text, to
}
