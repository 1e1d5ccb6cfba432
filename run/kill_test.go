package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/spec"
)

// victim is the environment variable that makes this test binary train in the
// directory it names, so that there is a process to kill.
const victim = "ELASTRAIN_TEST_VICTIM"

// victimDraws makes it draw real figures.
const victimDraws = "ELASTRAIN_TEST_FIGURES"

func TestMain(m *testing.M) {
	dir := os.Getenv(victim)
	if dir == "" {
		os.Exit(m.Run())
	}
	if os.Getenv(victimDraws) == "" {
		draw = sketch
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "spec.yaml"))
	var file *spec.File
	if err == nil {
		file, err = spec.Parse("spec.yaml", text)
	}
	if err == nil {
		var r *Run
		if r, err = Open(Request{File: file, Parent: filepath.Dir(dir), Name: filepath.Base(dir), Exact: true}); err == nil {
			_, err = r.Train(context.Background())
			err = errors.Join(err, r.Close())
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// killed starts a process that trains in dir and kills it after a while; done
// says that it came to its end before that.
func killed(t *testing.T, dir string, after time.Duration, environment ...string) (done bool) {
	t.Helper()
	program, err := os.Executable()
	check(t, err)
	command := exec.Command(program)
	command.Env = append(append(os.Environ(), victim+"="+dir), environment...)
	var said bytes.Buffer
	command.Stderr = &said
	check(t, command.Start())
	timer := time.AfterFunc(after, func() { _ = command.Process.Kill() })
	err = command.Wait()
	timer.Stop()
	if err == nil {
		return true
	}
	if code := command.ProcessState.ExitCode(); code >= 0 { // -1 is what a signal leaves
		t.Fatalf("the process fails with %d: %s", code, said.String())
	}
	return false
}

// killTest kills trainings of a spec at random moments until it has done so
// often enough, lets each go on to its end, and compares.
func killTest(t *testing.T, text string, kills int, longest time.Duration, environment ...string) {
	parent := t.TempDir()
	check(t, os.WriteFile(filepath.Join(parent, "spec.yaml"), []byte(text), 0o666))
	whole := filepath.Join(parent, "whole")
	const patience = 5 * time.Minute // ends what hangs
	if !killed(t, whole, patience, environment...) {
		t.Fatalf("a training takes %v", patience)
	}
	want := tree(t, atomicfile.OS{}, whole)
	random := rand.New(rand.NewPCG(1, 2))
	runs, sessions := 0, 0
	var found []int64 // the last checkpoint after each kill, -1 if there was none
	for count := 0; count < kills || sessions > 0; {
		dir := filepath.Join(parent, fmt.Sprintf("killed-%d", runs))
		after := time.Duration(random.Int64N(int64(longest)))
		if count >= kills {
			after = patience
		}
		if !killed(t, dir, after, environment...) {
			count++
			sessions++
			steps, err := checkpoint.Store{FS: atomicfile.OS{}, Dir: filepath.Join(dir, checkpointsName)}.Steps()
			check(t, err)
			found = append(found, append([]int64{-1}, steps...)[len(steps)])
			continue
		}
		equal(t, fmt.Sprintf("run %d, after %d kills", runs, sessions), tree(t, atomicfile.OS{}, dir), want)
		runs++
		sessions = 0
	}
	t.Logf("%d kills of %d runs, which left checkpoints %v", kills, runs, found)
}

// often is how many kills a test makes: so many, a fifth of them with -short, or as many as ELASTRAIN_KILLS says.
func often(kills int) int {
	if n, err := strconv.Atoi(os.Getenv("ELASTRAIN_KILLS")); err == nil && n > 0 {
		return n
	}
	if testing.Short() {
		return kills / 5
	}
	return kills
}

// Killed while it trains, with checkpoints all the time.
func TestKilledTraining(t *testing.T) {
	text := strings.Replace(example("regression"), "learn: {method: levenberg-marquardt, epochs: 100}",
		"learn: {method: adam, batch: 10, rate: 0.001, epochs: 5000, save: 12}", 1)
	killTest(t, text, often(50), 90*time.Millisecond)
}

// Killed while it writes what is left to write when training has ended.
func TestKilledFinishing(t *testing.T) {
	text := strings.Replace(example("chain"), "epochs: 50", "epochs: 1", 1)
	killTest(t, text, often(10), 350*time.Millisecond, victimDraws+"=1")
}
