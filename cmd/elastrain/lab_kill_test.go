package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	labsession "github.com/elastrain/elastrain/lab/session"
)

// victim makes the test binary the program itself, so that there is a process to kill.
const victim = "ELASTRAIN_TEST_VICTIM"

// lattices are sessions to kill: twins with which all is wrong, of springs and of a frame, and a bench of files.
var lattices = map[string]string{
	"twin":                twinned,
	"searched by pattern": strings.Replace(twinned, "steps: 60", "method: pattern-search\n  steps: 8", 1),
	"searched by genes":   strings.Replace(twinned, "steps: 60", "method: genetic\n  steps: 6", 1),
	"folder": `elastrain: 1
network: {nodes: [[0 mm, 0 mm], [100 mm, 0 mm], [50 mm, -50 mm]], bonds: [[1, 3], [2, 3]]}
bonds: {stiffness: 50..200 N/m, start: 100 N/m}
supports: {pinned: [1, 2]}
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: -y, force: 5 gf}]
      want: [{node: 3, along: y, move: -0.6 mm}, {node: 3, along: x, move: 0.1 mm}]
lab: {bench: folder, obeys: program, stiffens: true, steps: 4, protocol: {repeats: 2, wait: 0 s, still: 0 m/s, drift: 0}}
`,
	"frame":        fmt.Sprintf(frame, "rule: backpropagation"),
	"frame nudged": fmt.Sprintf(frame, "rule: equilibrium-propagation"),
}

const twinned = `elastrain: 1
network: {lattice: triangular, rows: 3-2, spacing: 16 mm}
bonds: {stiffness: 60..240 N/m, start: 120 N/m}
supports: {pinned: [1, 3]}
task:
  kind: behaviour
  cases:
    - push: [{node: 2, along: -y, force: 10 gf}]
      want: [{node: 4, along: x, move: 0.30 mm}, {node: 5, along: x, move: -0.15 mm}]
lab:
  bench: twin
  steps: 60
  protocol: {sure: 0}
  limits: {rate: 0.2 /s}
  twin: {noise: 6 um, scatter: 2 %, update: 1 %, creep: 2 %, relaxation: 10 s, drift: 0.001 um/s, dropped: 5 %, duplicated: 5 %, stale: 5 %, missing: 0.2 %}
`

const frame = `elastrain: 1
network: {lattice: honeycomb, size: 2 x 2, bare: true, spacing: 12 mm}
material: {young: 20 MPa, thickness: 4 mm}
elements: [{kind: beam, width: 0.8..2.5 mm}]
supports: {clamped: [1, 3]}
task:
  kind: behaviour
  cases:
    - push: [{node: 7, along: -y, force: 0.1 N}]
      want: [{node: 7, along: x, move: 0.1 mm}]
lab:
  bench: twin
  steps: 20
  %s
  protocol: {sure: 0}
  limits: {rate: 0.2 /s}
  twin: {noise: 6 um, quantum: 0 N, scatter: 2 %%, modulus: 1 %%, update: 1 %%, creep: 2 %%, relaxation: 10 s, drift: 0.001 um/s, dropped: 5 %%, duplicated: 5 %%, stale: 5 %%, missing: 0.2 %%}
`

// rig is the other side of a bench of files, which outlives the program: it
// follows orders and writes where the nodes are, again and again.
type rig struct {
	dir string

	mu     sync.Mutex
	f      []float64 // hanging at node 3, N
	k      []float64 // N/m
	load   int       // number of the order of the loads that hang
	done   map[string]bool
	verbs  []string // followed since the program was started
	frames int
	err    error
	quit   chan struct{}
	over   chan struct{}
}

func newRig(dir string) *rig {
	r := &rig{dir: dir, f: []float64{0, 0}, k: []float64{100, 100}, done: map[string]bool{}, quit: make(chan struct{}), over: make(chan struct{})}
	go func() {
		defer close(r.over)
		for {
			select {
			case <-r.quit:
				return
			case <-time.After(2 * time.Millisecond):
				r.mu.Lock()
				if err := r.follow(); err != nil && r.err == nil {
					r.err = err
				}
				r.mu.Unlock()
			}
		}
	}()
	return r
}

