package atomicfile_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
)

const events = "d/events.jsonl"

func TestJournal(t *testing.T) {
	fsys := atomicfile.OS{}
	path := filepath.Join(t.TempDir(), "events.jsonl")
	j, err := atomicfile.OpenJournal(fsys, path)
	check(t, err)
	check(t, j.Append([]byte("one")))
	check(t, j.Append(nil))
	check(t, j.Append([]byte("three")))
	check(t, j.Sync())
	mark := j.Size()
	check(t, j.Append([]byte("four")))
	check(t, j.Close())

	// A crash tears the last line.
	f, err := fsys.OpenAppend(path)
	check(t, err)
	_, err = f.Write([]byte(`{"torn`))
	check(t, err)
	check(t, f.Close())

	j, err = atomicfile.OpenJournal(fsys, path)
	check(t, err)
	if j.Cut() != 6 || content(t, fsys, path) != "one\n\nthree\nfour\n" {
		t.Errorf("cut %d bytes and left %q", j.Cut(), content(t, fsys, path))
	}
	check(t, j.TruncateTo(mark))
	check(t, j.Append([]byte("vier")))
	check(t, j.Close())
	if got := content(t, fsys, path); got != "one\n\nthree\nvier\n" {
		t.Errorf("%q", got)
	}
}

func TestJournalTakesLinesTogether(t *testing.T) {
	fsys := disk(t, "")
	j, err := atomicfile.OpenJournal(fsys, events)
	check(t, err)
	check(t, j.AppendLines([]byte("one\ntwo\n")))
	check(t, j.AppendLines(nil))
	if err := j.AppendLines([]byte("three")); err == nil {
		t.Error("a line without its newline is taken")
	}
	fsys.Fail(1, faultfs.ShortWrite)
	if err := j.AppendLines([]byte("three\nfour\n")); err == nil {
		t.Error("no error")
	}
	check(t, j.AppendLines([]byte("five\nsix\n")))
	if got := content(t, fsys, events); got != "one\ntwo\nfive\nsix\n" || j.Size() != int64(len(got)) {
		t.Errorf("%q, size %d", got, j.Size())
	}
}

func TestJournalFindsTheLastNewline(t *testing.T) {
	for _, size := range []int{0, 1, 3, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000} {
		for _, whole := range []string{"", "x\n", "x\ny\n"} {
			fsys := faultfs.New()
			check(t, atomicfile.WriteFile(fsys, "f", []byte(whole+strings.Repeat("z", size))))
			j, err := atomicfile.OpenJournal(fsys, "f")
			check(t, err)
			if j.Size() != int64(len(whole)) || j.Cut() != int64(size) || content(t, fsys, "f") != whole {
				t.Errorf("%q and %d more bytes: size %d, cut %d", whole, size, j.Size(), j.Cut())
			}
		}
	}
}

func TestJournalRefuses(t *testing.T) {
	fsys := disk(t, "")
	j, err := atomicfile.OpenJournal(fsys, events)
	check(t, err)
	check(t, j.Append([]byte("one")))
	check(t, j.Append([]byte("two")))
	for what, err := range map[string]error{
		"newline":              j.Append([]byte("a\nb")),
		"belongs to another":   j.TruncateTo(5),
		"should have at least": j.TruncateTo(9),
		"-1":                   j.TruncateTo(-1),
	} {
		if err == nil || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), events) {
			t.Errorf("want an error about %q, got %v", what, err)
		}
	}
	if got := content(t, fsys, events); got != "one\ntwo\n" {
		t.Errorf("%q", got)
	}
	check(t, j.TruncateTo(8))
	check(t, j.TruncateTo(0))
	if got := content(t, fsys, events); got != "" {
		t.Errorf("%q", got)
	}
}

