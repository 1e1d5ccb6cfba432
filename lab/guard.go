package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/elastrain/elastrain/network"
)

// FaultError says that a guarded bench has been made safe, or that this was
// tried, and does nothing more until it is reset.
type FaultError struct {
	Verb  string // during which it happened
	Cause error
	Safe  error // why the bench could not be made safe; nil when it is
}

func (e *FaultError) Error() string {
	text := fmt.Sprintf("fault during %s: %v", e.Verb, e.Cause)
	if e.Safe != nil {
		return text + fmt.Sprintf("; and the bench could not be made safe: %v", e.Safe)
	}
	return text + "; the bench is safe"
}

// Unwrap returns the causes.
func (e *FaultError) Unwrap() []error {
	if e.Safe != nil {
		return []error{e.Cause, e.Safe}
	}
	return []error{e.Cause}
}

// SilentError says that a bench did not answer in time.
type SilentError struct {
	After time.Duration
	Bench string // as its card names it; "" when there is no card yet
	Verb  string // what was asked
	Waits string // for what the bench waits, if it says so
}

func (e *SilentError) Error() string {
	name := "the bench"
	if e.Bench != "" {
		name += " " + e.Bench
	}
	if e.Waits != "" {
		name += ", which waits for " + e.Waits + ","
	}
	return fmt.Sprintf("%s did not answer %s within %v; see whether it has power, and whether its program still runs", name, e.Verb, e.After)
}

// UnsafeError says that nobody has confirmed that the lattice is unloaded.
type UnsafeError struct{ Cause error }

const unsure = "nobody has confirmed that the lattice is safe"

func (e *UnsafeError) Error() string {
	text := e.Cause.Error()
	if strings.Contains(text, unsure) {
		return text
	}
	return text + "; " + unsure + ": look, and take the loads off by hand"
}

// Unwrap returns the cause.
func (e *UnsafeError) Unwrap() error { return e.Cause }

// Patience is how long a Guard waits for an answer.
type Patience struct {
	Ping, Load, Measure, Stiffness, Safe time.Duration
	// Grace is how much longer a verb that was called off may take to come back
	// before Safe is called all the same.
	Grace time.Duration
}

// DefaultPatience suits a bench with actuators. One with a person needs hours
// for Load, Measure and Stiffness. A driver that is silent is ended by its
// client, which can say how the lattice was left; so the guard waits longer than
// a client that asks, asks for safe again, and ends the program (see driver.Options).
func DefaultPatience() Patience {
	return Patience{Ping: 20 * time.Second, Load: 90 * time.Second, Measure: 90 * time.Second, Stiffness: 10 * time.Minute, Safe: 40 * time.Second, Grace: time.Second}
}

// hurried is the longest wait for Safe of a guard in a hurry.
const hurried = 10 * time.Second

// Predictor tells the displacements (len nodes*Dim, m) that a load will cause, at
// the stiffness (len elements, N/m) the lattice is believed to have.
type Predictor func(k []float64, load []Force) ([]float64, error)

// Guard is a Bench around a Bench that lets nothing through beyond the limits.
// A command out of range is refused, never cut down, and the bench goes to
// fault: it is made safe and every further command fails until Reset. So it
// does when it is silent, fails, or when marks show that the lattice moves
// farther than it may.
type Guard struct {
	Patience Patience
	// Predict, when set, lets displacements and elongations be checked before a
	// load is hung; without it, when they are seen.
	Predict Predictor

	inner  Bench
	net    *network.Network // nil: displacements and elongations are not checked
	card   Card
	met    bool // card is known
	armed  bool
	limits Limits
	k      []float64 // stiffness set last; nil when not known
	fault  error
	hung   bool          // there was a load
	last   time.Time     // when it was hung
	clock  time.Duration // of a Waiter
	lastBy time.Duration // when it was hung, on that clock
	bare   bool          // no load hangs
	zero   *Frame        // the last look at the unloaded lattice
	looked bool          // fixed is known
	fixed  int           // marks of the frame

	mu     sync.Mutex // held by the verb that has the bench; Safe does not wait for it
	urgent context.Context
	hurry  context.CancelFunc
	unsafe error // of the last Safe
}

// NewGuard guards a bench that holds the given network (nil if it is not known).
// k is the stiffness it is known to have, nil if nobody knows: its first change
// cannot be checked against a greatest step then.
func NewGuard(inner Bench, net *network.Network, k []float64) *Guard {
	g := &Guard{inner: inner, net: net, k: slices.Clone(k), Patience: DefaultPatience()}
	g.urgent, g.hurry = context.WithCancel(context.Background())
	return g
}

