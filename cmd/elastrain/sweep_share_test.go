//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// manyIris is a sweep that takes two processes a second or two.
var manyIris = []string{"sweep", "iris.yaml", "learn.epochs=40,80", "seed=1..24", "--threads", "1", "-o"}

// swept trains a sweep alone, and returns its directory and table.
func swept(t *testing.T) (dir, table string) {
	t.Helper()
	dir = t.TempDir()
	iris, err := os.ReadFile("../../examples/iris.yaml")
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "iris.yaml", string(iris))
	program(t, dir, append(manyIris, "alone")...).start().ends(0)
	return dir, read(t, dir, "alone/table.csv")
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// begun waits until a sweep has so many chunks.
func (s *started) chunks(dir string, n int) {
	s.t.Helper()
	s.until("chunks", func() bool {
		names, err := filepath.Glob(filepath.Join(s.dir, dir, "chunks", "[0-9]*"))
		return err == nil && len(names) >= n
	})
}

// Two commands that begin one sweep at the same time, and two that join it, of which one is killed, come to the table of one
// that works alone, and leave nothing behind.
func TestSweepIsShared(t *testing.T) {
	t.Parallel()
	dir, want := swept(t)
	first := program(t, dir, append(manyIris, "shared")...).start()
	second := program(t, dir, append(manyIris, "shared")...).start()
	first.until("a sweep", first.exists("shared/sweep.json"))
	killed := program(t, dir, "sweep", "--join", "shared", "--threads", "1").start()
	third := program(t, dir, "sweep", "--join", "shared", "--threads", "1").start()
	first.chunks("shared", 5)
	_ = killed.cmd.Process.Kill()
	_ = killed.cmd.Wait()
	for _, s := range []*started{first, second, third} {
		s.ends(0)
	}
	if got := read(t, dir, "shared/table.csv"); got != want {
		t.Error("the table is another")
	}
	for _, left := range []string{"claims", "workers", "lock", ".*.eltmp", "chunks/.*"} {
		if first.exists("shared/" + left)() {
			t.Errorf("%s is left behind", left)
		}
	}
	if state := first.err.String() + second.err.String(); strings.Contains(state, "error") {
		t.Error(state)
	}
}

// A worker that a queue stops, with a warning or without, ends with 75; another goes on.
func TestSweepIsStopped(t *testing.T) {
	t.Parallel()
	dir, want := swept(t)
	for _, sig := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM, syscall.SIGINT} {
		out := "stopped-" + strings.ReplaceAll(sig.String(), " ", "-")
		s := program(t, dir, append(manyIris, out)...).start()
		s.chunks(out, 3)
		s.send(sig)
		code := 75
		if sig == syscall.SIGINT {
			code = 130
		}
		s.ends(code)
		s.saysOnce("the same command goes on")
		program(t, dir, "sweep", "--join", out).start().ends(0)
		if got := read(t, dir, out+"/table.csv"); got != want {
			t.Errorf("%v: the table is another", sig)
		}
	}
}

// Two commands at one sweep by halving, and one that joins and is killed, come to the tables of one that works alone: a rung begins when all rows of the
// one before are there, whoever trained them. Short trainings leave no run directories but in the last rung.
func TestHalvingIsShared(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	iris, err := os.ReadFile("../../examples/iris.yaml")
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "iris.yaml", string(iris))
	halving := []string{"sweep", "iris.yaml", "learn={method: adam, batch: 16, epochs: 32}", "learn.rate=1e-3..1", "task.validation.share=30%", "--random", "24", "--halving", "4", "--first-epochs", "8", "--threads", "1", "-o"}
	program(t, dir, append(halving, "alone")...).start().ends(0)
	if runs, err := filepath.Glob(filepath.Join(dir, "alone/runs/*")); err != nil || len(runs) != 6 {
		t.Errorf("%d run directories, and 6 trainings are in the last rung: %v", len(runs), err)
	}
	first := program(t, dir, append(halving, "shared")...).start()
	first.until("a sweep", first.exists("shared/sweep.json"))
	killed := program(t, dir, "sweep", "--join", "shared", "--threads", "1").start()
	second := program(t, dir, append(halving, "shared")...).start()
	first.chunks("shared", 3)
	_ = killed.cmd.Process.Kill()
	_ = killed.cmd.Wait()
	first.ends(0)
	second.ends(0)
	program(t, dir, "sweep", "--join", "shared", "--no-wait").start().ends(0) // nothing is left
	for _, name := range []string{"table.csv", "table.json", "rungs/1", "rungs/2"} {
		if read(t, dir, "shared/"+name) != read(t, dir, "alone/"+name) {
			t.Errorf("%s is another", name)
		}
	}
	for _, left := range []string{"claims", "workers", "lock", ".*.eltmp", "chunks/.*", "rungs/.*"} {
		if first.exists("shared/" + left)() {
			t.Errorf("%s is left behind", left)
		}
	}
}
