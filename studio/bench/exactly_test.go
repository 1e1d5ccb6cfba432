package bench_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastrain/elastrain/studio/bench"
)

// inbox counts the photographs that a bench may read.
func (p *phone) inbox() (n int) {
	p.t.Helper()
	entries, err := os.ReadDir(filepath.Join(p.dir, "inbox"))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".unused") {
			n++
		}
	}
	return n
}

// toPhotograph follows the cards until a photograph is due.
func (p *phone) toPhotograph(w *world) *bench.Turn {
	p.t.Helper()
	for {
		s, turn := p.due()
		if turn == nil {
			p.t.Fatalf("over: %+v", s)
		}
		if turn.Kind == "photograph" {
			return turn
		}
		p.follow(w, 1)
	}
}

// Two phones, double taps and answers that are sent again count once; what is late is told so.
func TestExactlyOnce(t *testing.T) {
	p, _ := serve(t, folder(t), bench.Options{})
	p.start()
	id := p.id
	p.start() // a second click
	if p.id != id {
		t.Errorf("a second session in %s", p.id)
	}
	w := newWorld(t)
	_, card := p.due()
	var wait sync.WaitGroup
	var counted, again atomic.Int32
	for range 8 { // phones
		wait.Go(func() {
			var reply struct{ Again bool }
			if status, failure := p.post("/api/bench/answer", map[string]string{"id": p.id, "turn": card.ID, "answer": "done"}, &reply); status != 200 {
				t.Errorf("%d %s", status, failure)
			} else if reply.Again {
				again.Add(1)
			} else {
				counted.Add(1)
			}
		})
	}
	wait.Wait()
	if counted.Load() != 1 || again.Load() != 7 {
		t.Errorf("%d count, %d came again", counted.Load(), again.Load())
	}
	shot := p.toPhotograph(w)
	for what, q := range map[string]map[string]string{
		"this card is over: it was answered with":     {"id": p.id, "turn": card.ID, "answer": "no"},
		"this card is over":                           {"id": p.id, "turn": "000000000000-1", "answer": "done"},
		"a photograph is due here, and no answer":     {"id": p.id, "turn": shot.ID, "answer": "done"},
		"nobody runs this session here; press resume": {"id": "runs/other", "turn": shot.ID, "answer": "done"},
	} {
		if status, failure := p.post("/api/bench/answer", q, nil); status != http.StatusConflict || !strings.HasPrefix(failure, what) {
			t.Errorf("%v: %d %s", q, status, failure)
		}
	}
	photo, before := pngOf(t, w.photograph(t)), p.inbox()
	other := append(bytes.Clone(photo), 0) // what comes behind the end of a PNG is not looked at
	counted.Store(0)
	again.Store(0)
	var refused atomic.Int32
	var first atomic.Pointer[[]byte] // that counted
	for i := range 6 {
		wait.Go(func() {
			data := photo
			if i%3 == 2 {
				data = other
			}
			var reply struct{ Again bool }
			switch status, _ := p.do("POST", "/api/bench/photo?id="+p.id+"&turn="+shot.ID, "image/png", data, &reply); {
			case status == http.StatusConflict:
				refused.Add(1)
			case status != 200:
				t.Errorf("status %d", status)
			case reply.Again:
				again.Add(1)
			default:
				counted.Add(1)
				first.Store(&data)
			}
		})
	}
	wait.Wait()
	if counted.Load() != 1 || counted.Load()+again.Load()+refused.Load() != 6 || refused.Load() == 0 || p.inbox() != before+1 {
		t.Errorf("%d count, %d came again, %d refused; the inbox has %d more", counted.Load(), again.Load(), refused.Load(), p.inbox()-before)
	}
	// Rejected once, with its reason, though it is said twice.
	_, judge := p.due()
	for range 2 {
		if status, failure := p.post("/api/bench/answer", map[string]string{"id": p.id, "turn": judge.ID, "answer": "reject", "reason": "a finger\x1b[2J\nis in it"}, nil); status != 200 {
			t.Errorf("reject: %d %s", status, failure)
		}
	}
	_, next := p.due()
	if next.Kind != "photograph" || next.ID == shot.ID {
		t.Errorf("after the rejection: %+v", next)
	}
	if status, failure := p.do("POST", "/api/bench/photo?id="+p.id+"&turn="+shot.ID, "image/png", *first.Load(), nil); status != 200 {
		t.Errorf("sent once more, late: %d %s", status, failure)
	}
	if p.inbox() != before+1 {
		t.Error("it counts again")
	}
	if status, failure := p.do("POST", "/api/bench/photo?id="+p.id+"&turn="+next.ID, "image/png", *first.Load(), nil); status != http.StatusConflict || !strings.Contains(failure, "sent before") {
		t.Errorf("the one that was rejected, again: %d %s", status, failure)
	}
	record, err := os.ReadFile(filepath.Join(p.dir, "orders", "rejected.jsonl"))
	if err != nil || strings.Count(string(record), "\n") != 1 || !strings.Contains(string(record), `"reason":"a finger?[2J is in it"`) {
		t.Errorf("the record: %v %s", err, record)
	}
}

