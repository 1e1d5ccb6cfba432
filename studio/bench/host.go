package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/internal/cli"
	"github.com/elastrain/elastrain/lab/driver/inbox"
	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/insitu"
	"github.com/elastrain/elastrain/spec"
)

// Options are what a host needs beside its folder.
type Options struct {
	// Agree says whether the bench of a lab may be started; the error says what a person has to do first. nil: programs
	// and devices are not started, and nothing is written outside the folder.
	Agree func(*insitu.Lab) error
	Inbox inbox.Options // how directories are watched
	Log   io.Writer     // receives what drivers say; may be nil
}

// Host has the sessions of a folder.
type Host struct {
	dir  string
	root *os.Root
	o    Options

	mu      sync.Mutex
	lives   map[string]*live // by the id of their directory
	opening map[string]*live // by file and overrides
	signals map[string]chan struct{}
	records map[string]*record
	tails   map[string]*tail
	closed  bool
}

// Open makes the host of a folder. Nothing is started.
func Open(dir string, o Options) (*Host, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	if o.Agree == nil {
		o.Agree = onlyHere
	}
	return &Host{dir: dir, root: root, o: o, lives: map[string]*live{}, opening: map[string]*live{}, signals: map[string]chan struct{}{},
		records: map[string]*record{}, tails: map[string]*tail{}}, nil
}

// onlyHere agrees to benches that need no trust.
func onlyHere(l *insitu.Lab) error {
	if b := l.Spec.Bench; b == "exec" || b == "serial" {
		return &refusal{http.StatusForbidden, "a page does not start programs or open ports", "train with `elastrain lab train` in a terminal; this page follows it"}
	}
	outside, err := l.Outside()
	if err == nil && len(outside) > 0 {
		err = &refusal{http.StatusForbidden, fmt.Sprintf("this experiment would write and read files outside its own directory, in %q", outside), "let lab.inbox and lab.orders be beside the file"}
	}
	return err
}

// idOf is a directory as pages name it.
func (h *Host) idOf(dir string) string {
	if rel, err := filepath.Rel(h.dir, dir); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(dir)
}

// local reports whether a name of a request lies in the folder and is not hidden.
func local(name string) bool {
	if name == "." || !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || strings.ContainsAny(name, "\\\x00") {
		return false
	}
	for word := range strings.SplitSeq(name, "/") {
		if word[0] == '.' {
			return false
		}
	}
	return true
}

const mostSpec = 16 << 20 // bytes of an experiment file
const mostData = 1 << 28  // and of a file that it names

// read reads a plain file of the folder; no link leads out of it.
func (h *Host) read(name string, most int64) ([]byte, error) {
	info, err := h.root.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no plain file", name)
	}
	if err != nil {
		return nil, err
	}
	f, err := h.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("%s has more than %d MB", name, most>>20)
	}
	return text, err
}

// files reads what an experiment in a folder names.
func (h *Host) files(folder string) experiment.Files {
	return func(name string) ([]byte, error) {
		at := path.Join(folder, filepath.ToSlash(name))
		if filepath.IsAbs(name) || !filepath.IsLocal(filepath.FromSlash(at)) {
			return nil, fmt.Errorf("%s lies outside of the folder of the studio; start it in a folder that holds both", name)
		}
		return h.read(filepath.FromSlash(at), mostData)
	}
}

// Start begins the session of an experiment file, or goes on with it: what `elastrain lab train` does. id is that of its
// directory.
func (h *Host) Start(file string, overrides []string) (id string, err error) {
	return h.start(file, overrides, "")
}

// Resume goes on with the session of a directory.
func (h *Host) Resume(id string) error {
	if l := h.live(id); l != nil && l.running() {
		return nil
	}
	file, overrides, err := h.source(id)
	if err == nil {
		_, err = h.start(file, overrides, id)
	}
	return err
}

