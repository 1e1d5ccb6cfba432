package lease

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// leastLooks is how often something must have been seen unchanged before it is dead: a process that slept itself has
// seen nothing meanwhile.
const leastLooks = 3

// mostHead is the bytes of the first line of a worker's file.
const mostHead = 4096

// sight is what was last seen of something that others change.
type sight struct {
	size  int64         // bytes; -1 where there is no such file
	since time.Duration // when it was first seen so, on the clock of this worker
	last  time.Duration // when it was looked at last
	looks int
	grew  bool   // it has been seen to grow
	head  []byte // the signature in its first line, if it has one
}

func (w *Worker) file(name string) string { return filepath.Join(w.dir, workersName, name) }

// Beat shows that the worker lives. It syncs nothing: after the loss of a machine there is nobody to be seen.
func (w *Worker) Beat() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.beat()
}

func (w *Worker) beat() error {
	w.beaten = w.o.Clock()
	path := w.file(w.o.Name)
	w.forget(false)
	head := []byte(nil)
	if w.torn {
		head = []byte("\n")
	}
	if w.beats == 0 {
		head = append(w.o.Signature, '\n')
	} else if r, err := w.fs.Open(path); errors.Is(err, fs.ErrNotExist) {
		head = append(w.o.Signature, '\n') // somebody has taken it for dead
	} else if err == nil {
		_ = r.Close() // it was only looked for
	}
	f, err := w.fs.OpenAppend(path)
	if errors.Is(err, fs.ErrNotExist) { // whoever left last took the folder away
		if err = atomicfile.MakeDir(w.fs, filepath.Dir(path)); err == nil {
			f, err = w.fs.OpenAppend(path)
		}
	}
	if err != nil {
		return &atomicfile.Error{Op: "open", Path: path, Err: err}
	}
	w.beats++
	_, err = f.Write(fmt.Appendf(head, "%d %d\n", w.beats, w.done))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if w.torn = err != nil; err != nil {
		return &atomicfile.Error{Op: "write", Path: path, Err: err}
	}
	return nil
}

// Keep beats until the context ends. A beat that fails is followed by another; whose beats all fail is taken for dead,
// which costs time and nothing else.
func (w *Worker) Keep(ctx context.Context) {
	ticker := time.NewTicker(BeatEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_ = w.Beat()
		}
	}
}

// dead reports whether a worker will do no more.
func (w *Worker) dead(name string) bool {
	path := w.file(name)
	size := int64(-1)
	r, err := w.fs.Open(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false // nothing was seen
	}
	var head []byte
	if err == nil {
		size, head = r.Size(), firstLine(r)
		_ = r.Close() // it was only read
	}
	return w.unchanged(path, size, head)
}

// Alive reports whether somebody who holds a part is known to be at work: its process is on this machine, or its file
// has been seen to grow, a lease ago at most.
func (w *Worker) Alive(part int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	names, err := w.claimants(w.claim(part))
	if err != nil {
		return false
	}
	for _, name := range names {
		if w.dead(name) {
			continue
		}
		s := w.seen[w.file(name)]
		if s != nil && (s.grew || atomicfile.Lives(s.head)) {
			return true
		}
	}
	return false
}

// unchanged notes what is seen of something, and reports whether it has been so for the time of a lease, or its
// process is known to have ended.
func (w *Worker) unchanged(what string, size int64, head []byte) bool {
	now := w.o.Clock()
	s := w.seen[what]
	if s == nil || s.size != size {
		s = &sight{size: size, since: now, last: now, looks: 1, head: head, grew: s != nil && size > s.size && s.size >= 0}
		w.seen[what] = s
	} else if now-s.last >= time.Second {
		s.last, s.looks = now, s.looks+1
	}
	return now-s.since > Time && s.looks >= leastLooks || atomicfile.Ended(s.head)
}

// firstLine is the signature of a worker in its file.
func firstLine(r atomicfile.Reader) []byte {
	head := make([]byte, min(r.Size(), mostHead))
	n, err := r.ReadAt(head, 0)
	if n < len(head) && err != nil {
		return nil // nothing is known of its process
	}
	for i, c := range head {
		if c == '\n' {
			return head[:i]
		}
	}
	return nil
}
