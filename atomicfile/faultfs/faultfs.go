// Package faultfs is a file system in memory that fails on demand: for tests
// of code that must survive a bad disk.
//
// Its one idea: every call has a number, counted from 1. A test lets call n
// fail, or pulls the plug after call n, for n = 1, 2, ... until the code under
// test needs fewer calls than that, and each time looks at what is left.
//
// Two pictures of the disk are kept: what a program sees, and what would
// survive a loss of power. A write moves from the first to the second when the
// file is synced; a new, renamed or removed name when its directory is synced.
// Code that forgets a sync loses data here, as it would one night on a real
// disk. Because a real disk may also have written what nobody asked it to
// write yet, Reboot offers several outcomes.
package faultfs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"github.com/elastrain/elastrain/atomicfile"
)

// Fault is a way in which a call fails.
type Fault int

const (
	EIO        Fault = iota // the disk is broken; nothing is done
	ENOSPC                  // the disk is full; a write does half of its work first
	ShortWrite              // a write does half of its work and reports no error, a read ends early; other calls fail as for EIO
)

// Faults lists all of them.
var Faults = []Fault{EIO, ENOSPC, ShortWrite}

func (f Fault) String() string { return [...]string{"EIO", "ENOSPC", "short write"}[f] }

// Outcome says what is on the disk after a crash.
type Outcome int

const (
	Killed  Outcome = iota // the process died, the machine lives: all that was done is there
	Synced                 // only what was synced
	NewName                // all names, but only synced bytes: a file renamed before it was synced is empty
	Torn                   // all names, synced bytes, and half of the bytes that were not
)

// Outcomes lists all of them.
var Outcomes = []Outcome{Killed, Synced, NewName, Torn}

func (o Outcome) String() string {
	return [...]string{"killed", "synced", "new name", "torn"}[o]
}

// ErrCrashed is returned by every call after the crash.
var ErrCrashed = errors.New("faultfs: the machine has crashed")

// node is a file or a directory.
type node struct {
	dir    bool
	data   []byte // what a program reads
	disk   []byte // what survives a loss of power
	broken bool   // a sync failed: later ones claim success and do nothing
}

// FS implements atomicfile.FS. Any goroutine may use it.
type FS struct {
	mu      sync.Mutex
	live    map[string]*node // names a program sees
	disk    map[string]*node // names that survive a loss of power
	faults  map[int]Fault    // by number of the call
	crash   int              // number of the last call before the crash; -1 for none
	space   int64            // bytes that still fit on the disk; -1 for any number
	trace   []string         // one line a call
	created int              // number of temporary files so far
}

var _ atomicfile.FS = (*FS)(nil)

// New returns an empty disk. It has a root and a current directory.
func New() *FS {
	f := &FS{live: map[string]*node{}, disk: map[string]*node{}, faults: map[int]Fault{}, crash: -1, space: -1}
	for _, dir := range []string{".", string(filepath.Separator)} {
		f.live[dir] = &node{dir: true}
		f.disk[dir] = f.live[dir]
	}
	return f
}

// Fail lets the n-th call from now fail, counted from 1.
func (f *FS) Fail(n int, how Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults[len(f.trace)+n] = how
}

// CrashAfter lets the machine stop after n more calls: calls after these do
// nothing and return ErrCrashed.
func (f *FS) CrashAfter(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.crash = len(f.trace) + n
}

// Space sets how many more bytes fit on the disk; -1 takes the limit away.
// Cutting and removing files does not give any back.
func (f *FS) Space(bytes int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.space = bytes
}

// Calls is the number of calls so far.
func (f *FS) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.trace)
}

// Trace returns one line for each call so far, for messages of failed tests.
func (f *FS) Trace() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.trace)
}

// Reboot returns the disk as it is found after a crash, without faults.
func (f *FS) Reboot(how Outcome) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := f.live
	if how == Synced {
		names = f.disk
	}
	after := New()
	for path, n := range names {
		data := n.data
		switch how {
		case Synced, NewName:
			data = n.disk
		case Torn:
			if rest, longer := bytes.CutPrefix(n.data, n.disk); longer {
				data = n.data[:len(n.disk)+len(rest)/2]
			} else {
				data = n.disk
			}
		}
		m := &node{dir: n.dir, data: slices.Clone(data), disk: slices.Clone(data)}
		after.live[path], after.disk[path] = m, m
	}
	// A name is lost with its directory, however deep.
	for lost := true; lost; {
		lost = false
		for path := range after.live {
			if after.live[filepath.Dir(path)] == nil {
				delete(after.live, path)
				delete(after.disk, path)
				lost = true
			}
		}
	}
	return after
}

