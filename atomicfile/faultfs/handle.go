package faultfs

import (
	"bytes"
	"io"
	"slices"
	"syscall"
)

// file is open for writing at its end.
type file struct {
	fsys *FS
	node *node
	path string
}

func (w *file) Name() string { return w.path }

func (w *file) Write(p []byte) (int, error) {
	w.fsys.mu.Lock()
	defer w.fsys.mu.Unlock()
	how, failed, err := w.fsys.call("write", w.path)
	n := len(p)
	switch {
	case failed && how == EIO: // also after the crash
		return 0, err
	case failed:
		n /= 2
		if how == ShortWrite {
			err = nil
		}
	case w.fsys.space >= 0 && int64(n) > w.fsys.space:
		n = int(w.fsys.space)
		err = pathError("write", w.path, syscall.ENOSPC)
	}
	w.node.data = append(w.node.data, p[:n]...)
	if w.fsys.space >= 0 {
		w.fsys.space -= min(w.fsys.space, int64(n))
	}
	return n, err
}

func (w *file) Sync() error {
	w.fsys.mu.Lock()
	defer w.fsys.mu.Unlock()
	if _, failed, err := w.fsys.call("sync", w.path); failed {
		w.node.broken = true
		return err
	}
	if !w.node.broken {
		w.node.disk = slices.Clone(w.node.data)
	}
	return nil
}

func (w *file) Close() error {
	w.fsys.mu.Lock()
	defer w.fsys.mu.Unlock()
	_, _, err := w.fsys.call("close", w.path)
	return err
}

// reader reads a copy of a file.
type reader struct {
	fsys *FS
	path string
	r    *bytes.Reader
}

func (r *reader) Size() int64 { return r.r.Size() }

func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	r.fsys.mu.Lock()
	defer r.fsys.mu.Unlock()
	how, failed, err := r.fsys.call("read", r.path)
	if !failed {
		return r.r.ReadAt(p, off)
	}
	if how == ShortWrite { // the reading kind: the file has become shorter
		n, _ := r.r.ReadAt(p[:len(p)/2], off)
		return n, io.EOF
	}
	return 0, err
}

func (r *reader) Close() error {
	r.fsys.mu.Lock()
	defer r.fsys.mu.Unlock()
	_, _, err := r.fsys.call("close", r.path)
	return err
}
