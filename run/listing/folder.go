package listing

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/elastrain/elastrain/atomicfile"
)

// Folder is a folder as a file system. No path, and no symbolic link, leads out of it; only plain files are opened.
type Folder struct{ Root *os.Root }

// Open opens a folder.
func Open(dir string) (Folder, error) {
	root, err := os.OpenRoot(dir)
	return Folder{root}, err
}

// Close closes it.
func (f Folder) Close() error { return f.Root.Close() }

var _ atomicfile.FS = Folder{}

var errNoFile = errors.New("it is no plain file")

// plainFile is an open file that remembers its size.
type plainFile struct {
	*os.File
	size int64
}

func (p plainFile) Size() int64 { return p.size }

// Open implements atomicfile.FS. A pipe does not hold it up.
func (f Folder) Open(path string) (atomicfile.Reader, error) {
	file, err := f.Root.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errNoFile}
	}
	if err != nil {
		_ = file.Close() // nothing was read
		return nil, err
	}
	return plainFile{file, info.Size()}, nil
}

// named is an open file under its name in the folder.
type named struct {
	*os.File
	name string
}

func (n named) Name() string { return n.name }

// CreateTemp implements atomicfile.FS.
func (f Folder) CreateTemp(dir, prefix string) (atomicfile.File, error) {
	for try := 0; ; try++ {
		name := filepath.Join(dir, fmt.Sprintf("%s%08x%s", prefix, rand.Uint32(), atomicfile.TempSuffix))
		file, err := f.Root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) && try < 1000 {
			continue
		}
		if err != nil {
			return nil, err
		}
		return named{file, name}, nil
	}
}

// OpenAppend implements atomicfile.FS.
func (f Folder) OpenAppend(path string) (atomicfile.File, error) {
	file, err := f.Root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND|nonblock, 0o666)
	if err != nil {
		return nil, err
	}
	return named{file, path}, nil
}

// List implements atomicfile.FS.
func (f Folder) List(dir string) ([]string, error) {
	entries, err := f.Entries(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

// Entries are what a directory holds, sorted by name.
func (f Folder) Entries(dir string) ([]fs.DirEntry, error) {
	return fs.ReadDir(f.Root.FS(), filepath.ToSlash(filepath.Clean(dir)))
}

// Rename implements atomicfile.FS.
func (f Folder) Rename(from, to string) error { return f.Root.Rename(from, to) }

// Remove implements atomicfile.FS.
func (f Folder) Remove(path string) error { return f.Root.Remove(path) }

// Mkdir implements atomicfile.FS.
func (f Folder) Mkdir(dir string) error { return f.Root.Mkdir(dir, 0o777) }

// Truncate implements atomicfile.FS.
func (f Folder) Truncate(path string, size int64) error {
	file, err := f.Root.OpenFile(path, os.O_WRONLY|nonblock, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Truncate(size), file.Close())
}

// SyncDir implements atomicfile.FS. Where a directory cannot be synced, a rename is as safe as the system makes it.
func (f Folder) SyncDir(dir string) error {
	d, err := f.Root.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // not every file system can
	return d.Close()
}

// Is reports whether there is a plain file, or a directory, of that name, without following a last link.
func (f Folder) Is(path string, dir bool) bool {
	info, err := f.Root.Lstat(path)
	return err == nil && (dir && info.IsDir() || !dir && info.Mode().IsRegular())
}

// Text reads a file of at most so many bytes; nil where there is none.
func (f Folder) Text(path string, most int64) ([]byte, error) {
	text, err := atomicfile.ReadFile(f, path, most)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}
