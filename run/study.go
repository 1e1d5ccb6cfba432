package run

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"path/filepath"
	"syscall"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/learn"
	"github.com/elastrain/elastrain/run/checkpoint"
)

const (
	damageName = "damage"      // directory of damage studies in that of a run
	bondsName  = "bonds.jsonl" // what a study has found so far; gone when it is whole
)

// Study is a damage study that writes below a run: it holds the lock of the run,
// and goes on at the bond at which an earlier session ended.
type Study struct {
	Dir     string // of its table and figure
	Known   int    // bonds that an earlier session has cut
	trained *Trained
	remedy  Remedy
	fs      atomicfile.FS
	lock    *atomicfile.HeldLock
	bonds   *atomicfile.Journal // nil where nothing is retrained: that is quick
	cuts    []Cut
}

// OpenStudy begins a study of a trained network, or goes on with one. What is
// only cut (Nothing) is not kept between sessions.
func OpenStudy(fsys atomicfile.FS, trained *Trained, remedy Remedy) (*Study, error) {
	s := &Study{Dir: filepath.Join(trained.Dir, damageName), trained: trained, remedy: remedy, fs: fsys}
	var err error
	if s.lock, err = atomicfile.Lock(filepath.Join(trained.Dir, lockName)); err != nil {
		return nil, held(trained.Dir, err, "wait for it")
	}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Study) open() error {
	if err := atomicfile.MakeDir(s.fs, s.Dir); err != nil {
		return err
	}
	if err := atomicfile.RemoveTemps(s.fs, s.Dir); err != nil {
		return err
	}
	if s.remedy == Nothing {
		return nil
	}
	head, err := s.head()
	if err != nil {
		return err
	}
	path := filepath.Join(s.Dir, bondsName)
	text, err := atomicfile.ReadFile(s.fs, path, mostBytes)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	whole := s.take(text, head)
	if s.bonds, err = atomicfile.OpenJournal(s.fs, path); err != nil {
		return err
	}
	if err := s.bonds.TruncateTo(whole); err != nil {
		return err
	}
	if whole == 0 {
		return s.bonds.Append(head)
	}
	s.Known = len(s.cuts)
	return nil
}

// take reads the lines of an earlier session of the same study as far as they are
// whole, and returns the bytes they take.
func (s *Study) take(text, head []byte) (whole int64) {
	first := append(head[:len(head):len(head)], '\n')
	if !bytes.HasPrefix(text, first) {
		return 0
	}
	whole = int64(len(first))
	for line := range bytes.Lines(text[len(first):]) {
		cut, ok := parseCut(line)
		if !ok {
			break
		}
		s.cuts = append(s.cuts, cut)
		whole += int64(len(line))
	}
	return whole
}

// head is the first line: what the study belongs to.
func (s *Study) head() ([]byte, error) {
	k := sha256.New()
	part := checkpoint.Float64s(sectionStiffness, s.trained.Stiffness)
	k.Write(part.Payload)
	return json.Marshal(struct {
		Format    int    `json:"format"`
		Identity  string `json:"identity"`
		Epoch     int    `json:"epoch"`
		Stiffness string `json:"stiffness_sha256"`
		Remedy    Remedy `json:"remedy"`
	}{1, s.trained.Manifest.Identity, s.trained.Epoch, hex.EncodeToString(k.Sum(nil)), s.remedy})
}

// cutLine is a line of bonds.jsonl.
type cutLine struct {
	Cut json.RawMessage `json:"cut"`
	Sum string          `json:"crc32c"` // of the text of cut
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sumOf(text []byte) string { return fmt.Sprintf("%08x", crc32.Checksum(text, castagnoli)) }

func formatCut(cut Cut) ([]byte, error) {
	text, err := json.Marshal(cut)
	if err != nil {
		return nil, err
	}
	return json.Marshal(cutLine{text, sumOf(text)})
}

// parseCut reads a line with its newline; ok is false where it is torn or damaged.
func parseCut(line []byte) (cut Cut, ok bool) {
	var l cutLine
	if !bytes.HasSuffix(line, []byte("\n")) || json.Unmarshal(line, &l) != nil || sumOf(l.Cut) != l.Sum || json.Unmarshal(l.Cut, &cut) != nil {
		return cut, false
	}
	number := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	cut.Before = learn.Score{Loss: number(cut.Loss), Accuracy: number(cut.Accuracy), Relative: number(cut.Error)}
	cut.After = learn.Score{Loss: number(cut.LossRetrained), Accuracy: number(cut.AccuracyRetrained), Relative: number(cut.ErrorRetrained)}
	return cut, true
}

// CutEach cuts every bond that is not known yet, as Trained.CutEach does, and
// keeps each before the next. done is told of the new ones.
func (s *Study) CutEach(ctx context.Context, done func(Cut)) ([]Cut, error) {
	known := make(map[int]bool, len(s.cuts))
	for _, cut := range s.cuts {
		known[cut.Bond] = true
	}
	var failed error
	keep, stop := context.WithCancel(ctx)
	defer stop()
	_, err := s.trained.cutEach(keep, s.fs, s.remedy, func(bond int) bool { return known[bond] }, func(cut Cut) {
		line, err := formatCut(cut)
		if err == nil {
			err = s.bonds.Append(line)
		}
		if err == nil {
			err = s.bonds.Sync()
		}
		if err != nil {
			failed = err
			stop()
			return
		}
		s.cuts = append(s.cuts, cut)
		if done != nil {
			done(cut)
		}
	})
	if failed != nil {
		return nil, failed
	}
	if errors.Is(err, context.Canceled) {
		return s.cuts, ErrStopped
	}
	return s.cuts, err
}

// Finish says that table and figure are written: what was kept for a later
// session goes.
func (s *Study) Finish() error {
	if s.bonds == nil {
		return nil
	}
	err := s.bonds.Close()
	s.bonds = nil
	path := filepath.Join(s.Dir, bondsName)
	if err == nil {
		if err = s.fs.Remove(path); err != nil {
			err = &atomicfile.Error{Op: "remove", Path: path, Err: err}
		}
	}
	return err
}

// Close gives the run back. It may be called twice.
func (s *Study) Close() error {
	var errs []error
	if s.bonds != nil {
		errs = append(errs, s.bonds.Close())
		s.bonds = nil
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
		s.lock = nil
	}
	return errors.Join(errs...)
}

// held makes the error of a lock name the run.
func held(dir string, err error, help string) error {
	var locked *atomicfile.LockedError
	if errors.As(err, &locked) {
		return &DirectoryError{Code: "E0604", Dir: dir, Cause: "another process trains here", Err: err, Help: help}
	}
	if errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission) {
		return &DirectoryError{Code: "E0603", Dir: dir, Cause: "nothing can be written here", Err: err, Help: "copy the run to a place that may be written to"}
	}
	return err
}
