package atomicfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// unlocked is the opener of a file system that cannot lock.
func unlocked(path string) (*os.File, bool, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	return f, false, err
}

func TestLockIsExclusive(t *testing.T) {
	for name, open := range map[string]opener{"system": openLocked, "pid": unlocked} {
		path := filepath.Join(t.TempDir(), "lock")
		held, err := lock(path, self(), open)
		if err != nil {
			t.Fatal(name, err)
		}
		_, err = lock(path, self(), open)
		var locked *LockedError
		if !errors.As(err, &locked) || locked.PID != os.Getpid() || locked.Path != path || locked.Host != "" {
			t.Errorf("%s: %v", name, err)
		}
		if err := held.Unlock(); err != nil {
			t.Error(name, err)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s: the file is still there", name)
		}
		if held.Unlock() == nil {
			t.Errorf("%s: unlocked twice", name)
		}
		held, err = lock(path, self(), open)
		if err != nil {
			t.Error(name, err)
		}
		held.Unlock()
	}
}

func TestLockTakesOverWhatACrashLeft(t *testing.T) {
	for name, open := range map[string]opener{"system": openLocked, "pid": unlocked} {
		me := self()
		if me.Boot == "" {
			me.Boot = "this boot"
		}
		for what, left := range map[string]string{
			"empty":          "",
			"damaged":        `{"pid": 12`,
			"negative":       `{"pid": -12}`,
			"an old boot":    fmt.Sprintf(`{"pid": %d, "boot": "another", "host": %q}`, os.Getppid(), me.Host),
			"a dead process": fmt.Sprintf(`{"pid": %d, "boot": %q, "host": %q}`, deadProcess(t), me.Boot, me.Host),
		} {
			path := filepath.Join(t.TempDir(), "lock")
			if err := os.WriteFile(path, []byte(left), 0o666); err != nil {
				t.Fatal(err)
			}
			held, err := lock(path, me, open)
			if err != nil {
				t.Errorf("%s: %s: %v", name, what, err)
				continue
			}
			var o owner
			text, err := os.ReadFile(path)
			if err != nil || json.Unmarshal(text, &o) != nil || o != me {
				t.Errorf("%s: %s: not signed: %q", name, what, text)
			}
			held.Unlock()
		}
	}
}

