package lease

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"testing"
	"time"
)

// worlds is how many orders of events each test tries: a few, or as many as ELASTRAIN_WORLDS says.
func worlds(t *testing.T) uint64 {
	text := os.Getenv("ELASTRAIN_WORLDS")
	if text == "" {
		return 2
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Where the file system is as good as one machine's and nobody dies, every part is made once, whatever the clocks of the
// machines say: here each is an hour ahead of the next.
func TestEachPartOnce(t *testing.T) {
	for _, skew := range []time.Duration{0, time.Hour} {
		for seed := range worlds(t) {
			w := newWorld(t, seed, 40)
			w.skew = skew
			for range 5 {
				w.start()
			}
			w.run(time.Hour, nil)
			if twice := w.whole(); twice > 0 {
				t.Errorf("world %d, clocks %v apart: %d parts were made twice", seed, skew, twice)
			}
			for _, dir := range []string{"d/claims", "d/workers"} {
				if names, err := w.net.Server.List(dir); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("world %d: %s is left, with %v: %v", seed, dir, names, err)
				}
			}
		}
	}
}

// Parts of killed workers are taken over, after a lease; nothing is lost, and nothing that was not killed is made twice.
func TestKilledWorkers(t *testing.T) {
	for seed := range worlds(t) {
		w := newWorld(t, seed, 40)
		w.skew = -time.Hour
		for range 4 {
			w.start()
		}
		kills := 0
		w.run(2*time.Hour, func() {
			if kills < 20 && w.random.IntN(150) == 0 {
				w.kill(w.procs[w.random.IntN(len(w.procs))])
				kills++
				w.start()
			}
		})
		if twice := w.whole(); twice > 20 { // killed between the results and the end of the claim
			t.Errorf("world %d: %d parts were made twice", seed, twice)
		}
	}
}

// Names come late, answers are lost, files are stale, servers silent, workers killed: nothing is lost. Parts may be made
// twice, which the first file of their results hides; not many are.
func TestNetworkFileSystem(t *testing.T) {
	for _, late := range []time.Duration{3 * time.Second, 60 * time.Second} {
		for seed := range worlds(t) {
			w := newWorld(t, seed, 30)
			w.net.Late, w.faults, w.skew = late, 0.02, time.Hour
			for range 4 {
				w.start()
			}
			kills := 0
			w.run(4*time.Hour, func() {
				if kills < 8 && w.random.IntN(400) == 0 {
					w.kill(w.procs[w.random.IntN(len(w.procs))])
					kills++
					w.start()
				}
			})
			twice := w.whole()
			if twice > 10 {
				t.Errorf("world %d: %d of 30 parts were made twice", seed, twice)
			}
			t.Logf("names up to %v late, world %d: done after %v, %d kills, %d of %d parts made twice", late, seed, w.now.Round(time.Second), kills, twice, w.parts)
		}
	}
}

// Of two that find one dead worker's claim, one gets it.
func TestOneTakesFromTheDead(t *testing.T) {
	for seed := range worlds(t) {
		w := newWorld(t, seed, 1)
		first := w.start()
		for w.trained[1] == 0 && first.wake < w.now+time.Second { // until it trains
			w.step()
		}
		w.kill(first)
		for range 6 {
			w.start()
		}
		w.run(10*time.Minute, nil)
		if w.whole() > 0 || w.trained[1] != 1 {
			t.Errorf("world %d: the part was made %d times", seed, w.trained[1])
		}
		if w.now < Time {
			t.Errorf("world %d: it was taken after %v, before the lease was over", seed, w.now)
		}
	}
}

// A worker that was stopped for an hour, and comes back, takes nobody for dead that lives, and does its part to the end.
func TestAsleep(t *testing.T) {
	for seed := range worlds(t) {
		w := newWorld(t, seed, 20)
		for range 3 {
			w.start()
		}
		for range 300 {
			w.step()
		}
		asleep := w.procs[0]
		asleep.wake = w.now + time.Hour
		w.run(3*time.Hour, nil)
		if twice := w.whole(); twice > 1 { // the part that it held
			t.Errorf("world %d: %d parts were made twice", seed, twice)
		}
	}
}

// A full disk is told, and later the same worker goes on.
func TestFullDisk(t *testing.T) {
	w := newWorld(t, 1, 3)
	w.net.Before = nil
	server := w.net.Server
	worker, err := Join(server, "d", Options{Name: "a"})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ { // the directory, the name
		server.Fail(n, 1)
		if mine, err := worker.Take(1); err == nil || mine {
			t.Errorf("call %d: taken on a full disk: %v %v", n, mine, err)
		}
	}
	if mine, err := worker.Take(1); err != nil || !mine {
		t.Errorf("not taken: %v %v", mine, err)
	}
	server.Space(3)
	if err := worker.Beat(); err == nil {
		t.Error("a beat on a full disk")
	}
	server.Space(-1)
	if err := worker.Beat(); err != nil {
		t.Error(err)
	}
	list, err := Workers(t.Context(), server, "d")
	if err != nil || len(list) != 1 || list[0].State != Works || list[0].Beats != 3 || fmt.Sprint(list[0].Holds) != "[1]" {
		t.Errorf("%+v %v", list, err)
	}
}

// A process of this machine that is gone is known to be at once.
func TestEndedOnThisMachine(t *testing.T) {
	w := newWorld(t, 1, 3)
	w.net.Before = nil
	join := func(name string, signature []byte) *Worker {
		worker, err := Join(w.net.Server, "d", Options{Name: name, Signature: signature})
		if err != nil {
			t.Fatal(err)
		}
		return worker
	}
	take := func(w *Worker) bool {
		mine, err := w.Take(1)
		if err != nil {
			t.Fatal(err)
		}
		return mine
	}
	gone := join("gone", ended(t))
	me, other := join("me", nil), join("other", nil)
	if !take(gone) || !take(me) || take(other) {
		t.Error("the part of a process that has ended is not taken, or is taken twice")
	}
	me.Done(1)
	me.Leave(false)
	if take(other) {
		t.Error("a part that is done is taken before its results can be seen by all")
	}
	other.Drop(2)
	if mine, err := other.Take(2); err != nil || !mine {
		t.Error(mine, err)
	}
	other.Done(1)
	other.Leave(true)
	if list, err := Workers(t.Context(), w.net.Server, "d"); err != nil || len(list) > 0 {
		t.Errorf("left: %+v %v", list, err)
	}
}
