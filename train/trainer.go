// Package train is the training loop: epochs of steps over shuffled batches,
// scores after each epoch, reasons to stop, and at the end a verdict that says
// what is known about the result. It touches no file and no clock; package run
// gives it a directory.
package train

import (
	"cmp"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// Plan is what is trained and how, without any file: a problem, an optimiser in its first state, and when to stop.
type Plan struct {
	Problem *learn.Problem
	Method  optim.Method
	Start   []float64 // the variables of the design at the start; len Problem.Dim()

	Train, Test *task.Set // Test may be nil: there is none, or it stays closed
	Valid       *task.Set // a part of the training data that is scored beside it, to choose by; may be nil
	Scored      *task.Set // what stands for the training part in scores, where that is large; nil: itself
	KeepBest    bool      // the epoch that does best by BestBy is the result, not the last
	BestBy      By
	WatchBy     By      // what may stand still: for Stop.Patience and LowerAfter
	LowerAfter  int     // epochs for which it stands still before the rate of the method (optim.Lowered) falls; 0: never
	LowerGain   float64 // how much better counts, as of Stop.Gain
	Augment     Augment // of the samples of small batches; nil: they stay as they are
	Epochs      int
	Batch       int    // samples in a step; 0: all
	Seed        uint64 // of the shuffles of small batches
	Stop        Stop
	Learns      string // what learns, one of it: "bond", "parameter"; "": bond
	Wanted      string // what is wanted where values are: "potentials"; "": displacements
	FromData    bool   // the classes were learned from data, so that guessing has an accuracy
	Advice      string // what may help where a network does no better than guessing; "": other ports
	// Replay follows the quirks of the authors' program (Li & Mao 2024): a short last batch is divided by the whole
	// size, a change is |dk|/|k|, and an epoch is scored before its last step.
	Replay bool
}

// Stop ends a training before its last epoch; zero values never do.
type Stop struct {
	Loss     float64 // the loss is this small
	Change   float64 // no bond changes by more than this share of its range in an epoch of one step
	Gradient float64 // the KKT residual has fallen to this share of its first value
	Patience int     // the score (Plan.WatchBy) has not become better for so many epochs
	Gain     float64 // how much better counts: of a loss, as a share of the best so far; of an accuracy, itself
}

// Trainer is a plan under way. Everything that later epochs depend on is
// in Point, Epoch, Steps, Within, FirstKKT, Done, Why and the states of Method, of the best epoch and of what is watched.
type Trainer struct {
	Plan     *Plan
	Problem  *learn.Problem
	Method   optim.Method
	Point    []float64 // the variables of the design
	Epoch    int       // epochs done
	Steps    int       // steps done
	Within   Within    // the epoch under way; zero between epochs
	FirstKKT float64   // KKT residual at the start, the measure of later ones
	Done     bool
	Why      string // when Done

	perm    []int32
	before  []float64 // Point at the start of the epoch; free for other use between epochs
	step    optim.Report
	best    best
	stop    watch // of Stop.Patience
	rate    watch // of LowerAfter
	judged  Record
	changed task.Set // the augmented samples of a step
	seen    float64  // sum of the losses that the steps of the epoch saw
	steps   int      // of the epoch
	recent  []Record // of the last epochs

	abreast func() (r Record, ok bool, err error) // scores the present epoch while it goes beside others; see Together
}

// Within is how far an epoch of small batches has come.
type Within struct {
	Steps int     // of the epoch, done
	Seen  float64 // sum of the losses that they saw
}

// Record is the state of training after an epoch. Accuracies are NaN for tasks
// without classes, Relative errors for tasks with them, and test values where
// there is no test part.
type Record struct {
	Epoch int
	Steps int
	Train learn.Score
	Test  learn.Score
	Valid learn.Score // NaN where no part validates
	// StepLoss is the mean of the losses that the steps of the epoch saw, each on
	// its batch and before it moved: what the authors' program prints.
	StepLoss float64
}

// New starts a plan.
func New(p *Plan) (*Trainer, error) {
	if p.Test == nil {
		p.Test = &task.Set{P: p.Train.P, Q: p.Train.Q}
	}
	if p.Valid == nil {
		p.Valid = &task.Set{P: p.Train.P, Q: p.Train.Q}
	}
	if p.Scored == nil {
		p.Scored = p.Train
	}
	t := &Trainer{Plan: p, Problem: p.Problem, Method: p.Method, Point: append([]float64(nil), p.Start...),
		perm: make([]int32, p.Train.N), before: make([]float64, p.Problem.Dim())}
	t.startBest()
	t.startWatches()
	var err error
	t.FirstKKT, err = t.KKT()
	return t, err
}

// KKT is how far the present point is from a local optimum of the whole
// training set (Plan.Scored); see design.Design.KKT.
func (t *Trainer) KKT() (float64, error) {
	batch := t.Problem.Batch
	t.Problem.Batch = learn.Batch{Set: t.Plan.Scored}
	defer func() { t.Problem.Batch = batch }()
	if _, err := t.Problem.Eval(t.chosen(), t.before); err != nil {
		return 0, err
	}
	return t.Problem.KKT(), nil
}

// wholeSet reports whether a step uses every training sample.
func (t *Trainer) wholeSet() bool {
	batch := t.Plan.Batch
	return t.Method.FullBatch() || batch == 0 || batch >= t.Plan.Train.N
}

// Total is the number of epochs that the plan asks for.
func (t *Trainer) Total() int { return t.Plan.Epochs }

// Advance trains one epoch, or what is left of it. It sets Done when the last epoch is over, when the
// optimiser can do no more or when a stop criterion is met.
func (t *Trainer) Advance() error { return t.AdvanceUntil(func() bool { return false }) }

// AdvanceUntil is Advance, and pauses after a step of a small batch where pause says so: then Within is not zero, and the next
// call goes on there.
func (t *Trainer) AdvanceUntil(pause func() bool) error {
	if t.Done {
		return nil
	}
	if t.Epoch >= t.Total() {
		t.finish(LastEpoch)
		return nil
	}
	if all := t.Problem.Joined(); !all.Any(len(t.Point) > 0) {
		t.finish("no " + cmp.Or(t.Plan.Learns, "bond") + " can learn")
		return nil
	}
	x := t.Plan
	if t.Within == (Within{}) {
		copy(t.before, t.Point) // of an epoch of one step; nobody asks for it after others
	}
	if t.wholeSet() {
		t.Problem.Batch = learn.Batch{Set: x.Train}
		t.seen, t.steps = 0, 0
		if err := t.one(); err != nil {
			return err
		}
	} else {
		data.Shuffle(x.Train.N, x.Seed, uint64(t.Epoch), t.perm)
		size := x.Batch
		t.seen, t.steps = t.Within.Seen, t.Within.Steps
		for from := t.Within.Steps * size; from < x.Train.N; from += size {
			rows := t.perm[from:min(from+size, x.Train.N)]
			t.Problem.Batch = learn.Batch{Set: x.Train, Rows: rows}
			if x.Augment != nil {
				t.Problem.Batch = t.augmented(rows)
			}
			if x.Replay {
				t.Problem.Batch.Divisor = size
			}
			if err := t.one(); err != nil {
				return err
			}
			if from+size < x.Train.N && pause() {
				t.Within = Within{Steps: t.steps, Seen: t.seen}
				return nil
			}
		}
	}
	return t.endEpoch()
}

// endEpoch is what comes after the last step of an epoch.
func (t *Trainer) endEpoch() error {
	t.Within = Within{}
	t.Epoch++
	if t.wholeSet() {
		t.stopEarly()
	}
	if err := t.judge(); err != nil {
		return err
	}
	if !t.Done && t.Epoch >= t.Total() {
		t.finish(LastEpoch)
	}
	return nil
}

func (t *Trainer) one() error {
	var err error
	if drawn, ok := t.Problem.Rule.(learn.Stepping); ok {
		drawn.AtStep(t.Steps)
		defer drawn.AtStep(-1)
	}
	t.step, err = t.Method.Step(t.Problem, t.Point)
	if err != nil {
		return fmt.Errorf("epoch %d, step %d: %w", t.Epoch+1, t.Steps+1, err)
	}
	if rig, ok := t.Problem.Rig.(learn.Stateful); ok {
		rig.Stepped()
	}
	t.Steps++
	t.seen += t.step.Value
	t.steps++
	return nil
}

// LastEpoch is why a training ends that no criterion ends before.
const LastEpoch = "the last epoch is over"

// GoOn takes back an end that more epochs put off: the training of a shorter spec
// goes on as one that asked for more from the beginning.
func (t *Trainer) GoOn() {
	if t.Done && t.Why == LastEpoch && t.Epoch < t.Total() {
		t.Done, t.Why = false, ""
		t.best.goOn(t.remembered())
	}
}

func (t *Trainer) finish(why string) { t.Done, t.Why = true, why }

// stopEarly applies the stop criteria of full-batch learning.
func (t *Trainer) stopEarly() {
	stop := &t.Plan.Stop
	if t.step.Done {
		t.finish(t.step.Why)
		return
	}
	if stop.Loss > 0 && t.step.Value <= stop.Loss {
		t.finish(fmt.Sprintf("the loss fell to %.3g", t.step.Value))
		return
	}
	_, elsewhere := t.Method.(optim.Restarting)
	if !elsewhere && t.moved() <= stop.Change {
		t.finish(fmt.Sprintf("no %s changed by more than %.1e of its range", cmp.Or(t.Plan.Learns, "bond"), stop.Change))
		return
	}
	if _, own := t.Method.(optim.SelfEnding); !own && t.Steps > 1 && t.Problem.KKT() <= stop.Gradient*t.FirstKKT {
		t.finish(fmt.Sprintf("the slope fell to %.1e of its first value", stop.Gradient))
	}
}

// moved is the largest change of a bond in the epoch as a share of its range;
// the authors' program uses the change of the stiffness, |dk| / |k|, instead.
func (t *Trainer) moved() float64 {
	d := t.Problem.Design
	if t.Plan.Replay {
		change, size := 0.0, 0.0
		for j, i := range d.Free {
			was := d.Gain[i] * d.Theta(j, t.before[j])
			is := d.Gain[i] * d.Theta(j, t.Point[j])
			change += (is - was) * (is - was)
			size += was * was
		}
		all := t.Problem.Joined()
		return math.Sqrt(all.Total(change) / all.Total(size))
	}
	most := 0.0
	for j := range t.Point {
		most = max(most, math.Abs(d.Share(j, t.Point[j])-d.Share(j, t.before[j])))
	}
	return t.Problem.Joined().Largest(most)
}

// mostRecords is about how many epochs of a long training are recorded.
const mostRecords = 10000

// Recorded says whether the epoch that is over is one of those that are recorded: all of a short training, evenly spread ones of a
// long training, and the last.
func (t *Trainer) Recorded() bool {
	return t.Epoch%(1+(t.Total()-1)/mostRecords) == 0 || t.Done
}

// Score evaluates both parts of the data at the present point.
func (t *Trainer) Score() (Record, error) {
	if err := t.Problem.Set(t.chosen()); err != nil {
		return Record{}, err
	}
	return t.score()
}

// EpochScore is what is recorded right after an epoch: Score, except that the
// replay of the authors' program scores the stiffness before the last step of
// the epoch, as that program does.
func (t *Trainer) EpochScore() (Record, error) {
	if t.Epoch > 0 && t.judged.Epoch == t.Epoch && t.judged.Steps == t.Steps { // it was scored to be judged
		return t.judged, nil
	}
	r, err := t.epochScore()
	if err == nil {
		t.remember(r)
	}
	return r, err
}

func (t *Trainer) epochScore() (Record, error) {
	if t.abreast != nil {
		if r, ok, err := t.abreast(); ok || err != nil {
			return r, err
		}
	}
	if !t.Plan.Replay || t.Epoch == 0 {
		if err := t.Problem.Set(t.Point); err != nil {
			return Record{}, err
		}
	}
	return t.score()
}

// record is that of the present epoch, without scores.
func (t *Trainer) record() Record {
	r := Record{Epoch: t.Epoch, Steps: t.Steps, StepLoss: math.NaN()}
	if t.steps > 0 {
		r.StepLoss = t.seen / float64(t.steps)
	}
	return r
}

// score evaluates both parts at the stiffness set last.
func (t *Trainer) score() (Record, error) {
	r := t.record()
	var err error
	if r.Train, err = t.Problem.Evaluate(t.Plan.Scored); err == nil {
		r.Test, err = t.Problem.Evaluate(t.Plan.Test)
	}
	if err == nil {
		r.Valid, err = t.Problem.Evaluate(t.Plan.Valid)
	}
	return r, err
}

// Run trains to the end, calling each (if not nil) with the record after every
// epoch, and returns the score of the trained network.
func (t *Trainer) Run(each func(Record)) (Record, error) {
	for !t.Done {
		if err := t.Advance(); err != nil {
			return Record{}, err
		}
		if each == nil {
			continue
		}
		r, err := t.EpochScore()
		if err != nil {
			return r, err
		}
		if each != nil {
			each(r)
		}
	}
	return t.Score()
}

// Stiffness is the stiffness of every mode at the present point (len M).
func (t *Trainer) Stiffness() ([]float64, error) {
	err := t.Problem.Set(t.chosen())
	return t.Problem.Stiffness(), err
}

// LastStiffness is the stiffness at the last point, whatever is looked at when the best epoch is kept (len M).
func (t *Trainer) LastStiffness() ([]float64, error) {
	if live := t.remembered(); t.best.last != nil {
		kept := copyOf(live)
		defer func() {
			for i, f := range live {
				copy(f.Data, kept[i].Data)
			}
		}()
		for i, f := range live {
			copy(f.Data, t.best.last[i].Data)
		}
	}
	err := t.Problem.Set(t.Point)
	return t.Problem.Stiffness(), err
}