// life is a run that appends lines, syncs, cuts back and goes on. It notes
// what the journal must hold as far as the calls that succeeded tell.
type life struct {
	lines  []string // appended without an error
	synced int      // of these, the number that reached the disk for sure
	cut    bool     // the cut back failed; it may have been done, and only its sync failed
}

func (l *life) text(n int) string {
	return strings.Join(append(l.lines[:n:n], ""), "\n")
}

func (l *life) live(fsys atomicfile.FS) error {
	j, err := atomicfile.OpenJournal(fsys, events)
	if err != nil {
		return err
	}
	var firstErr error
	note := func(err error) bool {
		if firstErr == nil {
			firstErr = err
		}
		return err == nil
	}
	var mark int64
	for i := range 6 {
		line := fmt.Sprintf("line %d", i)
		if note(j.Append([]byte(line))) {
			l.lines = append(l.lines, line)
		}
		if i == 1 && note(j.Sync()) {
			l.synced, mark = len(l.lines), j.Size()
		}
	}
	if mark > 0 {
		if note(j.TruncateTo(mark)) {
			l.lines = l.lines[:l.synced]
		} else {
			l.cut = true
		}
	}
	if note(j.Append([]byte("the end"))) {
		l.lines = append(l.lines, "the end")
	}
	if note(j.Close()) {
		l.synced = len(l.lines)
	}
	return firstErr
}

func TestJournalFailsAtEveryCall(t *testing.T) {
	for _, how := range faultfs.Faults {
		for n := 1; ; n++ {
			fsys := disk(t, "")
			start := fsys.Calls()
			fsys.Fail(n, how)
			var l life
			err := l.live(fsys)
			if fsys.Calls()-start < n {
				check(t, err)
				break
			}
			// A failing close of the file just read harms nobody.
			if err == nil && !strings.Contains(fsys.Trace()[start+n-1], "close") {
				t.Errorf("%v at call %d: no error: %s", how, n, fsys.Trace()[start+n-1])
			}
			if err != nil && errors.Is(err, atomicfile.ErrDiskFull) != (how == faultfs.ENOSPC) {
				t.Errorf("%v: is the disk full? %v", how, err)
			}
			got := content(t, fsys, events)
			if got != l.text(len(l.lines)) && !(l.cut && got == l.text(l.synced)) && got != "(missing)" {
				t.Errorf("%v at call %d: the journal holds %q, want %q", how, n, got, l.lines)
			}
			got = content(t, fsys.Reboot(faultfs.Synced), events)
			if l.synced > 0 && !strings.HasPrefix(got, l.text(l.synced)) {
				t.Errorf("%v at call %d: synced lines are lost: %q", how, n, got)
			}
		}
	}
}

func TestJournalCrashesAfterEveryCall(t *testing.T) {
	for n, done := 0, false; !done; n++ {
		fsys := disk(t, "")
		fsys.CrashAfter(n)
		var l life
		done = l.live(fsys) == nil
		for _, how := range faultfs.Outcomes {
			after := fsys.Reboot(how)
			j, err := atomicfile.OpenJournal(after, events)
			check(t, err)
			got := content(t, after, events)
			if got != "" && !strings.HasSuffix(got, "\n") {
				t.Errorf("crash after call %d, %v: torn: %q", n, how, got)
			}
			if !strings.HasPrefix(got, l.text(l.synced)) && l.synced > 0 {
				t.Errorf("crash after call %d, %v: synced lines are lost: %q", n, how, got)
			}
			check(t, j.Append([]byte("again")))
			check(t, j.Close())
			if again := content(t, after.Reboot(faultfs.Synced), events); again != got+"again\n" {
				t.Errorf("crash after call %d, %v: then %q", n, how, again)
			}
		}
	}
}

