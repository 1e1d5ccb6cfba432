package cli

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// clock is a time that passes when it is told to.
type clock struct{ now time.Time }

func (c *clock) pass(seconds float64) {
	c.now = c.now.Add(time.Duration(seconds * float64(time.Second)))
}

// foretold trains epochs of the given times and compares what is said after a fifth of them
// with what is really left then.
func foretold(t *testing.T, times []float64, within float64) {
	t.Helper()
	c := clock{now: time.Unix(1e9, 0)}
	var e eta
	e.see(0, c.now, 0)
	fifth := len(times) / 5
	for i, s := range times[:fifth] {
		c.pass(s)
		e.see(i+1, c.now, 0)
	}
	want := 0.0
	for _, s := range times[fifth:] {
		want += s
	}
	if left, ok := e.left(len(times)); !ok || math.Abs(left.Seconds()-want) > within*want {
		t.Errorf("after a fifth: %.1f s to go, and it took %.1f s", left.Seconds(), want)
	}
}

func TestETA(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rarely := func(i, at int, often, once float64) float64 {
		if i == at {
			return once
		}
		return often
	}
	for _, test := range []struct {
		name string
		time func(i int) float64
	}{
		{"even", func(int) float64 { return 0.4 }},
		{"a slow start", func(i int) float64 { return rarely(i, 0, 0.4, 6) }},
		{"line searches", func(int) float64 { return 0.4 * float64(1+random.IntN(3)) }},
		{"a sleep", func(i int) float64 { return rarely(i, 9, 0.4, 3600) }},
		{"slowly quicker", func(i int) float64 { return 0.5 - 0.002*float64(i) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			times := make([]float64, 60)
			for i := range times {
				times[i] = test.time(i)
			}
			foretold(t, times, 0.3)
		})
	}
}

func TestETAOfNothing(t *testing.T) {
	var e eta
	if _, ok := e.left(10); ok {
		t.Error("an estimate without an epoch")
	}
	e.see(3, time.Unix(0, 0), 1)
	if _, ok := e.left(10); ok {
		t.Error("an estimate without an epoch of this session")
	}
	e.see(4, time.Unix(2, 0), 1)
	if left, ok := e.left(10); !ok || left != 12*time.Second {
		t.Errorf("after one epoch of 2 s: %v, %v", left, ok)
	}
	if left, _ := e.left(2); left != 0 {
		t.Errorf("beyond the end: %v", left)
	}
}

// A loss that falls by a constant factor reaches its goal when it should.
func TestETAOfALoss(t *testing.T) {
	c := clock{now: time.Unix(0, 0)}
	e := eta{goal: 1e-6}
	for i := range 21 { // 10^(-i/10): 60 epochs to the goal
		e.see(i, c.now, math.Pow(10, -float64(i)/10))
		c.pass(1)
	}
	if left, _ := e.left(1000); math.Abs(left.Seconds()-40) > 0.1 {
		t.Errorf("%v to go, not 40 s", left)
	}
	if left, _ := e.left(30); left != 10*time.Second {
		t.Errorf("%v to the last epoch, not 10 s", left)
	}
}

// Long trainings keep few points, and the estimate stays right.
func TestETAOfManyEpochs(t *testing.T) {
	c := clock{now: time.Unix(0, 0)}
	var e eta
	for i := range 100_001 {
		e.see(i, c.now, 1)
		c.pass(0.01)
	}
	if len(e.points) >= mostMoments {
		t.Errorf("%d points are kept", len(e.points))
	}
	if left, _ := e.left(200_000); math.Abs(left.Seconds()-1000) > 10 {
		t.Errorf("%v to go, not 1000 s", left)
	}
}
