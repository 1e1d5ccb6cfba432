package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// Journal is a file that grows by lines and never loses one that was synced.
// A line counts only with its newline; readers should hold to that too. It
// belongs to one goroutine of one process.
//
// To resume a run exactly: Sync, then save Size in the checkpoint; later, open
// the journal and TruncateTo that size.
type Journal struct {
	fsys FS
	path string
	f    File
	size int64  // bytes in whole lines
	cut  int64  // bytes of a torn line that opening cut off
	torn bool   // the file may hold part of a line beyond size
	dead error  // a sync failed, so what is on the disk is not known
	line []byte // what is being written with its newline, kept to be reused
}

// OpenJournal opens a journal for appending, or starts one. A last line
// without its newline, torn by a crash, is cut off.
func OpenJournal(fsys FS, path string) (*Journal, error) {
	j := &Journal{fsys: fsys, path: path}
	r, err := fsys.Open(path)
	fresh := errors.Is(err, fs.ErrNotExist)
	if err != nil && !fresh {
		return nil, fail("open", path, err)
	}
	if !fresh {
		j.size, err = wholeLines(r)
		j.cut = r.Size() - j.size
		_ = r.Close() // it was only read
		if err != nil {
			return nil, fail("read", path, err)
		}
	}
	if j.f, err = fsys.OpenAppend(path); err != nil {
		return nil, fail("open", path, err)
	}
	// Sync the name even if the file was there: its maker may have died first.
	if err = fsys.SyncDir(filepath.Dir(path)); err != nil {
		err = fail("sync the directory of", path, err)
	} else if j.cut > 0 {
		err = j.truncate(j.size)
	}
	if err != nil {
		_ = j.f.Close() // the first error counts
		return nil, err
	}
	return j, nil
}

// wholeLines is the number of bytes up to and with the last newline. It reads
// backwards, for the journal of a long run is long and its last line short.
func wholeLines(r Reader) (int64, error) {
	block := make([]byte, 64<<10)
	for end := r.Size(); end > 0; {
		start := max(0, end-int64(len(block)))
		b := block[:end-start]
		if n, err := r.ReadAt(b, start); n < len(b) {
			if err == io.EOF {
				err = errors.New("it became shorter while it was read")
			}
			return 0, err
		}
		if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// Size is the number of bytes in whole lines.
func (j *Journal) Size() int64 { return j.size }

// Cut is the number of bytes of a torn last line that opening cut off.
func (j *Journal) Cut() int64 { return j.cut }

// Append adds a line, given without its newline. If it fails, the journal has
// none of it; after a full disk a later Append may succeed.
func (j *Journal) Append(line []byte) error {
	if j.dead != nil {
		return j.dead
	}
	if bytes.IndexByte(line, '\n') >= 0 {
		return fail("append to", j.path, errors.New("a line must not contain a newline"))
	}
	return j.add(line)
}

// AppendLines adds several lines at once, each given with its newline; it fails
// as Append does, and then the journal has none of them.
func (j *Journal) AppendLines(lines []byte) error {
	if j.dead != nil || len(lines) == 0 {
		return j.dead
	}
	if lines[len(lines)-1] != '\n' {
		return fail("append to", j.path, errors.New("the last line has no newline"))
	}
	return j.add(lines[:len(lines)-1])
}

// add writes text and a newline.
func (j *Journal) add(text []byte) error {
	if j.torn {
		if err := j.truncate(j.size); err != nil {
			return err
		}
	}
	j.line = append(append(j.line[:0], text...), '\n')
	if err := write(j.f, j.line); err != nil {
		// Part of the line may be in the file. Cut it off now, so that readers
		// do not see it, or at the latest before the next line.
		j.torn = j.fsys.Truncate(j.path, j.size) != nil
		return fail("append to", j.path, err)
	}
	j.size += int64(len(j.line))
	return nil
}

// Sync returns when all lines have reached the disk. After a failure the
// system may have dropped lines and then report success, so the journal stays
// unusable: every later call returns the same error. Open it again to go on
// with what is there.
func (j *Journal) Sync() error {
	if j.dead == nil {
		if err := j.f.Sync(); err != nil {
			j.dead = fail("sync", j.path, err)
		}
	}
	return j.dead
}

// TruncateTo cuts off all lines beyond offset, a former value of Size, and
// syncs. It is an error if the journal is shorter or if offset is not at the
// end of a line: the journal is then not the one the offset was taken from.
// After such an error nothing is cut.
func (j *Journal) TruncateTo(offset int64) error {
	if j.dead != nil {
		return j.dead
	}
	if offset < 0 || offset > j.size {
		return fail("cut", j.path, fmt.Errorf("it has %d bytes and should have at least %d; lines are lost, or the checkpoint belongs to another run", j.size, offset))
	}
	if offset > 0 {
		r, err := j.fsys.Open(j.path)
		if err != nil {
			return fail("open", j.path, err)
		}
		var last [1]byte
		n, err := r.ReadAt(last[:], offset-1)
		_ = r.Close() // it was only read
		if n < 1 {
			return fail("read", j.path, err)
		}
		if last[0] != '\n' {
			return fail("cut", j.path, fmt.Errorf("byte %d is in the middle of a line; the checkpoint belongs to another run", offset))
		}
	}
	return j.truncate(offset)
}

// truncate cuts the file and syncs it.
func (j *Journal) truncate(size int64) error {
	if err := j.fsys.Truncate(j.path, size); err != nil {
		return fail("cut", j.path, err)
	}
	j.size, j.torn = size, false
	return j.Sync()
}

// Close syncs and closes the journal.
func (j *Journal) Close() error {
	err := j.Sync()
	if closeErr := j.f.Close(); err == nil && closeErr != nil {
		err = fail("close", j.path, closeErr)
	}
	return err
}
