//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// started is a program of ours under way.
type started struct {
	t    *testing.T
	cmd  *exec.Cmd
	dir  string
	err  lines
	told bool // a signal was sent
}

// lines is what a program has written, read while it writes.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// program is this test binary under the name of the program; see TestMain.
func program(t *testing.T, dir string, args ...string) *started {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "elastrain")
	if err := os.Symlink(self, name); err != nil {
		t.Fatal(err)
	}
	s := &started{t: t, dir: dir, cmd: exec.Command(name, args...)}
	s.cmd.Dir, s.cmd.Stderr = dir, &s.err
	s.cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+t.TempDir())
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a shell gives it
	return s
}

func (s *started) start() *started {
	s.t.Helper()
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	return s
}

// until waits for something to be so.
func (s *started) until(what string, so func() bool) {
	s.t.Helper()
	for began := time.Now(); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Since(began) > patience {
			_ = s.cmd.Process.Kill()
			s.t.Fatalf("%v: waited for %s\n%s", s.cmd.Args[1:], what, s.err.String())
		}
	}
}

// epochs are on the disk.
func (s *started) epochs() bool {
	text, _ := os.ReadFile(filepath.Join(s.dir, "runs/long/metrics.csv"))
	return bytes.Count(text, []byte("\n")) > 3
}

func (s *started) exists(pattern string) func() bool {
	return func() bool {
		found, err := filepath.Glob(filepath.Join(s.dir, pattern))
		return err == nil && len(found) > 0
	}
}

// send sends a signal to the process group, as a terminal does.
func (s *started) send(sig syscall.Signal) {
	s.t.Helper()
	s.told = true
	if err := syscall.Kill(-s.cmd.Process.Pid, sig); err != nil {
		s.t.Fatal(err)
	}
}

// ends waits for the end, which must come with this code; after a signal soon, by the time of the processor: that of the clock
// says more of the machine than of the program.
func (s *started) ends(code int) {
	s.t.Helper()
	watch := time.AfterFunc(patience, func() { _ = s.cmd.Process.Kill() })
	defer watch.Stop()
	_ = s.cmd.Wait()
	got := s.cmd.ProcessState.ExitCode()
	if status, ok := s.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && (code == 130 || code == 75) && status.Signaled() && status.Signal() != syscall.SIGKILL {
		got = code // it came before the program had begun
	}
	if got != code {
		s.t.Errorf("%v: exit code %d, want %d\n%s", s.cmd.Args[1:], got, code, s.err.String())
	}
	if took := s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime(); s.told && took > 5*time.Second {
		s.t.Errorf("%v: it was told to end, and has taken %v of the processor", s.cmd.Args[1:], took)
	}
}

func (s *started) says(want string) {
	s.t.Helper()
	if !strings.Contains(s.err.String(), want) {
		s.t.Errorf("%v says nothing of %q:\n%s", s.cmd.Args[1:], want, s.err.String())
	}
}

// saysOnce wants a text in what it says, and no second time.
func (s *started) saysOnce(want string) {
	s.t.Helper()
	if n := strings.Count(s.err.String(), want); n != 1 {
		s.t.Errorf("%v says %d times %q:\n%s", s.cmd.Args[1:], n, want, s.err.String())
	}
}

var ends = []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1}

// A command that has nothing to save ends with the first signal, wherever it waits or
// computes: at a FIFO in the place of a file, while a large lattice is built or checked.
func TestNothingToSave(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "large.yaml", strings.Replace(longTraining, "triangular, rows: 5-4-3-2", "square, size: 400x400", 1))
	put(t, dir, "long.yaml", longTraining)
	iris, err := os.ReadFile("../../examples/iris.yaml")
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "ports.yaml", string(iris))
	put(t, dir, "data.yaml", strings.Replace(string(iris), "data: iris ", "data: fifo.csv ", 1))
	for _, name := range []string{"fifo", "fifo.csv"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Skip(err)
		}
	}
	for i, args := range [][]string{
		{"check", "fifo"}, {"train", "fifo"}, {"show", "fifo"}, {"gradient", "fifo"}, {"ports", "fifo"}, {"lab", "train", "fifo"}, {"lab", "check", "fifo"},
		{"lab", "plan", "fifo"}, {"lab", "sheet", "fifo"}, {"lab", "driver-test", "fifo"}, {"lab", "tracks", "fifo", "--spec", "long.yaml", "--unit", "mm"},
		{"check", "large.yaml"}, {"train", "large.yaml"}, {"show", "large.yaml"}, {"reproduce", "--only", "3"},
		{"ports", "--tries", "100000", "ports.yaml"}, {"check", "-"}, {"train", "-"}, {"check", "data.yaml"}, {"train", "data.yaml"}, {"ports", "data.yaml"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			s := program(t, dir, args...)
			in, err := s.cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			s.start()
			time.Sleep(150 * time.Millisecond)
			s.send(ends[i%4])
			if ends[i%4] == syscall.SIGUSR1 { // which a program of Go drops until it asks for it
				again := time.NewTicker(200 * time.Millisecond)
				defer again.Stop()
				go func() {
					for range again.C {
						_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGUSR1)
					}
				}()
			}
			if args[0] == "train" && ends[i%4] != syscall.SIGINT {
				s.ends(75) // a queue gives it again
				return
			}
			s.ends(130)
		})
	}
}

