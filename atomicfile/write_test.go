package atomicfile_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// content returns a whole file, or "(missing)".
func content(t *testing.T, fsys atomicfile.FS, path string) string {
	t.Helper()
	data, err := atomicfile.ReadFile(fsys, path, 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return "(missing)"
	}
	check(t, err)
	return string(data)
}

// temps counts temporary files.
func temps(t *testing.T, fsys atomicfile.FS, dir string) (n int) {
	t.Helper()
	names, err := fsys.List(dir)
	check(t, err)
	for _, name := range names {
		if atomicfile.IsTemp(name) {
			n++
		}
	}
	return n
}

// disk returns a disk with a directory d and a file d/f, if old is not empty.
func disk(t *testing.T, old string) *faultfs.FS {
	t.Helper()
	fsys := faultfs.New()
	check(t, atomicfile.MakeDir(fsys, "d"))
	if old != "" {
		check(t, atomicfile.WriteFile(fsys, "d/f", []byte(old)))
	}
	return fsys
}

func TestWriteFileFailsAtEveryCall(t *testing.T) {
	for _, old := range []string{"", "old content"} {
		want := old
		if old == "" {
			want = "(missing)"
		}
		for _, how := range faultfs.Faults {
			for n := 1; ; n++ {
				fsys := disk(t, old)
				fsys.Fail(n, how)
				start := fsys.Calls()
				err := atomicfile.WriteFile(fsys, "d/f", []byte("new content"))
				if fsys.Calls()-start < n {
					check(t, err) // all calls succeeded: the loop is complete
					if n < 7 {
						t.Fatalf("only %d calls: %v", n-1, fsys.Trace()[start:])
					}
					break
				}
				if err == nil {
					t.Fatalf("%v at call %d: no error: %v", how, n, fsys.Trace()[start:])
				}
				if errors.Is(err, atomicfile.ErrDiskFull) != (how == faultfs.ENOSPC) {
					t.Errorf("%v: is the disk full? %v", how, err)
				}
				got := content(t, fsys, "d/f")
				last := strings.Contains(err.Error(), "sync the directory")
				if got != want && !(last && got == "new content") {
					t.Errorf("%v at call %d: the file holds %q", how, n, got)
				}
				if left := temps(t, fsys, "d"); left != 0 {
					t.Errorf("%v at call %d: %d temporary files left: %v", how, n, left, fsys.Trace()[start:])
				}
				// The next try must succeed.
				check(t, atomicfile.WriteFile(fsys, "d/f", []byte("new content")))
				if got := content(t, fsys.Reboot(faultfs.Synced), "d/f"); got != "new content" {
					t.Errorf("after a second try the disk holds %q", got)
				}
			}
		}
	}
}

func TestWriteFileCrashesAfterEveryCall(t *testing.T) {
	for _, old := range []string{"", "old content"} {
		want := old
		if old == "" {
			want = "(missing)"
		}
		for n, done := 0, false; !done; n++ {
			fsys := disk(t, old)
			fsys.CrashAfter(n)
			done = atomicfile.WriteFile(fsys, "d/f", []byte("new content")) == nil
			for _, how := range faultfs.Outcomes {
				after := fsys.Reboot(how)
				got := content(t, after, "d/f")
				if got != "new content" && (done || got != want) {
					t.Errorf("crash after call %d, %v: the file holds %q", n, how, got)
				}
				check(t, atomicfile.RemoveTemps(after, "d"))
				if temps(t, after, "d") != 0 {
					t.Error("a temporary file is left")
				}
			}
		}
	}
}

func TestWriteFileDiskFullAtEveryByte(t *testing.T) {
	data := []byte("new content")
	for space := range len(data) + 1 {
		fsys := disk(t, "old content")
		fsys.Space(int64(space))
		err := atomicfile.WriteFile(fsys, "d/f", data)
		want := "old content"
		if space == len(data) {
			want = string(data)
			check(t, err)
		} else if !errors.Is(err, atomicfile.ErrDiskFull) || !strings.Contains(err.Error(), "free some space") {
			t.Errorf("%d bytes of space: %v", space, err)
		}
		if got := content(t, fsys, "d/f"); got != want || temps(t, fsys, "d") != 0 {
			t.Errorf("%d bytes of space: the file holds %q", space, got)
		}
	}
}

func TestMakeDirAndRemoveTempsFailAtEveryCall(t *testing.T) {
	for n := 1; ; n++ {
		fsys := faultfs.New()
		fsys.Fail(n, faultfs.EIO)
		err := atomicfile.MakeDir(fsys, "a/b/c")
		if fsys.Calls() < n {
			check(t, err)
			break
		}
		if !errors.Is(err, syscall.EIO) {
			t.Errorf("call %d: %v", n, err)
		}
		check(t, atomicfile.MakeDir(fsys, "a/b/c"))
		if _, err := fsys.Reboot(faultfs.Synced).List("a/b/c"); err != nil {
			t.Errorf("call %d: the directory does not survive: %v", n, err)
		}
	}
	for n := 1; n <= 2; n++ {
		fsys := disk(t, "x")
		_, err := fsys.CreateTemp("d", ".f.")
		check(t, err)
		fsys.Fail(n, faultfs.EIO)
		if err := atomicfile.RemoveTemps(fsys, "d"); !errors.Is(err, syscall.EIO) {
			t.Errorf("call %d: %v", n, err)
		}
	}
}

