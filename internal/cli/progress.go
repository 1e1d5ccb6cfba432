package cli

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/train"
)

// Progress shows a training on a terminal: a bar with loss, accuracy and ETA
// that is redrawn, or, where nothing can be redrawn, a line now and then.
type Progress struct {
	out   io.Writer
	live  bool
	bar   *progressbar.ProgressBar
	total int
	last  time.Time // of a line
	eta   eta
}

// NewProgress makes the progress sink of a terminal, or nil when it is quiet.
func (t *Terminal) NewProgress() run.Sink {
	if t.Quiet {
		return nil
	}
	return &Progress{out: t.Err, live: t.Live}
}

// lineEvery is the time between lines where nothing can be redrawn.
const lineEvery = 5 * time.Second

// Begin implements run.Sink.
func (p *Progress) Begin(r *run.Run, done int) {
	x := r.Experiment
	p.total, p.last = r.Trainer.Total(), time.Now()
	p.eta = eta{goal: x.Spec.Learn.Stop.Loss}
	p.eta.see(done, p.last, math.NaN())
	if r.Resumed {
		fmt.Fprintf(p.out, "going on with %s at epoch %d of %d\n", r.Dir, done, p.total)
	} else {
		what := "bond"
		if x.Solid != nil {
			what = "parameter"
		}
		fmt.Fprintf(p.out, "training %s on %s in %s\n", Count(x.Design.Dim(), what), Count(x.Train.N, "sample"), r.Dir)
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(p.out, "skipped the damaged checkpoint %s: %v\n", s.Path, s.Err)
	}
	if p.live {
		p.bar = progressbar.NewOptions(p.total, progressbar.OptionSetWriter(p.out), progressbar.OptionSetWidth(24),
			progressbar.OptionThrottle(80*time.Millisecond), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetItsString("epoch"), progressbar.OptionShowIts())
		_ = p.bar.Set(done)
	}
}

// Epoch implements run.Sink.
func (p *Progress) Epoch(r train.Record) {
	now := time.Now()
	p.eta.see(r.Epoch, now, r.Train.Loss)
	if p.bar == nil && now.Sub(p.last) < lineEvery {
		return
	}
	p.last = now
	left := "?"
	if d, ok := p.eta.left(p.total); ok {
		left = d.Round(time.Second).String()
	}
	if p.bar != nil {
		p.bar.Describe(describe(r) + "  at most " + left + " to go ")
		_ = p.bar.Set(min(r.Epoch, p.total))
		return
	}
	fmt.Fprintf(p.out, "epoch %d of %d  %s  at most %s to go\n", r.Epoch, p.total, describe(r), left)
}

// End implements run.Sink.
func (p *Progress) End(r *run.Run, err error) {
	if p.bar != nil {
		_ = p.bar.Finish()
		_ = p.bar.Clear()
	}
}

// describe is the score of an epoch in a few words.
func describe(r train.Record) string {
	s := fmt.Sprintf("loss %.4g", r.Train.Loss)
	if !math.IsNaN(r.Train.Accuracy) {
		s += fmt.Sprintf("  train %.1f %%", 100*r.Train.Accuracy)
	}
	if !math.IsNaN(r.Valid.Accuracy) {
		s += fmt.Sprintf("  validation %.1f %%", 100*r.Valid.Accuracy)
	}
	if !math.IsNaN(r.Test.Accuracy) {
		s += fmt.Sprintf("  test %.1f %%", 100*r.Test.Accuracy)
	}
	if !math.IsNaN(r.Train.Relative) {
		s += fmt.Sprintf("  error %.3g %%", 100*r.Train.Relative)
	}
	return s
}