// A training saves a checkpoint; signals that mean one thing count once, and a second
// one of the same kind ends it at once.
func TestTrainingIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		signals []syscall.Signal
		code    int
	}{
		"hangup":                   {[]syscall.Signal{syscall.SIGHUP}, 75},
		"hangup twice":             {[]syscall.Signal{syscall.SIGHUP, syscall.SIGHUP}, 75},
		"a system that shuts down": {[]syscall.Signal{syscall.SIGTERM, syscall.SIGHUP}, 75},
		"terminated":               {[]syscall.Signal{syscall.SIGTERM}, 75},
		"terminated with its script, which hands it on": {[]syscall.Signal{syscall.SIGTERM, syscall.SIGTERM}, 75},
		"warned of its time, and at the end of it":      {[]syscall.Signal{syscall.SIGUSR1, syscall.SIGUSR1, syscall.SIGTERM}, 75},
		"Ctrl-C": {[]syscall.Signal{syscall.SIGINT}, 130},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			put(t, dir, "long.yaml", longTraining)
			s := program(t, dir, "train", "long.yaml", "--no-figures").start()
			s.until("epochs", s.epochs)
			for _, sig := range c.signals {
				s.send(sig)
			}
			s.ends(c.code)
			s.saysOnce("stopped at a checkpoint")
		})
	}
}

