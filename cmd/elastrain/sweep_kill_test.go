package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// longSweep is the environment variable with the trainings and the kills of TestKilledSweep, such as 10000,100.
const longSweep = "ELASTRAIN_SWEEP"

// A sweep that is killed at random moments and started again comes to the tables that it comes to when nobody kills it, byte by byte: no row is
// lost, and none stands there twice.
func TestKilledSweep(t *testing.T) {
	trainings, kills, changes := 40, 3, []string{"learn.epochs=40"}
	if text := os.Getenv(longSweep); text != "" {
		if n, err := fmt.Sscanf(text, "%d,%d", &trainings, &kills); n != 2 {
			t.Fatal(err)
		}
		changes = nil
	}
	program, err := exec.LookPath("elastrain")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text, err := exec.Command(program, "new", "iris").Output()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "iris.yaml"), text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	start := func(out string) (*exec.Cmd, *bytes.Buffer) {
		command := exec.Command(program, append([]string{"sweep", "-q", "iris.yaml", fmt.Sprintf("seed=1..%d", trainings), "-o", out}, changes...)...)
		command.Dir = dir
		said := new(bytes.Buffer)
		command.Stderr = said
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		return command, said
	}
	run := func(out string) time.Duration {
		began := time.Now()
		command, said := start(out)
		if err := command.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		return time.Since(began)
	}
	whole := run("whole")
	random := rand.New(rand.NewPCG(5, 6))
	// A life is long enough that what is left is less with every second kill or so.
	life := max(int64(2*whole/time.Duration(kills)), int64(50*time.Millisecond))
	count := 0
	for count < kills {
		command, said := start("killed")
		timer := time.AfterFunc(time.Duration(random.Int64N(life)), func() { _ = command.Process.Kill() })
		err := command.Wait()
		timer.Stop()
		if command.ProcessState.ExitCode() < 0 {
			count++
			continue
		}
		if err != nil {
			t.Fatalf("after %d kills: %v\n%s", count, err, said)
		}
		break // it came to its end before the last kill
	}
	run("killed")
	for _, name := range []string{"table.csv", "table.npz", "table.json"} {
		want, err := os.ReadFile(filepath.Join(dir, "whole", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, "killed", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs: %v", name, err)
		}
		if name != "table.csv" {
			continue
		}
		lines := strings.Split(strings.TrimSpace(string(got)), "\n")
		for i, line := range lines[1:] {
			if !strings.HasPrefix(line, strconv.Itoa(i+1)+","+strconv.Itoa(i+1)+",finished,") {
				t.Fatalf("line %d is %q", i+2, line)
			}
		}
		if len(lines) != trainings+1 {
			t.Errorf("%d lines", len(lines))
		}
	}
	for _, folder := range []string{"", "chunks"} { // nothing is left behind
		left, err := filepath.Glob(filepath.Join(dir, "killed", folder, ".*"))
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %q, %v", left, err)
		}
	}
	t.Logf("%d trainings in %v; %d kills", trainings, whole.Round(time.Millisecond), count)
}
