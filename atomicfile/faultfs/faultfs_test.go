package faultfs

import (
	"errors"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, f *FS, path string) string {
	t.Helper()
	r, err := f.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "(missing)"
	}
	check(t, err)
	defer r.Close()
	data := make([]byte, r.Size())
	if _, err := r.ReadAt(data, 0); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return string(data)
}

func TestOutcomes(t *testing.T) {
	// A file of which half is synced, a rename that is not, a removal that is.
	f := New()
	check(t, f.Mkdir("d"))
	check(t, f.SyncDir("."))
	for _, name := range []string{"d/old", "d/gone"} {
		w, err := f.OpenAppend(name)
		check(t, err)
		_, err = w.Write([]byte("first"))
		check(t, err)
		check(t, w.Sync())
		check(t, w.Close())
	}
	check(t, f.SyncDir("d"))
	check(t, f.Remove("d/gone"))
	check(t, f.SyncDir("d"))
	w, err := f.OpenAppend("d/old")
	check(t, err)
	_, err = w.Write([]byte(" second"))
	check(t, err)
	check(t, f.Rename("d/old", "d/new"))

	for how, want := range map[Outcome][2]string{
		Killed:  {"(missing)", "first second"},
		Synced:  {"first", "(missing)"},
		NewName: {"(missing)", "first"},
		Torn:    {"(missing)", "first se"},
	} {
		after := f.Reboot(how)
		got := [2]string{content(t, after, "d/old"), content(t, after, "d/new")}
		if got != want || content(t, after, "d/gone") != "(missing)" {
			t.Errorf("%v: old and new are %q, want %q", how, got, want)
		}
	}
}

func TestRebootTruncated(t *testing.T) {
	f := New()
	w, err := f.OpenAppend("a")
	check(t, err)
	_, err = w.Write([]byte("123456"))
	check(t, err)
	check(t, w.Sync())
	check(t, f.Truncate("a", 2))
	// A cut that was not synced may come undone.
	if got := content(t, f.Reboot(Torn), "a"); got != "123456" {
		t.Errorf("torn: %q", got)
	}
	if got := content(t, f.Reboot(Killed), "a"); got != "12" {
		t.Errorf("killed: %q", got)
	}
}

func TestRebootLosesWhatIsInALostDirectory(t *testing.T) {
	f := New()
	check(t, f.Mkdir("a"))
	check(t, f.Mkdir("a/b"))
	w, err := f.OpenAppend("a/b/c")
	check(t, err)
	check(t, w.Sync())
	check(t, f.SyncDir("a"))
	check(t, f.SyncDir("a/b")) // but not ".", which holds "a"
	if got := content(t, f.Reboot(Synced), "a/b/c"); got != "(missing)" {
		t.Errorf("a file survived without its directory: %q", got)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		how  Fault
		want error
		n    int
	}{{EIO, syscall.EIO, 0}, {ENOSPC, syscall.ENOSPC, 2}, {ShortWrite, nil, 2}} {
		f := New()
		w, err := f.OpenAppend("a")
		check(t, err)
		f.Fail(1, c.how)
		n, err := w.Write([]byte("1234"))
		if n != c.n || !errors.Is(err, c.want) {
			t.Errorf("%v: wrote %d, error %v", c.how, n, err)
		}
		if _, err := w.Write([]byte("5678")); err != nil {
			t.Errorf("%v: the fault stayed: %v", c.how, err)
		}
	}
}

