//go:build petsc

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// These tests start mpirun, and are left out where it is not there: go test -tags petsc ./cmd/elastrain-petsc -v

// sheet is a lattice in the plane, 29 x 23 nodes, that learns two displacements from two cases.
const sheet = `elastrain: 1
network: {lattice: triangular, size: 29 x 23, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m, start: 100 N/m}
supports: {pinned: [639..667]}
task:
  kind: behaviour
  cases:
    - push: [{node: 9, along: -y, force: 100 mN}]
      want: [{node: 300, along: x, move: 0.3 mm}, {node: 340, along: x, move: -0.3 mm}]
    - push: [{node: 20, along: -y, force: 50 mN}]
      want: [{node: 340, along: x, move: 0.1 mm}]
learn: {method: l-bfgs, epochs: 10}
`

// block is one in space.
const block = `elastrain: 1
network: {lattice: cubic, size: 7 x 7 x 7, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m, start: 100 N/m}
supports: {pinned: [1..64]}
task:
  kind: behaviour
  cases:
    - push: [{node: 480, along: -z, force: 100 mN}]
      want: [{node: 512, along: z, move: 0.1 mm}, {node: 449, along: x, move: 0.05 mm}]
learn: {method: l-bfgs, epochs: 10}
`

var program string // built once

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "elastrain-petsc")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "elastrain-petsc")
	if out, err := exec.Command("go", "build", "-tags", "petsc", "-o", program, ".").CombinedOutput(); err != nil {
		panic(string(out))
	}
	code := m.Run()
	_ = os.RemoveAll(dir) // a temporary directory
	os.Exit(code)
}

