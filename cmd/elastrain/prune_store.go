package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/prune"
	"github.com/elastrain/elastrain/run"
)

// pruneStore is the journal of a pruning: a head that says what it belongs to, and a line for each bond that went. A study that was stopped goes on after
// the last whole line; another study begins anew.
type pruneStore struct {
	dir     string
	known   int
	steps   []prune.Step
	lock    *atomicfile.HeldLock
	journal *atomicfile.Journal
}

// pruneLine is a line of the journal.
type pruneLine struct {
	Step json.RawMessage `json:"step"`
	Sum  string          `json:"crc32c"` // of the text of step
}

func pruneSum(text []byte) string {
	return fmt.Sprintf("%08x", crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)))
}

// mostPruneJournal is how many bytes a journal may have.
const mostPruneJournal = 1 << 30

func openPruneStore(fsys atomicfile.FS, dir string, p *pruned, study *prune.Study) (*pruneStore, error) {
	head, err := pruneHead(p, study)
	if err != nil {
		return nil, err
	}
	if err := atomicfile.MakeDir(fsys, dir); err != nil {
		return nil, err
	}
	s := &pruneStore{dir: dir}
	if s.lock, err = atomicfile.Lock(filepath.Join(dir, "lock")); err != nil {
		return nil, err
	}
	if err := s.open(fsys, head); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *pruneStore) open(fsys atomicfile.FS, head []byte) error {
	if err := atomicfile.RemoveTemps(fsys, s.dir); err != nil {
		return err
	}
	path := filepath.Join(s.dir, "journal.jsonl")
	text, err := atomicfile.ReadFile(fsys, path, mostPruneJournal)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	whole := int64(0)
	if line, _, found := bytes.Cut(text, []byte("\n")); found && !bytes.Equal(line, head) && json.Valid(line) {
		return &run.DirectoryError{Code: "E0601", Dir: s.dir, Cause: "holds another pruning: of another network, by another rule or to another end", Help: "choose another --out, or remove it"}
	}
	if first := append(head[:len(head):len(head)], '\n'); bytes.HasPrefix(text, first) {
		whole = int64(len(first))
		for line := range bytes.Lines(text[len(first):]) {
			step, ok := parsePruneLine(line)
			if !ok {
				break
			}
			s.steps = append(s.steps, step)
			whole += int64(len(line))
		}
	}
	s.known = len(s.steps)
	if s.journal, err = atomicfile.OpenJournal(fsys, path); err != nil {
		return err
	}
	if err := s.journal.TruncateTo(whole); err != nil {
		return err
	}
	if whole == 0 {
		return s.journal.Append(head)
	}
	return nil
}

// pruneHead is what a pruning belongs to: experiment, data, stiffnesses and what is asked for. How many bonds may go is no part of it, so that
// a study can be gone on with; but a search looks no further, so what it finds depends on it.
func pruneHead(p *pruned, study *prune.Study) ([]byte, error) {
	of := *study
	if of.Width < 2 {
		of.Most = 0
	}
	text, err := json.Marshal(of)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	h.Write(text)
	h.Write(p.x.File.Resolved())
	var word [8]byte
	for _, list := range [][]float64{p.theta, p.x.Train.F, p.x.Train.Want, p.x.Valid.F, p.x.Valid.Want} {
		for _, v := range list {
			binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
			h.Write(word[:])
		}
	}
	for _, list := range [][]int32{p.x.Train.Class, p.x.Valid.Class} {
		for _, class := range list {
			binary.LittleEndian.PutUint32(word[:4], uint32(class))
			h.Write(word[:4])
		}
	}
	return json.Marshal(struct {
		Format int    `json:"format"`
		Of     string `json:"sha256"`
	}{1, hex.EncodeToString(h.Sum(nil))})
}

// parsePruneLine reads a line with its newline; ok is false where it is torn or damaged.
func parsePruneLine(line []byte) (step prune.Step, ok bool) {
	var l pruneLine
	ok = bytes.HasSuffix(line, []byte("\n")) && json.Unmarshal(line, &l) == nil && pruneSum(l.Step) == l.Sum && json.Unmarshal(l.Step, &step) == nil
	return step, ok
}

// Load implements prune.Store.
func (s *pruneStore) Load() ([]prune.Step, error) { return s.steps, nil }

// Append implements prune.Store.
func (s *pruneStore) Append(step prune.Step) error {
	text, err := json.Marshal(step)
	if err != nil {
		return err
	}
	line, err := json.Marshal(pruneLine{text, pruneSum(text)})
	if err != nil {
		return err
	}
	if err := s.journal.Append(line); err != nil {
		return err
	}
	return s.journal.Sync()
}

// Close lets others write there. It may be called twice.
func (s *pruneStore) Close() error {
	var errs []error
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
		s.journal = nil
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
		s.lock = nil
	}
	return errors.Join(errs...)
}
