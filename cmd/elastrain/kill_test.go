package main

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// moreKills is the environment variable that says how often TestKilledCommands
// kills each command.
const moreKills = "ELASTRAIN_KILLS"

// damage --each, retraining after damage, prune, automata with a test part, retrain, a sequence, a sweep by halving, a search of levels, a training with more epochs and
// trainings of a frame and of finite deformation are killed at random moments and started again until they come to their end: to
// the bytes that they come to when nobody kills them, with nothing left behind.
func TestKilledCommands(t *testing.T) {
	kills, quick := 2, []string{"--no-figures"}
	if text := os.Getenv(moreKills); text != "" {
		var err error
		quick = nil // what draws is killed as well
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("elastrain")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	start := func(args ...string) (*exec.Cmd, *bytes.Buffer) {
		command := exec.Command(program, args...)
		command.Dir = dir
		said := new(bytes.Buffer)
		command.Stderr = said
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		return command, said
	}
	run := func(args ...string) time.Duration {
		began := time.Now()
		command, said := start(args...)
		if err := command.Wait(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, said)
		}
		return time.Since(began)
	}
	for name, example := range map[string]string{"truss.yaml": "explicit", "task.yaml": "explicit", "frame.yaml": "frame", "far.yaml": "large-deformation", "pair.yaml": "allostery", "wine.yaml": "sequence-wine", "flowers.yaml": "sequence-iris", "irises.yaml": "iris"} {
		text, err := exec.Command(program, "new", example).Output()
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct {
		name, result string // directory that the command writes
		before       []string
		args         []string
	}{
		{"damage", "run/damage", nil, []string{"damage", "run", "--each"}},
		{"damage and retrain", "cut", nil, []string{"damage", "run", "--cut", "3", "--retrain", "--out", "cut"}},
		{"prune", "pruned", nil, []string{"prune", "pair.yaml", "--out", "pruned"}},
		{"autonomous", "lives", nil, []string{"autonomous", "irises.yaml", "task.loss=softmax", "--seeds", "3", "--shown", "60", "--sweep", "dead=0 %,20 %", "--test", "--out", "lives"}},
		{"retrain", "again", nil, []string{"retrain", "run", "--task", "task.yaml", "learn.method=adam", "learn.epochs=120", "learn.save=5", "--out", "again"}},
		{"more epochs", "more", []string{"train", "truss.yaml", "learn.method=adam", "learn.epochs=40", "learn.save=5", "--out", "more"},
			[]string{"train", "truss.yaml", "learn.method=adam", "learn.epochs=120", "learn.save=5", "--out", "more"}},
		{"levels", "levels", nil, []string{"train", "truss.yaml", "learn.method=levels-search", "matter.levels=3", "learn.epochs=12", "learn.save=1", "--out", "levels"}},
		{"a frame", "frame", nil, []string{"train", "frame.yaml", "learn.method=adam", "learn.epochs=1000", "learn.save=20", "--out", "frame"}},
		{"far", "far", nil, []string{"train", "far.yaml", "learn.method=adam", "learn.epochs=200", "learn.save=5", "--out", "far"}},
		{"halving", "halved", nil, []string{"sweep", "irises.yaml", "learn.method=adam", "learn.batch=16", "learn.epochs=80", "learn.rate=1e-3..1/8", "task.validation.share=30%", "--halving", "2", "-o", "halved"}},
		{"sequence", "kept", nil, []string{"sequence", "wine.yaml", "flowers.yaml", "wine.yaml", "--seeds", "2", "--out", "kept"}},
	} {
		if c.name != "sequence" && c.name != "autonomous" && c.name != "halving" { // which always draw their one figure, or none
			c.args = append(c.args, quick...)
		}
		if _, err := os.Stat(filepath.Join(dir, "run")); err != nil {
			run("train", "truss.yaml", "learn.epochs=5", "--no-figures", "--out", "run")
		}
		fresh := func() {
			if err := os.RemoveAll(filepath.Join(dir, c.result)); err != nil {
				t.Fatal(err)
			}
			if c.before != nil {
				run(c.before...)
			}
		}
		fresh()
		whole := run(c.args...)
		want := files(t, filepath.Join(dir, c.result))
		fresh()
		count, ended := 0, 0
		for count < kills {
			command, said := start(c.args...)
			timer := time.AfterFunc(time.Duration(random.Int64N(int64(whole)*5/4)), func() { _ = command.Process.Kill() })
			err := command.Wait()
			timer.Stop()
			if command.ProcessState.ExitCode() < 0 {
				count++
				continue
			}
			if err != nil {
				t.Fatalf("%s, after %d kills: %v\n%s", c.name, count, err, said)
			}
			sameFiles(t, c.name, files(t, filepath.Join(dir, c.result)), want)
			ended++
			fresh()
		}
		run(c.args...)
		sameFiles(t, c.name, files(t, filepath.Join(dir, c.result)), want)
		t.Logf("%s: %d kills in a life of %v, %d of them ended whole", c.name, count, whole.Round(time.Millisecond), ended+1)
	}
}

// files reads all below a directory but what holds times.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "environment.json" || d.Name() == "log.jsonl" {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func sameFiles(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s is another", what, name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is left behind", what, name)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}
