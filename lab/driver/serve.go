package driver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Server is the driver's side of the protocol: it puts a bench behind two
// streams, so that a Go program is a driver in one line. It checks the limits
// of the bench again, and makes it safe when its input ends or the host is
// silent for longer than the watchdog.
type Server struct {
	Bench    lab.Bench
	Watchdog time.Duration    // 5 s if 0
	Now      func() time.Time // for the rate of loads; time.Now if nil
}

// Serve puts a bench behind the protocol until r ends.
func Serve(bench lab.Bench, r io.Reader, w io.Writer) error {
	return (&Server{Bench: bench}).Serve(r, w)
}

// Serve answers requests until r ends, which is no error. The bench is safe
// when it returns, unless the error says that it could not be made so.
func (s *Server) Serve(r io.Reader, w io.Writer) (err error) {
	d := session{bench: s.Bench, now: s.Now, watchdog: s.Watchdog}
	if d.now == nil {
		d.now = time.Now
	}
	if d.watchdog == 0 {
		d.watchdog = 5 * time.Second
	}
	if d.card, err = d.bench.Hello(context.Background()); err != nil {
		return fmt.Errorf("the bench says no hello: %w", err)
	}
	if err := CheckCard(d.card); err != nil {
		return fmt.Errorf("the card of the bench: %w", err)
	}
	d.bounds.Card = d.card
	stop := make(chan struct{})
	defer close(stop)
	defer func() {
		if safe := d.bench.Safe(context.Background()); safe != nil {
			err = errors.Join(err, fmt.Errorf("the bench could not be made safe: %w", safe))
		}
	}()
	return d.loop(receive(r, stop), w)
}

// session is one host's use of a bench.
type session struct {
	bench    lab.Bench
	card     lab.Card
	bounds   Bounds
	now      func() time.Time
	watchdog time.Duration
}

// received is a request, or why there is none: err ends the session, and
// unread is a line that is no request.
type received struct {
	ctx     context.Context // done when safe, or the end, has come after it
	request Request
	unread  error
	err     error
}

// receive reads requests ahead of the loop, so that safe, and the end of the
// input, interrupt a verb that is under way.
func receive(r io.Reader, stop <-chan struct{}) <-chan received {
	out := make(chan received)
	in := bufio.NewReaderSize(r, 64<<10)
	go func() {
		for receiveUntilSafe(in, out, stop) {
		}
	}()
	return out
}

// receiveUntilSafe hands requests on up to the next safe, which interrupts
// those before it. It reports whether there may be more.
func receiveUntilSafe(in *bufio.Reader, out chan<- received, stop <-chan struct{}) (more bool) {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	for {
		got := receiveOne(in)
		got.ctx = ctx
		last := got.err != nil || got.request.Verb == Safe
		if last {
			interrupt()
			got.ctx = context.Background()
		}
		select {
		case out <- got:
		case <-stop:
			return false
		}
		if last {
			return got.err == nil
		}
	}
}

func receiveOne(in *bufio.Reader) (got received) {
	text, err := readLine(in, MaxLine)
	switch {
	case errors.Is(err, errLong):
		got.unread = err
	case err != nil:
		got.err = err
	default:
		got.request, got.unread = readRequest(text)
	}
	return got
}

// readRequest reads a request; its number must be there.
func readRequest(text []byte) (r Request, err error) {
	if err := unmarshal(text, &r); err != nil {
		return Request{}, err
	}
	if r.ID == 0 {
		return Request{}, errors.New(`"id" is missing; requests are numbered from 1`)
	}
	return r, nil
}

func (d *session) loop(requests <-chan received, w io.Writer) error {
	watchdog := time.NewTimer(d.watchdog)
	defer watchdog.Stop()
	for {
		watchdog.Reset(d.watchdog)
		select {
		case got := <-requests:
			if got.err != nil {
				return nil
			}
			text, err := marshal(d.answer(&got))
			if err != nil {
				text, err = marshal(d.no(got.request.ID, fmt.Errorf("the answer cannot be sent: %w", err)))
			}
			if err == nil {
				_, err = w.Write(text)
			}
			if err != nil {
				return fmt.Errorf("the host does not listen any more: %w", err)
			}
		case <-watchdog.C:
			if d.bounds.Armed() == nil {
				d.bounds.Disarm(fmt.Sprintf("the host was silent for %v, and the watchdog made the lattice safe", d.watchdog))
				if err := d.bench.Safe(context.Background()); err != nil {
					return fmt.Errorf("the host was silent for %v: %w", d.watchdog, err)
				}
			}
		}
	}
}