// nohup: who asked that the end of the terminal does not matter is heard.
func TestIgnoredHangup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "long.yaml", longTraining)
	s := program(t, dir, "train", "long.yaml", "--no-figures")
	s.cmd.Args = append([]string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`}, append([]string{s.cmd.Path}, s.cmd.Args[1:]...)...)
	var err error
	if s.cmd.Path, err = exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	s.start()
	s.until("epochs", s.epochs)
	s.send(syscall.SIGHUP)
	time.Sleep(100 * time.Millisecond)
	s.send(syscall.SIGTERM)
	s.ends(75)
}

// A reader that ends does not end the work: `elastrain train mine.yaml 2>&1 | tee log`.
func TestBrokenPipes(t *testing.T) {
	for name, c := range map[string]struct {
		out, err bool // broken
		code     int
	}{"both": {true, true, 5}, "stderr": {false, true, 0}, "stdout": {true, false, 5}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			put(t, dir, "short.yaml", strings.Replace(longTraining, "epochs: 1000000", "epochs: 20", 1))
			broken := func() *os.File {
				r, w, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				_ = r.Close()
				t.Cleanup(func() { _ = w.Close() })
				return w
			}
			s := program(t, dir, "train", "short.yaml", "--no-figures")
			if c.out {
				s.cmd.Stdout = broken()
			}
			if c.err {
				s.cmd.Stderr = broken()
			}
			s.start()
			s.ends(c.code)
			if !s.exists("runs/short/result.json")() {
				t.Error("the training did not come to its end")
			}
			if c.out && !c.err {
				s.says("the result to stdout")
			}
		})
	}
	// What only prints ends with its reader, quietly.
	s := program(t, t.TempDir(), "schema")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	defer w.Close()
	s.cmd.Stdout = w
	s.start()
	_ = s.cmd.Wait()
	if status := s.cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGPIPE || s.err.String() != "" {
		t.Errorf("schema | head: %v, %s", s.cmd.ProcessState, s.err.String())
	}
}

// obeyed follows the orders of a folder bench of the two bars, of verbs that are not
// left out, until the test ends.
func obeyed(t *testing.T, dir string, but ...string) {
	for _, d := range []string{"orders", "inbox"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	stop, done := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(stop); <-done })
	go func() {
		defer close(done)
		for {
			orders, _ := filepath.Glob(filepath.Join(dir, "orders", "*.json"))
		next:
			for _, o := range orders {
				for _, verb := range but {
					if strings.HasPrefix(filepath.Base(o), verb) {
						continue next
					}
				}
				_ = os.WriteFile(strings.TrimSuffix(o, ".json")+".done", nil, 0o644)
			}
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
}

// A session that waits for a table, an order or a person unloads and ends, says for what
// it waits, and the bench has its order of safe whatever ends the program.
func TestSessionsAreTold(t *testing.T) {
	terminations := func(n int) []syscall.Signal { return []syscall.Signal{syscall.SIGTERM, 0, syscall.SIGTERM}[:n] }
	for name, c := range map[string]struct {
		bench   string
		but     []string         // verbs that nobody follows
		signals []syscall.Signal // 0 waits until the one before is heard, and for more than a second
		code    int
		waits   string
		safe    string
	}{
		"a table, terminated":     {"folder", nil, terminations(1), 75, "the bench waits for a new table in", "orders/safe-*.done"},
		"a table, hangup":         {"folder", nil, []syscall.Signal{syscall.SIGHUP, syscall.SIGHUP}, 75, "the terminal is gone: the bench waits for a new table in", "orders/safe-*.done"},
		"a table, Ctrl-C twice":   {"folder", nil, []syscall.Signal{syscall.SIGINT, 0, syscall.SIGINT}, 130, "once more to stop now", "orders/safe-*.done"},
		"an order, and no safe":   {"folder", []string{"load", "safe"}, terminations(1), 4, "when the other program has followed", "orders/safe-*.json"},
		"forced to end":           {"folder", []string{"safe"}, terminations(3), 130, "", "orders/safe-*.json"},
		"quit":                    {"folder", nil, []syscall.Signal{syscall.SIGQUIT}, 2, "goroutine", "orders/safe-*.json"},
		"a person who is away":    {"manual", nil, terminations(1), 4, "the bench waits for the answer to", "orders/step-0002.txt"},
		"a check that is stopped": {"check", nil, []syscall.Signal{syscall.SIGTERM}, 75, "the bench waits for a new table", "orders/safe-*.done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if os.Getenv("ELASTRAIN_SIGNALS") == "" && c.code == 4 {
				t.Skip("ten seconds for a bench that does not answer safe: with ELASTRAIN_SIGNALS=1")
			}
			dir := t.TempDir()
			bench := c.bench
			args := []string{"lab", "train", "bars.yaml"}
			if bench == "check" {
				bench, args[1] = "folder", "check"
			}
			put(t, dir, "bars.yaml", map[string]string{"folder": twoBarsByFolder, "manual": strings.Replace(twoBarsByFolder, "bench: folder, obeys: program", "bench: manual", 1)}[bench])
			s := program(t, dir, args...)
			in, err := s.cmd.StdinPipe() // a person who says nothing
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			if bench == "folder" {
				obeyed(t, dir, c.but...)
				s.start()
				s.until("a load", s.exists("orders/load-*.json"))
				if c.but == nil {
					s.until("a load that hangs", s.exists("orders/load-*.done"))
				}
			} else {
				s.start()
				s.until("a card", s.exists("orders/step-*.txt"))
			}
			time.Sleep(300 * time.Millisecond)
			for _, sig := range c.signals {
				if sig == 0 {
					s.until("the first signal to be heard", func() bool { return strings.Contains(s.err.String(), "pausing when this load is measured") })
					time.Sleep(1100 * time.Millisecond)
					continue
				}
				s.send(sig)
			}
			s.ends(c.code)
			s.says(c.waits)
			if !s.exists(c.safe)() {
				t.Errorf("there is no %s", c.safe)
			}
			if c.code == 4 {
				s.says("nobody has confirmed that the lattice is safe")
			}
		})
	}
}

// A program that hears of the end of the terminal together with us is told safe first.
func TestDriverOutlivesTheTerminal(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	driver, err := filepath.Abs("../../examples/drivers/failing.py")
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			put(t, dir, "rig.yaml", strings.Replace(twoBarsByFolder, "bench: folder, obeys: program, stiffens: true",
				fmt.Sprintf("bench: exec, command: [%q, %q, --fail, slow, --late, 0.5, --state, state]", python, driver), 1))
			s := program(t, dir, "lab", "train", "rig.yaml", "--trust").start()
			state := func() string { text, _ := os.ReadFile(filepath.Join(dir, "state")); return string(text) }
			s.until("a load", func() bool { return strings.Contains(state(), "load") })
			s.send(sig)
			s.ends(75)
			if !strings.Contains(state(), "safe") {
				t.Errorf("the lattice was left %q\n%s", state(), s.err.String())
			}
		})
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const longTraining = `elastrain: 1
network: {lattice: triangular, rows: 5-4-3-2, spacing: 16 mm}
material: {young: 0.55 MPa, thickness: 2 mm}
bonds: {width: 1.5..2.5 mm, start: 2 mm}
supports: {pinned: [1, 5]}
task:
  kind: regression
  data: linear
  points: 200
  range: -196..196 mN
  inputs: [{node: 11, along: y}]
  outputs: [{node: 13, along: y, slope: 16 mm/N}, {node: 14, along: y, slope: 4 mm/N}]
learn: {method: adam, rate: 0.0001, batch: 10, epochs: 1000000}
`

const twoBarsByFolder = `elastrain: 1
network: {nodes: [[0 mm, 0 mm], [100 mm, 0 mm], [50 mm, -50 mm]], bonds: [[1, 3], [2, 3]]}
bonds: {stiffness: 50..200 N/m, start: 100 N/m}
supports: {pinned: [1, 2]}
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: -y, force: 5 gf}]
      want: [{node: 3, along: y, move: -0.6 mm}]
lab: {bench: folder, obeys: program, stiffens: true, steps: 2, protocol: {repeats: 2}}
`
