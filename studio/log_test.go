package studio

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/elastrain/elastrain/run/events"
)

// Fifty viewers of a log that grows get each of its records once and in order, from one reader; when they have gone,
// nothing of them is left.
func TestManyViewers(t *testing.T) {
	dir := t.TempDir()
	log := makeRun(t, dir, "runs/a")
	grow(t, log, 20)
	hold(t, dir, "runs/a")
	s := open(t, dir)
	b := enter(t, s)
	b.list()
	b.CloseIdleConnections()
	before := runtime.NumGoroutine()
	const viewers, total = 50, 122
	var all sync.WaitGroup
	began := make(chan struct{}, viewers)
	for range viewers {
		all.Go(func() {
			next := 1
			first := true
			b.stream("api/run/log?id=runs/a", "", func(e event) bool {
				if e.name != "" {
					return true
				}
				if first {
					first = false
					began <- struct{}{}
				}
				for _, n := range seqs(t, e) {
					if n != next {
						t.Errorf("record %d comes where %d is due", n, next)
						return false
					}
					next++
				}
				if id := fmt.Sprintf("%d@", next-1); !strings.HasPrefix(e.id, id) {
					t.Errorf("the id is %s behind record %d", e.id, next-1)
				}
				return next <= total
			})
		})
	}
	for range viewers {
		<-began
	}
	for range 20 {
		grow(t, log, 5)
		time.Sleep(10 * time.Millisecond)
	}
	all.Wait()
	if n := len(s.followers.all); n != 1 {
		t.Errorf("%d readers for one log", n)
	}
	b.CloseIdleConnections()
	for wait := time.Now(); runtime.NumGoroutine() > before || s.streams.Load() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(wait) > longest {
			text := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, and %d before\n%s", runtime.NumGoroutine(), before, text[:runtime.Stack(text, true)])
		}
	}
}

// A viewer that comes back says what it has seen, and gets what follows; records have no parameters.
func TestComingBack(t *testing.T) {
	dir := t.TempDir()
	log := makeRun(t, dir, "a")
	grow(t, log, 10)
	b := enter(t, open(t, dir))
	last := ""
	b.stream("api/run/log?id=a", "", func(e event) bool {
		if strings.Contains(e.data, "theta") || !strings.Contains(e.data, `"frame":true`) {
			t.Errorf("%s", e.data)
		}
		last = e.id
		return false
	})
	grow(t, log, 3)
	first := func(path, last string) (got []int) {
		b.stream(path, last, func(e event) bool {
			if e.name == "" {
				got = seqs(t, e)
			}
			return e.name != ""
		})
		return got
	}
	for _, c := range []struct {
		path, last string
		want       []int
	}{
		{"", last, []int{13, 14, 15}},
		{"&from=14", "", []int{14, 15}},
		{"&from=14", last, []int{13, 14, 15}}, // it has been here since
		{"", "14", []int{15}},
		{"", "12@otherlog", []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
	} {
		if got := first("api/run/log?id=a"+c.path, c.last); !slices.Equal(got, c.want) {
			t.Errorf("%s behind %q: %v, want %v", c.path, c.last, got, c.want)
		}
	}
	for _, wrong := range []string{"x", "-1", "1e3", "99999999999999999999"} {
		if code, _ := b.get("api/run/log?id=a&from=" + wrong); code != 400 {
			t.Errorf("from=%s: %d", wrong, code)
		}
	}
}

// Where another log takes the place of the one that is followed, viewers are told to forget it, and then all of the new
// one, once.
func TestReplacedLog(t *testing.T) {
	dir := t.TempDir()
	log := makeRun(t, dir, "a")
	grow(t, log, 10)
	hold(t, dir, "a")
	b := enter(t, open(t, dir))
	var got []string
	b.stream("api/run/log?id=a", "", func(e event) bool {
		switch e.name {
		case "reset":
			got = append(got, "reset")
		case "":
			got = append(got, fmt.Sprint(seqs(t, e)))
			if len(got) == 1 {
				check(t, os.Remove(filepath.Join(dir, "a", events.Name)))
				grow(t, makeRun(t, dir, "a"), 2)
			}
		}
		return len(got) < 3
	})
	if want := []string{"[1 2 3 4 5 6 7 8 9 10 11 12]", "reset", "[1 2 3 4]"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Parameters come from the log, and later ones only.
func TestFrames(t *testing.T) {
	dir := t.TempDir()
	grow(t, makeRun(t, dir, "a"), 6)
	b := enter(t, open(t, dir))
	for from, epochs := range map[string]int{"": 6, "&from=-1": 6, "&from=3": 2, "&from=9": 0} {
		code, text := b.get("api/run/frames?id=a" + from)
		line, payload, _ := strings.Cut(text, "\n")
		var head struct {
			More   bool
			Arrays []struct {
				Name  string
				Shape []int
			}
		}
		if at := strings.IndexByte(line, '{'); code != 200 || json.Unmarshal([]byte(line[at:]), &head) != nil {
			t.Fatalf("%d %s", code, line)
		}
		width := 3
		if epochs == 0 {
			width = 0
		}
		if len(head.Arrays) != 2 || !slices.Equal(head.Arrays[0].Shape, []int{epochs}) || !slices.Equal(head.Arrays[1].Shape, []int{epochs, width}) || len(payload) != epochs*(4+8*width) || head.More {
			t.Errorf("%s: %s", from, line)
		}
	}
	if code, _ := b.get("api/run/frames?id=a&from=x"); code != 400 {
		t.Errorf("%d", code)
	}
}

// When a process has left its training its last checkpoint is looked at anew, however short ago that was.
func TestLastCheckpoint(t *testing.T) {
	for _, kind := range []string{events.KindPause, events.KindFault, events.KindEnd, events.KindEpoch} {
		dir := t.TempDir()
		log := makeRun(t, dir, "a")
		f := open(t, dir).followers.get("a")
		f.look()
		f.saved.looked = time.Now()
		check(t, log.Tell(events.Record{Kind: kind, Epoch: 0, Text: "so"}))
		check(t, log.Flush())
		f.look()
		if anew := f.saved.looked.IsZero(); anew != (kind != events.KindEpoch) {
			t.Errorf("%s: looked at anew: %v", kind, anew)
		}
	}
}

// Frames of two lists come in order, each epoch once, and all of one length.
func TestMerge(t *testing.T) {
	f := func(epochs ...int) (list []frame) {
		for _, e := range epochs {
			list = append(list, frame{e, []float64{float64(e)}})
		}
		return list
	}
	odd := append(f(0, 1), frame{2, []float64{1, 2}})
	for _, c := range []struct {
		a, b []frame
		from int
		want []int
	}{
		{f(0, 2, 4), f(1, 2, 3), -1, []int{0, 1, 2, 3, 4}},
		{f(0, 2, 4), nil, 1, []int{2, 4}},
		{nil, f(7), -1, []int{7}},
		{odd, f(3), -1, []int{0, 1, 3}},
	} {
		var got []int
		for _, f := range merge(c.a, c.b, c.from) {
			got = append(got, f.epoch)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v", got)
		}
	}
}
