//go:build unix

package studio

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/listing"
)

// hostile are directories that somebody else may have made, with what they are to show.
func hostile(t *testing.T, dir string) (want map[string]string) {
	t.Helper()
	want = map[string]string{}
	put := func(id string, state string, change func(at string)) {
		grow(t, makeRun(t, dir, id), 3)
		change(filepath.Join(dir, filepath.FromSlash(id)))
		want[id] = state
	}
	write := func(name, text string) func(string) {
		return func(at string) { check(t, os.WriteFile(filepath.Join(at, name), []byte(text), 0o666)) }
	}
	replace := func(name string, with func(path string) error) func(string) {
		return func(at string) {
			check(t, os.RemoveAll(filepath.Join(at, name)))
			check(t, with(filepath.Join(at, name)))
		}
	}
	fifo := func(path string) error { return syscall.Mkfifo(path, 0o666) }
	folder := func(path string) error { return os.MkdirAll(filepath.Join(path, "x"), 0o777) }
	huge := func(path string) error { // a hole of a gigabyte without a newline
		check(t, os.WriteFile(path, nil, 0o666))
		return os.Truncate(path, 1<<30)
	}
	put("plain", stopped, func(string) {})
	put("manifest/text", broken, write(listing.ManifestName, "no JSON"))
	put("manifest/null", broken, write(listing.ManifestName, "null"))
	put("manifest/deep", broken, write(listing.ManifestName, strings.Repeat("[", 1<<20)))
	put("manifest/later", broken, write(listing.ManifestName, `{"format":99}`))
	put("manifest/huge", broken, replace(listing.ManifestName, huge))
	put("log/text", broken, write(events.Name, "no JSON\n"))
	put("log/flip", broken, func(at string) {
		text, err := os.ReadFile(filepath.Join(at, events.Name))
		check(t, err)
		text[len(text)-40] ^= 1
		check(t, os.WriteFile(filepath.Join(at, events.Name), text, 0o666))
	})
	put("log/huge", stopped, replace(events.Name, huge)) // its first line has no end, as where it is being written
	put("log/fifo", broken, replace(events.Name, fifo))
	put("log/folder", broken, replace(events.Name, folder))
	put("log/away", broken, replace(events.Name, func(path string) error { return os.Symlink("/etc/passwd", path) }))
	put("log/long", broken, func(at string) { // whole lines behind which a last one never ends
		f, err := os.OpenFile(filepath.Join(at, events.Name), os.O_WRONLY, 0)
		check(t, err)
		check(t, f.Truncate(1<<30))
		_, err = f.WriteAt([]byte("\n"), 1<<30-1)
		check(t, err)
		check(t, f.Close())
	})
	put("lock/fifo", stopped, replace(listing.LockName, fifo))
	put("lock/text", stopped, write(listing.LockName, `{"pid":"x"}`))
	put("lock/first", stopped, write(listing.LockName, `{"pid":1,"start":"0","boot":"x","host":"y"}`)) // process 1 holds nothing here
	want["lock/first"] = running                                                                       // of another machine, of which nothing is known
	put("<img src=x onerror=alert(1)>", stopped, func(string) {})
	put("new\nline\x1b[31m", stopped, func(string) {})
	put("quote\"'`$(x)", stopped, func(string) {})
	put("-rf", stopped, func(string) {})
	check(t, os.Symlink(".", filepath.Join(dir, "loop")))
	check(t, os.MkdirAll(filepath.Join(dir, "bad\xffname"), 0o777))
	check(t, os.WriteFile(filepath.Join(dir, "bad\xffname", listing.ManifestName), []byte("{}"), 0o666))
	return want
}

