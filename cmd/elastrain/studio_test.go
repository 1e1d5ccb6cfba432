//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func trainingFolder(t *testing.T) (dir, text string) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	program, err := exec.LookPath("elastrain")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := exec.Command(program, "new", "iris").Output()
	if err != nil {
		t.Fatal(err)
	}
	return t.TempDir(), string(whole)
}

// endless are changes after which the flowers train for a while.
var endless = []string{"learn.method=adam", "learn.epochs=2000000", "learn.save=1000"}

// From the page a training is started, once for two clicks at once; paused, resumed and extended; its network is
// damaged and retrained; and what a file lacks is told with its line.
func TestStudioTrains(t *testing.T) {
	dir, text := trainingFolder(t)
	o := openStudio(t, dir, nil)
	var two sync.WaitGroup
	ids := make([]string, 2)
	for i := range ids {
		two.Go(func() {
			ids[i] = o.do("api/train", map[string]any{"name": "iris.yaml", "text": text, "overrides": endless}).ID
		})
	}
	two.Wait()
	id := ids[0]
	if ids[1] != id || !strings.HasPrefix(id, "runs/iris@learn.method=adam") {
		t.Fatalf("two clicks have begun %v", ids)
	}
	if runs, err := os.ReadDir(filepath.Join(dir, "runs")); err != nil || len(runs) != 1 {
		t.Fatalf("%v %v", runs, err)
	}
	if again := o.do("api/train", map[string]any{"name": "iris.yaml", "text": text, "overrides": endless}); again.ID != id || again.State != "running" {
		t.Errorf("a third click: %+v", again)
	}
	for began := time.Now(); o.state(id, "running").Epoch == 0; time.Sleep(5 * time.Millisecond) { // a pause before the first epoch would be one too
		if time.Since(began) > patience {
			t.Fatal("there is no first epoch")
		}
	}
	if r := o.do("api/run/do", map[string]any{"id": id, "do": "pause"}); r.State != "paused" || r.Epoch == 0 {
		t.Fatalf("%+v", r)
	}
	if r := o.do("api/run/do", map[string]any{"id": id, "do": "resume"}); r.State != "running" {
		t.Errorf("%+v", r)
	}
	if r := o.do("api/run/do", map[string]any{"id": id, "do": "resume"}); r.State != "running" {
		t.Errorf("resumed twice: %+v", r)
	}
	o.do("api/run/do", map[string]any{"id": id, "do": "pause"})

	short := o.do("api/train", map[string]any{"name": "short.yaml", "text": text, "overrides": []string{"learn.method=adam", "learn.epochs=5"}}).ID
	o.state(short, "ended")
	o.do("api/run/do", map[string]any{"id": short, "do": "extend", "epochs": 9})
	if r := o.state(short, "ended"); r.Epoch != 9 || r.Epochs != 9 {
		t.Errorf("%+v", r)
	}
	cut := o.do("api/run/do", map[string]any{"id": short, "do": "damage", "cut": []int{3}, "retrain": true}).ID
	if r := o.state(cut, "ended"); r.Epoch != 9 || !strings.HasSuffix(cut, "-cut-3") {
		t.Errorf("%s %+v", cut, r)
	}
	if code, text := o.ask("api/run/do", map[string]any{"id": short, "do": "damage", "cut": []int{3}}); code != 200 || !strings.Contains(text, `"train_loss_before":`) {
		t.Errorf("%d %s", code, text)
	}
	again := o.do("api/run/do", map[string]any{"id": short, "do": "retrain", "name": "task.yaml", "text": text, "overrides": []string{"learn.method=adam", "learn.epochs=4"}}).ID
	if r := o.state(again, "ended"); r.Epoch != 4 || !strings.Contains(again, "+task") {
		t.Errorf("%s %+v", again, r)
	}
	if _, text := o.ask("api/run?id="+url.QueryEscape(again), nil); !strings.Contains(text, `"parent":"`+short+`"`) {
		t.Errorf("its parent is not told: %.2000s", text)
	}

	for _, c := range []struct {
		path string
		body map[string]any
		want string
	}{
		{"api/train", map[string]any{"name": "bad.yaml", "text": strings.Replace(text, "elastrain: 1", "elastrain: 1\nnonsense: 3", 1)}, `"code":"E0107"`},
		{"api/train", map[string]any{"name": "bad.yaml", "text": "x", "was": strings.Repeat("0", 64)}, `"code":"E0804"`},
		{"api/train", map[string]any{"name": "iris.yaml", "text": text, "overrides": []string{"--out=/tmp/x"}}, `is no override`},
		{"api/train", map[string]any{"name": "iris.yaml", "text": text, "overrides": []string{"learn.epochs=0.5"}}, `"exit_code":2`},
		{"api/run/do", map[string]any{"id": short, "do": "extend", "epochs": 3}, `"code":"E0804"`},
		{"api/run/do", map[string]any{"id": short, "do": "damage", "cut": []int{999}}, `"code":"E03`},
		{"api/run/do", map[string]any{"id": short, "do": "damage", "cut": []int{999}, "retrain": true}, `"code":"E03`},
		{"api/run/do", map[string]any{"id": short, "do": "retrain", "name": "gone.yaml"}, `"code":"E0603"`},
		{"api/run/do", map[string]any{"id": short, "do": "explode"}, `"code":"E0804"`},
		{"api/run/do", map[string]any{"id": "runs/gone", "do": "pause"}, `no run runs/gone`},
	} {
		code, text := o.ask(c.path, c.body)
		if code < 400 || !strings.Contains(text, c.want) || !json.Valid([]byte(text)) {
			t.Errorf("%v: %d %s, want %s", c.body["overrides"], code, text, c.want)
		}
		if strings.Contains(c.want, "E0107") && !strings.Contains(text, `"line":`) {
			t.Errorf("no line: %s", text)
		}
	}
}

