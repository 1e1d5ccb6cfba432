//go:build petsc

package main

import (
	"encoding/gob"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/internal/petsc"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/learn/rule"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/train"
)

func init() {
	for _, loss := range []task.Loss{task.MeanSquare{}, task.CrossEntropy{}, task.Softmax{}, task.Hinge{}, task.SignedSoftmax{}, task.Fisher{}} {
		gob.Register(loss)
	}
}

// orders are what rank 0 tells all before they train: everything but what a rank has of the lattice.
type orders struct {
	Plan    train.Plan // without problem, method and start
	Loss    task.Loss
	Learn   spec.Learn
	Seed    uint64
	In, Out []petsc.Load
	Dir     string
	State   *run.PartsManifest // to go on from; nil: from the beginning

	design *design.Design // whole, at rank 0
}

// newOrders makes them of the experiment that rank 0 has.
func newOrders(r *run.Shared, lattice *petsc.Shared) (*orders, error) {
	x := r.Experiment
	dir, err := filepath.Abs(r.Dir) // ranks may have begun in other directories
	if err != nil {
		return nil, err
	}
	o := &orders{Loss: x.Loss, Learn: x.Spec.Learn, Seed: x.Spec.Seed, In: lattice.Loads(x.In), Out: lattice.Loads(x.Out), Dir: dir, State: r.State(), design: x.Design}
	y := *x // of no bonds: the plan of all would have the state of the method for all
	y.Design, y.Rig = x.Design.Part(nil), empty{x.Rig}
	plan, err := y.Plan()
	if err != nil {
		return nil, err
	}
	o.Plan = *plan
	if o.Plan.Scored == o.Plan.Train {
		o.Plan.Scored = nil
	}
	o.Plan.Problem, o.Plan.Method, o.Plan.Start = nil, nil, nil
	return o, nil
}

// empty is a rig without its bonds.
type empty struct{ learn.Rig }

// Modes implements learn.Rig.
func (empty) Modes() int { return 0 }

// method makes the optimiser of a design.
func (o *orders) method(d *design.Design) (optim.Method, error) {
	x := experiment.Experiment{Spec: &spec.Spec{Learn: o.Learn, Seed: o.Seed}, Design: d, Train: o.Plan.Train}
	return x.NewMethod()
}

// outcome is what rank 0 needs of a training that has ended.
type outcome struct {
	done    run.Done
	verdict train.Verdict
	best    int       // epoch that is kept, -1 where none is
	k       []float64 // of every bond
}

// job is a training as one rank sees it.
type job struct {
	w       *petsc.World
	lattice *petsc.Shared
	orders  *orders
	run     *run.Shared // at rank 0
	ending  *cli.Ending
	trainer *train.Trainer
	parts   run.Parts
	last    time.Time     // of a checkpoint, at rank 0
	pause   time.Duration // until the next
	record  train.Record  // the last
}

// together trains on all ranks: each has its bonds, and takes the same decisions.
func together(w *petsc.World, lattice *petsc.Shared, r *run.Shared, o *orders, ending *cli.Ending) (*outcome, error) {
	defer ending.Hold()()
	if o == nil {
		o = new(orders)
	}
	if err := w.Tell(o); err != nil {
		return nil, err
	}
	own, err := petsc.Deal(w, func(rank int) (*design.Design, error) { return o.design.Part(lattice.ModesOf(rank)), nil })
	if err != nil {
		return nil, err
	}
	problem := learn.NewProblem(petsc.NewRig(lattice, o.In, o.Out), &rule.Backprop{}, o.Loss, own, learn.Batch{Set: o.Plan.Train})
	problem.ShareOut(lattice.Across())
	plan := o.Plan
	plan.Problem, plan.Start = problem, own.StartPoint()
	j := &job{w: w, lattice: lattice, orders: o, run: r, ending: ending, parts: run.Parts{FS: atomicfile.OS{}, Dir: o.Dir}, last: time.Now(), pause: shortest}
	if plan.Method, err = o.method(own); err == nil {
		j.trainer, err = train.New(&plan)
	}
	if err == nil && o.State != nil {
		err = j.agree(j.restore())
	}
	if err == nil {
		err = j.train()
	}
	var out *outcome
	if err == nil {
		out, err = j.outcome()
	}
	if err != nil && r != nil && !isFatal(err) {
		err = r.Stop(err)
	}
	return out, err
}

