package driver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Options of a client. Zero values have the defaults named.
type Options struct {
	Answer time.Duration // longest wait for arm, load, measure, set_stiffness; 1 min
	Hello  time.Duration // longest wait for hello, in which a device may start; 10 s
	Ping   time.Duration // longest wait for ping; 2 s
	Safe   time.Duration // longest wait for safe; 5 s
	Grace  time.Duration // a driver whose input is closed may take so long to end; 2 s
	Reach  float64       // no mark is further from the origin, m; 10
	Pinned *Pinned       // of Process: what a person has agreed to; nil: the command as it is
	Log    io.Writer     // receives all that the driver writes to standard error; may be nil
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&o.Answer, time.Minute)
	set(&o.Hello, 10*time.Second)
	set(&o.Ping, 2*time.Second)
	set(&o.Safe, 5*time.Second)
	set(&o.Grace, 2*time.Second)
	if o.Reach == 0 {
		o.Reach = 10
	}
	return o
}

// Link is a way to a driver: two streams, and how they end.
type Link struct {
	Name string // how the driver is called in errors
	R    io.Reader
	W    io.Writer
	// HangUp closes what the driver reads, which tells it to make safe and end.
	HangUp func()
	// End waits for the driver to end and ends it by force after grace. It says
	// how it ended, and whether it did so by itself and in good order. R must
	// return an error afterwards.
	End func(grace time.Duration) (how string, clean bool)
	// Said is the last lines of its standard error; may be nil.
	Said func() []string
	// Noisy is a line on which other things than messages may come before hello
	// is answered, and which may swallow the first hello.
	Noisy bool
}

// Client is the host's side of the protocol: a lab.Bench behind a link. A
// driver that breaks the protocol is made safe and ended, and every later verb
// returns the same *Fault; a verb that a driver declines returns an *Error.
type Client struct {
	link  Link
	opt   Options
	lines chan line

	Wait
	turns     Turns // one request at a time
	id        uint64
	abandoned map[uint64]bool // requests whose answer nobody waits for
	bounds    *Bounds         // nil before hello
	watchdog  time.Duration
	applied   time.Duration
	trusting  bool // Exercise asks the driver itself what it refuses
	fault     *Fault
	closed    bool
	ended     sync.Once
	stop      chan struct{} // closed when the driver is ended
}

type line struct {
	text []byte
	err  error
}

var (
	_ lab.Bench     = (*Client)(nil)
	_ lab.Attendant = (*Client)(nil)
	_ lab.Stage     = (*Client)(nil)
)

// Connect makes a bench of a link. Nothing is sent before the first verb. Close
// it at the end.
func Connect(l Link, o Options) *Client {
	c := &Client{link: l, opt: o.withDefaults(), lines: make(chan line), abandoned: map[uint64]bool{}, stop: make(chan struct{})}
	go c.read()
	return c
}

// read hands on the lines of the driver, and why there are no more.
func (c *Client) read() {
	r := bufio.NewReaderSize(c.link.R, 64<<10)
	for {
		text, err := readLine(r, MaxLine)
		select {
		case c.lines <- line{text, err}:
		case <-c.stop:
			return
		}
		if err != nil && !errors.Is(err, errLong) {
			return
		}
	}
}

// Hello asks who the driver is, once.
func (c *Client) Hello(ctx context.Context) (lab.Card, error) {
	ctx, done := c.turns.Take(ctx)
	defer done()
	if err := c.hello(ctx); err != nil {
		return lab.Card{}, err
	}
	return c.bounds.Card, nil
}

func (c *Client) hello(ctx context.Context) error {
	if c.bounds != nil && c.fault == nil {
		return nil
	}
	err := c.ask(ctx, Request{Verb: Hello, Protocol: Protocol}, c.opt.Hello, func(text []byte) error {
		card, watchdog, err := readHello(text)
		if err != nil {
			return err
		}
		c.bounds, c.watchdog = &Bounds{Card: card}, watchdog
		return nil
	})
	if err == nil {
		go c.keepAlive()
	}
	return err
}

