package faultfs

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// Network is a disk that several machines share over a network, as NFS has it. What a machine knows of names (which
// are there, which are not) it believes for a while, so it sees late what others did; what it changes itself it knows.
// A file that is opened is looked at anew, and what was written comes to the server when it is closed. A call whose
// answer is lost is made again by the system, and then reports that there is nothing to do, though it was done.
type Network struct {
	Server *FS
	Now    func() time.Duration // on the clock of the network
	Late   time.Duration        // how long a machine may believe what it knows of names
	Whim   func(op string) Whim // what happens to a call of a machine; nil: nothing
	Before func(machine int)    // is called before each call of a machine; may be nil

	machines int
}

// Whim is how a call over a network goes wrong.
type Whim int

// What can happen.
const (
	Well   Whim = iota
	Lost        // it is done, and its answer lost: the second try finds it done
	Stale       // it is not done: what it is about has been replaced
	Silent      // it is not done: the server does not answer
)

// Machine is the disk as one machine sees it. It implements atomicfile.FS. One goroutine at a time uses it.
type Machine struct {
	net    *Network
	number int
	names  map[string]known  // by path
	lists  map[string]listed // by directory
}

type known struct {
	node  *node // nil: there is nothing
	until time.Duration
}

type listed struct {
	names []string
	until time.Duration
}

var _ atomicfile.FS = (*Machine)(nil)

// Machine is one more machine, numbered from 0.
func (n *Network) Machine() *Machine {
	n.machines++
	return &Machine{net: n, number: n.machines - 1, names: map[string]known{}, lists: map[string]listed{}}
}

// call waits for the turn of the machine, and says what becomes of a call.
func (m *Machine) call(op string) Whim {
	if m.net.Before != nil {
		m.net.Before(m.number)
	}
	if m.net.Whim == nil {
		return Well
	}
	return m.net.Whim(op)
}

// lookup is what the machine takes a name for. The lock of the server is held.
func (m *Machine) lookup(path string) *node {
	now := m.net.Now()
	k, ok := m.names[path]
	if !ok || now >= k.until {
		k = known{m.net.Server.live[path], now + m.net.Late}
		m.names[path] = k
	}
	return k.node
}

// changed notes what the machine did itself.
func (m *Machine) changed(path string) {
	path = filepath.Clean(path)
	m.net.Server.mu.Lock()
	defer m.net.Server.mu.Unlock()
	m.names[path] = known{m.net.Server.live[path], m.net.Now() + m.net.Late}
	delete(m.lists, filepath.Dir(path))
}

// change makes a call that changes names; lost is what its second try finds.
func (m *Machine) change(op, path string, lost error, do func() error) error {
	switch m.call(op) {
	case Stale:
		return pathError(op, path, syscall.ESTALE)
	case Silent:
		return pathError(op, path, syscall.ETIMEDOUT)
	case Lost:
		if err := do(); err != nil {
			return err
		}
		return pathError(op, path, lost)
	}
	return do()
}

// Mkdir implements atomicfile.FS.
func (m *Machine) Mkdir(dir string) error {
	defer m.changed(dir)
	return m.change("mkdir", dir, fs.ErrExist, func() error { return m.net.Server.Mkdir(dir) })
}

// Rename implements atomicfile.FS.
func (m *Machine) Rename(from, to string) error {
	defer m.changed(from)
	defer m.changed(to)
	return m.change("rename", from, fs.ErrNotExist, func() error { return m.net.Server.Rename(from, to) })
}

// Remove implements atomicfile.FS.
func (m *Machine) Remove(path string) error {
	defer m.changed(path)
	return m.change("remove", path, fs.ErrNotExist, func() error { return m.net.Server.Remove(path) })
}

// Truncate implements atomicfile.FS.
func (m *Machine) Truncate(path string, size int64) error {
	return m.change("truncate", path, syscall.ETIMEDOUT, func() error { return m.net.Server.Truncate(path, size) })
}

// SyncDir implements atomicfile.FS. The server keeps what it has done.
func (m *Machine) SyncDir(dir string) error {
	m.call("syncdir")
	return m.net.Server.SyncDir(dir)
}

// List implements atomicfile.FS.
func (m *Machine) List(dir string) ([]string, error) {
	if m.call("list") == Stale {
		return nil, pathError("list", dir, syscall.ESTALE)
	}
	dir = filepath.Clean(dir)
	now := m.net.Now()
	if l, ok := m.lists[dir]; ok && now < l.until {
		return slices.Clone(l.names), nil
	}
	names, err := m.net.Server.List(dir)
	if err == nil {
		m.lists[dir] = listed{slices.Clone(names), now + m.net.Late}
	}
	return names, err
}

// Open implements atomicfile.FS.
func (m *Machine) Open(path string) (atomicfile.Reader, error) {
	if m.call("open") == Stale {
		return nil, pathError("open", path, syscall.ESTALE)
	}
	path = filepath.Clean(path)
	f := m.net.Server
	f.mu.Lock()
	defer f.mu.Unlock()
	n := m.lookup(path)
	if n == nil || n.dir {
		return nil, pathError("open", path, fs.ErrNotExist)
	}
	there := false
	for _, other := range f.live {
		there = there || other == n
	}
	if !there {
		delete(m.names, path)
		return nil, pathError("open", path, syscall.ESTALE)
	}
	return &reader{fsys: f, path: path, r: bytes.NewReader(slices.Clone(n.data))}, nil
}

// CreateTemp implements atomicfile.FS.
func (m *Machine) CreateTemp(dir, prefix string) (atomicfile.File, error) {
	if m.call("create") == Silent {
		return nil, pathError("create", dir, syscall.ETIMEDOUT)
	}
	f, err := m.net.Server.CreateTemp(dir, prefix)
	if err != nil {
		return nil, err
	}
	m.changed(f.Name())
	return &written{m: m, f: f}, nil
}

// OpenAppend implements atomicfile.FS.
func (m *Machine) OpenAppend(path string) (atomicfile.File, error) {
	if m.call("append") == Silent {
		return nil, pathError("append", path, syscall.ETIMEDOUT)
	}
	f, err := m.net.Server.OpenAppend(path)
	if err != nil {
		return nil, err
	}
	m.changed(path)
	return &written{m: m, f: f}, nil
}

// written is an open file whose bytes wait for its end.
type written struct {
	m    *Machine
	f    atomicfile.File
	data []byte
}

func (w *written) Name() string { return w.f.Name() }

func (w *written) Write(b []byte) (int, error) {
	w.data = append(w.data, b...)
	return len(b), nil
}

func (w *written) Sync() error {
	if w.m.call("sync") == Silent {
		return pathError("sync", w.Name(), syscall.ETIMEDOUT)
	}
	if err := w.flush(); err != nil {
		return err
	}
	return w.f.Sync()
}

func (w *written) flush() error {
	data := w.data
	w.data = nil
	_, err := w.f.Write(data)
	return err
}

func (w *written) Close() error {
	w.m.call("close")
	err := w.flush()
	if closed := w.f.Close(); err == nil {
		err = closed
	}
	return err
}
