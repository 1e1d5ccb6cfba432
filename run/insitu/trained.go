package insitu

import (
	"errors"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run"
)

// IsSession reports whether a directory is that of a session.
func IsSession(fsys atomicfile.FS, dir string) bool {
	_, err := readHead(fsys, dir)
	var damaged *run.DirectoryError
	return err == nil || errors.As(err, &damaged)
}

// LoadTrained reads the directory of a session as if its lattice had been trained
// by computation: the network with the stiffness that was asked of the bench last.
// The session may still be going on; ended says whether it does not.
func LoadTrained(fsys atomicfile.FS, dir string) (t *run.Trained, ended bool, err error) {
	h, err := readHead(fsys, dir)
	if err != nil {
		return nil, false, err
	}
	r, err := Load(fsys, dir)
	if err != nil {
		return nil, false, err
	}
	x := r.Lab.Experiment
	k := r.Lab.Start
	if n := len(r.Log.Phases); n > 0 {
		k = r.Log.Phases[n-1].Stiffness
	}
	steps := len(r.Log.Steps)
	if steps > 0 {
		k = r.Log.Steps[steps-1].Stiffness
	}
	if err := x.Rig.SetStiffness(k); err != nil {
		return nil, false, err
	}
	m := &run.Manifest{Format: 1, Kind: "lab", Identity: h.Identity, Overrides: h.Overrides}
	for _, f := range h.Files {
		m.Files = append(m.Files, run.Input{Name: f.Name, Copy: f.Copy, SHA256: f.SHA256})
	}
	return &run.Trained{Dir: dir, Manifest: m, File: x.File, Experiment: x, Stiffness: k, Epoch: steps}, r.Log.Stop != nil, nil
}
