package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A page starts the program of a bench only where `lab trust` was given, for the bytes that it has.
func TestStudioStartsNoDriverWithoutTrust(t *testing.T) {
	dir, _ := trainingFolder(t)
	program, err := exec.LookPath("elastrain")
	if err != nil {
		t.Fatal(err)
	}
	driver := filepath.Join(dir, "rig.sh")
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("rig.sh", "#!/bin/sh\ntouch started\n", 0o755)
	const rig = `elastrain: 1
network: {nodes: [[0 mm, 0 mm], [100 mm, 0 mm], [50 mm, -50 mm]], bonds: [[1, 3], [2, 3]]}
bonds: {stiffness: 50..500 N/m, start: 100 N/m}
supports: {pinned: [1, 2]}
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: -y, force: 0.2 N}]
      want: [{node: 3, along: y, move: -1.2 mm}]
lab: {bench: exec, command: [./rig.sh]}
`
	write("rig.yaml", rig, 0o666)
	o := openStudio(t, dir, nil)
	started := func() bool { _, err := os.Stat(filepath.Join(dir, "started")); return err == nil }
	begin := func() (int, string) { return o.ask("api/bench/start", map[string]any{"spec": "rig.yaml"}) }
	if code, text := begin(); code == 200 || !strings.Contains(text, "elastrain lab trust rig.yaml") || started() {
		t.Errorf("without trust: %d %s", code, text)
	}
	trust := exec.Command(program, "lab", "trust", "rig.yaml", "--trust")
	trust.Dir, trust.Env = dir, append(os.Environ(), victim+"=1")
	if out, err := trust.CombinedOutput(); err != nil || started() {
		t.Fatalf("%v\n%s", err, out)
	}
	write("rig.sh", "#!/bin/sh\ntouch started # another\n", 0o755)
	if code, text := begin(); code == 200 || !strings.Contains(text, "lab trust") || started() {
		t.Errorf("another program under that name: %d %s", code, text)
	}
	write("rig.sh", "#!/bin/sh\ntouch started\n", 0o755)
	if code, text := begin(); code == 200 || strings.Contains(text, "lab trust") || !started() {
		t.Errorf("with trust it is started, and %s says nothing: %d %s", driver, code, text)
	}
}

// Ctrl-C while a load hangs leaves a card that asks for all weights to be taken off, says so, and the session goes on in
// another studio.
func TestStudioLeavesTheBench(t *testing.T) {
	dir, _ := trainingFolder(t)
	text, err := os.ReadFile("../../examples/lab-behaviour.yaml")
	if err != nil {
		t.Fatal(err)
	}
	from := strings.Index(string(text), "lab:")
	manual := string(text)[:from] + "lab: {bench: manual, stiffens: true, steps: 1, protocol: {wait: 0 s}, limits: {force: 30 gf, displacement: 8 mm}}\n"
	if err := os.WriteFile(filepath.Join(dir, "mine.yaml"), []byte(manual), 0o666); err != nil {
		t.Fatal(err)
	}
	o := openStudio(t, dir, nil)
	type state struct {
		Phase, Why string
		Turn       *struct{ ID, Kind, Title string }
	}
	look := func(o *opened) (s state) {
		t.Helper()
		code, text := o.ask("api/bench?id=runs/mine-lab", nil)
		if code != 200 || json.Unmarshal([]byte(text), &s) != nil {
			t.Fatalf("%d %s", code, text)
		}
		return s
	}
	if code, text := o.ask("api/bench/start", map[string]any{"spec": "mine.yaml"}); code != 200 || !strings.Contains(text, "runs/mine-lab") {
		t.Fatalf("%d %s", code, text)
	}
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) { // up to the first photograph, of the unloaded lattice: nobody has said that it is
		s := look(o)
		if s.Turn != nil && s.Turn.Kind == "photograph" {
			break
		}
		if s.Turn != nil && s.Turn.ID != "" {
			_, _ = o.ask("api/bench/answer", map[string]any{"id": "runs/mine-lab", "turn": s.Turn.ID, "answer": "done"})
		}
		if time.Since(began) > patience {
			t.Fatalf("%+v", s)
		}
	}
	if err := o.process.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 1)
	go func() { gone <- o.process.Wait() }()
	select {
	case <-gone:
	case <-time.After(patience):
		t.Fatal("it does not end")
	}
	again := openStudio(t, dir, nil)
	if s := look(again); s.Phase != "paused" || s.Turn != nil {
		t.Errorf("in another studio: %+v\n%s", s, o.said)
	}
	if code, text := again.ask("api/bench/do", map[string]any{"id": "runs/mine-lab", "do": "resume"}); code != 200 {
		t.Errorf("%d %s", code, text)
	}
	if s := look(again); s.Phase != "running" {
		t.Errorf("gone on: %+v", s)
	}
}