// answer carries a request out and returns what to write.
func (d *session) answer(got *received) any {
	if got.unread != nil {
		return d.no(0, refuse(BadRequest, "the request cannot be read: %v", got.unread))
	}
	out, err := d.carryOut(got.ctx, &got.request)
	switch {
	case err != nil && got.ctx.Err() != nil:
		return d.no(got.request.ID, refuse(Interrupted, "%s was interrupted", got.request.Verb))
	case err != nil:
		return d.no(got.request.ID, err)
	}
	return out
}

// no answers with an error.
func (d *session) no(id uint64, err error) any {
	e := asError(err)
	return head{ID: &id, Error: &wireError{Code: e.Code, Message: e.Message}}
}

func (d *session) carryOut(ctx context.Context, r *Request) (any, error) {
	yes := head{ID: &r.ID}
	switch r.Verb {
	case Hello:
		if r.Protocol != Protocol {
			return nil, refuse(BadRequest, "the host speaks protocol %d, and this driver %d", r.Protocol, Protocol)
		}
		c := d.card
		return helloAnswer{ID: r.ID, Protocol: Protocol, Name: c.Name, Version: c.Version, Units: si, Dim: c.Dim, Nodes: c.Nodes,
			Elements: c.Elements, Stiffens: c.Stiffens, Limits: c.Limits, Values: c.Values, Unit: c.Unit, Removes: c.Removes, Holds: c.Holds, Watchdog: d.watchdog.Seconds()}, nil
	case Ping:
		return yes, d.bench.Ping(ctx)
	case Safe:
		d.bounds.Disarm("it was made safe")
		return yes, d.bench.Safe(ctx)
	case Arm:
		return yes, d.arm(ctx, r.Limits)
	case Load:
		load, err := forces(r.Forces, d.card)
		if err != nil {
			return nil, refuse(BadRequest, "%v", err)
		}
		if r.Forces == nil {
			return nil, refuse(BadRequest, `"forces" is missing; an empty list takes all loads off`)
		}
		if err := d.bounds.Load(load, d.now()); err != nil {
			return nil, err
		}
		applied, err := d.bench.Load(ctx, load)
		at := applied.Seconds()
		return loadAnswer{ID: r.ID, Applied: &at}, err
	case Hold:
		return d.hold(ctx, r)
	case Measure:
		return d.measure(ctx, r)
	case SetStiffness:
		if err := d.bounds.Stiffness(r.K); err != nil {
			return nil, err
		}
		err := d.bench.SetStiffness(ctx, r.K)
		if err == nil {
			d.bounds.Stiffened(r.K)
		}
		return yes, err
	}
	return nil, refuse(BadRequest, "there is no verb %q; there are hello, arm, load, hold, measure, set_stiffness, safe and ping", r.Verb)
}

func (d *session) arm(ctx context.Context, l *lab.Limits) error {
	if l == nil {
		return refuse(BadRequest, `"limits" is missing`)
	}
	try := d.bounds
	if err := try.Arm(*l); err != nil {
		return err
	}
	if err := d.bench.Arm(ctx, *l); err != nil {
		return err
	}
	d.bounds = try
	return nil
}

func (d *session) hold(ctx context.Context, r *Request) (any, error) {
	load, err := forces(r.Forces, d.card)
	if err != nil {
		return nil, refuse(BadRequest, "%v", err)
	}
	list, err := holds(r.Holds, d.card)
	if err != nil {
		return nil, refuse(BadRequest, "%v", err)
	}
	if r.Forces == nil {
		return nil, refuse(BadRequest, `"forces" is missing; an empty list hangs no load beside what is held`)
	}
	if err := d.bounds.Hold(load, list, d.now()); err != nil {
		return nil, err
	}
	stage, ok := d.bench.(lab.Stage)
	if !ok {
		return nil, refuse(Refused, "the card says that nodes can be held, and this bench has no stage")
	}
	applied, err := stage.Hold(ctx, load, list)
	at := applied.Seconds()
	return loadAnswer{ID: r.ID, Applied: &at}, err
}

func (d *session) measure(ctx context.Context, r *Request) (any, error) {
	if err := d.bounds.Armed(); err != nil {
		return nil, err
	}
	if r.Repeats < 1 || r.Repeats > mostRepeats {
		return nil, refuse(BadRequest, "%d measurements at once; it must be 1 to %d", r.Repeats, mostRepeats)
	}
	frames, err := d.bench.Measure(ctx, r.Repeats)
	if err != nil {
		return nil, err
	}
	out := measureAnswer{ID: r.ID, Frames: make([]wireFrame, len(frames))}
	for i := range frames {
		out.Frames[i] = onWire(&frames[i], d.card.Dim)
	}
	return out, nil
}
