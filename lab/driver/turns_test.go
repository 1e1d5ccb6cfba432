package driver

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Safe calls off the verb that is under way, and a verb after it has its turn.
func TestTurns(t *testing.T) {
	var turns Turns
	began, over := make(chan struct{}), make(chan error)
	go func() {
		ctx, done := turns.Take(context.Background())
		close(began)
		<-ctx.Done()
		done()
		over <- context.Cause(ctx)
	}()
	<-began
	if _, _, free := turns.try(t.Context()); free {
		t.Error("two verbs have the bench")
	}
	done := turns.Safe()
	if err := <-over; !errors.Is(err, &Error{Code: Interrupted}) {
		t.Errorf("the verb under way: %v", err)
	}
	done()
	ctx, end := turns.Take(context.Background())
	if ctx.Err() != nil {
		t.Error("a verb after Safe is called off")
	}
	end()
}

// Safe comes beside a measurement that would last an hour.
func TestSafeBesideAVerb(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := patient{newTwoBars()}
		c := overWire(t, b, Options{Answer: time.Hour})
		if err := c.Arm(t.Context(), lab.Limits{}); err != nil {
			t.Fatal(err)
		}
		over := make(chan error, 1)
		go func() {
			_, err := c.Measure(context.Background(), 1)
			over <- err
		}()
		time.Sleep(time.Minute)
		if what, since := c.Waiting(); what != "the answer of test driver to measure" || time.Since(since) != time.Minute {
			t.Errorf("it waits for %q since %v", what, since)
		}
		if err := c.Safe(t.Context()); err != nil || b.safe != 1 {
			t.Errorf("safe: %v, %d times", err, b.safe)
		}
		if err := <-over; !errors.Is(err, &Error{Code: Interrupted}) {
			t.Errorf("measure: %v", err)
		}
		if what, _ := c.Waiting(); what != "" {
			t.Errorf("it waits for %q", what)
		}
		if err := c.Ping(t.Context()); err != nil {
			t.Errorf("the answer to measure came late, and ping says %v", err)
		}
	})
}

// ignoring is a link to a driver that never hears of safe, and has to be killed.
func ignoring(b lab.Bench) Link {
	l, _ := inMemory(func(r io.Reader, w io.Writer) {
		heard, rest := io.Pipe()
		go func() {
			for in := bufio.NewReader(r); ; {
				line, err := in.ReadString('\n')
				if !strings.Contains(line, `"safe"`) {
					_, _ = io.WriteString(rest, line)
				}
				if err != nil {
					_ = rest.Close()
					return
				}
			}
		}()
		_ = Serve(b, heard, w)
	})
	l.Name, l.End = "python3 rig.py", func(time.Duration) (string, bool) { return "killed", false }
	return l
}

// The guard waits longer than the client of a driver, so that the error names the
// driver and the verb and says what is known of the lattice.
func TestGuardWaitsForItsClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Connect(ignoring(newTwoBars()), Options{})
		g := lab.NewGuard(c, nil, nil)
		if err := g.Arm(t.Context(), lab.Limits{}); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Load(t.Context(), []lab.Force{{Node: 2, F: [3]float64{0.1}}}); err != nil {
			t.Fatal(err)
		}
		err := g.Safe(t.Context())
		var f *Fault
		if !errors.As(err, &f) || f.Verb != Safe || f.Safe != Unknown || !strings.Contains(err.Error(), "python3 rig.py: safe: no answer within 5s; "+string(Unknown)) {
			t.Errorf("a driver that ignores safe: %v", err)
		}
		_, err = g.Load(t.Context(), nil)
		if err == nil {
			t.Error("a load after that")
		}
		p, o := lab.DefaultPatience(), Options{}.withDefaults()
		ends := 2*o.Grace + o.Safe // asked once more, the program is ended, its pipes are closed
		if p.Safe < o.Safe+2*ends || p.Ping < o.Ping+ends || p.Load < o.Answer+ends || p.Measure < o.Answer+ends || p.Stiffness < o.Answer+ends {
			t.Errorf("a guard with %+v is more impatient than a client with %+v", p, o)
		}
	})
}
