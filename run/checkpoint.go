package run

import (
	"errors"
	"fmt"

	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/train"
)

// progress is the part of a checkpoint that is counters and words.
type progress struct {
	Epoch    int    `json:"epoch"`
	Steps    int    `json:"steps"`
	Done     bool   `json:"done"`
	Why      string `json:"why"`
	Events   int64  `json:"events"`  // bytes of events.jsonl at this point
	Metrics  int64  `json:"metrics"` // bytes of metrics.csv
	Identity string `json:"identity"`
	Method   string `json:"method"`
	Solver   string `json:"solver"` // another one gives other last bits

	WithinSteps int      `json:"within_steps,omitempty"` // of the epoch under way
	WithinSeen  *float64 `json:"within_seen,omitempty"`  // sum of the losses that they saw

	// Absent in checkpoints of earlier versions.
	Training   string `json:"training,omitempty"`       // the identity but for the number of epochs
	EventsSum  string `json:"events_sha256,omitempty"`  // of those bytes of events.jsonl
	MetricsSum string `json:"metrics_sha256,omitempty"` // and of metrics.csv
}

const (
	sectionProgress  = "progress"
	sectionPoint     = "point"     // variables of the design
	sectionStiffness = "stiffness" // of every mode, N/m, for readers without the design
	sectionFirstKKT  = "first kkt"
	sectionEpochs    = "history epochs"
	sectionHistory   = "history stiffness"
	prefixOptimiser  = "optimiser/"
	prefixRig        = "rig/"   // what a rig remembers beside its parameters
	prefixBest       = "best/"  // the epoch that is kept, where the best is
	prefixWatch      = "watch/" // scores that may stand still
)

// save writes a checkpoint of the present state.
func (r *Run) save() error {
	t := r.Trainer
	if r.lock != nil && r.lock.Lost() {
		return &DirectoryError{Code: "E0603", Dir: r.Dir, Cause: "it was deleted or moved while it was trained", Help: "train it again; one that was moved goes on where it is now from its last checkpoint, with elastrain resume"}
	}
	if err := r.log.Flush(); err != nil { // it has told at least what a checkpoint holds
		return err
	}
	if err := r.events.Sync(); err != nil {
		return err
	}
	if err := r.metrics.Sync(); err != nil {
		return err
	}
	var seen *float64
	if t.Within.Steps > 0 {
		seen = &t.Within.Seen
	}
	head, err := checkpoint.JSON(sectionProgress, progress{WithinSteps: t.Within.Steps, WithinSeen: seen, Epoch: t.Epoch, Steps: t.Steps, Done: t.Done, Why: t.Why,
		Events: r.events.Size(), Metrics: r.metrics.Size(), Identity: r.Manifest.Identity, Method: t.Method.Name(), Solver: r.Experiment.SolverName(),
		Training: r.asked.Training, EventsSum: r.events.Sum(), MetricsSum: r.metrics.Sum()})
	if err != nil {
		return err
	}
	k, err := t.Stiffness()
	if err != nil {
		return r.mechanics(err)
	}
	sections := []checkpoint.Section{head,
		checkpoint.Float64s(sectionPoint, t.Point),
		checkpoint.Float64s(sectionStiffness, k),
		checkpoint.Float64s(sectionFirstKKT, []float64{t.FirstKKT}),
		checkpoint.Int64s(sectionEpochs, r.history.epochs),
		checkpoint.Float64s(sectionHistory, r.history.stiffness),
	}
	for _, f := range t.Method.State() {
		sections = append(sections, checkpoint.Float64s(prefixOptimiser+f.Name, f.Data))
	}
	for _, f := range t.RigState() {
		sections = append(sections, checkpoint.Float64s(prefixRig+f.Name, f.Data))
	}
	for _, f := range t.BestState() {
		sections = append(sections, checkpoint.Float64s(prefixBest+f.Name, f.Data))
	}
	for _, f := range t.WatchState() {
		sections = append(sections, checkpoint.Float64s(prefixWatch+f.Name, f.Data))
	}
	return r.store.Save(int64(t.Epoch), sections)
}

// resume puts the trainer, the history and the journals back to the newest
// checkpoint that is whole; without one the run starts at its beginning.
func (r *Run) resume() error {
	if parts, err := (Parts{FS: r.fs, Dir: r.Dir}).Manifest(); err != nil {
		return err
	} else if parts != nil {
		return &DirectoryError{Code: "E0601", Dir: r.Dir, Cause: "this training was begun on ranks of MPI, whose state is in parts",
			Help: "go on with `mpirun -n 4 elastrain-petsc train`, on any number of ranks, or train it anew with another --out"}
	}
	saved, skipped, err := r.store.Latest()
	r.Skipped = skipped
	if errors.Is(err, checkpoint.ErrNone) {
		if len(skipped) > 0 {
			return &DirectoryError{Code: "E0602", Dir: r.Dir, Cause: "every checkpoint is damaged", Err: err,
				Help: "restore the folder checkpoints from a copy, or delete it: the same command then trains anew from the beginning"}
		}
		if begun, err := r.head(eventsName, 1); err != nil {
			return err
		} else if len(begun) > 0 {
			r.Mended = append(r.Mended, "no checkpoint is there: the training begins anew, to the same end")
		}
		return r.openJournals(0, 0)
	}
	if err != nil {
		return err
	}
	r.Resumed = true
	p, err := r.restore(saved.Sections)
	if err != nil {
		return &DirectoryError{Code: "E0602", Dir: r.Dir, Cause: "checkpoint " + saved.Path + " does not belong to this experiment", Err: err,
			Help: "train in another directory with --out"}
	}
	if len(skipped) > 0 {
		// They do not fit the journals that are about to be cut.
		if err := r.store.Rewind(saved.Step); err != nil {
			return err
		}
	}
	if err := r.mendJournals(p); err != nil {
		return err
	}
	return r.openJournals(p.Events, p.Metrics)
}

