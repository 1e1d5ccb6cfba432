package run

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/checkpoint"
)

const (
	manifestName    = "manifest.json"
	specName        = "spec.yaml"
	resolvedName    = "resolved.yaml"
	eventsName      = "events.jsonl"
	metricsName     = "metrics.csv"
	checkpointsName = "checkpoints"
	networkName     = "network.npz"
	bondTableName   = "bonds.csv"
	askedTableName  = "asked.csv"

	nodeTableName    = "nodes.csv"    // where nodes end whose places learn
	elementTableName = "elements.csv" // of networks of other elements than linear springs
	resultName       = "result.json"
	environmentName  = "environment.json"
	figuresName      = "figures"
	filesName        = "files"
	lockName         = "lock"
	sessionName      = "lab.json" // in the directories of lab train
)

// Owns reports whether a run, or a session in the lab, keeps a file or folder of this name in its directory to be read again.
func Owns(name string) bool {
	return slices.Contains([]string{manifestName, specName, resolvedName, eventsName, metricsName, checkpointsName, networkName, bondTableName, askedTableName,
		nodeTableName, elementTableName, resultName, environmentName, filesName, lockName, sessionName, openingsName, partsName, "journal.jsonl", "outcome.json", "stiffness.csv"}, name)
}

// mostBytes caps every file that is read back from a run directory.
const mostBytes = 1 << 30

// DirectoryError is what is wrong with a run directory.
type DirectoryError struct {
	Code  string // E06xx
	Dir   string
	Cause string
	Help  string
	Err   error
}

func (e *DirectoryError) Error() string {
	s := e.Dir + ": " + e.Cause
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause below.
func (e *DirectoryError) Unwrap() error { return e.Err }

// state is what a directory holds beside what is asked for.
type state uint8

const (
	vacant state = iota // no run
	same                // the experiment that is asked for
	less                // the same with fewer epochs
	other               // another experiment
)

// found is a look into a directory.
type found struct {
	state    state
	manifest *Manifest // as it is there; nil where it is vacant, missing or damaged
	broken   error     // the manifest is missing or damaged, and a checkpoint says whose the run is
	why      string    // it is another
}

// look compares a directory with what is asked for.
func (r *Run) look(dir string) (found, error) {
	m, err := readManifest(r.fs, dir)
	var broken *DirectoryError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r.lookWithout(dir)
	case errors.As(err, &broken) && !errors.Is(err, errFormat):
		if r.ownCheckpoint(dir) {
			return found{state: same, broken: err}, nil
		}
		return found{}, err
	case err != nil:
		return found{}, err
	case m.Identity == r.asked.Identity:
		return found{state: same, manifest: m}, nil
	}
	epochs, equal, err := r.epochsOf(m, dir)
	switch {
	case errors.As(err, &broken) && r.ownCheckpoint(dir):
		return found{state: same, broken: err}, nil
	case err != nil:
		return found{}, err
	case !equal && r.Experiment.Spec.Learn.Schedule == "cosine":
		return found{state: other, why: "holds another experiment, or this one over another number of epochs, which with `schedule: cosine` is another training"}, nil
	case !equal:
		return found{state: other, why: "holds another experiment"}, nil
	case epochs < r.asked.Epochs:
		return found{state: less, manifest: m}, nil
	case epochs == r.asked.Epochs: // an earlier version wrote the same differently
		return found{state: same, manifest: m}, nil
	}
	return found{state: other, why: fmt.Sprintf("holds this experiment with %d epochs, and %d are asked for", epochs, r.asked.Epochs)}, nil
}

// epochsOf is the number of epochs of a run; equal says that nothing else tells it
// from what is asked for.
func (r *Run) epochsOf(m *Manifest, dir string) (epochs int, equal bool, err error) {
	if m.Training == r.asked.Training {
		return m.Epochs, true, nil
	}
	alike := sameInputs(m, r.asked)
	if m.Training != "" && !alike {
		return 0, false, nil
	}
	// Another version may have written other defaults into resolved.yaml; and a
	// manifest without a seal is believed only where its identity is that of its files.
	text, changed, err := m.verify(r.fs, dir)
	if err == nil && len(changed) > 0 {
		err = damaged(dir, changed[0]+" is damaged, so that nobody can tell whether this is the experiment that is asked for", nil, "restore it from a copy, or choose another directory with --out")
	}
	if err != nil || !alike {
		return 0, false, err
	}
	asked, _, err := m.asked(filepath.Join(dir, resolvedName), text)
	if err != nil {
		return 0, false, nil // of a version that knew other keys
	}
	return asked.Spec.Learn.Epochs, training(asked.Spec, m.Files, m.Start) == r.asked.Training, nil
}

