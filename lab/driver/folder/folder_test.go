package folder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/benchtest"
	"github.com/elastrain/elastrain/lab/driver"
	"github.com/elastrain/elastrain/lab/driver/inbox"
)

// rig is the other program: node 3 hangs by a spring and moves f/k.
type rig struct {
	t              *testing.T
	tracks, orders string
	every          time.Duration
	refuse         string // answers orders of this verb with no
	pictures       int
	k              float64
	f              [2]float64
	load           int
	done           map[string]bool
}

func newRig(t *testing.T, every time.Duration) *rig {
	return &rig{t: t, tracks: t.TempDir(), orders: t.TempDir(), every: every, k: 100, done: map[string]bool{}}
}

// run follows orders and takes pictures until ctx is done.
func (r *rig) run(ctx context.Context) {
	for ctx.Err() == nil {
		entries, err := os.ReadDir(r.orders)
		r.check(err)
		for _, e := range entries {
			if name, ok := strings.CutSuffix(e.Name(), ".json"); ok && !strings.HasPrefix(name, ".") && !r.done[name] {
				r.done[name] = true
				r.follow(name)
			}
		}
		r.picture()
		time.Sleep(r.every)
	}
}

func (r *rig) check(err error) {
	if err != nil {
		r.t.Error(err)
	}
}

func (r *rig) follow(name string) {
	text, err := os.ReadFile(filepath.Join(r.orders, name+".json"))
	r.check(err)
	var q driver.Request
	r.check(json.Unmarshal(text, &q))
	if q.Verb == r.refuse {
		r.check(os.WriteFile(filepath.Join(r.orders, name+".refused"), []byte("the motor is hot\n"), 0o644))
		return
	}
	switch q.Verb {
	case driver.Load, driver.Safe:
		r.f, r.load = [2]float64{}, int(q.ID)
		for _, f := range q.Forces {
			if f.Node == 3 {
				copy(r.f[:], f.F)
			}
		}
	case driver.SetStiffness:
		r.k = q.K[0]
	}
	r.check(os.WriteFile(filepath.Join(r.orders, name+".done"), nil, 0o644))
}

func (r *rig) picture() {
	r.pictures++
	text := fmt.Sprintf("# load %d\nnode,x (mm),y (mm)\n1,0,0\n2,100,0\n3,%g,%g\nf1,-10,-10\n", r.load, 50+1e3*r.f[0]/r.k, 1e3*r.f[1]/r.k)
	path := filepath.Join(r.tracks, fmt.Sprintf("track-%06d.csv", r.pictures))
	r.check(os.WriteFile(path+".part", []byte(text), 0o644))
	r.check(os.Rename(path+".part", path))
}

// start runs a rig beside a test and opens the bench of it.
func start(t *testing.T, r *rig, c Config) *Bench {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	wait.Go(func() { r.run(ctx) })
	t.Cleanup(func() { stop(); wait.Wait() })
	c.Card, c.Tracks, c.Orders = testCard, r.tracks, r.orders
	b, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestConforms(t *testing.T) {
	benchtest.Run(t, benchtest.Subject{
		Open: func(t *testing.T) lab.Bench {
			return start(t, newRig(t, 2*time.Millisecond), Config{Inbox: inbox.Options{Poll: time.Millisecond, Still: time.Millisecond}})
		},
		Load: []lab.Force{{Node: 2, F: [3]float64{0.1, -0.2}}}, Moves: 1e-4, Stiffness: []float64{50, 500},
	})
}

func push(f float64) []lab.Force { return []lab.Force{{Node: 2, F: [3]float64{f}}} }

func TestLoadsAndTracks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 5*time.Second)
		b := start(t, r, Config{})
		ctx := t.Context()
		if err := errors.Join(b.Ping(ctx), b.Safe(ctx), b.Arm(ctx, lab.Limits{})); err != nil {
			t.Fatal(err)
		}
		applied, err := b.Load(ctx, push(0.3))
		if err != nil {
			t.Fatal(err)
		}
		frames, err := b.Measure(ctx, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range frames {
			if x := f.Nodes[2].X[0]; x < 0.053-1e-15 || x > 0.053+1e-15 || f.At <= applied || len(f.Fixed) != 1 || len(f.Images[0].SHA256) != 64 {
				t.Errorf("after %v: %+v", applied, f)
			}
		}
		if frames[0].Images[0].SHA256 != frames[1].Images[0].SHA256 || frames[0].Images[0].Path == frames[1].Images[0].Path {
			t.Errorf("pictures %v and %v", frames[0].Images, frames[1].Images)
		}
		if _, err := b.Load(ctx, push(0.6)); err == nil {
			t.Error("a load beyond the limit was ordered")
		}
		if text, err := os.ReadFile(filepath.Join(r.orders, "load-0002.json")); err != nil || string(text) != `{"id":2,"verb":"load","forces":[{"node":3,"f":[0.3,0]}]}`+"\n" {
			t.Errorf("order %s, %v", text, err)
		}
		// Opened anew, nobody knows what hangs, and numbers go on.
		again, err := Open(Config{Card: testCard, Tracks: r.tracks, Orders: r.orders})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(again.Safe(ctx), again.Safe(ctx)); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(r.orders, "safe-0003.done")); err != nil || r.f != [2]float64{} {
			t.Errorf("load %v, %v", r.f, err)
		}
		if _, err := os.Stat(filepath.Join(r.orders, "safe-0004.json")); err == nil {
			t.Error("safe was ordered though nothing hangs")
		}
	})
}

func TestWhatGoesWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, time.Hour) // one picture at the start, and no more
		b := start(t, r, Config{})
		synctest.Wait()
		r.check(b.tracks.Skip())
		ctx := t.Context()
		if err := b.Arm(ctx, lab.Limits{}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Load(ctx, push(0.3)); err == nil || !strings.Contains(err.Error(), "load-0001.json within 10m0s") {
			t.Errorf("nobody follows: %v", err)
		}
		var late *inbox.LateError
		if _, err := b.Measure(ctx, 1); !errors.As(err, &late) {
			t.Errorf("no picture: %v", err)
		}
		for text, want := range map[string]string{
			"# load 1\nnode,x (mm),y (mm)\n1,0,0\n": "it is stale: of load 1, and load 0 hangs",
			"node,x (mm),y (mm)\n1,0":               "line 2: the y of node 1",
			"\x00\x01\x02":                          "line 1: control character",
		} {
			r.pictures++
			path := filepath.Join(r.tracks, fmt.Sprintf("odd-%d.csv", r.pictures))
			r.check(os.WriteFile(path, []byte(text), 0o644))
			if _, err := b.Measure(ctx, 1); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%q: %v, want %s", text, err, want)
			}
			if _, err := os.Stat(path); err != nil {
				t.Error(err)
			}
		}
		r.refuse = driver.SetStiffness
		go func() { time.Sleep(time.Second); r.follow("set_stiffness-0002") }()
		var no *driver.Error
		if err := b.SetStiffness(ctx, []float64{20, 20}); !errors.As(err, &no) || no.Code != driver.Refused || !strings.HasSuffix(no.Message, "the motor is hot") {
			t.Errorf("refused: %v", err)
		}
		for _, c := range []Config{{}, {Card: testCard, Tracks: "none", Orders: r.orders}, {Card: testCard, Tracks: r.tracks, Orders: "none"}} {
			if _, err := Open(c); err == nil {
				t.Errorf("%v was opened", c)
			}
		}
	})
}

// person answers what it was told to.
type person struct{ asked, says string }

func (p *person) Tell(context.Context, string) error { return nil }
func (p *person) Ask(_ context.Context, question string, _ ...string) (string, error) {
	p.asked = question
	return p.says, nil
}

func TestAPersonFollows(t *testing.T) {
	p := &person{says: "done"}
	b, err := Open(Config{Card: testCard, Tracks: t.TempDir(), Orders: t.TempDir(), Person: p})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if err := errors.Join(b.Safe(ctx), b.Arm(ctx, lab.Limits{})); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Load(ctx, push(0.3)); err != nil || p.asked != "Order 2: these loads and no others:\n  node 3: [0.3 0] N\nIs it so?" {
		t.Errorf("%v, asked %q", err, p.asked)
	}
	p.says = "stop"
	if _, err := b.Load(ctx, nil); !errors.Is(err, &driver.Error{Code: driver.Stopped}) || !strings.Contains(p.asked, "take all loads off") {
		t.Errorf("%v, asked %q", err, p.asked)
	}
}

// Safe comes beside an order that nobody follows and beside a look for a table that
// does not come; the program gets its order of safe, and one of them only.
func TestSafeBesideAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, time.Hour)
		b := start(t, r, Config{})
		synctest.Wait()
		r.check(errors.Join(b.tracks.Skip(), b.Arm(t.Context(), lab.Limits{})))
		for _, verb := range []func() error{
			func() error { _, err := b.Load(context.Background(), push(0.1)); return err },
			func() error { _, err := b.Measure(context.Background(), 1); return err },
		} {
			over, followed := make(chan error, 1), make(chan error, 1)
			r.check(b.Arm(t.Context(), lab.Limits{}))
			go func() { over <- verb() }()
			time.Sleep(30 * time.Second)
			if what, since := b.Waiting(); what == "" || time.Since(since) != 30*time.Second {
				t.Errorf("it waits for %q since %v", what, since)
			}
			go func() { followed <- b.Safe(context.Background()) }()
			if err := <-over; !errors.Is(err, &driver.Error{Code: driver.Interrupted}) {
				t.Errorf("the verb under way: %v", err)
			}
			if err := <-followed; err == nil || !strings.Contains(err.Error(), "nobody has confirmed that the lattice is safe") {
				t.Errorf("nobody followed, and Safe says %v", err)
			}
		}
		if orders, err := filepath.Glob(filepath.Join(r.orders, "safe-*.json")); err != nil || len(orders) != 1 {
			t.Errorf("orders of safe: %v, %v", orders, err)
		}
		r.follow("safe-0002")
		if err := b.Safe(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A program that must end now leaves the order of safe behind, beside whatever is under way.
func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, time.Hour)
		b := start(t, r, Config{})
		synctest.Wait()
		r.check(b.Arm(t.Context(), lab.Limits{}))
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan error, 1)
		go func() { _, err := b.Load(ctx, push(0.1)); over <- err }()
		time.Sleep(time.Second)
		b.Leave()
		b.Leave()
		orders, err := filepath.Glob(filepath.Join(r.orders, "*.json"))
		if err != nil || len(orders) != 2 || filepath.Base(orders[1]) != "safe-0002.json" {
			t.Errorf("orders %v, %v", orders, err)
		}
		stop()
		<-over
		r.follow("safe-0002")
		r.check(b.Safe(t.Context()))
		b.Leave()
		if orders, _ := filepath.Glob(filepath.Join(r.orders, "safe-*.json")); len(orders) != 1 {
			t.Errorf("nothing hangs, and there is another order: %v", orders)
		}
	})
}