// A server that is killed while a training goes on loses nothing: the training goes on, and on the same port the same
// browser comes back and gets every record once. So does one that stands still for a while.
func TestStudioKilled(t *testing.T) {
	dir, text := trainingFolder(t)
	o := openStudio(t, dir, nil)
	id := o.do("api/train", map[string]any{"name": "iris.yaml", "text": text, "overrides": endless}).ID
	due, last := 1, ""
	read := func(more int) {
		t.Helper()
		seqs, at := o.follow(id, last, due+more)
		for _, n := range seqs {
			if n != due {
				t.Fatalf("record %d comes where %d is due", n, due)
			}
			due++
		}
		last = at
	}
	read(10)
	port := o.shown.Port
	for range 3 {
		if err := o.process.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = o.process.Wait() // it was killed
		o = openStudio(t, dir, o.browser)
		if o.shown.Port != port {
			t.Fatalf("it is at port %d, and was at %d", o.shown.Port, port)
		}
		read(10)
		if r := o.state(id, "running"); r.Epoch == 0 {
			t.Errorf("%+v", r)
		}
	}
	stood := make(chan struct{})
	go func() {
		defer close(stood)
		_ = o.process.Process.Signal(syscall.SIGSTOP)
		time.Sleep(time.Second)
		_ = o.process.Process.Signal(syscall.SIGCONT)
	}()
	read(30)
	<-stood

	// asked again in the same folder, it answers for the one that runs
	program, err := exec.LookPath("elastrain")
	if err != nil {
		t.Fatal(err)
	}
	again := exec.Command(program, "studio", "--no-open", "--json")
	again.Dir = dir
	line, err := again.Output()
	var other shown
	if err != nil || json.Unmarshal(line, &other) != nil || other.Port != port || other.PID != o.process.Process.Pid || other.Token == o.shown.Token {
		t.Errorf("%s %v", line, err)
	}
	for token, want := range map[string]int{other.Token: 200, "x": 403} {
		r, err := http.DefaultTransport.RoundTrip(mustGet(t, o.base+"?token="+token))
		if err != nil || r.StatusCode != want {
			t.Errorf("%v %v", r, err)
			continue
		}
		_ = r.Body.Close()
	}

	// Ctrl-C ends it, and no training
	if err := o.process.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := o.process.Wait(); err != nil {
		t.Errorf("%v\n%s", err, o.said)
	}
	o = openStudio(t, dir, o.browser)
	o.state(id, "running")
	if r := o.do("api/run/do", map[string]any{"id": id, "do": "pause"}); r.State != "paused" {
		t.Errorf("%+v", r)
	}
}

