package driver

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"the magnet is hot":                    "the magnet is hot",
		"\x1b[2J\x1b]0;owned\x07all is well":   "?[2J?]0;owned?all is well",
		"two\r\nlines\tand a tab":              "two  lines and a tab",
		"safe \u202eton":                       "safe ?ton",
		"\x9b31mred, \xff\xfe":                 "?31mred, ??",
		"a\u200bb\ufeff":                       "a?b?",
		"größer als 3 µm 漢":                    "größer als 3 µm 漢",
		strings.Repeat("x", 30):                "xxxxxxxxxxxxxxxxxxxxxxxxx... (5 bytes more)",
		"\ufffd is a character like any other": "\ufffd is a character like any... (6 bytes more)",
		"  ":                                   "",
	} {
		if got := Clean(text, 25); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A message of 10 MB with escape sequences, as an error, as the name on a card and as garbage.
func TestLongAndOddMessages(t *testing.T) {
	odd := strings.Repeat("\x1b[31mred ", 1<<20)
	b := newTwoBars()
	b.Card.Name = odd
	c := overWire(t, b, Options{})
	card, err := c.Hello(t.Context())
	if err != nil || len(card.Name) > 200 || strings.ContainsRune(card.Name, 0x1b) {
		t.Errorf("a card with the name %.300q, %v", card.Name, err)
	}
	if err := c.Arm(t.Context(), card.Limits); err != nil {
		t.Fatal(err)
	}
	b.breaks(refuse(Failed, "%s", odd))
	_, err = c.Load(t.Context(), nil)
	if text := err.Error(); len(text) > 3000 || strings.ContainsRune(text, 0x1b) || !strings.Contains(text, "bytes more") {
		t.Errorf("%d bytes: %.300q", len(text), text)
	}
	b.breaks(nil)
	for name, answer := range map[string]string{
		"a number": `{"id":"` + odd[:1<<20] + `"}`, "a code": `{"id":0,"error":{"code":"x","message":"\u001b[2J` + strings.Repeat("y", 1<<20) + `"}}`,
		"a unit": `{"id":1,"protocol":1,"name":"x","units":{"length":"\u001b[2J` + strings.Repeat("m", 1<<20) + `"}}`,
	} {
		l, _ := inMemory(func(r io.Reader, w io.Writer) {
			line := make([]byte, 1000)
			_, _ = r.Read(line)
			_, _ = io.WriteString(w, answer+"\n")
			_, _ = io.Copy(io.Discard, r)
		})
		c := Connect(l, Options{Safe: time.Millisecond, Grace: time.Second})
		_, err := c.Hello(t.Context())
		if err == nil || len(err.Error()) > 6000 || strings.ContainsRune(err.Error(), 0x1b) {
			t.Errorf("%s: %.400q", name, fmt.Sprint(err))
		}
		_ = c.Close()
	}
}

// endless writes without an end of the line, or line by line, for as long as it is read.
type endless struct {
	text string
	left int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n+len(e.text) <= len(b) {
		n += copy(b[n:], e.text)
	}
	e.left -= n
	return n, nil
}

// A driver that never stops talking: its log is capped, its memory too, and its last
// words are there.
func TestEndlessWords(t *testing.T) {
	for name, from := range map[string]*endless{
		"lines":          {"\x1b[1mworking\n", 20 << 20},
		"one line":       {"\x1b[1mworking ", 100 << 20},
		"a progress bar": {"\r\x1b[K 10 %", 20 << 20},
	} {
		var log bytes.Buffer
		var w words
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		w.listen(from, &log)
		runtime.ReadMemStats(&after)
		if log.Len() > 100_000 || log.Len() == 0 || bytes.ContainsRune(log.Bytes(), 0x1b) || after.HeapSys > before.HeapSys+64<<20 {
			t.Errorf("%s: %d bytes of log, %d MB of memory: %.200q", name, log.Len(), (after.HeapSys-before.HeapSys)>>20, log.String())
		}
		if name == "lines" && !strings.Contains(log.String(), "lines of the driver are not shown") {
			t.Errorf("%s: nothing says what is not shown", name)
		}
		if last := w.last(); len(last) == 0 || len(last) > mostSaid || len(last[0]) > 4*mostSaidLine {
			t.Errorf("%s: last words %.300q", name, last)
		}
	}
}

// A driver that says a line now and then is heard for days.
func TestWordsNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		limit := &trickle{log: &log, left: burst}
		for range 10_000 {
			limit.write("a load hangs", time.Now())
			time.Sleep(time.Second)
		}
		if n := strings.Count(log.String(), "\n"); n != 10_000 {
			t.Errorf("%d lines", n)
		}
	})
}

// A process has a session of its own: Ctrl-C and the end of a terminal do not reach it.
func TestProcessHasItsSession(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("read from /proc")
	}
	file := filepath.Join(t.TempDir(), "stat")
	c, err := Process([]string{"sh", "-c", `cat /proc/$$/stat > "$0.part"; mv "$0.part" "$0"; cat >/dev/null`, file}, Options{Grace: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Abandon()
	var text []byte
	for began := time.Now(); text == nil && time.Since(began) < patience; time.Sleep(5 * time.Millisecond) {
		text, _ = os.ReadFile(file)
	}
	if text == nil {
		t.Fatal("the program says nothing of itself")
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // state, parent, group, session
	id, _, _ := strings.Cut(string(text), " ")
	if fields[2] != id || fields[3] != id {
		t.Errorf("process %s has the group %s and the session %s", id, fields[2], fields[3])
	}
}
