package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/elastrain/elastrain/run"
)

// Ending is how a command ends when a person (Ctrl-C) or the system (SIGTERM, SIGUSR1
// with which a queue says that the time is nearly over, and SIGHUP when its terminal is
// gone) wants it to.
//
// A command that has nothing to save ends at once. One that holds something is
// told by its context, saves, and ends; a second signal ends it at once. One that
// moves a lattice leaves it safe first, and whatever ends it, Leave is called.
type Ending struct {
	ctx    context.Context
	cancel context.CancelFunc
	err    io.Writer
	exit   func(code int)
	closed chan struct{}
	stop   func()

	mu         sync.Mutex // for what follows
	holds      int
	goesOn     bool // the same command, given again, goes on
	moving     *Moving
	first      os.Signal // the first that came, or that came after a warning
	came       time.Time // when
	interrupts int
	terminated bool
	person     bool // the last that counted was Ctrl-C
}

// Moving is a command that moves a lattice. Its functions are called from other
// goroutines; each may be nil.
type Moving struct {
	// Interrupt is told of Ctrl-C, the first, second and third time. Nil: the
	// context ends.
	Interrupt func(times int)
	// Terminate is told once that the system wants the end. Nil: the context ends.
	Terminate func()
	// Waiting is what the bench waits for, and since when.
	Waiting func() (what string, since time.Time)
	// Leave orders safety and waits for nothing. It is called before the program
	// ends without waiting for anybody.
	Leave func()
}

const (
	// mostInterrupts is the Ctrl-C after which the program ends all the same.
	mostInterrupts = 3
	// together is how far apart signals of the system are that mean one thing: one that
	// shuts down sends SIGTERM and SIGHUP, and a queue sends SIGTERM to a script and to what
	// runs in it, to which the script hands it on.
	together = time.Second
	// leaving is the longest that a program that must end now waits for Leave.
	leaving = 2 * time.Second
)

// NewEnding heeds signals until Close. With writes, a reader of stdout or stderr that
// has ended does not end the program: writing to it fails from then on.
func NewEnding(err io.Writer, writes bool) *Ending {
	e := &Ending{err: err, exit: os.Exit}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	heeded := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		heeded = append(heeded, syscall.SIGHUP)
	}
	heeded = append(heeded, warnings...) // a script that must not die of them ignores them, and its children inherit that
	c := make(chan os.Signal, 4)
	signal.Notify(c, heeded...)
	quit := make(chan os.Signal, 1)
	signal.Notify(quit, syscall.SIGQUIT)
	pipes := make(chan os.Signal, 1)
	if writes {
		signal.Notify(pipes, syscall.SIGPIPE)
	}
	e.closed = make(chan struct{})
	e.stop = func() {
		for _, c := range []chan os.Signal{c, quit, pipes} {
			signal.Stop(c)
		}
		close(e.closed)
		e.cancel()
	}
	go func() {
		for {
			select {
			case <-e.closed:
				return
			case s := <-c:
				e.heed(s)
			case <-quit: // its stacks are wanted; the lattice first
				e.leave()
				signal.Reset(syscall.SIGQUIT)
				if p, err := os.FindProcess(os.Getpid()); err != nil || p.Signal(syscall.SIGQUIT) != nil {
					e.exit(Interrupted)
				}
			}
		}
	}()
	return e
}

// Close heeds signals no longer.
func (e *Ending) Close() { e.stop() }

// Context ends when a command that holds or moves something is to end.
func (e *Ending) Context() context.Context { return e.ctx }

// Person reports whether Ctrl-C was what ended the command.
func (e *Ending) Person() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.person
}

// Hold says that there is something to save from now on until release: the context
// says when.
func (e *Ending) Hold() (release func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.holds++
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.holds--
	}
}

// GoesOn says that the command, given again, goes on from what is kept, so that the system
// ends it with the code Stopped, whatever it does.
func (e *Ending) GoesOn() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.goesOn = true
}