// openJournals opens both journals and cuts them to what a checkpoint knows.
func (r *Run) openJournals(events, metrics int64) (err error) {
	if r.events, err = r.openJournal(eventsName, events); err != nil {
		return err
	}
	r.metrics, err = r.openJournal(metricsName, metrics)
	return err
}

// progressOf reads the counters of a checkpoint.
func progressOf(sections []checkpoint.Section) (p progress, err error) {
	head, err := checkpoint.Find(sections, sectionProgress)
	if err == nil {
		err = head.JSON(&p)
	}
	return p, err
}

// restore copies the sections of a checkpoint into the trainer.
func (r *Run) restore(sections []checkpoint.Section) (p progress, err error) {
	t := r.Trainer
	read := func(name string) []float64 {
		var v []float64
		var s checkpoint.Section
		if err == nil {
			if s, err = checkpoint.Find(sections, name); err == nil {
				v, err = s.Float64s()
			}
		}
		return v
	}
	if p, err = progressOf(sections); err != nil {
		return p, err
	}
	ours := p.Identity == r.Manifest.Identity || p.Training != "" && p.Training == r.Manifest.Training
	if !ours || p.Method != t.Method.Name() {
		return p, fmt.Errorf("it was written by another experiment")
	}
	if now := r.Experiment.SolverName(); p.Solver != now {
		return p, fmt.Errorf("it was trained with %s and would go on with %s, which has other last bits: give the same --solver", p.Solver, now)
	}
	point, kkt, frames := read(sectionPoint), read(sectionFirstKKT), read(sectionHistory)
	var state []optim.Field
	for _, f := range t.Method.State() {
		state = append(state, optim.Field{Name: f.Name, Data: read(prefixOptimiser + f.Name)})
	}
	if err != nil {
		return p, err
	}
	if len(point) != len(t.Point) || len(kkt) != 1 {
		return p, fmt.Errorf("it holds %d variables, and the experiment has %d", len(point), len(t.Point))
	}
	epochs, err := checkpoint.Find(sections, sectionEpochs)
	if err != nil {
		return p, err
	}
	if r.history.epochs, err = epochs.Int64s(); err != nil {
		return p, err
	}
	if len(frames) != len(r.history.epochs)*r.history.width {
		return p, fmt.Errorf("its history has %d numbers for %d epochs", len(frames), len(r.history.epochs))
	}
	if err := t.Method.Restore(state); err != nil {
		return p, err
	}
	if err := restoreRig(r.Experiment.Rig, sections, prefixRig); err != nil {
		return p, err
	}
	for _, kept := range []struct {
		prefix string
		fields []optim.Field
	}{{prefixBest, t.BestState()}, {prefixWatch, t.WatchState()}} {
		for _, f := range kept.fields {
			v := read(kept.prefix + f.Name)
			if err == nil && len(v) != len(f.Data) {
				err = fmt.Errorf("what it holds of %s%s is of another network", kept.prefix, f.Name)
			}
			if err != nil {
				return p, err
			}
			copy(f.Data, v)
		}
	}
	copy(t.Point, point)
	r.history.stiffness = frames
	if p.WithinSteps > 0 && p.WithinSeen != nil {
		t.Within = train.Within{Steps: p.WithinSteps, Seen: *p.WithinSeen}
	}
	t.FirstKKT, t.Epoch, t.Steps, t.Done, t.Why = kkt[0], p.Epoch, p.Steps, p.Done, p.Why
	t.GoOn()
	r.history.thin(t.Done)
	return p, nil
}

// restoreRig gives a rig what it remembered when a checkpoint was written.
func restoreRig(rig learn.Rig, sections []checkpoint.Section, prefix string) error {
	remembers, ok := rig.(learn.Stateful)
	if !ok {
		return nil
	}
	var saved []optim.Field
	for _, f := range remembers.State() {
		s, err := checkpoint.Find(sections, prefix+f.Name)
		if err != nil {
			return err
		}
		data, err := s.Float64s()
		if err != nil {
			return err
		}
		saved = append(saved, optim.Field{Name: f.Name, Data: data})
	}
	return remembers.Restore(saved)
}
