package driver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == victim {
		beDriver(os.Args[2], os.Args[3])
		return
	}
	os.Exit(m.Run())
}

// self starts this test binary as a driver that fails in a mode, or "well".
// patience ends what hangs. It says nothing of how quick something is: a machine may be busy.
const patience = time.Minute

func self(t *testing.T, mode, state string, o Options) *Client {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Process([]string{program, victim, mode, state}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// waits are no longer than a driver that fails in this way needs, and as long
// as a busy machine needs otherwise.
func waits(kind Kind, safe Safety) Options {
	o := Options{Answer: 20 * time.Second, Hello: 20 * time.Second, Safe: 20 * time.Second, Grace: 20 * time.Second}
	if kind == Silent {
		o.Answer = time.Second
	}
	if safe != Confirmed {
		o.Safe = 500 * time.Millisecond
	}
	if kind == Silent && safe == Unknown {
		o.Grace = time.Second
	}
	return o
}

func stateIs(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("the lattice was left %q, want %s (%v)", got, want, err)
	}
}

func TestProcessConforms(t *testing.T) {
	t.Parallel()
	c := self(t, "well", "", Options{})
	conform(t, c)
	benchtest.Run(t, subject(func(t *testing.T) lab.Bench { return self(t, "well", "", Options{}) }))
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("after close ping says %v", err)
	}
}

func TestFailingProcessesEndSafe(t *testing.T) {
	for _, f := range failures {
		if !f.process {
			continue
		}
		t.Run(f.mode, func(t *testing.T) {
			t.Parallel()
			state := filepath.Join(t.TempDir(), "state")
			var log bytes.Buffer
			o := waits(f.kind, f.safe)
			o.Log = &log
			c := self(t, f.mode, state, o)
			err := provoke(c)
			endsIn(t, c, err, f.verb, f.kind, f.safe, f.says)
			if !strings.Contains(err.Error(), "a driver that fails by "+f.mode) || !strings.Contains(log.String(), "fails by") {
				t.Errorf("standard error is missing: %v; log %q", err, log.String())
			}
			switch {
			case f.safe == Unknown:
				stateIs(t, state, "loaded") // and the message says to look
			default:
				stateIs(t, state, "safe")
			}
		})
	}
}

// The example in Python, and the one that fails on purpose.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 here; the same is tested with a driver in Go")
	}
	return path
}

func example(name string) string { return filepath.Join("..", "..", "examples", "drivers", name) }

func TestFailingPythonEndsSafe(t *testing.T) {
	interpreter := python(t)
	for _, f := range []struct {
		mode, verb string
		kind       Kind
		safe       Safety
		says       string
	}{
		{"silence", Measure, Silent, HungUp, "no answer within 1s"},
		{"range", Measure, Implausible, Confirmed, "node 3 is 1e+06 m from the origin"},
		{"json", Measure, Garbled, Confirmed, "no JSON: unexpected end"},
		{"units", Hello, Units, Confirmed, "counts length in mm; it must convert to m itself"},
		{"stale", Measure, Stale, Confirmed, "it is stale: taken at 0 s"},
		{"die", Measure, Gone, Unknown, "ended without an answer (exit status 3)"},
		{"slow", Measure, Silent, Confirmed, "no answer within 1s"},
	} {
		t.Run(f.mode, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && f.mode != "json" && f.mode != "die" {
				t.Skip("the driver in Go fails in the same way")
			}
			state := filepath.Join(t.TempDir(), "state")
			o := waits(f.kind, f.safe)
			c, err := Process([]string{interpreter, example("failing.py"), "--fail", f.mode, "--state", state}, o)
			if err != nil {
				t.Fatal(err)
			}
			err = provokeSlowly(c)
			endsIn(t, c, err, f.verb, f.kind, f.safe, f.says)
			stateIs(t, state, "safe") // the one that dies still unloads, though nobody can know
			if f.mode == "die" && !strings.Contains(err.Error(), "\n  the driver dies on purpose") {
				t.Errorf("its last words are missing: %v", err)
			}
		})
	}
}