// source is the experiment file that the session of a directory was begun with.
func (h *Host) source(id string) (file string, overrides []string, err error) {
	if !local(id) {
		return "", nil, errNoSession
	}
	text, err := h.read(filepath.FromSlash(id)+"/lab.json", mostSpec)
	if err != nil {
		return "", nil, errNoSession
	}
	var head struct {
		Overrides []string `json:"overrides"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return "", nil, &refusal{http.StatusConflict, "lab.json of this session is damaged", "restore it from a copy"}
	}
	if l := h.live(id); l != nil {
		return l.spec, head.Overrides, nil
	}
	var names []string
	if r := h.tail(id).head(); r != nil && r.Head.Spec != "" {
		name := filepath.ToSlash(r.Head.Spec)
		if filepath.IsAbs(r.Head.Spec) {
			name = h.idOf(r.Head.Spec)
		}
		names = append(names, path.Clean(name), path.Base(name))
	}
	// A session that was killed before its first measurement has no log: its name tells.
	if base, ok := strings.CutSuffix(path.Base(id), "-lab"); ok {
		base, _, _ = strings.Cut(base, "@")
		names = append(names, base+".yaml", base+".yml")
	}
	for _, name := range names {
		if !local(name) {
			continue
		}
		if _, err := h.read(filepath.FromSlash(name), mostSpec); err == nil {
			return name, head.Overrides, nil
		}
	}
	return "", nil, &refusal{http.StatusConflict, "the experiment file of this session is not in the folder of the studio", "start the studio where the file is, or go on with `elastrain lab train` in a terminal"}
}

var errNoSession = &refusal{http.StatusNotFound, "no session is there", "the list of runs has those that are"}

// start begins or goes on; exact is the directory that is meant, "" for that of the file.
func (h *Host) start(file string, overrides []string, exact string) (id string, err error) {
	if !local(file) {
		return "", &refusal{http.StatusBadRequest, "this is no file of the folder", "choose one of the list"}
	}
	for _, o := range overrides {
		if !strings.Contains(o, "=") {
			return "", &refusal{http.StatusBadRequest, fmt.Sprintf("%.60q is no change of the file", o), "a change looks like lab.steps=20"}
		}
	}
	text, err := h.read(filepath.FromSlash(file), mostSpec)
	if errors.Is(err, fs.ErrNotExist) {
		return "", &refusal{http.StatusNotFound, "there is no file " + file, "choose one of the list"}
	}
	if err != nil {
		return "", err
	}
	parsed, err := spec.Parse(file, text, overrides...)
	if err != nil {
		return "", err
	}
	folder := path.Dir(file)
	q := insitu.Request{File: parsed, Overrides: overrides, Files: h.files(folder), Ready: h.o.Agree,
		Options: insitu.Options{Folder: filepath.Join(h.dir, filepath.FromSlash(folder)), Log: h.o.Log, Inbox: h.o.Inbox},
		Parent:  filepath.Join(h.dir, "runs"), Name: cli.RunName(file, overrides) + "-lab"}
	key := file + "\x00" + strings.Join(overrides, "\x00")
	if exact != "" {
		q.Parent, q.Name, q.Exact = filepath.Join(h.dir, filepath.FromSlash(path.Dir(exact))), path.Base(exact), true
		key = exact
	}
	if err := h.unlinked(h.idOf(filepath.Join(q.Parent, q.Name))); err != nil {
		return "", err
	}
	l := &live{host: h, spec: file, phase: "opening", ready: make(chan struct{}), over: make(chan struct{}), request: q}
	l.page = &page{life: life(), changed: func() { h.changed(l.name()) }, heard: l.sight.done, unused: func(name string) { l.unused(name) }}
	h.mu.Lock()
	other := h.opening[key]
	switch {
	case h.closed:
		err = errGone
	case other != nil && other.running():
	default:
		other = nil
		h.opening[key] = l
	}
	h.mu.Unlock()
	if err != nil {
		return "", err
	}
	if other != nil { // a second click
		<-other.opened()
		if id := other.name(); id != "" {
			return id, nil
		}
		return "", other.failed()
	}
	go l.run(context.Background())
	<-l.opened()
	if id = l.name(); id == "" {
		return "", l.failed()
	}
	h.changed(id)
	return id, nil
}

// enter notes the live session of a directory.
func (h *Host) enter(id string, l *live) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lives[id] = l
}

// unlinked refuses a directory that is, or holds, a link: what is written there must stay there.
func (h *Host) unlinked(id string) error {
	if !local(id) {
		return errNoSession
	}
	bad := &refusal{http.StatusConflict, "the directory of the session is a link, or holds one", "use one that holds none"}
	for at := id; at != "."; at = path.Dir(at) {
		if info, err := h.root.Lstat(filepath.FromSlash(at)); err == nil && !info.IsDir() {
			return bad
		}
	}
	entries, err := fs.ReadDir(h.root.FS(), id)
	for _, e := range entries {
		if e.Type()&fs.ModeSymlink != 0 {
			return bad
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return err
}

// life is a random name.
func life() string {
	b := make([]byte, 6)
	_, _ = rand.Read(b) // crypto/rand does not fail
	return hex.EncodeToString(b)
}

// live is the session of a directory that this process runs or has run last; nil where there is none.
func (h *Host) live(id string) *live {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lives[id]
}

// changed wakes those who look at a session.
func (h *Host) changed(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.signals[id]; c != nil {
		close(c)
		delete(h.signals, id)
	}
}

// signal is closed when something changes.
func (h *Host) signal(id string) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.signals[id]
	if c == nil {
		c = make(chan struct{})
		h.signals[id] = c
	}
	return c
}

// tail follows the log of a session.
func (h *Host) tail(id string) *tail {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.tails[id]
	if t == nil {
		t = &tail{t: events.NewTail(atomicfile.OS{}, filepath.Join(h.dir, filepath.FromSlash(id)))}
		h.tails[id] = t
	}
	return t
}

// Running are the directories of the sessions that this process runs.
func (h *Host) Running() (ids []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, l := range h.lives {
		if l.running() {
			ids = append(ids, id)
		}
	}
	return ids
}

// Close leaves every bench: loads that hang are measured for so long, then a program makes its bench safe, and a person
// is left a card. The error says what nobody could confirm.
func (h *Host) Close(patience time.Duration) error {
	h.mu.Lock()
	h.closed = true
	var all []*live
	for _, l := range h.lives {
		all = append(all, l)
	}
	h.mu.Unlock()
	var wait sync.WaitGroup
	errs := make([]error, len(all))
	for i, l := range all {
		wait.Go(func() { errs[i] = l.leave(patience) })
	}
	wait.Wait()
	return errors.Join(append(errs, h.root.Close())...)
}
