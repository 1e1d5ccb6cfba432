//go:build unix

package driver

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bench is a directory with a driver in it, in which the test runs.
func benchDir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("PATH", filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
	for name, text := range files {
		write(t, name, text)
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// Whatever runs when a command is started, and was changed after somebody agreed, is noticed;
// or it is known that it would not be, and a person is asked every time.
func TestWhatChangesIsNoticed(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	for name, c := range map[string]struct {
		command []string
		change  func(t *testing.T)
		loose   bool
		same    bool
	}{
		"nothing":                 {[]string{"sh", "rig.sh", "--gain", "3"}, func(*testing.T) {}, false, true},
		"data":                    {[]string{"sh", "rig.sh"}, func(t *testing.T) { write(t, "runs/a.csv", "2") }, false, true},
		"the script":              {[]string{"sh", "rig.sh"}, func(t *testing.T) { write(t, "rig.sh", "evil") }, false, false},
		"a module beside it":      {[]string{"python3", "rig.py"}, func(t *testing.T) { write(t, "helper.py", "evil") }, false, false},
		"a module in a package":   {[]string{"python3", "rig.py"}, func(t *testing.T) { write(t, "pack/inner.py", "evil") }, false, false},
		"a new module":            {[]string{"python3", "rig.py"}, func(t *testing.T) { write(t, "json.py", "evil") }, false, false},
		"an interpreter in PATH":  {[]string{"python3", "rig.py"}, func(t *testing.T) { write(t, "bin/python3", "#!"+shell+"\nevil") }, false, false},
		"one that env finds":      {[]string{"./env.py"}, func(t *testing.T) { write(t, "bin/python3", "#!"+shell+"\nevil") }, false, false},
		"the same, by env":        {[]string{"env", "python3", "rig.py"}, func(t *testing.T) { write(t, "bin/python3", "#!"+shell+"\nevil") }, false, false},
		"a word of a shell":       {[]string{"sh", "-c", "exec sh rig.sh"}, func(t *testing.T) { write(t, "rig.sh", "evil") }, true, false},
		"a module by -m":          {[]string{"python3", "-m", "helper"}, func(*testing.T) {}, true, true},
		"a launcher":              {[]string{"nice", "sh", "rig.sh"}, func(*testing.T) {}, true, true},
		"an option":               {[]string{"sh", "rig.sh", "--with=other.sh"}, func(t *testing.T) { write(t, "other.sh", "evil") }, false, false},
		"more than 64 MiB":        {[]string{"sh", "big.sh"}, func(t *testing.T) { grow(t, "big.sh") }, false, false},
		"a directory of plug-ins": {[]string{"./own", "pack"}, func(t *testing.T) { write(t, "pack/inner.py", "evil") }, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			benchDir(t, map[string]string{"rig.sh": "cat", "other.sh": "cat", "rig.py": "import helper, pack.inner", "env.py": "#!/usr/bin/env python3\nimport helper",
				"helper.py": "x = 1", "pack/inner.py": "x = 1", "runs/a.csv": "1", "bin/python3": "#!" + shell + "\ncat", "own": "#!" + shell + "\ncat"})
			if slices.Contains(c.command, "big.sh") {
				write(t, "big.sh", "cat")
				if err := os.Truncate("big.sh", 70<<20); err != nil {
					t.Fatal(err)
				}
			}
			p, err := Pin(c.command)
			if err != nil {
				t.Fatal(err)
			}
			if loose := len(p.Loose) > 0; loose != c.loose {
				t.Errorf("asked every time: %v, %s", p.Loose, p)
			}
			c.change(t)
			if err := p.Changed(); (err == nil) != c.same {
				t.Errorf("it says %v", err)
			}
		})
	}
}

// grow changes the last byte of a large file and leaves its size and time.
func grow(t *testing.T, name string) {
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt([]byte("x"), info.Size()-1)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

// What is no regular file is not opened; in the place of a script it is refused.
func TestOddFilesArePassedOver(t *testing.T) {
	benchDir(t, map[string]string{"rig.sh": "cat", "dir/__main__.py": ""})
	if err := syscall.Mkfifo("fifo", 0o600); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("/dev/zero", "zero"); err != nil {
		t.Fatal(err)
	}
	over := time.AfterFunc(patience, func() { panic("it reads what has no end") })
	defer over.Stop()
	for _, script := range []string{"/dev/zero", "zero", "fifo", "dir"} {
		if _, err := Pin([]string{"sh", script}); err == nil || !strings.Contains(err.Error(), "name a regular file") {
			t.Errorf("sh %s: %v", script, err)
		}
		if _, err := Pin([]string{"./" + strings.TrimPrefix(script, "/")}); err == nil {
			t.Errorf("%s was taken for a program", script)
		}
		p, err := Pin([]string{"sh", "rig.sh", script})
		if err != nil || len(p.Unread) != 1 || !strings.HasPrefix(p.Unread[0], script) || !strings.Contains(p.String(), p.Unread[0]) {
			t.Errorf("sh rig.sh %s: %v", script, err)
		}
	}
}

// A driver that was changed after somebody agreed is not started.
func TestChangedDriverIsNotStarted(t *testing.T) {
	benchDir(t, map[string]string{"rig.sh": "touch ran; cat"})
	p, err := Pin([]string{"sh", "rig.sh"})
	if err != nil {
		t.Fatal(err)
	}
	write(t, "rig.sh", "touch evil; cat")
	c, err := Process(p.Words, Options{Pinned: p})
	if err == nil {
		c.Abandon()
		t.Error("it was started")
	}
	if _, gone := os.Stat("evil"); gone == nil || err == nil || !strings.Contains(err.Error(), "rig.sh has changed since it was agreed to") {
		t.Errorf("%v; ran: %v", err, gone == nil)
	}
	write(t, "rig.sh", "touch ran; cat")
	c, err = Process(p.Words, Options{Pinned: p, Grace: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < patience; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat("ran"); err == nil {
			break
		}
	}
	c.Abandon()
	if _, err := os.Stat("ran"); err != nil {
		t.Error(err)
	}
}