// sameInputs compares the files and the start of two manifests.
func sameInputs(a, b *Manifest) bool {
	return SameInputs(a.Files, b.Files) && slices.Equal(a.Start, b.Start)
}

// lookWithout looks at a directory that has no manifest.
func (r *Run) lookWithout(dir string) (found, error) {
	session, err := r.has(filepath.Join(dir, sessionName))
	if err != nil {
		return found{}, err
	}
	if session {
		return found{state: other, why: "holds a session of `elastrain lab train`"}, nil
	}
	if r.ownCheckpoint(dir) {
		return found{state: same, broken: damaged(dir, "manifest.json is missing", nil, again)}, nil
	}
	steps, err := checkpoint.Store{FS: r.fs, Dir: filepath.Join(dir, checkpointsName)}.Steps()
	if err != nil {
		return found{}, err
	}
	result, err := r.has(filepath.Join(dir, resultName))
	if err != nil {
		return found{}, err
	}
	if len(steps) > 0 || result {
		return found{}, damaged(dir, "manifest.json is missing, and what is there is not known to belong to this experiment", nil, "restore it from a copy, or choose another directory with --out")
	}
	return found{state: vacant}, nil
}

// has reports whether a file is there.
func (r *Run) has(path string) (bool, error) {
	_, err := atomicfile.ReadFile(r.fs, path, mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// ownCheckpoint reports whether the newest checkpoint of a directory belongs to
// what is asked for.
func (r *Run) ownCheckpoint(dir string) bool {
	saved, _, err := checkpoint.Store{FS: r.fs, Dir: filepath.Join(dir, checkpointsName)}.Latest()
	if err != nil {
		return false
	}
	p, err := progressOf(saved.Sections)
	return err == nil && p.Identity == r.asked.Identity
}

// choose finds the directory for an experiment: parent/name if it is free or
// holds the same experiment, else parent/name-2, name-3, ... An exact name
// that holds another experiment is an error, for nothing is overwritten.
func (r *Run) choose(parent, name string, exact bool) (dir string, f found, err error) {
	for n := 1; ; n++ {
		dir = filepath.Join(parent, name)
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", dir, n)
		}
		if f, err = r.look(dir); err != nil || f.state != other {
			return dir, f, err
		}
		if exact {
			return "", f, &DirectoryError{Code: "E0601", Dir: dir, Cause: f.why, Help: "choose another --out, or leave --out away to get a new directory"}
		}
	}
}

// create writes the files that say what a run is; the manifest comes last,
// because it makes the directory a run.
func (r *Run) create() error {
	for _, dir := range []string{r.Dir, filepath.Join(r.Dir, checkpointsName), filepath.Join(r.Dir, figuresName)} {
		if !r.figures && dir == filepath.Join(r.Dir, figuresName) {
			continue // nothing would be in it
		}
		if err := atomicfile.MakeDir(r.fs, dir); err != nil {
			return err
		}
	}
	if err := r.writeInputs(); err != nil {
		return err
	}
	return r.writeManifest()
}

// writeInputs writes what the manifest vouches for.
func (r *Run) writeInputs() error {
	write := func(name string, text []byte) error {
		return atomicfile.WriteFile(r.fs, filepath.Join(r.Dir, name), text)
	}
	if err := write(specName, r.specText); err != nil {
		return err
	}
	if err := write(resolvedName, r.resolvedText); err != nil {
		return err
	}
	if len(r.asked.Files) > 0 {
		if err := atomicfile.MakeDir(r.fs, filepath.Join(r.Dir, filesName)); err != nil {
			return err
		}
	}
	for _, f := range r.asked.Files {
		if err := write(f.Copy, f.Text); err != nil {
			return err
		}
	}
	return nil
}

// writeManifest makes the run that of what is asked for.
func (r *Run) writeManifest() error {
	text, err := seal(r.asked)
	if err != nil {
		return err
	}
	if err := atomicfile.WriteFile(r.fs, filepath.Join(r.Dir, manifestName), text); err != nil {
		return err
	}
	r.Manifest = r.asked
	return nil
}
