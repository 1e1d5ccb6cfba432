package run

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/train"
)

// Result is what came out of a run. Loss and accuracies are those of the
// trained network.
type Result struct {
	Run           string               `json:"run"` // directory
	Kind          string               `json:"kind"`
	Epochs        int                  `json:"epochs"`
	Steps         int                  `json:"steps"`
	Loss          float64              `json:"loss"`
	TrainAccuracy *float64             `json:"train_accuracy,omitempty"`
	TrainError    *float64             `json:"train_error,omitempty"` // relative displacement error
	TestLoss      *float64             `json:"test_loss,omitempty"`
	TestAccuracy  *float64             `json:"test_accuracy,omitempty"`
	TestError     *float64             `json:"test_error,omitempty"`
	ValidLoss     *float64             `json:"validation_loss,omitempty"` // of the part of the training data by which settings are chosen
	ValidAccuracy *float64             `json:"validation_accuracy,omitempty"`
	ValidError    *float64             `json:"validation_error,omitempty"`
	Scored        int                  `json:"training_scored,omitempty"` // rows of the training part that its scores are of, where they are not all
	ChosenOn      string               `json:"chosen_on,omitempty"`       // validation or training; absent where the test part was scored while it trained, so that it may have chosen
	BestEpoch     *int                 `json:"best_epoch,omitempty"`      // kept, where the best is
	BestBy        string               `json:"best_by,omitempty"`         // the score that it was chosen by
	Electronics   *learn.Electronics   `json:"electronics,omitempty"`     // beside the lattice: what makes classes of what the outputs read
	Outputs       []Answer             `json:"outputs,omitempty"`         // of displacement targets, the first few samples
	Changed       *Changed             `json:"changed,omitempty"`         // of a network that was trained before, or is made of a known element: what is to be switched
	Verdict       train.Verdict        `json:"verdict"`
	Warnings      []experiment.Warning `json:"warnings"`         // what is to be known of these numbers
	Seconds       float64              `json:"seconds_training"` // of all sessions
	Resumed       bool                 `json:"resumed"`          // an earlier session had begun it
	Mended        []string             `json:"mended,omitempty"` // files that were damaged or missing and are made anew
}

// Answer is one output of one sample.
type Answer struct {
	Sample  int      `json:"sample"` // row of the data or number of the case, from 1
	Output  string   `json:"output"`
	Wanted  *float64 `json:"wanted,omitempty"` // m; absent where nothing is asked
	Reached float64  `json:"reached"`          // m
	Unit    string   `json:"unit,omitempty"`   // of both where it is not m: rad, V or 1 (a strain)
}

// stored is the part of a Result that is the same for equal experiments, which
// is what result.json holds.
type stored struct {
	Result
	Run     string   `json:"run,omitempty"`
	Seconds *float64 `json:"seconds_training,omitempty"`
	Resumed *bool    `json:"resumed,omitempty"`
	Mended  []string `json:"mended,omitempty"`

	Identity string            `json:"identity,omitempty"` // of the training; absent in results of earlier versions, which have no seal
	Files    map[string]string `json:"files,omitempty"`    // SHA-256 of what else the end of a training writes
}

// mostAnswers caps the outputs listed in a result.
const mostAnswers = 64

// finish writes everything that a complete run has; result.json comes last.
func (r *Run) finish() (*Result, error) {
	verdict, rec, err := r.judged()
	if err != nil {
		return nil, err
	}
	result, err := r.result(verdict, rec)
	if err != nil {
		return nil, err
	}
	r.store.Keep = 1 // how many there are depends on the clock, the last one does not
	if err := r.save(); err != nil {
		return nil, err
	}
	return r.conclude(result, rec, nil)
}

// conclude writes what comes after the last checkpoint, of a network with parameters theta; nil: those of the trainer.
func (r *Run) conclude(result *Result, rec train.Record, theta []float64) (*Result, error) {
	if err := r.end(result, rec); err != nil {
		return nil, err
	}
	shown := experiment.View{Bare: true}
	if r.figures {
		shown = r.Experiment.Shown()
		shown.Samples = true
	}
	shown.Theta = theta
	now, err := r.snapshot(shown)
	if err != nil {
		return nil, err
	}
	if eq := r.Experiment.Eq; eq != nil {
		h := eq.Health()
		r.health = &Health{Condition: eq.Condition(), Backward: h.Worst, Checked: h.Checked, Refined: h.Refined}
		r.health.Iterations, r.health.Residual = eq.Iterated()
	}
	if r.solved != nil {
		if err := r.solved(); err != nil {
			return nil, err
		}
	}
	if err := r.writeNetwork(now); err != nil {
		return nil, err
	}
	if r.figures {
		if err := r.writeFigures(now, result.Warnings); err != nil {
			return nil, err
		}
	}
	if err := r.writeEnvironment(); err != nil {
		return nil, err
	}
	files, err := r.sums()
	if err != nil {
		return nil, err
	}
	text, err := seal(stored{Result: *result, Identity: r.Manifest.Identity, Files: files})
	if err != nil {
		return nil, err
	}
	if err := atomicfile.WriteFile(r.fs, filepath.Join(r.Dir, resultName), text); err != nil {
		return nil, err
	}
	return result, r.over(result)
}

