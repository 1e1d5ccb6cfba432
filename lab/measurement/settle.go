package measurement

import (
	"context"
	"math"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// rest is when a lattice came to rest.
type rest struct {
	applied, settled time.Duration
	quiet            bool
	speed            float64 // m/s
}

// settle waits until the marks rest: it looks again and again and fits a straight
// line to the way of every mark. It rests when the speed that is left after the
// noise has been subtracted is below the limit, and known to that.
func (m *Measurer) settle(ctx context.Context, applied time.Duration) (rest, error) {
	return m.settleBy(ctx, &m.Protocol.Settle, applied)
}

func (m *Measurer) settleBy(ctx context.Context, p *Settle, applied time.Duration) (rest, error) {
	const window = 16 // looks
	r := rest{applied: applied, settled: applied, quiet: true}
	if p.Wait > 0 {
		if err := m.Bench.Wait(ctx, p.Wait); err != nil {
			return r, err
		}
		r.settled += p.Wait
	}
	if p.Speed == 0 {
		return r, nil
	}
	var looks []lab.Frame
	for {
		got, err := m.grab(ctx, 1, r.settled)
		if err != nil {
			return r, err
		}
		looks = append(looks, got...)
		if len(looks) > window {
			looks = looks[1:]
		}
		at := looks[len(looks)-1].At
		square, uncertain := m.Specimen.speed(looks)
		if len(looks) >= 3 {
			r.speed = math.Sqrt(max(0, square))
		}
		r.quiet = len(looks) >= 3 && square < p.Speed*p.Speed && uncertain < p.Speed*p.Speed
		if r.quiet || at-applied > p.Timeout {
			r.settled = at
			return r, nil
		}
		if err := m.Bench.Wait(ctx, p.Pause); err != nil {
			return r, err
		}
	}
}

// speed is the mean square speed of the nodes over some frames, without what
// noise adds to it, and its standard error ((m/s)^2; the first may be negative).
func (s *Specimen) speed(frames []lab.Frame) (square, uncertain float64) {
	dim, n := s.Net.Dim, float64(len(frames))
	if len(frames) < 3 {
		return math.Inf(1), math.Inf(1)
	}
	start := frames[0].At
	middle, spread := 0.0, 0.0
	for i := range frames {
		middle += (frames[i].At - start).Seconds() / n
	}
	for i := range frames {
		d := (frames[i].At - start).Seconds() - middle
		spread += d * d
	}
	reference := s.reference(frames)
	motion := make([]lab.Motion, len(frames))
	for i := range frames {
		motion[i] = lab.Align(reference, lab.Anchors(s.Net, &frames[i]), dim, 0, math.Inf(1))
	}
	slopes, left, coordinates := 0.0, 0.0, 0.0
	for node := range s.Net.Nodes() {
		visible := true
		for i := range frames {
			visible = visible && frames[i].Nodes[node].Seen
		}
		if !visible {
			continue
		}
		for axis := range dim {
			if s.Net.Held[node*dim+axis] {
				continue
			}
			sum, way, squares := 0.0, 0.0, 0.0
			first := 0.0
			for i := range frames {
				x := motion[i].Undo(frames[i].Nodes[node].X)[axis]
				if i == 0 {
					first = x
				}
				x -= first
				d := (frames[i].At - start).Seconds() - middle
				sum, way, squares = sum+x, way+d*x, squares+x*x
			}
			slope := way / spread
			slopes += slope * slope
			left += max(0, squares-sum*sum/n-slope*way) / (n - 2)
			coordinates++
		}
	}
	if coordinates == 0 {
		return 0, 0 // no mark is always seen: nothing can be said, the retakes will tell
	}
	noise := left / coordinates / spread // variance of a slope
	perNode := float64(dim)
	return perNode * (slopes/coordinates - noise), perNode * noise * math.Sqrt(2/coordinates*(1+1/(n-2)))
}
