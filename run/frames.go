package run

import (
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/run/checkpoint"
	"github.com/elastrain/elastrain/snapshot"
)

// Frames are the parameters of a run at the epochs that its newest whole checkpoint has, the last included where it
// was saved at the end of one. Nothing
// else of the directory is read.
func Frames(fsys atomicfile.FS, dir string) (h snapshot.History, err error) {
	saved, _, err := checkpoint.Store{FS: fsys, Dir: filepath.Join(dir, checkpointsName)}.Latest()
	if err != nil {
		return h, err
	}
	if h, err = frames(saved.Sections); err != nil {
		return h, err
	}
	p, err := progressOf(saved.Sections)
	if err != nil || p.WithinSteps > 0 { // it is of no epoch
		return h, err
	}
	section, err := checkpoint.Find(saved.Sections, sectionStiffness)
	if err != nil {
		return h, err
	}
	last, err := section.Float64s()
	if err != nil {
		return h, err
	}
	if n := len(h.Epochs); (n == 0 || h.Epochs[n-1] < int(saved.Step)) && len(h.Theta) == n*len(last) {
		h.Epochs, h.Theta = append(h.Epochs, int(saved.Step)), append(h.Theta, last...)
	}
	return h, nil
}
