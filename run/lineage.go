package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/mechanics/statics"
	"github.com/elastrain/elastrain/ports"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Retrained is the experiment of a trained network that learns another task:
// the network, material, bonds and supports of the run, the task, learning and
// seed of the other file. Its start is the stiffness of the run. The seed of a
// network that is drawn by it stays: it says where the nodes are, or what joins them.
func (t *Trained) Retrained(other *spec.File) (*spec.File, *Ancestor, error) {
	s := t.File.Spec
	s.Task, s.Learn, s.Title = other.Spec.Task, other.Spec.Learn, other.Spec.Title
	if other.Spec.Lab != nil && other.Spec.Lab.Passport != "" { // of the part that learns it
		s.Lab = other.Spec.Lab
	}
	if !drawnBySeed(&s) {
		s.Seed = other.Spec.Seed
	}
	file, err := rewrite(fmt.Sprintf("%s on the network of %s", other.Name, t.Dir), s)
	return file, t.ancestor(), err
}

// drawnBySeed reports whether another seed would make another network.
func drawnBySeed(s *spec.Spec) bool {
	return s.Hubs != nil || slices.Contains([]string{"disordered", "jammed", "fibres", "regular"}, s.Network.Lattice)
}

// BetterStart says where to start retraining: at stiffness k, or at the start of
// the experiment itself (nil). Both are trained in memory; the one that ends at
// the lower training loss is better. A network that has learned another task
// can sit in a valley from which the old one cannot be reached again.
func BetterStart(build func() (*experiment.Experiment, error), k []float64) ([]float64, error) {
	var losses [2]float64
	for i, start := range [][]float64{k, nil} {
		x, err := build()
		if err != nil {
			return nil, err
		}
		if start != nil {
			if err := x.StartFrom(start); err != nil {
				return nil, err
			}
		}
		t, err := x.NewTrainer()
		if err != nil {
			return nil, err
		}
		r, err := t.Run(nil)
		if err != nil {
			return nil, err
		}
		losses[i] = r.Train.Loss
	}
	if losses[1] < losses[0] {
		return nil, nil
	}
	return k, nil
}

// Damaged is the experiment of a trained network with more bonds cut (numbers
// from 1). Its start is the stiffness of the run.
func (t *Trained) Damaged(bonds []int) (*spec.File, *Ancestor, error) {
	s := t.File.Spec
	s.Network.Cut = slices.Concat(s.Network.Cut, bonds)
	slices.Sort(s.Network.Cut)
	s.Network.Cut = slices.Compact(s.Network.Cut)
	file, err := rewrite(fmt.Sprintf("%s with %s", t.Dir, cutPhrase(bonds)), s)
	a := t.ancestor()
	a.Cut = bonds
	return file, a, err
}

func cutPhrase(bonds []int) string {
	if len(bonds) == 1 {
		return fmt.Sprintf("bond %d cut", bonds[0])
	}
	return fmt.Sprintf("bonds %v cut", bonds)
}

func (t *Trained) ancestor() *Ancestor {
	return &Ancestor{Run: filepath.Base(t.Dir), Identity: t.Manifest.Identity, Epoch: t.Epoch}
}

// rewrite makes a file of a changed spec, so that errors still have a place.
func rewrite(name string, s spec.Spec) (*spec.File, error) {
	return spec.Parse(name, (&spec.File{Name: name, Spec: s}).Resolved())
}

// Cut is the fate of a trained network with one bond cut.
type Cut struct {
	Bond      int         `json:"bond"`                // from 1
	Mechanism string      `json:"mechanism,omitempty"` // why the network no longer holds
	Before    learn.Score `json:"-"`                   // on the test part (training part if there is none)
	After     learn.Score `json:"-"`
	Loss      *float64    `json:"loss_after_cut,omitempty"`
	Accuracy  *float64    `json:"accuracy_after_cut,omitempty"`
	Error     *float64    `json:"error_after_cut,omitempty"`

	LossFirstOrder *float64 `json:"loss_first_order,omitempty"` // the loss before less k dL/dk; only from CutOnly

	LossRetrained     *float64 `json:"loss_after_retraining,omitempty"`
	AccuracyRetrained *float64 `json:"accuracy_after_retraining,omitempty"`
	ErrorRetrained    *float64 `json:"error_after_retraining,omitempty"`
}

// Remedy is what is done for a damaged network.
type Remedy uint8

const (
	Nothing   Remedy = iota // only score it
	Relearn                 // retrain the stiffnesses that are left
	Reconnect               // also choose anew which displacements are read, on training data
)

