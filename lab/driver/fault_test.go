package driver

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// provoke goes through the verbs up to the one that fails.
func provoke(b lab.Bench) error {
	ctx := context.Background()
	if _, err := b.Hello(ctx); err != nil {
		return err
	}
	if err := b.Arm(ctx, lab.Limits{}); err != nil {
		return err
	}
	for range 2 {
		if _, err := b.Load(ctx, []lab.Force{{Node: 2, F: [3]float64{0, -0.3}}}); err != nil {
			return err
		}
	}
	_, err := b.Measure(ctx, 2)
	return err
}

// endsIn checks that a bench is at fault, and stays so.
func endsIn(t *testing.T, b lab.Bench, err error, verb string, kind Kind, safe Safety, says string) {
	t.Helper()
	var f *Fault
	if !errors.As(err, &f) {
		t.Fatalf("%v (%T) is no fault", err, err)
	}
	if f.Kind != kind || f.Verb != verb || f.Safe != safe || !strings.Contains(f.Error(), says) || !strings.Contains(f.Error(), string(safe)) {
		t.Errorf("%s fault in %s, %s:\n  %v\nwant a %s fault in %s, %s, that says %q", f.Kind, f.Verb, f.Safe, f, kind, verb, safe, says)
	}
	ctx := context.Background()
	if again := b.Ping(ctx); !errors.Is(again, err) {
		t.Errorf("after the fault ping says %v", again)
	}
	if _, again := b.Hello(ctx); !errors.Is(again, err) {
		t.Errorf("after the fault hello says %v", again)
	}
	if again := b.Safe(ctx); (again == nil) != (safe != Unknown) {
		t.Errorf("after the fault, %s, safe says %v", safe, again)
	}
}

func TestEveryFailureEndsSafe(t *testing.T) {
	for _, f := range failures {
		t.Run(f.mode, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if f.mode == "deaf" {
					t.Skip("nothing can end a goroutine that never wakes; see the test with processes")
				}
				b := newTwoBars()
				l, ended := inMemory(func(r io.Reader, w io.Writer) {
					s := &saboteur{w: w, mode: f.mode, late: 63 * time.Second}
					s.die = func() {
						_ = w.(io.Closer).Close()
						_ = r.(io.Closer).Close()
						runtime.Goexit()
					}
					// What a process that dies leaves undone is not the matter here.
					defer func() { _ = b.Safe(context.Background()) }()
					_ = Serve(b, r, s)
				})
				if f.kind == Gone {
					l.End = func(time.Duration) (string, bool) { return "exit status 3", false }
				}
				c := Connect(l, Options{})
				endsIn(t, c, provoke(c), f.verb, f.kind, f.safe, f.says)
				if f.kind == Gone {
					return
				}
				<-ended
				if b.safe == 0 || b.f != [3]float64{} {
					t.Errorf("made safe %d times, load %v", b.safe, b.f)
				}
			})
		})
	}
}

// Nothing is wrong with a lattice whose bench says no.
func TestErrorsCrossTheWire(t *testing.T) {
	b := newTwoBars()
	c := overWire(t, b, Options{})
	if err := c.Arm(t.Context(), lab.Limits{}); err != nil {
		t.Fatal(err)
	}
	b.breaks(errors.New("the magnet is hot"))
	_, err := c.Load(t.Context(), nil)
	if !errors.Is(err, &Error{Code: Failed}) || err.Error() != "test driver, asked to load: the magnet is hot" {
		t.Errorf("load: %v", err)
	}
	b.breaks(refuse(Stopped, "no more weights"))
	if err := c.Ping(t.Context()); !errors.Is(err, &Error{Code: Stopped}) || err.Error() != "test driver, asked to ping: no more weights" {
		t.Errorf("ping: %v", err)
	}
	b.breaks(nil)
	b.mu.Lock()
	b.blink = true
	b.mu.Unlock()
	frames, err := c.Measure(t.Context(), 1)
	if err != nil || frames[0].Nodes[1].Seen || !frames[0].Nodes[2].Seen {
		t.Errorf("a node that was not seen: %v, %v", frames, err)
	}
}