// Move says that a lattice may move from now on until Still.
func (e *Ending) Move(m *Moving) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.moving = m
}

// Still says that nothing moves any more.
func (e *Ending) Still() { e.Move(nil) }

// heed does what a signal asks for.
func (e *Ending) heed(s os.Signal) {
	e.mu.Lock()
	defer e.mu.Unlock()
	person, now, once := s == os.Interrupt, time.Now(), e.first == nil
	switch {
	case once:
		e.first, e.came = s, now
	case s == syscall.SIGHUP, isWarning(s), !person && now.Sub(e.came) < together:
		return // it says again that the terminal, the time or the system goes
	case !person && isWarning(e.first):
		e.first, e.came = s, now // what the warning began is under way
		return
	}
	e.person = person
	m := e.moving
	if m != nil {
		e.say(s, m)
	}
	switch {
	case m != nil && person && m.Interrupt != nil && e.interrupts < mostInterrupts:
		e.interrupts++
		go m.Interrupt(e.interrupts)
	case m != nil && !person && m.Terminate != nil && !e.terminated:
		e.terminated = true
		go m.Terminate()
	case (m != nil && m.Interrupt == nil || e.holds > 0) && e.ctx.Err() == nil:
		e.cancel()
	case e.goesOn && !person && once:
		fmt.Fprintln(e.err, "stopped; nothing is lost, and the same command goes on")
		e.exit(Stopped)
	default:
		e.unlockedLeave(m)
		e.exit(Interrupted)
	}
}

// say says which signal came while something moves, and what the bench waits for. It must not wait for a terminal that
// does not read.
func (e *Ending) say(s os.Signal, m *Moving) {
	waits := ""
	if m.Waiting != nil {
		if what, since := m.Waiting(); what != "" {
			waits = fmt.Sprintf(": the bench waits for %s since %s (%s)", what, since.Format(time.TimeOnly), time.Since(since).Round(time.Second))
		}
	}
	if waits != "" || s != os.Interrupt { // a person knows what was pressed
		go fmt.Fprintf(e.err, "%s%s\n", signalName(s), waits)
	}
}

func signalName(s os.Signal) string {
	switch {
	case s == os.Interrupt:
		return "Ctrl-C"
	case s == syscall.SIGHUP:
		return "the terminal is gone"
	case isWarning(s):
		return "the time is nearly over"
	}
	return "told to end"
}

func isWarning(s os.Signal) bool { return slices.Contains(warnings, s) }

func (e *Ending) leave() {
	e.mu.Lock()
	m := e.moving
	e.mu.Unlock()
	e.unlockedLeave(m)
}

func (*Ending) unlockedLeave(m *Moving) {
	if m == nil || m.Leave == nil {
		return
	}
	done := make(chan struct{})
	go func() { defer close(done); m.Leave() }()
	select {
	case <-done:
	case <-time.After(leaving):
	}
}

// StoppedError is a command that was told to end, kept nothing, and left all well.
type StoppedError struct{ Text string }

func (e *StoppedError) Error() string { return e.Text }

// Unwrap makes it what a context that has ended says.
func (*StoppedError) Unwrap() error { return context.Canceled }

// GoesOnError is a command that was told to end and keeps what it has done.
type GoesOnError struct{ With string } // what is done next, such as " with the trials that are missing"

func (e *GoesOnError) Error() string { return "stopped; the same command goes on" + e.With }

// Unwrap makes it what a run that has stopped says.
func (*GoesOnError) Unwrap() error { return run.ErrStopped }

// Lasting drops what cannot be written. A terminal that is gone, or a reader that
// has ended, must not end what is under way.
type Lasting struct{ io.Writer }

// Write implements io.Writer and never fails.
func (l Lasting) Write(b []byte) (int, error) {
	_, _ = l.Writer.Write(b)
	return len(b), nil
}
