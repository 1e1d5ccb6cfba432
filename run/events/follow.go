package events

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// Every is how often a log that is followed is looked at.
const Every = 100 * time.Millisecond

// ErrOther says that the log that was followed is gone and another is in its
// place: the directory was deleted and used again, or a damaged log made anew.
var ErrOther = errors.New("another log has taken its place; follow it from its beginning")

// Follow yields the records of the log of a directory from number from on (1, or
// 0, is its beginning), those that are there and then those that come, each once
// and in order, however often the writer is killed and goes on. It ends behind an
// end that is the last record, when ctx is cancelled, and with an error where the
// directory is missing or its log is damaged or replaced. A log that is not there
// yet is waited for.
func Follow(ctx context.Context, dir string, from int) iter.Seq2[Record, error] {
	return FollowWith(ctx, atomicfile.OS{}, dir, from, Every)
}

// FollowWith is Follow with a file system and a time between looks.
func FollowWith(ctx context.Context, fsys atomicfile.FS, dir string, from int, every time.Duration) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		t := &tail{fsys: fsys, dir: dir, path: filepath.Join(dir, Name), from: from}
		wait := time.NewTicker(every)
		defer wait.Stop()
		for bad := 0; ; {
			last, going, err := t.look(yield)
			switch {
			case !going:
				return
			case err == nil:
				bad = 0
			case bad < patienceWithLines && !errors.Is(err, ErrOther) && !errors.Is(err, fs.ErrNotExist):
				bad++ // a line may be read while it is written, and what was lost with the power is told again
				t.at, t.count = 0, 0
			default:
				yield(Record{}, err)
				return
			}
			if err == nil && last == KindEnd {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-wait.C:
			}
		}
	}
}

// patienceWithLines is how often a line that is not whole is looked at again.
const patienceWithLines = 5

// Once yields the records that are there, from number from on.
func Once(fsys atomicfile.FS, dir string, from int) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		t := &tail{fsys: fsys, dir: dir, path: filepath.Join(dir, Name), from: from}
		if _, going, err := t.look(yield); going && err != nil {
			yield(Record{}, err)
		}
	}
}

// tail is how far a follower is.
type tail struct {
	fsys      atomicfile.FS
	dir, path string
	from      int
	at        int64  // bytes in the whole lines that were read
	count     int    // and these lines
	seen      int    // number of the last record that was read
	begin     []byte // the first bytes of the head, by which the log is known
	last      string // kind of the last record
	longest   int64  // bytes that a line may have; 0: mostChunk
}

const (
	mark      = 256     // bytes by which a log is known; the head begins with its id
	chunk     = 1 << 20 // bytes read at a time
	mostChunk = 1 << 28 // of a line
)

// look yields what is new. going is false when the reader wants no more.
func (t *tail) look(yield func(Record, error) bool) (last string, going bool, err error) {
	f, err := t.fsys.Open(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		if t.begin != nil {
			return t.last, true, fmt.Errorf("%s: %w", t.path, ErrOther)
		}
		_, err = t.fsys.List(t.dir)
		return t.last, true, err
	}
	if err != nil {
		return t.last, true, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if err := t.same(f); err != nil {
		return t.last, true, err
	}
	for size := int64(chunk); t.at < f.Size(); {
		text := make([]byte, min(size, f.Size()-t.at))
		if n, err := f.ReadAt(text, t.at); n < len(text) {
			if err == io.EOF { // it became shorter since it was opened: a torn line was cut
				return t.last, true, nil
			}
			return t.last, true, err
		}
		end := bytes.LastIndexByte(text, '\n') + 1
		if end == 0 {
			if int64(len(text)) < size { // the rest is not written yet
				break
			}
			if size *= 2; size > t.most() {
				return t.last, true, &DamagedError{t.path, t.count + 1, errors.New("it has no end")}
			}
			continue
		}
		for text = text[:end]; len(text) > 0; {
			line, rest, _ := bytes.Cut(text, []byte("\n"))
			r, err := parseLine(line, t.count+1)
			if err != nil {
				return t.last, true, &DamagedError{t.path, t.count + 1, err}
			}
			text = rest
			if r.Seq == 1 {
				t.begin = bytes.Clone(line[:min(mark, len(line))])
			}
			t.at, t.count, t.last = t.at+int64(len(line))+1, r.Seq, r.Kind
			if r.Seq <= t.seen {
				continue
			}
			t.seen = r.Seq
			if r.Seq >= t.from && !yield(r, nil) {
				return t.last, false, nil
			}
		}
		size = chunk
	}
	return t.last, true, nil
}

// most is the bytes that a line may have.
func (t *tail) most() int64 {
	if t.longest > 0 {
		return t.longest
	}
	return mostChunk
}

// same sees that the log is the one that was read before. Where it is shorter,
// the power has taken records that are told again: it is read from its beginning,
// and only what is new is yielded.
func (t *tail) same(f atomicfile.Reader) error {
	if t.begin == nil {
		return nil
	}
	begin := make([]byte, min(len(t.begin), int(f.Size())))
	if n, err := f.ReadAt(begin, 0); n < len(begin) {
		return err
	}
	if !bytes.HasPrefix(t.begin, begin) {
		return fmt.Errorf("%s: %w", t.path, ErrOther)
	}
	if f.Size() < t.at {
		t.at, t.count = 0, 0
	}
	return nil
}

// Tail reads what a log has gained since it was looked at last.
type Tail struct{ t *tail }

// NewTail reads the log of a directory from its beginning.
func NewTail(fsys atomicfile.FS, dir string) *Tail {
	return &Tail{&tail{fsys: fsys, dir: dir, path: filepath.Join(dir, Name)}}
}

// Longest says how many bytes a line may have: a longer one is damage, and is not held in memory.
func (t *Tail) Longest(bytes int64) { t.t.longest = bytes }

// New yields the records that are new, none where the log is not there yet. A line that
// is not whole may be one that is being written: whoever looks again is told again.
func (t *Tail) New() (records []Record, err error) {
	err = t.Each(func(r Record) bool {
		records = append(records, r)
		return true
	})
	return records, err
}

// Each is New one record at a time, as long as it is wanted: what is not taken is new the next time.
func (t *Tail) Each(want func(Record) bool) error {
	_, _, err := t.t.look(func(r Record, _ error) bool { return want(r) })
	var broken *DamagedError
	if errors.As(err, &broken) {
		t.t.at, t.t.count = 0, 0
	}
	return err
}
