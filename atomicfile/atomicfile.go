// Package atomicfile keeps what a run writes whole.
//
// Its one idea: after a full disk, a failing disk, a killed process or a lost
// power supply, a file holds either what it held before or what it was meant
// to hold, and never a mixture. Four tools follow from it:
//
//   - [WriteFile] replaces a file: written beside, synced, renamed, and the
//     directory synced.
//   - [Journal] grows a file by lines: a line counts only with its newline, a
//     torn last line is cut off.
//   - [Lock] lets one process at a time own a directory.
//   - [ErrDiskFull] tells a full disk, which a person can mend, from a broken
//     one.
//
// Everything but the lock goes through the interface [FS], so that package
// faultfs can let call number n fail, for every n, and can pull the plug.
// The package knows bytes and names; what is in the files is not its business.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// FS is what this package needs of a file system. Paths are those of package
// path/filepath. A missing file or directory is reported by an error that
// wraps fs.ErrNotExist.
type FS interface {
	// CreateTemp makes a new, empty file in dir for writing. Its name starts
	// with prefix, ends with TempSuffix and is in use by no other file.
	CreateTemp(dir, prefix string) (File, error)

	// OpenAppend opens a file for writing at its end, and makes it if needed.
	OpenAppend(path string) (File, error)

	// Open opens a file for reading.
	Open(path string) (Reader, error)

	// List returns the names in a directory, sorted.
	List(dir string) ([]string, error)

	// Rename gives a file a new name and replaces a file that had it.
	Rename(from, to string) error

	// Remove deletes a file.
	Remove(path string) error

	// Truncate cuts a file to size bytes.
	Truncate(path string, size int64) error

	// Mkdir makes one directory. It is an error wrapping fs.ErrExist if it is
	// there already.
	Mkdir(dir string) error

	// SyncDir returns when the names in dir have reached the disk.
	SyncDir(dir string) error
}

// File is an open file that is being written.
type File interface {
	io.Writer
	Name() string // path of the file
	Sync() error  // returns when all bytes written have reached the disk
	Close() error
}

// Reader is an open file that is being read.
type Reader interface {
	io.ReaderAt
	Size() int64 // bytes, when it was opened
	Close() error
}

// ErrDiskFull is wrapped by every error of this package whose cause is a full
// disk or an exhausted quota. Nothing is broken then: free some space and go on.
var ErrDiskFull = errors.New("disk full")

// Error says what could not be done to which file. A full disk satisfies
// errors.Is(err, ErrDiskFull); the cause is found by errors.Is and errors.As.
type Error struct {
	Op   string // what was tried: "write", "sync", ...
	Path string // the file or directory it was tried on
	Err  error  // why it failed
}

func (e *Error) Error() string {
	cause := e.Err
	// The cause of the operating system repeats operation and (temporary) name.
	var pathError *fs.PathError
	if errors.As(cause, &pathError) {
		cause = pathError.Err
	}
	text := fmt.Sprintf("cannot %s %s: %v", e.Op, e.Path, cause)
	if e.Is(ErrDiskFull) {
		text += "; free some space on this disk and try again"
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is ErrDiskFull and the cause is a full disk.
func (e *Error) Is(target error) bool {
	return target == ErrDiskFull && isDiskFull(e.Err)
}

func fail(op, path string, err error) error {
	return &Error{Op: op, Path: path, Err: err}
}
