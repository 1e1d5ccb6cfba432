package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/events"
)

// Sink is told the records of one log.
type Sink interface {
	// Name says in a few words where it all goes.
	Name() string
	// Take is told records, the head of the log first, each once and in order. After an
	// error it is told the same records again.
	Take(ctx context.Context, records []events.Record) error
}

// Error says which sink did not take what it was told, and why.
type Error struct {
	Sink string
	Err  error
}

func (e *Error) Error() string { return e.Sink + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Feed hands the records of a log to sinks while it grows.
type Feed struct {
	// Note is told what goes wrong at one of them, once in a row of failures, and when it
	// goes on; nil: nobody is.
	Note func(string)

	tail  *events.Tail
	sinks []*waiting
}

// waiting is a sink with what it has not taken yet.
type waiting struct {
	Sink
	records []events.Record
	failed  error
	pause   time.Duration
	next    time.Time // no earlier than this is it tried again
}

// NewFeed reads the log of a directory for sinks, from its beginning.
func NewFeed(fsys atomicfile.FS, dir string, sinks ...Sink) *Feed {
	f := &Feed{tail: events.NewTail(fsys, dir)}
	for _, s := range sinks {
		f.sinks = append(f.sinks, &waiting{Sink: s})
	}
	return f
}

// Every is how often a log is looked at, and the first pause after a failure; pauses
// double up to Longest.
const (
	Every   = time.Second
	Longest = time.Minute
)

// Deliver looks at the log once and hands on what there is.
//
// Errors: the log is damaged, or the first of what sinks could not take; that waits
// for the next time.
func (f *Feed) Deliver(ctx context.Context) error {
	records, err := f.tail.New()
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	for _, s := range f.sinks {
		s.records = append(s.records, records...)
		if s.failed = s.deliver(ctx); s.failed != nil && err == nil {
			err = &Error{s.Name(), s.failed}
		}
	}
	return err
}

// deliver hands on what waits.
func (s *waiting) deliver(ctx context.Context) error {
	if len(s.records) == 0 {
		return nil
	}
	if err := s.Take(ctx, s.records); err != nil {
		return err
	}
	s.records = nil
	return nil
}

// Run delivers until stop is closed, and then once more. What a sink does not take
// is kept for it and tried again, ever more rarely; a training never waits for it.
//
// Errors: of the last delivery, which is tried for at most ten seconds; ctx ends it
// at once.
func (f *Feed) Run(ctx context.Context, stop <-chan struct{}) error {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			last, cancel := context.WithTimeout(ctx, 10*time.Second)
			defer cancel()
			return f.Deliver(last)
		case <-ctx.Done():
			return ctx.Err()
		case now := <-tick.C:
			f.look(ctx, now)
		}
	}
}

// look is a delivery on the way.
func (f *Feed) look(ctx context.Context, now time.Time) {
	records, err := f.tail.New()
	if err != nil {
		records = nil // it is being written, or the end says it
	}
	for _, s := range f.sinks {
		s.records = append(s.records, records...)
		if now.Before(s.next) {
			continue
		}
		err := s.deliver(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			if s.failed == nil {
				f.note(fmt.Sprintf("%s: %v; the training goes on, and this is tried again", s.Name(), err))
			}
			s.pause = min(max(2*s.pause, Every), Longest)
			s.next = now.Add(s.pause)
		case err == nil && s.failed != nil:
			f.note(s.Name() + ": it goes on")
			s.pause = 0
		}
		s.failed = err
	}
}

func (f *Feed) note(text string) {
	if f.Note != nil {
		f.Note(text)
	}
}