// call counts a call and says whether and how it fails. The lock is held.
func (f *FS) call(op, path string) (how Fault, failed bool, err error) {
	if f.crash >= 0 && len(f.trace) >= f.crash {
		return 0, true, &fs.PathError{Op: op, Path: path, Err: ErrCrashed}
	}
	f.trace = append(f.trace, fmt.Sprintf("%d %s %s", len(f.trace)+1, op, path))
	how, failed = f.faults[len(f.trace)]
	if !failed {
		return 0, false, nil
	}
	cause := syscall.EIO
	if how == ENOSPC {
		cause = syscall.ENOSPC
	}
	return how, true, &fs.PathError{Op: op, Path: path, Err: cause}
}

// on counts a call on a path and finds what is there, or nil.
func (f *FS) on(op, path string) (string, *node, error) {
	path = filepath.Clean(path)
	if _, failed, err := f.call(op, path); failed {
		return path, nil, err
	}
	return path, f.live[path], nil
}

func pathError(op, path string, err error) error {
	return &fs.PathError{Op: op, Path: path, Err: err}
}

// CreateTemp implements atomicfile.FS.
func (f *FS) CreateTemp(dir, prefix string) (atomicfile.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	path := ""
	for path == "" || f.live[path] != nil {
		f.created++
		path = filepath.Join(dir, fmt.Sprintf("%s%d%s", prefix, f.created, atomicfile.TempSuffix))
	}
	return f.open("create", path)
}

// OpenAppend implements atomicfile.FS.
func (f *FS) OpenAppend(path string) (atomicfile.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open("append", path)
}

func (f *FS) open(op, path string) (atomicfile.File, error) {
	path, n, err := f.on(op, path)
	if err != nil {
		return nil, err
	}
	if n == nil {
		if f.live[filepath.Dir(path)] == nil {
			return nil, pathError(op, path, fs.ErrNotExist)
		}
		n = &node{}
		f.live[path] = n
	}
	if n.dir {
		return nil, pathError(op, path, fs.ErrInvalid)
	}
	return &file{fsys: f, node: n, path: path}, nil
}

// Open implements atomicfile.FS. The reader sees the file as it is now.
func (f *FS) Open(path string) (atomicfile.Reader, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	path, n, err := f.on("open", path)
	if err != nil {
		return nil, err
	}
	if n == nil || n.dir {
		return nil, pathError("open", path, fs.ErrNotExist)
	}
	return &reader{fsys: f, path: path, r: bytes.NewReader(slices.Clone(n.data))}, nil
}

// List implements atomicfile.FS.
func (f *FS) List(dir string) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dir, n, err := f.on("list", dir)
	if err != nil {
		return nil, err
	}
	if n == nil || !n.dir {
		return nil, pathError("list", dir, fs.ErrNotExist)
	}
	var names []string
	for path := range f.live {
		if filepath.Dir(path) == dir && path != dir {
			names = append(names, filepath.Base(path))
		}
	}
	slices.Sort(names)
	return names, nil
}

// Rename implements atomicfile.FS.
func (f *FS) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	from, n, err := f.on("rename", from)
	if err != nil {
		return err
	}
	to = filepath.Clean(to)
	if n == nil || n.dir || f.live[filepath.Dir(to)] == nil {
		return pathError("rename", from, fs.ErrNotExist)
	}
	delete(f.live, from)
	f.live[to] = n
	return nil
}

// Remove implements atomicfile.FS.
func (f *FS) Remove(path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	path, n, err := f.on("remove", path)
	if err != nil {
		return err
	}
	if n == nil {
		return pathError("remove", path, fs.ErrNotExist)
	}
	if n.dir {
		for other := range f.live {
			if filepath.Dir(other) == path && other != path {
				return pathError("remove", path, syscall.ENOTEMPTY)
			}
		}
	}
	delete(f.live, path)
	return nil
}

// Truncate implements atomicfile.FS.
func (f *FS) Truncate(path string, size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	path, n, err := f.on("truncate", path)
	if err != nil {
		return err
	}
	if n == nil {
		return pathError("truncate", path, fs.ErrNotExist)
	}
	if n.dir || size < 0 || size > int64(len(n.data)) {
		return pathError("truncate", path, fs.ErrInvalid)
	}
	n.data = n.data[:size:size]
	return nil
}

// Mkdir implements atomicfile.FS.
func (f *FS) Mkdir(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	dir, n, err := f.on("mkdir", dir)
	if err != nil {
		return err
	}
	if n != nil {
		return pathError("mkdir", dir, fs.ErrExist)
	}
	if f.live[filepath.Dir(dir)] == nil {
		return pathError("mkdir", dir, fs.ErrNotExist)
	}
	f.live[dir] = &node{dir: true}
	return nil
}

// SyncDir implements atomicfile.FS.
func (f *FS) SyncDir(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	dir, n, err := f.on("syncdir", dir)
	if err != nil {
		return err
	}
	if n == nil || !n.dir {
		return pathError("syncdir", dir, fs.ErrNotExist)
	}
	for path := range f.disk {
		if filepath.Dir(path) == dir && f.live[path] == nil {
			delete(f.disk, path)
		}
	}
	for path, n := range f.live {
		if filepath.Dir(path) == dir {
			f.disk[path] = n
		}
	}
	return nil
}