// provokeSlowly is provoke for benches that bear 50 loads a second.
func provokeSlowly(c *Client) error {
	ctx := context.Background()
	if err := c.Arm(ctx, lab.Limits{}); err != nil {
		return err
	}
	if _, err := c.Load(ctx, []lab.Force{{Node: 2, F: [3]float64{0, -0.3}}}); err != nil {
		return err
	}
	_, err := c.Measure(ctx, 2)
	return err
}

func TestExamplesPassTheExercise(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		shell = ""
	}
	for _, c := range []struct {
		name    string
		command func(*testing.T) []string
		checks  int
	}{
		{"python", func(t *testing.T) []string { return []string{python(t), example("two_bars.py")} }, 17},
		{"shell", func(t *testing.T) []string {
			if shell == "" {
				t.Skip("there is no sh here")
			}
			return []string{shell, example("two_bars.sh")}
		}, 18},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client, err := Process(c.command(t), Options{Grace: 5 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			err = Exercise(t.Context(), client, &out)
			if n := strings.Count(out.String(), "pass  "); err != nil || n < c.checks {
				t.Errorf("%d checks passed, want %d; %v\n%s", n, c.checks, err, out.String())
			}
			if err := client.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// The driver itself refuses, and not only the host before it.
func TestPythonRefusesByItself(t *testing.T) {
	c, err := Process([]string{python(t), example("two_bars.py")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx := t.Context()
	if err := c.Arm(ctx, lab.Limits{Force: 0.4}); err != nil {
		t.Fatal(err)
	}
	c.trust(true)
	for _, load := range [][]lab.Force{
		{{Node: 2, F: [3]float64{0.3, 0.3}}},
		{{Node: 1, F: [3]float64{0.35}}, {Node: 0, F: [3]float64{0.35}}, {Node: 2, F: [3]float64{0.35}}},
	} {
		if _, err := c.Load(ctx, load); !errors.Is(err, &Error{Code: Refused}) {
			t.Errorf("load %v: %v", load, err)
		}
	}
	for _, k := range [][]float64{{100, 1e4}, {100, 1}, {100, 601}} {
		if err := c.SetStiffness(ctx, k); !errors.Is(err, &Error{Code: Refused}) {
			t.Errorf("stiffness %v: %v", k, err)
		}
	}
	if err := c.Arm(ctx, lab.Limits{Force: 5}); !errors.Is(err, &Error{Code: Refused}) {
		t.Errorf("arm wider: %v", err)
	}
}

func TestNoSuchProgram(t *testing.T) {
	for _, command := range [][]string{nil, {""}, {filepath.Join(t.TempDir(), "none")}} {
		if _, err := Process(command, Options{}); err == nil {
			t.Errorf("%q was started", command)
		}
	}
}

// What a driver starts ends with it, and what holds its pipes open does not
// hold the host.
func TestNothingOfADriverLivesOn(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no process groups here")
	}
	for _, grouped := range []bool{true, false} {
		t.Run(fmt.Sprintf("in the group %v", grouped), func(t *testing.T) {
			t.Parallel()
			pidFile := filepath.Join(t.TempDir(), "pid")
			leave := ""
			if !grouped {
				if _, err := exec.LookPath("setsid"); err != nil {
					t.Skip("there is no setsid here")
				}
				leave = "setsid "
			}
			script := leave + `sleep 1000 & echo $! > "$0"; cat >/dev/null`
			c, err := Process([]string{"sh", "-c", script, pidFile}, Options{Hello: time.Second, Safe: 100 * time.Millisecond, Grace: 3 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			var text []byte
			for began := time.Now(); !bytes.HasSuffix(text, []byte("\n")) && time.Since(began) < patience; time.Sleep(5 * time.Millisecond) {
				text, _ = os.ReadFile(pidFile) // it comes with its last line
			}
			_, err = c.Hello(t.Context())
			var f *Fault
			if !errors.As(err, &f) || f.Kind != Silent || f.Safe != HungUp {
				t.Errorf("hello: %v", err)
			}
			pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			child, err := os.FindProcess(pid)
			if err != nil {
				t.Fatal(err)
			}
			if !grouped {
				_ = child.Kill()
				return
			}
			for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
				if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || bytes.Contains(stat, []byte(") Z ")) {
					return // gone, or dead and not yet buried
				}
			}
			t.Errorf("process %d lives on", pid)
		})
	}
}
