package insitu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
)

// onTables is two bars on a bench of files.
const onTables = `elastrain: 1
network: {nodes: [[0 mm, 0 mm], [100 mm, 0 mm], [50 mm, -50 mm]], bonds: [[1, 3], [2, 3]]}
bonds: {stiffness: 50..200 N/m, start: 100 N/m}
supports: {pinned: [1, 2]}
task:
  kind: behaviour
  cases:
    - push: [{node: 3, along: -y, force: 5 gf}]
      want: [{node: 3, along: y, move: -0.6 mm}]
lab: {bench: folder, obeys: program, stiffens: true, steps: 1, protocol: {repeats: 1, wait: 0 s, still: 0 m/s, drift: 0}}
`

// twoBars follows the orders in a directory until the context ends, and writes where node 3 is.
type twoBars struct {
	dir    string
	f, k   []float64
	done   map[string]bool
	frames int
}

func (b *twoBars) run(ctx context.Context) error {
	for ctx.Err() == nil {
		orders, err := filepath.Glob(filepath.Join(b.dir, "orders", "*-*.json"))
		if err != nil {
			return err
		}
		for _, path := range orders {
			if b.done[path] {
				continue
			}
			text, err := os.ReadFile(path)
			var order driver.Request
			if err = errors.Join(err, json.Unmarshal(text, &order)); err != nil {
				return err
			}
			switch order.Verb {
			case driver.Load:
				b.f = []float64{0, 0}
				for _, f := range order.Forces {
					b.f = f.F
				}
			case driver.SetStiffness:
				b.k = order.K
			}
			b.done[path] = true
			if err := os.WriteFile(strings.TrimSuffix(path, ".json")+".done", nil, 0o666); err != nil {
				return err
			}
		}
		b.frames++
		x, y := (b.f[0]-b.f[1])/2/b.k[0], (b.f[0]+b.f[1])/2/b.k[1]
		text := fmt.Sprintf("node,x (m),y (m),sigma (um)\n1,0,0,6\n2,0.1,0,6\n3,%v,%v,6\n", 0.05+x+y, -0.05-x+y)
		hidden := filepath.Join(b.dir, "inbox", ".t")
		if _, err := os.Stat(filepath.Dir(hidden)); err == nil {
			if err := errors.Join(os.WriteFile(hidden, []byte(text), 0o666), os.Rename(hidden, filepath.Join(b.dir, "inbox", fmt.Sprintf("%06d.csv", b.frames)))); err != nil {
				return err
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return nil
}

// orders is how often a session that was not interrupted has set a stiffness: at its start, and in
// each step.
func (r *Recorded) orders() int { return 1 + len(r.Log.Steps) }

// A bench of files remembers what its bonds are set to: whoever begins elsewhere is told both
// and the way out, and the way out works.
func TestBenchRemembers(t *testing.T) {
	sketched(t)
	dir := t.TempDir()
	world := &twoBars{dir: dir, f: []float64{0, 0}, k: []float64{100, 100}, done: map[string]bool{}}
	ctx, stop := context.WithCancel(context.Background())
	finished := make(chan error, 1)
	go func() { finished <- world.run(ctx) }()
	defer func() {
		stop()
		if err := <-finished; err != nil {
			t.Error(err)
		}
	}()
	session := func(ctx context.Context, name string, start *Start, steps int) (*Training, error) {
		file, err := spec.Parse("a.yaml", []byte(onTables), fmt.Sprintf("lab.steps=%d", steps))
		if err != nil {
			t.Fatal(err)
		}
		return Open(ctx, Request{File: file, Parent: dir, Name: name, Exact: true, Start: start,
			Options: Options{Folder: dir, Inbox: inbox.Options{Poll: time.Millisecond, Still: time.Millisecond}}})
	}
	live := func(name string, start *Start, steps int) (*Recorded, error) {
		tr, err := session(context.Background(), name, start, steps)
		if err != nil {
			return nil, err
		}
		_, err = tr.Train(context.Background())
		if err = errors.Join(err, tr.Close(context.Background())); err != nil {
			return nil, err
		}
		return Load(atomicfile.OS{}, filepath.Join(dir, name))
	}
	first, err := live("first", nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	set := first.Lab.last(first.Log)
	table := filepath.Join(dir, "orders", settingName)
	mismatch := func(what string, err error) {
		t.Helper()
		var many spec.Errors
		if !errors.As(err, &many) || many[0].Code != "E0906" {
			t.Fatalf("%s: %v", what, err)
		}
		text := many.Render(false)
		for _, part := range []string{"session in " + filepath.Join(dir, "first"), "N/m", "--start " + table, "orders"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %q is missing in\n%s", what, part, text)
			}
		}
	}
	_, err = live("second", nil, 1)
	mismatch("another session at its own start", err)
	if orders, err := filepath.Glob(filepath.Join(dir, "orders", "set_stiffness-*.json")); err != nil || len(orders) != first.orders() {
		t.Errorf("the refused session set a stiffness: %v, %v", orders, err)
	}
	var refused spec.Errors
	if !errors.As(err, &refused) || !strings.Contains(refused.Render(false), "`--out "+filepath.Join(dir, "first")+"` goes on with it") {
		t.Errorf("the same experiment with fewer steps: %v", err)
	}
	from, err := StartFrom(atomicfile.OS{}, filepath.Join(dir, "first"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	second, err := live("second", from, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(second.Log.Phases[0].Stiffness, set) || !slices.Equal(second.Lab.Start, set) {
		t.Errorf("the second session begins at %v, and not at %v", second.Log.Phases[0].Stiffness, set)
	}
	// Two at a time do not have it.
	one, err := session(context.Background(), "one", from, 9)
	if err != nil {
		t.Fatal(err)
	}
	var held *run.DirectoryError
	if _, err := session(context.Background(), "other", from, 9); !errors.As(err, &held) || held.Code != "E0604" || held.Dir != filepath.Join(dir, "orders") {
		t.Errorf("two sessions on a bench: %v", err)
	}
	if err := one.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	// The first one goes on with more steps only where it left the lattice.
	_, err = live("first", nil, 3)
	var many spec.Errors
	if !errors.As(err, &many) || many[0].Code != "E0906" || !strings.Contains(many.Render(false), "begin another session with `--out`") {
		t.Errorf("the first session goes on from another stiffness: %v", err)
	}
	// A table that is given counts, and so does the one of the bench.
	r, err := live("table", &Start{Name: table, Text: string(text)}, 1)
	if err != nil || !slices.Equal(r.Log.Phases[0].Stiffness, set) {
		t.Fatalf("from the table of the bench: %v", err)
	}
	if err := os.Remove(table); err != nil {
		t.Fatal(err)
	}
	if _, err := live("third", nil, 1); err != nil {
		t.Errorf("with the table deleted: %v", err)
	}
}

// What is set when a session dies while it is being set is not known, and is not taken for granted.
func TestHalfSet(t *testing.T) {
	l, err := build(t, onTables)
	if err != nil {
		t.Fatal(err)
	}
	l.options.Folder = t.TempDir()
	if _, _, err := l.directories(); err != nil {
		t.Fatal(err)
	}
	l.session, l.options.Session = "one", "runs/one"
	bench := &remembering{Bench: &settable{err: context.Canceled}, l: l}
	k := []float64{90, 110}
	if err := bench.SetStiffness(context.Background(), k); err == nil {
		t.Fatal("it is set")
	}
	s, err := l.setting()
	if err != nil || !s.half || !slices.Equal(s.k, k) || s.by != "one" || s.dir != "runs/one" {
		t.Errorf("%+v, %v", s, err)
	}
	var many spec.Errors
	if err := l.agree(k, nil, false); !errors.As(err, &many) || !strings.Contains(many.Render(false), "were being set to 90 to 110 N/m") {
		t.Errorf("another session: %v", err)
	}
	log := &session.Log{Start: &session.Start{UID: "one"}}
	if err := l.agree(l.Start, log, false); err != nil {
		t.Errorf("the same session: %v", err)
	}
	// It is done.
	bench.Bench = &settable{}
	if err := bench.SetStiffness(context.Background(), k); err != nil {
		t.Fatal(err)
	}
	if s, err := l.setting(); err != nil || s.half {
		t.Errorf("%+v, %v", s, err)
	}
	// A session that dies while nothing changes leaves nothing half set.
	bench.Bench = &settable{err: context.Canceled}
	if err := bench.SetStiffness(context.Background(), k); err == nil {
		t.Fatal("it is set")
	}
	if s, err := l.setting(); err != nil || s.half || !slices.Equal(s.k, k) {
		t.Errorf("%+v, %v", s, err)
	}
	// One that is refused changes nothing.
	bench.Bench = &settable{err: &driver.Error{Code: driver.Refused}}
	if err := bench.SetStiffness(context.Background(), []float64{70, 70}); err == nil {
		t.Fatal("it is set")
	}
	if s, err := l.setting(); err != nil || s.half || !slices.Equal(s.k, k) {
		t.Errorf("%+v, %v", s, err)
	}
}

// settable sets a stiffness, or fails.
type settable struct {
	lab.Bench
	err error
}

func (s *settable) SetStiffness(context.Context, []float64) error { return s.err }

// Tables of stiffnesses say what is wrong with them.
func TestStartTables(t *testing.T) {
	for text, want := range map[string]string{
		"":                                              "no table with the columns",
		"a,b\n":                                         "line 1: the first line names the columns",
		"bond,stiffness (N/m)\n1,100\n":                 "bond 2 has no row",
		"bond,stiffness (N/m)\n1,100\n3,100\n":          `line 3: there is no bond "3"`,
		"bond,stiffness (N/m)\n1,100\n1,100\n":          "line 3: bond 1 is there twice",
		"bond,stiffness (N/m)\n1,x\n2,100\n":            `line 2: bond 1 has the stiffness "x"`,
		"bond,stiffness (N/m)\n1,NaN\n2,100\n":          `line 2: bond 1 has the stiffness "NaN"`,
		"bond,stiffness (N/m)\n1\n2,100\n":              "line 2: 1 fields, but the header has 2",
		"bond,stiffness (N/m)\n1,40\n2,100\n":           "bond 1 has 40 N/m, outside its range in the experiment, 50 to 200 N/m",
		"bond,stiffness (kN)\n1,0.1\n2,0.1\n":           "no unit of stiffness",
		"bond;stiffness (N/mm)\r\n1;0,07\r\n2;0,06\r\n": "",
		"bond,stiffness (N/m)\n1,\"100\n2,100\n":        "line",
		"\ufeff# a\nstiffness (N/m),bond\n60,2\n70,1\n": "",
		"bond,before (N/m),after (N/m),change (N/m)\n1,100,70,-30\n2,100,60,-40\n": "",
	} {
		l, err := build(t, onTables)
		if err != nil {
			t.Fatal(err)
		}
		k, err := (&Start{Name: "start.csv", Text: text}).read(l.Experiment)
		if want == "" {
			if err != nil || !slices.Equal(k, []float64{70, 60}) || !slices.Equal(l.Experiment.Design.Start, k) {
				t.Errorf("%q: %v, %v", text, k, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "start.csv: ") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