func TestEveryCallCanFail(t *testing.T) {
	f := New()
	check(t, f.Mkdir("d"))
	w, err := f.OpenAppend("d/a")
	check(t, err)
	_, err = w.Write([]byte("1234"))
	check(t, err)
	r, err := f.Open("d/a")
	check(t, err)
	calls := map[string]func() error{
		"CreateTemp": func() error { _, err := f.CreateTemp("d", "x"); return err },
		"OpenAppend": func() error { _, err := f.OpenAppend("d/b"); return err },
		"Open":       func() error { _, err := f.Open("d/a"); return err },
		"List":       func() error { _, err := f.List("d"); return err },
		"Rename":     func() error { return f.Rename("d/a", "d/b") },
		"Remove":     func() error { return f.Remove("d/a") },
		"Truncate":   func() error { return f.Truncate("d/a", 0) },
		"Mkdir":      func() error { return f.Mkdir("e") },
		"SyncDir":    func() error { return f.SyncDir("d") },
		"Write":      func() error { _, err := w.Write([]byte("5")); return err },
		"Sync":       func() error { return w.Sync() },
		"Close":      func() error { return w.Close() },
		"ReadAt":     func() error { _, err := r.ReadAt(make([]byte, 4), 0); return err },
		"ReadClose":  func() error { return r.Close() },
	}
	for name, call := range calls {
		f.Fail(1, EIO)
		if err := call(); !errors.Is(err, syscall.EIO) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n, err := r.ReadAt(make([]byte, 4), 0); n != 4 {
		t.Error(n, err)
	}
	f.Fail(1, ShortWrite)
	if n, err := r.ReadAt(make([]byte, 4), 0); n != 2 || err != io.EOF {
		t.Errorf("short read: %d, %v", n, err)
	}
	before := f.Calls()
	f.CrashAfter(0)
	for name, call := range calls {
		if err := call(); !errors.Is(err, ErrCrashed) {
			t.Errorf("%s after the crash: %v", name, err)
		}
	}
	if f.Calls() != before || len(f.Trace()) != before || !strings.HasPrefix(f.Trace()[0], "1 mkdir d") {
		t.Errorf("calls after the crash were counted: %v", f.Trace())
	}
	if got := content(t, f.Reboot(Killed), "d/a"); got != "1234" {
		t.Errorf("a call after a failure or crash changed the file: %q", got)
	}
}

func TestFailedSyncLosesData(t *testing.T) {
	f := New()
	w, err := f.OpenAppend("a")
	check(t, err)
	check(t, f.SyncDir("."))
	_, err = w.Write([]byte("1234"))
	check(t, err)
	f.Fail(1, EIO)
	if w.Sync() == nil {
		t.Error("no error")
	}
	check(t, w.Sync())
	if got := content(t, f.Reboot(Synced), "a"); got != "" {
		t.Errorf("synced at the second try, as no real disk does: %q", got)
	}
}

func TestSpace(t *testing.T) {
	f := New()
	w, err := f.CreateTemp(".", "x")
	check(t, err)
	f.Space(6)
	_, err = w.Write([]byte("1234"))
	check(t, err)
	if n, err := w.Write([]byte("5678")); n != 2 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("wrote %d bytes, error %v", n, err)
	}
	f.Space(-1)
	if _, err := w.Write([]byte("78")); err != nil {
		t.Error(err)
	}
	if got := content(t, f, w.Name()); got != "12345678" {
		t.Errorf("%q", got)
	}
}

func TestBadPaths(t *testing.T) {
	f := New()
	check(t, f.Mkdir("d"))
	w, err := f.OpenAppend("d/b")
	check(t, err)
	check(t, w.Close())
	for name, err := range map[string]error{
		"CreateTemp": second(f.CreateTemp("no", "x")),
		"OpenAppend": second(f.OpenAppend("no/a")),
		"Open":       second(f.Open("no")),
		"List":       second(f.List("no")),
		"Rename":     f.Rename("no", "d/a"),
		"Remove":     f.Remove("no"),
		"Truncate":   f.Truncate("no", 0),
		"Mkdir":      f.Mkdir("no/a"),
		"SyncDir":    f.SyncDir("no"),
	} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := f.Mkdir("d"); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if _, err := f.OpenAppend("d"); !errors.Is(err, fs.ErrInvalid) {
		t.Error(err)
	}
	if err := f.Truncate("d/b", 1); !errors.Is(err, fs.ErrInvalid) {
		t.Error(err)
	}
	names, err := f.List(".")
	if err != nil || !reflect.DeepEqual(names, []string{"d"}) {
		t.Error(names, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestNames(t *testing.T) {
	for _, f := range Faults {
		if f.String() == "" {
			t.Error(int(f))
		}
	}
	for _, o := range Outcomes {
		if o.String() == "" {
			t.Error(int(o))
		}
	}
	var _ atomicfile.FS = New()
}
