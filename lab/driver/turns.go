package driver

import (
	"context"
	"sync"
	"time"
)

// Turns gives a bench to one verb at a time, and lets Safe call off the verb that
// has it: see lab.Bench. The zero value is ready.
type Turns struct {
	turn sync.Mutex // held by the verb that has the bench

	mu    sync.Mutex // for what follows
	off   context.CancelCauseFunc
	safes int // that have the bench or wait for it
}

// Take waits for the turn of a verb. Its context ends when Safe comes; context.Cause
// says so. Call done when the verb is over.
func (t *Turns) Take(ctx context.Context) (limited context.Context, done func()) {
	t.turn.Lock()
	return t.taken(ctx)
}

// try is Take where nobody has the bench.
func (t *Turns) try(ctx context.Context) (limited context.Context, done func(), ok bool) {
	if !t.turn.TryLock() {
		return nil, nil, false
	}
	limited, done = t.taken(ctx)
	return limited, done, true
}

func (t *Turns) taken(ctx context.Context) (context.Context, func()) {
	limited, cancel := context.WithCancelCause(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.off = cancel
	if t.safes > 0 {
		cancel(errSafe)
	}
	return limited, func() {
		t.mu.Lock()
		t.off = nil
		t.mu.Unlock()
		cancel(nil)
		t.turn.Unlock()
	}
}

// Safe calls off the verb that has the bench, and those that wait for it, and takes it.
func (t *Turns) Safe() (done func()) {
	t.mu.Lock()
	t.safes++
	if t.off != nil {
		t.off(errSafe)
	}
	t.mu.Unlock()
	t.turn.Lock()
	return func() {
		t.mu.Lock()
		t.safes--
		t.mu.Unlock()
		t.turn.Unlock()
	}
}

// errSafe is the cause of a verb that Safe called off.
var errSafe = refuse(Interrupted, "it was called off: the bench is made safe")

// Wait is what a bench waits for; see lab.Attendant. The zero value waits for nothing.
type Wait struct {
	mu    sync.Mutex
	what  string
	since time.Time
}

// For says what is waited for until done is called.
func (w *Wait) For(what string) (done func()) {
	w.set(what, time.Now())
	return func() { w.set("", time.Time{}) }
}

func (w *Wait) set(what string, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.what, w.since = what, since
}

// Waiting implements lab.Attendant.
func (w *Wait) Waiting() (what string, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.what, w.since
}
