package sweep

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Claims says which chunks are this worker's, among all that work on the directory; package lease has the real ones. Any goroutine may use it.
type Claims interface {
	// Take asks for a chunk. Not mine says that another is at it.
	Take(chunk int) (mine bool, err error)
	// Done says that the rows of a chunk that was taken are written, Drop that it is given up, or was done already.
	Done(chunk int)
	Drop(chunk int)
	// Alive reports whether somebody who has a chunk is known to be at work.
	Alive(chunk int) bool
}

// everything is the Claims of who works alone.
type everything struct{}

func (everything) Take(int) (bool, error) { return true, nil }
func (everything) Done(int)               {}
func (everything) Drop(int)               {}
func (everything) Alive(int) bool         { return false }

// errBusy says that a run directory of a chunk is held by a process that lives, though its chunk was to be had.
var errBusy = errors.New("its run directory is in use")

// The pause between looks at what others are at: short at first, for small sweeps.
const (
	firstPause = 50 * time.Millisecond
	longPause  = 2 * time.Second
)

// share is which chunks are left to do.
type share struct {
	of        *Sweep
	claims    Claims
	elsewhere func(points int) // is told of chunks that others have written; may be nil

	mu    sync.Mutex // a look at a time
	done  []bool     // by chunk, from 1
	ours  []bool     // under way here
	first int        // all chunks before it are done
}

func newShare(of *Sweep, claims Claims, done []bool) *share {
	if claims == nil {
		claims = everything{}
	}
	return &share{of: of, claims: claims, done: done, ours: make([]bool, len(done)), first: 1}
}

// take finds a chunk to do; 0 says that there is none. It waits for those that others are at, which may die.
func (h *share) take(ctx context.Context, noWait bool) (chunk int, err error) {
	for pause := firstPause; ; pause = min(2*pause, longPause) {
		chunk, others, err := h.look(ctx)
		if chunk > 0 || len(others) == 0 || err != nil || ctx.Err() != nil {
			return chunk, err
		}
		if noWait && h.alive(others) {
			return 0, nil
		}
		select {
		case <-ctx.Done():
			return 0, nil
		case <-time.After(pause):
		}
	}
}

// look goes through the chunks once. Others are chunks that somebody else is at.
func (h *share) look(ctx context.Context) (chunk int, others []int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n := h.first; n < len(h.done) && ctx.Err() == nil; n++ {
		switch {
		case h.done[n] && n == h.first:
			h.first++
			continue
		case h.done[n] || h.ours[n]:
			continue
		}
		written, err := h.written(n)
		if err != nil {
			return 0, nil, err
		}
		if written {
			continue
		}
		mine, err := h.claims.Take(n)
		if err != nil {
			return 0, nil, err
		}
		if !mine {
			others = append(others, n)
			continue
		}
		if written, err = h.written(n); err != nil { // while it was being taken
			return 0, nil, err
		}
		if written {
			h.claims.Drop(n)
			continue
		}
		h.ours[n] = true
		return n, nil, nil
	}
	return 0, others, nil
}

// written looks whether another has written a chunk.
func (h *share) written(n int) (bool, error) {
	body, _, err := h.of.chunkBody(n)
	if err != nil || body == nil {
		return false, err
	}
	h.done[n] = true
	if h.elsewhere != nil {
		first, end := h.of.Span(n)
		h.elsewhere(end - first)
	}
	return true, nil
}

func (h *share) alive(chunks []int) bool {
	for _, n := range chunks {
		if !h.claims.Alive(n) {
			return false
		}
	}
	return true
}

// ended says how a chunk that was taken ended.
func (h *share) ended(chunk int, err error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ours[chunk] = false
	if err == nil {
		h.done[chunk] = true
		h.claims.Done(chunk)
		return nil
	}
	h.claims.Drop(chunk)
	return err
}