// follow does what was ordered since the last time, and takes a look.
func (r *rig) follow() error {
	orders, err := filepath.Glob(filepath.Join(r.dir, "orders", "*.json"))
	if err != nil {
		return err
	}
	number := func(path string) int {
		_, digits, _ := strings.Cut(filepath.Base(path), "-")
		n, _ := strconv.Atoi(strings.TrimSuffix(digits, ".json")) // 0 sorts first
		return n
	}
	slices.SortFunc(orders, func(a, b string) int { return number(a) - number(b) })
	for _, path := range orders {
		if r.done[path] {
			continue
		}
		text, err := os.ReadFile(path)
		var order driver.Request
		if err == nil {
			err = json.Unmarshal(text, &order)
		}
		if err != nil {
			return err
		}
		verb := order.Verb
		switch order.Verb {
		case driver.Load:
			r.f, r.load = []float64{0, 0}, number(path)
			for _, f := range order.Forces {
				r.f = f.F
			}
			if !r.hangs() {
				verb = "unload"
			}
		case driver.Safe:
			r.f = []float64{0, 0}
		case driver.SetStiffness:
			r.k = order.K
		}
		r.done[path] = true
		r.verbs = append(r.verbs, verb)
		if err := os.WriteFile(strings.TrimSuffix(path, ".json")+".done", nil, 0o666); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(r.dir, "inbox")); err != nil {
		return nil // nobody has begun
	}
	r.frames++
	a, b := (r.f[0]-r.f[1])/2/r.k[0], (r.f[0]+r.f[1])/2/r.k[1]
	table := fmt.Sprintf("# load %d\nnode,x (m),y (m),sigma (um)\n1,0,0,6\n2,0.1,0,6\n3,%v,%v,6\n", r.load, 0.05+a+b, -0.05-a+b)
	hidden, name := filepath.Join(r.dir, "inbox", ".table"), filepath.Join(r.dir, "inbox", fmt.Sprintf("%07d.csv", r.frames))
	if err := os.WriteFile(hidden, []byte(table), 0o666); err != nil {
		return err
	}
	return os.Rename(hidden, name)
}

func (r *rig) hangs() bool { return r.f[0] != 0 || r.f[1] != 0 }

// told is whether a load hangs, and what was ordered since the last call.
func (r *rig) told(t *testing.T) (hangs bool, verbs []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.follow(); err != nil || r.err != nil {
		t.Fatal(err, r.err)
	}
	verbs, r.verbs = r.verbs, nil
	return r.hangs(), verbs
}

func (r *rig) end() {
	close(r.quit)
	<-r.over
}

