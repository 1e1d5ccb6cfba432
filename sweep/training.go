package sweep

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Training is a point that is built and about to be trained.
type Training struct {
	Point      Point
	Experiment *experiment.Experiment
	Trainer    *train.Trainer

	Err error // it could not be built, or trained; the row says why

	row     Row
	history history
	effort  effort
	long    bool // it may become a run directory where it takes long
}

// See is told of the record after every epoch that a run records, the one before the first included.
func (t *Training) See(r train.Record) { t.history.see(r, t.Trainer.Total(), t.Trainer.Done) }

// A Together brings trainings to their ends, or gives them up when the context ends: of each it calls Trainer.EpochScore at the start and after
// every epoch that is Recorded, and hands See what it says, exactly as One does. Whoever trains several at once keeps to the bits of One.
type Together func(ctx context.Context, list []*Training)

// OneByOne is the Together that trains one after another.
func OneByOne(ctx context.Context, list []*Training) {
	for _, t := range list {
		if t.Err == nil {
			t.Err = t.One(ctx)
		}
	}
}

// errLong says that a training is better made a run directory.
var errLong = errors.New("it takes long")

const (
	// probe is how long a training goes on before its end is foretold; longest is the longest that is lost with a kill.
	probe   = time.Second
	longest = 20 * time.Second
)

// One trains to the end.
func (t *Training) One(ctx context.Context) error {
	r, err := t.Trainer.EpochScore()
	if err != nil {
		return err
	}
	t.See(r)
	pause := func() bool { return ctx.Err() != nil || t.tooLong(0) }
	for !t.Trainer.Done {
		epoch := t.Trainer.Epoch
		if err := t.Trainer.AdvanceUntil(pause); err != nil {
			return err
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case t.Trainer.Within.Steps > 0 || t.tooLong(t.Trainer.Epoch):
			return errLong
		case t.Trainer.Epoch == epoch: // there was none left
			return nil
		case !t.Trainer.Recorded():
			continue
		}
		if r, err = t.Trainer.EpochScore(); err != nil {
			return err
		}
		t.See(r)
	}
	return nil
}

// tooLong foretells from the epochs that are done whether so much would be lost with a kill that checkpoints are due.
func (t *Training) tooLong(epochs int) bool {
	if !t.long {
		return false
	}
	spent := t.effort.spent(probe)
	if spent < probe {
		return false
	}
	left := spent * time.Duration(t.Trainer.Total()-epochs) / time.Duration(max(epochs, 1))
	return spent+left > longest && left > spent // one that is nearly over ends as it is
}

// build makes the training of a point. What is wrong with it is in Err.
func (s *Sweep) build(at Point, options experiment.Options) *Training {
	t := &Training{Point: at, effort: newEffort(&s.busy), long: true}
	t.row = Row{Point: at.Number(), Values: s.Plan.Values(at)}
	file, err := s.File(at)
	if err != nil {
		t.Err = err
		return t
	}
	files := &run.Recorder{Read: s.open}
	t.Err = t.make(file, files.Open, options)
	t.row.Seed, t.row.Key = file.Spec.Seed, run.Identity(file, files.Files)
	return t
}

// make builds experiment and trainer.
func (t *Training) make(file *spec.File, files experiment.Files, options experiment.Options) (err error) {
	if t.Experiment, err = experiment.Build(file, files, options); err != nil {
		return err
	}
	if file.Spec.Learn.Epochs > 0 {
		if err := t.Experiment.CanLearn(); err != nil {
			return err
		}
	}
	t.Trainer, err = t.Experiment.NewTrainer()
	return err
}

// result is the row of a training that has ended, or failed.
func (t *Training) result() Row {
	if t.Err == nil {
		t.Err = t.ended()
	}
	if t.Err != nil {
		if t.Trainer != nil {
			t.Err = run.Mechanics(t.Experiment, "", t.Err)
		}
		t.row.failed(t.Err)
	}
	return t.row
}