func TestJournalCutsATornLineBeforeTheNext(t *testing.T) {
	fsys := disk(t, "")
	j, err := atomicfile.OpenJournal(fsys, events)
	check(t, err)
	check(t, j.Append([]byte("one")))
	fsys.Fail(1, faultfs.ShortWrite)
	fsys.Fail(2, faultfs.EIO) // of the cut
	if err := j.Append([]byte("two two")); err == nil {
		t.Error("no error")
	}
	if got := content(t, fsys, events); got != "one\ntwo " {
		t.Fatalf("the line is not torn: %q", got)
	}
	check(t, j.Append([]byte("three")))
	if got := content(t, fsys, events); got != "one\nthree\n" {
		t.Errorf("%q", got)
	}
}

func TestTruncateToReachesTheDisk(t *testing.T) {
	fsys := disk(t, "")
	j, err := atomicfile.OpenJournal(fsys, events)
	check(t, err)
	check(t, j.Append([]byte("one")))
	check(t, j.Append([]byte("two")))
	check(t, j.Sync())
	check(t, j.TruncateTo(4))
	for _, how := range faultfs.Outcomes {
		if got := content(t, fsys.Reboot(how), events); got != "one\n" {
			t.Errorf("%v: cut lines are back: %q", how, got)
		}
	}
}

func TestJournalAfterAFullDisk(t *testing.T) {
	for space := range 8 {
		fsys := disk(t, "")
		j, err := atomicfile.OpenJournal(fsys, events)
		check(t, err)
		check(t, j.Append([]byte("one")))
		fsys.Space(int64(space))
		fsys.Fail(2, faultfs.EIO) // the torn line cannot be cut off at once
		if err := j.Append([]byte("two two")); !errors.Is(err, atomicfile.ErrDiskFull) {
			t.Error(err)
		}
		fsys.Space(-1)
		fsys.Fail(1, faultfs.EIO) // nor at the first try afterwards
		if err := j.Append([]byte("two")); !errors.Is(err, syscall.EIO) {
			t.Error(err)
		}
		check(t, j.Append([]byte("three")))
		if got := content(t, fsys, events); got != "one\nthree\n" {
			t.Errorf("space %d: %q", space, got)
		}
	}
}

func TestJournalStaysDeadAfterAFailedSync(t *testing.T) {
	fsys := disk(t, "")
	j, err := atomicfile.OpenJournal(fsys, events)
	check(t, err)
	check(t, j.Append([]byte("one")))
	fsys.Fail(1, faultfs.ENOSPC)
	first := j.Sync()
	for what, err := range map[string]error{
		"Sync": j.Sync(), "Append": j.Append([]byte("two")), "TruncateTo": j.TruncateTo(0), "Close": j.Close(),
	} {
		if err != first || !errors.Is(err, atomicfile.ErrDiskFull) {
			t.Errorf("%s: %v, want %v", what, err, first)
		}
	}
}

func TestOpenJournalFailsAtEveryCall(t *testing.T) {
	for _, how := range faultfs.Faults {
		for n := 1; ; n++ {
			fsys := faultfs.New()
			check(t, atomicfile.WriteFile(fsys, "f", []byte("one\ntwo\ntorn")))
			start := fsys.Calls()
			fsys.Fail(n, how)
			_, err := atomicfile.OpenJournal(fsys, "f")
			if fsys.Calls()-start < n {
				check(t, err)
				break
			}
			if err == nil && !strings.Contains(fsys.Trace()[start+n-1], "close") {
				t.Errorf("%v at call %d: no error", how, n)
			}
			j, err := atomicfile.OpenJournal(fsys, "f")
			check(t, err)
			if j.Size() != 8 || content(t, fsys, "f") != "one\ntwo\n" {
				t.Errorf("%v at call %d: %q", how, n, content(t, fsys, "f"))
			}
			for k := 1; k <= 2; k++ { // TruncateTo opens and reads
				fsys.Fail(k, how)
				if err := j.TruncateTo(4); err == nil {
					t.Errorf("%v at call %d of TruncateTo: no error", how, k)
				}
			}
			check(t, j.TruncateTo(4))
		}
	}
}