// Fault is why the guard refuses commands; nil when it does not.
func (g *Guard) Fault() error { return g.fault }

// Reset ends a fault after a person has seen to its cause. The bench must be
// armed again.
func (g *Guard) Reset() { g.fault, g.armed, g.zero = nil, false, nil }

// answer runs one verb of the bench with a deadline. What a verb returns after
// it was given up on is dropped.
func answer[T any](ctx context.Context, g *Guard, verb string, patience time.Duration, do func(context.Context) (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done := make(chan result, 1)
	go func() {
		// It waits for a verb that was given up on but is still running.
		g.mu.Lock()
		defer g.mu.Unlock()
		var r result
		if r.err = limited.Err(); r.err == nil {
			r.value, r.err = do(limited)
		}
		done <- r
	}()
	var r result
	var waits string
	select {
	case r = <-done:
	case <-limited.Done():
		waits, _ = g.Waiting()
		grace := time.NewTimer(g.Patience.Grace)
		defer grace.Stop()
		select {
		case r = <-done:
		case <-grace.C:
			r.err = limited.Err()
		}
	}
	if r.err != nil && ctx.Err() == nil && limited.Err() != nil {
		r.err = g.silent(verb, patience, waits)
	}
	return r.value, r.err
}

// only is a verb that returns nothing but an error.
func only(verb func(context.Context) error) func(context.Context) (struct{}, error) {
	return func(ctx context.Context) (struct{}, error) { return struct{}{}, verb(ctx) }
}

// Fail makes the bench safe and remembers why.
func (g *Guard) Fail(verb string, cause error) error {
	if g.fault != nil {
		return g.fault
	}
	f := &FaultError{Verb: verb, Cause: cause}
	f.Safe = g.safe(context.Background())
	g.fault = f
	return f
}

// safe calls Safe of the bench even while another verb does not come back. A
// guard in a hurry does not ask twice a bench that was silent.
func (g *Guard) safe(ctx context.Context) error {
	g.armed, g.zero = false, nil
	if g.urgent.Err() != nil && g.unsafe != nil {
		return g.unsafe
	}
	patience := g.Patience.Safe
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	soon := make(chan struct{})
	defer context.AfterFunc(g.urgent, func() { time.AfterFunc(hurried, func() { close(soon) }) })()
	done := make(chan error, 1)
	go func() { done <- g.inner.Safe(limited) }()
	var err error
	select {
	case err = <-done:
	case <-soon:
		err = g.silent("Safe", hurried, "")
	case <-limited.Done():
		err = g.silent("Safe", patience, "")
	}
	if err != nil {
		err = &UnsafeError{err}
	}
	g.unsafe = err
	return err
}

func (g *Guard) silent(verb string, after time.Duration, waits string) error {
	if waits == "" {
		waits, _ = g.Waiting()
	}
	return &SilentError{After: after, Bench: g.card.Name, Verb: verb, Waits: waits}
}

// Hurry is for a program that is told to end: from now on no Safe is waited for
// longer than ten seconds. It may be called from any goroutine.
func (g *Guard) Hurry() { g.hurry() }

// Waiting is what the bench waits for, and since when, if it is one that waits for
// people or programs. It may be called from any goroutine.
func (g *Guard) Waiting() (what string, since time.Time) { return Waiting(g.inner) }

// Leave orders the bench to be safe, if it is one that outlives the program, and waits
// for nothing. It may be called from any goroutine.
func (g *Guard) Leave() { Leave(g.inner) }

// admit refuses what comes during a fault or before Arm.
func (g *Guard) admit(verb string, armed bool) error {
	if g.fault != nil {
		return g.fault
	}
	if armed && !g.armed {
		return refuse(verb, "the bench is not armed")
	}
	return nil
}

// Hello implements Bench.
func (g *Guard) Hello(ctx context.Context) (Card, error) {
	if g.met {
		return g.card, nil
	}
	card, err := answer(ctx, g, "Hello", g.Patience.Load, g.inner.Hello)
	if err == nil && g.net != nil {
		err = card.Fits(g.net)
	}
	if err != nil {
		return Card{}, err
	}
	g.card, g.met = card, true
	return card, nil
}

// Arm implements Bench.
func (g *Guard) Arm(ctx context.Context, limits Limits) error {
	if err := g.admit("Arm", false); err != nil {
		return err
	}
	card, err := g.Hello(ctx)
	if err != nil {
		return err
	}
	if limits, err = card.Narrowed(limits); err != nil {
		return err // nothing can move yet, so there is nothing to make safe
	}
	if _, err := answer(ctx, g, "Arm", g.Patience.Load, only(func(ctx context.Context) error { return g.inner.Arm(ctx, limits) })); err != nil {
		return g.Fail("Arm", err)
	}
	g.limits, g.armed, g.bare = limits, true, false
	return nil
}

// Limits are those the bench is armed with.
func (g *Guard) Limits() Limits { return g.limits }

// Load implements Bench.
func (g *Guard) Load(ctx context.Context, load []Force) (time.Duration, error) {
	if err := g.admit("Load", true); err != nil {
		return 0, err
	}
	if err := g.checkLoad(g.k, load); err != nil {
		return 0, g.Fail("Load", err)
	}
	return g.apply("Load", len(load) == 0, func() (time.Duration, error) {
		return answer(ctx, g, "Load", g.Patience.Load, func(ctx context.Context) (time.Duration, error) { return g.inner.Load(ctx, load) })
	})
}

// apply hangs what was checked, not too early.
func (g *Guard) apply(verb string, bare bool, do func() (time.Duration, error)) (time.Duration, error) {
	if wait := g.untilReady(); wait > 0 {
		return 0, g.Fail(verb, refuse(verb, "it comes %v too early for %.3g loads a second", wait, g.limits.Rate))
	}
	g.bare = false
	applied, err := do()
	g.clock = max(g.clock, applied)
	g.hung, g.last, g.lastBy = true, time.Now(), g.clock // it may hang even where the bench says it failed
	if err != nil {
		return 0, g.Fail(verb, err)
	}
	g.bare = bare
	return applied, nil
}

// untilReady is how long the next load must still wait.
func (g *Guard) untilReady() time.Duration {
	if g.limits.Rate <= 0 || !g.hung {
		return 0
	}
	// By the limits of now: it may have been armed anew since the last load.
	pause := time.Duration(math.Ceil(float64(time.Second) / g.limits.Rate))
	if _, own := g.inner.(Waiter); own {
		return g.lastBy + pause - g.clock
	}
	return time.Until(g.last.Add(pause))
}

// Ready waits until the next load may come.
func (g *Guard) Ready(ctx context.Context) error {
	if wait := g.untilReady(); wait > 0 {
		return g.Wait(ctx, wait)
	}
	return ctx.Err()
}

// Wait lets time pass: on the clock of a Waiter, or in the room.
func (g *Guard) Wait(ctx context.Context, d time.Duration) error {
	if w, own := g.inner.(Waiter); own {
		err := w.Wait(ctx, d)
		if err == nil {
			g.clock += d
		}
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Measure implements Bench.
func (g *Guard) Measure(ctx context.Context, repeats int) ([]Frame, error) {
	if err := g.admit("Measure", true); err != nil {
		return nil, err
	}
	frames, err := answer(ctx, g, "Measure", g.Patience.Measure, func(ctx context.Context) ([]Frame, error) { return g.inner.Measure(ctx, repeats) })
	if err == nil {
		err = g.seen(frames)
	}
	if err != nil {
		return nil, g.Fail("Measure", err)
	}
	return frames, nil
}

// SetStiffness implements Bench.
func (g *Guard) SetStiffness(ctx context.Context, k []float64) error {
	if err := g.admit("SetStiffness", true); err != nil {
		return err
	}
	if err := g.card.CheckStiffness(g.limits, g.k, k); err != nil {
		return g.Fail("SetStiffness", err)
	}
	if _, err := answer(ctx, g, "SetStiffness", g.Patience.Stiffness, only(func(ctx context.Context) error { return g.inner.SetStiffness(ctx, k) })); err != nil {
		return g.Fail("SetStiffness", err)
	}
	g.k, g.zero = slices.Clone(k), nil
	return nil
}

// Safe implements Bench. It works during a fault too.
func (g *Guard) Safe(ctx context.Context) error { return g.safe(ctx) }

// Ping implements Bench: a bench that does not answer goes to fault.
func (g *Guard) Ping(ctx context.Context) error {
	if err := g.admit("Ping", false); err != nil {
		return err
	}
	if _, err := answer(ctx, g, "Ping", g.Patience.Ping, only(g.inner.Ping)); err != nil {
		return g.Fail("Ping", err)
	}
	return nil
}

// Watch pings the bench every so often while nothing else is asked of it, until
// the context ends or the bench fails. It belongs to the goroutine that uses
// the bench: call it while waiting for a person.
func (g *Guard) Watch(ctx context.Context, every time.Duration) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := g.Ping(ctx); err != nil {
				if ctx.Err() != nil && !errors.As(err, new(*SilentError)) {
					return nil
				}
				return err
			}
		}
	}
}
