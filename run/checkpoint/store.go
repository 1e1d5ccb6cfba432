package checkpoint

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
)

// DefaultKeep is the number of checkpoints kept if Store.Keep is 0.
const DefaultKeep = 3

// ErrNone is wrapped by the errors of Latest and Best if there is no
// checkpoint that is whole.
var ErrNone = errors.New("no usable checkpoint")

// Store is a directory of checkpoints: ckpt-000000123.ckpt for step 123, and
// best.ckpt. Only one process may save to it at a time (see atomicfile.Lock).
type Store struct {
	FS   atomicfile.FS
	Dir  string // made by the first Save
	Keep int    // number of newest checkpoints to keep; 0 means DefaultKeep
}

// Saved is a checkpoint that was read and is whole.
type Saved struct {
	Step     int64
	Path     string
	Sections []Section
}

// Skipped is a checkpoint that could not be used.
type Skipped struct {
	Path string
	Err  error // why
}

const bestName = "best.ckpt"

// Save writes the checkpoint of a step >= 0. If it cannot be written, all that
// was there before is still there; errors.Is(err, atomicfile.ErrDiskFull) tells
// a full disk.
//
// When the new checkpoint is safe on the disk, and not before, Save removes
// what it replaces: checkpoints older than the newest Keep, and those of later
// steps, which the run left behind when it went back to an earlier one.
func (s Store) Save(step int64, sections []Section) error {
	if step < 0 {
		return fmt.Errorf("checkpoint of step %d: a step is not negative", step)
	}
	if err := s.write(fileName(step), sections); err != nil {
		return err
	}
	if err := s.Rewind(step); err != nil {
		return err
	}
	s.prune()
	return nil
}

// SaveBest writes best.ckpt, which no other call removes. The old one stays
// until the new one is safe.
func (s Store) SaveBest(sections []Section) error {
	return s.write(bestName, sections)
}

func (s Store) write(name string, sections []Section) error {
	_, err := Write(s.FS, filepath.Join(s.Dir, name), sections)
	return err
}

// Rewind removes the checkpoints of later steps than step, whole or not. A run
// that goes back on purpose calls it before it cuts its journal, for a later
// checkpoint does not fit the shorter journal.
func (s Store) Rewind(step int64) error {
	steps, err := s.Steps()
	if err != nil {
		return err
	}
	removed := false
	for _, later := range slices.Backward(steps) {
		if later <= step {
			break
		}
		path := s.path(later)
		if err := s.FS.Remove(path); err != nil {
			return &atomicfile.Error{Op: "remove the later checkpoint", Path: path, Err: err}
		}
		removed = true
	}
	if !removed {
		return nil
	}
	if err := s.FS.SyncDir(s.Dir); err != nil {
		return &atomicfile.Error{Op: "sync", Path: s.Dir, Err: err}
	}
	return nil
}

// prune removes old checkpoints and what crashes left behind. A failure harms
// nobody, the next Save tries again.
func (s Store) prune() {
	keep := s.Keep
	if keep <= 0 {
		keep = DefaultKeep
	}
	steps, _ := s.Steps()
	for _, step := range steps[:max(0, len(steps)-keep)] {
		_ = s.FS.Remove(s.path(step)) // the next Save tries again
	}
	_ = atomicfile.RemoveTemps(s.FS, s.Dir) // the next Save tries again
}

// Steps lists the steps of which there is a checkpoint, in rising order,
// whole or not.
func (s Store) Steps() ([]int64, error) {
	names, err := s.FS.List(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &atomicfile.Error{Op: "list the checkpoints in", Path: s.Dir, Err: err}
	}
	var steps []int64
	for _, name := range names {
		if step, ok := parseName(name); ok {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps) // names of more than 9 digits do not sort as numbers
	return steps, nil
}

// Latest returns the newest checkpoint that is whole, and the newer ones it
// had to skip. If there is none the error wraps ErrNone.
func (s Store) Latest() (Saved, []Skipped, error) {
	steps, err := s.Steps()
	if err != nil {
		return Saved{}, nil, err
	}
	var skipped []Skipped
	for _, step := range slices.Backward(steps) {
		saved, err := s.At(step)
		if err == nil {
			return saved, skipped, nil
		}
		skipped = append(skipped, Skipped{Path: s.path(step), Err: err})
	}
	if len(skipped) > 0 {
		return Saved{}, skipped, fmt.Errorf("%w in %s: none of its %d is whole; the newest: %w", ErrNone, s.Dir, len(skipped), skipped[0].Err)
	}
	return Saved{}, nil, fmt.Errorf("%w in %s: there is none yet", ErrNone, s.Dir)
}

// At returns the checkpoint of a step.
func (s Store) At(step int64) (Saved, error) {
	path := s.path(step)
	sections, err := Read(s.FS, path)
	if err != nil {
		return Saved{}, err
	}
	return Saved{Step: step, Path: path, Sections: sections}, nil
}

// Best returns the sections of best.ckpt. If there is none the error wraps
// ErrNone.
func (s Store) Best() ([]Section, error) {
	sections, err := Read(s.FS, filepath.Join(s.Dir, bestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s: there is no best one yet", ErrNone, s.Dir)
	}
	return sections, err
}

// Write writes a checkpoint file, and its folder where there is none, without a copy of what it holds. sum is the SHA-256 of
// the file.
func Write(fsys atomicfile.FS, path string, sections []Section) (sum [sha256.Size]byte, err error) {
	size, err := encodedSize(sections)
	if err != nil {
		return sum, fmt.Errorf("checkpoint %s: %w", filepath.Base(path), err)
	}
	if err := atomicfile.MakeDir(fsys, filepath.Dir(path)); err != nil {
		return sum, err
	}
	digest := sha256.New()
	err = atomicfile.WriteStream(fsys, path, func(w io.Writer) error { return encodeTo(io.MultiWriter(digest, w), sections, size) })
	return [sha256.Size]byte(digest.Sum(nil)), err
}

// Read reads a checkpoint file.
func Read(fsys atomicfile.FS, path string) ([]Section, error) {
	data, err := atomicfile.ReadFile(fsys, path, MaxSize)
	if err != nil {
		return nil, err
	}
	sections, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return sections, nil
}

func (s Store) path(step int64) string { return filepath.Join(s.Dir, fileName(step)) }

func fileName(step int64) string { return fmt.Sprintf("ckpt-%09d.ckpt", step) }

// parseName accepts exactly the names that fileName makes.
func parseName(name string) (step int64, ok bool) {
	digits := strings.TrimSuffix(strings.TrimPrefix(name, "ckpt-"), ".ckpt")
	step, err := strconv.ParseInt(digits, 10, 64)
	return step, err == nil && step >= 0 && name == fileName(step)
}
