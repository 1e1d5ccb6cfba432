package sweep

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/elastrain/elastrain/train"
)

// A training that has hardly had a processor for minutes is not long for that; one that has had one is.
func TestEffort(t *testing.T) {
	taken, known := processor()
	if !known {
		t.Skip("the system tells no time of processors on " + runtime.GOOS)
	}
	for _, c := range []struct {
		what string
		had  time.Duration
		busy int32
		long bool
	}{{"starved", 0, 1, false}, {"at work", 5 * time.Minute, 1, true}, {"one of many at work", 5 * time.Minute, 1000, false}} {
		var busy atomic.Int32
		busy.Store(c.busy)
		one := &Training{Trainer: &train.Trainer{Plan: &train.Plan{Epochs: 1000}}, long: true, effort: effort{time.Now().Add(-5 * time.Minute), taken - c.had, &busy}}
		if got := one.tooLong(100); got != c.long {
			t.Errorf("%s: too long is %v", c.what, got)
		}
	}
}
