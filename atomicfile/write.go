package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
)

// TempSuffix ends the name of every temporary file of this package. Such a
// name also starts with a dot. A crash can leave one behind; nobody reads it,
// and RemoveTemps sweeps it up.
const TempSuffix = ".eltmp"

// WriteFile makes data the content of the file, whatever happens: it writes a
// temporary file beside it, syncs it, renames it and syncs the directory.
//
// If it returns an error the file has its old content, or is missing as
// before, and the temporary file is gone. One exception: if only the last step
// failed, the sync of the directory, the file has its new content, but a loss
// of power may still bring the old one back. It is never a mixture of the two.
func WriteFile(fsys FS, path string, data []byte) error {
	return replace(fsys, path, func(w io.Writer) error { return write(w, data) })
}

// WriteStream is WriteFile for content that is too large to be held as a whole:
// produce writes it, in as many pieces as it likes.
func WriteStream(fsys FS, path string, produce func(io.Writer) error) error {
	return replace(fsys, path, func(w io.Writer) error {
		b := bufio.NewWriterSize(whole{w}, 1<<16)
		if err := produce(b); err != nil {
			return err
		}
		return b.Flush()
	})
}

// whole is a writer that takes all or fails.
type whole struct{ w io.Writer }

func (w whole) Write(data []byte) (int, error) {
	if err := write(w.w, data); err != nil {
		return 0, err
	}
	return len(data), nil
}

// replace makes what content writes the content of a file; see WriteFile.
func replace(fsys FS, path string, content func(io.Writer) error) error {
	dir, base := filepath.Split(path)
	dir = filepath.Clean(dir)
	f, err := fsys.CreateTemp(dir, "."+Shorten(base, mostTempName)+".")
	if err != nil {
		return fail("create a file beside", path, err)
	}
	temp := f.Name()
	if op, err := fill(f, content); err != nil {
		_ = fsys.Remove(temp) // if this fails too, RemoveTemps has another try
		return fail(op, path, err)
	}
	if err := fsys.Rename(temp, path); err != nil {
		_ = fsys.Remove(temp) // if this fails too, RemoveTemps has another try
		if errors.Is(err, fs.ErrExist) {
			err = errors.New("it is a directory") // nothing else keeps a file from taking a name
		}
		return fail("replace", path, err)
	}
	if err := fsys.SyncDir(dir); err != nil {
		return fail("sync the directory of", path, err)
	}
	return nil
}

// mostTempName is the bytes of a name that its temporary file repeats: with what
// is added the name stays below the 255 bytes that file systems take.
const mostTempName = 200

// Shorten cuts a file name to at most so many bytes. It keeps the ending, and
// never cuts through a letter.
func Shorten(name string, most int) string {
	if len(name) <= most {
		return name
	}
	ext := filepath.Ext(name)
	if len(ext) > min(16, most) {
		ext = ""
	}
	return strings.ToValidUTF8(name[:most-len(ext)], "") + ext
}

// fill writes, syncs and closes f, in any case, and names the step that failed.
func fill(f File, content func(io.Writer) error) (op string, err error) {
	op, err = "write", content(f)
	if err == nil {
		op, err = "sync", f.Sync()
	}
	// A network file system may report only here that nothing was written.
	if closeErr := f.Close(); err == nil {
		op, err = "close", closeErr
	}
	return op, err
}

// write writes all of data or returns an error.
func write(w io.Writer, data []byte) error {
	n, err := w.Write(data)
	if err == nil && n < len(data) {
		return io.ErrShortWrite
	}
	return err
}

// ReadFile reads a whole file that has at most limit bytes.
func ReadFile(fsys FS, path string, limit int64) ([]byte, error) {
	r, err := fsys.Open(path)
	if err != nil {
		return nil, fail("open", path, err)
	}
	defer func() { _ = r.Close() }() // it was only read
	if r.Size() > limit {
		return nil, fail("read", path, fmt.Errorf("it has %d bytes, and at most %d are allowed here", r.Size(), limit))
	}
	data := make([]byte, r.Size())
	n, err := r.ReadAt(data, 0)
	if n < len(data) {
		if err == io.EOF {
			err = errors.New("it became shorter while it was read")
		}
		return nil, fail("read", path, err)
	}
	return data, nil
}

// MakeDir makes a directory and those above it that are missing, and returns
// when their names have reached the disk. It may be there already.
func MakeDir(fsys FS, dir string) error {
	dir = filepath.Clean(dir)
	parent := filepath.Dir(dir)
	err := fsys.Mkdir(dir)
	if errors.Is(err, fs.ErrNotExist) && parent != dir {
		if err := MakeDir(fsys, parent); err != nil {
			return err
		}
		err = fsys.Mkdir(dir)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil // if it is a file, what is done next in it will say so
	}
	if err != nil {
		return fail("make directory", dir, err)
	}
	if err := fsys.SyncDir(parent); err != nil {
		_ = fsys.Remove(dir) // so that the next try does not take it for safe
		return fail("sync directory", parent, err)
	}
	return nil
}

// RemoveTemps deletes the temporary files that crashes left in dir. Call it
// only while no other process writes there, that is, under a Lock.
func RemoveTemps(fsys FS, dir string) error {
	names, err := fsys.List(dir)
	if err != nil {
		return fail("list", dir, err)
	}
	for _, name := range names {
		if !IsTemp(name) {
			continue
		}
		path := filepath.Join(dir, name)
		if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fail("remove", path, err)
		}
	}
	return nil
}

// IsTemp reports whether a name, without its directory, is that of a temporary
// file of this package.
func IsTemp(name string) bool {
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, TempSuffix)
}