// Arm puts limits in force, here and in the driver.
func (c *Client) Arm(ctx context.Context, limits lab.Limits) error {
	ctx, done := c.turns.Take(ctx)
	defer done()
	if err := c.hello(ctx); err != nil {
		return err
	}
	try := *c.bounds
	if err := try.Arm(limits); err != nil && !c.trusting {
		return err
	}
	if err := c.ask(ctx, Request{Verb: Arm, Limits: &limits}, c.opt.Answer, nil); err != nil {
		return err
	}
	*c.bounds = try
	return nil
}

// Load hangs loads. The rate of loads is counted by the driver.
func (c *Client) Load(ctx context.Context, load []lab.Force) (applied time.Duration, err error) {
	ctx, done := c.turns.Take(ctx)
	defer done()
	if err := c.check(func(b *Bounds) error { return b.Force(load) }); err != nil {
		return 0, err
	}
	return c.hang(ctx, Request{Verb: Load, Forces: Forces(load, c.bounds.Card.Dim)})
}

// Hold hangs loads and holds nodes beside them.
func (c *Client) Hold(ctx context.Context, load []lab.Force, holds []lab.Hold) (applied time.Duration, err error) {
	ctx, done := c.turns.Take(ctx)
	defer done()
	if err := c.check(func(b *Bounds) error { return b.Held(load, holds) }); err != nil {
		return 0, err
	}
	dim := c.bounds.Card.Dim
	return c.hang(ctx, Request{Verb: Hold, Forces: Forces(load, dim), Holds: Holds(holds, dim)})
}

// hang asks for loads and remembers when they hung.
func (c *Client) hang(ctx context.Context, r Request) (applied time.Duration, err error) {
	err = c.ask(ctx, r, c.opt.Answer, func(text []byte) (err error) {
		applied, err = readLoad(text, c.applied)
		return err
	})
	if err != nil {
		return 0, err
	}
	c.applied = applied
	return applied, nil
}

// Measure looks.
func (c *Client) Measure(ctx context.Context, repeats int) (frames []lab.Frame, err error) {
	ctx, done := c.turns.Take(ctx)
	defer done()
	if err := c.check((*Bounds).Armed); err != nil {
		return nil, err
	}
	if repeats < 1 || repeats > mostRepeats {
		return nil, refuse(BadRequest, "%d measurements at once; it must be 1 to %d", repeats, mostRepeats)
	}
	w := want{card: c.bounds.Card, repeats: repeats, after: c.applied, reach: c.opt.Reach}
	err = c.ask(ctx, Request{Verb: Measure, Repeats: repeats}, c.opt.Answer, func(text []byte) (err error) {
		frames, err = readFrames(text, w)
		return err
	})
	return frames, err
}

// SetStiffness asks for stiffnesses.
func (c *Client) SetStiffness(ctx context.Context, k []float64) error {
	ctx, done := c.turns.Take(ctx)
	defer done()
	if err := c.check(func(b *Bounds) error { return b.Stiffness(k) }); err != nil {
		return err
	}
	if err := c.ask(ctx, Request{Verb: SetStiffness, K: append([]float64{}, k...)}, c.opt.Answer, nil); err != nil {
		return err
	}
	c.bounds.Stiffened(k)
	return nil
}

// Safe calls off the verb that is under way and takes all loads off. It does so
// even when ctx is done. After a fault it
// returns nil if the lattice is known to be safe.
func (c *Client) Safe(ctx context.Context) error {
	defer c.turns.Safe()()
	if f := c.fault; f != nil {
		if f.Safe == Unknown {
			return f
		}
		return nil
	}
	if c.closed {
		return nil
	}
	if c.bounds != nil {
		c.bounds.Disarm("it was made safe")
	}
	return c.ask(context.WithoutCancel(ctx), Request{Verb: Safe}, c.opt.Safe, nil)
}

