package inbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Error(err)
	}
}

// next expects a file, and how long it takes.
func next(t *testing.T, b *Box, name string, least, most time.Duration) {
	t.Helper()
	start := time.Now()
	f, err := b.Next(t.Context(), time.Minute)
	if d := time.Since(start); err != nil || filepath.Base(f.Path) != name || d < least || d > most {
		t.Errorf("%s, %v after %v; want %s after %v to %v", f.Path, err, d, name, least, most)
	}
}

func TestFilesAreHandedOnOnceAndWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		put(t, dir, "old.csv", "x")
		b, err := Open(dir, []string{".csv"}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, "old.csv", "changed")
		put(t, dir, "other.txt", "x")
		put(t, dir, ".hidden.csv", "x")
		if err := os.Mkdir(filepath.Join(dir, "folder.csv"), 0o755); err != nil {
			t.Fatal(err)
		}
		// One that grows for a while is not handed on before it is still.
		go func() {
			for i := range 6 {
				put(t, dir, "slow.CSV", strings.Repeat("x", i))
				time.Sleep(700 * time.Millisecond)
			}
		}()
		next(t, b, "slow.CSV", 4*time.Second, 5*time.Second)
		// One that is renamed when it is whole.
		put(t, dir, "new.csv.part", "x")
		go func() {
			time.Sleep(3 * time.Second)
			if err := os.Rename(filepath.Join(dir, "new.csv.part"), filepath.Join(dir, "new.csv")); err != nil {
				t.Error(err)
			}
		}()
		next(t, b, "new.csv", 4*time.Second, 5*time.Second)
		// Two that came while nobody looked: by time, then by name.
		put(t, dir, "a.csv", "x")
		put(t, dir, "b.csv", "x")
		put(t, dir, "c.csv", "x")
		earlier := time.Now().Add(-time.Hour)
		for _, name := range []string{"b.csv", "c.csv"} {
			if err := os.Chtimes(filepath.Join(dir, name), earlier, earlier); err != nil {
				t.Fatal(err)
			}
		}
		next(t, b, "b.csv", time.Second, 2*time.Second)
		next(t, b, "c.csv", 0, 0)
		next(t, b, "a.csv", 0, 0)
		// What grows since before a load is stale for ever.
		put(t, dir, "stale.csv", "x")
		if err := b.Skip(); err != nil {
			t.Fatal(err)
		}
		put(t, dir, "stale.csv", "xx")
		put(t, dir, "empty.csv", "")
		_, err = b.Next(t.Context(), 10*time.Second)
		var late *LateError
		if !errors.As(err, &late) || len(late.Growing) != 1 || late.Growing[0] != "empty.csv" || !strings.Contains(err.Error(), "empty.csv is there, but empty") {
			t.Errorf("an empty file: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Next(ctx, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cancelled: %v", err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Next(t.Context(), time.Minute); err == nil {
			t.Error("a directory that is gone is no error")
		}
	})
}

func TestSHA256(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a", "abc")
	// FIPS 180-2, appendix B.1
	if got, err := SHA256(filepath.Join(dir, "a")); err != nil || got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := SHA256(filepath.Join(dir, "none")); err == nil {
		t.Error("a missing file has a hash")
	}
}
