package cli

import (
	"math"
	"slices"
	"time"
)

// eta foretells when a training ends, from the times of the epochs of this session.
//
// Epochs differ: line searches take a few evaluations more or less, the first epoch warms
// up, and a computer may sleep in between. So the estimate is the mean over the later half
// of the epochs, without those that took many times the median.
// Where training stops at a loss, the loss of these epochs is continued as a
// straight line of its logarithm.
type eta struct {
	goal   float64 // loss at which training stops; 0 for none
	points []moment
	every  int // points seen for one that is kept
	seen   int
}

// moment is the end of an epoch.
type moment struct {
	epoch int
	at    time.Time
	loss  float64
}

const (
	// mostMoments is how many points are kept; beyond it every second one goes.
	mostMoments = 256
	// outlier is how many times the median an epoch takes that does not count.
	outlier = 5
)

// see notes the end of an epoch; the first is the beginning of the session.
func (e *eta) see(epoch int, at time.Time, loss float64) {
	e.every = max(e.every, 1)
	if e.seen++; (e.seen-1)%e.every != 0 {
		return
	}
	e.points = append(e.points, moment{epoch, at, loss})
	if len(e.points) == mostMoments {
		for i := range mostMoments / 2 {
			e.points[i] = e.points[2*i]
		}
		e.points = e.points[:mostMoments/2]
		e.every *= 2
	}
}

// left is the time that the epochs from the last one seen to total take; ok is false
// before an epoch was seen.
func (e *eta) left(total int) (left time.Duration, ok bool) {
	n := len(e.points)
	if n < 2 {
		return 0, false
	}
	later := e.points[min(max(n/2, 1), n-2):] // without the first epoch where there are others
	times := make([]float64, len(later)-1)    // of one epoch
	for i := range times {
		times[i] = later[i+1].at.Sub(later[i].at).Seconds() / float64(max(later[i+1].epoch-later[i].epoch, 1))
	}
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	sum, count := 0.0, 0
	for _, t := range times {
		if t <= outlier*sorted[len(sorted)/2] {
			sum += t
			count++
		}
	}
	epochs := float64(total - later[len(later)-1].epoch)
	if stop, ok := e.epochsToGoal(later); ok {
		epochs = min(epochs, stop)
	}
	return time.Duration(max(epochs, 0) * sum / float64(count) * float64(time.Second)), true
}

// epochsToGoal is how many epochs the loss takes to fall to the goal at the mean rate of these points.
func (e *eta) epochsToGoal(points []moment) (epochs float64, ok bool) {
	first, last := points[0], points[len(points)-1]
	if !(e.goal > 0) || len(points) < 4 || !(last.loss > 0) || !(first.loss > last.loss) {
		return 0, false
	}
	slope := math.Log(first.loss/last.loss) / float64(last.epoch-first.epoch)
	return max(math.Log(last.loss/e.goal)/slope, 0), true
}
