package main

import (
	"context"
	"fmt"
	"time"

	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab"
	"github.com/elastrain/elastrain/lab/measurement"
	labsession "github.com/elastrain/elastrain/lab/session"
	"github.com/elastrain/elastrain/run/insitu"
)

// labProgress tells how far a session is, counted in loads.
type labProgress struct {
	s      *session
	others *feeding // programs that watch; may be nil
	began  time.Time
	last   time.Time
	loads  int // measured by this process
	total  int // that this process will measure at most
	each   int // of a step
	exam   int // of the look at the end
}

func (p *labProgress) begin(t *insitu.Training) {
	p.began, p.last = time.Now(), time.Now()
	p.each, p.exam = t.Lab.Loads(), t.Lab.Estimator().Inputs()
	steps, reusable := len(t.Session.Log().Steps), t.Session.Resumed().Reusable
	looks, first := t.Lab.LooksAtMost()
	look, left := p.each, max(0, t.Lab.Spec.Steps-steps)
	p.total = look * looks * left
	if p.each *= looks; steps == 0 && left > 0 {
		p.total += look * (first - looks)
		p.each = look * max(first, looks)
	}
	p.total = max(0, p.total+p.exam-reusable)
	verb := "training"
	if t.Resumed {
		verb = "going on with"
	}
	p.s.Notef("%s %s on %s, in %s\n", verb, cli.Count(t.Lab.Experiment.Design.Dim(), "bond"), t.Lab.Describe(), t.Dir)
	takes := cli.Count(p.each, "load")
	if looks > 1 {
		takes = fmt.Sprintf("a look for each lattice that it tries, of %s, and %d looks at most", cli.Count(look, "load"), max(first, looks))
	}
	p.s.Notef("%d of %s are done; a step takes %s, each looked at %s\n", steps, cli.Count(t.Lab.Spec.Steps, "step"), takes, cli.Count(t.Lab.Protocol.Repeats, "time"))
	if reusable > 0 {
		p.s.Notef("%s of the step that was interrupted need no measuring again\n", cli.Count(reusable, "load"))
	}
}

// phase is told of a load before the journal has it. A person, for whom a load takes
// minutes, hears of each.
func (p *labProgress) phase(t *insitu.Training) {
	log := t.Session.Log()
	step, done, piece := len(log.Steps), 1, ""
	for i := len(log.Phases) - 1; i >= 0 && log.Phases[i].Step == step; i-- {
		if last := &log.Phases[i]; last.Used && last.Shot == 0 {
			done++
		}
	}
	if n := len(log.Phases); n > 0 {
		if last := &log.Phases[n-1]; last.Step == step && last.Used && last.Shot+1 < last.Shots { // a load that is hung in pieces counts once
			done, piece = done-1, fmt.Sprintf("piece %d of %d of ", last.Shot+2, last.Shots)
			p.loads--
		}
	}
	if p.loads++; !t.Lab.ByHand() {
		return
	}
	place := fmt.Sprintf("%sload %d of %d of step %d of %d", piece, done, p.each, step+1, t.Lab.Spec.Steps)
	if step >= t.Lab.Spec.Steps {
		place = fmt.Sprintf("%sload %d of %d of the look at the end", piece, done, p.exam)
	}
	left := max(0, p.total-p.loads)
	p.s.Notef("%s is measured; at most %d to go%s\n", place, left, p.eta(left))
}

// step tells of a commit: always where somebody waits for loads, now and then
// where nobody could read that fast.
func (p *labProgress) step(t *insitu.Training, e labsession.StepEvent) {
	p.others.say()
	if e.Fell != "" {
		p.s.Notef("step %d of %d  the lattice did not bear a load (%s); the step is taken back in part, and the next is shorter\n", e.Step+1, t.Lab.Spec.Steps, e.Fell)
		return
	}
	if time.Since(p.last) < time.Second && e.Step > 0 && e.Step+1 < t.Lab.Spec.Steps {
		return
	}
	p.last = time.Now()
	left := max(0, p.total-p.loads)
	if n := len(e.Looks); n > 0 {
		p.s.Notef("step %d of %d  loss %.4g +- %.2g  noise %.2g um  %s  %s moved  %s measured, at most %d to go%s\n",
			e.Step+1, t.Lab.Spec.Steps, e.Loss, e.Looks[0].Sigma, 1e6*e.Noise, cli.Count(n, "look"), cli.Count(e.Moved, "bond"), cli.Count(p.loads, "load"), left, p.eta(left))
		return
	}
	p.s.Notef("step %d of %d  loss %.4g  noise %.2g um  %s moved  %s measured, at most %d to go%s\n",
		e.Step+1, t.Lab.Spec.Steps, e.Loss, 1e6*e.Noise, cli.Count(e.Moved, "bond"), cli.Count(p.loads, "load"), left, p.eta(left))
}

func (p *labProgress) eta(left int) string {
	if p.loads == 0 || left == 0 {
		return ""
	}
	d := time.Duration(float64(time.Since(p.began)) / float64(p.loads) * float64(left))
	return fmt.Sprintf(" (about %s)", d.Round(time.Second))
}

// counted is a bench of which a person is told how far a check is.
type counted struct {
	lab.Bench
	s            *session
	loads, looks int // so far
	ofLoads      int
	ofLooks      int
}

func counting(s *session, bench lab.Bench, p *measurement.Protocol, c measurement.Checkup) *counted {
	b := &counted{Bench: bench, s: s}
	b.ofLoads, b.ofLooks = p.Checked(c)
	s.Notef("the check hangs %s and takes %s\n", cli.Count(b.ofLoads, "load"), cli.Count(b.ofLooks, "look"))
	return b
}

// Inner is the bench itself.
func (b *counted) Inner() lab.Bench { return b.Bench }

// Load implements lab.Bench.
func (b *counted) Load(ctx context.Context, load []lab.Force) (time.Duration, error) {
	if len(load) > 0 {
		b.loads++
		b.s.Notef("load %d of %d\n", b.loads, b.ofLoads)
	}
	return b.Bench.Load(ctx, load)
}

// Measure implements lab.Bench.
func (b *counted) Measure(ctx context.Context, repeats int) ([]lab.Frame, error) {
	what := fmt.Sprintf("look %d", b.looks+1)
	if repeats > 1 {
		what = fmt.Sprintf("looks %d to %d", b.looks+1, b.looks+repeats)
	}
	if b.looks += repeats; b.looks <= b.ofLooks {
		what += fmt.Sprintf(" of %d", b.ofLooks)
	}
	b.s.Notef("%s\n", what)
	return b.Bench.Measure(ctx, repeats)
}
