package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/lab"
	labsession "github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run/insitu"
)

// live is a session that this process runs, or has run last in its directory.
type live struct {
	host *Host
	page *page

	mu         sync.Mutex
	id         string // of the directory, from the folder of the studio
	spec       string // the experiment file
	lab        *insitu.Lab
	session    *labsession.Session
	phase      string // opening, running, pausing, stopping, over
	pace       pace
	fault      error          // why it is over, but for a pause
	why        string         // why it is over, in words
	result     *insitu.Result // of a session that has ended
	notes      []string
	interrupts int
	then       *ending // what is asked for when it is over
	sight      sight   // what theory says of photographs
	request    insitu.Request

	ready chan struct{} // closed when it is open, or could not be opened
	over  chan struct{} // closed when it is over
}

// ending is how a session is to be ended for good.
type ending struct{ status, reason string }

// run opens the session, trains, and leaves the bench safe.
func (l *live) run(ctx context.Context) {
	defer close(l.over)
	q := l.request
	q.Options.Person = l.page
	q.Phase = func(t *insitu.Training) { l.measured(t) }
	q.Step = func(_ *insitu.Training, s labsession.StepEvent) {
		l.sight.set(s.Stiffness)
		l.host.changed(l.name())
	}
	t, err := insitu.Open(ctx, q)
	if err != nil {
		l.end(nil, err)
		close(l.ready)
		return
	}
	var p pace
	if t.Session != nil {
		p.begin(t)
		l.sight.set(t.Session.Stiffness())
	}
	l.mu.Lock()
	l.id, l.lab, l.session, l.notes, l.pace = l.host.idOf(t.Dir), t.Lab, t.Session, t.Notes, p
	if t.Session != nil {
		l.phase = "running"
	}
	id := l.id
	l.mu.Unlock()
	l.host.enter(id, l)
	close(l.ready)
	result, err := t.Train(ctx)
	if closed := t.Close(context.WithoutCancel(ctx)); err == nil {
		err = closed
	}
	l.mu.Lock()
	then := l.then
	l.session = nil
	l.mu.Unlock()
	if then != nil && result == nil {
		if ended := insitu.End(atomicfile.OS{}, t.Dir, then.status, then.reason); ended != nil {
			err = errors.Join(err, ended)
		}
	}
	l.end(result, err)
}

// end notes how it came to its end.
func (l *live) end(result *insitu.Result, err error) {
	l.mu.Lock()
	l.phase, l.result = "over", result
	var paused *labsession.PausedError
	var unsafe *lab.UnsafeError
	switch {
	case l.then != nil && result == nil && errors.As(err, &paused):
		l.why = map[string]string{"success": "ended as it is", "abort": "given up"}[l.then.status] + ": " + l.then.reason
	case errors.As(err, &paused):
		l.why = paused.Error()
	case err != nil:
		l.why, l.fault = err.Error(), err
	case result != nil:
		l.why = result.Why
	}
	if errors.As(err, &unsafe) {
		l.fault = err
	}
	l.mu.Unlock()
	l.page.leave(errGone)
	l.host.changed(l.name())
}

// measured is told of a load that was measured.
func (l *live) measured(t *insitu.Training) {
	l.mu.Lock()
	l.pace.load(t)
	l.mu.Unlock()
	l.host.changed(l.name())
}

// opened is closed when the session is open, or could not be opened.
func (l *live) opened() <-chan struct{} { return l.ready }

// failed is why it could not be opened.
func (l *live) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fault
}

func (l *live) name() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.id
}

// running reports whether the session has the bench.
func (l *live) running() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.phase != "over"
}

// pause ends the session when the load that hangs is measured.
func (l *live) pause() error { return l.interrupt(1, nil) }

// safe ends it at once, with all loads off.
func (l *live) safe(then *ending) error { return l.interrupt(2, then) }

// interrupt sees that the session has been interrupted so many times, however often it is called.
func (l *live) interrupt(times int, then *ending) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.phase == "over":
		return nil
	case l.session == nil:
		return &refusal{http.StatusConflict, "the session is being opened", "wait a moment"}
	}
	if then != nil {
		l.then = then
	}
	for l.interrupts < times {
		l.session.Interrupt()
		l.interrupts++
	}
	l.phase = "pausing"
	if l.interrupts > 1 {
		l.phase = "stopping"
	}
	return nil
}

// leave is for a server that ends: the load that hangs may be measured for so long, then the bench is made safe as far as
// a program can, and a card is left for the person.
func (l *live) leave(patience time.Duration) error {
	l.mu.Lock()
	session := l.session
	l.mu.Unlock()
	if session == nil {
		return nil
	}
	guard := session.Guard()
	guard.Hurry()
	_ = l.pause() // a session that is over needs none
	select {
	case <-l.over:
	case <-time.After(patience):
		guard.Leave()
		l.page.leave(errGone)
		_ = l.safe(nil) // likewise
		<-l.over
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fault != nil {
		return fmt.Errorf("the session in %s: %w", filepath.FromSlash(l.id), l.fault)
	}
	return nil
}

// pace counts loads, for the time that is left.
type pace struct {
	began             time.Time
	loads, total      int // that this process has measured, and will at most
	each, exam, steps int // loads of a step, and of the look at the end; steps that are asked for
	step, due         int // of the load that is due: from 0, and from 1
}

func (p *pace) begin(t *insitu.Training) {
	log := t.Session.Log()
	p.began, p.each, p.exam, p.steps = time.Now(), t.Lab.Loads(), t.Lab.Estimator().Inputs(), t.Lab.Spec.Steps
	p.total = max(0, p.each*max(0, p.steps-len(log.Steps))+p.exam-t.Session.Resumed().Reusable)
	p.step, p.due = len(log.Steps), 1+t.Session.Resumed().Reusable
}

// load is told of a load before the journal has it; one that is hung in pieces counts once.
func (p *pace) load(t *insitu.Training) {
	log := t.Session.Log()
	done := 2 // the one that was measured just now, and the one that is due
	for i := len(log.Phases) - 1; i >= 0 && log.Phases[i].Step == len(log.Steps); i-- {
		if last := &log.Phases[i]; last.Used && last.Shot == 0 {
			done++
		}
	}
	if n := len(log.Phases); n > 0 {
		if last := &log.Phases[n-1]; last.Step == len(log.Steps) && last.Used && last.Shot+1 < last.Shots {
			done--
			p.loads--
		}
	}
	p.loads++
	p.step, p.due = len(log.Steps), done
	if of := p.of(); done > of && p.step < p.steps {
		p.step, p.due = p.step+1, 1
	} else {
		p.due = min(done, of)
	}
}

// of is how many loads the present step has.
func (p *pace) of() int {
	if p.step >= p.steps {
		return max(p.exam, 1)
	}
	return max(p.each, 1)
}

// left is how many loads are to go at most, and how long they take at the pace so far; 0 where there is none yet.
func (p *pace) left() (loads int, d time.Duration) {
	loads = max(0, p.total-p.loads)
	if p.loads > 0 {
		d = time.Duration(float64(time.Since(p.began)) / float64(p.loads) * float64(loads))
	}
	return loads, d
}
