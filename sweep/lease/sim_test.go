package lease

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
)

// world is some machines that work on one directory over a network. One call to the file system happens at a time, in
// an order drawn by chance, and every call takes some time of a clock that is everybody's and nobody's.
type world struct {
	t       *testing.T
	random  *rand.Rand
	net     *faultfs.Network
	parts   int
	now     time.Duration
	procs   []*proc
	faults  float64 // share of calls that go wrong
	skew    time.Duration
	trained map[int]int // how often each part was begun to its end
	written map[int]int // how often its results were written
}

// proc is a process on a machine of its own.
type proc struct {
	w      *world
	number int
	wake   time.Duration // it does nothing before
	turn   chan bool     // false: it is killed
	yield  chan struct{}
	over   bool
	err    error
}

func newWorld(t *testing.T, seed uint64, parts int) *world {
	w := &world{t: t, random: rand.New(rand.NewPCG(seed, 9)), parts: parts, trained: map[int]int{}, written: map[int]int{}}
	server := faultfs.New()
	for _, dir := range []string{"d", "d/chunks"} {
		if err := server.Mkdir(dir); err != nil {
			t.Fatal(err)
		}
	}
	w.net = &faultfs.Network{Server: server, Now: func() time.Duration { return w.now }}
	w.net.Before = func(machine int) { w.procs[machine].wait(0) }
	w.net.Whim = func(op string) faultfs.Whim {
		if w.random.Float64() >= w.faults {
			return faultfs.Well
		}
		return []faultfs.Whim{faultfs.Lost, faultfs.Stale, faultfs.Silent}[w.random.IntN(3)]
	}
	return w
}

// start begins a process on the next machine.
func (w *world) start() *proc {
	p := &proc{w: w, number: len(w.procs), wake: w.now, turn: make(chan bool), yield: make(chan struct{})}
	w.procs = append(w.procs, p)
	machine := w.net.Machine()
	offset := time.Duration(p.number) * w.skew
	go func() {
		defer func() { p.over = true; p.yield <- struct{}{} }()
		p.begin()
		p.err = p.work(machine, func() time.Duration { return w.now + offset })
	}()
	return p
}

func (p *proc) begin() {
	if !<-p.turn {
		runtime.Goexit()
	}
}

// wait lets others go on, for so long at least.
func (p *proc) wait(pause time.Duration) {
	p.wake = p.w.now + pause
	p.yield <- struct{}{}
	p.begin()
}

// step gives a turn to one process that is awake, and lets time go on.
func (w *world) step() {
	awake := slices.DeleteFunc(slices.Clone(w.procs), func(p *proc) bool { return p.over || p.wake > w.now })
	if len(awake) > 0 {
		p := awake[w.random.IntN(len(awake))]
		p.turn <- true
		<-p.yield
	}
	w.now += time.Duration(w.random.Int64N(int64(20 * time.Millisecond)))
	if len(awake) == 0 {
		next := time.Duration(1 << 62)
		for _, p := range w.procs {
			if !p.over {
				next = min(next, p.wake)
			}
		}
		if next < 1<<62 {
			w.now = max(w.now, next)
		}
	}
}

// kill ends a process where it stands.
func (w *world) kill(p *proc) {
	if !p.over {
		p.turn <- false
		<-p.yield
	}
}

// content is what a part comes to, whoever makes it.
func content(part int) string { return fmt.Sprintf("results of part %d\n", part) }

// work does what the runner of a sweep does.
func (p *proc) work(fsys atomicfile.FS, clock func() time.Duration) error {
	worker, err := Join(fsys, "d", Options{Name: fmt.Sprintf("w%03d", p.number), Signature: fmt.Appendf(nil, `{"pid":1,"host":"node%d"}`, p.number), Clock: clock})
	for tries := 0; err != nil; tries++ {
		if tries > 20 {
			return err
		}
		p.wait(time.Second)
		worker, err = Join(fsys, "d", Options{Name: fmt.Sprintf("w%03d-%d", p.number, tries), Signature: []byte(`{"pid":1,"host":"nodes"}`), Clock: clock})
	}
	beaten := p.w.now
	beat := func() {
		if p.w.now-beaten >= BeatEvery {
			beaten = p.w.now
			_ = worker.Beat() // there is another
		}
	}
	for {
		open, taken := 0, 0
		for part := 1; part <= p.w.parts; part++ {
			beat()
			if there(fsys, part) {
				continue
			}
			open++
			mine, err := worker.Take(part)
			if err != nil {
				return err
			}
			if !mine {
				continue
			}
			taken++
			if there(fsys, part) {
				worker.Drop(part)
				continue
			}
			for left := 1 + p.w.random.IntN(8); left > 0; left-- {
				p.wait(2 * time.Second)
				beat()
			}
			p.w.trained[part]++
			for err := errors.New("not yet"); err != nil; {
				if err = atomicfile.WriteFile(fsys, chunk(part), []byte(content(part))); err != nil && there(fsys, part) {
					err = nil // it was done, by us or by others
				}
				beat()
			}
			p.w.written[part]++
			worker.Done(part)
		}
		if open == 0 {
			worker.Leave(true)
			return nil
		}
		if taken == 0 {
			p.wait(2 * time.Second)
		}
	}
}

func chunk(part int) string { return filepath.Join("d", "chunks", strconv.Itoa(part)) }

func there(fsys atomicfile.FS, part int) bool {
	text, err := atomicfile.ReadFile(fsys, chunk(part), 1000)
	return err == nil && string(text) == content(part)
}

// run goes on until all have ended, and says how long it took.
func (w *world) run(within time.Duration, meanwhile func()) {
	w.t.Helper()
	for slices.ContainsFunc(w.procs, func(p *proc) bool { return !p.over }) {
		w.step()
		if meanwhile != nil {
			meanwhile()
		}
		if w.now > within {
			for _, p := range w.procs {
				w.kill(p)
			}
			w.t.Fatalf("not done after %v; written: %v", w.now, w.written)
		}
	}
	for _, p := range w.procs {
		if p.err != nil {
			w.t.Errorf("process %d: %v", p.number, p.err)
		}
	}
}

// whole looks whether every part is there, once, with the right results, and counts how many were made twice.
func (w *world) whole() (twice int) {
	w.t.Helper()
	names, err := w.net.Server.List("d/chunks")
	if err != nil {
		w.t.Fatal(err)
	}
	var parts []string
	for _, name := range names {
		if !atomicfile.IsTemp(name) {
			parts = append(parts, name)
		}
	}
	if len(parts) != w.parts {
		w.t.Errorf("%d parts are there, of %d: %v", len(parts), w.parts, parts)
	}
	for part := 1; part <= w.parts; part++ {
		if !there(w.net.Server, part) {
			w.t.Errorf("part %d is lost", part)
		}
		twice += max(0, w.trained[part]-1)
	}
	return twice
}