// Ping asks whether the driver is well.
func (c *Client) Ping(ctx context.Context) error {
	ctx, done := c.turns.Take(ctx)
	defer done()
	return c.ask(ctx, Request{Verb: Ping}, c.opt.Ping, nil)
}

// Close makes the lattice safe and ends the driver.
func (c *Client) Close() error {
	err := c.Safe(context.Background())
	c.Abandon()
	return err
}

// Abandon ends the link without a word, as a host that dies does; the driver
// must make the lattice safe by itself.
func (c *Client) Abandon() {
	_, done := c.turns.Take(context.Background())
	defer done()
	if !c.closed {
		c.closed = true
		c.end()
	}
}

// check is what is refused before it is sent.
func (c *Client) check(by func(*Bounds) error) error {
	if c.fault != nil {
		return c.fault
	}
	if c.bounds == nil {
		return refuse(NotArmed, "the bench is not armed; arm it first")
	}
	if c.trusting {
		return nil
	}
	return by(c.bounds)
}

// keepAlive pings while the host is idle, so that the driver's watchdog sleeps.
// While a verb is under way the driver knows that it has work.
func (c *Client) keepAlive() {
	tick := time.NewTicker(c.watchdog / 3)
	defer tick.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-tick.C:
		}
		ctx, done, free := c.turns.try(context.Background())
		if !free {
			continue
		}
		if c.fault == nil && !c.closed {
			// A fault is kept for the next verb.
			_ = c.ask(ctx, Request{Verb: Ping}, c.opt.Ping, nil)
		}
		done()
	}
}

// ask sends a request and reads its answer; read (which may be nil) takes the
// answer apart. The caller holds the lock.
func (c *Client) ask(ctx context.Context, r Request, within time.Duration, read func([]byte) error) error {
	switch {
	case c.fault != nil:
		return c.fault
	case c.closed:
		return fmt.Errorf("%s: the connection was closed", c.link.Name)
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %s: %w", c.link.Name, r.Verb, context.Cause(ctx))
	}
	if r.Verb != Ping {
		defer c.For(fmt.Sprintf("the answer of %s to %s", c.link.Name, r.Verb))()
	}
	text, err := c.roundTrip(ctx, r, within)
	if err == nil && read != nil {
		err = read(text)
	}
	var p *problem
	if errors.As(err, &p) {
		return c.fail(r.Verb, p)
	}
	return err
}

// roundTrip returns the answer to a request, or a *problem, an *Error, or the
// error of ctx.
func (c *Client) roundTrip(ctx context.Context, r Request, within time.Duration) ([]byte, error) {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	var again <-chan time.Time
	if c.link.Noisy && r.Verb == Hello {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		again = ticker.C
	}
	written, err := c.send(&r)
	if err != nil {
		return nil, err
	}
	for {
		select {
		case err := <-written:
			written = nil
			// A driver that died is known by the end of what it writes, with more to say.
			if err != nil && c.link.Noisy {
				return nil, wrong(Gone, "the port cannot be written: %v", err)
			}
		case got := <-c.lines:
			text, err := c.sort(got, r.ID)
			var p *problem
			if errors.As(err, &p) && again != nil && p.kind != Gone {
				continue
			}
			var no *Error
			if errors.As(err, &no) {
				no.Driver, no.Verb = c.link.Name, r.Verb
			}
			if text != nil || err != nil {
				return text, err
			}
		case <-again:
			if written == nil {
				c.abandoned[r.ID] = true
				if written, err = c.send(&r); err != nil {
					return nil, err
				}
			}
		case <-ctx.Done():
			c.abandoned[r.ID] = true
			return nil, fmt.Errorf("%s: %s: %w", c.link.Name, r.Verb, context.Cause(ctx))
		case <-deadline.C:
			return nil, wrong(Silent, "no answer within %v", within)
		}
	}
}

