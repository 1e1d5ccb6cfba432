package run

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/passport"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/snapshot"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/train"
)

// Trained is a run read back: the experiment and the stiffness it has learned.
type Trained struct {
	Dir        string
	Manifest   *Manifest
	File       *spec.File // resolved.yaml, without what the program chose
	Experiment *experiment.Experiment
	Stiffness  []float64 // of every element, N/m; set on the experiment's rig
	Epoch      int
	Epochs     int  // that are asked for
	Unfinished bool // training has not come to its end
	Skipped    []checkpoint.Skipped
	History    snapshot.History // frames of the parameters; scores are read where they are asked for

	options experiment.Options

	Part *passport.Passport // of the part that it will be given, where one is known
}

// Load reads a run directory for evaluation, retraining or damage. The run may
// still be training; the newest whole checkpoint counts.
func Load(fsys atomicfile.FS, dir string) (*Trained, error) {
	return LoadWith(fsys, dir, experiment.Options{})
}

// LoadWith is Load with a choice of how to compute.
func LoadWith(fsys atomicfile.FS, dir string, options experiment.Options) (*Trained, error) {
	m, err := readManifest(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, &DirectoryError{Code: "E0605", Dir: dir, Cause: "not a run directory: it has no manifest.json",
			Help: "`elastrain train SPEC` makes one, below runs/"}
	}
	if err != nil {
		return nil, err
	}
	text, changed, err := m.verify(fsys, dir)
	if err != nil {
		return nil, err
	}
	for _, name := range changed {
		if name != specName { // nothing is read from it
			return nil, damaged(dir, name+" is missing, or was changed since the run was trained", nil, again)
		}
	}
	asked, full, err := m.asked(filepath.Join(dir, resolvedName), text)
	if err != nil {
		return nil, err
	}
	t := &Trained{Dir: dir, Manifest: m, File: asked, Epochs: full.Spec.Learn.Epochs, options: options}
	if t.Experiment, err = experiment.Build(full, t.Files(fsys), options); err != nil {
		return nil, err
	}
	if m.Start != nil {
		if err := t.Experiment.StartFrom(m.Start); err != nil {
			return nil, err
		}
	}
	store := checkpoint.Store{FS: fsys, Dir: filepath.Join(dir, checkpointsName)}
	saved, skipped, err := store.Latest()
	t.Skipped = skipped
	if err != nil {
		return nil, &DirectoryError{Code: "E0602", Dir: dir, Cause: "no checkpoint can be read", Err: err,
			Help: "run the same `elastrain train` command again to make one"}
	}
	p, err := progressOf(saved.Sections)
	if err == nil && p.Identity != m.Identity && (p.Training == "" || p.Training != m.Training) {
		err = errors.New("it was written by another experiment")
	}
	var section checkpoint.Section
	if err == nil {
		section, err = checkpoint.Find(saved.Sections, sectionStiffness)
	}
	if err == nil {
		t.Stiffness, err = section.Float64s()
	}
	if err == nil && len(t.Stiffness) != t.Experiment.Parameters() {
		err = fmt.Errorf("it holds %d stiffnesses for %d elements", len(t.Stiffness), t.Experiment.Parameters())
	}
	if err == nil {
		err = t.Experiment.Rig.SetStiffness(t.Stiffness)
	}
	if err == nil {
		prefix := prefixRig
		if _, kept := checkpoint.Find(saved.Sections, prefixBest+"point"); p.Done && kept == nil {
			prefix = prefixBest + prefixRig // the stiffness is that of the best epoch
		}
		err = restoreRig(t.Experiment.Rig, saved.Sections, prefix)
	}
	if err != nil {
		return nil, &DirectoryError{Code: "E0602", Dir: dir, Cause: "checkpoint " + saved.Path + " cannot be used", Err: err,
			Help: "remove it to use the one before, or train anew"}
	}
	if t.History, err = frames(saved.Sections); err != nil {
		return nil, &DirectoryError{Code: "E0602", Dir: dir, Cause: "checkpoint " + saved.Path + " cannot be used", Err: err,
			Help: "remove it to use the one before, or train anew"}
	}
	t.Epoch = int(saved.Step)
	t.Unfinished = !p.Done || p.Why == train.LastEpoch && p.Epoch < t.Epochs
	return t, nil
}

// frames are the history of a checkpoint.
func frames(sections []checkpoint.Section) (h snapshot.History, err error) {
	at, err := checkpoint.Find(sections, sectionEpochs)
	if err != nil {
		return h, err
	}
	epochs, err := at.Int64s()
	if err != nil {
		return h, err
	}
	for _, epoch := range epochs {
		h.Epochs = append(h.Epochs, int(epoch))
	}
	if at, err = checkpoint.Find(sections, sectionHistory); err == nil {
		h.Theta, err = at.Float64s()
	}
	return h, err
}

// Files reads the copies of the files that the spec of the run names.
func (t *Trained) Files(fsys atomicfile.FS) experiment.Files {
	return func(name string) ([]byte, error) {
		for _, f := range t.Manifest.Files {
			if f.Name == name {
				text, err := atomicfile.ReadFile(fsys, filepath.Join(t.Dir, f.Copy), mostBytes)
				if err == nil && sumHex(text) != f.SHA256 {
					err = fmt.Errorf("the copy %s is not what the run was trained on; it was changed since", filepath.Join(t.Dir, f.Copy))
				}
				return text, err
			}
		}
		return nil, fmt.Errorf("the run has no copy of %s: %w", name, fs.ErrNotExist)
	}
}

// writeNetwork writes network.npz and bonds.csv, or elements.csv, and nodes.csv where places of nodes learn.
func (r *Run) writeNetwork(s *snapshot.Snapshot) error {
	write := func(name string, text func(w io.Writer) error) error {
		return atomicfile.WriteStream(r.fs, filepath.Join(r.Dir, name), text)
	}
	if err := write(networkName, func(w io.Writer) error { return npz.Write(w, s.Arrays()) }); err != nil {
		return err
	}
	if asked := r.Experiment.Asked(s.Theta); s.Springs && asked != nil {
		if err := write(askedTableName, func(w io.Writer) error { return s.Drawn.WriteBondTable(w, asked, r.Experiment.Widths(s.Theta)) }); err != nil {
			return err
		}
	}
	if s.Springs {
		return write(bondTableName, func(w io.Writer) error { return s.Drawn.WriteBondTable(w, s.Theta, r.Experiment.Widths(s.Theta)) })
	}
	if len(s.Places) > 0 {
		if err := write(nodeTableName, func(w io.Writer) error { return writeNodes(w, s) }); err != nil {
			return err
		}
	}
	return write(elementTableName, func(w io.Writer) error { return writeElements(w, s) })
}
