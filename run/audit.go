package run

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/export/npz"
	"github.com/elastrain/elastrain/run/checkpoint"
)

// mended notes that a file was damaged or missing and is made anew.
func (r *Run) mended(name, from string) {
	said := name + " was damaged or missing: it is made anew from "
	if at := slices.IndexFunc(r.Mended, func(s string) bool { return strings.HasPrefix(s, said) }); at >= 0 {
		r.Mended[at] = said + from // better known now
		return
	}
	r.Mended = append(r.Mended, said+from)
}

// mendInputs writes the files anew that say what was trained, where they are not
// as the manifest says: the experiment is at hand.
func (r *Run) mendInputs() error {
	_, changed, err := r.Manifest.verify(r.fs, r.Dir)
	if err != nil || len(changed) == 0 {
		return err
	}
	if r.Manifest.Identity != r.asked.Identity {
		return damaged(r.Dir, strings.Join(changed, ", ")+" was changed since it was written", nil, "restore it from a copy, or train in another directory with --out")
	}
	for _, name := range changed {
		r.mended(name, "the experiment file")
	}
	return r.create()
}

// audit reports whether an earlier session came to the end and what it wrote is
// whole. Where something is not, it says so, and the run is finished again from
// its checkpoint. Nothing is written here.
func (r *Run) audit() (whole bool, err error) {
	result, found, err := r.readResult()
	if !found {
		return false, err
	}
	const from = "the last checkpoint"
	switch {
	case err != nil || result.Identity != "" && result.Identity != r.Manifest.Identity:
		r.mended(resultName, from)
		return false, nil
	case result.Identity == "":
		return r.auditUnsealed(&result.Result)
	}
	drawn := false
	for _, name := range slices.Sorted(maps.Keys(result.Files)) {
		if strings.HasPrefix(name, figuresName+"/") {
			if drawn = true; !r.figures {
				continue
			}
		}
		sum, err := r.sum(name)
		if err != nil {
			return false, err
		}
		if sum != result.Files[name] {
			r.mended(name, from)
		}
	}
	if r.figures && !drawn {
		r.Mended = append(r.Mended, "pictures were left out before: they are drawn now")
	}
	if len(r.Mended) > 0 && r.unfinished() {
		return false, nil
	}
	if _, skipped, err := r.store.Latest(); errors.Is(err, checkpoint.ErrNone) && len(skipped) > 0 {
		return false, damaged(r.Dir, "result.json is whole, but the trained stiffnesses are lost: the checkpoint is damaged", err,
			"restore the folder checkpoints from a copy; or delete it and result.json, and the same command trains anew from the beginning")
	} else if err != nil && !errors.Is(err, checkpoint.ErrNone) {
		return false, err
	}
	r.done = r.presented(&result.Result)
	return true, nil
}

// unfinished reports whether something of what the end of a training writes was
// mended; what tells only of the experiment is mended already.
func (r *Run) unfinished() bool {
	return slices.ContainsFunc(r.Mended, func(s string) bool { return !strings.HasSuffix(s, "the experiment file") })
}

// auditUnsealed looks whether the result of an earlier version, which has no
// checksums, is what the checkpoint gives, and returns that.
func (r *Run) auditUnsealed(found *Result) (whole bool, err error) {
	saved, _, err := r.store.Latest()
	if errors.Is(err, checkpoint.ErrNone) {
		r.done = r.presented(found)
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if p, err := progressOf(saved.Sections); err != nil || p.Solver != r.Experiment.SolverName() {
		r.done = r.presented(found)
		return true, nil
	}
	p, err := r.restore(saved.Sections)
	if err != nil {
		return false, damaged(r.Dir, "checkpoint "+saved.Path+" does not belong to this experiment", err, "train in another directory with --out")
	}
	if journal, _, err := r.judgeJournals(p); err != nil || journal != "" {
		return false, err
	}
	verdict, rec, err := r.judged()
	if err != nil {
		return false, err
	}
	computed, err := r.result(verdict, rec)
	if err != nil {
		return false, err
	}
	if !agree(found, computed) {
		r.mended(resultName, "the last checkpoint")
	}
	there, err := r.sum(networkName)
	if err != nil {
		return false, err
	}
	now, err := r.snapshot(experiment.View{})
	if err != nil {
		return false, err
	}
	due := sha256.New()
	if err := npz.Write(due, now.Arrays()); err != nil {
		return false, err
	}
	if there != hex.EncodeToString(due.Sum(nil)) {
		r.mended(networkName, "the last checkpoint")
	}
	if r.unfinished() {
		return false, nil
	}
	r.done = r.presented(computed)
	return true, nil
}

// agree reports whether two results of one training are the same but for rounding.
func agree(a, b *Result) bool {
	number := func(a, b *float64) bool {
		if a == nil || b == nil {
			return a == b
		}
		return math.Abs(*a-*b) <= 1e-9*(math.Abs(*a)+math.Abs(*b))+1e-15
	}
	return a.Kind == b.Kind && a.Epochs == b.Epochs && a.Steps == b.Steps && number(&a.Loss, &b.Loss) &&
		number(a.TrainAccuracy, b.TrainAccuracy) && number(a.TrainError, b.TrainError) &&
		number(a.TestLoss, b.TestLoss) && number(a.TestAccuracy, b.TestAccuracy) && number(a.TestError, b.TestError) &&
		number(a.ValidLoss, b.ValidLoss) && number(a.ValidAccuracy, b.ValidAccuracy) && number(a.ValidError, b.ValidError)
}

// presented adds to a stored result what is of this directory and this call.
func (r *Run) presented(result *Result) *Result {
	clock := clock{previous: r.previousSessions()}
	result.Run, result.Resumed, result.Seconds, result.Mended = r.Dir, true, clock.total(), r.Mended
	return result
}

// sum is the SHA-256 of a file of the run; "" where it is missing.
func (r *Run) sum(name string) (string, error) {
	path := filepath.Join(r.Dir, filepath.FromSlash(name))
	f, err := r.fs.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err == nil {
		h := sha256.New()
		_, err = io.Copy(h, io.NewSectionReader(f, 0, f.Size()))
		if err = errors.Join(err, f.Close()); err == nil {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
	}
	return "", &atomicfile.Error{Op: "read", Path: path, Err: err}
}

// sums are those of all that the end of a training writes, but for result.json.
func (r *Run) sums() (map[string]string, error) {
	sums := map[string]string{}
	for _, name := range append([]string{eventsName, metricsName, networkName, bondTableName, elementTableName, nodeTableName}, r.drawn...) {
		sum, err := r.sum(name)
		if err != nil {
			return nil, err
		}
		if sum != "" { // large networks have no SVG, and one of the tables is not there
			sums[name] = sum
		}
	}
	return sums, nil
}
