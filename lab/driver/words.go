package driver

import (
	"bufio"
	"fmt"
	"io"
	"sync"
	"time"
)

// Of a driver's standard error a fault shows so many lines of such a length. The log
// gets all lines up to a burst, and of a driver that does not stop so many a second.
const (
	mostSaid      = 8
	mostSaidLine  = 300
	burst         = 200
	wordsASecond  = 5
	mostLineBytes = 4 * mostSaidLine // of a character, at most
)

// words keeps the last lines that a driver wrote to its standard error, and hands
// them on to a log. What it writes is made harmless first; see Clean.
type words struct {
	mu    sync.Mutex
	lines []string
}

func (w *words) listen(from io.Reader, log io.Writer) {
	limit := &trickle{log: log, left: burst}
	r := bufio.NewReader(from)
	for {
		text, err := shortLine(r)
		if len(text) > 0 {
			line := Clean(string(text), mostSaidLine)
			w.add(line)
			limit.write(line, time.Now())
		}
		if err != nil {
			limit.end()
			return
		}
	}
}

// shortLine reads a line up to "\n" or "\r" and keeps its beginning: a driver may
// write as long as it likes without an end.
func shortLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		c, err := r.ReadByte()
		if err != nil || c == '\n' || c == '\r' {
			return line, err
		}
		if len(line) < mostLineBytes {
			line = append(line, c)
		}
	}
}

func (w *words) add(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line)
	if len(w.lines) > mostSaid {
		w.lines = w.lines[1:]
	}
}

func (w *words) last() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.lines...)
}

// trickle writes lines to a log, and only now and then one where there is no end of
// them. It gives up after an error: a full disk of the log must not keep the driver
// from speaking.
type trickle struct {
	log     io.Writer
	left    float64   // lines that may be written now
	at      time.Time // when that was
	skipped int
	dead    bool
}

func (t *trickle) write(line string, now time.Time) {
	if !t.at.IsZero() {
		t.left = min(t.left+wordsASecond*now.Sub(t.at).Seconds(), burst)
	}
	t.at = now
	if t.left < 1 {
		t.skipped++
		return
	}
	t.left--
	t.end()
	t.put(line)
}

// end says how many lines were passed over.
func (t *trickle) end() {
	if t.skipped > 0 {
		t.put(fmt.Sprintf("(%d lines of the driver are not shown: it says more than can be read)", t.skipped))
		t.skipped = 0
	}
}

func (t *trickle) put(line string) {
	if t.log != nil && !t.dead {
		_, err := fmt.Fprintln(t.log, line)
		t.dead = err != nil
	}
}
