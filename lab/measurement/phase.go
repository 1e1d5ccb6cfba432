package measurement

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// StaleError says that a bench goes on delivering frames from before the load.
type StaleError struct {
	After, Last time.Duration // the frame must be later than After; the last was of Last
	Tries       int
}

func (e *StaleError) Error() string {
	if e.Last > e.After {
		return fmt.Sprintf("%d times no new frame came: the last is still that of %v, which was taken already; the camera or the folder delivers old pictures", e.Tries, e.Last)
	}
	return fmt.Sprintf("%d times no new frame came: the last is of %v, but the lattice was ready at %v; the camera or the folder delivers old pictures", e.Tries, e.Last, e.After)
}

// MissingError says that a mark without which nothing can be computed was not
// seen well enough after all retakes.
type MissingError struct{ Node int }

func (e *MissingError) Error() string {
	return fmt.Sprintf("node %d was not seen; clean its mark, look at the light, and measure again", e.Node+1)
}

// Measurer measures phases: zero, load, settle, grab, check, unload, zero again.
type Measurer struct {
	Bench    *lab.Guard
	Specimen *Specimen
	Protocol *Protocol
	// Rejected, when set, is told of phases that were measured and not used, and why.
	Rejected func(r *Record, why error) error

	last   time.Duration // of the frame taken last
	looked bool          // last is the time of a frame
}

// Forget lets frames count that are not later than those taken before: of a bench that was put back.
func (m *Measurer) Forget() { m.looked = false }

// Phase measures the answer to one load. With shared zeros (Protocol.SharedZero)
// it uses those, where given, instead of its own. A phase whose zero drifts is
// measured again, up to Protocol.Rejected times; then the error is a
// *DriftError. The lattice is unloaded when Phase returns without an error.
func (m *Measurer) Phase(ctx context.Context, load []lab.Force, shared []lab.Frame) (*Record, *Response, error) {
	return m.Held(ctx, load, nil, shared)
}

// Held is Phase with nodes held beside the load.
func (m *Measurer) Held(ctx context.Context, load []lab.Force, holds []lab.Hold, shared []lab.Frame) (*Record, *Response, error) {
	for tries := 0; ; tries++ {
		r, err := m.look(ctx, load, holds, shared)
		if err != nil {
			return nil, nil, err
		}
		response, err := m.Specimen.Reduce(m.Protocol, r)
		var drift *DriftError
		if err == nil || !errors.As(err, &drift) {
			return r, response, err
		}
		if m.Rejected != nil {
			if err := m.Rejected(r, drift); err != nil {
				return nil, nil, err
			}
		}
		if tries >= m.Protocol.Rejected {
			return nil, nil, fmt.Errorf("%d phases in a row: %w", tries+1, drift)
		}
	}
}

// look takes the frames of one phase.
func (m *Measurer) look(ctx context.Context, load []lab.Force, holds []lab.Hold, shared []lab.Frame) (*Record, error) {
	r := &Record{Load: load, Holds: holds, Zero: shared}
	var err error
	if shared == nil {
		if r.Zero, _, err = m.state(ctx, nil, nil); err != nil {
			return nil, err
		}
	}
	var rest rest
	if r.Loaded, rest, err = m.state(ctx, load, holds); err != nil {
		return nil, err
	}
	r.Applied, r.Settled, r.Quiet, r.Speed = rest.applied, rest.settled, rest.quiet, rest.speed
	if m.Protocol.Drift > 0 && !m.Protocol.SharedZero {
		r.After, _, err = m.state(ctx, nil, nil)
		return r, err
	}
	if err = m.Bench.Ready(ctx); err == nil {
		_, err = m.Bench.Load(ctx, nil)
	}
	return r, err
}

// state hangs a load, holds nodes, lets it settle and takes the frames of it.
func (m *Measurer) state(ctx context.Context, load []lab.Force, holds []lab.Hold) ([]lab.Frame, rest, error) {
	if err := m.Bench.Ready(ctx); err != nil {
		return nil, rest{}, err
	}
	var applied time.Duration
	var err error
	if len(holds) > 0 {
		applied, err = m.Bench.Hold(ctx, load, holds)
	} else {
		applied, err = m.Bench.Load(ctx, load)
	}
	if err != nil {
		return nil, rest{}, err
	}
	rest, err := m.settle(ctx, applied)
	if err != nil {
		return nil, rest, err
	}
	frames, err := m.grab(ctx, m.Protocol.Repeats, rest.settled)
	for retake := 0; err == nil && retake < m.Protocol.Retakes && m.incomplete(frames); retake++ {
		var more []lab.Frame
		more, err = m.grab(ctx, 1, rest.settled)
		frames = append(frames, more...)
	}
	return frames, rest, err
}

// incomplete reports whether a node has fewer good frames than were asked for.
func (m *Measurer) incomplete(frames []lab.Frame) bool {
	s := m.Specimen
	reference := s.reference(frames)
	sigma := s.noise(m.Protocol, reference, frames)
	for _, good := range s.average(m.Protocol, frames, reference, sigma, s.reach()).good {
		if good < m.Protocol.Repeats {
			return true
		}
	}
	return false
}

// grab takes frames that are later than after and than every frame before. A
// bench that delivers stale or repeated frames is asked again.
func (m *Measurer) grab(ctx context.Context, count int, after time.Duration) ([]lab.Frame, error) {
	const patience = 10    // answers that bring nothing
	const pile = 1_000_000 // old frames that are passed over, because a camera took them meanwhile
	var frames []lab.Frame
	newest, passed := time.Duration(math.MinInt64), 0
	for empty := 0; len(frames) < count; {
		got, err := m.Bench.Measure(ctx, count-len(frames))
		if err != nil {
			return nil, err
		}
		before := len(frames)
		for _, f := range got {
			if f.At > after && (!m.looked || f.At > m.last) {
				m.last, m.looked = f.At, true
				frames = append(frames, f)
			}
		}
		if len(frames) > before {
			continue
		}
		if n := len(got); n > 0 && got[n-1].At > newest && passed < pile {
			newest = got[n-1].At // it catches up
			passed += n
			continue
		}
		if empty++; empty >= patience {
			last := m.last
			if len(got) > 0 {
				last = got[len(got)-1].At
			}
			return nil, m.Bench.Fail("Measure", &StaleError{after, last, empty})
		}
		if err := m.Bench.Wait(ctx, 10*time.Millisecond<<empty); err != nil {
			return nil, err
		}
	}
	return frames, nil
}