// CutEach cuts every bond of a trained network in turn, scores what is left and
// applies a remedy. Scores are of the test part, or of the training part where
// there is no test part.
func (t *Trained) CutEach(ctx context.Context, fsys atomicfile.FS, remedy Remedy, done func(Cut)) ([]Cut, error) {
	return t.cutEach(ctx, fsys, remedy, func(int) bool { return false }, done)
}

// cutEach is CutEach without the bonds (from 1) that are known.
func (t *Trained) cutEach(ctx context.Context, fsys atomicfile.FS, remedy Remedy, known func(bond int) bool, done func(Cut)) ([]Cut, error) {
	var cuts []Cut
	for i := range t.bars() {
		if t.Experiment.Network.Elements[i].Cut || known(i+1) {
			continue
		}
		if ctx.Err() != nil {
			return cuts, fmt.Errorf("before bond %d: %w", i+1, ctx.Err())
		}
		cut, err := t.CutOne(ctx, t.Files(fsys), i+1, remedy)
		if err != nil {
			return cuts, fmt.Errorf("bond %d: %w", i+1, err)
		}
		cuts = append(cuts, cut)
		if done != nil {
			done(cut)
		}
	}
	return cuts, nil
}

func (t *Trained) bars() int {
	return len(t.Experiment.Network.Elements) - len(t.Experiment.Spec.Supports.Springs)
}

// CutOne cuts one bond (from 1) of a trained network and applies a remedy.
func (t *Trained) CutOne(ctx context.Context, files experiment.Files, bond int, remedy Remedy) (Cut, error) {
	cut := Cut{Bond: bond, Before: learn.Score{Loss: math.NaN()}, After: learn.Score{Loss: math.NaN()}}
	file, _, err := t.Damaged([]int{bond})
	if err != nil {
		return cut, err
	}
	x, err := experiment.Build(file, files, t.options)
	var broken spec.Errors
	if errors.As(err, &broken) {
		cut.Mechanism = broken[0].Message
		if broken[0].Note != "" {
			cut.Mechanism += ": " + broken[0].Note
		}
		return cut, nil
	}
	if err != nil {
		return cut, err
	}
	x.Loss = t.Experiment.Loss // its scales belong to the undamaged network
	if err := x.StartFrom(x.Inherit(t.Experiment, t.Stiffness)); err != nil {
		return cut, cut.gives(err)
	}
	trainer, err := x.NewTrainer()
	if err != nil {
		return cut, cut.gives(err)
	}
	if cut.Before, err = score(trainer); err != nil {
		return cut, cut.gives(err)
	}
	cut.Loss, cut.Accuracy, cut.Error = Number(cut.Before.Loss), Number(cut.Before.Accuracy), Number(cut.Before.Relative)
	switch remedy {
	case Nothing:
		return cut, nil
	case Reconnect:
		if trainer, err = t.reconnect(ctx, x, files); err != nil {
			return cut, err
		}
	}
	if _, err := trainer.Run(nil); err != nil {
		return cut, err
	}
	if cut.After, err = score(trainer); err != nil {
		return cut, err
	}
	cut.LossRetrained, cut.AccuracyRetrained, cut.ErrorRetrained = Number(cut.After.Loss), Number(cut.After.Accuracy), Number(cut.After.Relative)
	return cut, nil
}

// gives takes an error that says how the network gives way without the bond: a body that buckles, or finds no equilibrium,
// under its loads. It returns any other.
func (c *Cut) gives(err error) error {
	var unstable *statics.UnstableError
	var stuck *statics.ConvergenceError
	if !errors.As(err, &unstable) && !errors.As(err, &stuck) {
		return err
	}
	c.Mechanism, _, _ = strings.Cut(err.Error(), "; ")
	return nil
}

// reconnect chooses new outputs for a damaged network and starts it again.
func (t *Trained) reconnect(ctx context.Context, x *experiment.Experiment, files experiment.Files) (*train.Trainer, error) {
	found, err := ports.Search(ctx, x, ports.Options{Random: 150, Mutate: 150, FixInputs: true, FixComplement: true})
	if err != nil {
		return nil, err
	}
	if len(found.Best) == 0 {
		return x.NewTrainer()
	}
	file, err := ports.Apply(x, found.Best[0])
	if err != nil {
		return nil, err
	}
	rewired, err := experiment.Build(file, files, t.options)
	if err != nil {
		return nil, err
	}
	rewired.Loss = x.Loss // in the same units as the score before
	if err := rewired.StartFrom(rewired.Inherit(t.Experiment, t.Stiffness)); err != nil {
		return nil, err
	}
	return rewired.NewTrainer()
}

func score(t *train.Trainer) (learn.Score, error) {
	r, err := t.Score()
	switch {
	case t.Plan.Valid.N > 0:
		return r.Valid, err
	case t.Plan.Test.N > 0:
		return r.Test, err
	}
	return r.Train, err
}