// send writes a request under the next number. A driver that does not read must not stop the host.
func (c *Client) send(r *Request) (<-chan error, error) {
	c.id++
	r.ID = c.id
	text, err := marshal(r)
	if err != nil {
		return nil, refuse(BadRequest, "%s cannot be sent: %v", r.Verb, err)
	}
	written := make(chan error, 1)
	go func() {
		_, err := c.link.W.Write(text)
		written <- err
	}()
	return written, nil
}

// sort returns a line that answers request id, nil for one that nobody waits for.
func (c *Client) sort(got line, id uint64) ([]byte, error) {
	switch {
	case errors.Is(got.err, errLong):
		return nil, wrong(Garbled, "the driver wrote %v", errLong)
	case errors.Is(got.err, io.ErrUnexpectedEOF):
		return nil, wrong(Gone, "the driver ended in the middle of a line")
	case got.err != nil:
		return nil, wrong(Gone, "the driver ended without an answer")
	}
	var h head
	if err := unmarshal(got.text, &h); err != nil {
		return nil, wrong(Garbled, "the driver wrote %s: %v", quote(got.text), err)
	}
	switch {
	case h.ID == nil:
		return nil, wrong(Garbled, `the driver wrote %s, which has no "id"`, quote(got.text))
	case *h.ID == 0 && h.Error != nil:
		return nil, wrong(Garbled, "the driver could not read a request: %s", Clean(h.Error.Message, mostMessage))
	case *h.ID != id && c.abandoned[*h.ID]:
		delete(c.abandoned, *h.ID)
		return nil, nil
	case *h.ID != id:
		return nil, wrong(OutOfTurn, "the driver answered request %d when %d was asked", *h.ID, id)
	case h.Error != nil && h.Error.Code == "":
		return nil, wrong(Garbled, `the driver wrote %s, an error without a "code"`, quote(got.text))
	case h.Error != nil:
		if h.Error.Code == NotArmed && c.bounds != nil {
			c.bounds.Disarm("the driver says so")
		}
		return nil, &Error{Code: Clean(h.Error.Code, mostName), Message: Clean(h.Error.Message, mostMessage)}
	}
	return got.text, nil
}

// fail makes the lattice safe, ends the driver and remembers why.
func (c *Client) fail(verb string, p *problem) error {
	f := &Fault{Driver: c.link.Name, Verb: verb, Kind: p.kind, Detail: p.detail, Safe: Unknown}
	if p.kind != Gone && c.confirmSafe() {
		f.Safe = Confirmed
	}
	how, clean := c.end()
	if f.Safe == Unknown && clean && p.kind != Gone {
		f.Safe = HungUp
	}
	if p.kind == Gone && how != "" {
		f.Detail += " (" + how + ")"
	}
	if c.link.Said != nil {
		f.Said = c.link.Said()
	}
	c.fault = f
	return f
}

// confirmSafe asks a driver that broke the protocol for safe, and overlooks
// whatever else it says.
func (c *Client) confirmSafe() bool {
	r := Request{Verb: Safe}
	deadline := time.NewTimer(c.opt.Safe)
	defer deadline.Stop()
	if _, err := c.send(&r); err != nil {
		return false
	}
	for {
		select {
		case got := <-c.lines:
			if got.err != nil && !errors.Is(got.err, errLong) {
				return false
			}
			var h head
			if unmarshal(got.text, &h) == nil && h.ID != nil && *h.ID == r.ID {
				return h.Error == nil
			}
		case <-deadline.C:
			return false
		}
	}
}

// end closes the link and lets nothing of the driver live on.
func (c *Client) end() (how string, clean bool) {
	c.ended.Do(func() {
		close(c.stop)
		c.link.HangUp()
		how, clean = c.link.End(c.opt.Grace)
	})
	return how, clean
}
