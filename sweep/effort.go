package sweep

import (
	"sync/atomic"
	"time"
)

// effort measures what a training has taken, so that it is no longer on a machine that has other things to do: the time by the clock, or the share that
// it had of the processors' time of this process, whichever is less.
type effort struct {
	began time.Time
	taken time.Duration // by the process, before
	busy  *atomic.Int32 // trainings, or groups of them, under way in the process; nil: one
}

func newEffort(busy *atomic.Int32) effort {
	taken, _ := processor()
	return effort{time.Now(), taken, busy}
}

// spent is at most `enough` by the clock where that is not reached yet, which is cheap to ask.
func (e *effort) spent(enough time.Duration) time.Duration {
	wall := time.Since(e.began)
	if wall < enough {
		return wall
	}
	taken, known := processor()
	if !known {
		return wall
	}
	share := time.Duration(1)
	if e.busy != nil {
		share = max(share, time.Duration(e.busy.Load()))
	}
	return min(wall, (taken-e.taken)/share)
}
