package measurement

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// lateness is what a lattice does while a load goes on hanging.
type lateness struct {
	share difference // displacement since the first look after the wait, by all of it
	speed difference // of the marks after they have settled, m/s
}

// held hangs a load, looks as soon as the protocol would, lets it settle, and watches
// for a while. answer is what this load did before.
func (m *Measurer) held(ctx context.Context, load []lab.Force, hold time.Duration, answer *Response) (lateness, error) {
	const looks = creepLooks
	var l lateness
	if err := m.Bench.Ready(ctx); err != nil {
		return l, err
	}
	applied, err := m.Bench.Load(ctx, load)
	if err != nil {
		return l, err
	}
	early := m.Protocol.Settle
	early.Speed = 0
	at, err := m.settleBy(ctx, &early, applied)
	if err != nil {
		return l, err
	}
	first, err := m.grab(ctx, 1, at.settled)
	if err != nil {
		return l, err
	}
	later := m.Protocol.Settle
	later.Wait = 0 // it is over
	if at, err = m.settleBy(ctx, &later, at.settled); err != nil {
		return l, err
	}
	var frames []lab.Frame
	for range looks {
		if err := m.Bench.Wait(ctx, hold/looks); err != nil {
			return l, err
		}
		got, err := m.grab(ctx, 1, at.settled)
		if err != nil {
			return l, err
		}
		frames = append(frames, got...)
	}
	l.speed = m.Specimen.creeping(frames)
	l.share = m.Specimen.late(m.Protocol, first, frames[looks-3:], answer)
	if err := m.Bench.Ready(ctx); err != nil {
		return l, err
	}
	_, err = m.Bench.Load(ctx, nil)
	return l, err
}

// creeping is the speed of the marks over some frames.
func (s *Specimen) creeping(frames []lab.Frame) difference {
	square, uncertain := s.speed(frames)
	d := difference{math.Sqrt(max(0, square)), math.Sqrt(uncertain)}
	if d.value > d.sigma {
		d.sigma = uncertain / (2 * d.value)
	}
	return d
}

// late is how far the lattice went between two sets of frames under one load, by how
// far that load moves it.
func (s *Specimen) late(p *Protocol, first, last []lab.Frame, answer *Response) difference {
	single := *p
	single.Repeats, single.Outlier = 1, 1e9 // that marks move is what is asked
	reference, reach := s.reference(first), s.reach()
	from, to := s.average(&single, first, reference, answer.Sigma, reach), s.average(&single, last, reference, answer.Sigma, reach)
	var d, v, u []float64
	for i, x := range answer.U {
		if node, axis := i/s.Net.Dim, i%s.Net.Dim; !s.Net.Held[i] && from.seen[node] && to.seen[node] && answer.Seen[node] {
			d, v, u = append(d, to.x[node][axis]-from.x[node][axis]), append(v, from.v[node]+to.v[node]), append(u, x)
		}
	}
	return relative(d, v, u)
}

// creep judges what a load does that goes on hanging: how much of the answer comes late,
// and how fast the marks move when they are taken to rest.
func creep(l lateness, limit float64) Finding {
	if limit == 0 {
		limit = 2e-6
	}
	const do = "let it settle longer (protocol.wait), so that every look comes when it is at rest; an elastomer creeps for tens of seconds"
	f := judged(Finding{Name: "creep", Value: l.share.value, Sigma: l.share.sigma, WarnAt: 0.03, FailAt: 0.1,
		Means: fmt.Sprintf("how much of the displacement comes after the first look; marks that rest still move by %.2g um/s", 1e6*l.speed.value)}, do)
	if v := l.speed.value; v > 2*l.speed.sigma && f.Verdict != Fail {
		switch {
		case v > 5*limit:
			f.Verdict, f.Do = Fail, do
		case v > limit:
			f.Verdict, f.Do = Warn, do
		}
	}
	return f
}
