package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/sweep"
)

// onDisk asks for a sweep of a table of nodes, on a disk in memory. The lock is on the machine's.
func onDisk(t *testing.T) (q sweep.Request, fresh *faultfs.FS) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "s")
	check(t, os.Mkdir(dir, 0o777))
	q = request(t, "../examples/chain.yaml", dir, "network={nodes: nodes.csv, bonds: [[1, 2], [2, 3]]}", "task.cases[1].push[1].node=3", "task.cases[1].want[2].node=3",
		"learn={method: adam, rate: 0.1, epochs: 1}", "learn.rate=0.05,0.1")
	q.Files = func(string) ([]byte, error) { return []byte("x\n0\n0.01\n0.02\n"), nil }
	fresh = faultfs.New()
	check(t, atomicfile.MakeDir(fresh, filepath.Dir(dir)))
	return q, fresh
}

// sweepOn trains to the end and writes the tables.
func sweepOn(q sweep.Request, fsys atomicfile.FS) error {
	q.FS = fsys
	s, err := sweep.Open(context.Background(), q)
	if err != nil {
		return err
	}
	r := &sweep.Runner{Sweep: s}
	r.Options.Threads = 1
	if err = r.Run(context.Background()); err == nil {
		if err = s.Tidy(); err == nil {
			_, err = s.WriteTables(nil)
		}
	}
	return errors.Join(err, s.Close())
}

// tables are the tables of a sweep and what its directory holds beside.
func tables(t *testing.T, fsys atomicfile.FS, dir string) string {
	t.Helper()
	var b strings.Builder
	for _, name := range []string{"table.csv", "table.npz", "table.json"} {
		text, err := atomicfile.ReadFile(fsys, filepath.Join(dir, name), 1<<20)
		check(t, err)
		fmt.Fprintf(&b, "%s\n%s\n", name, text)
	}
	for _, folder := range []string{dir, filepath.Join(dir, "chunks")} {
		names, err := fsys.List(folder)
		check(t, err)
		fmt.Fprintln(&b, names)
	}
	return b.String()
}

// everyCall is the environment variable that makes TestFaults try every call rather than every fourth.
const everyCall = "ELASTRAIN_FAULTS"

// Whichever call fails and however, the error says so, and the same request goes on to the same table. So it does after a crash at any call,
// whatever the disk then holds.
func TestFaults(t *testing.T) {
	q, fresh := onDisk(t)
	dir := filepath.Join(q.Parent, q.Base)
	whole := fresh.Reboot(faultfs.Killed)
	check(t, sweepOn(q, whole))
	want := tables(t, whole, dir)
	if !strings.Contains(want, "0.05,1,finished") {
		t.Fatal(want)
	}
	step := 4
	if os.Getenv(everyCall) != "" {
		step = 1
	}
	for f, how := range faultfs.Faults {
		failed := 0
		for n := 1 + f%step; ; n += step {
			fsys := fresh.Reboot(faultfs.Killed)
			fsys.Fail(n, how)
			err := sweepOn(q, fsys)
			if fsys.Calls() < n {
				if n < 50 || failed < n/2/step {
					t.Errorf("%v: %d calls, %d failures", how, n, failed)
				}
				break
			}
			what := fmt.Sprintf("%v at call %s", how, fsys.Trace()[n-1])
			if err != nil {
				failed++
				var file *atomicfile.Error
				if !errors.As(err, &file) || errors.Is(err, atomicfile.ErrDiskFull) != (how == faultfs.ENOSPC) {
					t.Errorf("%s: %T %v", what, err, err)
				}
			}
			again := fsys.Reboot(faultfs.Killed)
			if err := sweepOn(q, again); err != nil {
				t.Fatalf("after %s: %v", what, err)
			}
			if got := tables(t, again, dir); got != want {
				t.Fatalf("after %s:\n%s\nwant\n%s", what, got, want)
			}
		}
	}
	for n := 1; ; n += step {
		fsys := fresh.Reboot(faultfs.Killed)
		fsys.CrashAfter(n)
		err := sweepOn(q, fsys)
		if fsys.Calls() <= n && err == nil {
			break
		}
		for _, outcome := range []faultfs.Outcome{faultfs.Killed, faultfs.Synced, faultfs.Torn, faultfs.NewName} {
			again := fsys.Reboot(outcome)
			check(t, atomicfile.MakeDir(again, q.Parent))
			if err := sweepOn(q, again); err != nil {
				t.Fatalf("after a crash behind call %d, %v: %v", n, outcome, err)
			}
			if got := tables(t, again, dir); got != want {
				t.Fatalf("after a crash behind call %d, %v:\n%s\nwant\n%s", n, outcome, got, want)
			}
		}
	}
}