func TestReadFile(t *testing.T) {
	fsys := disk(t, "12345")
	if data, err := atomicfile.ReadFile(fsys, "d/f", 5); string(data) != "12345" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := atomicfile.ReadFile(fsys, "d/f", 4); err == nil || !strings.Contains(err.Error(), "at most 4") {
		t.Error(err)
	}
	for n := 1; n <= 2; n++ {
		for _, how := range faultfs.Faults {
			fsys.Fail(n, how)
			if _, err := atomicfile.ReadFile(fsys, "d/f", 5); err == nil {
				t.Errorf("%v at call %d: no error", how, n)
			}
		}
	}
}

func TestOnTheRealDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	fsys := atomicfile.OS{}
	check(t, atomicfile.MakeDir(fsys, dir))
	check(t, atomicfile.MakeDir(fsys, dir))
	path := filepath.Join(dir, "f")
	big := bytes.Repeat([]byte("0123456789"), 100_000)
	for _, data := range [][]byte{[]byte("first"), {}, big} {
		check(t, atomicfile.WriteFile(fsys, path, data))
		got, err := atomicfile.ReadFile(fsys, path, 1<<30)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("wrote %d bytes, read %d, %v", len(data), len(got), err)
		}
	}
	// A crash leaves this behind.
	f, err := fsys.CreateTemp(dir, ".f.")
	check(t, err)
	check(t, f.Close())
	if !atomicfile.IsTemp(filepath.Base(f.Name())) {
		t.Errorf("%s does not look like a temporary file", f.Name())
	}
	check(t, atomicfile.RemoveTemps(fsys, dir))
	names, err := fsys.List(dir)
	if err != nil || !reflect.DeepEqual(names, []string{"f"}) {
		t.Errorf("left: %v, %v", names, err)
	}
	// The file stands in the way of a directory, and there is no directory "no".
	if err := atomicfile.MakeDir(fsys, filepath.Join(path, "x")); err == nil {
		t.Error("made a directory in a file")
	}
	var e *atomicfile.Error
	if err := atomicfile.WriteFile(fsys, filepath.Join(dir, "no", "f"), nil); !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &e) {
		t.Error(err)
	}
	if err := atomicfile.RemoveTemps(fsys, filepath.Join(dir, "no")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := fsys.Open(dir); err == nil {
		t.Error("opened a directory")
	}
	if _, err := fsys.OpenAppend(dir); err == nil {
		t.Error("opened a directory")
	}
	if err := fsys.SyncDir(filepath.Join(dir, "no")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	// Renaming onto a directory fails, and the temporary file goes.
	if err := atomicfile.WriteFile(fsys, filepath.Dir(dir), nil); err == nil {
		t.Error("replaced a directory")
	}
	if n := temps(t, fsys, filepath.Dir(filepath.Dir(dir))); n != 0 {
		t.Errorf("%d temporary files left", n)
	}
}

func TestWriteFileInTheCurrentDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	check(t, atomicfile.WriteFile(atomicfile.OS{}, "f", []byte("x")))
	if data, err := os.ReadFile("f"); string(data) != "x" {
		t.Error(data, err)
	}
}

// Content in many pieces is as whole as one that comes at once: at every call that fails
// the file has its old content or the new one, and no other file is left.
func TestWriteStreamFailsAtEveryCall(t *testing.T) {
	piece := bytes.Repeat([]byte("piece "), 10_000) // 60 kB: several writes reach the disk
	var whole []byte
	for range 5 {
		whole = append(whole, piece...)
	}
	stream := func(fsys atomicfile.FS) error {
		return atomicfile.WriteStream(fsys, "d/f", func(w io.Writer) error {
			for range 5 {
				if _, err := w.Write(piece); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, how := range faultfs.Faults {
		for n := 1; ; n++ {
			fsys := disk(t, "old content")
			fsys.Fail(n, how)
			start := fsys.Calls()
			err := stream(fsys)
			if fsys.Calls()-start < n {
				check(t, err)
				if n < 9 {
					t.Fatalf("only %d calls", n-1)
				}
				break
			}
			if err == nil || temps(t, fsys, "d") != 0 {
				t.Errorf("call %d fails by %v: %v, %d temporary files", n, how, err, temps(t, fsys, "d"))
			}
			data, readErr := atomicfile.ReadFile(fsys, "d/f", 1<<20)
			check(t, readErr)
			if !bytes.Equal(data, whole) && string(data) != "old content" {
				t.Errorf("call %d fails by %v: %d bytes, neither old nor new", n, how, len(data))
			}
		}
	}
	fsys := disk(t, "old content")
	cause := errors.New("the source failed")
	if err := atomicfile.WriteStream(fsys, "d/f", func(w io.Writer) error {
		_, _ = w.Write(piece)
		return cause
	}); !errors.Is(err, cause) {
		t.Errorf("a source that fails: %v", err)
	}
	if data, err := atomicfile.ReadFile(fsys, "d/f", 1<<20); err != nil || string(data) != "old content" || temps(t, fsys, "d") != 0 {
		t.Errorf("after a source that fails: %.20q, %v", data, err)
	}
}

// A directory is not written over, and that is said.
func TestWriteFileOntoADirectory(t *testing.T) {
	dir := t.TempDir()
	if err := atomicfile.WriteFile(atomicfile.OS{}, dir, []byte("x")); err == nil || !strings.Contains(err.Error(), "it is a directory") {
		t.Error(err)
	}
}
