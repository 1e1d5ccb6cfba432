package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/elastrain/elastrain/lab"
)

// Exercise goes through all verbs of a bench with small loads and writes a
// line for each check: pass, fail or skip. No load is larger than a hundredth of
// the limit of force (a millinewton if the bench knows none). What the bench
// must refuse is asked for under limits armed narrower still, so that a driver
// that obeys where it should refuse does no harm. It returns an error if a check failed;
// the bench is made safe in any case.
func Exercise(ctx context.Context, bench lab.Bench, out io.Writer) error {
	e := exercise{ctx: ctx, bench: bench, out: out}
	card, err := bench.Hello(ctx)
	if err == nil {
		err = CheckCard(card)
	}
	if !e.check("hello", err) {
		return e.result()
	}
	e.card = card
	e.say("    ", "%s, version %s: %d nodes, %d elements, %d dimensions", card.Name, card.Version, card.Nodes, card.Elements, card.Dim)
	if card.Values > 0 {
		e.say("    ", "set_stiffness takes %d values %s", card.Values, inUnit(card.Unit))
	}
	defer func() { _ = bench.Safe(ctx) }()
	e.check("ping", bench.Ping(ctx))
	e.check("safe, before anything moved", bench.Safe(ctx))
	e.refused("a load before arm", NotArmed, func() error { _, err := bench.Load(ctx, e.small(1)); return err })
	if !e.check("arm", bench.Arm(ctx, card.Limits)) {
		return e.result()
	}
	e.look("unloaded", nil)
	e.wait()
	e.look("with a small load", e.small(1))
	e.limits()
	e.hold()
	e.stiffness()
	e.check("safe", bench.Safe(ctx))
	e.check("safe again", bench.Safe(ctx))
	e.refused("a load after safe", NotArmed, func() error { _, err := bench.Load(ctx, e.small(1)); return err })
	e.check("arm again, and take all off", e.armAndUnload())
	e.check("safe at the end", bench.Safe(ctx))
	return e.result()
}

type exercise struct {
	ctx    context.Context
	bench  lab.Bench
	out    io.Writer
	card   lab.Card
	failed int
	silent bool // the bench broke the protocol: there is no point in going on
}

func (e *exercise) say(verdict, format string, args ...any) {
	_, _ = fmt.Fprintf(e.out, "%s  %s\n", verdict, fmt.Sprintf(format, args...))
}

func (e *exercise) check(what string, err error) bool {
	if e.silent {
		return false
	}
	if err == nil {
		e.say("pass", "%s", what)
		return true
	}
	e.failed++
	e.say("fail", "%s: %v", what, err)
	var f *Fault
	e.silent = errors.As(err, &f)
	return false
}

// refused checks that the bench, and not only the host, says no.
func (e *exercise) refused(what, code string, do func() error) {
	if c, ok := e.bench.(*Client); ok {
		c.trust(true)
		defer c.trust(false)
	}
	err := do()
	var no *Error
	var f *Fault
	switch {
	case err == nil:
		err = errors.New("it was obeyed; a driver must refuse it")
	case errors.As(err, &f):
	case errors.As(err, &no) && no.Code != code:
		err = fmt.Errorf("it was refused with the code %q, not %q: %w", no.Code, code, err)
	default:
		err = nil
	}
	e.check(what+" is refused", err)
}

// trust makes the client send what it would refuse itself.
func (c *Client) trust(yes bool) {
	_, done := c.turns.Take(context.Background())
	defer done()
	c.trusting = yes && c.bounds != nil
}

// unit is a hundredth of what a node bears.
func (e *exercise) unit() float64 {
	most := 0.1
	for _, limit := range []float64{e.card.Limits.Force, e.card.Limits.TotalForce} {
		if limit > 0 {
			most = min(most, limit)
		}
	}
	return most / 100
}

// small is a force of some units on the last node; the first ones are more
// often held.
func (e *exercise) small(units float64) []lab.Force {
	f := lab.Force{Node: e.card.Nodes - 1}
	f.F[e.card.Dim-1] = -units * e.unit()
	return []lab.Force{f}
}