// train trains to the end, or until a signal.
func (j *job) train() error {
	t := j.trainer
	var err error
	if j.run != nil {
		err = j.run.Begin()
	}
	if err := j.agree(err); err != nil {
		return err
	}
	if j.orders.State == nil { // a start that fails should fail early
		if err := j.tell(); err != nil {
			return err
		}
		if err := j.save(); err != nil {
			return err
		}
	}
	for !t.Done {
		epoch := t.Epoch
		if err := t.AdvanceUntil(func() bool { return j.asked() != goOn }); err != nil {
			return err
		}
		within := t.Within.Steps > 0
		if !within && t.Epoch > epoch && t.Recorded() {
			if err := j.tell(); err != nil {
				return err
			}
		}
		if t.Done || !within && t.Epoch == epoch {
			break
		}
		next := j.asked()
		if every := j.orders.Learn.Save; next == goOn && !within && every > 0 && t.Epoch%every == 0 {
			next = saveNow
		}
		if next != goOn {
			if err := j.save(); err != nil {
				return err
			}
		}
		if next == stopNow {
			return run.ErrStopped
		}
	}
	return nil
}

// What comes next, as all ranks know it.
const (
	goOn = iota
	saveNow
	stopNow
)

// asked is whether some rank was told to end, or rank 0 finds that it is time for a checkpoint.
func (j *job) asked() int {
	next := goOn
	if j.run != nil && j.orders.Learn.Save == 0 && time.Since(j.last) > j.pause {
		next = saveNow
	}
	if j.ending.Context().Err() != nil {
		next = stopNow
	}
	return int(j.lattice.Across().Largest(float64(next)))
}

// done is the state of the training.
func (j *job) done() run.Done {
	t := j.trainer
	rec := j.record
	rec.Epoch, rec.Steps = t.Epoch, t.Steps
	return run.Done{Record: rec, Finished: t.Done, Why: t.Why, FirstKKT: t.FirstKKT, Within: t.Within, Method: t.Method.Name()}
}

// tell scores an epoch and has rank 0 write it down.
func (j *job) tell() (err error) {
	if j.record, err = j.trainer.EpochScore(); err != nil {
		return err
	}
	d := j.done()
	var k []float64
	if j.lattice.Across().Any(j.run != nil && j.run.Frame(&d)) {
		own, err := j.trainer.LastStiffness()
		if err != nil {
			return err
		}
		if k, err = j.whole(own); err != nil {
			return err
		}
	}
	if j.run != nil {
		err = j.run.Record(&d, k)
	}
	return j.agree(err)
}

// whole is the stiffness of every bond, at rank 0.
func (j *job) whole(own []float64) ([]float64, error) {
	var k []float64
	if j.run != nil {
		k = make([]float64, j.run.Experiment.Eq.C.M)
	}
	err := j.w.Gather(own, func(rank int, v []float64) {
		for i, m := range j.lattice.ModesOf(rank) {
			k[m] = v[i]
		}
	})
	return k, err
}

// outcome judges the end.
func (j *job) outcome() (*outcome, error) {
	t := j.trainer
	var err error
	if j.run != nil && t.Plan.Batch > 0 { // where losses went counts the epochs before a checkpoint too
		var records []train.Record
		if records, err = run.ReadMetrics(atomicfile.OS{}, j.run.Dir); err == nil {
			t.Recall(records)
		}
	}
	if err := j.agree(err); err != nil {
		return nil, err
	}
	o := &outcome{best: -1}
	if o.verdict, err = t.Verdict(); err != nil {
		return nil, err
	}
	if j.record, err = t.Score(); err != nil {
		return nil, err
	}
	if epoch, _, ok := t.Best(); ok {
		o.best = epoch
	}
	o.done = j.done()
	if err := j.save(); err != nil {
		return nil, err
	}
	own, err := t.Stiffness()
	if err != nil {
		return nil, err
	}
	o.k, err = j.whole(own)
	return o, err
}