// A chunk that was cut short, changed or is of another sweep is trained again and told of; a foreign file is told of and left alone.
func TestDamagedChunks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	q := request(t, "../examples/chain.yaml", dir, "learn.epochs=2,3", "seed=1..3")
	trained(t, q)
	other := filepath.Join(t.TempDir(), "o")
	trained(t, request(t, "../examples/chain.yaml", other, "learn.epochs=4,5", "seed=1..3"))
	chunk := func(n string) string { return filepath.Join(dir, "chunks", n) }
	text, err := os.ReadFile(chunk("2"))
	check(t, err)
	foreign, err := os.ReadFile(filepath.Join(other, "chunks", "2"))
	check(t, err)
	head, rest, _ := strings.Cut(string(text), "\n")
	for name, damage := range map[string]struct {
		to   []byte
		says string
	}{
		"cut short": {text[:len(text)-10], "its sum is another"},
		"empty":     {nil, "does not begin"},
		"flipped":   {[]byte(head + "\n" + strings.Replace(rest, `"steps":2`, `"steps":3`, 1)), "its sum is another"},
		"head":      {[]byte(strings.Replace(head, `"chunk":2`, `"chunk":1`, 1) + "\n" + rest), "its sum is another"},
		"no text":   {[]byte{0, 1, 2}, "does not begin"},
		"foreign":   {foreign, "of another sweep"},
	} {
		check(t, os.WriteFile(chunk("2"), damage.to, 0o666))
		check(t, os.WriteFile(chunk("notes.txt"), []byte("mine"), 0o666))
		s, err := sweep.Open(context.Background(), q)
		check(t, err)
		var notes []string
		points := 0
		r := &sweep.Runner{Sweep: s, Note: func(text string) { notes = append(notes, text) }, Told: func(rows []sweep.Row) { points += len(rows) }}
		check(t, errors.Join(r.Run(context.Background()), s.Close()))
		if now, err := os.ReadFile(chunk("2")); err != nil || string(now) != string(text) || points != 1 {
			t.Errorf("%s: %d points were trained; %v\n%s", name, points, err, now)
		}
		if len(notes) != 2 || !strings.Contains(notes[0], damage.says) || !strings.Contains(notes[1], "notes.txt: no chunk of this sweep; it is left alone") {
			t.Errorf("%s: %q", name, notes)
		}
		if text, err := os.ReadFile(chunk("notes.txt")); err != nil || string(text) != "mine" {
			t.Errorf("%s: a foreign file is now %q, %v", name, text, err)
		}
	}
}

// A directory belongs to one sweep, which everything it depends on tells apart. What of it was damaged is written anew.
func TestDirectories(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	q := request(t, "../examples/xor.yaml", dir, "learn.epochs=2,3")
	trained(t, q)
	open := func(change func(q *sweep.Request)) error {
		q := q
		change(&q)
		s, err := sweep.Open(context.Background(), q)
		if err == nil {
			err = s.Close()
		}
		return err
	}
	for says, change := range map[string]func(q *sweep.Request){
		"":                     func(*sweep.Request) {},
		`"learn.epochs=2,3,4"`: func(q *sweep.Request) { q.Words = []string{"learn.epochs=2,3,4"} },
		"5 settings by random": func(q *sweep.Request) {
			q.Way, q.Words = sweep.Way{Name: "random", Draws: 5}, []string{"learn.method=adam", "learn.rate=0.1..0.2"}
		},
		"the experiment file has changed": func(q *sweep.Request) {
			q.Text = []byte(strings.Replace(string(q.Text), "epochs: 300", "memory: 7, epochs: 300", 1))
		},
		"file that the experiment names has changed": func(q *sweep.Request) {
			q.Files = func(name string) ([]byte, error) {
				text, err := beside("../examples")(name)
				return append(text, text[strings.LastIndexByte(strings.TrimSpace(string(text)), '\n')+1:]...), err
			}
		},
		"solver auto, and dense": func(q *sweep.Request) { q.Options.Solver = "dense" },
	} {
		err := open(change)
		var directory *run.DirectoryError
		if says == "" && err != nil || says != "" && (!errors.As(err, &directory) || directory.Code != "E0601" || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", says, err)
		}
	}
	// Comments change nothing.
	check(t, open(func(q *sweep.Request) { q.Text = append([]byte("# mine\n"), q.Text...) }))
	// Without an exact name the next free one is taken.
	next := q
	next.Exact, next.Words = false, []string{"learn.epochs=5,6"}
	s, err := sweep.Open(context.Background(), next)
	check(t, err)
	if s.Dir != dir+"-2" {
		t.Error(s.Dir)
	}
	// Two at once: the second waits until the first has made the directory.
	second := make(chan error, 1)
	go func() { second <- open(func(q *sweep.Request) { q.Base, q.Words = "s-2", next.Words }) }()
	select {
	case err := <-second:
		t.Errorf("two at once: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	check(t, s.Close())
	check(t, <-second)
	// Damage.
	for _, name := range []string{"sweep.json", "spec.yaml"} {
		path := filepath.Join(dir, name)
		whole, err := os.ReadFile(path)
		check(t, err)
		for _, text := range []string{"", string(whole[:len(whole)/2]), strings.Replace(string(whole), "e", "f", 1)} {
			check(t, os.WriteFile(path, []byte(text), 0o666))
			if _, err := sweep.Load(nil, dir); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v", name, err)
			}
			s, err := sweep.Open(context.Background(), q)
			check(t, err)
			if done, _, err := s.Done(); err != nil || len(done) != 3 || !done[1] || !done[2] {
				t.Errorf("%s: %v, %v", name, done, err)
			}
			check(t, s.Close())
			if now, err := os.ReadFile(path); err != nil || string(now) != string(whole) {
				t.Errorf("%s is now %s", name, now)
			}
		}
	}
}
