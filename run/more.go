package run

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
)

// ErrNoRun means that there is nothing to go on with.
var ErrNoRun = errors.New("there is no run of this experiment to go on with")

// More is the request that goes on with a finished training by so many epochs: in the first directory of its name, or name-2, ... that holds the
// experiment over any number of epochs. One that was stopped on its way goes on to where it was going: so the same command again, after a kill, asks for
// nothing new. It builds the experiment, for that is what a run is found by.
func More(q Request, more int) (Request, error) {
	r, err := ask(q, (*experiment.Experiment).NewTrainer)
	if err != nil {
		return q, err
	}
	if r.Experiment.Spec.Learn.Schedule == "cosine" {
		return q, r.Experiment.File.Errorf("E0501", "learn.schedule", "with a cosine the rate of every step depends on the number of epochs, so there is nothing to go on with").
			WithHelp("train it anew with more `learn.epochs`, or take another schedule, such as plateau")
	}
	for n := 1; ; n++ {
		dir := filepath.Join(q.Parent, q.Name)
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", dir, n)
		}
		m, err := readManifest(r.fs, dir)
		if errors.Is(err, fs.ErrNotExist) {
			names, _ := r.fs.List(dir)
			if !q.Exact && slices.Contains(names, sessionName) {
				continue
			}
			return q, fmt.Errorf("%s: %w", dir, ErrNoRun)
		}
		if err != nil {
			return q, err
		}
		epochs, equal, err := r.epochsOf(m, dir)
		if err != nil {
			return q, err
		}
		if !equal && !q.Exact {
			continue
		}
		if !equal {
			return q, &DirectoryError{Code: "E0601", Dir: dir, Cause: "holds another experiment", Help: "choose the directory of the run that shall go on"}
		}
		ended, err := r.has(filepath.Join(dir, resultName))
		if err != nil {
			return q, err
		}
		q.Name, q.Exact, q.Kin = filepath.Base(dir), true, ""
		if ended {
			epochs, err = plus(dir, epochs, more)
		}
		if err != nil {
			return q, err
		}
		return q.over(epochs)
	}
}

// over is the request over so many epochs.
func (q Request) over(epochs int) (Request, error) {
	if epochs == q.File.Spec.Learn.Epochs {
		return q, nil
	}
	q.Overrides = append(slices.DeleteFunc(slices.Clone(q.Overrides), func(o string) bool { return strings.HasPrefix(o, "learn.epochs=") }), fmt.Sprintf("learn.epochs=%d", epochs))
	var err error
	q.File, err = spec.Parse(q.File.Name, q.File.Text, q.Overrides...)
	return q, err
}

// mostEpochs is how many an experiment may have.
const mostEpochs = 100000000

func plus(dir string, epochs, more int) (int, error) {
	if more > mostEpochs-epochs {
		return 0, &DirectoryError{Code: "E0601", Dir: dir, Cause: fmt.Sprintf("it has %d epochs, and with %d more it would have over %d", epochs, more, mostEpochs), Help: "ask for fewer"}
	}
	return epochs + more, nil
}

// EpochsPlus is how many epochs the run of a directory has in all with so many more, if it has come to its end; else how many it has, for it goes on to
// where it was going.
func EpochsPlus(fsys atomicfile.FS, dir string, more int) (int, error) {
	q, err := Again(fsys, dir, 0, experiment.Options{})
	if err != nil {
		return 0, err
	}
	epochs := q.File.Spec.Learn.Epochs
	if ended, err := (&Run{fs: fsys}).has(filepath.Join(dir, resultName)); err != nil || !ended {
		return epochs, err
	}
	return plus(dir, epochs, more)
}