// wait keeps to the rate of loads.
func (e *exercise) wait() {
	if r := e.card.Limits.Rate; r > 0 {
		select {
		case <-e.ctx.Done():
		case <-time.After(time.Duration(1.05 / r * 1e9)):
		}
	}
}

func (e *exercise) look(how string, load []lab.Force) {
	applied, err := e.bench.Load(e.ctx, load)
	if !e.check("load: "+how, err) {
		return
	}
	frames, err := e.bench.Measure(e.ctx, 2)
	if err == nil {
		err = e.frames(frames, applied)
	}
	e.check("measure twice: "+how, err)
}

// frames checks what a Client has checked already, for other benches.
func (e *exercise) frames(frames []lab.Frame, applied time.Duration) error {
	if len(frames) != 2 {
		return fmt.Errorf("%d frames came", len(frames))
	}
	for i, f := range frames {
		if f.At < applied {
			return fmt.Errorf("frame %d is stale: from %v, and the loads hang since %v", i+1, f.At, applied)
		}
		if len(f.Nodes) != e.card.Nodes {
			return fmt.Errorf("frame %d has %d nodes", i+1, len(f.Nodes))
		}
		seen := 0
		for n, m := range f.Nodes {
			if !m.Seen {
				continue
			}
			seen++
			if size := math.Hypot(math.Hypot(m.X[0], m.X[1]), m.X[2]); math.IsNaN(size) || math.IsInf(size, 0) {
				return fmt.Errorf("node %d of frame %d is nowhere: %v", n+1, i+1, m.X)
			}
		}
		if seen == 0 {
			return fmt.Errorf("no node was seen in frame %d", i+1)
		}
	}
	return nil
}

// limits arms with a tenth of the small load and asks for the whole.
func (e *exercise) limits() {
	narrow := e.card.Limits
	if e.silent || !e.check("arm with narrower limits", func() error {
		narrow.Force = e.unit() / 10
		return e.bench.Arm(e.ctx, narrow)
	}()) {
		return
	}
	e.wait()
	e.refused("a force beyond the limit", Refused, func() error { _, err := e.bench.Load(e.ctx, e.small(1)); return err })
	if e.card.Limits.Force > 0 {
		wide := e.card.Limits
		wide.Force *= 2
		e.refused("a limit wider than the card's", Refused, func() error { return e.bench.Arm(e.ctx, wide) })
	}
}

func (e *exercise) stiffness() {
	k := make([]float64, e.card.Settings())
	l := e.card.Limits
	switch {
	case e.silent:
		return
	case !e.card.Stiffens:
		e.refused("set_stiffness of a bench that cannot", Refused, func() error { return e.bench.SetStiffness(e.ctx, k) })
		return
	case l.Stiffness == [2]float64{} || l.StiffnessStep > 0:
		e.say("skip", "set_stiffness: the card says no range, or only small steps are allowed")
		return
	}
	least, most := l.Stiffness[0], l.Stiffness[1]
	middle := (least + most) / 2
	l.Stiffness[1] = middle
	if !e.check("arm with a narrower range of stiffness", e.bench.Arm(e.ctx, l)) {
		return
	}
	for i := range k {
		k[i] = middle
	}
	e.check("set_stiffness: the middle of the range", e.bench.SetStiffness(e.ctx, k))
	if len(k) > 0 && most > middle {
		k[len(k)-1] = (middle + most) / 2
		e.refused("a stiffness beyond the limit", Refused, func() error { return e.bench.SetStiffness(e.ctx, k) })
	}
}

func (e *exercise) armAndUnload() error {
	if err := e.bench.Arm(e.ctx, e.card.Limits); err != nil {
		return err
	}
	e.wait()
	_, err := e.bench.Load(e.ctx, nil)
	return err
}

func (e *exercise) result() error {
	if e.failed > 0 {
		return fmt.Errorf("%d checks of the driver failed", e.failed)
	}
	return nil
}

func inUnit(unit string) string {
	if unit == "" {
		return "in units of their own"
	}
	return "in " + unit
}