// Pause ends at a checkpoint, safe at once with a card that takes all off; abort and stop end for good. Each may be
// pressed again.
func TestPauseSafeAbort(t *testing.T) {
	p, _ := serve(t, folder(t), bench.Options{})
	p.start()
	w := newWorld(t)
	for len(w.Load) == 0 {
		p.follow(w, 1)
	}
	press := func(what string) {
		t.Helper()
		for range 2 {
			if status, failure := p.post("/api/bench/do", map[string]string{"id": p.id, "do": what}, nil); status != 200 {
				t.Errorf("%s: %d %s", what, status, failure)
			}
		}
	}
	press("pause")
	if s, turn := p.due(); s.Phase != "pausing" || s.Why != "" || turn == nil || turn.Kind != "photograph" {
		t.Errorf("pausing: %+v", s)
	}
	if s := p.follow(w, -1); s.Phase != "paused" || len(w.Load) != 0 || s.Measured == 0 {
		t.Errorf("after the load: %+v, %v hangs", s, w.Load)
	}
	press("resume")
	for len(w.Load) == 0 {
		p.follow(w, 1)
	}
	press("safe")
	_, turn := p.due()
	if turn == nil || turn.Kind != "load" || !turn.Bare {
		t.Fatalf("to be safe: %+v", turn)
	}
	if s := p.state(); s.Phase != "stopping" {
		t.Errorf("stopping: %+v", s)
	}
	if s := p.follow(w, -1); s.Phase != "paused" || len(w.Load) != 0 || s.Unsafe {
		t.Errorf("safe: %+v", s)
	}
	if status, failure := p.post("/api/bench/do", map[string]string{"id": p.id, "do": "safe"}, nil); status != http.StatusConflict || !strings.Contains(failure, "by hand") {
		t.Errorf("safe without a session: %d %s", status, failure)
	}
	press("resume")
	for len(w.Load) == 0 {
		p.follow(w, 1)
	}
	if status, failure := p.post("/api/bench/do", map[string]string{"id": p.id, "do": "abort", "reason": "node 3 came off"}, nil); status != 200 {
		t.Errorf("abort: %d %s", status, failure)
	}
	if s := p.follow(w, -1); s.Phase != "ended" || !strings.Contains(s.Why, "node 3 came off") {
		t.Errorf("aborted: %+v", s)
	}
	if r := load(t, p); r.Log.Stop == nil || r.Log.Stop.ExitStatus != "abort" || r.Log.Stop.Reason != "node 3 came off" {
		t.Errorf("the journal ends with %+v", r.Log.Stop)
	}
	if status, failure := p.post("/api/bench/do", map[string]string{"id": p.id, "do": "destroy"}, nil); status != http.StatusBadRequest {
		t.Errorf("%d %s", status, failure)
	}
}

// bomb is a PNG that says it is large; nothing but its header is there.
func bomb(width, height uint32) []byte {
	img := pngHeader(width, height)
	return append(img, make([]byte, 1000)...)
}

// Photographs that are none, or are made to do harm, are refused in words, and nothing of them reaches the inbox.
func TestHostilePhotographs(t *testing.T) {
	p, _ := serve(t, folder(t), bench.Options{})
	p.start()
	w := newWorld(t)
	turn := p.toPhotograph(w)
	before := p.inbox()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 300, 300)), nil); err != nil {
		t.Fatal(err)
	}
	whole := photo.Bytes()
	for name, c := range map[string]struct {
		data   []byte
		status int
		says   string
	}{
		"bomb":       {bomb(60000, 60000), http.StatusUnprocessableEntity, "60000 × 60000 pixels; at most"},
		"truncated":  {whole[:len(whole)*2/3], http.StatusUnprocessableEntity, "damaged"},
		"empty":      {nil, http.StatusUnsupportedMediaType, "no photograph"},
		"heic":       {append([]byte{0, 0, 0, 24}, "ftypheic\x00\x00\x00\x00mif1heic"...), http.StatusUnsupportedMediaType, "set the phone to JPEG"},
		"script.jpg": {[]byte("#!/bin/sh\nrm -rf ~\n"), http.StatusUnsupportedMediaType, "no photograph"},
		"html":       {[]byte("<!doctype html><script>alert(1)</script>"), http.StatusUnsupportedMediaType, "no photograph"},
		"gif":        {[]byte("GIF89a/*\x00\x00*/=1;alert(1)"), http.StatusUnsupportedMediaType, "no photograph"},
		"head only":  {[]byte("\xff\xd8\xff<script>alert(1)</script>"), http.StatusUnprocessableEntity, ""},
		"large":      {make([]byte, bench.MostPhoto+1), http.StatusRequestEntityTooLarge, "more than 40 MB"},
	} {
		status, failure := p.do("POST", "/api/bench/photo?id="+p.id+"&turn="+turn.ID+"&name=../../"+strings.ReplaceAll(name, " ", "-"), "image/jpeg", c.data, nil)
		if status != c.status || !strings.Contains(failure, c.says) {
			t.Errorf("%s: %d %s", name, status, failure)
		}
	}
	if p.inbox() != before {
		t.Errorf("the inbox has %d more", p.inbox()-before)
	}
	// A picture that is a script too is kept as a picture, under a name that its sender does not choose.
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	part, err := m.CreateFormFile("photo", "../../../evil.html")
	if err == nil {
		_, err = fmt.Fprintf(part, "%s<script>alert(1)</script>", pngOf(t, w.photograph(t)))
	}
	if err != nil || m.Close() != nil {
		t.Fatal(err)
	}
	if status, failure := p.do("POST", "/api/bench/photo?id="+p.id+"&turn="+turn.ID, m.FormDataContentType(), form.Bytes(), nil); status != 200 {
		t.Fatalf("%d %s", status, failure)
	}
	names, err := filepath.Glob(filepath.Join(p.dir, "inbox", "phone-*.png"))
	if err != nil || len(names) != 1 {
		t.Errorf("%v, %v", names, err)
	}
	if evil, err := filepath.Glob(filepath.Join(p.dir, "*", "evil*")); err != nil || len(evil) != 0 {
		t.Errorf("%v, %v", evil, err)
	}
	if _, judge := p.due(); judge.Kind != "judge" {
		t.Errorf("it is %+v", judge)
	}
}

