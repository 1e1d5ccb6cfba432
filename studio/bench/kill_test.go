package bench_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/studio/bench"
)

// TestMain is also a server that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("ELASTRAIN_BENCH_OF"); dir != "" {
		h, err := bench.Open(dir, bench.Options{Inbox: quick})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(httptest.NewServer(h.Handler()).URL)
		time.Sleep(10 * time.Minute)
		os.Exit(1)
	}
	if dir := os.Getenv("ELASTRAIN_BENCH_CAMERA"); dir != "" {
		camera(dir)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// broken ends a program.
type broken struct{}

func (broken) Helper() {}
func (broken) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(1)
}

// camera is the camera of the browser's tests: it photographs the lattice of a folder under the loads of a card, which
// stand in the environment, as the bonds were set last, and writes the picture to standard output.
func camera(dir string) {
	w := newWorld(broken{})
	if tables, err := filepath.Glob(filepath.Join(dir, "orders", "stiffness-*.csv")); err == nil && len(tables) > 0 {
		w.set(broken{}, dir)
	}
	var turn bench.Turn
	if err := json.Unmarshal([]byte(os.Getenv("ELASTRAIN_BENCH_LOADS")), &turn.Actions); err != nil {
		broken{}.Fatal(err)
	}
	w.hang(broken{}, lines(turn.Actions))
	w.looks, _ = strconv.Atoi(os.Getenv("ELASTRAIN_BENCH_LOOKS"))
	if _, err := os.Stdout.Write(pngOf(broken{}, w.photograph(broken{}))); err != nil {
		broken{}.Fatal(err)
	}
}

// process serves a folder from another process; kill is the end of it.
func process(t *testing.T, dir string) (p *phone, kill func()) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "ELASTRAIN_BENCH_OF="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return &phone{t: t, server: &httptest.Server{URL: strings.TrimSpace(line)}, dir: dir}, kill
}

// A server that is killed in the middle of a load loses nothing: the page says so, goes on, and ends with the bits of a
// session that nobody killed. What was answered to the dead one is not taken for an answer to the living.
func TestKilledServer(t *testing.T) {
	dir, w := folder(t), newWorld(t)
	p, kill := process(t, dir)
	p.start()
	id := p.id
	measured := 0
	var old *bench.Turn
	for {
		p.follow(w, 1)
		s, turn := p.due()
		if measured = s.Measured; measured >= 3 && turn.Kind == "photograph" && len(w.Load) > 0 { // the first load is in the journal, the second hangs
			old = turn
			break
		}
	}
	other, killOther := process(t, dir) // another studio looks on
	defer killOther()
	other.id = id
	if s := other.state(); s.Phase != "elsewhere" || s.Turn != nil {
		t.Errorf("seen from another process: %+v", s)
	}
	if status, failure := other.post("/api/bench/do", map[string]string{"id": id, "do": "resume"}, nil); status == 200 || !strings.Contains(failure, "another process") {
		t.Errorf("resumed beside the one that runs it: %d %s", status, failure)
	}
	kill()
	p, _ = process(t, dir)
	p.id = id
	if s := p.state(); s.Phase != "stopped" || s.Measured != measured || !strings.Contains(s.Why, "nothing that was measured is lost") {
		t.Errorf("after the kill: %+v", s)
	}
	if status, failure := p.do("POST", "/api/bench/photo?id="+id+"&turn="+old.ID, "image/png", pngOf(t, w.photograph(t)), nil); status == 200 || !strings.Contains(failure, "resume") {
		t.Errorf("a photograph for a dead session: %d %s", status, failure)
	}
	for range 2 {
		if status, failure := p.post("/api/bench/do", map[string]string{"id": id, "do": "resume"}, nil); status != 200 {
			t.Fatalf("resume: %d %s", status, failure)
		}
	}
	_, first := p.due()
	if first.Kind != "load" || !first.Bare {
		t.Errorf("the first card after a kill is %+v, and a load hangs", first)
	}
	if status, failure := p.post("/api/bench/answer", map[string]string{"id": id, "turn": old.ID, "answer": "done"}, nil); status == 200 {
		t.Errorf("an answer to the dead session counts: %s", failure)
	}
	if s := p.follow(w, -1); s.Phase != "ended" {
		t.Fatalf("it is over: %+v", s)
	}
	got := load(t, p)
	equal(t, got, terminal(t))
	used := 0
	for i := range got.Log.Phases {
		if got.Log.Phases[i].Used {
			used++
		}
	}
	if used != 3*steps+1 {
		t.Errorf("%d loads count", used)
	}
}