// mpirun is a command on so many ranks, in a directory that has the experiment.
func mpirun(t *testing.T, ranks int, dir string, words ...string) (cmd *exec.Cmd, said *bytes.Buffer) {
	t.Helper()
	if _, err := exec.LookPath("mpirun"); err != nil {
		t.Skip("there is no mpirun")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	t.Cleanup(cancel)
	cmd = exec.CommandContext(ctx, "mpirun", append([]string{"--oversubscribe", "-n", strconv.Itoa(ranks), program}, words...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
	said = new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = said, said
	return cmd, said
}

// trained runs to the end and reads the stiffnesses as `elastrain` does.
func trained(t *testing.T, ranks int, dir, out string, words ...string) *run.Trained {
	t.Helper()
	cmd, said := mpirun(t, ranks, dir, append([]string{"train", "spec.yaml", "--no-figures", "--out", out}, words...)...)
	if err := cmd.Run(); err != nil {
		t.Fatalf("%d ranks: %v\n%s", ranks, err, said)
	}
	r, err := run.Load(atomicfile.OS{}, filepath.Join(dir, out))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// serial is what `elastrain train` makes of the same.
func serial(t *testing.T, text string, changes ...string) *run.Trained {
	t.Helper()
	file, err := spec.Parse("spec.yaml", []byte(text), changes...)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	r, err := run.Open(run.Request{File: file, Parent: dir, Name: "serial", NoFigures: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := run.Load(atomicfile.OS{}, filepath.Join(dir, "serial"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// apart is the largest relative difference.
func apart(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	most := 0.0
	for i := range a {
		most = max(most, math.Abs(a[i]-b[i])/math.Abs(a[i]))
	}
	return most
}

func folder(t *testing.T, text string) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "spec.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEqualsOneProcess(t *testing.T) {
	for _, c := range []struct {
		name, text string
		changes    []string
		flags      []string
	}{
		{"plane, l-bfgs, mumps", sheet, nil, nil},
		{"plane, adam, mumps", sheet, []string{"learn.method=adam"}, nil},
		{"plane, momentum, a case at a time", sheet, []string{"learn.method=momentum", "learn.batch=1"}, nil},
		{"space, l-bfgs, gamg", block, nil, []string{"--solver", "gamg"}},
		{"space, gradient descent, gamg", block, []string{"learn.method=gradient-descent"}, []string{"--solver", "gamg"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, dir := serial(t, c.text, c.changes...), folder(t, c.text)
			for _, ranks := range []int{1, 2, 4} {
				r := trained(t, ranks, dir, fmt.Sprint("on", ranks), append(c.changes, c.flags...)...)
				if r.Epoch != 10 || r.Unfinished {
					t.Errorf("%d ranks: epoch %d", ranks, r.Epoch)
				}
				d := apart(want.Stiffness, r.Stiffness)
				t.Logf("%d ranks: %.1e", ranks, d)
				if !(d < 1e-8) {
					t.Errorf("%d ranks: stiffnesses are %.1e apart from those of one process", ranks, d)
				}
			}
		})
	}
}

// children are the ranks of mpirun.
func children(t *testing.T, parent int) []int {
	t.Helper()
	for range 200 {
		var list []int
		names, err := filepath.Glob("/proc/[0-9]*/status")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err == nil && bytes.Contains(text, fmt.Appendf(nil, "PPid:\t%d\n", parent)) && bytes.HasPrefix(text, []byte("Name:\telastrain-pets")) {
				pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, pid)
			}
		}
		if len(list) > 1 {
			return list
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("no ranks")
	return nil
}

// heeding waits until a process no longer dies of any signal, as one does that has just been made.
func heeding(t *testing.T, pid int) {
	t.Helper()
	for range 400 {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(text), "SigCgt:")
		var caught uint64
		if _, err := fmt.Sscanf(after, "%x", &caught); err == nil && caught>>(uint(syscall.SIGTERM)-1)&1 == 1 {
			time.Sleep(50 * time.Millisecond) // from the start of Go to that of main
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("a rank does not begin")
}

// epochKept is the epoch of the state that a training has kept, -1 where there is none.
func epochKept(t *testing.T, dir string) int {
	t.Helper()
	m, err := run.Parts{FS: atomicfile.OS{}, Dir: dir}.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		return -1
	}
	return m.Progress.Epoch
}

// learns waits until a training has kept a state past the one that it found, and past its start.
func learns(t *testing.T, dir string, found int) {
	t.Helper()
	for range 2400 {
		if epochKept(t, dir) > max(found, 0) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("no checkpoint")
}

func codeOf(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

// long takes some seconds, and does not enlarge rounding as adam does.
var long = []string{"learn.method=gradient-descent", "learn.epochs=2000"}

// stopped starts the long training on two ranks, ends it by what end does, early before it learns, and returns the code and what was said.
func stopped(t *testing.T, dir string, early bool, end func(mpirun int)) (code int, said string) {
	t.Helper()
	cmd, text := mpirun(t, 2, dir, append([]string{"train", "spec.yaml", "--no-figures", "--out", "long"}, long...)...)
	out := filepath.Join(dir, "long")
	found := epochKept(t, out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !early {
		learns(t, out, found)
	}
	end(cmd.Process.Pid)
	return codeOf(cmd.Wait()), text.String()
}

// A rank that is killed ends all, with words and a code; one that is told to end makes all keep what they have. The same command on
// another number of ranks goes on, to the end of a training that was left alone.
func TestGoesOnOnOtherRanks(t *testing.T) {
	want, dir := serial(t, sheet, long...), folder(t, sheet)
	state := func() int { return epochKept(t, filepath.Join(dir, "long")) }
	code, said := stopped(t, dir, false, func(mpirun int) {
		if err := syscall.Kill(children(t, mpirun)[1], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	})
	if code == 0 || !strings.Contains(said, "signal 9") {
		t.Fatalf("a lost rank: code %d\n%s", code, said)
	}
	killed := state()
	code, said = stopped(t, dir, false, func(mpirun int) {
		if err := syscall.Kill(mpirun, syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
	})
	if code != 75 || !strings.Contains(said, "stopped at a checkpoint") {
		t.Fatalf("SIGUSR1: code %d\n%s", code, said)
	}
	told := state()
	code, said = stopped(t, dir, false, func(mpirun int) {
		if err := syscall.Kill(children(t, mpirun)[1], syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	})
	if code != 75 {
		t.Fatalf("SIGTERM: code %d\n%s", code, said)
	}
	code, said = stopped(t, dir, true, func(mpirun int) {
		rank := children(t, mpirun)[1]
		heeding(t, rank)
		if err := syscall.Kill(rank, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	})
	if code != 75 || strings.Count(said, "the same command goes on") > 1 {
		t.Fatalf("SIGTERM at the start: code %d\n%s", code, said)
	}
	t.Logf("killed after epoch %d, told to end at %d and %d", killed, told, state())
	if killed <= 0 || told <= killed || state() <= told {
		t.Error("the training went back")
	}
	r := trained(t, 3, dir, "long", long...)
	d := apart(want.Stiffness, r.Stiffness)
	t.Logf("ended after epoch %d, %.1e", r.Epoch, d)
	if r.Epoch != want.Epoch || !(d < 1e-8) {
		t.Errorf("epoch %d of %d, stiffnesses %.1e apart from those of one process", r.Epoch, want.Epoch, d)
	}
}

// What is wrong is said once, by one rank, with the line, and the code is that of elastrain.
func TestSaysWhatIsWrongOnce(t *testing.T) {
	dir := folder(t, strings.Replace(sheet, "l-bfgs", "levenberg-marquardt", 1))
	for _, c := range []struct {
		words []string
		code  int
		says  string
	}{
		{[]string{"train", "spec.yaml"}, 2, "does not share out the state of levenberg-marquardt"},
		{[]string{"train", "spec.yaml", "learn.rat=1"}, 2, "learn.rat"},
		{[]string{"train", "none.yaml"}, 2, "there is no file none.yaml"},
		{[]string{"eval", "runs/spec"}, 2, "elastrain-petsc trains, and does not know `eval`"},
	} {
		cmd, said := mpirun(t, 2, dir, c.words...)
		if code := codeOf(cmd.Run()); code != c.code || strings.Count(said.String(), c.says) != 1 {
			t.Errorf("%v: code %d\n%s", c.words, code, said)
		}
	}
}