// deadProcess returns the number of a process that has ended.
func deadProcess(t *testing.T) int {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

func TestLockEndsWithItsProcess(t *testing.T) {
	path := os.Getenv("ATOMICFILE_TEST_LOCK")
	if path != "" { // this is the other process
		if _, err := Lock(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("locked")
		time.Sleep(time.Minute)
		os.Exit(0)
	}
	path = filepath.Join(t.TempDir(), "lock")
	cmd := exec.Command(os.Args[0], "-test.run=^TestLockEndsWithItsProcess$")
	cmd.Env = append(os.Environ(), "ATOMICFILE_TEST_LOCK="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	answer := make([]byte, 100)
	n, _ := out.Read(answer)
	if !strings.HasPrefix(string(answer[:n]), "locked") {
		t.Fatalf("the other process says %q", answer[:n])
	}
	_, err = Lock(path)
	var locked *LockedError
	if !errors.As(err, &locked) || locked.PID != cmd.Process.Pid {
		t.Errorf("want an error that names process %d, got %v", cmd.Process.Pid, err)
	}
	_, err = lock(path, self(), unlocked) // its signature alone must do, too
	if !errors.As(err, &locked) || locked.PID != cmd.Process.Pid {
		t.Errorf("want an error that names process %d, got %v", cmd.Process.Pid, err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	held, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	held.Unlock()
}

func TestStale(t *testing.T) {
	me := owner{PID: 10, Start: "5", Boot: "b", Host: "h"}
	startOf := func(pid int) (string, bool) { return "7", pid == 20 } // only process 20 lives
	for _, c := range []struct {
		name   string
		last   owner
		locked bool
		want   bool
	}{
		{"nobody", owner{}, false, true},
		{"alive", owner{PID: 20, Start: "7", Boot: "b", Host: "h"}, false, false},
		{"alive, but the system says its lock is gone", owner{PID: 20, Start: "7", Boot: "b", Host: "h"}, true, true},
		{"dead", owner{PID: 21, Start: "7", Boot: "b", Host: "h"}, false, true},
		{"number reused", owner{PID: 20, Start: "6", Boot: "b", Host: "h"}, false, true},
		{"rebooted", owner{PID: 20, Start: "7", Boot: "a", Host: "h"}, false, true},
		{"boot not known, alive", owner{PID: 20, Start: "7", Boot: "", Host: "h"}, false, false},
		{"boot not known, dead", owner{PID: 21, Start: "7", Boot: "", Host: "h"}, false, true},
		{"another machine", owner{PID: 21, Start: "7", Boot: "a", Host: "g"}, false, false},
		{"another machine, locks not shared", owner{PID: 21, Start: "7", Boot: "a", Host: "g"}, true, false},
		{"another container", owner{PID: 21, Start: "7", Boot: "b", Host: "g"}, false, false},
		{"another container, its lock is gone", owner{PID: 21, Start: "7", Boot: "b", Host: "g"}, true, true},
	} {
		if got := stale(c.last, me, c.locked, startOf); got != c.want {
			t.Errorf("%s: stale is %v", c.name, got)
		}
	}
	me.Boot = "" // no Linux: machines cannot be told apart by their boot
	if stale(owner{PID: 21, Start: "", Boot: "", Host: "g"}, me, true, startOf) {
		t.Error("took over the lock of another machine")
	}
}

func TestLockErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := Lock(filepath.Join(dir, "no", "lock")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	// A file that is renamed away each time it was opened.
	path := filepath.Join(dir, "lock")
	vanishing := func(path string) (*os.File, bool, error) {
		f, locked, err := openLocked(path)
		os.Rename(path, path+".gone")
		return f, locked, err
	}
	if _, err := lock(path, self(), vanishing); err == nil || !strings.Contains(err.Error(), "all the time") {
		t.Error(err)
	}
	// A file that cannot be read or written, only opened.
	for flag, what := range map[int]string{os.O_WRONLY: "read", os.O_RDONLY: "write"} {
		limited := func(path string) (*os.File, bool, error) {
			f, err := os.OpenFile(path, flag|os.O_CREATE, 0o666)
			return f, false, err
		}
		if _, err := lock(path, self(), limited); err == nil || !strings.Contains(err.Error(), "cannot "+what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	// A closed file is not there, whatever its name says.
	f, _, err := unlocked(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if stillThere(f, path) {
		t.Error("a closed file is there")
	}
	for _, c := range []struct {
		holder owner
		want   string
	}{
		{owner{}, "held by another process"},
		{owner{PID: 4711, Host: "here"}, "held by process 4711; wait"},
		{owner{PID: 4711, Host: "there"}, "held by process 4711 on there; wait"},
	} {
		if got := lockedError("lock", c.holder, owner{Host: "here"}).Error(); !strings.Contains(got, c.want) {
			t.Errorf("%q does not contain %q", got, c.want)
		}
	}
}

func TestProcessStart(t *testing.T) {
	start, alive := processStart(os.Getpid())
	if !alive || (runtime.GOOS == "linux" && start == "") {
		t.Errorf("this process: start %q, alive %v", start, alive)
	}
	if runtime.GOOS == "linux" {
		if self().Boot == "" {
			t.Error("no boot id")
		}
		if again, _ := processStart(os.Getpid()); again != start {
			t.Errorf("started at %s and at %s", start, again)
		}
	}
}

// Inherit takes away the lock of a process on another machine, unless the system knows that somebody has it, and no other lock.
func TestInherit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if err := Inherit(path); err != nil {
		t.Errorf("no lock: %v", err)
	}
	there := func() bool { _, err := os.Stat(path); return err == nil }
	put := func(o owner) {
		text, err := json.Marshal(o)
		if err == nil {
			err = os.WriteFile(path, text, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	elsewhere := owner{PID: 7, Host: self().Host + "-other", Boot: "b"}
	put(elsewhere)
	if err := Inherit(path); err != nil || there() {
		t.Errorf("the lock of another machine stays: %v", err)
	}
	put(owner{PID: 7, Host: self().Host})
	if err := Inherit(path); err != nil || !there() {
		t.Errorf("a lock of this machine is taken away: %v", err)
	}
	if err := os.WriteFile(path, []byte("no owner"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Inherit(path); err != nil || !there() {
		t.Errorf("a file that is no lock is taken away: %v", err)
	}
	put(elsewhere)
	f, locked, err := openLocked(path)
	if err != nil || !locked {
		t.Skip("this file system locks nothing", err)
	}
	if err := Inherit(path); err != nil || !there() {
		t.Errorf("a lock that is held is taken away: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Inherit(path); err != nil || there() {
		t.Errorf("a lock that is held no more stays: %v", err)
	}
}