// session is what a session left: its outcome and table, and what its journal says without
// times and uids.
func remains(t *testing.T, dir string, real bool) (text []byte, log *labsession.Log) {
	t.Helper()
	for _, name := range []string{"outcome.json", "stiffness.csv", "figures/network.svg", "figures/learning.svg"} {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, b...)
	}
	f, err := os.Open(filepath.Join(dir, "journal.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	log, err = labsession.ReadLog(f.Name(), f)
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	uids := map[string]string{}
	for i := range log.Phases {
		p := &log.Phases[i]
		uids[p.UID] = fmt.Sprint("phase ", i+1)
		p.UID, p.Time = "", 0
		for _, frames := range [][]lab.Frame{p.Zero, p.Loaded, p.After} {
			for j := range frames {
				if real { // its clock is that of the room
					frames[j].At, frames[j].Images = 0, nil
				}
			}
		}
		if real {
			p.Applied, p.Settled = 0, 0
		}
	}
	for i := range log.Steps {
		s := &log.Steps[i]
		s.UID, s.Time = "", 0
		for j, uid := range s.Phases {
			s.Phases[j] = uids[uid]
		}
	}
	return text, &labsession.Log{Phases: log.Phases, Steps: log.Steps}
}

// Sessions are killed at random times of their whole life, the end included, and started again
// until they end. ELASTRAIN_KILLS=1000 kills so many of each bench.
func TestKilledSessions(t *testing.T) {
	kills := 3
	if text := os.Getenv("ELASTRAIN_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, bench := range []string{"twin", "searched by pattern", "searched by genes", "frame", "frame nudged", "folder"} {
		t.Run(bench, func(t *testing.T) { killSessions(t, bench, kills) })
	}
}

// progress is the size of a journal, and whether it has ended.
func progress(dir string) (size int64, ended bool) {
	f, err := os.Open(filepath.Join(dir, "session", "journal.jsonl"))
	if err != nil {
		return 0, false
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return 0, false
	}
	tail := make([]byte, min(info.Size(), 1000))
	n, _ := f.ReadAt(tail, info.Size()-int64(len(tail))) // what is there counts
	return info.Size(), bytes.Contains(tail[:n], []byte(`{"name":"stop"`))
}

// death is when a session dies: four times of five at a random size of its journal and a moment
// later, and else at a random time after its stop, until everything is written. One that has
// ended already is let live every other time.
func death(dir string, whole int64, finishing time.Duration, random *rand.Rand) func() bool {
	size, ended := progress(dir)
	if ended && random.IntN(2) == 0 {
		return func() bool { return false }
	}
	if !ended && random.IntN(5) > 0 {
		size += random.Int64N(max(whole-size, 1))
		moment := time.Duration(random.Int64N(int64(20 * time.Millisecond)))
		var reached time.Time
		return func() bool {
			if now, _ := progress(dir); now > size && reached.IsZero() {
				reached = time.Now()
			}
			return !reached.IsZero() && time.Since(reached) > moment
		}
	}
	moment := time.Duration(random.Int64N(int64(finishing)))
	var stopped time.Time
	return func() bool {
		if _, ended := progress(dir); ended && stopped.IsZero() {
			stopped = time.Now()
		}
		return !stopped.IsZero() && time.Since(stopped) > moment
	}
}

func killSessions(t *testing.T, bench string, kills int) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := t.TempDir()
	// live is one life, killed when doomed says so; done says that it came to its end, and stuck why it cannot.
	live := func(dir string, doomed func() bool) (done bool, stuck string) {
		cmd := exec.Command(program, "lab", "train", "spec.yaml", "--out", "session", "--quiet")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), victim+"=1")
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		dead := make(chan error, 1)
		go func() { dead <- cmd.Wait() }()
		var err error
		for alive := true; alive; {
			select {
			case err = <-dead:
				alive = false
			case <-time.After(500 * time.Microsecond):
				if doomed() {
					_ = cmd.Process.Kill() // it may have ended
				}
			}
		}
		if err != nil && cmd.ProcessState.ExitCode() >= 0 { // -1 is what a signal leaves
			return false, fmt.Sprintf("exit code %d: %s", cmd.ProcessState.ExitCode(), said.String())
		}
		return err == nil, ""
	}
	begin := func(name string) (dir string, r *rig) {
		dir = filepath.Join(parent, name)
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "spec.yaml"), []byte(lattices[bench]), 0o666); err != nil {
			t.Fatal(err)
		}
		if bench == "folder" {
			r = newRig(dir)
		}
		return dir, r
	}
	spared := func() func() bool {
		began := time.Now()
		return func() bool { return time.Since(began) > patience }
	}
	whole, r := begin("whole")
	var stopped time.Time
	still := spared()
	if done, stuck := live(whole, func() bool {
		if _, ended := progress(whole); ended && stopped.IsZero() {
			stopped = time.Now()
		}
		return still()
	}); !done {
		t.Fatalf("nobody kills it, and it does not end: %s", stuck)
	}
	finishing := time.Since(stopped)
	size, _ := progress(whole)
	if r != nil {
		r.end()
	}
	want, measured := remains(t, filepath.Join(whole, "session"), bench == "folder")
	random := rand.New(rand.NewPCG(uint64(kills), 1))
	var count, sessions, afterStop, stuckSessions, different, hanging int
	for count < kills {
		dir, r := begin(fmt.Sprint("session ", sessions+1))
		sessions++
		loaded, in := false, 0
		for {
			doomed := spared()
			if in++; count < kills && in <= 8 {
				doomed = death(dir, size, finishing, random)
			}
			done, stuck := live(dir, doomed)
			if !done && stuck == "" {
				count++
				if _, ended := progress(dir); ended {
					afterStop++
				}
			}
			if r != nil {
				hangs, verbs := r.told(t)
				if loaded && len(verbs) > 0 && verbs[0] != driver.Safe && verbs[0] != "unload" {
					hanging++
					t.Errorf("%s: a load hung when it died, and the next life begins with %v", dir, verbs)
				}
				if loaded = hangs; done && hangs {
					hanging++
					t.Errorf("%s: a load hangs at the end", dir)
				}
			}
			if stuck != "" || in > 9 {
				stuckSessions++
				t.Errorf("%s, after %d lives: %s", dir, in, stuck)
				break
			}
			if done {
				break
			}
		}
		if r != nil {
			r.end()
		}
		if t.Failed() {
			break
		}
		got, log := remains(t, filepath.Join(dir, "session"), bench == "folder")
		if !bytes.Equal(got, want) || !reflect.DeepEqual(log, measured) {
			different++
			t.Errorf("%s: after %d lives it ends otherwise", dir, in)
		}
	}
	t.Logf("%s: %d kills of %d sessions, %d of them after the stop: %d stuck, %d with other bytes, %d loads without a safe order",
		bench, count, sessions, afterStop, stuckSessions, different, hanging)
}
