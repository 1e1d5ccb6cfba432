package inbox

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// Files that came while nobody looked came when they were written, as far as their writer's clock tells
// it: an hour wrong as it may be, its differences count.
func TestFilesOfAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		b, err := Open(dir, []string{".csv"}, Options{Still: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		opened := time.Now()
		wrong := opened.Add(-time.Hour)
		time.Sleep(10 * time.Second)
		for second := range 10 {
			path := filepath.Join(dir, fmt.Sprintf("%02d.csv", second))
			if err := os.WriteFile(path, []byte("1"), 0o666); err != nil {
				t.Fatal(err)
			}
			at := wrong.Add(time.Duration(second) * time.Second)
			if second == 0 {
				at = wrong.Add(-time.Minute) // before anybody looked, it says
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		for second := range 10 {
			f, err := b.Next(context.Background(), time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			want := 10*time.Second - time.Duration(9-second)*time.Second + 200*time.Millisecond // seen at the first tick
			if second == 0 {
				want = 1
			}
			if got := f.First.Sub(opened); got < want-300*time.Millisecond && second > 0 || got > want || second == 0 && got != want {
				t.Errorf("file %d came after %v, want %v", second, got, want)
			}
		}
	})
}

// Files whose writer's clock tells them not apart, as those of FAT cards do for two seconds, still came one after
// another: a bench takes a frame only if it is later than the last.
func TestFilesOfOneTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		b, err := Open(dir, []string{".csv"}, Options{Still: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		tick := time.Now().Add(-time.Hour)
		for i := range 20 {
			path := filepath.Join(dir, fmt.Sprintf("%02d.csv", i))
			if err := os.WriteFile(path, []byte("1"), 0o666); err != nil {
				t.Fatal(err)
			}
			at := tick
			if i < 10 {
				at = tick.Add(-time.Hour) // longer ago than anybody looked
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		var last File
		for i := range 20 {
			f, err := b.Next(context.Background(), time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf("%02d.csv", i); filepath.Base(f.Path) != want {
				t.Errorf("file %d is %s, want %s", i, filepath.Base(f.Path), want)
			}
			if i > 0 && !f.First.After(last.First) {
				t.Errorf("%s came %v after the file before it, want later", f.Path, f.First.Sub(last.First))
			}
			last = f
		}
	})
}