func mustGet(t *testing.T, address string) *http.Request {
	t.Helper()
	q, err := http.NewRequest("GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// A training that is killed is shown as stopped, and resumed from the page it ends at the bytes of one that was not.
func TestStudioResumesKilled(t *testing.T) {
	dir, text := trainingFolder(t)
	o := openStudio(t, dir, nil)
	epochs := []string{"learn.method=adam", "learn.epochs=50000", "learn.save=500"}
	id := o.do("api/train", map[string]any{"name": "iris.yaml", "text": text, "overrides": epochs}).ID
	holder := func() (pid int) {
		var lock struct{ PID int }
		text, err := os.ReadFile(filepath.Join(dir, id, "lock"))
		if err != nil || json.Unmarshal(text, &lock) != nil {
			t.Fatalf("%s %v", text, err)
		}
		return lock.PID
	}
	for began := time.Now(); o.state(id, "running").Epoch < 700; time.Sleep(5 * time.Millisecond) { // behind a checkpoint
		if time.Since(began) > patience {
			t.Fatal("nothing is trained")
		}
	}
	if err := syscall.Kill(holder(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if r := o.state(id, "stopped"); r.Why == "" {
		t.Errorf("%+v", r)
	}
	o.do("api/run/do", map[string]any{"id": id, "do": "resume"})
	o.state(id, "ended")
	program, err := exec.LookPath("elastrain")
	if err != nil {
		t.Fatal(err)
	}
	whole := exec.Command(program, append([]string{"train", "iris.yaml", "--out", "whole", "-q"}, epochs...)...)
	whole.Dir = dir
	if text, err := whole.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, text)
	}
	for _, name := range []string{"network.npz", "result.json", "manifest.json", "metrics.csv"} {
		a, err := os.ReadFile(filepath.Join(dir, id, name))
		b, err2 := os.ReadFile(filepath.Join(dir, "whole", name))
		if err != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v %v", name, err, err2)
		}
	}
}

// What cannot be opened is said before anything listens.
func TestStudioRefuses(t *testing.T) {
	dir, _ := trainingFolder(t)
	o := openStudio(t, dir, nil)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"studio", "gone", "--no-open"}, "there is no folder, run or file gone"},
		{[]string{"studio", "--port", "70000", "--no-open"}, "there is no port 70000"},
		{[]string{"studio", t.TempDir(), "--port", fmt.Sprint(o.shown.Port), "--no-open"}, "in use by another program"},
		{[]string{"studio", "--host", "8.8.8.8", "--no-open"}, "is no address of this machine"},
		{[]string{"studio", "--host", "127.0.0.1", "--no-open"}, "is no address of this machine"},
		{[]string{"studio", "--host", "0.0.0.0", "--no-open"}, "is no address of this machine"},
		{[]string{"studio", "--host", "x; rm", "--no-open"}, "is no address of this machine"},
	} {
		var out, errs bytes.Buffer
		if code := Main(c.args, strings.NewReader(""), &out, &errs); code != 2 || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%v: exit code %d, %s", c.args, code, errs.String())
		}
	}
}

// A file that is no experiment is not opened, and its folder not shown; a pipe does not hold it up.
func TestStudioNoExperiment(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("notes.txt", []byte("elastrain: 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo("pipe.yaml", 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"notes.txt", "pipe.yaml", "/dev/null", "/etc/passwd"} {
		if dir, _, err := (&studioCommand{Subject: name}).place(); err == nil || !strings.Contains(err.Error(), "is no experiment file") {
			t.Errorf("%s: %s, %v", name, dir, err)
		}
	}
}

// A run or a file that is named is what is opened, in the folder here or in its own.
func TestStudioPlaces(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"here/runs/a b/manifest.json", "here/mine.yaml", "there/runs/x/lab.json", "there/y/manifest.json", "there/z.yaml"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(dir, "here"))
	for _, c := range [][3]string{
		{"", "here", ""},
		{".", "here", ""},
		{"runs/a b", "here", "#/run/runs/a%20b"},
		{"mine.yaml", "here", "#/sketch/mine.yaml"},
		{"../there", "there", ""},
		{"../there/runs/x", "there", "#/bench/runs/x"},
		{"../there/y", "there", "#/run/y"},
		{"../there/z.yaml", "there", "#/sketch/z.yaml"},
	} {
		at, fragment, err := (&studioCommand{Subject: c[0]}).place()
		if err != nil || filepath.Base(at) != c[1] || fragment != c[2] {
			t.Errorf("%q: %s %s %v", c[0], at, fragment, err)
		}
	}
}

// A studio whose port another program has taken is at another one, and lets in nobody who was let in before: pages that were
// open may have shown that program their cookie and key.
func TestStudioForgets(t *testing.T) {
	dir, _ := trainingFolder(t)
	o := openStudio(t, dir, nil)
	if code, _ := o.ask("api/about", nil); code != 200 {
		t.Fatal(code)
	}
	at, err := url.Parse(o.base)
	if err != nil {
		t.Fatal(err)
	}
	cookie := o.browser.Jar.Cookies(at)[0]
	if err := o.process.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = o.process.Wait()
	port := o.shown.Port
	other, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	o = openStudio(t, dir, o.browser)
	if o.shown.Port == port {
		t.Fatal("it has the port of the other program")
	}
	o.browser.Jar = nil
	q := mustGet(t, o.base+"api/about")
	q.AddCookie(&http.Cookie{Name: fmt.Sprintf("elastrain-studio-%d", o.shown.Port), Value: cookie.Value})
	r, err := o.browser.Do(q)
	if err != nil || r.StatusCode != http.StatusUnauthorized {
		t.Fatal(r, err)
	}
	_ = r.Body.Close()
}
