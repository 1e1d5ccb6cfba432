package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/listing"
)

// follower reads the log of one run for all who look at it, each record once.
type follower struct {
	id    string
	files folder
	list  *catalogue
	most  int

	read sync.Mutex   // held by whoever reads the log
	tail *events.Tail // of read
	bad  int          // of read: looks in a row that found damage
	full bool         // of read: no more is held

	mu      sync.Mutex // for what follows
	lines   [][]byte   // record i+1 as JSON, without theta
	size    int        // bytes of all lines
	log     string     // mark of the log, from its id
	turn    int        // how often another log took its place
	trouble string     // why the log cannot be read
	state   string     // of the run
	why     string
	frames  []frame
	held    int           // bytes of frames
	news    chan struct{} // closed when something of this is another
	viewers int
	going   bool      // somebody reads on
	used    time.Time // when somebody looked last
	saved   savedFrames
	joined  joined
}

// frame is the parameters of a network at an epoch.
type frame struct {
	epoch int
	theta []float64
}

const (
	followEvery = 100 * time.Millisecond // between two looks at a log that grows
	restEvery   = time.Second            // at one that has ended, and at the lock
	linger      = 5 * time.Second        // a log is kept so long behind its last viewer
	mostLines   = 1 << 20
	mostText    = 1 << 27
	mostFrames  = 1 << 26 // bytes
	atOnce      = 1 << 14 // records at a look
	patience    = 5       // looks at a line that is not whole
)

// followers are those of all runs that are looked at.
type followers struct {
	files folder
	list  *catalogue
	most  int // bytes of records that are held of one log

	mu  sync.Mutex
	all map[string]*follower
}

// get is the follower of a run.
func (h *followers) get(id string) *follower {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.all[id]
	if f == nil {
		f = &follower{id: id, files: h.files, list: h.list, most: h.most, news: make(chan struct{})}
		f.begin()
		h.all[id] = f
		time.AfterFunc(linger, func() { h.forget(f) })
	}
	f.mu.Lock()
	f.used = time.Now()
	f.mu.Unlock()
	return f
}

// forget lets a follower go that nobody has looked at for a while.
func (h *followers) forget(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.viewers > 0 || f.going || time.Since(f.used) < linger {
		time.AfterFunc(linger, func() { h.forget(f) })
		return
	}
	delete(h.all, f.id)
}

// begin reads a log from its beginning.
func (f *follower) begin() {
	f.tail = events.NewTail(f.files, f.id)
	f.tail.Longest(listing.LongestLine)
}

// enter is one more viewer; the first begins to read. The result is the last to be called.
func (f *follower) enter() (leave func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.viewers++
	if !f.going {
		f.going = true
		go f.follow()
	}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.viewers--
		f.used = time.Now()
	}
}

// follow reads the log while it has viewers.
func (f *follower) follow() {
	var looked time.Time
	for {
		more := f.look()
		if time.Since(looked) > restEvery {
			f.judge()
			looked = time.Now()
		}
		f.mu.Lock()
		pause := max(followEvery, time.Duration(f.viewers)*sendEach)
		if f.trouble != "" || f.state != running {
			pause = restEvery
		}
		if f.viewers == 0 {
			f.going = false
			f.mu.Unlock()
			return
		}
		f.mu.Unlock()
		if !more {
			time.Sleep(pause)
		}
	}
}

// judge looks at the state of the run.
func (f *follower) judge() {
	row, err := f.list.lately(f.id)
	state, why := broken, ""
	if err != nil {
		why = err.Error()
	} else {
		state, why = row.State, row.Why
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if state != f.state || why != f.why {
		f.state, f.why = state, why
		f.tell()
	}
}

// tell says that something is another. f.mu is held.
func (f *follower) tell() {
	close(f.news)
	f.news = make(chan struct{})
}

// look reads what is new of the log. There is more where it has come to an end for now.
func (f *follower) look() (more bool) {
	f.read.Lock()
	defer f.read.Unlock()
	if f.full {
		return false
	}
	var lines [][]byte
	var frames []frame
	left := false // the process has left its training, behind a checkpoint
	size, mark, most := 0, "", f.most-f.bytes()
	err := f.tail.Each(func(r events.Record) bool {
		text, err := plain(&r)
		if err != nil { // of numbers that came from JSON
			text = fmt.Appendf(nil, `{"seq":%d,"kind":"unreadable"}`, r.Seq)
		}
		if r.Head != nil {
			mark = markOf(r.Head.ID)
		}
		left = left || r.Kind == events.KindPause || r.Kind == events.KindFault || r.Kind == events.KindEnd
		if len(r.Theta) > 0 {
			frames = append(frames, frame{r.Epoch, r.Theta})
		}
		lines = append(lines, text)
		size += len(text)
		return size < most && len(lines) < atOnce
	})
	var damaged *events.DamagedError
	switch {
	case err == nil:
		f.bad = 0
	case errors.Is(err, events.ErrOther):
		f.begin()
	case errors.As(err, &damaged):
		f.bad++
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	trouble := f.troubled(err)
	if f.full = f.size+size >= f.most || len(f.lines)+len(lines) > mostLines; f.full {
		trouble = fmt.Sprintf("the log has more than a page can show; `elastrain follow %s` prints it", f.id)
	}
	if errors.Is(err, events.ErrOther) {
		f.lines, f.size, f.frames, f.held, f.log, f.saved, f.joined = nil, 0, nil, 0, "", savedFrames{}, joined{}
		f.turn++
		f.full = false
		f.tell()
		return true
	}
	if trouble != f.trouble || len(lines) > 0 {
		f.tell()
	}
	f.trouble = trouble
	if left {
		f.saved.looked = time.Time{} // whoever is told so asks for the last frame
	}
	f.lines, f.size = append(f.lines, lines...), f.size+size
	if mark != "" {
		f.log = mark
	}
	for _, frame := range frames {
		if f.held += 8 * len(frame.theta); f.held > mostFrames {
			break
		}
		f.frames = append(f.frames, frame)
	}
	return len(lines) == atOnce
}

// bytes is how many bytes of records are held.
func (f *follower) bytes() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.size
}

// troubled is why a log cannot be read; a line may be read while it is written, so damage counts when it stays.
func (f *follower) troubled(err error) string {
	var damaged *events.DamagedError
	switch {
	case err == nil, errors.Is(err, events.ErrOther):
		return ""
	case errors.As(err, &damaged) && f.bad < patience:
		return f.trouble
	}
	return err.Error()
}

// plain is a record as a page gets it: without its parameters, of which frames tell.
func plain(r *events.Record) ([]byte, error) {
	told := struct {
		events.Record
		Theta []float64 `json:"theta,omitempty"`
		Frame bool      `json:"frame,omitempty"` // there are parameters at this epoch
	}{Record: *r, Frame: len(r.Theta) > 0}
	return json.Marshal(told)
}

// markOf is a short name of a log that may stand in a header.
func markOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:4])
}

// catchUp reads the log as far as it goes.
func (f *follower) catchUp(ctx context.Context) {
	for ctx.Err() == nil && f.look() {
	}
}