// patient waits in measure until it is told to stop.
type patient struct{ *twoBars }

func (p patient) Measure(ctx context.Context, _ int) ([]lab.Frame, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestSafeInterruptsAVerb(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := patient{newTwoBars()}
		c := overWire(t, b, Options{})
		if err := c.Arm(t.Context(), lab.Limits{}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		if _, err := c.Measure(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("measure: %v", err)
		}
		if err := c.Safe(ctx); err != nil || b.safe != 1 {
			t.Errorf("safe: %v, %d times", err, b.safe)
		}
		if d := time.Since(start); d != 10*time.Second {
			t.Errorf("it took %v", d)
		}
		if err := c.Ping(t.Context()); err != nil {
			t.Errorf("the answer to measure came late, and ping says %v", err)
		}
	})
}

// While the host lives its pings keep the watchdog quiet; when it is stopped
// the driver makes the lattice safe and says so later.
func TestWatchdog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTwoBars()
		c := overWire(t, b, Options{})
		if err := c.Arm(t.Context(), lab.Limits{}); err != nil {
			t.Fatal(err)
		}
		push := []lab.Force{{Node: 2, F: [3]float64{0.1}}}
		if _, err := c.Load(t.Context(), push); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if b.safe != 0 || b.f == [3]float64{} {
			t.Fatal("the watchdog bit though the host was well")
		}
		c.turns.turn.Lock() // a host that hangs sends no pings
		time.Sleep(5*time.Second + time.Millisecond)
		synctest.Wait()
		if b.safe != 1 || b.f != [3]float64{} {
			t.Errorf("made safe %d times, load %v", b.safe, b.f)
		}
		c.turns.turn.Unlock()
		_, err := c.Load(t.Context(), push)
		if !errors.Is(err, &Error{Code: NotArmed}) || !strings.Contains(err.Error(), "the host was silent for 5s") {
			t.Errorf("load after the watchdog: %v", err)
		}
	})
}

// A driver that dies between two verbs is found by the pings.
func TestIdleDriverDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newTwoBars()
		l, _ := inMemory(func(r io.Reader, w io.Writer) { _ = Serve(b, r, w) })
		c := Connect(l, Options{})
		if _, err := c.Hello(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = l.R.(io.Closer).Close()
		time.Sleep(6 * time.Second)
		c.turns.turn.Lock()
		f := c.fault
		c.turns.turn.Unlock()
		if f == nil || f.Kind != Gone || f.Verb != Ping {
			t.Errorf("fault %v", f)
		}
	})
}

func TestTheEndOfTheInputMakesSafe(t *testing.T) {
	b := newTwoBars()
	lines := `{"id":1,"verb":"hello","protocol":1}
{"id":2,"verb":"arm","limits":{}}
{"id":3,"verb":"load","forces":[{"node":3,"f":[0,-0.3]}]}
`
	in, host := io.Pipe()
	answered := make(chan int)
	var out strings.Builder
	go func() {
		for _, line := range strings.SplitAfter(lines, "\n") {
			_, _ = io.WriteString(host, line)
			if line != "" {
				<-answered
			}
		}
		_ = host.Close()
	}()
	if err := Serve(b, in, writer(func(text []byte) (int, error) {
		answered <- 1
		return out.Write(text)
	})); err != nil {
		t.Fatal(err)
	}
	if b.safe != 1 || b.f != [3]float64{} {
		t.Errorf("made safe %d times, load %v", b.safe, b.f)
	}
	if n := strings.Count(out.String(), "\n"); n != 3 || !strings.Contains(out.String(), `"applied"`) {
		t.Errorf("%d answers:\n%s", n, out.String())
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(text []byte) (int, error) { return w(text) }
