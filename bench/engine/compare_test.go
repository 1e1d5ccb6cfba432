package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/mechanics"
)

// The program under test is also the program that it starts.
func TestMain(m *testing.M) {
	if os.Getenv("ENGINE_TEST_AS_PROGRAM") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// call runs the command in this process.
func call(t *testing.T, args ...string) (out, log string, err error) {
	t.Helper()
	t.Setenv("ENGINE_TEST_AS_PROGRAM", "1")
	numbers, seconds := readNumbers, turn
	readNumbers, turn = 1<<16, 0.02
	defer func() { readNumbers, turn = numbers, seconds }()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var o, l bytes.Buffer
	err = do(args, &o, &l)
	return o.String(), l.String(), err
}

func TestOneLatticeByNameAndFromItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t12.lat")
	if _, _, err := call(t, "-generate", "t12", path); err != nil {
		t.Fatal(err)
	}
	out, _, err := call(t, path, "-rounds", "2", "-threads", "1", "-json")
	if err != nil {
		t.Fatal(err)
	}
	var fromFile, fromName report
	if err := json.Unmarshal([]byte(out), &fromFile); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, _, err = call(t, "t12", "-json"); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out), &fromName); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if fromFile.Checksum != fromName.Checksum || fromFile.N != 288 || fromFile.Runs != 2 || fromFile.Threads != 1 || fromName.Runs != 9 {
		t.Errorf("reports %+v and %+v", fromFile, fromName)
	}
	if runtime.GOOS == "linux" && fromFile.Peak <= 1 {
		t.Errorf("peak memory %v MiB", fromFile.Peak)
	}
	out, _, err = call(t, "-rounds", "3", "t12")
	if err != nil || !strings.Contains(out, "n=288 bonds=") || strings.Count(out, "\n") != 1 {
		t.Errorf("error %v, line %q", err, out)
	}
}

// A step by processor time takes no longer than all that the process has taken.
func TestClockOfTheProcessor(t *testing.T) {
	if processor() == 0 {
		t.Skip("this system does not tell")
	}
	t.Setenv("ENGINE_CLOCK", "") // which -clock sets
	defer func() { byProcessor = false }()
	before := processor()
	out, _, err := call(t, "t12", "-clock", "processor", "-json", "-threads", "1", "-rounds", "5")
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if !byProcessor || !(r.LeastStep > 0) || 5*r.LeastStep > processor()-before {
		t.Errorf("by processor %v: five steps of %g s at least, in a process that took %g s", byProcessor, r.LeastStep, processor()-before)
	}
}

func TestWhatCannotBeDone(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ args, want string }{
		{"", "name one lattice"},
		{"t4 t5", "name one lattice"},
		{"t4 -threads 0", "0 threads"},
		{"t4 -speed 9", "speed"},
		{"t4 -clock sun", "no clock"},
		{"none", "no lattice"},
		{"none.lat", "none.lat"},
		{"-generate none x.lat", "no lattice"},
		{"-compare " + dir + " none", "no lattice"},
		{"-growth " + filepath.Join(dir, "no", "x.svg") + " -most 1", "no such file"},
	} {
		if _, _, err := call(t, strings.Fields(c.args)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q", c.args, err, c.want)
		}
	}
}

// script writes a program that prints a report of the given step; for Eigen the
// number of runs is the second argument, for CHOLMOD the third.
func script(t *testing.T, dir, name, text string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func print(r report) string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("echo '%s'", text)
}

func TestTable(t *testing.T) {
	dir := t.TempDir()
	l, err := generate("t12")
	if err != nil {
		t.Fatal(err)
	}
	we, err := measure(l, func() (*matrix, error) { return l.assemble(), nil }, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	// A second for Eigen, four for one order of CHOLMOD and three for the other.
	peer := report{N: 288, Checksum: we.Checksum, Flops: 1e9, Entries: 1e6, Peak: 77, Analyze: 0.5}
	with := func(name string, step float64) string {
		p := peer
		p.Solver, p.Step, p.LeastStep = name, step, step
		return print(p)
	}
	script(t, dir, "eigen", with("Eigen 9", 1))
	script(t, dir, "cholmod", "if [ $2 = metis ]; then "+with("CHOLMOD 9 metis", 40)+"; else "+with("CHOLMOD 9 geometric", 3)+"; fi")
	script(t, dir, "dgemm", `if [ "$OPENBLAS_CORETYPE" = Zen ]; then echo 50; else echo 10; fi`)

	out, log, err := call(t, "-compare", dir, "t12", "-rounds", "2", "-threads", "2")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| t12 | 288 | 1 | Eigen 9, 1 thr. | 1.00 |", "| t12 | 288 | 2 | Eigen 9, 1 thr. | 1.00 |", "/ 77.0 |", "/ 0.500 |",
		"Medians of 2 rounds", "OpenBLAS kernels: Zen", "| 1 | 50.0 |"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
	if !strings.Contains(log, "CHOLMOD metis, threads 2, sits out: 13.3 times the step of CHOLMOD geometric") || !strings.Contains(log, "round 2 of 2") {
		t.Errorf("log:\n%s", log)
	}

	peer.Checksum *= 1.001
	script(t, dir, "eigen", with("Eigen 9", 1))
	if _, _, err := call(t, "-compare", dir, "t12"); err == nil || !strings.Contains(err.Error(), "the gradient of Eigen 9") {
		t.Errorf("error %v for another gradient", err)
	}
	script(t, dir, "eigen", "echo lost >&2; exit 1")
	if _, _, err := call(t, "-compare", dir, "t12"); err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("error %v for a peer that fails", err)
	}
	script(t, dir, "eigen", "echo hello")
	if _, _, err := call(t, "-compare", dir, "t12"); err == nil || !strings.Contains(err.Error(), "no report") {
		t.Errorf("error %v for a peer that prints something else", err)
	}
}