// end writes the last event. The checkpoint before it does not count it, so a
// session that resumes a run killed after this point writes it again, once.
func (r *Run) end(result *Result, rec train.Record) error {
	e := newEvent("end", rec)
	e.Verdict = &result.Verdict
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := r.events.Append(line); err != nil {
		return err
	}
	return r.events.Sync()
}

// judged is what is known when a training has ended.
func (r *Run) judged() (verdict train.Verdict, rec train.Record, err error) {
	if r.Trainer.Plan.Batch > 0 { // where losses went counts the epochs before a checkpoint too
		records, err := ReadMetrics(r.fs, r.Dir)
		if err != nil {
			return verdict, rec, err
		}
		r.Trainer.Recall(records)
	}
	if verdict, err = r.Trainer.Verdict(); err == nil {
		rec, err = r.Trainer.Score()
	}
	if err != nil {
		err = r.mechanics(err)
	}
	return verdict, rec, err
}

// result is what came out, at the stiffness that the rig has now.
func (r *Run) result(verdict train.Verdict, rec train.Record) (*Result, error) {
	result := &Result{Run: r.Dir, Kind: r.Manifest.Kind, Epochs: rec.Epoch, Steps: rec.Steps, Loss: rec.Train.Loss,
		TrainAccuracy: Number(rec.Train.Accuracy), TrainError: Number(rec.Train.Relative),
		TestLoss: Number(rec.Test.Loss), TestAccuracy: Number(rec.Test.Accuracy), TestError: Number(rec.Test.Relative),
		ValidLoss: Number(rec.Valid.Loss), ValidAccuracy: Number(rec.Valid.Accuracy), ValidError: Number(rec.Valid.Relative),
		Verdict: verdict, Seconds: r.clock.total(), Resumed: r.Resumed, Mended: r.Mended}
	if x := r.Experiment; x.Valid.N > 0 || x.Closed() {
		result.ChosenOn = x.ChosenOn()
	}
	if n := r.Experiment.Scored().N; n < r.Experiment.Train.N {
		result.Scored = n
	}
	if epoch, _, ok := r.Trainer.Best(); ok {
		result.BestEpoch, result.BestBy = &epoch, r.Trainer.Plan.BestBy.String()
	}
	result.Electronics = r.Experiment.Electronics()
	result.Changed = r.changed()
	var err error
	if result.Outputs, err = r.answers(); err != nil {
		return nil, err
	}
	if result.Warnings, err = r.Experiment.Warnings(); err != nil {
		return nil, r.mechanics(err)
	}
	return result, nil
}

// answers lists what the outputs of displacement targets do.
func (r *Run) answers() ([]Answer, error) {
	x := r.Experiment
	if x.Train.Class != nil && x.Spec.Task.Kind != "behaviour" {
		return nil, nil
	}
	var list []Answer
	all, err := experiment.Outputs(x.Rig, x.Train)
	if err != nil {
		return nil, r.mechanics(err)
	}
	rows := x.Rows(x.Train)
	for i := range x.Train.N {
		goal := x.Train.Goal(i)
		for o, v := range all[i*x.Train.Q : (i+1)*x.Train.Q] {
			if len(list) == mostAnswers {
				return list, nil
			}
			a := Answer{Sample: rows[i], Output: x.Outputs[o], Reached: v}
			if unit := x.OutputUnit(o); unit != "m" {
				a.Unit = unit
			}
			if goal.Class < 0 {
				a.Wanted = Number(goal.Want[o])
			}
			list = append(list, a)
		}
	}
	return list, nil
}

// readResult reads result.json and checks its seal; found is false where there is
// none.
func (r *Run) readResult() (result *stored, found bool, err error) {
	text, err := atomicfile.ReadFile(r.fs, filepath.Join(r.Dir, resultName), mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	result = new(stored)
	if err := json.Unmarshal(text, result); err != nil {
		return nil, true, err
	}
	if result.Warnings == nil { // an older program looked for none
		result.Warnings = []experiment.Warning{}
	}
	sealed, err := unseal(text)
	if err == nil && sealed == (result.Identity == "") {
		err = errSeal
	}
	return result, true, err
}