// Whatever a run directory holds, it is shown, as broken where it is, and harms nobody: no route hangs, fails or takes
// memory, and what is whole is answered beside it.
func TestHostileDirectories(t *testing.T) {
	dir := t.TempDir()
	want := hostile(t, dir)
	b := enter(t, open(t, dir))
	began := time.Now()
	list := b.list()
	for id, state := range want {
		if r := list[id]; r == nil || r.State != state || state == broken && r.Why == "" {
			t.Errorf("%q: %+v, want %s", id, r, state)
		}
	}
	if len(list) != len(want) {
		t.Errorf("%d of %d are listed", len(list), len(want))
	}
	most := uint64(0)
	for id := range want {
		for _, path := range []string{"api/run?id=", "api/run/files?id=", "api/run/frames?id="} {
			code, text := b.get(path + escape(id))
			if strings.Contains(text, "root:") {
				t.Errorf("%s%q leads out: %.200s", path, id, text)
			}
			if path == "api/run?id=" && code != 200 || code >= 500 || strings.HasPrefix(text, "{") && !json.Valid([]byte(text)) {
				t.Errorf("%s%q: %d %.200s", path, id, code, text)
			}
		}
		told := false
		b.stream("api/run/log?id="+escape(id), "", func(e event) bool {
			told = true
			if !json.Valid([]byte(e.data)) {
				t.Errorf("%q: %.200s", id, e.data)
			}
			return e.name != "state"
		})
		if !told {
			t.Errorf("%q: nothing is told", id)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	if most > 600<<20 {
		t.Errorf("%d MB are taken", most>>20)
	}
	if took := time.Since(began); took > longest {
		t.Errorf("it took %v", took)
	}
}

// Files of a run that become links, pipes and directories while they are read lead nowhere and hold nothing up.
func TestSwappedWhileRead(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	check(t, os.WriteFile(filepath.Join(out, "secret"), []byte("SECRET\n"), 0o666))
	grow(t, makeRun(t, dir, "a"), 3)
	grow(t, makeRun(t, dir, "b"), 3)
	b := enter(t, open(t, dir))
	over, swapped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(swapped)
		for i := 0; ; i++ {
			select {
			case <-over:
				return
			default:
			}
			name := []string{listing.ManifestName, events.Name, "spec.yaml", listing.LockName}[i%4]
			at, next := filepath.Join(dir, "a", name), filepath.Join(dir, "next")
			_ = os.RemoveAll(at) // what cannot be made here is made in the next round
			switch i / 4 % 4 {
			case 0:
				_ = os.Symlink(filepath.Join(out, "secret"), next)
			case 1:
				_ = syscall.Mkfifo(next, 0o666)
			case 2:
				_ = os.Mkdir(next, 0o777)
			default:
				_ = os.Symlink("../b/"+name, next)
			}
			_ = os.Rename(next, at)
		}
	}()
	for began := time.Now(); time.Since(began) < 500*time.Millisecond; {
		for _, path := range []string{"api/run?id=a", "api/run/log?id=a&now=1", "api/run/frames?id=a", "api/run/files?id=a", "api/runs", "api/spec?name=a/spec.yaml", "api/spec/files?name=a/spec.yaml"} {
			asked := time.Now()
			code, text := b.get(path)
			if code >= 500 || strings.Contains(text, "SECRET") || time.Since(asked) > longest {
				t.Fatalf("%s: %d after %v, %.200s", path, code, time.Since(asked), text)
			}
		}
	}
	close(over)
	<-swapped
}

// A log that grows beyond what a page can show is said to, and no more of it is held.
func TestLongLog(t *testing.T) {
	dir := t.TempDir()
	log := makeRun(t, dir, "a")
	long := strings.Repeat("x", 1<<16)
	for n := range 80 {
		check(t, log.Tell(events.Record{Kind: events.KindFault, Epoch: n, Text: long}))
	}
	check(t, log.Flush())
	b := enter(t, open(t, dir))
	b.s.followers.most = 3 << 20
	trouble := ""
	records := 0
	b.stream("api/run/log?id=a", "", func(e event) bool {
		if e.name == "" {
			records += len(seqs(t, e))
			return records < 46 || trouble == ""
		}
		var s struct{ Trouble string }
		check(t, json.Unmarshal([]byte(e.data), &s))
		trouble = s.Trouble
		return records < 46 || trouble == ""
	})
	if !strings.Contains(trouble, "elastrain follow a") || records < 46 || records > 51 {
		t.Errorf("%d records, then %q", records, trouble)
	}
	if f := b.s.followers.get("a"); f.size > 4<<20 {
		t.Errorf("%d bytes are held", f.size)
	}
}

// A pause is asked of the process that has the lock file open, and of no other; of this one its bench asks.
func TestPauseOfAnother(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells which files a process has open")
	}
	dir := t.TempDir()
	makeRun(t, dir, "a")
	hold(t, dir, "a")
	makeRun(t, dir, "b")
	other := exec.Command("sleep", "60") // of which the lock of b is forged
	check(t, other.Start())
	defer func() { check(t, other.Process.Kill()); _ = other.Wait() }()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", other.Process.Pid))
	check(t, err)
	var lock map[string]any
	text, err := os.ReadFile(filepath.Join(dir, "a", listing.LockName))
	check(t, err)
	check(t, json.Unmarshal(text, &lock))
	lock["pid"], lock["start"] = other.Process.Pid, strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:]))[19]
	text, err = json.Marshal(lock)
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "b", listing.LockName), text, 0o666))
	b := enter(t, open(t, dir))
	if r := b.list()["b"]; r.State != running {
		t.Fatalf("the forged lock is seen through: %+v", r)
	}
	for id, want := range map[string]string{"a": "page of its bench", "b": fmt.Sprintf("process %d, which does not hold it", other.Process.Pid)} {
		if code, text := b.post("api/run/do", map[string]string{"id": id, "do": "pause"}); code != 409 || !strings.Contains(text, want) {
			t.Errorf("%d %s", code, text)
		}
	}
	if code, text := b.post("api/run/do", map[string]string{"id": "b", "do": "trash"}); code != 409 {
		t.Errorf("%d %s", code, text)
	}
}