func TestTableWithoutPeers(t *testing.T) {
	out, _, err := call(t, "-compare", t.TempDir(), "t8", "-rounds", "1", "-threads", "1")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "| t8 | 128 | 1 | - | - |") || strings.Count(out, "Left out: ") != 3 {
		t.Errorf("table:\n%s", out)
	}
}

func TestWhatASolverTells(t *testing.T) {
	l, err := generate("t8")
	if err != nil {
		t.Fatal(err)
	}
	net, _, _ := l.network()
	c := mechanics.NewCompatibility(net)
	s, r := mechanics.NewSparse(c), &report{}
	setThreads(s, 3)
	describe(s, r)
	// D of this lattice has some ten entries a row, and L no fewer than its lower half.
	if r.Fronts < 1 || r.Entries < 500 || r.Stored < r.Entries || r.Flops < r.Entries {
		t.Errorf("report %+v", r)
	}
	r = &report{}
	setThreads(mechanics.NewDense(c), 7)
	describe(mechanics.NewDense(c), r)
	if *r != (report{}) {
		t.Errorf("report %+v of a solver that tells nothing", r)
	}
}

func TestRowsOfTheTable(t *testing.T) {
	steps := func(name string, threads int, solver string, seconds ...float64) *side {
		s := &side{name: name, threads: threads}
		for _, v := range seconds {
			s.rounds = append(s.rounds, &report{Solver: solver, N: 5, Step: v, Flops: 4e9, Entries: 1e9})
		}
		return s
	}
	c := contest{sides: []*side{
		steps(ours, 1, "", 1, 2, 4),
		steps("Eigen", 1, "E", 30, 30, 30),
		steps("CHOLMOD metis", 2, "C", 3, 4, 40),
		{name: "CHOLMOD geometric", threads: 1, out: true},
	}}
	l := &limits{threads: 1, dgemm: 4, update: 2, read: 16}
	if r := c.row("a", l); r.peer != "E, 1 thr." || r.peerStep != 30 || r.step != 2 || r.ratio != 15 || r.limit != 2 {
		t.Errorf("with one thread %+v", r) // 4e9 / 4e9 + 2 * 8e9 / 16e9 = 2 s
	}
	c.sides[0].threads, l.threads = 2, 2
	if r := c.row("a", l); r.peer != "C, 2 thr." || r.peerStep != 4 || r.ratio != 3 { // of 3, 2, 10
		t.Errorf("with two threads %+v", r)
	}
	c.sides[0].out = true
	if r := c.row("a", l); r.step != 0 {
		t.Errorf("without us %+v", r)
	}
}

func TestAProgramIsNotWaitedForTooLong(t *testing.T) {
	s := &side{name: "Eigen", command: func(string, int) []string { return []string{"sleep", "20"} }}
	if _, err := s.run("", 1, 20*time.Millisecond); err == nil {
		t.Error("a program that sleeps has reported")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "sleeper")
	script(t, dir, "sleeper", "exec sleep 20")
	c := &contest{sides: []*side{
		{name: cholmod, threads: 1, command: func(string, int) []string { return []string{"echo", `{"checksum": 1, "step": 9}`} }},
		{name: "Eigen", threads: 1, command: func(string, int) []string { return []string{path} }},
	}}
	shortest = 50 * time.Millisecond
	defer func() { shortest = 10 * time.Second }()
	var log bytes.Buffer
	if err := c.compete("a.lat", 1, &log); err != nil || !c.sides[1].out || !strings.Contains(log.String(), "sits out: more than") {
		t.Errorf("error %v, log %s", err, log.String())
	}
}

func TestDigits(t *testing.T) {
	for v, want := range map[float64]string{0: "-", 1234.5: "1234", 12.345: "12.3", 0.012345: "0.0123", 0.00001234: "1.23e-05", 100: "100", 99.99: "100"} {
		if got := digits(v); got != want {
			t.Errorf("digits(%v) = %s, want %s", v, got, want)
		}
	}
	if math.IsNaN(peak()) {
		t.Error("peak memory is no number")
	}
}
