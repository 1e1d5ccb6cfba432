//go:build linux

package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// machine is a command as on a machine of its own: with another name, other process numbers, and a clock that is an hour
// ahead for each machine before it. (The clock of the wall cannot be set apart for one process; nobody reads it.)
func (p *place) machine(name, ahead string, args ...string) *exec.Cmd {
	words := append([]string{"--uts", "--pid", "--fork", "--mount-proc", "--kill-child", "--time", "--monotonic", ahead, "--boottime", ahead, "sh", "-c", `hostname "$0"; exec "$@"`, name,
		filepath.Join(p.dir, "elastrain")}, args...)
	return p.command("unshare", words...)
}

// Two machines whose clocks are hours apart help a third. One is killed: after the time of a lease, on the clock of whoever
// looks, its chunks are taken over. Nothing is lost, nothing is twice in the table.
func TestMachines(t *testing.T) {
	p := begin(t, "unshare")
	if err := p.command("unshare", "--uts", "--pid", "--fork", "--mount-proc", "--time", "--monotonic", "1", "true").Run(); err != nil {
		t.Skip("no namespaces: ", err)
	}
	want := p.alone()
	words := []string{"sweep", "iris.yaml", swept, "seed=1..40", "-o", "shared"}
	if err := p.machine("first", "0", append(words, "--slurm", "jobs=1")...).Run(); err == nil {
		t.Log("a queue took the script") // what is wanted is the directory
	}
	// A machine that takes a long training and is killed while it is at it: stopped, so that it is at it for sure.
	dead := p.machine("dead", "3600", "sweep", "--join", "shared", "--threads", "1")
	if err := dead.Start(); err != nil {
		t.Fatal(err)
	}
	var claim string
	p.until("a claim", time.Minute, func() bool {
		names, err := filepath.Glob(filepath.Join(p.dir, "shared/claims/*/dead-*"))
		if err != nil || len(names) == 0 {
			return false
		}
		for _, name := range names {
			chunk := filepath.Base(filepath.Dir(name))
			if _, err := os.Stat(filepath.Join(p.dir, "shared/chunks", chunk)); err != nil {
				claim = chunk
				return true
			}
		}
		return false
	})
	if err := dead.Process.Kill(); err != nil { // its child dies with it
		t.Fatal(err)
	}
	_ = dead.Wait()
	if _, err := os.Stat(filepath.Join(p.dir, "shared/chunks", claim)); err == nil {
		t.Skip("the chunk was written before the kill; try again")
	}
	began := time.Now()
	second, third := p.machine("second", "7200", "sweep", "--join", "shared", "--threads", "1"), p.machine("third", "0", "sweep", "--join", "shared", "--threads", "1")
	for _, c := range []*exec.Cmd{second, third} {
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []*exec.Cmd{second, third} {
		if err := c.Wait(); err != nil {
			t.Errorf("%v: %v", c.Args, err)
		}
	}
	took := time.Since(began)
	if got := p.read("shared/table.csv"); got != want {
		t.Error("the table is another")
	}
	if took < 80*time.Second || took > 4*time.Minute {
		t.Errorf("the chunk of the dead was taken over after %v; a lease is 90 s", took)
	}
	logs := ""
	names, err := filepath.Glob(filepath.Join(p.dir, "shared/log-*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		logs += string(text)
	}
	if made := strings.Count(logs, "\n"); made != 80 {
		t.Errorf("80 chunks were made in %d times", made)
	}
	t.Logf("taken over and done after %v", took.Round(time.Second))
}

// A full disk ends a worker with 5, and what was there stays; with room the same command goes on.
func TestFullDisk(t *testing.T) {
	p := begin(t, "mount", "umount")
	want := p.alone()
	disk := filepath.Join(p.dir, "disk")
	if err := os.Mkdir(disk, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := p.command("mount", "-t", "tmpfs", "-o", "size=200k", "none", disk).Run(); err != nil {
		t.Skip("no file system can be mounted: ", err)
	}
	t.Cleanup(func() { _ = exec.Command("umount", disk).Run() })
	words := []string{"sweep", "iris.yaml", swept, "seed=1..40", "-o", "disk/full"}
	c := p.command("elastrain", words...)
	said, _ := c.CombinedOutput() // its code is looked at
	if c.ProcessState.ExitCode() != 5 || !strings.Contains(string(said), "the disk is full") {
		t.Fatalf("exit code %d: %s", c.ProcessState.ExitCode(), said)
	}
	p.run("mount", "-o", "remount,size=100m", disk)
	p.run("elastrain", words...)
	if got := p.read("disk/full/table.csv"); got != want {
		t.Error("the table is another")
	}
}
