package studio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/elastrain/elastrain/atomicfile"
)

// folder is the folder of the studio as a file system. No path, and no symbolic link, leads out of it; only plain
// files are opened.
type folder struct{ root *os.Root }

var _ atomicfile.FS = folder{}

var errNoFile = errors.New("it is no plain file")

// plainFile is an open file that remembers its size.
type plainFile struct {
	*os.File
	size int64
}

func (p plainFile) Size() int64 { return p.size }

// Open implements atomicfile.FS. A pipe does not hold it up.
func (f folder) Open(path string) (atomicfile.Reader, error) {
	file, err := f.root.OpenFile(path, os.O_RDONLY|nonblock, 0)
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
func (f folder) CreateTemp(dir, prefix string) (atomicfile.File, error) {
	for try := 0; ; try++ {
		name := filepath.Join(dir, fmt.Sprintf("%s%08x%s", prefix, rand.Uint32(), atomicfile.TempSuffix))
		file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
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
func (f folder) OpenAppend(path string) (atomicfile.File, error) {
	file, err := f.root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND|nonblock, 0o666)
	if err != nil {
		return nil, err
	}
	return named{file, path}, nil
}

// List implements atomicfile.FS.
func (f folder) List(dir string) ([]string, error) {
	entries, err := f.entries(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

// entries are what a directory holds, sorted by name.
func (f folder) entries(dir string) ([]fs.DirEntry, error) {
	return fs.ReadDir(f.root.FS(), filepath.ToSlash(filepath.Clean(dir)))
}

// Rename implements atomicfile.FS.
func (f folder) Rename(from, to string) error { return f.root.Rename(from, to) }

// Remove implements atomicfile.FS.
func (f folder) Remove(path string) error { return f.root.Remove(path) }

// Mkdir implements atomicfile.FS.
func (f folder) Mkdir(dir string) error { return f.root.Mkdir(dir, 0o777) }

// Truncate implements atomicfile.FS.
func (f folder) Truncate(path string, size int64) error {
	file, err := f.root.OpenFile(path, os.O_WRONLY|nonblock, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Truncate(size), file.Close())
}

// SyncDir implements atomicfile.FS. Where a directory cannot be synced, a rename is as safe as the system makes it.
func (f folder) SyncDir(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // not every file system can
	return d.Close()
}

// there is an error where the folder itself cannot be read: it was deleted, or what holds it was taken away. Without it
// that would look like a folder that has no runs.
func (f folder) there() error {
	dir, err := f.root.Open(".")
	if err == nil {
		_, err = dir.ReadDir(1)
		if errors.Is(err, io.EOF) {
			err = nil
		}
		err = errors.Join(err, dir.Close())
	}
	info, err2 := os.Stat(f.root.Name())
	own, err3 := f.root.Stat(".")
	if err = errors.Join(err, err2, err3); err == nil && os.SameFile(info, own) {
		return nil
	}
	return refused(http.StatusGone, "put it back there, or end the studio and start it in the folder that is meant", "the folder of this studio, %s, was deleted, moved, or cannot be read", f.root.Name())
}

// is reports whether there is a plain file, or a directory, of that name, without following a last link.
func (f folder) is(path string, dir bool) bool {
	info, err := f.root.Lstat(path)
	return err == nil && (dir && info.IsDir() || !dir && info.Mode().IsRegular())
}

// text reads a file of at most so many bytes; nil where there is none.
func (f folder) text(path string, most int64) ([]byte, error) {
	text, err := atomicfile.ReadFile(f, path, most)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// local reports whether a name of a request names something below the folder that is not hidden: slashes part its
// words, and no word begins with a dot.
func local(name string) bool {
	if !fs.ValidPath(name) || name == "." || !utf8.ValidString(name) || !filepath.IsLocal(filepath.FromSlash(name)) ||
		runtime.GOOS == "windows" && strings.ContainsRune(name, '\\') {
		return false
	}
	for word := range strings.SplitSeq(name, "/") {
		if word[0] == '.' {
			return false
		}
	}
	return !strings.ContainsRune(name, 0)
}

// typeable reports whether a local name can stand in a command line and in a message as it is.
func typeable(name string) bool {
	return local(name) && name[0] != '-' && strings.IndexFunc(name, unicode.IsControl) < 0
}