// ended scores the trained network.
func (t *Training) ended() error {
	verdict, err := t.Trainer.Verdict()
	if err != nil {
		return err
	}
	end, err := t.Trainer.Score()
	if err != nil {
		return err
	}
	var best *int
	if epoch, _, ok := t.Trainer.Best(); ok {
		best = &epoch
	}
	t.row.finished(t.Experiment, &t.history, end, verdict, best)
	return nil
}

// RunDir is the run directory of a point whose training takes long.
func (s *Sweep) RunDir(at Point) string {
	return filepath.Join(s.Dir, runsName, strconv.Itoa(at.Number()))
}

// inDirectory trains a point as a run directory, which loses nothing when it is killed, and makes the row of what that says.
func (s *Sweep) inDirectory(ctx context.Context, at Point, options experiment.Options) (Row, error) {
	t := &Training{Point: at, row: Row{Point: at.Number(), Values: s.Plan.Values(at)}}
	file, err := s.File(at)
	if err != nil {
		return t.row, err // it was built before
	}
	dir := s.RunDir(at)
	request := run.Request{File: file, Overrides: at.Overrides, Files: s.open, Options: options, Parent: filepath.Dir(dir), Name: filepath.Base(dir), Exact: true,
		NoFigures: true, FS: s.fs}
	r, err := run.Open(request)
	if locked(err) {
		if err := atomicfile.Inherit(filepath.Join(dir, lockName)); err != nil { // of a worker that is dead, as its claim says
			return t.row, err
		}
		if r, err = run.Open(request); locked(err) {
			return t.row, errBusy
		}
	}
	if isOfPoint(err) {
		return s.unbuilt(at, options, err)
	}
	if err != nil {
		return t.row, err
	}
	return s.inRun(ctx, r, t.row)
}

// inRun trains a run to its end, closes it, and fills in what a row says of it.
func (s *Sweep) inRun(ctx context.Context, r *run.Run, row Row) (Row, error) {
	var history history
	defer func() { _ = r.Close() }() // after an error, which counts; else it is closed below
	row.Seed, row.Key = r.Experiment.Spec.Seed, r.Manifest.Identity
	result, err := r.Train(ctx)
	var directory *run.DirectoryError
	if errors.As(err, &directory) && strings.HasPrefix(directory.Code, "E07") {
		row.failed(directory)
		return row, r.Close()
	}
	if err != nil {
		return row, err
	}
	records, err := run.ReadMetrics(s.fs, r.Dir)
	if err != nil {
		return row, err
	}
	total := r.Trainer.Total()
	for i, record := range records {
		history.see(record, total, i == len(records)-1)
	}
	end := train.Record{Epoch: result.Epochs, Steps: result.Steps,
		Train: learn.Score{Loss: result.Loss, Accuracy: value(result.TrainAccuracy), Relative: value(result.TrainError)},
		Valid: learn.Score{Loss: value(result.ValidLoss), Accuracy: value(result.ValidAccuracy), Relative: value(result.ValidError)},
		Test:  learn.Score{Loss: value(result.TestLoss), Accuracy: value(result.TestAccuracy), Relative: value(result.TestError)}}
	row.finished(r.Experiment, &history, end, result.Verdict, result.BestEpoch)
	return row, r.Close()
}

// unbuilt is the row of a point that has no run because it cannot be built: the one that it has without a directory.
func (s *Sweep) unbuilt(at Point, options experiment.Options, why error) (Row, error) {
	t := s.build(at, options)
	if t.Err == nil {
		return t.row, why
	}
	return t.result(), nil
}

// isOfPoint reports whether an error is about an experiment or its mechanics, and not about a disk: then it is a row of its point.
func isOfPoint(err error) bool {
	var many spec.Errors
	return errors.As(err, &many) && len(many) > 0 && many[0].Code != memoryCode || isMechanics(err)
}

// locked reports whether an error says that another process has a directory.
func locked(err error) bool {
	var directory *run.DirectoryError
	return errors.As(err, &directory) && directory.Code == "E0604"
}

// value is a number that may be absent, then NaN.
func value(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
