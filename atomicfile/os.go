package atomicfile

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// OS is the file system of the machine.
type OS struct{}

var _ FS = OS{}

// CreateTemp implements FS. Unlike os.CreateTemp it leaves the permissions to
// the umask, for the file will be renamed to one that others may read.
func (OS) CreateTemp(dir, prefix string) (File, error) {
	for try := 0; ; try++ {
		name := fmt.Sprintf("%s%08x%s", prefix, rand.Uint32(), TempSuffix)
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if os.IsExist(err) && try < 1000 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return f, nil
	}
}

// OpenAppend implements FS.
func (OS) OpenAppend(path string) (File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// osReader is an open file that remembers its size.
type osReader struct {
	*os.File
	size int64
}

func (r osReader) Size() int64 { return r.size }

// errNoFile says that what is to be read has no size: a directory, a pipe or a device.
var errNoFile = errors.New("it is no plain file")

// Open implements FS.
func (OS) Open(path string) (Reader, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &os.PathError{Op: "open", Path: path, Err: errNoFile}
	}
	if err != nil {
		_ = f.Close() // nothing was read
		return nil, err
	}
	return osReader{f, info.Size()}, nil
}

// List implements FS.
func (OS) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names, nil
}

// Rename implements FS.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements FS.
func (OS) Remove(path string) error { return os.Remove(path) }

// Truncate implements FS.
func (OS) Truncate(path string, size int64) error { return os.Truncate(path, size) }

// Mkdir implements FS.
func (OS) Mkdir(dir string) error { return os.Mkdir(dir, 0o777) }

// SyncDir implements FS. Where that cannot be done (on Windows, on some network
// file systems, in a directory one may not read) it does nothing: there a
// rename is as safe as the system makes it.
func (OS) SyncDir(dir string) error { return syncDir(dir) }
