package team

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// Every part is done once, however many threads there are, whatever of them comes, in a pause or after a stop.
func TestEveryPartOnce(t *testing.T) {
	defer func(worth float64, crowd bool) { Worth, Crowd = worth, crowd }(Worth, Crowd)
	Worth = 0
	for _, crowd := range []bool{false, true} {
		Crowd = crowd
		for _, threads := range []int{1, 2, 3, 7} {
			team := New[[]atomic.Int32](threads)
			for round := range 300 {
				done := make([]atomic.Int32, 1+round%23)
				team.Start(1)
				for range 3 {
					team.Each(len(done), done, func(done []atomic.Int32, worker, part int) {
						if worker < 0 || worker >= threads {
							t.Errorf("worker %d of %d", worker, threads)
						}
						done[part].Add(1)
					})
				}
				if round%3 == 0 {
					team.Stop()
				} else {
					team.Pause()
				}
				if round%50 == 0 {
					time.Sleep(200 * time.Microsecond)
				}
				for part := range done {
					if n := done[part].Load(); n != 3 {
						t.Fatalf("%d threads: part %d of %d was done %d times of 3", threads, part, len(done), n)
					}
				}
			}
			team.Stop()
		}
	}
}

// Who was not called on goes: neither a stop nor a pause leaves a goroutine behind that spins.
func TestNobodyStays(t *testing.T) {
	defer func(worth float64, crowd bool) { Worth, Crowd = worth, crowd }(Worth, Crowd)
	Worth, Crowd = 0, true
	before := runtime.NumGoroutine()
	team := New[int](4)
	for _, end := range []func(){team.Pause, team.Stop, team.Pause} {
		team.Start(1)
		team.Each(100, 0, func(int, int, int) {})
		end()
	}
	for patience := 0; runtime.NumGoroutine() > before; patience++ {
		if patience > 6000 {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Who is called into a loop of steps stays awake from one to the next, if that comes soon.
func TestPause(t *testing.T) {
	defer func(worth float64, crowd bool) { Worth, Crowd = worth, crowd }(Worth, Crowd)
	Worth, Crowd = 0, true
	team := New[int](2)
	stayed := false
	for tries := 0; !stayed && tries < 1000; tries++ { // other work may take the processor away for longer than that
		team.Start(1)
		for !team.awake() {
			runtime.Gosched()
		}
		start := time.Now()
		team.Each(100, 0, func(int, int, int) {})
		team.Pause()
		for time.Since(start) < 100*time.Microsecond {
			runtime.Gosched()
		}
		stayed = team.awake()
	}
	if !stayed {
		t.Error("a tenth of a millisecond is over, and it is gone")
	}
	for start := time.Now(); team.awake(); runtime.Gosched() {
		if time.Since(start) > time.Minute {
			t.Fatal("it waits for ever")
		}
	}
}

// With one processor nobody is called, since all would only wait for one another.
func TestOneProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	team := New[int](4)
	team.Start(1e9)
	if team.Called() {
		t.Error("a member is called")
	}
	team.Each(3, 0, func(_, worker, _ int) {
		if worker != 0 {
			t.Errorf("worker %d does a part", worker)
		}
	})
	team.Stop()
}
