// Package team lets a few threads do the parts of a job together.
//
// Its one idea: parts write different numbers, so who does which changes no bit
// of a result, and a team is nothing but counters from which parts are taken.
package team

import (
	"runtime"
	"sync/atomic"
)

// Team is a few threads, and T what they work on. Between Start and Stop
// its threads wait for the next job without sleeping, because there are many jobs
// of microseconds. The calling goroutine is one of them and never waits for one
// that has not woken up yet: it does the parts itself.
type Team[T any] struct {
	members []member

	called bool          // the members, for the work in hand
	job    atomic.Uint32 // odd while there is a job to join
	done   atomic.Bool   // no more jobs
	paused atomic.Bool   // until the next Start
	work   func(on T, worker, part int)
	on     T
	parts  int32
	taken  atomic.Int32 // parts that were taken: some from the first one on, some from the last
	first  atomic.Int32
	last   atomic.Int32
	busy   atomic.Int32 // members in the job
	alive  atomic.Int32 // members that have come and not gone, or may still come
}

// member is a thread of the team other than the caller's.
type member struct {
	follow func() // made once, so that Start does not allocate
	state  *atomic.Int32
}

// States of a member. A goroutine that was called may begin to run only after the
// team has stopped; it is then waited for no more, and serves the next Start.
const (
	away      = iota // no goroutine
	called           // a goroutine that has not begun to run
	present          // in the team
	calledOff        // a goroutine that has not begun to run and need not
	leaving          // a goroutine that waited long enough in a pause
)

// New makes a team of so many threads, 1 or more, the caller's among them.
func New[T any](threads int) *Team[T] {
	t := &Team[T]{}
	for id := 1; id < threads; id++ {
		state := new(atomic.Int32)
		t.members = append(t.members, member{func() { t.follow(id, state) }, state})
	}
	return t
}

// Worth is the effort, in cycles of one core, from which a second thread gains more than the 0.1 ms that it takes
// to wake up; one that is awake is worth an eighth of it. Tests change it.
var Worth = 2e6

// Crowd lets more threads work than there are processors, which gains nothing but faults. Tests set it.
var Crowd = false

// Start calls the members if the effort until Stop is worth it: no more than there are processors for.
func (t *Team[T]) Start(effort float64) {
	t.called = false
	if len(t.members) == 0 || effort < Worth/8 || effort < Worth && !t.awake() {
		return
	}
	members := t.members
	if most := min(runtime.GOMAXPROCS(0), runtime.NumCPU()) - 1; len(members) > most && !Crowd {
		members = members[:most]
	}
	t.called = len(members) > 0
	if !t.called {
		return
	}
	t.done.Store(false)
	t.paused.Store(false)
	for _, m := range members {
		if m.state.Load() == present || m.state.Load() == called {
			continue // since a pause; if it is just leaving, it will come another time
		}
		for m.state.Load() == leaving { // some instructions
			rest(0)
		}
		t.alive.Add(1)
		if m.state.CompareAndSwap(calledOff, called) {
			continue
		}
		m.state.Store(called)
		follow := m.follow // a call of a plain variable needs no closure
		go follow()
	}
}

// awake says whether a member waits for work since a pause.
func (t *Team[T]) awake() bool {
	for _, m := range t.members {
		if m.state.Load() == present {
			return true
		}
	}
	return false
}

// Pause is Stop where another Start is near, as in a loop of steps: members wait for it awake, no longer than linger.
func (t *Team[T]) Pause() {
	if t.called {
		t.called = false
		t.paused.Store(true)
	}
}

// Stop sends home those who came, and calls off those who did not.
func (t *Team[T]) Stop() {
	if !t.called {
		return
	}
	t.called = false
	t.done.Store(true)
	for _, m := range t.members {
		if m.state.CompareAndSwap(called, calledOff) {
			t.alive.Add(-1)
		}
	}
	Wait(&t.alive)
}

// Each does work for the parts 0 to parts-1, in any order, on all threads, and
// returns when all are done. One thread goes up from the first part and the next down from the last until they meet: so each
// mostly has the parts that it had before, whose numbers are near it.
func (t *Team[T]) Each(parts int, on T, work func(on T, worker, part int)) {
	if !t.called || parts == 1 {
		for part := range parts {
			work(on, 0, part)
		}
		return
	}
	t.work, t.on, t.parts = work, on, int32(parts)
	t.first.Store(0)
	t.last.Store(int32(parts))
	t.taken.Store(0)
	t.job.Add(1)
	t.take(0)
	t.job.Add(1) // who joins from here on sees it and leaves
	Wait(&t.busy)
}

// take does parts until none is left.
func (t *Team[T]) take(id int) {
	for t.taken.Add(1) <= t.parts {
		part := int32(0)
		if id%2 == 0 {
			part = t.first.Add(1) - 1
		} else {
			part = t.last.Add(-1)
		}
		t.work(t.on, id, int(part))
	}
}

// follow is the life of a member.
func (t *Team[T]) follow(id int, state *atomic.Int32) {
	for !state.CompareAndSwap(called, present) {
		if state.CompareAndSwap(calledOff, away) {
			return
		}
	}
	seen := uint32(0)
	for spins := 0; !t.done.Load(); spins++ {
		job := t.job.Load()
		if job%2 == 0 || job == seen {
			rest(spins)
			if spins >= linger && t.paused.Load() && state.CompareAndSwap(present, leaving) {
				break
			}
			continue
		}
		t.busy.Add(1)
		if t.job.Load() == job {
			t.take(id)
		}
		t.busy.Add(-1)
		seen, spins = job, 0
	}
	state.Store(away)
	t.alive.Add(-1)
}

// Called reports whether there is more than one thread until Stop.
func (t *Team[T]) Called() bool { return t.called }

// Wait returns when a count has come down to zero, which others of the team are about to do.
func Wait(count *atomic.Int32) {
	for spins := 0; count.Load() != 0; spins++ {
		rest(spins)
	}
}

// patience is for how many spins a thread waits without letting others run: some tens of microseconds, as long as it takes to wake up.
const patience = 400

// linger is for how many spins a thread waits in a pause, all but the first letting others run: some tenths of a millisecond, about the least work that
// threads are called for.
const linger = patience + 2000

// rest passes a moment of waiting: at first on the processor, then letting other goroutines run.
func rest(spins int) {
	relax()
	if spins >= patience {
		runtime.Gosched()
	}
}