// A photograph that comes into the inbox another way at the same time is the one of the look, and that of the phone is
// put aside: one look is one photograph.
func TestTwoWaysIntoTheInbox(t *testing.T) {
	p, _ := serve(t, folder(t), bench.Options{})
	p.start()
	w := newWorld(t)
	turn := p.toPhotograph(w)
	photo := pngOf(t, w.photograph(t))
	shared := filepath.Join(p.dir, "inbox", "IMG_1.png")
	if err := os.WriteFile(shared, photo, 0o666); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(shared, long, long); err != nil { // it is the earlier one
		t.Fatal(err)
	}
	status, _ := p.do("POST", "/api/bench/photo?id="+p.id+"&turn="+turn.ID, "image/png", append(photo, 0), nil)
	_, judge := p.due()
	if judge.File != "IMG_1.png" {
		t.Skipf("the phone was first: %s", judge.File)
	}
	left, err := filepath.Glob(filepath.Join(p.dir, "inbox", "phone-*.png"))
	if err != nil || len(left) != 0 {
		t.Errorf("status %d, and there is %v, %v", status, left, err)
	}
}

// Names that lead out of the folder, links, and directories that are no sessions are refused by every route.
func TestNamesStayInTheFolder(t *testing.T) {
	dir := folder(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "runs")); err != nil {
		t.Skip(err)
	}
	p, _ := serve(t, dir, bench.Options{})
	for _, id := range []string{"..", "../x", "/etc", "runs", "runs/x", "", ".", "a/../..", ".hidden", "a\x00b", "mine.yaml"} {
		for _, route := range []string{"", "/record", "/events"} {
			if status, failure := p.do("GET", "/api/bench"+route+"?id="+strings.ReplaceAll(id, "\x00", "%00"), "", nil, nil); status != http.StatusNotFound && status != http.StatusConflict {
				t.Errorf("%s of %q: %d %s", route, id, status, failure)
			}
		}
		for _, do := range []string{"resume", "abort", "stop", "pause", "safe"} {
			if status, failure := p.post("/api/bench/do", map[string]string{"id": id, "do": do}, nil); status == 200 {
				t.Errorf("%s of %q: %s", do, id, failure)
			}
		}
		if status, failure := p.post("/api/bench/start", map[string]string{"spec": id}, nil); status == 200 {
			t.Errorf("start of %q: %s", id, failure)
		}
	}
	if status, failure := p.post("/api/bench/start", map[string]any{"spec": "mine.yaml"}, nil); status != http.StatusConflict || !strings.Contains(failure, "link") {
		t.Errorf("runs is a link: %d %s", status, failure)
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

// A page starts no program, and writes nowhere else, unless its host agrees.
func TestNoDriverWithoutTrust(t *testing.T) {
	dir := t.TempDir()
	text, err := os.ReadFile("../../examples/lab-behaviour.yaml")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "mine.yaml"), text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	p, _ := serve(t, dir, bench.Options{})
	for what, overrides := range map[string][]string{
		"does not start programs": {"lab.bench=exec", "lab.twin=~", "lab.command=[touch, started]"},
		"open ports":              {"lab.bench=serial", "lab.twin=~", "lab.port=/dev/null"},
		"outside its own":         {"lab.bench=manual", "lab.twin=~", "lab.inbox=/tmp"},
	} {
		if status, failure := p.post("/api/bench/start", map[string]any{"spec": "mine.yaml", "overrides": overrides}, nil); status != http.StatusForbidden || !strings.Contains(failure, what) {
			t.Errorf("%s: %d %s", what, status, failure)
		}
	}
	if _, err := os.Stat("started"); err == nil {
		t.Error("it was started")
	}
}
