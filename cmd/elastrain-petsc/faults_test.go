//go:build petsc

package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// apartRank runs the training on two ranks, the second of which sees folder as a file system of its own of that size, as on a
// machine that does not share it.
func apartRank(t *testing.T, dir, folder, size string) (code int, said string) {
	t.Helper()
	if err := exec.Command("unshare", "-m", "true").Run(); err != nil {
		t.Skip("no rank can be given a file system of its own: ", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
		t.Fatal(err)
	}
	words := []string{"train", "spec.yaml", "--no-figures", "--out", "mine"}
	cmd, text := mpirun(t, 1, dir, words...)
	own := "mount -t tmpfs -o size=" + size + " none " + folder + " && exec " + program + " " + strings.Join(words, " ")
	cmd.Args = append(cmd.Args, ":", "-n", "1", "unshare", "-m", "sh", "-c", own)
	err := cmd.Run()
	return codeOf(err), text.String()
}

// What goes wrong with the disk of one rank rank 0 says, once, with the code of a run that cannot be written, and the same command
// goes on where the fault is mended.
func TestDiskOfOneRank(t *testing.T) {
	for _, c := range []struct {
		name, folder, size, says string
	}{
		{"full", "mine/ranks", "4k", "no space left"},
		{"its own", "mine/ranks", "10m", "give --out a folder that all machines share"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := folder(t, sheet)
			code, said := apartRank(t, dir, c.folder, c.size)
			if code != 5 || strings.Count(said, "error[E0603]") != 1 || strings.Count(said, c.says) != 1 || !strings.Contains(said, "rank") {
				t.Errorf("code %d\n%s", code, said)
			}
			if r := trained(t, 2, dir, "mine"); r.Epoch != 10 {
				t.Errorf("it ends at epoch %d", r.Epoch)
			}
		})
	}
}

// A state that lacks a part, or has one that was changed, is told of once, by name, and nothing of it is touched. Ranks that begin
// in other directories write to that of rank 0.
func TestDamagedParts(t *testing.T) {
	dir := folder(t, sheet)
	other := t.TempDir()
	cmd, said := mpirun(t, 1, dir, "train", "spec.yaml", "--no-figures", "--out", "mine", "learn.epochs=2")
	cmd.Args = append(cmd.Args, ":", "-n", "1", "-wdir", other, program, "train")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if list, err := os.ReadDir(other); err != nil || len(list) > 0 {
		t.Errorf("written elsewhere: %v %v", list, err)
	}
	parts, err := filepath.Glob(filepath.Join(dir, "mine/ranks/step-*-of-2/rank-1.ckpt"))
	if err != nil || len(parts) != 1 {
		t.Fatal(parts, err)
	}
	whole, err := os.ReadFile(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	changed := append([]byte(nil), whole...)
	changed[len(changed)/2] ^= 1
	for name, text := range map[string][]byte{"missing": nil, "changed": changed} {
		if err := os.Remove(parts[0]); err != nil {
			t.Fatal(err)
		}
		if text != nil {
			if err := os.WriteFile(parts[0], text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		cmd, said := mpirun(t, 3, dir, "train", "spec.yaml", "--no-figures", "--out", "mine")
		if code := codeOf(cmd.Run()); code != 5 || strings.Count(said.String(), "error[") != 1 || !strings.Contains(said.String(), "rank-1.ckpt cannot be used") {
			t.Errorf("%s: code %d\n%s", name, code, said)
		}
		if err := os.WriteFile(parts[0], whole, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if r := trained(t, 3, dir, "mine"); r.Epoch != 10 {
		t.Errorf("it ends at epoch %d", r.Epoch)
	}
}

// More ranks than there are nodes are refused.
func TestMoreRanksThanNodes(t *testing.T) {
	dir := folder(t, `elastrain: 1
network: {lattice: triangular, size: 2 x 2, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m, start: 100 N/m}
supports: {pinned: [1, 2]}
task:
  kind: behaviour
  cases:
    - push: [{node: 4, along: -y, force: 100 mN}]
      want: [{node: 3, along: x, move: 0.3 mm}]
learn: {method: l-bfgs, epochs: 2}
`)
	cmd, said := mpirun(t, 5, dir, "train", "spec.yaml", "--no-figures", "--out", "mine")
	if code := codeOf(cmd.Run()); code != 2 || strings.Count(said.String(), "5 ranks share out 4 nodes") != 1 {
		t.Errorf("code %d\n%s", code, said)
	}
	for _, solver := range []string{"mumps", "gamg"} { // some ranks then have no node that moves
		if r := trained(t, 3, dir, solver, "--solver", solver); r.Epoch != 2 {
			t.Errorf("%s ends at epoch %d", solver, r.Epoch)
		}
	}
}

// A rank that is killed while states are kept, which is nearly all the time here, loses nothing: what is kept is whole, and the
// training comes to the end of one that was left alone.
func TestKilledWhileKeeping(t *testing.T) {
	changes := []string{"learn.method=gradient-descent", "learn.epochs=60", "learn.save=1"}
	want, dir := serial(t, sheet, changes...), folder(t, sheet)
	kept, out := -1, filepath.Join(dir, "mine")
	for range 4 {
		cmd, said := mpirun(t, 2, dir, append([]string{"train", "spec.yaml", "--no-figures", "--out", "mine"}, changes...)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		learns(t, out, kept)
		time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
		if list := children(t, cmd.Process.Pid); syscall.Kill(list[1], syscall.SIGKILL) != nil {
			break // it had ended
		}
		if code := codeOf(cmd.Wait()); code == 0 {
			t.Fatalf("a lost rank: code %d\n%s", code, said)
		}
		now := epochKept(t, out)
		if now < kept {
			t.Errorf("it went back from epoch %d to %d", kept, now)
		}
		kept = now
	}
	r := trained(t, 3, dir, "mine", changes...)
	d := apart(want.Stiffness, r.Stiffness)
	t.Logf("last killed after epoch %d; %.1e", kept, d)
	if r.Epoch != want.Epoch || !(d < 1e-8) {
		t.Errorf("epoch %d of %d, stiffnesses %.1e apart from those of one process", r.Epoch, want.Epoch, d)
	}
}
